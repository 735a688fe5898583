"""Which dimensions and metrics go together, and in which words the API refuses the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import LEVELS, in_filter, report

if TYPE_CHECKING:
    from tests.support.api import Simulator

CONFLICT = "Conflict occurs. The input params including metrics and dimensions have no relation."
REPORT = "/report/integrated/get/"
DAY, HOUR = "stat_time_day", "stat_time_hour"
ONE_DAY = {"start_date": "2026-11-20"}


def _audience(*dimensions: str, **more: Any) -> dict[str, Any]:
    return report("$", report_type="AUDIENCE", dimensions=[*dimensions]) | more


BAD_BREAKDOWNS: dict[str, tuple[dict[str, Any], str]] = {
    "two days of hours": (
        report("$", dimensions=["ad_id", HOUR], start_date="2026-11-19"),
        "max time span is 1 days when use stat_time_hour",
    ),
    "both times": (
        report("$", dimensions=["ad_id", DAY, HOUR], **ONE_DAY),
        "At most one time dimension",
    ),
    "an hour's cash": (
        report("$", "advertiser", dimensions=["advertiser_id", HOUR], metrics=["cash_spend"])
        | ONE_DAY,
        CONFLICT,
    ),
    "cash without days": (
        report("$", "advertiser", dimensions=["advertiser_id"], metrics=["voucher_spend"]),
        CONFLICT,
    ),
    "a paid view of an hour": (
        report("$", dimensions=["ad_id", HOUR], metrics=["paid_engaged_view"], **ONE_DAY),
        CONFLICT,
    ),
    "a paid view of a post": (
        report("$", dimensions=["ad_id", DAY, "custom_event_type"], metrics=["paid_engaged_view"]),
        CONFLICT,
    ),
    "lifetime hours": (
        report("$", dimensions=["ad_id", HOUR], query_lifetime="true"),
        "query_lifetime: Lifetime reports cannot be used with stat_time_hour",
    ),
    "lifetime countries": (
        report("$", dimensions=["ad_id", "country_code"], query_lifetime="true"),
        "query_lifetime: Lifetime reports cannot be used with country_code",
    ),
    "hours of countries": (
        report("$", dimensions=["ad_id", HOUR, "country_code"], **ONE_DAY),
        "country_code cannot be used with stat_time_hour",
    ),
    "countries of kinds": (
        report("$", dimensions=["ad_id", "country_code", "ad_type"]),
        "country_code cannot be used with ad_type",
    ),
    "ages in a BASIC report": (
        report("$", dimensions=["ad_id", DAY, "age"]),
        "dimensions: Unsupported dimension: age",
    ),
    "search terms of ads": (
        report("$", dimensions=["ad_id", DAY, "search_terms"]),
        "search_terms cannot be used with ad_id",
    ),
    "keywords of Smart+ ads": (
        report("$", dimensions=["ad_id_v2", DAY, "search_keyword"]),
        "search_keyword cannot be used with ad_id_v2",
    ),
    "a match type without keyword": (
        report("$", "campaign", dimensions=["campaign_id", DAY, "match_type"]),
        "match_type needs the dimension search_keyword",
    ),
    "images of campaigns": (
        report("$", "campaign", dimensions=["campaign_id", DAY, "image_id"]),
        "image_id needs the dimension ad_id",
    ),
    "videos of Smart+ ads": (
        report("$", dimensions=["ad_id_v2", DAY, "video_material_id"]),
        "video_material_id needs the dimension ad_id",
    ),
    "a metric that countries lack": (
        report("$", dimensions=["ad_id", DAY, "country_code"], metrics=["live_views"]),
        CONFLICT,
    ),
    "reach of search terms": (
        report("$", "campaign", dimensions=["campaign_id", DAY, "search_terms"], metrics=["reach"]),
        CONFLICT,
    ),
    "a list without ad_id_v2": (report("$", metrics=["ad_text_list"]), CONFLICT),
    "a country filter without countries": (
        report("$", filtering=[in_filter("country_code", "GB")]),
        "filtering.country_code: The filter needs the dimension",
    ),
    "totals of a breakdown": (
        report("$", dimensions=["ad_id", DAY, "country_code"], enable_total_metrics="true"),
        "enable_total_metrics: Totals need one ID dimension",
    ),
    "an audience of nobody": (
        _audience("ad_id", DAY),
        "Exactly one audience dimension is needed",
    ),
    "an audience by hour": (
        _audience("ad_id", HOUR, "age", **ONE_DAY),
        "Unsupported dimension: stat_time_hour",
    ),
    "an audience for life": (
        _audience("ad_id", "age", query_lifetime="true"),
        "query_lifetime: AUDIENCE reports have no lifetime",
    ),
    "an audience of ads without ads": (
        _audience(DAY, "age"),
        "Exactly one ID dimension is needed",
    ),
    "an audience of Smart+ ads": (
        _audience("ad_id_v2", "age"),
        "ad_id_v2 cannot be used in AUDIENCE",
    ),
    "ages in countries": (
        _audience("ad_id", DAY, "age", "country_code"),
        "age cannot be used with country_code",
    ),
    "ages and genders in countries": (
        _audience("ad_id", DAY, "age", "gender", "country_code"),
        "age cannot be used with country_code",
    ),
    "provinces by platform": (
        _audience("ad_id", DAY, "province_id", "platform"),
        "province_id cannot be used with platform",
    ),
    "an audience's reach by platform": (
        _audience("ad_id", DAY, "platform", metrics=["reach"]),
        CONFLICT,
    ),
    "an audience's frequency by platform": (
        _audience("ad_id", DAY, "platform", metrics=["frequency"]),
        CONFLICT,
    ),
    "an audience's clicked buttons": (
        _audience("ad_id", DAY, "platform", metrics=["button_click"]),
        CONFLICT,
    ),
    "an audience's engaged views by country": (
        _audience("ad_id", DAY, "country_code", metrics=["engaged_view"]),
        CONFLICT,
    ),
    "an audience's results by hashtag": (
        _audience("ad_id", DAY, "hashtag", metrics=["result"]),
        CONFLICT,
    ),
    "the currency of no id": (
        _audience("age", data_level=LEVELS["advertiser"], metrics=["currency"]),
        CONFLICT,
    ),
    "31 days of ages": (
        _audience("ad_id", DAY, "age", start_date="2026-10-21"),
        "max time span is 30 days when use stat_time_day",
    ),
    "playable ads": (
        report("$", report_type="PLAYABLE_MATERIAL"),
        "report_type: PLAYABLE_MATERIAL is not simulated",
    ),
}
GOOD_METRICS: dict[str, tuple[list[str], list[str]]] = {
    "paid views by day": (["ad_id", DAY], ["paid_engaged_view"]),
    "paid views": (["ad_id"], ["paid_engaged_view_15s"]),
    "image metrics by image": (["ad_id", DAY, "image_id"], ["single_image_ctr"]),
    "landing pages by country": (["ad_id", DAY, "country_code"], ["total_landing_page_view"]),
    "what connectors ask by country": (["ad_id", DAY, "country_code"], ["onsite_shopping"]),
    "SKAN by kind of ad": (["ad_id", DAY, "ad_type"], ["skan_app_install"]),
    "texts of Smart+ ads": (["ad_id_v2", DAY], ["ad_text_list", "ad_id_v2"]),
}


@pytest.mark.parametrize("case", BAD_BREAKDOWNS)
def test_a_bad_breakdown_is_refused_by_name(demo: Simulator, london: str, case: str) -> None:
    parameters, message = BAD_BREAKDOWNS[case]
    answer = demo.call(REPORT, **(parameters | {"advertiser_id": london}))
    assert answer["code"] == 40002
    assert message in answer["message"]
    assert answer["data"] == {}


@pytest.mark.parametrize("case", GOOD_METRICS)
def test_a_metric_of_certain_dimensions_is_answered_with_them(
    demo: Simulator, london: str, case: str
) -> None:
    dimensions, metrics = GOOD_METRICS[case]
    rows = demo.report(london, dimensions=dimensions, metrics=metrics)
    assert rows
    assert set(rows[0]["metrics"]) == set(metrics)
