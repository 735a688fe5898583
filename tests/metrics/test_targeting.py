"""What ad groups aim at: a row for each value, with its meaning where a table has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.metrics.conftest import append_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.metrics.conftest import Raw, Result

ADGROUP = {"advertiser_id": "1", "campaign_id": "10", "adgroup_id": "100", "adgroup_name": "G"}
ACTIONS = [
    {"action_scene": "VIDEO_RELATED", "action_category_ids": ["28001", "28101"]},
    {"action_scene": "CREATOR_RELATED", "action_category_ids": ["28001"]},
]


def targeting(raw: Raw) -> list[tuple[Any, ...]]:
    return raw.read(
        "select adgroup_id, kind, value, label from tiktok_ads.tiktok_adgroup_targeting "
        "order by 1, 2, 3"
    )


def adgroup(raw: Raw, **targets: object) -> None:
    raw.insert("adgroups", **ADGROUP, **targets)


@pytest.mark.parametrize(
    ("column", "table", "reference"),
    [
        ("location_ids", "regions", {"location_id": "7", "name": "Label"}),
        ("languages", "languages", {"code": "7", "name": "Label"}),
        (
            "interest_category_ids",
            "interest_categories",
            {"interest_category_id": "7", "interest_category_name": "Label"},
        ),
        ("carrier_ids", "carriers", {"country_code": "GB", "carrier_id": "7", "name": "Label"}),
        (
            "device_model_ids",
            "device_models",
            {"device_model_id": "7", "device_model_name": "Label"},
        ),
        (
            "audience_ids",
            "custom_audiences",
            {"advertiser_id": "1", "audience_id": "7", "name": "Label"},
        ),
        (
            "excluded_audience_ids",
            "custom_audiences",
            {"advertiser_id": "1", "audience_id": "7", "name": "Label"},
        ),
    ],
)
def test_ids_have_the_names_of_their_reference(
    applied: Raw, column: str, table: str, reference: dict[str, str]
) -> None:
    adgroup(applied, **{column: ["7", "8"]})
    applied.insert(table, **reference)
    assert targeting(applied) == [("100", column, "7", "Label"), ("100", column, "8", None)]


def test_versions_are_of_their_own_system(applied: Raw) -> None:
    adgroup(applied, min_android_version="12.0", min_ios_version="12.0")
    for os_id, os_type in (("1", "ANDROID"), ("2", "IOS")):
        name = f"{os_type} twelve"
        applied.insert("os_versions", os_id=os_id, os_type=os_type, version="12.0", name=name)
    assert targeting(applied) == [
        ("100", "min_android_version", "12.0", "ANDROID twelve"),
        ("100", "min_ios_version", "12.0", "IOS twelve"),
    ]


def test_a_saved_audience_has_its_name(applied: Raw) -> None:
    adgroup(applied, saved_audience_id="5")
    saved = {"saved_audience_id": "5", "saved_audience_name": "Adults"}
    applied.insert("saved_audiences", advertiser_id="1", **saved)
    assert targeting(applied) == [("100", "saved_audience_id", "5", "Adults")]


def test_behaviours_count_once_however_many_actions_name_them(applied: Raw) -> None:
    adgroup(applied, actions=json.dumps(ACTIONS))
    applied.insert("action_categories", action_category_id="28001", name="Sport")
    assert targeting(applied) == [
        ("100", "action_category_ids", "28001", "Sport"),
        ("100", "action_category_ids", "28101", None),
    ]


def test_words_of_tiktoks_label_themselves(applied: Raw) -> None:
    adgroup(applied, age_groups=["AGE_18_24"], gender="GENDER_MALE", device_price_ranges=[50, 1000])
    assert targeting(applied) == [
        ("100", "age_groups", "AGE_18_24", "AGE_18_24"),
        ("100", "device_price_ranges", "[50, 1000]", "[50, 1000]"),
        ("100", "gender", "GENDER_MALE", "GENDER_MALE"),
    ]


def test_what_is_not_targeted_has_no_row(applied: Raw) -> None:
    missing = {"saved_audience_id": "0", "gender": "", "actions": "null", "audience_ids": [None]}
    adgroup(applied, location_ids=[], age_groups=None, **missing)
    assert targeting(applied) == []


def test_a_carrier_of_two_countries_is_one_row(applied: Raw) -> None:
    adgroup(applied, carrier_ids=["7"])
    for country in ("GB", "IE"):
        applied.insert("carriers", country_code=country, carrier_id="7", name="Three")
    assert targeting(applied) == [("100", "carrier_ids", "7", "Three")]


def test_an_audience_of_another_account_lends_no_name(applied: Raw) -> None:
    adgroup(applied, audience_ids=["7"])
    applied.insert("custom_audiences", advertiser_id="2", audience_id="7", name="Theirs")
    assert targeting(applied) == [("100", "audience_ids", "7", None)]


def test_smart_plus_ad_groups_have_what_their_object_says(applied: Raw) -> None:
    adgroup(applied, gender="GENDER_UNLIMITED", placements=["PLACEMENT_TIKTOK"])
    spec = {
        "gender": "GENDER_FEMALE",
        "location_ids": ["7"],
        "spc_audience_age": "18+",
        "operation_system": ["IOS"],
        "actions": ACTIONS[1:],
    }
    for adgroup_id in ("100", "101"):
        smart_plus = {**ADGROUP, "adgroup_id": adgroup_id, "targeting_spec": json.dumps(spec)}
        applied.insert("smart_plus_adgroups", **smart_plus)
    applied.insert("regions", location_id="7", name="Wales")
    rows = targeting(applied)
    own = [
        ("action_category_ids", "28001", None),
        ("gender", "GENDER_FEMALE", "GENDER_FEMALE"),
        ("location_ids", "7", "Wales"),
        ("operating_systems", "IOS", "IOS"),
        ("spc_audience_age", "18+", "18+"),
    ]
    assert [row[1:] for row in rows if row[0] == "101"] == own
    placements = ("placements", "PLACEMENT_TIKTOK", "PLACEMENT_TIKTOK")
    assert [row[1:] for row in rows if row[0] == "100"] == sorted([*own, placements])


def test_without_references_ids_have_no_labels(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("adgroups")
    adgroup(raw, location_ids=["7"], gender="GENDER_MALE")
    assert metrics("apply").status == 0
    assert targeting(raw) == [
        ("100", "gender", "GENDER_MALE", "GENDER_MALE"),
        ("100", "location_ids", "7", None),
    ]


def test_arrays_of_other_loaders_are_read_as_well(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("adgroups", without=["location_ids"], more="location_ids jsonb")
    adgroup(raw, location_ids='["7", "8"]')
    metrics("apply")
    assert [row[2] for row in targeting(raw)] == ["7", "8"]


@append_only
def test_a_renamed_ad_group_stays_one(applied: Raw) -> None:
    for name, at in (("Old", "2026-11-01"), ("New", "2026-11-02")):
        renamed = {**ADGROUP, "adgroup_name": name, "synced_at": at, "gender": f"GENDER_{name}"}
        applied.insert("adgroups", **renamed)
    assert [row[2] for row in targeting(applied)] == ["GENDER_New"]


def test_check_tells_ids_that_a_loaded_reference_lacks(
    applied: Raw, metrics: Callable[..., Result]
) -> None:
    adgroup(applied, location_ids=["7", "8"], interest_category_ids=["9"])
    applied.insert("regions", location_id="7", name="Wales")
    assert (
        "note: location_ids of ad groups without a label: 1, such as 8.\n" in metrics("check").out
    )
    assert "interest_category_ids" not in metrics("check").out
