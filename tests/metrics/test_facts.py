"""Each ad and day counts once, with what was read of it last."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.metrics.conftest import append_only, keyed_or_not

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.metrics.conftest import Raw, Result

FIRST, SECOND, THIRD = "2026-11-06 05:00", "2026-11-07 05:00", "2026-11-08 05:00"
FACTS = "select ad_id, stat_time_day::text, spend from tiktok_ads.tiktok_data_ad order by 1, 2"


@keyed_or_not
def test_a_row_counts_from_the_first_load_on(applied: Raw) -> None:
    applied.report(spend=Decimal("1.23"), synced_at=FIRST)
    applied.window("2026-11-01", "2026-11-05", FIRST)
    assert applied.read(FACTS) == [("1000", "2026-11-02", Decimal("1.23"))]


@keyed_or_not
def test_a_row_that_vanished_when_its_day_was_read_again_does_not_count(applied: Raw) -> None:
    applied.report(ad_id="gone", spend=Decimal(5), synced_at=FIRST)
    applied.report(ad_id="kept", spend=Decimal(7), synced_at=SECOND)
    applied.window("2026-10-31", "2026-11-05", FIRST)
    applied.window("2026-11-01", "2026-11-06", SECOND)
    assert applied.read(FACTS) == [("kept", "2026-11-02", Decimal(7))]


@keyed_or_not
def test_days_that_were_not_read_again_keep_their_rows(applied: Raw) -> None:
    applied.report(stat_time_day="2026-10-31", spend=Decimal(1), synced_at=FIRST)
    applied.report(stat_time_day="2026-11-06", spend=Decimal(2), synced_at=SECOND)
    applied.window("2026-10-31", "2026-11-05", FIRST)
    applied.window("2026-11-01", "2026-11-06", SECOND)
    assert [day for _, day, _ in applied.read(FACTS)] == ["2026-10-31", "2026-11-06"]


@keyed_or_not
def test_only_windows_of_the_same_report_and_account_replace(applied: Raw) -> None:
    applied.report(spend=Decimal(1), synced_at=FIRST)
    applied.window("2026-11-01", "2026-11-05", FIRST)
    applied.window("2026-11-01", "2026-11-05", SECOND, advertiser_id="2")
    applied.window("2026-11-01", "2026-11-05", SECOND, report="campaign_report_daily")
    assert len(applied.read(FACTS)) == 1


@keyed_or_not
def test_days_between_windows_are_left_alone(applied: Raw) -> None:
    applied.report(stat_time_day="2026-11-03", spend=Decimal(1), synced_at=FIRST)
    applied.window("2026-11-01", "2026-11-02", SECOND)
    applied.window("2026-11-04", "2026-11-05", SECOND)
    assert [day for _, day, _ in applied.read(FACTS)] == ["2026-11-03"]


@keyed_or_not
def test_rows_outside_all_windows_count(applied: Raw) -> None:
    applied.window("2026-11-01", "2026-11-02", FIRST)
    applied.report(stat_time_day="2026-09-01", spend=Decimal(1))
    applied.report(stat_time_day="2027-01-01", spend=Decimal(2))
    applied.report(advertiser_id="without windows", spend=Decimal(3))
    assert sorted(spend for *_, spend in applied.read(FACTS)) == [1, 2, 3]


@append_only
def test_of_several_reads_in_an_append_only_table_the_newest_counts(applied: Raw) -> None:
    applied.report(spend=Decimal(2), synced_at=SECOND)
    applied.report(spend=Decimal(1), synced_at=FIRST)
    applied.window("2026-11-01", "2026-11-05", FIRST)
    applied.window("2026-11-01", "2026-11-06", SECOND)
    assert applied.read(FACTS) == [("1000", "2026-11-02", Decimal(2))]


@append_only
def test_of_a_retry_within_a_run_the_row_loaded_last_counts(applied: Raw) -> None:
    applied.report(spend=Decimal(3), synced_at=FIRST, _sdc_sequence=2)
    applied.report(spend=Decimal(9), synced_at=FIRST, _sdc_sequence=1)
    assert applied.read(FACTS) == [("1000", "2026-11-02", Decimal(3))]


def test_of_a_retry_without_sequence_the_fuller_row_counts(
    raw: Raw, metrics: Callable[..., Result]
) -> None:
    loader = ("_sdc_sequence", "_sdc_deleted_at")
    raw.create(keyed=False, without=loader)
    raw.report(spend=Decimal(3), impressions=10, synced_at=FIRST)
    raw.report(spend=Decimal(4), impressions=11, synced_at=FIRST)
    metrics("apply")
    assert raw.read(FACTS) == [("1000", "2026-11-02", Decimal(4))]


@keyed_or_not
def test_a_run_that_died_halfway_leaves_each_key_once(applied: Raw, *, keyed: bool) -> None:
    applied.window("2026-11-01", "2026-11-05", FIRST)
    applied.report(ad_id="read again", spend=Decimal(2), synced_at=SECOND)
    applied.report(ad_id="not yet", spend=Decimal(3), synced_at=FIRST)
    if not keyed:
        applied.report(ad_id="read again", spend=Decimal(1), synced_at=FIRST)
    assert applied.read(FACTS) == [
        ("not yet", "2026-11-02", Decimal(3)),
        ("read again", "2026-11-02", Decimal(2)),
    ]


@keyed_or_not
def test_what_a_dead_run_left_goes_when_a_later_one_is_through(applied: Raw) -> None:
    applied.window("2026-11-01", "2026-11-05", FIRST)
    applied.report(ad_id="seen by the dead run only", spend=Decimal(2), synced_at=SECOND)
    applied.window("2026-11-01", "2026-11-07", THIRD)
    assert applied.read(FACTS) == []


@append_only
def test_windows_that_came_twice_count_once(applied: Raw) -> None:
    applied.report(spend=Decimal(1), synced_at=FIRST)
    applied.window("2026-11-01", "2026-11-05", FIRST)
    applied.window("2026-11-01", "2026-11-05", FIRST)
    assert len(applied.read(FACTS)) == 1


def test_without_windows_every_key_counts(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("ad_report_daily")
    raw.report(spend=Decimal(1))
    metrics("apply")
    assert len(raw.read(FACTS)) == 1


def test_without_synced_at_every_key_counts(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("sync_windows")
    raw.create("ad_report_daily", without=["synced_at"])
    statement = "insert into {} (advertiser_id, ad_id, stat_time_day) values ('1', '2', now())"
    raw.execute(statement.format("tap_tiktok_ads.ad_report_daily"))
    raw.window("2020-01-01", "2030-01-01", FIRST)
    metrics("apply")
    assert len(raw.read(FACTS)) == 1


def test_columns_that_were_not_selected_are_null_and_of_their_type(
    raw: Raw, metrics: Callable[..., Result]
) -> None:
    raw.create("ad_report_daily", without=["clicks", "spend", "campaign_name", "currency"])
    metrics("apply")
    types = raw.read(
        "select column_name, data_type from information_schema.columns "
        "where table_name = 'tiktok_data_ad' and column_name in ('clicks', 'spend', 'synced_at')"
    )
    assert dict(types) == {
        "clicks": "bigint",
        "spend": "numeric",
        "synced_at": "timestamp with time zone",
    }


def test_further_columns_pass_through(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("ad_report_daily", more="reach bigint, loaded_at timestamp, stuff jsonb")
    raw.report(reach=7, loaded_at="2026-11-02 03:04:05", stuff="null")
    metrics("apply")
    raw.execute("set timezone to 'Asia/Tokyo'")
    row = raw.read("select reach, loaded_at, stuff from tiktok_ads.tiktok_data_ad")
    at = dt.datetime(2026, 11, 2, 3, 4, 5, tzinfo=dt.timezone.utc)
    assert row == [(7, at, None)]


def test_the_loaders_own_columns_are_not_shown(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("ad_report_daily", more="_sdc_table_version bigint")
    metrics("apply")
    columns = raw.read(
        "select column_name from information_schema.columns where table_schema = 'tiktok_ads' "
        "and column_name like '\\_sdc%'"
    )
    assert columns == []


def test_a_row_without_currency_has_its_accounts(applied: Raw) -> None:
    applied.insert("advertisers", advertiser_id="1", currency="EUR")
    applied.report(currency=None)
    assert applied.read("select currency from tiktok_ads.tiktok_data_ad") == [("EUR",)]


def test_types_of_other_loaders_are_made_exact(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("ad_report_daily", without=["spend", "clicks", "stat_time_day"], keyed=False)
    raw.execute(
        "alter table tap_tiktok_ads.ad_report_daily add spend double precision, add clicks integer,"
        " add stat_time_day text"
    )
    raw.report(spend=0.1, clicks=1)
    raw.report(ad_id="1001", spend=0.2, clicks=2)
    metrics("apply")
    query = "select spend, cpc from tiktok_ads.metrics_campaign_day"
    assert raw.read(query) == [(Decimal("0.3"), Decimal("0.1"))]
