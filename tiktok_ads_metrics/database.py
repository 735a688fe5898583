"""The connection to PostgreSQL."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tiktok_ads_metrics.errors import MetricsError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def database() -> Iterator[psycopg.Connection]:
    """Connect to the database of ``DATABASE_URL`` or, without it, of libpq's own variables.

    Yields:
        The connection; what was done in it is committed at the end, or nothing after an error.

    Raises:
        MetricsError: If there is no such database, or if it refuses. A password is never told.
    """
    url = os.environ.get("DATABASE_URL", "").replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        address = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        address = {"host": "@"}
    if "@" in str(address.get("host") or ""):
        # libpq repeats such an address in its message, with the password.
        msg = (
            "DATABASE_URL is not like postgresql://user:password@host:5432/database "
            "(signs such as @ / : # % within the password must be percent-encoded)"
        )
        raise MetricsError(msg)
    try:
        connection = psycopg.connect(url, connect_timeout=int(address.get("connect_timeout") or 10))
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        if address.get("password"):
            reason = reason.replace(str(address["password"]), "***")
        msg = f"cannot reach the database: {reason}"
        raise MetricsError(msg) from error
    try:
        with connection:
            yield connection
    except psycopg.Error as error:
        reason = error.diag.message_primary or str(error).strip().splitlines()[0]
        msg = f"the database refused: {reason}"
        raise MetricsError(msg) from error
