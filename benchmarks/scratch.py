"""A database that is there for one benchmark."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql

from pipeline.postgres import database

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "tiktok_ads_bench"


@contextmanager
def scratch() -> Iterator[str]:
    """Make a database beside the one that ``DATABASE_URL`` names, and drop it afterwards."""
    name = sql.Identifier(NAME)
    with (
        tempfile.TemporaryDirectory(prefix="bench") as directory,
        database(Path(directory) / "pg") as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(sql.SQL("create database {}").format(name))
        before, _, options = url.partition("?")
        try:
            yield f"{before.rsplit('/', 1)[0]}/{NAME}" + (f"?{options}" if options else "")
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))
