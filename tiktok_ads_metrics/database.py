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

NOT_APPLIED = 'the views are missing or out of date ({}): run "tiktok-ads-metrics apply"'
"""Message for a view, or a column of one, that does not exist."""

_MALFORMED = (
    "DATABASE_URL is not of the form postgresql://user:password@host:5432/database "
    "(percent-encode characters such as @ / : # % in the password)"
)


@contextmanager
def database() -> Iterator[psycopg.Connection]:
    """Connect to the database in ``DATABASE_URL`` or, if unset, in libpq's variables.

    Yields:
        The connection; it is committed at the end, or rolled back after an error.

    Raises:
        MetricsError: If the database cannot be reached or reports an error. The message never
            contains the password.
    """
    url = os.environ.get("DATABASE_URL", "").replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        address = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise MetricsError(_MALFORMED) from error
    ports = str(address.get("port") or "5432").split(",")
    if "@" in str(address.get("host")) or not all(port.isdigit() for port in ports):
        # Part of the password was parsed as host or port; libpq's message would contain it.
        raise MetricsError(_MALFORMED)
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
        msg = f"the database reported: {reason}"
        raise MetricsError(msg) from error
