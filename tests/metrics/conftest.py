from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from tiktok_ads_metrics.cli import main
from tiktok_ads_metrics.raw_tables import declared_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from typing_extensions import LiteralString

SCHEMA = "tap_tiktok_ads"


class Raw:
    """The raw tables, made and filled as the loader does."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self.connection.execute(sql.SQL("create schema {}").format(sql.Identifier(SCHEMA)))

    def create(
        self, *names: str, keyed: bool = True, without: Collection[str] = (), more: str = ""
    ) -> None:
        """Create tables; all of them if none is named.

        Args:
            names: The tables.
            keyed: Whether they have primary keys, unlike those of a loader that only appends.
            without: Columns that were not selected.
            more: Definitions of further columns.
        """
        for name in names or declared_tables():
            table = declared_tables()[name]
            parts = [f"{column} {type_}" for column, type_ in table.columns.items()]
            parts = [part for part in parts if part.split()[0] not in without]
            parts += [more] if more else []
            parts += [f"primary key ({', '.join(table.key)})"] if keyed else []
            self.execute(f"create table {SCHEMA}.{name} ({', '.join(parts)})")

    def insert(self, table: str, **values: object) -> None:
        """Insert a row."""
        statement = sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(SCHEMA, table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(sql.Placeholder() * len(values)),
        )
        self.connection.execute(statement, tuple(values.values()))

    def report(self, **values: object) -> None:
        """Insert a row of ad_report_daily, of one ad and day unless told otherwise."""
        usual = {
            "advertiser_id": "1",
            "campaign_id": "10",
            "adgroup_id": "100",
            "ad_id": "1000",
            "stat_time_day": "2026-11-02",
            "currency": "GBP",
            "synced_at": "2026-11-20 05:00",
        }
        self.insert("ad_report_daily", **(usual | values))

    def window(self, first: str, last: str, synced_at: str, **values: object) -> None:
        """Insert a finished window of ad_report_daily."""
        usual = {"report": "ad_report_daily", "advertiser_id": "1", "truncated": False}
        window = {"start_date": first, "end_date": last, "synced_at": synced_at}
        self.insert("sync_windows", **(usual | window | values))

    def execute(self, statement: str) -> None:
        """Run a statement."""
        self.connection.execute(statement.encode())

    def read(self, query: LiteralString, *names: str) -> list[tuple[Any, ...]]:
        """Run a query, with names of relations or columns in place of its braces."""
        composed = sql.SQL(query).format(*map(sql.Identifier, names))
        return self.connection.execute(composed).fetchall()

    def rows(self, view: str) -> list[dict[str, Any]]:
        """All rows of a view."""
        query = sql.SQL("select * from {}").format(sql.Identifier("tiktok_ads", view))
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query).fetchall()


class Result(NamedTuple):
    """What a run of the command gave."""

    status: int
    out: str
    err: str


@pytest.fixture
def raw(database_url: str) -> Iterator[Raw]:
    """An empty raw schema."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Raw(connection)


@pytest.fixture
def metrics(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Result]:
    """Runs the command against the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str) -> Result:
        status = main(arguments)
        return Result(status, *capsys.readouterr())

    return run


@pytest.fixture
def applied(raw: Raw, metrics: Callable[..., Result]) -> Raw:
    """Empty raw tables, and the views over them."""
    raw.create()
    metrics("apply")
    return raw
