"""Every id that one list names is found in another."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulator.lists import EVERYTHING, posts, read, reference
from tests.support.api import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.support.api import Simulator

ORIGINS = ["TT_ADS_PLATFORM", "PROMOTE"]
TYPES = (["AUCTION", "RESERVATION_RF"], ["RESERVATION_TOP_VIEW"])
TARGETING = (
    "location_ids",
    "languages",
    "interest_category_ids",
    "actions",
    "carrier_ids",
    "device_model_ids",
    "min_android_version",
    "min_ios_version",
    "audience_ids",
    "excluded_audience_ids",
    "saved_audience_id",
)


def _everything(simulator: Simulator, advertiser_id: str, level: str) -> list[dict[str, Any]]:
    """All rows of a usual list: deleted ones, every buying type, boosted posts."""
    return [
        row
        for types in TYPES
        for row in simulator.rows(
            f"/{level}/get/",
            100,
            advertiser_id=advertiser_id,
            filtering={
                "primary_status": ALL,
                "buying_types": types,
                "campaign_system_origins": ORIGINS,
            },
        )
    ]


def _ids(rows: Iterable[dict[str, Any]], key: str) -> set[str]:
    return {row[key] for row in rows}


@pytest.fixture(scope="module")
def accounts(demo: Simulator) -> list[str]:
    """The ids of all accounts."""
    return list(demo.accounts().values())


def test_ads_name_media_that_are_there(demo: Simulator, accounts: list[str]) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for account in accounts:
        there = {
            "video_id": _ids(read(demo, account, "video"), "video_id"),
            "image_ids": _ids(read(demo, account, "image"), "image_id"),
            "music_id": _ids(read(demo, account, "music"), "music_id"),
            "tiktok_item_id": {row["item_info"]["item_id"] for row in posts(demo, account)},
            "call_to_action_id": _ids(read(demo, account, "portfolio"), "creative_portfolio_id"),
        }
        for ad in _everything(demo, account, "ad"):
            for field, ids in there.items():
                value = ad[field]
                found = set(value if isinstance(value, list) else [value]) - {None}
                assert found <= ids, (field, found - ids)
                named[field] |= found
    assert all(named[field] for field in there)


def test_ads_name_identities_that_are_there(demo: Simulator, accounts: list[str]) -> None:
    kinds = set()
    for account in accounts:
        identities = {
            (row["identity_type"], row["identity_id"]) for row in read(demo, account, "identity")
        }
        shown = {
            (ad["identity_type"], ad["identity_id"]) for ad in _everything(demo, account, "ad")
        }
        posting = {
            (row["user_info"]["identity_type"], row["user_info"]["identity_id"])
            for row in posts(demo, account)
        }
        assert shown | posting <= identities
        kinds |= {kind for kind, _ in shown}
    assert kinds == {"CUSTOMIZED_USER", "AUTH_CODE", "TT_USER"}


def test_ads_and_ad_groups_name_event_sources_that_are_there(
    demo: Simulator, accounts: list[str]
) -> None:
    named = set()
    for account in accounts:
        pixels = {row["pixel_id"]: row for row in read(demo, account, "pixel")}
        apps = _ids(read(demo, account, "app"), "app_id")
        for adgroup in _everything(demo, account, "adgroup"):
            if pixel := adgroup.get("pixel_id"):
                events = _ids(pixels[pixel]["events"], "optimization_event")
                assert adgroup["optimization_event"] in events
                named.add("pixel")
            if app := adgroup.get("app_id"):
                assert app in apps
                named.add("app")
        for ad in _everything(demo, account, "ad"):
            assert str(ad["tracking_pixel_id"]) in {"0", *pixels}
            assert ad["tracking_app_id"] in {None, *apps}
    assert named == {"pixel", "app"}


def _targets(row: dict[str, Any], kind: str) -> Iterator[str]:
    """The ids that an ad group's targeting has of a kind."""
    value = row.get(kind)
    if kind == "actions":
        yield from (each for action in value or [] for each in action["action_category_ids"])
    elif isinstance(value, list):
        yield from value
    elif value:
        yield value


def _known(demo: Simulator, account: str) -> dict[str, set[str]]:
    systems = reference(demo, account, "os_version")
    versions = {
        system: {row["version"] for row in systems if row["os_type"] == system}
        for system in ("ANDROID", "IOS")
    }
    countries = demo.data("/tool/carrier/", advertiser_id=account)["countries"]
    audiences = _ids(read(demo, account, "custom_audience"), "audience_id")
    return {
        "location_ids": _ids(reference(demo, account, "region"), "location_id"),
        "languages": _ids(reference(demo, account, "language"), "code"),
        "interest_category_ids": _ids(
            reference(demo, account, "interest_category"), "interest_category_id"
        ),
        "actions": _ids(reference(demo, account, "action_category"), "action_category_id"),
        "carrier_ids": {
            carrier["carrier_id"] for country in countries for carrier in country["carriers"]
        },
        "device_model_ids": _ids(reference(demo, account, "device_model"), "device_model_id"),
        "min_android_version": versions["ANDROID"],
        "min_ios_version": versions["IOS"],
        "audience_ids": audiences,
        "excluded_audience_ids": audiences,
        "saved_audience_id": _ids(read(demo, account, "saved_audience"), "saved_audience_id"),
    }


