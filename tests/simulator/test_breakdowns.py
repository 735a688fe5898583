"""Reports by hour, by audience and by content: their rows are the truth and add up to the days."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import ALL, in_filter, report, running

if TYPE_CHECKING:
    from tests.support.api import Rows, Simulator

TOP_VIEW = "RESERVATION_TOP_VIEW"
FILTERING = {
    "advertiser": [],
    "campaign": [in_filter("campaign_status", ALL)],
    "adgroup": [in_filter("adgroup_status", ALL)],
    "ad": [in_filter("ad_status", ALL)],
}
METRICS = ["spend", "impressions", "clicks", "conversion", "real_time_conversion"]
START, END, TODAY = "2026-11-12", "2026-11-16", "2026-11-20"
WEB_SHOP, SEARCHES, APPS = "さくら靴店 👟", "Apia Kai", "Golden Gate Games"

WHOLE = ["country_code", "placement", "platform", "language", "ac", "dma_id", "device_brand_id"]
PARTIAL = ["province_id", "interest_category", "interest_category_tier2", "behavior_id", "hashtag"]
BASIC = {
    "custom_event_type": WEB_SHOP,
    "event_source_id": WEB_SHOP,
    "minis_id": APPS,
    "skan_postback_sequence": APPS,
    "image_id": WEB_SHOP,
    "video_material_id": SEARCHES,
}


def _keyed(rows: list[dict[str, Any]]) -> Rows:
    found = {frozenset(row["dimensions"].items()): row["metrics"] for row in rows}
    assert len(found) == len(rows)
    return found


def _total(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row["metrics"][name]) for row in rows), Decimal(0))


def _read(demo: Simulator, account: str, level: str, *breakdown: str, **more: Any) -> Any:
    parameters: dict[str, Any] = {"report_type": "AUDIENCE", "start_date": START, "end_date": END}
    parameters |= {"metrics": METRICS, "filtering": FILTERING[level]} | more
    dimensions = [f"{level}_id", "stat_time_day", *breakdown]
    return demo.report(account, level, **{"dimensions": dimensions, **parameters})


@pytest.mark.parametrize("level", FILTERING)
@pytest.mark.parametrize("day", ["2026-11-16", TODAY])
def test_hours_are_the_truth_and_add_up_to_the_day(demo: Simulator, level: str, day: str) -> None:
    for account in demo.accounts().values():
        asked: Any = {"metrics": METRICS, "start_date": day, "end_date": day}
        asked["filtering"] = FILTERING[level]
        dimensions = [f"{level}_id", "stat_time_hour"]
        hours = demo.report(account, level, page_size=50, dimensions=dimensions, **asked)
        whole = demo.report(account, level, **asked)
        truth = {"start": day, "end": day, "metrics": ",".join(METRICS), "without": TOP_VIEW}
        assert _keyed(hours) == demo.true_rows(account, dimensions, **truth)
        for name in METRICS:
            assert _total(hours, name) == _total(whole, name)


def test_hours_are_those_of_the_account_that_have_begun(demo: Simulator) -> None:
    for name, hour in [("Northwind Outdoor", "10"), ("さくら靴店 👟", "19"), (APPS, "02")]:
        rows = demo.report(
            demo.accounts()[name],
            "advertiser",
            dimensions=["advertiser_id", "stat_time_hour"],
            start_date=TODAY,
            end_date=TODAY,
        )
        hours = [row["dimensions"]["stat_time_hour"] for row in rows]
        assert hours == [f"{TODAY} {each:02d}:00:00" for each in range(int(hour) + 1)]


def test_hours_of_a_breakdown_are_the_truth_and_add_up_to_the_hours(
    demo: Simulator, london: str
) -> None:
    asked: Any = {"start_date": END, "metrics": METRICS[:4], "report_type": "BASIC"}
    hours = _read(demo, london, "ad", dimensions=["ad_id", "stat_time_hour"], **asked)
    dimensions = ["ad_id", "stat_time_hour", "ad_type"]
    rows = _read(demo, london, "ad", dimensions=dimensions, **asked)
    truth = {"start": END, "end": END, "metrics": ",".join(METRICS[:4]), "without": TOP_VIEW}
    assert _keyed(rows) == demo.true_rows(london, dimensions, **truth)
    for name in METRICS[:4]:
        assert _total(rows, name) == _total(hours, name)


def test_a_day_that_has_not_begun_has_no_hours(demo: Simulator) -> None:
    asked: Any = {"dimensions": ["advertiser_id", "stat_time_hour"]}
    asked |= {"start_date": TODAY, "end_date": TODAY}
    assert demo.report(demo.accounts()["Tutuila Surf 🏄"], "advertiser", **asked) == []


@pytest.mark.parametrize("level", FILTERING)
@pytest.mark.parametrize("breakdown", WHOLE)
def test_a_breakdown_is_the_truth_and_adds_up_to_the_days(
    demo: Simulator, london: str, level: str, breakdown: str
) -> None:
    rows = _read(demo, london, level, breakdown, page_size=101)
    days = _read(demo, london, level, report_type="BASIC")
    truth = {"start": START, "end": END, "metrics": ",".join(METRICS), "without": TOP_VIEW}
    dimensions = [f"{level}_id", "stat_time_day", breakdown]
    assert _keyed(rows) == demo.true_rows(london, dimensions, **truth)
    for name in METRICS:
        assert _total(rows, name) == _total(days, name)


@pytest.mark.parametrize("breakdown", PARTIAL)
def test_an_incomplete_breakdown_is_the_truth_and_falls_short(
    demo: Simulator, london: str, breakdown: str
) -> None:
    metrics = METRICS[:4]
    rows = _read(demo, london, "ad", breakdown, metrics=metrics)
    truth = {"start": START, "end": END, "metrics": ",".join(metrics), "without": TOP_VIEW}
    dimensions = ["ad_id", "stat_time_day", breakdown]
    assert _keyed(rows) == demo.true_rows(london, dimensions, **truth)
    days = _read(demo, london, "ad", report_type="BASIC")
    assert 0 < _total(rows, "impressions") < _total(days, "impressions")


def test_ages_and_genders_cover_the_same_people(demo: Simulator, london: str) -> None:
    pairs = _read(demo, london, "ad", "age", "gender")
    truth = {"start": START, "end": END, "metrics": ",".join(METRICS), "without": TOP_VIEW}
    dimensions = ["ad_id", "stat_time_day", "age", "gender"]
    assert _keyed(pairs) == demo.true_rows(london, dimensions, **truth)
    assert {row["dimensions"]["gender"] for row in pairs} == {"FEMALE", "MALE", "NONE"}
    assert "NONE" in {row["dimensions"]["age"] for row in pairs}
    days = _read(demo, london, "ad", report_type="BASIC")
    for name in METRICS:
        covered = _total(pairs, name)
        assert covered == _total(_read(demo, london, "ad", "age"), name)
        assert covered == _total(_read(demo, london, "ad", "gender"), name)
        assert covered <= _total(days, name)
    assert _total(pairs, "impressions") < _total(days, "impressions")


def test_an_interest_comes_in_both_trees(demo: Simulator, london: str) -> None:
    rows = _read(demo, london, "campaign", "interest_category")
    assert rows
    for row in rows:
        assert {"interest_category", "interest_category_v2"} <= row["dimensions"].keys()


@pytest.mark.parametrize("breakdown", BASIC)
def test_a_breakdown_by_content_is_the_truth(demo: Simulator, breakdown: str) -> None:
    account = demo.accounts()[BASIC[breakdown]]
    rows = _read(demo, account, "ad", breakdown, report_type="BASIC")
    truth = {"start": START, "end": END, "metrics": ",".join(METRICS), "without": TOP_VIEW}
    assert rows
    assert _keyed(rows) == demo.true_rows(account, ["ad_id", "stat_time_day", breakdown], **truth)


@pytest.mark.parametrize("breakdown", ["ad_type", "page_id", "component_name", "room_id"])
def test_a_breakdown_with_metrics_of_its_own_is_the_truth(
    demo: Simulator, london: str, breakdown: str
) -> None:
    metrics = METRICS[:4]
    rows = _read(demo, london, "adgroup", breakdown, report_type="BASIC", metrics=metrics)
    truth = {"start": START, "end": END, "metrics": ",".join(metrics), "without": TOP_VIEW}
    dimensions = ["adgroup_id", "stat_time_day", breakdown]
    assert rows
    assert _keyed(rows) == demo.true_rows(london, dimensions, **truth)


def test_keywords_come_with_their_match_types(demo: Simulator) -> None:
    account = demo.accounts()[SEARCHES]
    keywords = _read(demo, account, "campaign", "search_keyword", report_type="BASIC")
    types = _read(demo, account, "campaign", "search_keyword", "match_type", report_type="BASIC")
    assert len(types) > len(keywords) > 0
    assert _total(types, "spend") == _total(keywords, "spend")
    assert {"search_keyword", "match_type"} < types[0]["dimensions"].keys()


def test_few_impressions_of_a_search_term_are_hidden(demo: Simulator, london: str) -> None:
    metrics = ["spend", "impressions"]
    rows = _read(demo, london, "adgroup", "search_terms", report_type="BASIC", metrics=metrics)
    shown = {row["metrics"]["impressions"] for row in rows}
    assert "<5" in shown
    assert shown.isdisjoint({"1", "2", "3", "4"})


@pytest.mark.parametrize("cut", ["stat_time_hour", "country_code"])
def test_a_piece_does_not_contradict_itself(demo: Simulator, cut: str) -> None:
    chains = (
        ["video_views_p100", "video_views_p75", "video_views_p50", "video_views_p25"],
        ["video_views_p25", "video_play_actions", "impressions"],
        ["video_watched_6s", "video_watched_2s", "video_play_actions"],
        ["reach", "impressions"],
        ["clicks", "impressions"],
    )
    metrics = sorted({name for chain in chains for name in chain})
    asked: Any = {"metrics": metrics, "start_date": END, "end_date": END}
    for account in demo.accounts().values():
        for row in demo.report(account, dimensions=["ad_id", cut], **asked):
            for chain in chains:
                counts = [int(row["metrics"][name]) for name in chain]
                assert counts == sorted(counts)


def test_people_count_once_in_each_hour_and_country(demo: Simulator, london: str) -> None:
    asked: Any = {"start_date": START, "end_date": START, "metrics": ["reach"]}
    day = _total(demo.report(london, "ad", filtering=FILTERING["ad"], **asked), "reach")
    for other in ("stat_time_hour", "country_code"):
        rows = demo.report(
            london, "ad", dimensions=["ad_id", other], filtering=FILTERING["ad"], **asked
        )
        assert _total(rows, "reach") > day


def test_a_period_has_its_own_reach(demo: Simulator, london: str) -> None:
    asked: Any = {"metrics": ["reach", "frequency", "impressions"], "start_date": START}
    days = demo.report(london, "campaign", **asked)
    whole = demo.report(london, "campaign", dimensions=["campaign_id"], **asked)
    assert 0 < _total(whole, "reach") < _total(days, "reach")
    for row in whole:
        found = {name: Decimal(value) for name, value in row["metrics"].items()}
        if found["reach"]:
            exact = found["impressions"] / found["reach"]
            assert abs(found["frequency"] - exact) <= Decimal("0.005")


@pytest.mark.parametrize("level", FILTERING)
@pytest.mark.parametrize("lifetime", [True, False])
def test_a_report_without_time_is_the_truth(demo: Simulator, level: str, *, lifetime: bool) -> None:
    dimensions = [f"{level}_id"]
    more: Any = {"query_lifetime": "true"} if lifetime else {}
    truth = {"lifetime": "true"} if lifetime else {"start": START, "end": END}
    truth |= {"metrics": ",".join(METRICS), "without": TOP_VIEW}
    for account in demo.accounts().values():
        rows = _read(
            demo, account, level, report_type="BASIC", dimensions=dimensions, page_size=7, **more
        )
        assert _keyed(rows) == demo.true_rows(account, dimensions, **truth)


def test_smart_ads_are_the_truth(demo: Simulator, london: str) -> None:
    dimensions = ["ad_id_v2", "stat_time_day"]
    rows = _read(demo, london, "ad", report_type="BASIC", dimensions=dimensions)
    truth = {"start": START, "end": END, "metrics": ",".join(METRICS), "without": TOP_VIEW}
    assert _keyed(rows) == demo.true_rows(london, dimensions, **truth)


def test_smart_ads_list_what_their_creatives_say(demo: Simulator, london: str) -> None:
    names = ["ad_text", "ad_text_list", "campaign_automation_type"]
    dimensions = ["ad_id_v2", "stat_time_day"]
    rows = _read(demo, london, "ad", report_type="BASIC", dimensions=dimensions, metrics=names)
    kinds = set()
    for row in rows:
        found = row["metrics"]
        smart = found["campaign_automation_type"] == "UPGRADED_SMART_PLUS"
        kinds.add(smart)
        assert (len(found["ad_text_list"]) > 0) == smart
        assert not smart or found["ad_text"] == "-"
    assert kinds == {True, False}


def test_an_audience_report_of_the_account_needs_no_id(demo: Simulator, london: str) -> None:
    rows = demo.report(
        london, "advertiser", report_type="AUDIENCE", dimensions=["age"], metrics=METRICS
    )
    assert [set(row["dimensions"]) for row in rows] == [{"age"}] * 7
    with_id = _read(demo, london, "advertiser", "age", start_date="2026-10-22", end_date=TODAY)
    assert _total(rows, "spend") == _total(with_id, "spend")


def test_a_country_can_be_chosen(demo: Simulator, london: str) -> None:
    asked: Any = {"report_type": "BASIC", "metrics": ["spend"]}
    everywhere = _read(demo, london, "ad", "country_code", **asked)
    filtering = [*FILTERING["ad"], in_filter("country_code", "DE", "FR")]
    some = _read(demo, london, "ad", "country_code", filtering=filtering, **asked)
    chosen = [row for row in everywhere if row["dimensions"]["country_code"] in {"DE", "FR"}]
    assert some == chosen
    assert some


def test_rows_of_a_breakdown_can_be_sorted_and_filtered(demo: Simulator, london: str) -> None:
    least = {"field_name": "spend", "filter_type": "GREATER_THAN", "filter_value": "5"}
    rows = _read(
        demo,
        london,
        "campaign",
        "country_code",
        filtering=[*FILTERING["campaign"], least],
        order_field="spend",
        order_type="ASC",
    )
    spends = [Decimal(row["metrics"]["spend"]) for row in rows]
    assert spends == sorted(spends)
    assert spends[0] > 5
    whole = _read(demo, london, "campaign", "country_code")
    assert len(rows) == sum(Decimal(row["metrics"]["spend"]) > 5 for row in whole)


@pytest.mark.parametrize("breakdown", ["device_brand_id", "interest_category"])
def test_interests_by_day_can_be_refused(
    changeable: Simulator, london: str, breakdown: str
) -> None:
    changeable.control("POST", "/faults", {"no_daily_interests": 1})
    asked = report(london, report_type="AUDIENCE", metrics=["spend"])
    daily = {**asked, "dimensions": ["ad_id", "stat_time_day", breakdown]}
    answer = changeable.call("/report/integrated/get/", **daily)
    assert answer["code"] == 40002
    assert f"{breakdown} cannot be used with stat_time_day" in answer["message"]
    whole = {**asked, "dimensions": ["ad_id", breakdown]}
    assert changeable.data("/report/integrated/get/", **whole)["list"]


def test_too_many_ids_for_a_breakdown_are_refused() -> None:
    with running("--scenario", "agency") as agency:
        account = next(iter(agency.accounts().values()))
        asked = report(account, report_type="AUDIENCE", metrics=["spend"])
        asked["dimensions"] = ["ad_id", "interest_category_tier4"]
        answer = agency.call("/report/integrated/get/", **asked)
        assert answer["code"] == 40002
        assert "The number of ids exceeds 100" in answer["message"]
        ads = [row["ad_id"] for row in agency.rows("/ad/get/", advertiser_id=account)[:100]]
        some = asked | {"filtering": [in_filter("ad_ids", *ads)]}
        assert agency.data("/report/integrated/get/", **some)["list"]
