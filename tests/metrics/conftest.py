from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.cli import main
from tiktok_ads_metrics.commands.apply import apply_views
from tiktok_ads_metrics.layer import Layer
from tiktok_ads_metrics.raw_tables import declared_tables, read_tables
from tiktok_ads_metrics.views import all_views

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from typing_extensions import LiteralString

SCHEMA = "tap_tiktok_ads"
VIEWS = {
    "synced_days",
    "tiktok_meta_advertiser",
    "tiktok_meta_campaign",
    "tiktok_meta_adgroup",
    "tiktok_meta_ad",
    "tiktok_meta_smart_plus_ad",
    "tiktok_data_advertiser",
    "tiktok_data_campaign",
    "tiktok_data_adgroup",
    "tiktok_data_ad",
    "tiktok_data_smart_plus_ad",
    "tiktok_data_gmv_max",
    "metric_catalog",
    *(
        f"metrics_{level}_{period}"
        for level in ("advertiser", "campaign", "adgroup", "ad")
        for period in ("day", "week", "month")
    ),
    *(f"reach_{level}" for level in ("advertiser", "campaign", "adgroup", "ad")),
    "hierarchy",
    "tiktok_meta_ad_v2",
    "smart_plus_bridge",
    "reconciliation_daily",
    "data_freshness",
    "gmv_max_daily",
    "tiktok_adgroup_targeting",
}

_databases = count()


class Raw:
    """The raw tables, as a loader creates and fills them."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def create(
        self, *names: str, keyed: bool = True, without: Collection[str] = (), more: str = ""
    ) -> None:
        """Create the schema and tables in it; all of them if none is named.

        Args:
            names: The tables.
            keyed: Whether they have primary keys, unlike those of a loader that only appends.
            without: Columns that were not selected.
            more: Definitions of further columns.
        """
        self.execute(f"create schema if not exists {SCHEMA}")
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
        """Insert a row of ad_report_daily, by default of the same ad and day."""
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
        """Insert a finished window, by default of ad_report_daily."""
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


keyed_or_not = pytest.mark.parametrize("keyed", [True, False], ids=["upsert", "append-only"])
"""Runs a test over tables of a loader that upserts, and of one that only appends."""

append_only = pytest.mark.parametrize("keyed", [False], ids=["append-only"])
"""Runs a test over tables of a loader that only appends."""


class Result(NamedTuple):
    """Exit status and output of a command."""

    status: int
    out: str
    err: str


@contextmanager
def new_database(server: str, template: str = "template1") -> Iterator[str]:
    """The URL of a database that is dropped afterwards, a copy of another database."""
    name = f"metrics_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(server, autocommit=True) as connection:
        statement = sql.SQL("create database {} template {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    before, _, options = server.partition("?")
    try:
        yield f"{before.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            statement = sql.SQL("drop database {} with (force)")
            connection.execute(statement.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def templates(_postgres: str) -> Iterator[Callable[..., str]]:
    """Databases with empty raw tables, with or without keys, and all views: made once, copied."""
    with ExitStack() as stack:

        @cache
        def template(*, keyed: bool) -> str:
            url = stack.enter_context(new_database(_postgres))
            with psycopg.connect(url, autocommit=True) as connection:
                Raw(connection).create(keyed=keyed)
                tables = read_tables(connection, SCHEMA)
                layer = Layer(load_catalog(), tables, SCHEMA, "tiktok_ads")
                apply_views(connection, layer, list(all_views(layer)))
                return connection.info.dbname

        yield template


@pytest.fixture
def keyed() -> bool:
    """Whether the tables of `applied` have primary keys; `keyed_or_not` tries both."""
    return True


@pytest.fixture
def database_url(request: pytest.FixtureRequest, _postgres: str, *, keyed: bool) -> Iterator[str]:
    """A database for one test: a copy of the template if the test uses `applied`, else empty."""
    template = "template1"
    if "applied" in request.fixturenames:
        template = request.getfixturevalue("templates")(keyed=keyed)
    with new_database(_postgres, template) as url:
        yield url


@pytest.fixture
def raw(database_url: str) -> Iterator[Raw]:
    """A database without raw tables, unless the test uses `applied`."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Raw(connection)


@pytest.fixture
def applied(raw: Raw) -> Raw:
    """Empty raw tables, and the views over them."""
    return raw


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
