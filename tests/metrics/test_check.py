"""``check`` says what is wrong with the data, and a scheduler can tell by its exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.metrics.conftest import append_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.metrics.conftest import Raw, Result

READ = "2026-11-20 05:00"
LEVELS = ("adgroup", "campaign", "advertiser")


@pytest.fixture
def sound(applied: Raw) -> Raw:
    """An account, read twice, with nothing wrong."""
    names = {"campaign_name": "C", "adgroup_name": "G", "ad_name": "A"}
    account = {"advertiser_id": "1", "synced_at": READ}
    applied.insert("advertisers", **account, name="Acme", currency="GBP")
    applied.insert("campaigns", **account, campaign_id="10", campaign_name="C")
    applied.insert("adgroups", **account, adgroup_id="100", campaign_id="10", adgroup_name="G")
    applied.insert("ads", **account, ad_id="1000", adgroup_id="100", ad_name="A")
    applied.report(spend=10, impressions=100, clicks=1, **names)
    applied.window("2026-11-01", "2026-11-05", "2026-11-08 05:00")
    applied.window("2026-11-03", "2026-11-18", READ)
    for level in LEVELS:
        applied.insert(
            f"{level}_report_daily",
            **account,
            **({f"{level}_id": "10" * (1 + (level == "adgroup"))} if level != "advertiser" else {}),
            stat_time_day="2026-11-02",
            currency="GBP",
            spend=10,
            impressions=100,
            clicks=1,
        )
        applied.window("2026-11-01", "2026-11-18", READ, report=f"{level}_report_daily")
    return applied


@pytest.mark.usefixtures("sound")
def test_nothing_wrong(metrics: Callable[..., Result]) -> None:
    assert metrics("check") == (0, "0 errors, 0 notes.\n", "")


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "insert into {}.advertisers (advertiser_id) values ('2')",
            "error: ad_report_daily: account 2 has no completed read.",
        ),
        (
            (
                "update {}.sync_windows set end_date = '2026-11-10', start_date = '2026-11-08' "
                "where start_date = '2026-11-03'"
            ),
            (
                "error: ad_report_daily: account 1 lacks days between 2026-11-01 and "
                "2026-11-10: 2; run the tap again with a start_date before them."
            ),
        ),
        (
            "update {}.sync_windows set truncated = true where start_date = '2026-11-03'",
            (
                "error: ad_report_daily: account 1 has days that TikTok truncated: 16; "
                "their totals are too low."
            ),
        ),
        (
            "update {}.campaign_report_daily set spend = 12.5, clicks = null",
            (
                "error: account 1: the campaign level differs from the sum of the ad level on 1 of "
                "the days from 2026-11-02 to 2026-11-02, by 2.5 GBP, 0 impressions and -1 clicks."
            ),
        ),
        (
            "update {}.ads set ad_name = null; update {}.ad_report_daily set ad_name = null",
            "error: ads with delivery but not loaded, and without a name: 1, such as 1000.",
        ),
        (
            (
                "insert into {}.smart_plus_ad_report_daily (advertiser_id, ad_id_v2, stat_time_day)"
                " values ('1', '9', '2026-11-02')"
            ),
            ("error: Smart+ ads with delivery but not loaded, and without a name: 1, such as 9."),
        ),
    ],
)
def test_numbers_that_are_wrong_or_missing_are_errors(
    sound: Raw, metrics: Callable[..., Result], statement: str, finding: str
) -> None:
    for part in statement.replace("{}", "tap_tiktok_ads").split(";"):
        sound.execute(part)
    result = metrics("check")
    assert finding in result.out.splitlines()
    assert result.status == 1


@pytest.mark.parametrize(
    ("statement", "findings"),
    [
        (
            "delete from {}.ads",
            [("ads with delivery but not loaded, named as in their report: 1, "
             "such as 1000.")],
        ),
        (
            "update {}.ads set adgroup_id = '404'",
            ["ads whose ad group was not loaded: 1, such as 1000."],
        ),
        (
            "alter table {}.ads drop ad_format cascade",
            ["ads lacks columns: ad_format; they are NULL in the views."],
        ),
        (
            "drop table {}.smart_plus_ads, {}.regions cascade",
            ["not loaded, so empty in the views: smart_plus_ads, regions."],
        ),
        (
            "update {}.ads set smart_plus_ad_id = '9'",
            ["Smart+ creatives whose Smart+ ad was not loaded: 1, such as 1000."],
        ),
        (
            "insert into {}.smart_plus_ads (advertiser_id, smart_plus_ad_id) values ('1', '9')",
            ["Smart+ ads whose ad group was not loaded: 1, such as 9."],
        ),
    ],
)  # fmt: skip
def test_what_is_good_to_know_is_a_note(
    sound: Raw, metrics: Callable[..., Result], statement: str, findings: list[str]
) -> None:
    sound.execute(statement.replace("{}", "tap_tiktok_ads"))
    metrics("apply")
    result = metrics("check")
    assert result.out.splitlines()[:-1] == [f"note: {finding}" for finding in findings]
    assert result.status == 0


@pytest.mark.parametrize("table", ["advertisers", "campaigns", "ad_report_daily", "sync_windows"])
def test_a_table_that_everything_rests_on_is_missing(
    sound: Raw, metrics: Callable[..., Result], table: str
) -> None:
    sound.execute(f"drop table tap_tiktok_ads.{table} cascade")
    metrics("apply")
    result = metrics("check")
    assert (
        f"error: the table tap_tiktok_ads.{table} is missing; its views are empty.\n" in result.out
    )
    assert result.status == 1


def test_facts_without_the_time_of_their_read_are_an_error(
    raw: Raw, metrics: Callable[..., Result]
) -> None:
    raw.create("ad_report_daily", without=["synced_at"])
    metrics("apply")
    finding = "error: ad_report_daily lacks columns: synced_at; they are NULL in the views."
    assert finding in metrics("check").out.splitlines()


@append_only
def test_older_reads_in_an_append_only_table_are_a_note(
    applied: Raw, metrics: Callable[..., Result]
) -> None:
    for synced_at in ("2026-11-20", "2026-11-21", "2026-11-22"):
        applied.report(synced_at=synced_at, campaign_name="C", adgroup_name="G", ad_name="A")
    out = metrics("check").out.splitlines()
    assert "note: ad_report_daily has 2 older versions of rows; views use the newest." in out


def test_days_that_still_move_may_differ(sound: Raw, metrics: Callable[..., Result]) -> None:
    # The day's last correction comes at noon of the next day, UTC.
    sound.execute("update tap_tiktok_ads.campaign_report_daily set spend = 11")
    statement = "update tap_tiktok_ads.sync_windows set synced_at = '2026-11-03 11:59'"
    sound.execute(statement)
    sound.execute("update tap_tiktok_ads.ad_report_daily set synced_at = '2026-11-03 11:59'")
    assert metrics("check").status == 0
    sound.execute(statement.replace("11:59", "12:00"))
    assert metrics("check").status == 1


def test_freshness_says_how_far_each_report_was_read(sound: Raw) -> None:
    query = (
        "select first_day::text, last_day::text, last_run::text, final_until::text, is_final, "
        "missing_days, truncated_days from tiktok_ads.data_freshness where report = "
        "'ad_report_daily'"
    )
    sound.execute("set timezone to 'UTC'")
    assert sound.read(query) == [
        ("2026-11-01", "2026-11-18", "2026-11-20 05:00:00+00", "2026-11-18", True, 0, 0)
    ]
    sound.window("2026-11-14", "2026-11-20", "2026-11-20 20:00")
    assert sound.read(query) == [
        ("2026-11-01", "2026-11-20", "2026-11-20 20:00:00+00", "2026-11-19", False, 0, 0)
    ]


def test_reconciliation_shows_what_no_ad_has(sound: Raw) -> None:
    sound.execute("update tap_tiktok_ads.advertiser_report_daily set spend = 30, currency = 'GBP'")
    sound.execute("delete from tap_tiktok_ads.adgroup_report_daily")
    query = (
        "select level, date::text, currency, spend, lowest_spend, unattributed_spend "
        "from tiktok_ads.reconciliation_daily order by level"
    )
    assert sound.read(query) == [
        ("adgroup", "2026-11-02", "GBP", None, 10, -10),
        ("advertiser", "2026-11-02", "GBP", 30, 10, 20),
        ("campaign", "2026-11-02", "GBP", 10, 10, 0),
    ]


def test_without_ads_levels_are_compared_with_the_lowest_there_is(sound: Raw) -> None:
    sound.execute(
        "delete from tap_tiktok_ads.sync_windows "
        "where report in ('ad_report_daily', 'adgroup_report_daily')"
    )
    sound.execute("update tap_tiktok_ads.advertiser_report_daily set clicks = 4")
    query = (
        "select level, lowest_level, clicks, lowest_clicks, unattributed_clicks "
        "from tiktok_ads.reconciliation_daily"
    )
    assert sound.read(query) == [("advertiser", "campaign", 4, 1, 3)]


def test_what_only_the_lowest_level_has_is_shown_too(sound: Raw) -> None:
    sound.execute("delete from tap_tiktok_ads.advertiser_report_daily")
    query = (
        "select spend, lowest_spend, unattributed_spend from tiktok_ads.reconciliation_daily "
        "where level = 'advertiser'"
    )
    assert sound.read(query) == [(None, 10, -10)]


def test_days_that_one_level_was_not_read_for_are_not_compared(sound: Raw) -> None:
    sound.execute(
        "update tap_tiktok_ads.sync_windows set start_date = '2026-11-03' "
        "where report = 'campaign_report_daily'"
    )
    sound.execute("delete from tap_tiktok_ads.campaign_report_daily")
    query = "select level from tiktok_ads.reconciliation_daily order by level"
    assert sound.read(query) == [("adgroup",), ("advertiser",)]
