"""Every metric of the feed, worked out by hand, to the last digit shown.

Account 1 spends pounds on two ads of one campaign, over a week-end that ends a month:

    ========== ==== ===== ====== =========== ======================================================
    day        ad   spend clicks impressions comments, profile visits, shares, button clicks,
                                             2 s, 6 s, 25 %, 50 %, 75 %, 100 %, plays
    ========== ==== ===== ====== =========== ======================================================
    Sat 31 Oct 1000 10.10      7       1,000 1, 2, 3, 4, 500, 200, 400, 300, 200, 100,   800
    Sat 31 Oct 1001 20.00     13       3,000 0, 5, 0, 1, 900, 300, 700, 500, 250,  50, 1,200
    Sun 1 Nov  1000  5.05      0         500 nothing else
    Mon 2 Nov  1000  0.01      3           0 nothing else
    ========== ==== ===== ====== =========== ======================================================

Account 2 spends dollars on a campaign, and account 3 yen on another, that no look-up knows; the
first has its name on the report's rows, the second has none.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.display import format_value

if TYPE_CHECKING:
    from tests.metrics.conftest import Raw

COUNTS = (
    "comments",
    "profile_visits",
    "shares",
    "button_click",
    "video_watched_2s",
    "video_watched_6s",
    "video_views_p25",
    "video_views_p50",
    "video_views_p75",
    "video_views_p100",
    "video_play_actions",
)
FEED = [metric for metric in load_catalog().metrics if metric.group == "feed"]


@pytest.fixture
def example(applied: Raw) -> Raw:
    """The example's database."""
    applied.insert("advertisers", advertiser_id="1", name="Acme UK", currency="GBP")
    applied.insert("campaigns", advertiser_id="1", campaign_id="10", campaign_name="Spring")
    applied.insert("ads", advertiser_id="1", ad_id="1000", ad_name="Dance")

    def delivery(day: str, ad: str, spend: str, clicks: int, shown: int, *counts: int) -> None:
        sums = dict(zip(COUNTS, counts or [0] * len(COUNTS), strict=True))
        sums |= {"clicks": clicks, "impressions": shown}
        names = {"ad_name": f"Ad {ad} on the report", "campaign_name": "Winter"}
        applied.report(stat_time_day=day, ad_id=ad, spend=Decimal(spend), **names, **sums)

    delivery("2026-10-31", "1000", "10.10", 7, 1000, 1, 2, 3, 4, 500, 200, 400, 300, 200, 100, 800)
    delivery("2026-10-31", "1001", "20.00", 13, 3000, 0, 5, 0, 1, 900, 300, 700, 500, 250, 50, 1200)
    delivery("2026-11-01", "1000", "5.05", 0, 500)
    delivery("2026-11-02", "1000", "0.01", 3, 0)
    dollars = {"advertiser_id": "2", "campaign_id": "20", "ad_id": "2000", "currency": "USD"}
    video = {"video_play_actions": 9, "video_views_p100": 1}
    sums = {"spend": Decimal("99.99"), "clicks": 3, "impressions": 7, **video}
    applied.report(campaign_name="Launch", **dollars, **sums)
    yen = {"advertiser_id": "3", "campaign_id": "30", "ad_id": "3000", "currency": "JPY"}
    video = {"video_play_actions": 6000, "video_views_p100": 600}
    applied.report(**yen, spend=Decimal(1500), clicks=40, impressions=12000, **video)
    return applied


def shown(raw: Raw, view: str, **where: str) -> str:
    """The feed's metrics of a view's only such row, as people see them."""
    rows = raw.rows(view)
    (row,) = [row for row in rows if all(str(row[name]) == text for name, text in where.items())]
    return " ".join(format_value(metric, row[metric.key], row["currency"]) for metric in FEED)


def test_an_ad_on_a_day(example: Raw) -> None:
    # CTR 7 / 1,000; CPC 10.10 / 7 = 1.4428...; CPM 10.10 / 1,000 * 1,000; CPV 10.10 / 800 =
    # 0.012625; VTR 100 / 1,000; VCR 100 / 800 = 0.125.
    assert shown(example, "metrics_ad_day", ad_id="1000", date="2026-10-31") == (
        "£10.10 7 1,000 1 2 3 4 500 200 400 300 200 100 800 0.70% £1.44 £10.10 £0.01 10.00% 12.50%"
    )


def test_a_campaign_on_a_day(example: Raw) -> None:
    # 10.10 + 20.00 = 30.10; 7 + 13 = 20; 1,000 + 3,000 = 4,000; 800 + 1,200 = 2,000 plays,
    # 100 + 50 = 150 of them to the end. CTR 20 / 4,000; CPC 30.10 / 20 = 1.505, rounded up;
    # CPM 30.10 / 4,000 * 1,000 = 7.525; CPV 30.10 / 2,000 = 0.01505; VTR 150 / 4,000 = 0.0375;
    # VCR 150 / 2,000 = 0.075. The mean of the ads' ratios would be another: CTR 0.57%.
    assert shown(example, "metrics_campaign_day", campaign_id="10", date="2026-10-31") == (
        "£30.10 20 4,000 1 7 3 5 1,400 500 1,100 800 450 150 2,000 "
        "0.50% £1.51 £7.53 £0.02 3.75% 7.50%"
    )


