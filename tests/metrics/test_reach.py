"""Reach is what TikTok counted for a period; nothing in the layer adds it up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlglot import exp

from tap_tiktok_ads.facts import facts
from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.errors import MetricsError
from tiktok_ads_metrics.layer import Layer
from tiktok_ads_metrics.raw_tables import declared_tables
from tiktok_ads_metrics.views import all_views

if TYPE_CHECKING:
    from pathlib import Path

    from tests.metrics.conftest import Raw

FIRST, SECOND = "2026-11-19 05:00", "2026-11-20 05:00"
NOT_ADDITIVE = [
    metric["name"]
    for registry in ("metrics", "gmv_max_metrics")
    for metric in facts(registry)
    if metric["kind"] in ("unique", "ratio")
]


def period(raw: Raw, end: str, reach: int, synced_at: str, **values: object) -> None:
    """A campaign's last 7 days, unless told otherwise."""
    usual = {"advertiser_id": "1", "campaign_id": "10", "period": "last_7_days"}
    row = {"start_date": f"2026-11-{int(end[-2:]) - 6:02}", "end_date": end, "reach": reach}
    raw.insert("campaign_report_period", **(usual | row | {"synced_at": synced_at} | values))


def read(raw: Raw, end: str, synced_at: str, **values: object) -> None:
    """A finished read of 7 days of campaigns."""
    first = f"2026-11-{int(end[-2:]) - 6:02}"
    raw.window(first, end, synced_at, **{"report": "campaign_report_period", **values})


def reached(raw: Raw) -> list[tuple[Any, ...]]:
    return raw.read(
        "select advertiser_id, campaign_id, period, end_date::text, reach "
        "from tiktok_ads.reach_campaign order by 1, 2, 3, 4"
    )


def test_of_each_period_the_last_one_counts(applied: Raw) -> None:
    for end, synced_at, reach in (("2026-11-18", FIRST, 50), ("2026-11-19", SECOND, 60)):
        period(applied, end, reach, synced_at)
        read(applied, end, synced_at)
    applied.window("2026-10-01", "2026-10-31", SECOND, report="campaign_report_period")
    month = {"period": "last_month", "start_date": "2026-10-01"}
    period(applied, "2026-10-31", 200, SECOND, **month)
    assert reached(applied) == [
        ("1", "10", "last_7_days", "2026-11-19", 60),
        ("1", "10", "last_month", "2026-10-31", 200),
    ]


def test_who_was_not_shown_in_the_last_period_has_no_reach_of_an_older_one(applied: Raw) -> None:
    period(applied, "2026-11-18", 50, FIRST)
    read(applied, "2026-11-18", FIRST)
    read(applied, "2026-11-19", SECOND)
    assert reached(applied) == []


def test_a_row_that_vanished_when_its_period_was_read_again_does_not_count(applied: Raw) -> None:
    period(applied, "2026-11-19", 50, FIRST, campaign_id="gone")
    period(applied, "2026-11-19", 60, SECOND)
    read(applied, "2026-11-19", SECOND)
    assert [row[1] for row in reached(applied)] == ["10"]


def test_rows_of_a_read_that_did_not_finish_wait_for_its_retry(applied: Raw) -> None:
    period(applied, "2026-11-18", 50, FIRST)
    read(applied, "2026-11-18", FIRST)
    period(applied, "2026-11-19", 60, SECOND)
    assert [row[3:] for row in reached(applied)] == [("2026-11-18", 50)]


def test_each_account_has_its_own_last_run(applied: Raw) -> None:
    for account, end, synced_at in (("1", "2026-11-18", FIRST), ("2", "2026-11-19", SECOND)):
        period(applied, end, 50, synced_at, advertiser_id=account)
        read(applied, end, synced_at, advertiser_id=account)
    assert [(row[0], row[3]) for row in reached(applied)] == [
        ("1", "2026-11-18"),
        ("2", "2026-11-19"),
    ]


def test_reach_has_names_and_the_accounts_currency(applied: Raw) -> None:
    applied.insert("advertisers", advertiser_id="1", name="Acme", currency="EUR")
    applied.insert("campaigns", advertiser_id="1", campaign_id="10", campaign_name="C")
    period(applied, "2026-11-19", 60, SECOND, frequency=Decimal("1.5"), impressions=90)
    read(applied, "2026-11-19", SECOND)
    query = (
        "select advertiser_name, campaign_name, currency, frequency, impressions "
        "from tiktok_ads.reach_campaign"
    )
    assert applied.read(query) == [("Acme", "C", "EUR", Decimal("1.5"), 90)]


def test_periods_of_many_runs_have_no_missing_days(applied: Raw) -> None:
    report = {"report": "campaign_report_period"}
    for month, synced_at in (("02", "2026-03-08"), ("10", SECOND)):
        applied.window(f"2026-{month}-01", f"2026-{month}-28", synced_at, **report)
        applied.window(f"2026-{month}-22", f"2026-{month}-28", synced_at, **report)
    query = "select missing_days from tiktok_ads.data_freshness"
    assert applied.read(query) == [(0,)]


def test_no_view_adds_up_what_does_not_add_up() -> None:
    own = dict.fromkeys(NOT_ADDITIVE, "numeric")
    tables = {
        name: replace(table, existing={**table.existing, **own}) if "_report_" in name else table
        for name, table in declared_tables().items()
    }
    views = list(all_views(Layer(load_catalog(), tables, "raw", "views")))
    assert any("reach" in view.columns for view in views)
    for view in views:
        for sum_ in view.query.find_all(exp.Sum, exp.Avg):
            summed = {column.name for column in sum_.find_all(exp.Column)}
            assert not summed & {*NOT_ADDITIVE, "reach", "frequency"}, view.name


def own_metrics(directory: Path, *columns: str) -> str:
    table = '[[metric]]\nkey = "own_{}"\nname = "Own {}"\ncolumn = "{}"\n'
    path = directory / "own.toml"
    path.write_text("".join(table.format(n, n, name) for n, name in enumerate(columns)))
    return str(path)


def test_no_metric_may_sum_what_does_not_add_up(tmp_path: Path) -> None:
    for name in NOT_ADDITIVE:
        with pytest.raises(MetricsError, match=f'the column "{name}" cannot be summed'):
            load_catalog(own_metrics(tmp_path, name))


def test_a_metric_may_sum_whatever_adds_up(tmp_path: Path) -> None:
    additive = [metric["name"] for metric in facts("metrics") if metric["kind"] == "additive"]
    catalog = load_catalog(own_metrics(tmp_path, *additive))
    assert [metric.column for metric in catalog.metrics if metric.group == "own"] == additive
