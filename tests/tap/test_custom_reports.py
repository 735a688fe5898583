"""What is wrong with a custom report is told before any request, by name, with what is allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docs.generator.tap import PROJECT
from tap_tiktok_ads.reports.custom import read_reports
from tap_tiktok_ads.reports.standard import columns, keys, standard_reports

PAGE = PROJECT / "docs" / "custom-reports.md"
STANDARD = {report.stream: report for report in standard_reports()}
TAKEN = {"campaigns", "ad_report_daily"}


def report(**parts: Any) -> dict[str, Any]:
    """A custom report that is right, with parts replaced; None takes one away."""
    whole = {"name": "mine", "level": "ad", "metrics": ["spend", "clicks"], **parts}
    return {key: value for key, value in whole.items() if value is not None}


def where(field: str, kind: str, value: Any) -> list[dict[str, Any]]:
    return [{"field_name": field, "filter_type": kind, "filter_value": value}]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": (report(metric=["spend"]), "'metric' is not one of name, level, grain"),
    "no name": (report(name=None), "name None must be lower-case letters"),
    "a name with spaces": (report(name="My report"), "name 'My report' must be lower-case"),
    "a name that begins with a digit": (report(name="7days"), "and begin with a letter"),
    "a name of 64 letters": (report(name="x" * 64), "must be lower-case"),
    "a stream's name": (report(name="campaigns"), "the stream campaigns exists already"),
    "no level": (report(level=None), "level is missing; it must be one of advertiser, campaign"),
    "an unknown level": (report(level="creative"), "level 'creative' is unknown"),
    "a level in other words": (report(level="AUCTION_AD"), "smart_plus_ad."),
    "an unknown grain": (report(grain="weekly"), "it must be one of daily, hourly, lifetime"),
    "dimensions as text": (report(dimensions="age"), "dimensions must be a list of names."),
    "an unknown dimension": (
        report(dimensions=["country"]),
        "dimension 'country' is unknown (did you mean country_code?)",
    ),
    "a dimension that the grain says": (
        report(dimensions=["stat_time_day"]),
        "remove dimension stat_time_day: it is implied by grain.",
    ),
    "a dimension that the level says": (
        report(dimensions=["ad_id"]),
        "remove dimension ad_id: it is implied by level.",
    ),
    "a dimension that comes by itself": (
        report(dimensions=["interest_category_v2"]),
        "dimension 'interest_category_v2' is unknown",
    ),
    "a dimension twice": (report(dimensions=["age", "age"]), "dimensions names age twice."),
    "two audiences": (
        report(dimensions=["age", "platform"]),
        "age and platform do not go together; pairs are: age and gender",
    ),
    "three audiences": (
        report(dimensions=["age", "gender", "platform"]),
        "age and platform do not go together",
    ),
    "two breakdowns": (
        report(dimensions=["page_id", "component_name"]),
        "page_id and component_name do not go together",
    ),
    "an audience by hour": (
        report(grain="hourly", dimensions=["age"]),
        "dimension age goes with grain daily or period only, not with hourly.",
    ),
    "an audience for ever": (
        report(grain="lifetime", dimensions=["age", "gender"]),
        "not with lifetime",
    ),
    "countries by hour": (
        report(grain="hourly", dimensions=["country_code"]),
        "dimension country_code does not go with grain hourly, only with daily, period.",
    ),
    "search terms of ads": (
        report(dimensions=["search_terms"]),
        "dimension search_terms does not go with level ad, only with advertiser, campaign, adgroup",
    ),
    "images of campaigns": (
        report(level="campaign", dimensions=["image_id"]),
        "dimension image_id does not go with level campaign, only with ad.",
    ),
    "a match type without its keyword": (
        report(level="adgroup", dimensions=["match_type"]),
        "dimension match_type needs search_keyword beside it.",
    ),
    "no metrics": (report(metrics=None), "metrics must be a list of names."),
    "an empty list of metrics": (report(metrics=[]), "metrics is empty; name at least one"),
    "metrics that are no text": (report(metrics=[1]), "metrics must be a list of names."),
    "a metric twice": (report(metrics=["spend", "spend"]), "metrics names spend twice."),
    "an unknown metric": (
        report(metrics=["impression"]),
        "metric 'impression' is unknown (did you mean impressions",
    ),
    "reach of an audience": (
        report(dimensions=["age"], metrics=["spend", "reach"]),
        "reach: not with dimension age, which goes with: ",
    ),
    "a web event of search terms": (
        report(level="campaign", dimensions=["search_terms"], metrics=["button_click"]),
        "button_click: not with dimension search_terms, which goes with: ",
    ),
    "an ad's name at campaign level": (
        report(level="campaign", metrics=["spend", "ad_name"]),
        "ad_name: only at level ad, not campaign.",
    ),
    "cash by campaign": (
        report(level="campaign", metrics=["cash_spend"]),
        "cash_spend: only at level advertiser, not campaign.",
    ),
    "cash by hour": (
        report(level="advertiser", grain="hourly", metrics=["cash_spend"]),
        "cash_spend: TikTok takes it in these reports only: BASIC daily.",
    ),
    "a metric of Smart+ material alone": (
        report(metrics=["skan_total_purchase_value"]),
        "TikTok has skan_total_purchase_value in its Smart+ material reports only",
    ),
    "filters as an object": (report(filters={}), "filters must be a list of objects"),
    "a filter with a part missing": (
        report(filters=[{"field_name": "spend"}]),
        "a filter must have field_name, filter_type, filter_value; one has field_name.",
    ),
    "an unknown filter": (
        report(filters=where("status", "IN", ["X"])),
        "filter 'status' is unknown; it must be a metric that is a number, or one of campaign_ids",
    ),
    "a filter whose name is no text": (
        report(filters=where(["spend"], "IN", ["X"])),  # type: ignore[arg-type]
        "filter ['spend'] is unknown",
    ),
    "an unknown filter type": (
        report(filters=where("spend", "EQUAL", "1")),
        "filter spend: filter_type 'EQUAL' must be one of GREATER_EQUAL",
    ),
    "ids as text": (
        report(filters=where("campaign_ids", "IN", "1,2")),
        "filter campaign_ids: filter_value must be a list of texts",
    ),
    "101 ids": (
        report(filters=where("campaign_ids", "IN", [str(one) for one in range(101)])),
        "filter campaign_ids: 101 ids; TikTok takes at most 100.",
    ),
    "a number that is no text": (
        report(filters=where("spend", "GREATER_THAN", 10)),
        'filter spend: filter_value must be a text such as "10"',
    ),
    "a range with one end": (
        report(filters=where("spend", "BETWEEN", ["1"])),
        "filter spend: BETWEEN takes two values.",
    ),
    "a status below the level": (
        report(level="campaign", filters=where("ad_status", "IN", ["STATUS_ALL"])),
        "filter ad_status does not go with level campaign, only ad, smart_plus_ad.",
    ),
    "creatives among Smart+ ads": (
        report(level="smart_plus_ad", filters=where("ad_ids", "IN", ["1"])),
        "filter ad_ids does not go with level smart_plus_ad",
    ),
    "a country without its dimension": (
        report(filters=where("country_code", "IN", ["GB"])),
        "filter country_code needs country_code among the dimensions.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_report_is_refused_with_the_part_and_what_is_allowed(case: str) -> None:
    entry, message = WRONG[case]
    found, errors = read_reports([entry], TAKEN)
    assert not found
    assert len(errors) == 1
    assert message in errors[0]
    assert errors[0].startswith("reports, ")
    assert errors[0].endswith(".")


@pytest.mark.parametrize("value", ["[", "{}", '["x"]', 7, {"name": "x"}])
def test_a_setting_that_is_no_list_of_objects_is_refused(value: Any) -> None:
    found, errors = read_reports(value, TAKEN)
    assert not found
    assert len(errors) == 1
    assert errors[0].startswith("reports: ")


def test_two_reports_may_not_have_one_name() -> None:
    found, errors = read_reports([report(), report(level="campaign")], TAKEN)
    assert [each.level for each in found] == ["ad"]
    assert errors == ["reports, mine: the stream mine exists already; choose another name."]


def test_every_wrong_report_is_told_at_once() -> None:
    _, errors = read_reports([report(level="x"), report(grain="x", name="other")], TAKEN)
    assert [error.split(":")[0] for error in errors] == ["reports, mine", "reports, other"]


def test_the_setting_may_be_text() -> None:
    found, errors = read_reports(json.dumps([report()]), TAKEN)
    assert not errors
    assert [each.stream for each in found] == ["mine"]


@pytest.mark.parametrize(
    ("metrics", "kind"),
    [(["spend", "reach"], "BASIC"), (["spend", "conversion_rate_v2"], "AUDIENCE")],
)
def test_the_kind_of_report_follows_from_the_metrics(metrics: list[str], kind: str) -> None:
    found, errors = read_reports([report(dimensions=["ad_type"], metrics=metrics)], TAKEN)
    if kind == "AUDIENCE":
        assert not errors
        assert found[0].report_type == kind
    else:
        assert "reach: not with dimension ad_type" in errors[0]


def test_a_custom_report_has_its_metrics_and_the_ids_above_it() -> None:
    (found,), errors = read_reports([report(dimensions=["age", "gender"])], TAKEN)
    assert not errors
    assert keys(found) == ("advertiser_id", "ad_id", "stat_time_day", "age", "gender")
    assert [column.name for column in columns(found)] == [
        "advertiser_id",
        "ad_id",
        "stat_time_day",
        "age",
        "gender",
        "campaign_id",
        "adgroup_id",
        "spend",
        "clicks",
        "currency",
        "unread",
        "synced_at",
    ]
    assert all(column.default for column in columns(found))


def test_a_custom_report_with_a_list_in_a_filter_is_a_key_like_any_other() -> None:
    (found,), errors = read_reports([report(filters=where("ad_ids", "IN", ["1", "2"]))], TAKEN)
    assert not errors
    assert {found: 1}[found] == 1
    assert found.filters[0].filter_value == ("1", "2")


def test_a_custom_report_may_have_what_no_stream_of_its_kind_offers() -> None:
    metrics = ["spend", "ad_text", "cost_per_registration", "native_growth_unique_purchase"]
    (found,), errors = read_reports([report(grain="lifetime", metrics=metrics)], TAKEN)
    assert not errors
    assert {column.name for column in columns(found)} >= set(metrics)
    offered = {column.name for column in columns(STANDARD["ad_report_lifetime"])}
    assert offered & set(metrics) == {"spend"}


@pytest.mark.parametrize("grain", ["daily", "hourly", "lifetime", "period"])
def test_every_grain_is_to_be_had(grain: str) -> None:
    found, errors = read_reports([report(grain=grain)], TAKEN)
    assert not errors
    assert found[0].grain == grain


def test_the_pages_example_is_right() -> None:
    example = PAGE.read_text("utf-8").split("```json\n")[1].split("```")[0]
    found, errors = read_reports(example, TAKEN)
    assert not errors
    assert len(found) == 2
