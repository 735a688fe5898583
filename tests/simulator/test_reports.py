"""What reports answer, and that their sums are the truth."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import ALL, in_filter, report

if TYPE_CHECKING:
    from tests.support.api import Simulator

START, END = "2026-10-22", "2026-11-20"
TOP_VIEW = "RESERVATION_TOP_VIEW"
FILTERS = {
    "advertiser": [],
    "campaign": [in_filter("campaign_status", ALL)],
    "adgroup": [in_filter("adgroup_status", ALL)],
    "ad": [in_filter("ad_status", ALL)],
}


def _truth(demo: Simulator, advertiser_id: str, **parameters: str) -> dict[str, Any]:
    return demo.truth(START, END, advertiser_id=advertiser_id, **parameters)


def _by_day(rows: list[dict[str, Any]], metrics: list[str]) -> dict[str, dict[str, Decimal]]:
    days: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        day = row["dimensions"]["stat_time_day"].removesuffix(" 00:00:00")
        sums = days.setdefault(day, dict.fromkeys(metrics, Decimal(0)))
        for name in metrics:
            sums[name] += Decimal(row["metrics"][name])
    return days


@pytest.mark.parametrize("level", FILTERS)
def test_sums_over_all_pages_are_the_truth(demo: Simulator, level: str) -> None:
    for account in demo.accounts().values():
        truth = _truth(demo, account)["days"]
        metrics = list(truth[0]["metrics"]) if truth else ["spend"]
        asked = [name for name in metrics if level == "advertiser" or name != "cash_spend"]
        rows = []
        for extra in ([], [in_filter("buying_type", TOP_VIEW)]):
            rows += demo.report(account, level, metrics=asked, filtering=FILTERS[level] + extra)
        expected = {
            day["date"]: {name: Decimal(day["metrics"][name]) for name in asked} for day in truth
        }
        assert _by_day(rows, asked) == expected


def test_row_counts_are_the_truth(demo: Simulator, london: str) -> None:
    truth = _truth(demo, london, without=TOP_VIEW)["days"]
    for level, filtering in FILTERS.items():
        rows = demo.report(london, level, filtering=filtering)
        assert len(rows) == sum(day["rows"][level] for day in truth)


def test_each_ad_and_day_is_the_truth(demo: Simulator, london: str) -> None:
    truth = _truth(demo, london, detail="ad", without=TOP_VIEW, metrics="spend,conversion")
    rows = demo.report(
        london, metrics=["spend", "conversion"], filtering=FILTERS["ad"], page_size=7
    )
    found = {
        (row["dimensions"]["ad_id"], row["dimensions"]["stat_time_day"][:10]): row["metrics"]
        for row in rows
    }
    assert found == {(each["ad_id"], each["date"]): each["metrics"] for each in truth["ads"]}
    assert len(rows) == len(found)


def test_deleted_ads_are_missing_at_their_own_level_only(demo: Simulator, london: str) -> None:
    def spend(level: str, **parameters: Any) -> Decimal:
        rows = demo.report(london, level, **parameters)
        return sum((Decimal(row["metrics"]["spend"]) for row in rows), Decimal(0))

    everything = spend("ad", filtering=FILTERS["ad"])
    assert spend("ad") < spend("campaign") <= everything
    assert spend("advertiser") == everything


def test_top_view_delivery_is_there_only_when_asked_for(demo: Simulator, london: str) -> None:
    metrics = ["spend", "objective_type"]
    usual = demo.report(london, "campaign", metrics=metrics)
    asked = demo.report(
        london, "campaign", metrics=metrics, filtering=[in_filter("buying_type", TOP_VIEW)]
    )
    assert "TOPVIEW_REACH" not in {row["metrics"]["objective_type"] for row in usual}
    assert {row["metrics"]["objective_type"] for row in asked} == {"TOPVIEW_REACH"}


def test_every_value_is_a_string_and_missing_ones_are_a_dash(demo: Simulator, london: str) -> None:
    metrics = ["spend", "ctr", "campaign_name", "secondary_goal_result", "bid_secondary_goal"]
    for row in demo.report(london, metrics=metrics):
        assert set(row) == {"dimensions", "metrics"}
        assert set(row["metrics"]) == set(metrics)
        assert all(isinstance(value, str) for value in row["metrics"].values())
        assert row["metrics"]["secondary_goal_result"] == "-"


def test_days_are_whole_days_of_the_account(demo: Simulator, london: str) -> None:
    for row in demo.report(london, "advertiser"):
        assert row["dimensions"]["stat_time_day"].endswith(" 00:00:00")
        assert row["dimensions"]["advertiser_id"] == london


@pytest.mark.parametrize(("name", "decimals"), [("Northwind Outdoor", 2), ("さくら靴店 👟", 0)])
def test_money_has_the_decimals_of_its_currency(demo: Simulator, name: str, decimals: int) -> None:
    rows = demo.report(demo.accounts()[name], metrics=["spend", "cpc"])
    spends = [Decimal(row["metrics"]["spend"]) for row in rows]
    assert {-spend.as_tuple().exponent for spend in spends} == {decimals}  # type: ignore[operator]


def test_counts_do_not_contradict_each_other(demo: Simulator) -> None:
    chains = (
        ["video_views_p100", "video_views_p75", "video_views_p50", "video_views_p25"],
        ["video_views_p25", "video_play_actions", "impressions"],
        ["video_watched_6s", "video_watched_2s", "video_play_actions"],
        ["reach", "impressions"],
        ["clicks", "impressions"],
    )
    metrics = sorted({name for chain in chains for name in chain})
    for account in demo.accounts().values():
        for row in demo.report(account, metrics=metrics, filtering=FILTERS["ad"]):
            for chain in chains:
                counts = [int(row["metrics"][name]) for name in chain]
                assert counts == sorted(counts)


def test_an_image_has_no_video_views(demo: Simulator) -> None:
    account = demo.accounts()["さくら靴店 👟"]
    metrics = ["impressions", "video_play_actions", "image_mode"]
    images = [
        row["metrics"]
        for row in demo.report(account, metrics=metrics)
        if row["metrics"]["image_mode"] == "SINGLE_IMAGE"
    ]
    assert images
    assert {row["video_play_actions"] for row in images} == {"0"}


def test_ratios_are_made_from_the_parts_and_rounded_to_two(demo: Simulator, london: str) -> None:
    metrics = ["spend", "clicks", "impressions", "ctr", "cpc", "cpm"]
    cent = Decimal("0.01")
    for row in demo.report(london, metrics=metrics):
        found = {name: Decimal(value) for name, value in row["metrics"].items()}
        if found["clicks"]:
            assert abs(found["cpc"] - found["spend"] / found["clicks"]) <= cent / 2
        assert abs(found["ctr"] - 100 * found["clicks"] / found["impressions"]) <= cent / 2
        assert abs(found["cpm"] - 1000 * found["spend"] / found["impressions"]) <= cent / 2


def test_reach_does_not_add_up(demo: Simulator, london: str) -> None:
    def reach(level: str) -> int:
        rows = demo.report(
            london, level, metrics=["reach"], filtering=FILTERS[level], end_date=START
        )
        return sum(int(row["metrics"]["reach"]) for row in rows)

    assert reach("advertiser") < reach("campaign") < reach("ad")


def test_attributes_are_those_of_now(demo: Simulator, london: str) -> None:
    names = {row["ad_id"]: row["ad_name"] for row in demo.rows("/ad/get/", advertiser_id=london)}
    rows = demo.report(london, metrics=["ad_name", "currency", "campaign_id"], start_date=END)
    assert rows
    for row in rows:
        assert row["metrics"]["ad_name"] == names[row["dimensions"]["ad_id"]]
        assert row["metrics"]["currency"] == "GBP"


def test_without_a_day_there_is_one_row_for_each_object(demo: Simulator, london: str) -> None:
    daily = demo.report(london, "campaign", filtering=FILTERS["campaign"])
    whole = demo.report(
        london, "campaign", dimensions=["campaign_id"], filtering=FILTERS["campaign"]
    )
    spends: dict[str, Decimal] = {}
    for row in daily:
        campaign = row["dimensions"]["campaign_id"]
        spends[campaign] = spends.get(campaign, Decimal(0)) + Decimal(row["metrics"]["spend"])
    found = {row["dimensions"]["campaign_id"]: Decimal(row["metrics"]["spend"]) for row in whole}
    assert {campaign: spend for campaign, spend in found.items() if spend} == spends


def test_some_objects_without_delivery_come_with_zeros(demo: Simulator, london: str) -> None:
    filtering = FILTERS["ad"]
    rows = demo.report(london, dimensions=["ad_id"], filtering=filtering, start_date=END)
    zeros = [row for row in rows if row["metrics"]["spend"] == "0.00"]
    assert zeros
    assert len(rows) < len(
        demo.truth(END, END, advertiser_id=london)["accounts"][0]["entities"]["ad"]
    )


def test_a_lifetime_report_ignores_the_dates(demo: Simulator, london: str) -> None:
    whole = demo.report(
        london,
        "campaign",
        dimensions=["campaign_id"],
        query_lifetime="true",
        start_date="nonsense",
    )
    month = demo.report(london, "campaign", dimensions=["campaign_id"])
    assert sum(int(row["metrics"]["impressions"]) for row in whole) > sum(
        int(row["metrics"]["impressions"]) for row in month
    )


def test_spend_and_impressions_are_the_default_metrics(demo: Simulator, london: str) -> None:
    parameters = report(london)
    del parameters["metrics"]
    rows = demo.data("/report/integrated/get/", **parameters)["list"]
    assert set(rows[0]["metrics"]) == {"spend", "impressions"}
    assert len(rows) == 10


def test_rows_come_unsorted_unless_an_order_is_asked_for(demo: Simulator, london: str) -> None:
    def spends(**parameters: Any) -> list[Decimal]:
        rows = demo.report(london, page_size=50, **parameters)
        return [Decimal(row["metrics"]["spend"]) for row in rows]

    unsorted, falling = spends(), spends(order_field="spend")
    assert unsorted != falling
    assert falling == sorted(unsorted, reverse=True)
    assert spends(order_field="spend", order_type="ASC") == sorted(unsorted)


def test_ids_choose_whose_delivery_is_counted(demo: Simulator, london: str) -> None:
    ads = [row["dimensions"]["ad_id"] for row in demo.report(london, dimensions=["ad_id"])][:3]
    rows = demo.report(london, dimensions=["ad_id"], filtering=[in_filter("ad_ids", *ads)])
    assert [row["dimensions"]["ad_id"] for row in rows] == ads


def test_numbers_filter_rows(demo: Simulator, london: str) -> None:
    condition = {"field_name": "spend", "filter_type": "GREATER_THAN", "filter_value": "40"}
    rows = demo.report(london, filtering=[condition])
    kept = [row for row in demo.report(london) if Decimal(row["metrics"]["spend"]) > 40]
    assert rows == kept
    assert rows


def test_totals_add_what_can_be_added(demo: Simulator, london: str) -> None:
    metrics = ["spend", "clicks", "ctr", "reach", "campaign_name"]
    data = demo.data(
        "/report/integrated/get/",
        **report(london, "campaign", metrics=metrics, page_size="1000"),
        enable_total_metrics="true",
    )
    totals = data["total_metrics"]
    spend = sum(Decimal(row["metrics"]["spend"]) for row in data["list"])
    assert Decimal(totals["spend"]) == spend
    assert totals["reach"] == totals["campaign_name"] == "-"


def test_smart_ads_gather_their_creatives(demo: Simulator, london: str) -> None:
    def impressions(dimension: str, rows: list[dict[str, Any]]) -> dict[str, int]:
        return {row["dimensions"][dimension]: int(row["metrics"]["impressions"]) for row in rows}

    creatives = demo.rows(
        "/ad/get/",
        advertiser_id=london,
        filtering={"campaign_automation_type": "UPGRADED_SMART_PLUS_CREATIVE"},
    )
    by_creative = impressions("ad_id", demo.report(london, dimensions=["ad_id"]))
    by_ad = impressions("ad_id_v2", demo.report(london, dimensions=["ad_id_v2"]))
    for smart_ad in {row["smart_plus_ad_id"] for row in creatives}:
        parts = [
            by_creative.get(row["ad_id"], 0)
            for row in creatives
            if row["smart_plus_ad_id"] == smart_ad
        ]
        assert by_ad[smart_ad] == sum(parts)


def test_an_account_without_campaigns_has_an_empty_report(demo: Simulator) -> None:
    assert demo.report(demo.accounts()["Quiet Account"], "advertiser") == []


def test_a_page_is_the_same_each_time(demo: Simulator, london: str) -> None:
    parameters = report(london, page="2", page_size="20")
    first = demo.data("/report/integrated/get/", **parameters)
    assert json.dumps(first) == json.dumps(demo.data("/report/integrated/get/", **parameters))
