"""Run the pipeline against the simulator: ``python -m pipeline.demo``."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from pipeline.postgres import database
from pipeline.run import PROJECT, run_pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS: Final = {
    "TAP_TIKTOK_ADS_ACCESS_TOKEN": "demo-token",
    "TAP_TIKTOK_ADS_APP_ID": "demo-app",
    "TAP_TIKTOK_ADS_APP_SECRET": "demo-secret",
    "TAP_TIKTOK_ADS_REQUESTS_PER_SECOND": "100",
}


@contextmanager
def simulator(*options: str) -> Iterator[str]:
    """Run a simulator on a free port and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "simulator", "--port", str(port), *options]
    server = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        if not (server.stdout and server.stdout.readline()):
            msg = "The simulator did not start; its error is above."
            raise SystemExit(msg)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    with (
        database(PROJECT / ".meltano" / "postgres-demo") as url,
        simulator("--scenario", "demo") as api_url,
    ):
        status = run_pipeline("demo", url, TAP_TIKTOK_ADS_API_URL=api_url, **SETTINGS)
    sys.exit(status)
