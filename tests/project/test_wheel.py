"""The release as others get it: built, installed where nothing is, and in a new Meltano project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
import yaml

from docs.generator.tap import PROJECT
from tests.conftest import PROGRAMS, Run, discovered, settings
from tests.project.test_plugin import PLUGIN
from tests.support.delivery import delivered, true_delivery

if TYPE_CHECKING:
    from tests.support.api import Simulator

RELEASE = "1.2.3"
PACKAGES = ("tap_tiktok_ads", "tiktok_ads_metrics")
#: Long past, so that the day of the test does not matter.
START, END = "2025-01-01", "2025-01-03"
SELECT = ["campaigns.*", *(f"ad_report_daily.{each}" for each in ("spend", "clicks"))]
METRICS = ("spend", "clicks")


def run(*command: str | Path, cwd: Path, **env: str) -> Run:
    """Run a program that knows nothing of this checkout and its settings."""
    private = ("TAP_", "MELTANO_", "PYTHONPATH", "VIRTUAL_ENV")
    outer = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    done = subprocess.run(
        command, cwd=cwd, env={**outer, **env}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Run(done.returncode, done.stdout, done.stderr)


@dataclass
class Release:
    """What a release consists of.

    Attributes:
        files: Everything in the repository.
        sdist: The source archive.
        wheel: Built from that archive.
    """

    files: list[str]
    sdist: Path
    wheel: Path


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Builds this checkout as if it were tagged."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    listed = run("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=PROJECT).out
    files = [name for name in listed.split("\0") if (PROJECT / name).is_file()]
    for name in files:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, source / name)
    nobody = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org")
    run("git", "init", "--quiet", cwd=source)
    run("git", "add", ".", cwd=source)
    run("git", *nobody, "commit", "--quiet", "--no-gpg-sign", "-m", "All", cwd=source)
    run("git", "tag", f"v{RELEASE}", cwd=source)
    # The build's own requirements are locked with everything else, so nothing has to be fetched.
    options = ("--no-build-isolation", "--python", PROGRAMS / "python", "--out-dir", out)
    run(PROGRAMS / "uv", "build", *options, cwd=source)
    return Release(files, next(out.glob("*.tar.gz")), next(out.glob("*.whl")))


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Holds uv to the versions of uv.lock."""
    path = tmp_path_factory.mktemp("locked") / "constraints.txt"
    everything = ("--frozen", "--all-extras", "--all-groups", "--no-emit-project", "--no-hashes")
    run(PROGRAMS / "uv", "export", "--quiet", *everything, "--output-file", path, cwd=PROJECT)
    return {"UV_CONSTRAINT": str(path)}


@pytest.fixture(scope="module")
def programs(
    release: Release, locked: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Where the wheel's programs are, in an environment that holds nothing else."""
    directory = tmp_path_factory.mktemp("installed")
    uv = PROGRAMS / "uv"
    run(uv, "venv", "--quiet", "--python", PROGRAMS / "python", "environment", cwd=directory)
    python = directory / "environment" / "bin" / "python"
    run(uv, "pip", "install", "--python", python, release.wheel, cwd=directory, **locked)
    run(uv, "pip", "check", "--python", python, cwd=directory)
    return python.parent


def test_the_version_is_the_tags(release: Release) -> None:
    assert release.wheel.name == f"adsfeed_tap_tiktok_ads-{RELEASE}-py3-none-any.whl"
    assert release.sdist.name == f"adsfeed_tap_tiktok_ads-{RELEASE}.tar.gz"


def test_the_wheel_holds_the_two_packages_and_nothing_else(release: Release) -> None:
    names = set(ZipFile(release.wheel).namelist())
    about = f"adsfeed_tap_tiktok_ads-{RELEASE}.dist-info"
    assert {name for name in names if not name.startswith(about)} == {
        name for name in release.files if name.startswith(PACKAGES)
    }
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert {".json", ".py", ".sql", ".toml"} <= {Path(name).suffix for name in names}
    assert f"{about}/licenses/LICENSE" in names


def test_the_sdist_holds_what_a_build_needs(release: Release) -> None:
    with tarfile.open(release.sdist) as archive:
        top = {Path(name).parts[1] for name in archive.getnames()}
    assert top == {*PACKAGES, "LICENSE", "PKG-INFO", "README.md", "pyproject.toml", ".gitignore"}


def test_the_programs_are_those_of_the_project(programs: Path) -> None:
    ours = {
        each.name
        for each in entry_points(group="console_scripts")
        if each.module.partition(".")[0] in PACKAGES
    }
    assert ours == {"tap-tiktok-ads", "tap-tiktok-ads-auth", "tiktok-ads-metrics"}
    assert all((programs / name).exists() for name in ours)


def test_the_installed_tap_tells_about_itself(programs: Path, tmp_path: Path) -> None:
    told = json.loads(
        run(programs / "tap-tiktok-ads", "--about", "--format", "json", cwd=tmp_path).out
    )
    assert told["name"] == "tap-tiktok-ads"
    assert told["version"] == RELEASE


def test_the_installed_tap_discovers_without_settings(programs: Path, tmp_path: Path) -> None:
    found = run(programs / "tap-tiktok-ads", "--discover", cwd=tmp_path).out
    assert json.loads(found) == json.loads(discovered())


def test_the_installed_tap_reads_what_is_true(
    programs: Path, small: Simulator, tmp_path: Path
) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(settings(small, start_date=START, end_date=END)))
    found = run(programs / "tap-tiktok-ads", "--config", config, cwd=tmp_path)
    truth = true_delivery(small, START, END)
    assert truth
    assert delivered(found.records["ad_report_daily"]) == truth


def test_a_new_meltano_project_reads_with_nothing_but_the_definition(
    release: Release, locked: dict[str, str], small: Simulator, tmp_path: Path
) -> None:
    project, definition = tmp_path / "project", tmp_path / "plugin.yaml"
    definition.write_text(
        yaml.safe_dump({**yaml.safe_load(PLUGIN.read_text()), "pip_url": str(release.wheel)})
    )
    env = {
        **locked,
        "MELTANO_HUB_URL": "http://127.0.0.1:9",  # nobody listens there
        "MELTANO_SEND_ANONYMOUS_USAGE_STATS": "false",
        **{
            f"TAP_TIKTOK_ADS_{name.upper()}": str(value)
            for name, value in settings(small, start_date=START, end_date=END).items()
        },
        "TAP_TIKTOK_ADS__SELECT": json.dumps(SELECT),
    }
    meltano = PROGRAMS / "meltano"
    run(meltano, "init", project, cwd=tmp_path, **env)
    run(meltano, "add", "tap-tiktok-ads", "--from-ref", definition, cwd=project, **env)
    found = run(meltano, "invoke", "tap-tiktok-ads", cwd=project, **env)
    truth = true_delivery(small, START, END, METRICS)
    assert truth
    assert set(found.records) == {"campaigns", "ad_report_daily"}
    assert delivered(found.records["ad_report_daily"], METRICS) == truth
    checked = run(meltano, "invoke", "tap-tiktok-ads:check", cwd=project, **env)
    assert all(advertiser_id in checked.out for advertiser_id in small.accounts().values())
