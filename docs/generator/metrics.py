"""The catalogue of docs/metrics.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def catalogue() -> str:
    """Return the table of metrics, as ``tiktok-ads-metrics list`` prints it."""
    program = Path(sys.executable).with_name("tiktok-ads-metrics")
    command = [str(program), "list", "--format", "markdown"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()  # noqa: S603
