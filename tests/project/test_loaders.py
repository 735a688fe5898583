"""One sync into loaders of other makers: one that stands on the SDK, and one that is older."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import PROGRAMS, Run, Tap, settings
from tests.support.delivery import delivered

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.api import Simulator

Rows = dict[str, list[dict[str, Any]]]
TARGET_JSONL = (
    "target-jsonl==0.1.4",
    *("adjust-precision-for-schema==0.3.3", "backoff==1.8.0", "ciso8601==2.4.1"),
    *("jsonschema==2.6.0", "python-dateutil==2.9.0.post0", "pytz==2018.4", "simplejson==3.11.1"),
    *("singer-python==5.8.0", "six==1.17.0"),
)
STREAMS = ("advertisers", "campaigns", "adgroups", "ads", "ad_report_daily", "sync_windows")


@pytest.fixture(scope="module")
def read(small: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A sync of the default streams."""
    tap = Tap(tmp_path_factory.mktemp("tap"))
    return tap(settings(small, start_date="2026-11-01"), streams=STREAMS)


@pytest.fixture(scope="module")
def target_jsonl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The loader that everybody tries first; its requirements are too old for our environment."""
    directory = tmp_path_factory.mktemp("target-jsonl")
    uv, python = PROGRAMS / "uv", directory / "bin" / "python"
    # `make` holds uv to the versions of uv.lock, which are too new for it.
    env = {name: value for name, value in os.environ.items() if name != "UV_CONSTRAINT"}
    install = (uv, "pip", "install", "--quiet", "--python", python)
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, directory], check=True)
    subprocess.run([*install, *TARGET_JSONL], check=True, env=env)
    return directory / "bin" / "target-jsonl"


def load(program: Path, run: Run, directory: Path, **config: Any) -> dict[str, Any]:
    """Load what was read; give the state that the loader confirms."""
    path = directory / "config.json"
    path.write_text(json.dumps(config))
    done = subprocess.run(
        [program, "--config", path], input=run.out, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def assert_same(loaded: Rows, run: Run) -> None:
    """As many rows as were read, and the figures of every ad and day."""
    assert {stream: len(rows) for stream, rows in loaded.items()} == {
        stream: len(rows) for stream, rows in run.records.items()
    }
    figures = delivered(run.records["ad_report_daily"])
    assert figures
    assert delivered(loaded["ad_report_daily"]) == figures


def test_target_csv_writes_what_was_read(read: Run, tmp_path: Path) -> None:
    state = load(PROGRAMS / "target-csv", read, tmp_path, output_path=str(tmp_path / "out"))
    loaded = {}
    for path in (tmp_path / "out").iterdir():
        with path.open(newline="", encoding="utf-8") as file:
            loaded[path.stem] = list(csv.DictReader(file))
    assert_same(loaded, read)
    assert state == read.state


def test_target_jsonl_writes_what_was_read(read: Run, target_jsonl: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    config = {"destination_path": str(tmp_path / "out"), "do_timestamp_file": False}
    state = load(target_jsonl, read, tmp_path, **config)
    loaded = {
        path.stem: [
            json.loads(line, parse_float=str) for line in path.read_text("utf-8").splitlines()
        ]
        for path in (tmp_path / "out").iterdir()
    }
    assert_same(loaded, read)
    assert state == read.state
