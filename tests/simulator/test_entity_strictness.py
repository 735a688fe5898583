"""What the lists beside campaigns, ad groups and ads refuse, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.lists import ASSETS, SMART_PLUS

if TYPE_CHECKING:
    from tests.support.api import Simulator

MISSING = "Missing data for required field."
DAYS = {"start_date": "2026-11-01", "end_date": "2026-11-20"}
REGION: dict[str, Any] = {"placements": ["PLACEMENT_TIKTOK"], "objective_type": "TRAFFIC"}
PATHS = [
    *(found.path for found in (*SMART_PLUS.values(), *ASSETS.values())),
    "/adgroup/review_info/",
    "/file/video/ad/info/",
    "/file/image/ad/info/",
    "/creative/portfolio/get/",
    "/tt_video/list/",
    "/dmp/custom_audience/get/",
    "/pixel/event/stats/",
    "/app/list/",
    "/app/info/",
    "/app/optimization_event/",
    "/custom_conversion/list/",
    "/offline/get/",
    "/tool/region/",
    "/tool/interest_category/",
    "/tool/action_category/",
    "/tool/language/",
    "/tool/carrier/",
    "/tool/device_model/",
    "/tool/os_version/",
    "/tool/timezone/",
]
PAGES = {found.path: found.most for found in (*SMART_PLUS.values(), *ASSETS.values())} | {
    "/tt_video/list/": 50,
    "/custom_conversion/list/": 1000,
}
USUAL_PAGES = {
    "/smart_plus/ad/get/": 10,
    "/file/video/ad/search/": 20,
    "/file/image/ad/search/": 20,
    "/file/music/get/": 1000,
    "/creative/portfolio/list/": 20,
    "/identity/get/": 20,
    "/tt_video/list/": 20,
    "/dmp/custom_audience/list/": 10,
    "/dmp/saved_audience/list/": 10,
    "/pixel/list/": 10,
}
REQUIRED: dict[str, dict[str, Any]] = {
    "/adgroup/review_info/": {"adgroup_ids": ["1"]},
    "/file/video/ad/info/": {"video_ids": ["1"]},
    "/file/image/ad/info/": {"image_ids": ["1"]},
    "/creative/portfolio/get/": {"creative_portfolio_id": "1"},
    "/dmp/custom_audience/get/": {"custom_audience_ids": ["1"]},
    "/pixel/event/stats/": {"pixel_ids": ["1"], "date_range": DAYS},
    "/app/info/": {"app_id": "1"},
    "/custom_conversion/list/": {"event_source_type": "PIXEL", "event_source_id": "1"},
    "/tool/region/": REGION,
    "/tool/os_version/": {"os_type": "IOS"},
}
MOST_IDS = {
    ("/adgroup/review_info/", "adgroup_ids"): 20,
    ("/file/video/ad/info/", "video_ids"): 60,
    ("/file/image/ad/info/", "image_ids"): 100,
    ("/dmp/custom_audience/list/", "custom_audience_ids"): 100,
    ("/dmp/custom_audience/get/", "custom_audience_ids"): 100,
    ("/dmp/saved_audience/list/", "saved_audience_ids"): 100,
    ("/pixel/event/stats/", "pixel_ids"): 10,
}
MOST_FILTERED = {
    ("/smart_plus/ad/get/", "smart_plus_ad_ids"): 100,
    ("/smart_plus/adgroup/get/", "adgroup_ids"): 100,
    ("/file/video/ad/search/", "video_ids"): 100,
    ("/file/video/ad/search/", "material_ids"): 20,
    ("/file/image/ad/search/", "image_ids"): 100,
}
BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown filter": (
        "/file/video/ad/search/",
        {"filtering": {"name": "a"}},
        "filtering: Unsupported filter: name",
    ),
    "a filter of another list": (
        "/smart_plus/campaign/get/",
        {"filtering": {"modified_after": "2026-11-01 00:00:00"}},
        "filtering: Unsupported filter: modified_after",
    ),
    "both statuses": (
        "/smart_plus/ad/get/",
        {"filtering": {"primary_status": "STATUS_ALL", "secondary_status": "AD_STATUS_ALL"}},
        "cannot be used together",
    ),
    "an unknown status": (
        "/smart_plus/campaign/get/",
        {"filtering": {"primary_status": "ALL"}},
        "filtering.primary_status: Must be one of",
    ),
    "an unknown field": (
        "/smart_plus/ad/get/",
        {"fields": ["ad_id"]},
        "fields.0: one or more value of the param is not acceptable, correct is [",
    ),
    "a filter as a list": (
        "/identity/get/",
        {"filtering": []},
        "filtering: Field must be set to object",
    ),
    "a word for a number": (
        "/file/image/ad/search/",
        {"filtering": {"width": "640"}},
        "filtering.width: Field must be set to number",
    ),
    "a truth value for a number": (
        "/file/image/ad/search/",
        {"filtering": {"height": True}},
        "filtering.height: Field must be set to number",
    ),
    "words for ratios": (
        "/file/image/ad/search/",
        {"filtering": {"ratio": ["1"]}},
        "filtering.ratio: Field must be set to array of numbers",
    ),
    "a number for a truth value": (
        "/pixel/list/",
        {"filtering": {"available_for_catalog_only": 1}},
        "filtering.available_for_catalog_only: Field must be set to boolean",
    ),
    "an unknown portfolio type": (
        "/creative/portfolio/list/",
        {"filtering": {"creative_portfolio_types": ["POSTER"]}},
        "filtering.creative_portfolio_types: Must be among",
    ),
    "an unknown sort field": (
        "/file/video/ad/search/",
        {"sort_field": "SIZE"},
        "sort_field: Must be one of",
    ),
    "an unknown scene": ("/file/music/get/", {"music_scene": "LIFT"}, "music_scene: Must be one"),
    "music too far down": (
        "/file/music/get/",
        {"page": "101", "page_size": "1000"},
        "page: page times page_size",
    ),
    "an unknown identity type": (
        "/identity/get/",
        {"identity_type": "ANYBODY"},
        "identity_type: Must be one of",
    ),
    "an unknown item type": ("/tt_video/list/", {"item_types": ["LIVE"]}, "item_types: Must be"),
    "a portfolio that is not there": (
        "/creative/portfolio/get/",
        {"creative_portfolio_id": "1"},
        "creative_portfolio_id: The portfolio 1 does not exist",
    ),
    "a history of 101": (
        "/dmp/custom_audience/get/",
        {"custom_audience_ids": ["1"], "history_size": "101"},
        "history_size: Value must be",
    ),
    "no ids at all": ("/file/image/ad/info/", {"image_ids": []}, "image_ids: Shorter than minimum"),
    "ids between commas": (
        "/file/video/ad/info/",
        {"video_ids": "v1,v2"},
        "video_ids: Field must be set to array",
    ),
    "numbers for ids": (
        "/adgroup/review_info/",
        {"adgroup_ids": [1700000000000000]},
        "adgroup_ids: Items must be set to string",
    ),
    "an unknown order": ("/pixel/list/", {"order_by": "NAME"}, "order_by: Must be one of"),
    "31 days": (
        "/pixel/event/stats/",
        {"pixel_ids": ["1"], "date_range": DAYS | {"start_date": "2026-10-21"}},
        "date_range: max time span is 30 days",
    ),
    "days as text": (
        "/pixel/event/stats/",
        {"pixel_ids": ["1"], "date_range": "2026-11-01,2026-11-20"},
        "date_range: Field must be set to object",
    ),
    "no last day": (
        "/pixel/event/stats/",
        {"pixel_ids": ["1"], "date_range": {"start_date": "2026-11-01"}},
        "date_range.end_date: Missing data",
    ),
    "a malformed day": (
        "/pixel/event/stats/",
        {"pixel_ids": ["1"], "date_range": DAYS | {"end_date": "20261120"}},
        "date_range.end_date: Not a valid date",
    ),
    "days the wrong way round": (
        "/pixel/event/stats/",
        {"pixel_ids": ["1"], "date_range": DAYS | {"end_date": "2026-10-31"}},
        "date_range.end_date: The end date",
    ),
    "an unknown event source": (
        "/custom_conversion/list/",
        {"event_source_type": "OFFLINE", "event_source_id": "1"},
        "event_source_type: Must be one of",
    ),
    "an app that is not there": ("/app/info/", {"app_id": "1"}, "app_id: The app 1 does not exist"),
    "an unknown placement": (
        "/tool/region/",
        REGION | {"placements": ["TIKTOK"]},
        "placements: Must be among",
    ),
    "one placement without brackets": (
        "/tool/region/",
        REGION | {"placements": "PLACEMENT_TIKTOK"},
        "placements: Field must be set to array",
    ),
    "an unknown objective": (
        "/tool/region/",
        REGION | {"objective_type": "FAME"},
        "objective_type: Must be one of",
    ),
    "an unknown level": (
        "/tool/region/",
        REGION | {"level_range": "TO_STREET"},
        "level_range: Must be one of",
    ),
    "a third version": (
        "/tool/interest_category/",
        {"version": "3"},
        "version: Must be one of",
    ),
    "an unknown system": ("/tool/os_version/", {"os_type": "BEOS"}, "os_type: Must be one of"),
}


def _refused(simulator: Simulator, path: str, parameters: dict[str, Any]) -> str:
    answer = simulator.call(path, **parameters)
    assert answer["code"] == 40002
    assert answer["data"] == {}
    message: str = answer["message"]
    return message


@pytest.mark.parametrize("case", BAD)
def test_a_bad_request_is_refused_by_name(demo: Simulator, london: str, case: str) -> None:
    path, parameters, message = BAD[case]
    assert message in _refused(demo, path, {"advertiser_id": london} | parameters)


@pytest.mark.parametrize("path", PATHS)
def test_every_list_needs_an_account(demo: Simulator, path: str) -> None:
    parameters = REQUIRED.get(path, {})
    assert f"advertiser_id: {MISSING}" in _refused(demo, path, parameters)


@pytest.mark.parametrize("path", REQUIRED)
def test_what_is_required_must_be_there(demo: Simulator, london: str, path: str) -> None:
    parameters = REQUIRED[path]
    for name in parameters:
        rest = {key: value for key, value in parameters.items() if key != name}
        assert f"{name}: {MISSING}" in _refused(demo, path, {"advertiser_id": london} | rest)


def test_the_events_of_an_app_need_the_app_and_a_goal(demo: Simulator) -> None:
    games = demo.accounts()["Golden Gate Games"]
    path, app = (
        "/app/optimization_event/",
        {"advertiser_id": games, "app_id": "7200000000000000051"},
    )
    assert f"optimization_goal: {MISSING}" in _refused(demo, path, app)
    wrong = app | {"optimization_goal": "FAME"}
    assert "optimization_goal: Must be one of" in _refused(demo, path, wrong)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_a_largest_size(demo: Simulator, london: str, path: str) -> None:
    parameters = {"advertiser_id": london} | REQUIRED.get(path, {})
    most = PAGES[path]
    assert demo.call(path, **parameters, page_size=str(most))["code"] == 0
    for bad in (str(most + 1), "0", "many"):
        assert "page_size: " in _refused(demo, path, parameters | {"page_size": bad})


@pytest.mark.parametrize("path", USUAL_PAGES)
def test_a_page_has_a_usual_size(demo: Simulator, london: str, path: str) -> None:
    info = demo.data(path, advertiser_id=london)["page_info"]
    assert info["page_size"] == USUAL_PAGES[path]


@pytest.mark.parametrize(("path", "name"), MOST_IDS)
def test_a_request_takes_only_so_many_ids(
    demo: Simulator, london: str, path: str, name: str
) -> None:
    most = MOST_IDS[path, name]
    parameters = {"advertiser_id": london} | REQUIRED.get(path, {})
    ids = [str(number) for number in range(most + 1)]
    assert demo.call(path, **(parameters | {name: ids[1:]}))["code"] == 0
    assert f"{name}: Length must be" in _refused(demo, path, parameters | {name: ids})


@pytest.mark.parametrize(("path", "name"), MOST_FILTERED)
def test_a_filter_takes_only_so_many_ids(
    demo: Simulator, london: str, path: str, name: str
) -> None:
    ids = [str(number) for number in range(MOST_FILTERED[path, name] + 1)]
    assert demo.data(path, advertiser_id=london, filtering={name: ids[1:]})["list"] == []
    message = _refused(demo, path, {"advertiser_id": london, "filtering": {name: ids}})
    assert f"filtering.{name}: Length must be" in message


def test_unknown_parameters_are_ignored_in_silence(demo: Simulator, london: str) -> None:
    plain = demo.data("/dmp/saved_audience/list/", advertiser_id=london)
    asked = {"advertiser_id": london, "filters": {"mood": "good"}, "mood": "good"}
    assert demo.data("/dmp/saved_audience/list/", **asked) == plain
