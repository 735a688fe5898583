"""The pipeline against the simulator: ``python -m pipeline.demo``."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.postgres import database
from pipeline.run import PROJECT, run

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def simulator(*options: str) -> Iterator[str]:
    """Run a simulator on a free port and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "simulator", "--port", str(port), *options]
    server = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        if not (server.stdout and server.stdout.readline()):
            msg = "The simulator did not start."
            raise SystemExit(msg)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


SETTINGS = {
    "TAP_TIKTOK_ADS_ACCESS_TOKEN": "demo-token",
    "TAP_TIKTOK_ADS_APP_ID": "demo-app",
    "TAP_TIKTOK_ADS_APP_SECRET": "demo-secret",
    "TAP_TIKTOK_ADS_REQUESTS_PER_SECOND": "100",
}

if __name__ == "__main__":
    with (
        database(PROJECT / ".meltano" / "postgres-demo") as url,
        simulator("--scenario", "demo") as api,
    ):
        status = run("demo", url, TAP_TIKTOK_ADS_API_URL=api, **SETTINGS)
    sys.exit(status)
