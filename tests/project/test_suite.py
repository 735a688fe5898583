"""The suite itself: it can be stopped, and what it starts ends with it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from docs.generator.tap import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

#: Runs the tap, says so, and waits for nothing that ever comes.
ENDLESS = """
import threading
from tests.support.tap import discovered

def test_endless():
    assert discovered()
    print("the tap has run", flush=True)
    threading.Event().wait()
"""
#: A guard against a test that hangs, not a measure.
PATIENCE = 60


def test_sigterm_ends_pytest_after_the_tap_has_run_in_it(tmp_path: Path) -> None:
    (tmp_path / "test_endless.py").write_text(ENDLESS)
    command = [sys.executable, "-m", "pytest", "-s", "-p", "tests.conftest", "-c", "pyproject.toml"]
    command += ["--basetemp", str(tmp_path / "pytest"), str(tmp_path / "test_endless.py")]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert any("the tap has run" in line for line in process.stdout)
        process.terminate()
        assert process.wait(PATIENCE) == pytest.ExitCode.INTERRUPTED