def test_an_account_in_a_week(example: Raw) -> None:
    # The week of Monday 26 October ends on Sunday 1 November: 30.10 + 5.05 = 35.15; 20 clicks;
    # 4,000 + 500 = 4,500. CTR 20 / 4,500 = 0.00444...; CPC 35.15 / 20 = 1.7575; CPM 35.15 / 4,500
    # * 1,000 = 7.8111...; CPV 35.15 / 2,000 = 0.017575; VTR 150 / 4,500 = 0.0333....
    week = {"advertiser_id": "1", "date": "2026-10-26"}
    assert shown(example, "metrics_advertiser_week", **week) == (
        "£35.15 20 4,500 1 7 3 5 1,400 500 1,100 800 450 150 2,000 "
        "0.44% £1.76 £7.81 £0.02 3.33% 7.50%"
    )


def test_an_account_in_a_month_without_plays(example: Raw) -> None:
    # 5.05 + 0.01 = 5.06; 0 + 3 = 3; 500 + 0. CTR 3 / 500; CPC 5.06 / 3 = 1.6866...; CPM 5.06 / 500
    # * 1,000; VTR 0 / 500. No plays to divide by: no CPV and no VCR.
    month = {"advertiser_id": "1", "date": "2026-11-01"}
    assert shown(example, "metrics_advertiser_month", **month) == (
        "£5.06 3 500 0 0 0 0 0 0 0 0 0 0 0 0.60% £1.69 £10.12 - 0.00% -"
    )


def test_a_day_without_clicks_and_one_without_impressions(example: Raw) -> None:
    assert shown(example, "metrics_ad_day", ad_id="1000", date="2026-11-01") == (
        "£5.05 0 500 0 0 0 0 0 0 0 0 0 0 0 0.00% - £10.10 - 0.00% -"
    )
    # 0.01 / 3 = 0.0033... is less than half a penny.
    assert shown(example, "metrics_ad_day", ad_id="1000", date="2026-11-02") == (
        "£0.01 3 0 0 0 0 0 0 0 0 0 0 0 0 - £0.00 - - - -"
    )


def test_dollars(example: Raw) -> None:
    # CTR 3 / 7 = 0.428571...; CPC 99.99 / 3; CPM 99.99 / 7 * 1,000 = 14,284.2857...; CPV 99.99 / 9;
    # VTR 1 / 7 = 0.142857...; VCR 1 / 9. What was not loaded is unknown, not nothing.
    assert shown(example, "metrics_campaign_month", campaign_id="20") == (
        "$99.99 3 7 - - - - - - - - - 1 9 42.86% $33.33 $14,284.29 $11.11 14.29% 11.11%"
    )


def test_yen(example: Raw) -> None:
    # CTR 40 / 12,000 = 0.00333...; CPC 1,500 / 40; CPM 1,500 / 12; CPV 1,500 / 6,000; VTR 600 /
    # 12,000; VCR 600 / 6,000.
    assert shown(example, "metrics_campaign_week", campaign_id="30") == (
        "¥1,500.00 40 12,000 - - - - - - - - - 600 6,000 0.33% ¥37.50 ¥125.00 ¥0.25 5.00% 10.00%"
    )


def test_names_are_those_of_the_look_up_and_else_those_of_the_report(example: Raw) -> None:
    query = "select distinct campaign_id, campaign_name from tiktok_ads.metrics_ad_day order by 1"
    assert example.read(query) == [("10", "Spring"), ("20", "Launch"), ("30", None)]
    query = "select distinct ad_name from tiktok_ads.metrics_ad_day where ad_id < '2' order by 1"
    assert example.read(query) == [("Ad 1001 on the report",), ("Dance",)]


def test_of_several_names_on_the_report_the_newest_counts(example: Raw) -> None:
    for day, name in (("2026-12-02", "B, later"), ("2026-12-01", "Z, first")):
        example.report(stat_time_day=day, campaign_id="40", campaign_name=name)
    query = "select campaign_name from tiktok_ads.metrics_campaign_month where campaign_id = '40'"
    assert example.read(query) == [("B, later",)]


def test_every_level_and_period_adds_up_to_the_same(example: Raw) -> None:
    totals = {
        tuple(
            example.read(
                "select currency, sum(spend), sum(clicks), sum(video_views) "
                "from tiktok_ads.{} group by 1 order by 1",
                f"metrics_{level}_{period}",
            )
        )
        for level in ("advertiser", "campaign", "adgroup", "ad")
        for period in ("day", "week", "month")
    }
    pounds = ("GBP", Decimal("35.16"), 23, 2000)
    yen = ("JPY", Decimal(1500), 40, 6000)
    dollars = ("USD", Decimal("99.99"), 3, 9)
    assert totals == {(pounds, yen, dollars)}
