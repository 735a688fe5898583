"""The modules of the metrics layer depend on each other in one direction."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import tiktok_ads_metrics
from tiktok_ads_metrics.dialects import DIALECTS

PACKAGE = Path(tiktok_ads_metrics.__file__).parent
MODULES = {
    ".".join(("tiktok_ads_metrics", *path.relative_to(PACKAGE).with_suffix("").parts)): path
    for path in PACKAGE.rglob("*.py")
    if path.name != "__init__.py"
}


def imports(path: Path) -> set[str]:
    """The modules of the package that a module imports, for type checking included."""
    tree = ast.parse(path.read_text("utf-8"))
    found = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name for name in found if name in MODULES}


def test_no_module_is_in_a_circle() -> None:
    graph = {name: imports(path) for name, path in MODULES.items()}
    order = list(TopologicalSorter(graph).static_order())
    assert order.index("tiktok_ads_metrics.aggregates") < order.index("tiktok_ads_metrics.layer")
    assert set(order) == set(MODULES)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_the_dialects_know_an_engine_other_than_postgresql(dialect: str) -> None:
    knowing = {
        name
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value == dialect
    }
    # SQL within the modules is PostgreSQL's.
    parsing = {"tiktok_ads_metrics.aggregates"} if dialect == "postgres" else set()
    assert knowing == {"tiktok_ads_metrics.dialects", *parsing}