def test_targeting_names_references_that_are_there_and_has_every_kind(
    demo: Simulator, accounts: list[str]
) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for account in accounts:
        known = _known(demo, account)
        adgroups = _everything(demo, account, "adgroup")
        saved = read(demo, account, "saved_audience")
        smart = [row["targeting_spec"] for row in read(demo, account, "smart_plus_adgroup")]
        for row in [*adgroups, *saved, *smart]:
            for kind in TARGETING:
                found = set(_targets(row, kind))
                assert found <= known[kind], (kind, found - known[kind])
        for adgroup in adgroups:
            for kind in TARGETING:
                named[kind].update(_targets(adgroup, kind))
    assert [kind for kind in TARGETING if not named[kind]] == []


def test_smart_plus_has_the_objects_of_the_usual_lists(
    demo: Simulator, accounts: list[str]
) -> None:
    shared = 0
    for account in accounts:
        for level in ("campaign", "adgroup"):
            usual = {row[f"{level}_id"]: row for row in _everything(demo, account, level)}
            for row in read(demo, account, f"smart_plus_{level}"):
                twin = usual[row[f"{level}_id"]]
                common = row.keys() & twin.keys()
                assert {key: row[key] for key in common} == {key: twin[key] for key in common}
                shared += len(common)
    assert shared > 100


def test_creatives_lead_to_smart_plus_ads_and_show_the_same_videos(
    demo: Simulator, accounts: list[str]
) -> None:
    compared = 0
    for account in accounts:
        shown: dict[str, set[str]] = defaultdict(set)
        for ad in _everything(demo, account, "ad"):
            if ad["campaign_automation_type"] == "UPGRADED_SMART_PLUS_CREATIVE":
                shown[ad["smart_plus_ad_id"]].add(ad["video_id"])
        listed = {
            row["smart_plus_ad_id"]: {
                each["creative_info"]["video_info"]["video_id"] for each in row["creative_list"]
            }
            for row in read(demo, account, "smart_plus_ad")
        }
        assert listed == shown
        compared += len(listed)
    assert compared


def test_smart_plus_ads_name_a_portfolio_and_a_pixel_that_are_there(
    demo: Simulator, accounts: list[str]
) -> None:
    configured = 0
    for account in accounts:
        portfolios = _ids(read(demo, account, "portfolio"), "creative_portfolio_id")
        pixels = _ids(read(demo, account, "pixel"), "pixel_id")
        for ad in read(demo, account, "smart_plus_ad"):
            configuration = ad["ad_configuration"]
            assert configuration["call_to_action_id"] in portfolios
            assert configuration["tracking_info"]["tracking_pixel_id"] in pixels
            configured += 1
    assert configured


def test_places_have_a_parent_and_know_their_children(demo: Simulator, london: str) -> None:
    places = {row["location_id"]: row for row in reference(demo, london, "region")}
    for place in places.values():
        assert all(
            places[child]["parent_id"] == place["location_id"] for child in place["next_level_ids"]
        )
        assert place["parent_id"] in {"0", *places}


def test_a_lookalike_names_its_source(demo: Simulator, london: str) -> None:
    audiences = _ids(read(demo, london, "custom_audience"), "audience_id")
    details = demo.data(
        "/dmp/custom_audience/get/", advertiser_id=london, custom_audience_ids=sorted(audiences)
    )["list"]
    sources = {
        each["audience_details"]["lookalike_spec"]["source_audience_id"]
        for each in details
        if each["audience_details"]["lookalike_spec"]
    }
    assert sources
    assert sources <= audiences


def test_a_portfolio_card_shows_an_image_that_is_there(demo: Simulator, london: str) -> None:
    images = _ids(read(demo, london, "image"), "image_id")
    cards = [
        each["image_id"]
        for portfolio in read(demo, london, "portfolio")
        for each in demo.data(
            "/creative/portfolio/get/",
            advertiser_id=london,
            creative_portfolio_id=portfolio["creative_portfolio_id"],
        )["portfolio_content"]
        if "image_id" in each
    ]
    assert cards
    assert set(cards) <= images


def test_reviewed_ads_are_in_the_list_of_ads(demo: Simulator, london: str) -> None:
    rows = demo.rows("/ad/get/", advertiser_id=london, **EVERYTHING)
    parents = {row["ad_id"]: row["adgroup_id"] for row in rows}
    adgroups = sorted(set(parents.values()))[:20]
    found = demo.data("/adgroup/review_info/", advertiser_id=london, adgroup_ids=adgroups)
    ads = [(ad, group) for group, ads in found["ad_review_map"].items() for ad in ads]
    assert ads
    assert all(parents[ad] == group for ad, group in ads)
