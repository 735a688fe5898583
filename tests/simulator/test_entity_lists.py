"""The shapes and rules of the lists beside campaigns, ad groups and ads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.lists import ASSETS, EVERYTHING, SMART_PLUS, UNPAGED, posts, read, reference
from tests.support.api import APP

if TYPE_CHECKING:
    from tests.support.api import Simulator


@pytest.fixture(scope="module")
def games(demo: Simulator) -> str:
    """An account with apps and Upgraded Smart+ ads."""
    return demo.accounts()["Golden Gate Games"]


@pytest.mark.parametrize("family", [*SMART_PLUS, *ASSETS])
def test_small_pages_make_the_same_list_as_large_ones(
    demo: Simulator, games: str, family: str
) -> None:
    found = {**SMART_PLUS, **ASSETS}[family]
    filtering = EVERYTHING if family in SMART_PLUS else {}
    small = demo.rows(found.path, 1, found.key, advertiser_id=games, **filtering)
    large = read(demo, games, family)
    assert [row[found.id] for row in small] == [row[found.id] for row in large]
    assert large


@pytest.mark.parametrize("family", UNPAGED)
def test_lists_without_paging_tell_no_pages(demo: Simulator, games: str, family: str) -> None:
    data = demo.data(UNPAGED[family].path, advertiser_id=games)
    assert list(data) == [UNPAGED[family].key]
    assert data[UNPAGED[family].key]


def test_an_account_without_anything_has_empty_lists(demo: Simulator) -> None:
    quiet = demo.accounts()["Quiet Account"]
    assert not any(read(demo, quiet, family) for family in (*SMART_PLUS, *ASSETS, *UNPAGED))
    assert not posts(demo, quiet)


def test_deleted_smart_plus_objects_are_hidden_unless_all_are_asked_for(agency: Simulator) -> None:
    deleted = 0
    for account in agency.accounts().values():
        everything = read(agency, account, "smart_plus_ad")
        usual = agency.rows("/smart_plus/ad/get/", 100, advertiser_id=account)
        gone = [row for row in everything if row["secondary_status"].endswith("_DELETE")]
        assert len(everything) - len(gone) == len(usual)
        deleted += len(gone)
    assert deleted


def test_some_smart_plus_ads_have_no_time_of_change(demo: Simulator) -> None:
    rows = [
        row for account in demo.accounts().values() for row in read(demo, account, "smart_plus_ad")
    ]
    assert {"modify_time" in row for row in rows} == {True, False}


def test_smart_plus_ads_can_be_asked_for_by_id_and_by_change(demo: Simulator, games: str) -> None:
    rows = read(demo, games, "smart_plus_ad")
    ad = rows[-1]["smart_plus_ad_id"]
    found = demo.rows(
        "/smart_plus/ad/get/", 100, advertiser_id=games, filtering={"smart_plus_ad_ids": [ad]}
    )
    assert [row["smart_plus_ad_id"] for row in found] == [ad]
    since = {"modified_after": "2031-01-01 00:00:00"}
    assert demo.rows("/smart_plus/ad/get/", 100, advertiser_id=games, filtering=since) == []


def test_only_the_fields_of_a_smart_plus_row_that_were_asked_for_come(
    demo: Simulator, games: str
) -> None:
    fields = ["smart_plus_ad_id", "creative_list"]
    rows = demo.rows("/smart_plus/ad/get/", 100, advertiser_id=games, fields=fields)
    assert rows
    assert all(list(row) == fields for row in rows)


def test_reviews_of_deleted_and_foreign_ad_groups_are_empty_maps(
    demo: Simulator, london: str, games: str
) -> None:
    filtering = {"primary_status": "STATUS_DELETE"}
    deleted = demo.rows("/adgroup/get/", advertiser_id=london, filtering=filtering)
    foreign = demo.rows("/adgroup/get/", advertiser_id=games)
    ids = [row["adgroup_id"] for row in [*deleted[:5], *foreign[:5]]]
    assert ids
    data = demo.data("/adgroup/review_info/", advertiser_id=london, adgroup_ids=ids)
    assert data == {"ad_group_review_map": {}, "ad_review_map": {}}


def test_reviews_tell_what_was_rejected_and_why(demo: Simulator) -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    for account in demo.accounts().values():
        adgroups = [row["adgroup_id"] for row in demo.rows("/adgroup/get/", advertiser_id=account)]
        if not adgroups:
            continue
        data = demo.data("/adgroup/review_info/", advertiser_id=account, adgroup_ids=adgroups)
        for group, ads in data["ad_review_map"].items():
            rejected = [row for row in ads.values() if not row["is_approved"]]
            summary = data["ad_group_review_map"][group]
            assert summary["contains_rejected_ads"] == bool(rejected)
            for row in ads.values():
                found.setdefault(row["review_status"], []).append(row)
    assert found.keys() == {"ALL_AVAILABLE", "PART_AVAILABLE", "UNAVAILABLE"}
    assert all(row["reject_info"][0]["reasons"] for row in found["PART_AVAILABLE"])
    assert not any(row["reject_info"] for row in found["ALL_AVAILABLE"])


def test_addresses_change_with_every_call_and_nothing_else_does(
    demo: Simulator, london: str
) -> None:
    def image() -> tuple[str, dict[str, Any]]:
        row = read(demo, london, "image")[0]
        return row.pop("image_url"), row

    (first, row), (second, same) = image(), image()
    assert row == same
    assert first != second
    assert "x-expires=" in first
    assert "x-signature=" in first


def test_files_have_iso_times_and_previews_plain_ones(demo: Simulator, london: str) -> None:
    row = read(demo, london, "video")[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["create_time"])
    assert row["preview_url_expire_time"] == "2026-11-20 16:00:00"


def test_a_search_finds_only_the_newest_files_and_ids_find_all(
    changeable: Simulator, london: str
) -> None:
    videos = [row["video_id"] for row in read(changeable, london, "video")]
    images = [row["image_id"] for row in read(changeable, london, "image")]
    changeable.control("POST", "/faults", {"search_limit": 5})
    assert len(read(changeable, london, "video")) == len(read(changeable, london, "image")) == 5
    oldest = {"video": videos[-60:], "image": images[-100:]}
    for kind, ids in oldest.items():
        data = changeable.data(
            f"/file/{kind}/ad/info/", advertiser_id=london, **{f"{kind}_ids": [*ids[1:], "unknown"]}
        )
        assert sorted(row[f"{kind}_id"] for row in data["list"]) == sorted(ids[1:])


def test_videos_can_be_sorted_by_change(demo: Simulator, london: str) -> None:
    rows = demo.rows("/file/video/ad/search/", 100, advertiser_id=london, sort_field="MODIFY_TIME")
    times = [row["modify_time"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert times != sorted((row["create_time"] for row in rows), reverse=True)


def test_files_can_be_filtered(demo: Simulator, london: str) -> None:
    row = read(demo, london, "image")[0]
    wanted = {"width": row["width"], "height": row["height"], "displayable": row["displayable"]}
    found = demo.rows("/file/image/ad/search/", 100, advertiser_id=london, filtering=wanted)
    assert row["image_id"] in {each["image_id"] for each in found}
    assert all({key: each[key] for key in wanted} == wanted for each in found)


def test_uploaded_music_is_only_for_the_first_scene(demo: Simulator, london: str) -> None:
    def sources(scene: str) -> set[str]:
        rows = demo.rows("/file/music/get/", key="musics", advertiser_id=london, music_scene=scene)
        return {source for row in rows for source in row["sources"]}

    assert sources("CREATIVE_ASSET") == {"USER", "SYSTEM"}
    assert sources("CAROUSEL_ADS") == {"SYSTEM"}


def test_identities_can_be_asked_for_by_type(demo: Simulator, london: str) -> None:
    everyone = read(demo, london, "identity")
    types = {row["identity_type"] for row in everyone}
    assert len(types) > 3
    for kind in types:
        rows = demo.rows(
            "/identity/get/", 100, "identity_list", advertiser_id=london, identity_type=kind
        )
        assert {row["identity_type"] for row in rows} == {kind}


def test_photo_posts_have_no_video(demo: Simulator, london: str) -> None:
    rows = demo.rows("/tt_video/list/", 50, advertiser_id=london, item_types=["CAROUSEL"])
    assert rows
    assert all(row["video_info"] is None and row["item_info"]["carousel_info"] for row in rows)
    assert all(set(row) == {"auth_info", "item_info", "user_info", "video_info"} for row in rows)


def test_the_contents_of_a_portfolio_come_one_by_one(demo: Simulator, london: str) -> None:
    row = read(demo, london, "portfolio")[-1]
    assert "portfolio_content" not in row
    whole = demo.data(
        "/creative/portfolio/get/",
        advertiser_id=london,
        creative_portfolio_id=row["creative_portfolio_id"],
    )
    assert whole["portfolio_content"]


def test_audience_details_come_with_a_history_of_the_size_asked_for(
    demo: Simulator, london: str
) -> None:
    ids = [row["audience_id"] for row in read(demo, london, "custom_audience")]
    parameters = {"advertiser_id": london, "custom_audience_ids": ids}
    whole = demo.data("/dmp/custom_audience/get/", **parameters)["list"]
    short = demo.data("/dmp/custom_audience/get/", **parameters, history_size=1)["list"]
    assert max(len(each["audience_history"]) for each in whole) == 2
    assert {len(each["audience_history"]) for each in short} == {1}
    assert all("type" in each["audience_details"] for each in whole)


def test_pixels_come_oldest_first_unless_asked_otherwise(demo: Simulator, london: str) -> None:
    usual = demo.rows("/pixel/list/", 20, "pixels", advertiser_id=london)
    turned = demo.rows("/pixel/list/", 20, "pixels", advertiser_id=london, order_by="LATEST_CREATE")
    times = [row["create_time"] for row in usual]
    assert times == sorted(times)
    assert turned == usual[::-1]


def test_an_event_is_a_standard_or_a_custom_one(demo: Simulator, london: str) -> None:
    events = [event for row in read(demo, london, "pixel") for event in row["events"]]
    kinds = {(bool(each["event_type"]), bool(each["custom_event_type"])) for each in events}
    assert kinds == {(True, False), (False, True)}


def test_an_app_can_be_read_alone_and_has_events_that_are_not_usable_yet(
    demo: Simulator, games: str
) -> None:
    app = read(demo, games, "app")[-1]
    parameters = {"advertiser_id": games, "app_id": app["app_id"]}
    assert demo.data("/app/info/", **parameters)["app"] == app
    path = "/app/optimization_event/"
    usable = demo.data(path, **parameters, optimization_goal="INSTALL")["optimization_events"]
    everything = demo.data(path, **parameters, optimization_goal="INSTALL", available_only="false")[
        "optimization_events"
    ]
    assert len(usable) < len(everything)


@pytest.mark.parametrize(
    ("level", "levels"),
    [
        ("TO_COUNTRY", {"COUNTRY"}),
        ("TO_PROVINCE", {"COUNTRY", "PROVINCE"}),
        ("ALL", {"COUNTRY", "PROVINCE", "CITY", "DISTRICT"}),
    ],
)
def test_regions_go_down_to_the_level_asked_for(
    demo: Simulator, london: str, level: str, levels: set[str]
) -> None:
    data = demo.data(
        "/tool/region/",
        advertiser_id=london,
        placements=["PLACEMENT_TIKTOK"],
        objective_type="TRAFFIC",
        level_range=level,
    )
    assert {row["level"] for row in data["region_info"]} == levels
    assert "GB" in data["region_list"]


def test_interests_have_two_versions(demo: Simulator, london: str) -> None:
    second = reference(demo, london, "interest_category")
    first = demo.data("/tool/interest_category/", advertiser_id=london, version="1")
    ids = {row["interest_category_id"] for row in first["interest_categories"]}
    assert ids < {row["interest_category_id"] for row in second}


def test_a_part_of_the_api_can_be_out_of_scope(changeable: Simulator, london: str) -> None:
    changeable.control("POST", "/faults", {"no_scope": ["/pixel/", "/dmp/"]})
    for path in ("/pixel/list/", "/dmp/custom_audience/list/", "/dmp/saved_audience/list/"):
        assert changeable.call(path, advertiser_id=london)["code"] == 40001
    assert changeable.call("/ad/get/", advertiser_id=london)["code"] == 0
    assert changeable.call("/identity/get/", advertiser_id=london)["code"] == 0


def test_other_accounts_are_no_permission_everywhere(demo: Simulator) -> None:
    foreign = {"advertiser_id": "7000000000000000001"}
    lists = (*SMART_PLUS.values(), *ASSETS.values(), *UNPAGED.values())
    assert {demo.call(each.path, **foreign)["code"] for each in lists} == {40001}
    assert demo.call("/oauth2/advertiser/get/", **APP)["code"] == 0


def test_the_same_seed_makes_the_same_assets(demo: Simulator, start: Any, games: str) -> None:
    with start("--seed", "1") as twin, start("--seed", "2") as other:
        for family in ("saved_audience", "app", "portfolio"):
            assert read(twin, games, family) == read(demo, games, family)
        account = other.accounts()["Golden Gate Games"]
        assert _ids(read(other, account, "app")) != _ids(read(demo, games, "app"))


def _ids(apps: list[dict[str, Any]]) -> list[str]:
    return [row["app_id"] for row in apps]
