"""What paging over HTTP gives is what the generator says, at every moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.lists import (
    ASSETS,
    EVERYTHING,
    REFERENCES,
    SMART_PLUS,
    UNPAGED,
    posts,
    read,
    reference,
    true_accounts,
)
from tests.support.api import NOW, in_filter

if TYPE_CHECKING:
    from tests.support.api import Simulator

LATER = "2026-12-10T10:00:00Z"
FAMILIES = (*SMART_PLUS, *ASSETS, *UNPAGED)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("now", [NOW, LATER])
def test_a_list_has_exactly_what_the_generator_made(
    changeable: Simulator, family: str, now: str
) -> None:
    changeable.set_clock(now)
    names = {**SMART_PLUS, **ASSETS, **UNPAGED}[family]
    for account in true_accounts(changeable):
        rows = read(changeable, account["advertiser_id"], family)
        true = account["entities"][family]
        assert sorted(row[names.id] for row in rows) == sorted(each["id"] for each in true)
        if names.name:
            found = {row[names.id]: row[names.name] for row in rows}
            assert found == {each["id"]: each["name"] for each in true}


@pytest.mark.parametrize("now", [NOW, LATER])
def test_the_posts_are_those_of_the_generator(changeable: Simulator, now: str) -> None:
    changeable.set_clock(now)
    for account in true_accounts(changeable):
        found = {
            row["item_info"]["item_id"]: row["item_info"]["text"]
            for row in posts(changeable, account["advertiser_id"])
        }
        assert found == {each["id"]: each["name"] for each in account["entities"]["tt_video"]}


@pytest.mark.parametrize("now", [NOW, LATER])
def test_the_usual_lists_have_what_the_generator_made(changeable: Simulator, now: str) -> None:
    changeable.set_clock(now)
    usual = {"AUCTION", "RESERVATION_RF"}
    for account in true_accounts(changeable):
        rows = changeable.rows("/ad/get/", advertiser_id=account["advertiser_id"], **EVERYTHING)
        assert [row["ad_id"] for row in rows] == [
            each["id"]
            for each in account["entities"]["ad"]
            if each["buying_type"] in usual and each["origin"] != "PROMOTE"
        ]


@pytest.mark.parametrize("now", [NOW, LATER])
def test_reviews_are_of_every_ad_that_is_not_deleted(changeable: Simulator, now: str) -> None:
    changeable.set_clock(now)
    for account in true_accounts(changeable):
        adgroups = [each["id"] for each in account["entities"]["adgroup"]]
        found = _reviews(changeable, account["advertiser_id"], adgroups)
        assert sorted(found) == sorted(
            (each["parent"], each["id"]) for each in account["entities"]["review"]
        )


def _reviews(
    simulator: Simulator, advertiser_id: str, adgroups: list[str]
) -> list[tuple[str, str]]:
    found = []
    for start in range(0, len(adgroups), 20):
        data = simulator.data(
            "/adgroup/review_info/",
            advertiser_id=advertiser_id,
            adgroup_ids=adgroups[start : start + 20],
        )
        found += [(group, ad) for group, ads in data["ad_review_map"].items() for ad in ads]
    return found


@pytest.mark.parametrize("now", [NOW, LATER])
def test_the_events_of_pixels_and_apps_are_those_of_the_generator(
    changeable: Simulator, now: str
) -> None:
    changeable.set_clock(now)
    for account in true_accounts(changeable):
        advertiser_id, true = account["advertiser_id"], account["entities"]
        events = [
            (pixel["pixel_id"], event["event_id"], event["name"])
            for pixel in read(changeable, advertiser_id, "pixel")
            for event in pixel["events"]
        ]
        assert sorted(events) == sorted(
            (each["parent"], each["id"], each["name"]) for each in true["pixel_event"]
        )
        usable = [
            (each["id"], event["optimization_event"])
            for each in true["app"]
            for event in changeable.data(
                "/app/optimization_event/",
                advertiser_id=advertiser_id,
                app_id=each["id"],
                optimization_goal="IN_APP_EVENT",
            )["optimization_events"]
        ]
        assert sorted(usable) == sorted(
            (each["parent"], each["id"]) for each in true["app_event"] if each["available"]
        )


def test_custom_conversions_are_listed_by_their_event_source(demo: Simulator) -> None:
    for account in true_accounts(demo):
        true = account["entities"]
        found = [
            (row["custom_conversion_id"], row["name"], row["event_source_id"])
            for kind, family in (("PIXEL", "pixel"), ("APP", "app"))
            for source in true[family]
            for row in demo.rows(
                "/custom_conversion/list/",
                advertiser_id=account["advertiser_id"],
                event_source_type=kind,
                event_source_id=source["id"],
            )
        ]
        assert sorted(found) == sorted(
            (each["id"], each["name"], each["parent"]) for each in true["custom_conversion"]
        )


@pytest.mark.parametrize("family", [*REFERENCES, "os_version"])
@pytest.mark.parametrize("now", [NOW, LATER])
def test_a_reference_list_has_what_the_data_say(
    changeable: Simulator, london: str, family: str, now: str
) -> None:
    changeable.set_clock(now)
    answer = changeable.control("GET", "/truth/entities")["references"][family]
    names = {"os_version": "os_id"} | {name: value[2] for name, value in REFERENCES.items()}
    rows = reference(changeable, london, family)
    assert [row[names[family]] for row in rows] == [each["id"] for each in answer]


def test_carriers_come_by_country(demo: Simulator, london: str) -> None:
    countries = demo.data("/tool/carrier/", advertiser_id=london)["countries"]
    found = [
        (country["country_code"], carrier["carrier_id"])
        for country in countries
        for carrier in country["carriers"]
    ]
    true = demo.control("GET", "/truth/entities")["references"]["carrier"]
    assert found == [(each["parent"], each["id"]) for each in true]


def test_pixel_statistics_of_single_days_are_those_of_the_generator(demo: Simulator) -> None:
    days = ("2026-11-18", "2026-11-19", "2026-11-20")
    for account in true_accounts(demo, start=days[0], end=days[-1]):
        pixels = [each["id"] for each in account["entities"]["pixel"]]
        found = [
            {"pixel_id": line["pixel_id"], "date": day, **event}
            for day in days
            for line in _statistics(demo, account["advertiser_id"], pixels, day, day)
            for event in line["statistics"]
        ]
        assert sorted(found, key=str) == sorted(account["pixel_event_stats"], key=str)


def test_pixel_statistics_of_many_days_are_their_sum(demo: Simulator, london: str) -> None:
    pixel = read(demo, london, "pixel")[0]["pixel_id"]
    first, second, both = (
        _statistics(demo, london, [pixel], start, end)[0]["statistics"][0]["total_count"]
        for start, end in (
            ("2026-11-16", "2026-11-16"),
            ("2026-11-17", "2026-11-17"),
            ("2026-11-16", "2026-11-17"),
        )
    )
    assert first + second == both


def _statistics(
    simulator: Simulator, advertiser_id: str, pixels: list[str], start: str, end: str
) -> list[dict[str, Any]]:
    if not pixels:
        return []
    found: list[dict[str, Any]] = simulator.data(
        "/pixel/event/stats/",
        advertiser_id=advertiser_id,
        pixel_ids=pixels,
        date_range={"start_date": start, "end_date": end},
    )["list"]
    return found


def test_the_truth_can_be_asked_for_another_moment(changeable: Simulator) -> None:
    then = true_accounts(changeable, at=LATER)
    changeable.set_clock(LATER)
    assert true_accounts(changeable) == then


@pytest.mark.parametrize(
    "family", ["video", "image", "custom_audience", "identity", "pixel", "custom_conversion"]
)
def test_three_weeks_bring_new_names_and_take_and_bring_some(demo: Simulator, family: str) -> None:
    before, after = (
        {
            (account["advertiser_id"], each["id"]): each["name"]
            for account in true_accounts(demo, at=at)
            for each in account["entities"][family]
        }
        for at in (NOW, LATER)
    )
    assert before.keys() - after.keys()
    assert after.keys() - before.keys()
    assert any(before[key] != after[key] for key in before.keys() & after.keys())


def test_upgraded_smart_plus_ads_are_born_renamed_and_deleted(agency: Simulator) -> None:
    before, after = (
        {
            each["id"]: each
            for account in true_accounts(agency, at=at)
            for each in account["entities"]["smart_plus_ad"]
        }
        for at in (NOW, LATER)
    )
    assert after.keys() - before.keys()
    assert any(before[key]["name"] != after[key]["name"] for key in before.keys() & after.keys())
    assert any(
        after[key]["deleted"] > before[key]["deleted"] for key in before.keys() & after.keys()
    )


def test_reports_name_only_ads_that_a_list_has(demo: Simulator, london: str) -> None:
    reported = {
        row["dimensions"]["ad_id"]
        for row in demo.report(london, filtering=[in_filter("ad_status", "STATUS_ALL")])
    }
    true = true_accounts(demo, advertiser_id=london)[0]["entities"]["ad"]
    assert reported
    assert reported <= {each["id"] for each in true}
