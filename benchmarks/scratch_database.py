"""A database for one benchmark."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from pipeline.postgres import database

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "tiktok_ads_bench"


@contextmanager
def scratch_database() -> Iterator[str]:
    """Create a database on the server of ``DATABASE_URL``, yield its URL and drop it afterwards.

    Without ``DATABASE_URL``, the server is an embedded PostgreSQL.
    """
    name = sql.Identifier(NAME)
    with (
        tempfile.TemporaryDirectory(prefix="bench") as directory,
        database(Path(directory) / "pg") as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(sql.SQL("create database {}").format(name))
        try:
            yield make_url(url).set(database=NAME).render_as_string(hide_password=False)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))
