"""What live answers show: each behaviour alone, and none of them a change of what is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import simulator
from simulator.faults import MAIN_OPTIONS
from simulator.live.switches import NOT_IN_ALL, SWITCHES, read_switches
from tests.simulator.lists import EVERYTHING
from tests.support.api import ALL, in_filter, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.api import Simulator

REPORT = "/report/integrated/get/"
GMV_MAX = "/gmv_max/report/get/"
VIDEOS = "/file/video/ad/search/"
IMAGES = "/file/image/ad/search/"
IMAGE_INFO = "/file/image/ad/info/"
PORTFOLIOS = "/creative/portfolio/list/"
IDENTITIES = "/identity/get/"


def switch(simulator: Simulator, on: str) -> None:
    simulator.control("POST", "/live", {"on": on})


@pytest.fixture(scope="session")
def munich(demo: Simulator) -> str:
    """The account with the most images."""
    return demo.accounts()["Müller & Söhne"]


@pytest.fixture(scope="session")
def quiet(demo: Simulator) -> str:
    """An account without anything."""
    return demo.accounts()["Quiet Account"]


def pages(simulator: Simulator, path: str, size: int, **asked: Any) -> list[list[dict[str, Any]]]:
    """The pages of a list until a short one, whatever its counts say."""
    found: list[list[dict[str, Any]]] = []
    while not found or len(found[-1]) == size:
        found.append(simulator.data(path, page=len(found) + 1, page_size=size, **asked)["list"])
    return found


def image_ids(simulator: Simulator, advertiser_id: str) -> list[str]:
    read = pages(simulator, IMAGES, 20, advertiser_id=advertiser_id)
    return [row["image_id"] for page in read for row in page]


def test_rows_of_one_second_change_places_between_pages(changeable: Simulator, munich: str) -> None:
    still = image_ids(changeable, munich)
    switch(changeable, "unstable-lists")
    reads = [image_ids(changeable, munich) for _ in range(3)]
    assert {len(read) for read in reads} == {len(still)}
    assert all(len(set(read)) < len(still) for read in reads), "no boundary repeats a row"
    assert len({tuple(read) for read in reads}) == len(reads)


def test_what_reads_of_an_unstable_list_find_together_is_what_there_is(
    changeable: Simulator, munich: str
) -> None:
    still = set(image_ids(changeable, munich))
    switch(changeable, "unstable-lists")
    found = {image for _ in range(20) for image in image_ids(changeable, munich)}
    assert found == still


def test_an_unstable_list_keeps_its_total_and_its_order_by_time(
    changeable: Simulator, munich: str
) -> None:
    total = changeable.data(IMAGES, advertiser_id=munich)["page_info"]["total_number"]
    switch(changeable, "unstable-lists")
    data = changeable.data(IMAGES, advertiser_id=munich, page_size=100)
    times = [row["create_time"] for row in data["list"]]
    assert data["page_info"]["total_number"] == total
    assert times == sorted(times, reverse=True)
    assert len(set(times)) < len(times)


def test_files_that_are_asked_for_by_id_do_not_move(changeable: Simulator, munich: str) -> None:
    still = image_ids(changeable, munich)
    switch(changeable, "unstable-lists")
    for start in range(0, len(still), 100):
        ids = still[start : start + 100]
        found = changeable.data(IMAGE_INFO, advertiser_id=munich, image_ids=ids)["list"]
        assert {row["image_id"] for row in found} == set(ids)


@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
def test_a_list_that_fits_one_page_is_whole(changeable: Simulator, london: str, level: str) -> None:
    asked = {"advertiser_id": london, **EVERYTHING}
    still = {row[f"{level}_id"] for row in changeable.rows(f"/{level}/get/", **asked)}
    switch(changeable, "unstable-lists")
    found = changeable.data(f"/{level}/get/", page_size=1000, **asked)["list"]
    assert {row[f"{level}_id"] for row in found} == still


def keys(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [tuple(row["dimensions"].values()) for row in rows]


def test_reports_are_stable_where_only_lists_are_not(changeable: Simulator, london: str) -> None:
    still = changeable.report(london, page_size=10)
    switch(changeable, "unstable-lists")
    assert changeable.report(london, page_size=10) == still


def test_rows_of_reports_change_places_where_that_is_switched_on(
    changeable: Simulator, london: str
) -> None:
    still = keys(changeable.report(london, page_size=10))
    switch(changeable, "unstable-reports")
    moved = [keys(changeable.report(london, page_size=10)) for _ in range(2)]
    assert {len(read) for read in moved} == {len(still)}
    assert all(len(set(read)) < len(still) for read in moved)
    assert moved[0] != moved[1]
    assert keys(changeable.report(london, page_size=1000)) == still


def test_ties_of_a_sorted_report_change_places_and_nothing_else(
    changeable: Simulator, london: str
) -> None:
    switch(changeable, "unstable-reports,zero-rows")
    asked: Any = {"order_field": "spend", "filtering": [in_filter("ad_status", ALL)]}
    reads = [changeable.report(london, page_size=5, **asked) for _ in range(2)]
    spends = [[float(row["metrics"]["spend"]) for row in rows] for rows in reads]
    assert keys(reads[0]) != keys(reads[1])
    assert spends[0] == spends[1] == sorted(spends[0], reverse=True)


@pytest.mark.parametrize("level", ["advertiser", "campaign", "adgroup", "ad"])
def test_rows_of_zeros_come_with_a_day(changeable: Simulator, london: str, level: str) -> None:
    asked: Any = {"filtering": [in_filter(f"{level}_status", ALL)]} if level != "advertiser" else {}
    still = changeable.report(london, level, **asked)
    switch(changeable, "zero-rows")
    rows = changeable.report(london, level, **asked)
    zeros = [row for row in rows if not float(row["metrics"]["impressions"])]
    assert [row for row in rows if row not in zeros] == [
        row for row in still if float(row["metrics"]["impressions"])
    ]
    assert bool(zeros) == (level != "advertiser")
    assert len(set(keys(rows))) == len(rows)


def test_an_hour_without_data_may_be_a_dash(changeable: Simulator, london: str) -> None:
    asked: Any = {
        "dimensions": ["ad_id", "stat_time_hour"],
        "start_date": "2026-11-20",
        "filtering": [in_filter("ad_status", ALL)],
    }
    still = changeable.report(london, **asked)
    switch(changeable, "dash-rows")
    rows = changeable.report(london, page_size=7, **asked)
    dashes = [row for row in rows if row["dimensions"]["stat_time_hour"] == "-"]
    assert dashes
    assert all(float(row["metrics"]["spend"]) == 0 for row in dashes)
    assert [row for row in rows if row not in dashes] == still


def gmv_max(advertiser_id: str, store_id: str, *dimensions: str) -> dict[str, Any]:
    return {
        "advertiser_id": advertiser_id,
        "store_ids": [store_id],
        "dimensions": list(dimensions),
        "metrics": ["cost", "orders"],
        "start_date": "2026-11-20",
        "end_date": "2026-11-20",
        "filtering": {"gmv_max_promotion_types": ["PRODUCT"]},
    }


@pytest.mark.parametrize("time", ["stat_time_day", "stat_time_hour"])
def test_a_time_of_gmv_max_without_data_may_be_a_dash(
    changeable: Simulator, london: str, shop: str, time: str
) -> None:
    asked = gmv_max(london, shop, "campaign_id", time)
    still = changeable.rows(GMV_MAX, **asked)
    switch(changeable, "dash-rows")
    first, *others = changeable.rows(GMV_MAX, **asked)
    assert first["dimensions"][time] == "-"
    assert set(first["metrics"].values()) <= {"0", "0.00"}
    assert others == still


def test_totals_of_lists_are_off_by_one_or_nothing(changeable: Simulator) -> None:
    paths = (PORTFOLIOS, "/dmp/custom_audience/list/", "/dmp/saved_audience/list/", IDENTITIES)

    def totals() -> list[int]:
        return [
            changeable.data(path, advertiser_id=account)["page_info"]["total_number"]
            for path in paths
            for account in changeable.accounts().values()
        ]

    true = totals()
    switch(changeable, "wrong-totals")
    found = {
        "none" if wrong == 0 else wrong - right
        for right, wrong in zip(true, totals(), strict=True)
        if right > 1
    }
    assert found == {-1, 1, "none"}


def test_totals_of_lists_that_move_are_right(changeable: Simulator, munich: str) -> None:
    true = changeable.data(IMAGES, advertiser_id=munich)["page_info"]
    switch(changeable, "wrong-totals,unstable-lists")
    assert changeable.data(IMAGES, advertiser_id=munich)["page_info"] == true


def test_a_list_on_one_page_may_have_no_page_info(changeable: Simulator, london: str) -> None:
    switch(changeable, "no-page-info")
    paths = (PORTFOLIOS, "/pixel/list/", "/dmp/saved_audience/list/", "/file/music/get/")
    found = [changeable.data(path, advertiser_id=london, page_size=20) for path in paths]
    assert {data.get("page_info", "absent") for data in found} == {None, "absent"}
    several = changeable.data(IMAGES, advertiser_id=london, page_size=20)
    assert several["page_info"]["total_page"] > 1


def test_an_empty_list_may_come_without_data(
    changeable: Simulator, quiet: str, london: str
) -> None:
    switch(changeable, "absent-data")
    assert "data" not in changeable.call("/campaign/get/", advertiser_id=quiet)
    assert changeable.data("/campaign/get/", advertiser_id=london)["list"]


def test_an_empty_list_may_come_without_list_and_counts(
    changeable: Simulator, quiet: str, london: str
) -> None:
    switch(changeable, "absent-list")
    assert changeable.data("/campaign/get/", advertiser_id=quiet) == {}
    assert changeable.data("/campaign/get/", advertiser_id=london)["list"]


def test_empty_reports_say_that_they_are_empty(changeable: Simulator, quiet: str) -> None:
    switch(changeable, "all,-code-as-text,-bare-envelope")
    data = changeable.data(REPORT, **report(quiet))
    assert data["list"] == []
    assert data["page_info"]["total_number"] == 0


def test_identities_of_all_types_are_counted_as_none(changeable: Simulator, london: str) -> None:
    switch(changeable, "identity-counts")
    data = changeable.data(IDENTITIES, advertiser_id=london)
    assert data["identity_list"]
    assert set(data["page_info"].values()) == {0}
    typed = changeable.data(IDENTITIES, advertiser_id=london, identity_type="TT_USER")
    assert typed["page_info"]["total_number"] == len(typed["identity_list"]) == 1


def test_identities_of_a_business_center_come_only_with_it(
    changeable: Simulator, london: str
) -> None:
    asked = {"advertiser_id": london, "identity_type": "BC_AUTH_TT"}
    switch(changeable, "bc-identities")
    assert changeable.data(IDENTITIES, **asked)["identity_list"] == []
    owner = "7050000000000000011"
    named = changeable.data(IDENTITIES, **asked, identity_authorized_bc_id=owner)
    assert len(named["identity_list"]) == 1
    every = changeable.data(IDENTITIES, advertiser_id=london)["identity_list"]
    assert "BC_AUTH_TT" in {row["identity_type"] for row in every}


def test_ad_type_is_refused_for_an_account(changeable: Simulator, london: str) -> None:
    def code(level: str) -> int:
        asked = report(london, level, dimensions=[f"{level}_id", "stat_time_day", "ad_type"])
        return int(changeable.call(REPORT, **asked)["code"])

    assert code("advertiser") == 0
    switch(changeable, "no-account-ad-type")
    assert code("advertiser") == 40002
    assert code("campaign") == 0


def test_a_shop_without_gmv_max_refuses_and_the_others_answer(changeable: Simulator) -> None:
    switch(changeable, "closed-stores")
    codes = set()
    for account in changeable.accounts().values():
        for store in changeable.data("/gmv_max/store/list/", advertiser_id=account)["store_list"]:
            asked = gmv_max(account, store["store_id"], "campaign_id", "stat_time_day")
            code = changeable.call(GMV_MAX, **asked)["code"]
            assert (code == 0) == store["is_gmv_max_available"]
            codes.add(code)
    assert codes == {0, 40001, 40002}


def test_campaigns_of_gmv_max_come_without_naming_a_shop(
    changeable: Simulator, london: str
) -> None:
    switch(changeable, "closed-stores")
    filtering = {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX"]}
    asked = {"advertiser_id": london, "filtering": filtering}
    assert changeable.data("/gmv_max/campaign/get/", **asked)["list"]


def thumbnails(simulator: Simulator, advertiser_id: str) -> tuple[list[str], list[str]]:
    """The images that ads name: thumbnails, and others."""
    ads = simulator.rows("/ad/get/", advertiser_id=advertiser_id, **EVERYTHING)
    named = [image for ad in ads for image in ad["image_ids"] or ()]
    return (
        [image for image in named if image.startswith("v0201/")],
        [image for image in named if not image.startswith("v0201/")],
    )


def test_a_thumbnail_refuses_the_whole_request(changeable: Simulator, london: str) -> None:
    assert thumbnails(changeable, london)[0] == []
    switch(changeable, "thumbnails-refused")
    small, true = thumbnails(changeable, london)
    mixed = changeable.call(IMAGE_INFO, advertiser_id=london, image_ids=[small[0], true[0]])
    assert mixed["code"] == 40001
    found = changeable.data(IMAGE_INFO, advertiser_id=london, image_ids=true[:2])["list"]
    assert len(found) == 2


def test_a_thumbnail_is_left_out_in_silence(changeable: Simulator, london: str) -> None:
    switch(changeable, "thumbnails-silent")
    small, true = thumbnails(changeable, london)
    ids = [small[0], true[0]]
    found = changeable.data(IMAGE_INFO, advertiser_id=london, image_ids=ids)["list"]
    assert [row["image_id"] for row in found] == [true[0]]


def test_with_both_switches_thumbnails_meet_both_fates(changeable: Simulator, london: str) -> None:
    switch(changeable, "thumbnails-refused,thumbnails-silent")
    small, _ = thumbnails(changeable, london)
    codes = {
        changeable.call(IMAGE_INFO, advertiser_id=london, image_ids=[each])["code"]
        for each in small
    }
    assert codes == {0, 40001}


def test_a_module_may_not_be_permitted_where_reports_are(changeable: Simulator) -> None:
    switch(changeable, "missing-permission")
    accounts = changeable.accounts().values()
    codes = [changeable.call(PORTFOLIOS, advertiser_id=each)["code"] for each in accounts]
    assert codes == [40001, 0] * 4
    assert {changeable.call(REPORT, **report(each))["code"] for each in accounts} == {0}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/campaign/get/", "rta_bid_enabled"),
        ("/adgroup/get/", "feed_type"),
        ("/ad/get/", "vast_moat_enabled"),
        ("/smart_plus/campaign/get/", "po_number"),
        ("/smart_plus/adgroup/get/", "movie_premiere_date"),
        ("/smart_plus/ad/get/", "custom_product_page_list"),
        ("/advertiser/info/", "license_url"),
    ],
)
def test_a_refused_field_is_named_by_its_place_with_all_right_ones(
    changeable: Simulator, london: str, path: str, field: str
) -> None:
    asked = {"advertiser_id": london, "advertiser_ids": [london]}
    assert changeable.call(path, **asked, fields=["advertiser_id", field])["code"] == 0
    switch(changeable, "refused-fields")
    answer = changeable.call(path, **asked, fields=["advertiser_id", field])
    start = "fields.1: one or more value of the param is not acceptable, correct is ["
    assert answer["code"] == 40002
    assert answer["message"].startswith(start)
    assert "'advertiser_id'" in answer["message"]
    assert f"'{field}'" not in answer["message"]
    assert changeable.call(path, **asked, fields=["advertiser_id"])["code"] == 0


def values(simulator: Simulator, advertiser_id: str) -> list[tuple[str, Any]]:
    """Every value of some lists with its name."""

    def named(data: Any, name: str = "") -> list[tuple[str, Any]]:
        if isinstance(data, dict):
            members = [each for each in data.items() if each[0] != "page_info"]
            return [pair for key, value in members for pair in named(value, key)]
        if isinstance(data, list):
            return [pair for value in data for pair in named(value, name)]
        return [(name, data)]

    paths = ("/campaign/get/", "/adgroup/get/", "/ad/get/", IDENTITIES, VIDEOS, "/file/music/get/")
    return [
        pair
        for path in paths
        for pair in named(simulator.data(path, advertiser_id=advertiser_id, page_size=100))
    ]


ZERO_IDS = {"identity_authorized_bc_id", "catalog_id", "tracking_pixel_id"}


@pytest.mark.parametrize(
    ("on", "is_changed", "others"),
    [
        ("zero-ids", lambda key, old: key in ZERO_IDS and old in {None, "", 0}, {"0"}),
        (
            "zero-times",
            lambda key, old: key.endswith("_time") and old is None,
            {ZERO_TIME := "0000-00-00 00:00:00"},
        ),
        ("words-for-nothing", lambda _, old: old is None, {"None", "null", "-", "--", ""}),
        ("flags-as-numbers", lambda _, old: isinstance(old, bool), {"0", "1"}),
        ("booleans-as-text", lambda _, old: isinstance(old, bool), {"true", "false"}),
    ],
)
def test_values_have_other_forms(
    changeable: Simulator,
    london: str,
    on: str,
    is_changed: Callable[[str, Any], bool],
    others: set[str],
) -> None:
    before = values(changeable, london)
    switch(changeable, on)
    after = values(changeable, london)
    forms = set()
    for (key, old), (name, new) in zip(before, after, strict=True):
        assert key == name
        if is_changed(key, old):
            forms.add(str(new))
            assert type(new) is not type(old) or new != old
        elif "url" not in key and key != "profile_image":
            # Addresses of files differ with every call.
            assert new == old
            assert type(new) is type(old)
    assert forms == others


def test_counts_may_have_decimals(changeable: Simulator, london: str) -> None:
    switch(changeable, "decimal-counts")
    text = changeable.raw("/dmp/custom_audience/list/", advertiser_id=london).text
    row = changeable.data("/dmp/custom_audience/list/", advertiser_id=london)["list"][0]
    assert f'"cover_num":{row["cover_num"]:.1f}' in text
    assert isinstance(row["audience_id"], str)


def test_sources_of_music_may_be_objects(changeable: Simulator, london: str) -> None:
    switch(changeable, "music-source-objects")
    rows = changeable.data("/file/music/get/", advertiser_id=london)["musics"]
    sources = [source for row in rows for source in row["sources"]]
    assert {"type": "SYSTEM"} in sources
    assert all(isinstance(source, dict) for source in sources)


def test_pixels_may_have_times_with_a_z(changeable: Simulator, london: str) -> None:
    plain = changeable.data("/pixel/list/", advertiser_id=london)["pixels"]
    switch(changeable, "pixel-iso-times")
    iso = changeable.data("/pixel/list/", advertiser_id=london)["pixels"]
    assert [row["create_time"] for row in iso] == [
        f"{row['create_time'].replace(' ', 'T')}Z" for row in plain
    ]


def test_deprecation_is_announced_in_a_header(changeable: Simulator, london: str) -> None:
    name = "X-Api-Deprecation-Info"
    assert name not in changeable.raw("/campaign/get/", advertiser_id=london).headers
    switch(changeable, "deprecation-header")
    assert "deprecated" in changeable.raw("/campaign/get/", advertiser_id=london).headers[name]


def test_codes_may_be_text(changeable: Simulator, london: str) -> None:
    switch(changeable, "code-as-text")
    assert changeable.call("/campaign/get/", advertiser_id=london)["code"] == "0"
    assert changeable.call("/campaign/get/", advertiser_id="1")["code"] == "40001"


def test_an_envelope_may_be_bare(changeable: Simulator, london: str) -> None:
    switch(changeable, "bare-envelope")
    assert changeable.call("/campaign/get/", advertiser_id=london).keys() == {"code", "data"}
    assert "message" in changeable.call("/campaign/get/", advertiser_id="1")


def test_a_path_that_v2_does_not_have_is_forbidden(demo: Simulator, london: str) -> None:
    url = f"{demo.url}/open_api/v2.0/campaign/get/"
    answer = demo.session.get(url, params={"advertiser_id": london})
    assert answer.status_code == 403
    assert answer.json()["code"] == 40006


@pytest.mark.parametrize(
    "dimension", ["age", "gender", "country_code", "province_id", "interest_category"]
)
def test_audiences_have_reach_and_frequency(demo: Simulator, london: str, dimension: str) -> None:
    rows = demo.report(
        london,
        "campaign",
        report_type="AUDIENCE",
        dimensions=["campaign_id", "stat_time_day", dimension],
        metrics=["impressions", "reach", "frequency"],
    )
    assert rows
    assert any(int(row["metrics"]["reach"]) for row in rows)
    assert all(int(row["metrics"]["reach"]) <= int(row["metrics"]["impressions"]) for row in rows)


SEEN = {
    "/smart_plus/adgroup/get/": {
        "operation_status",
        "secondary_status",
        "product_source",
        "promotion_target_type",
        "optimization_event_type",
        "like_counts_disabled",
        "favorite_counts_disabled",
        "secondary_optimization_event",
    },
    "/smart_plus/ad/get/": {
        "viewability_postbid_partner",
        "viewability_vast_url",
        "brand_safety_postbid_partner",
        "brand_safety_vast_url",
        "product_card_type",
        "tracking_pixel_id",
        "tracking_offline_event_set_ids",
        "creative_auto_add_toggle",
    },
    "/ad/get/": {"carousel_image_labels"},
    "/adgroup/get/": {"package", "is_attribution_flex_enable"},
}
"""Fields of answers that the lists of fields lack."""


@pytest.mark.parametrize("path", SEEN)
def test_fields_that_were_seen_come_and_can_be_asked_for(
    demo: Simulator, london: str, path: str
) -> None:
    assert demo.data(path, advertiser_id=london)["list"][0].keys() >= SEEN[path]
    asked = demo.data(path, advertiser_id=london, fields=sorted(SEEN[path]))["list"][0]
    assert asked.keys() == SEEN[path]


def test_pixels_reviews_and_app_events_have_the_fields_that_were_seen(demo: Simulator) -> None:
    games = demo.accounts()["Golden Gate Games"]
    pixel = demo.data("/pixel/list/", advertiser_id=games)["pixels"][0]
    assert pixel["activity_status"] == "ACTIVE"
    adgroup = demo.data("/adgroup/get/", advertiser_id=games)["list"][0]["adgroup_id"]
    reviews = demo.data("/adgroup/review_info/", advertiser_id=games, adgroup_ids=[adgroup])
    assert {"reasons", "contains_rejected_ads"} <= reviews["ad_group_review_map"][adgroup].keys()
    app = demo.data("/app/list/", advertiser_id=games)["apps"][0]["app_id"]
    asked = {"app_id": app, "optimization_goal": "CONVERT"}
    events = demo.data("/app/optimization_event/", advertiser_id=games, **asked)
    event = events["optimization_events"][0]
    assert event["external_action"] == event["optimization_event"]
    assert event["is_available"] is True


def test_rows_of_smart_plus_ads_lack_some_fields(demo: Simulator, london: str) -> None:
    rows = demo.rows("/ad/get/", advertiser_id=london)
    lacking = {"identity_authorized_bc_id", "landing_page_url", "is_aco"}
    automation = {row["campaign_automation_type"] for row in rows if lacking.isdisjoint(row.keys())}
    assert automation == {"UPGRADED_SMART_PLUS_CREATIVE"}
    others = [row for row in rows if row["campaign_automation_type"] not in automation]
    assert all(lacking <= row.keys() for row in others)


def test_reports_of_gmv_max_take_all_statuses(demo: Simulator, london: str, shop: str) -> None:
    def rows(**filters: Any) -> int:
        asked = gmv_max(london, shop, "campaign_id") | {"start_date": "2026-03-01"}
        filtering = asked["filtering"] | filters
        return len(demo.rows(GMV_MAX, **(asked | {"filtering": filtering})))

    assert rows(campaign_statuses=["STATUS_ALL"]) > rows()


def truths(simulator: Simulator) -> list[Any]:
    days = {"start": "2026-11-10", "end": "2026-11-20"}
    asked: dict[str, dict[str, str]] = {
        "/truth": days,
        "/truth/entities": days,
        "/truth/report": days | {"dimensions": "ad_id,stat_time_day"},
        "/truth/gmv_max": days | {"dimensions": "campaign_id,stat_time_day", "metrics": "cost"},
    }
    url = f"{simulator.url}/__simulator__"
    return [
        simulator.session.get(f"{url}{path}", params=query).json() for path, query in asked.items()
    ]


@pytest.mark.parametrize("on", ["all", "unstable-reports"])
def test_what_is_true_does_not_change(changeable: Simulator, on: str) -> None:
    true = truths(changeable)
    assert all(truth["accounts"] for truth in true)
    switch(changeable, on)
    assert truths(changeable) == true


def test_all_is_everything_that_was_seen() -> None:
    assert read_switches("all") == SWITCHES.keys() - NOT_IN_ALL
    assert read_switches("all,unstable-reports") == SWITCHES.keys()
    assert read_switches("all,-zero-rows") == SWITCHES.keys() - NOT_IN_ALL - {"zero-rows"}
    assert read_switches("") == frozenset()


@pytest.mark.parametrize("name", [*SWITCHES, *MAIN_OPTIONS])
def test_the_readme_names_every_switch_and_fault(name: str) -> None:
    page = Path(simulator.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert re.search(rf"^\|.*`{name}[ `].*\|.*\|$", page, re.MULTILINE)


def test_what_is_on_can_be_read(changeable: Simulator) -> None:
    switch(changeable, "zero-rows, dash-rows")
    assert changeable.control("GET", "/live")["on"] == ["dash-rows", "zero-rows"]


def test_an_unknown_switch_is_refused_with_the_list_of_switches(changeable: Simulator) -> None:
    answer = changeable.session.post(
        f"{changeable.url}/__simulator__/live", json={"on": "gremlins"}
    )
    assert answer.status_code == 400
    assert "unstable-lists" in answer.json()["error"]


def test_an_unknown_switch_ends_the_start_with_one_line() -> None:
    command = [sys.executable, "-m", "simulator", "--port", "49151", "--live", "gremlins"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("simulator: no switch 'gremlins'")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "on"),
    [
        (["--live"], read_switches("all")),
        (["--live", "zero-ids,zero-rows"], {"zero-ids", "zero-rows"}),
        ([], set()),
    ],
)
def test_switches_are_set_on_the_command_line(
    start: Callable[..., Any], options: list[str], on: set[str]
) -> None:
    with start("--scenario", "small", *options) as simulator:
        assert set(simulator.control("GET", "/live")["on"]) == set(on)
