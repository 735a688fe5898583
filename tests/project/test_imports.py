"""Which package may import which, read from the sources."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FORBIDDEN = [
    # Truth is what answers are compared with, so it must not be made by them.
    ("simulator.truth", "simulator.endpoints"),
    ("simulator.truth", "simulator.reports"),
    ("simulator.truth", "simulator.routes"),
    ("simulator.truth", "simulator.app"),
    ("simulator.truth", "simulator.live"),
    ("simulator.world", "simulator.endpoints"),
    ("simulator.world", "simulator.reports"),
    ("simulator.world", "simulator.truth"),
    ("simulator.world", "simulator.live"),
    ("simulator.reports", "simulator.endpoints"),
    ("simulator.reports", "simulator.live"),
    ("simulator.endpoints", "simulator.live"),
    ("simulator", "tap_tiktok_ads"),
    ("simulator", "tiktok_ads_metrics"),
    # What sends requests and reads reports can be used without a Singer plugin.
    *(
        (package, forbidden)
        for package in ("tap_tiktok_ads.api", "tap_tiktok_ads.reports", "tap_tiktok_ads.facts")
        for forbidden in ("tap_tiktok_ads.streams", "tap_tiktok_ads.tap", "tap_tiktok_ads.run")
    ),
    ("tap_tiktok_ads.api", "tap_tiktok_ads.reports"),
    ("tap_tiktok_ads.streams", "tap_tiktok_ads.tap"),
    ("tap_tiktok_ads.run", "tap_tiktok_ads.streams"),
    # Only its executable imports the sign-in command.
    *(
        (f"tap_tiktok_ads.{module}", "tap_tiktok_ads.auth")
        for module in ("api", "reports", "streams", "facts", "tap", "run", "settings")
    ),
    ("tap_tiktok_ads", "simulator"),
    ("tap_tiktok_ads", "tiktok_ads_metrics"),
    # The SQL layer knows what the metrics are, and nothing of how they are read.
    *(
        ("tiktok_ads_metrics", f"tap_tiktok_ads.{module}")
        for module in ("api", "reports", "streams", "auth", "tap", "run", "settings", "errors")
    ),
    ("tiktok_ads_metrics", "simulator"),
]
"""A package or module, and one that nothing in it may import, not even for types."""

WITHOUT_CIRCLES = ["simulator", "tap_tiktok_ads", "tiktok_ads_metrics"]


@cache
def imports(package: str) -> dict[str, set[str]]:
    """The modules of the project that each module of a package imports, also for types."""
    path = ROOT / package.replace(".", "/")
    files = [path.with_suffix(".py")] if path.with_suffix(".py").exists() else path.rglob("*.py")
    return {_name(file): _imported(file) for file in sorted(files)}


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{file} has a relative import"
            # `from package import module` imports the module, and not what else is in the package.
            modules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {each if _is_module(each) else node.module for each in modules}
    return {each for each in found if _is_module(each)}


def _is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def _is_in(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


@pytest.mark.parametrize(("package", "forbidden"), FORBIDDEN)
def test_a_package_does_not_import_what_it_must_not_know(package: str, forbidden: str) -> None:
    assert imports(package), f"there is no package {package}"
    assert _is_module(forbidden), f"there is no module {forbidden}"
    broken = {
        f"{module} imports {other}"
        for module, others in imports(package).items()
        for other in others
        if _is_in(other, forbidden)
    }
    assert broken == set()


@pytest.mark.parametrize("package", WITHOUT_CIRCLES)
def test_no_module_imports_itself_through_others(package: str) -> None:
    try:
        TopologicalSorter(imports(package)).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_imports_for_types_are_seen() -> None:
    found = imports("simulator.reports")["simulator.reports.report_rows"]
    assert {"simulator.reports.request", "simulator.world.delivery"} <= found
