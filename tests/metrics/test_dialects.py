"""The same views for other SQL engines.

DuckDB runs them, and must return the same rows as PostgreSQL. No other engine is at hand: their
statements are only parsed, by the library that wrote them, which shows that they are whole.
"""

from __future__ import annotations

import ast
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
import sqlglot

import tiktok_ads_metrics
from tests.metrics.conftest import VIEWS
from tiktok_ads_metrics.cli import main
from tiktok_ads_metrics.dialects import DIALECTS
from tiktok_ads_metrics.raw_tables import declared_tables

if TYPE_CHECKING:
    from tests.metrics.conftest import Raw

FIRST, SECOND = "2026-11-06 05:00", "2026-11-07 05:00"
ACTIONS = '[{"action_category_ids": ["1", "2"]}, {"action_category_ids": ["2"]}]'
COMPARED = [
    "synced_days",
    "tiktok_meta_advertiser",
    "tiktok_meta_campaign",
    "tiktok_meta_ad",
    "tiktok_data_ad",
    "tiktok_data_campaign",
    "metrics_advertiser_month",
    "metrics_campaign_week",
    "metrics_ad_day",
    "metric_catalog",
    "hierarchy",
    "smart_plus_bridge",
    "tiktok_meta_ad_v2",
    "tiktok_adgroup_targeting",
    "reach_ad",
    "reconciliation_daily",
    "data_freshness",
    "gmv_max_daily",
]


@pytest.fixture
def keyed() -> bool:
    """As in most warehouses, no key keeps rows unique."""
    return False


@pytest.fixture
def loaded(applied: Raw) -> Raw:
    """Append-only tables with re-read days, a vanished row, a rename, two currencies."""
    for number, currency in (("1", "GBP"), ("2", "JPY")):
        account = {"advertiser_id": number, "currency": currency}
        applied.insert("advertisers", **account, name=f"Account {number}", synced_at=SECOND)
        for synced_at, name in ((FIRST, "Old"), (SECOND, "New")):
            entity = {"campaign_id": "10", "campaign_name": name, "synced_at": synced_at}
            applied.insert("campaigns", advertiser_id=number, create_time=FIRST, **entity)
        applied.insert(
            "ads", advertiser_id=number, ad_id="1000", smart_plus_ad_id="9", ad_name="Cut"
        )
        targets = {
            "gender": "GENDER_MALE",
            "location_ids": ["7", "8"],
            "device_price_ranges": [1, 2],
        }
        applied.insert(
            "adgroups", advertiser_id=number, adgroup_id="100", actions=ACTIONS, **targets
        )
        spec = '{"gender": "GENDER_FEMALE", "audience_ids": ["3"], "languages": null}'
        smart_plus = {
            "adgroup_id": "100",
            "targeting_spec": spec,
            "placements": ["PLACEMENT_PANGLE"],
        }
        applied.insert("smart_plus_adgroups", advertiser_id=number, **smart_plus)
        period = {"period": "last_month", "start_date": "2026-10-01", "end_date": "2026-10-31"}
        reached = {"ad_id": "1000", "reach": 70, "frequency": Decimal("1.5"), "synced_at": SECOND}
        applied.insert("ad_report_period", **account, **period, **reached)
        month = {"report": "ad_report_period", "advertiser_id": number}
        applied.window("2026-10-01", "2026-10-31", SECOND, **month)
        shop = {"store_id": "5", "campaign_id": "10", "cost": 3, "gross_revenue": 10}
        applied.insert("gmv_max_report_daily", **account, **shop, stat_time_day="2026-11-02")
        applied.window("2026-10-28", "2026-11-05", FIRST, advertiser_id=number)
        applied.window("2026-11-01", "2026-11-06", SECOND, advertiser_id=number)
        applied.window("2026-10-28", "2026-11-06", SECOND, report="campaign_report_daily")
        campaign = {"stat_time_day": "2026-11-02", "campaign_id": "10", "spend": 100}
        applied.insert("campaign_report_daily", **account, **campaign, synced_at=SECOND)
        for synced_at, cents in ((FIRST, 1), (SECOND, 3)):
            sums = {"spend": Decimal("1.07") * cents, "clicks": cents, "impressions": cents * 7}
            for day in ("2026-10-31", "2026-11-01", "2026-11-02"):
                if synced_at == FIRST or day > "2026-11":
                    applied.report(**account, stat_time_day=day, synced_at=synced_at, **sums)
        applied.report(**account, ad_id="vanished", spend=99, synced_at=FIRST)
        applied.report(**account, ad_id="of a dead run", spend=5, synced_at="2026-11-07 06:00")
    applied.insert("regions", location_id="7", name="Wales")
    return applied


def layer(dialect: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["sql", "--dialect", dialect]) == 0
    return capsys.readouterr().out


def twin(raw: Raw) -> duckdb.DuckDBPyConnection:
    """A DuckDB with the same raw tables."""
    other = duckdb.connect()
    other.execute("create schema tap_tiktok_ads; set timezone = 'UTC'")
    for table in declared_tables().values():
        types = {
            name: type_.replace("numeric", "decimal(38, 9)").replace("jsonb", "json")
            for name, type_ in table.columns.items()
        }
        columns = ", ".join(f'"{name}" {type_}' for name, type_ in types.items())
        other.execute(f"create table tap_tiktok_ads.{table.name} ({columns})")
        relation = other.table(f"tap_tiktok_ads.{table.name}")
        for row in raw.read("select * from tap_tiktok_ads.{}", table.name):
            relation.insert([json.dumps(value) if of_objects(value) else value for value in row])
    return other


def of_objects(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict))


def contents(other: duckdb.DuckDBPyConnection, view: str) -> list[tuple[Any, ...]]:
    """All rows of a view, times without zones, which DuckDB may need a further package for."""
    relation = other.query(f"from tiktok_ads.{view}")
    columns = zip(relation.columns, map(str, relation.types), strict=True)
    casts = [f'"{name}"::{type_.removesuffix(" WITH TIME ZONE")}' for name, type_ in columns]
    return relation.project(", ".join(casts)).fetchall()


def comparable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers to twelve digits, which double precision surely has, and times of UTC."""
    return tuple(
        f"{float(value):.12g}"
        if isinstance(value, Decimal | float | int)
        else value.astimezone(dt.timezone.utc).replace(tzinfo=None)
        if isinstance(value, dt.datetime) and value.tzinfo
        else value
        for value in row
    )


def test_duckdb_returns_the_same_rows_as_postgresql(
    loaded: Raw, capsys: pytest.CaptureFixture[str]
) -> None:
    other = twin(loaded)
    other.execute(layer("duckdb", capsys))
    for view in COMPARED:
        rows = loaded.read("select * from tiktok_ads.{}", view)
        ours = sorted(map(comparable, rows), key=repr)
        theirs = sorted(map(comparable, contents(other, view)), key=repr)
        assert theirs == ours, view
        assert ours, view


def test_duckdbs_sums_are_exact(loaded: Raw, capsys: pytest.CaptureFixture[str]) -> None:
    other = twin(loaded)
    other.execute(layer("duckdb", capsys))
    query = (
        "select currency, sum(spend) from tiktok_ads.metrics_campaign_week group by 1 order by 1"
    )
    assert other.execute(query).fetchall() == loaded.read(query)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_library_that_wrote_the_views_parses_them_again(
    dialect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    schema, *views = sqlglot.parse(layer(dialect, capsys), dialect=dialect)
    assert all(isinstance(each, sqlglot.exp.Create) for each in (schema, *views))
    assert {view.this.name.lower() for view in views if view} == (
        VIEWS if dialect in ("postgres", "duckdb") else VIEWS - {"tiktok_adgroup_targeting"}
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_weeks_begin_on_monday(dialect: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = layer(dialect, capsys)
    assert ("ISOWEEK" in text) == (dialect == "bigquery")
    assert ("'WEEK'" in text) == (dialect != "bigquery")


@pytest.mark.parametrize("keyed", [True])
def test_postgresql_makes_of_the_printed_views_what_apply_makes(
    applied: Raw, capsys: pytest.CaptureFixture[str]
) -> None:
    definitions = (
        "select relname, pg_get_viewdef(oid) from pg_class where relkind = 'v' "
        "and relnamespace = 'tiktok_ads'::regnamespace"
    )
    made = dict(applied.read(definitions))
    applied.execute("drop schema tiktok_ads cascade")
    applied.execute(layer("postgres", capsys))
    assert dict(applied.read(definitions)) == made
    assert set(made) == VIEWS


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_the_table_of_dialects_names_an_engine(dialect: str) -> None:
    package = Path(tiktok_ads_metrics.__file__).parent
    naming = {
        path.name
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value == dialect
    }
    # SQL within the modules is PostgreSQL's.
    assert naming == {"dialects.py", *(["aggregates.py"] if dialect == "postgres" else [])}
