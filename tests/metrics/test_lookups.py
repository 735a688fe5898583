"""Look-ups hold each entity once, as it is now, and forget none."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.metrics.conftest import append_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.metrics.conftest import Raw, Result

OLD, NEW = "2026-11-06 05:00", "2026-11-07 05:00"


@pytest.mark.parametrize("table", ["campaigns", "adgroups", "ads"])
@append_only
def test_of_a_renamed_entity_the_new_name_counts(applied: Raw, table: str) -> None:
    level = table.removesuffix("s")
    for name, synced_at in (("new", NEW), ("old", OLD)):
        entity = {f"{level}_id": "7", f"{level}_name": name, "synced_at": synced_at}
        applied.insert(table, advertiser_id="1", **entity)
    query = "select {} from tiktok_ads.{}"
    assert applied.read(query, f"{level}_name", f"tiktok_meta_{level}") == [("new",)]


@pytest.mark.parametrize(
    ("values", "is_deleted"),
    [
        ({}, False),
        ({"secondary_status": "CAMPAIGN_STATUS_ENABLE", "operation_status": "ENABLE"}, False),
        ({"secondary_status": "CAMPAIGN_STATUS_DELETE"}, True),
        ({"operation_status": "DELETE"}, True),
        ({"_sdc_deleted_at": NEW}, True),
    ],
)
def test_a_deleted_entity_stays_and_is_marked(
    applied: Raw, values: dict[str, str], *, is_deleted: bool
) -> None:
    applied.insert("campaigns", advertiser_id="1", campaign_id="10", campaign_name="Old", **values)
    query = "select campaign_name, is_deleted from tiktok_ads.tiktok_meta_campaign"
    assert applied.read(query) == [("Old", is_deleted)]


def test_an_ad_of_a_deleted_campaign_is_deleted(applied: Raw) -> None:
    status = "AD_STATUS_CAMPAIGN_DELETE"
    applied.insert("ads", advertiser_id="1", ad_id="1000", secondary_status=status)
    assert applied.read("select is_deleted from tiktok_ads.tiktok_meta_ad") == [(True,)]


def test_times_are_of_utc_whatever_the_session(applied: Raw) -> None:
    created = "2026-01-02 03:04:05"
    applied.insert("campaigns", advertiser_id="1", campaign_id="10", create_time=created)
    applied.execute("set timezone to 'America/New_York'")
    at = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc)
    assert applied.read("select create_time from tiktok_ads.tiktok_meta_campaign") == [(at,)]


def test_a_missing_object_is_null(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("ads", more="disclaimer_text jsonb")
    raw.insert("ads", advertiser_id="1", ad_id="1", disclaimer_text="null")
    raw.insert("ads", advertiser_id="1", ad_id="2", disclaimer_text='{"a": 1}')
    metrics("apply")
    query = "select disclaimer_text from tiktok_ads.tiktok_meta_ad order by ad_id"
    assert raw.read(query) == [(None,), ({"a": 1},)]


def test_a_look_up_without_its_table_is_empty(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("ad_report_daily")
    assert metrics("apply").status == 0
    for level in ("advertiser", "campaign", "adgroup", "ad", "smart_plus_ad"):
        assert raw.rows(f"tiktok_meta_{level}") == []


@pytest.fixture
def smart_plus(applied: Raw) -> Raw:
    """A Smart+ ad of two creatives, a Smart+ ad that was not loaded, and an ad made by hand."""
    parents = {"advertiser_id": "1", "campaign_id": "10", "adgroup_id": "100"}
    applied.insert("campaigns", advertiser_id="1", campaign_id="10", campaign_name="C")
    applied.insert("adgroups", **parents, adgroup_name="G")
    for ad_id, ad_name, smart_plus_ad_id in (
        ("1", "Cut 1", "9"),
        ("2", "Cut 2", "9"),
        ("3", "By hand", None),
        ("4", "Cut 3", "8"),
    ):
        ad = {"ad_id": ad_id, "ad_name": ad_name, "smart_plus_ad_id": smart_plus_ad_id}
        applied.insert("ads", **parents, **ad)
    applied.insert("smart_plus_ads", **parents, smart_plus_ad_id="9", ad_name="Smart")
    return applied


def test_the_bridge_leads_from_a_creative_to_its_smart_plus_ad_and_all_above(
    smart_plus: Raw,
) -> None:
    query = (
        "select ad_name, smart_plus_ad_id, smart_plus_ad_name, adgroup_name, campaign_name "
        "from tiktok_ads.smart_plus_bridge order by 1"
    )
    assert smart_plus.read(query) == [
        ("Cut 1", "9", "Smart", "G", "C"),
        ("Cut 2", "9", "Smart", "G", "C"),
        ("Cut 3", "8", None, "G", "C"),
    ]


def test_a_smart_plus_ad_is_one_ad_however_many_creatives_it_has(smart_plus: Raw) -> None:
    query = (
        "select ad_id_v2, ad_name, is_smart_plus, adgroup_name, campaign_name "
        "from tiktok_ads.tiktok_meta_ad_v2 order by 1"
    )
    assert smart_plus.read(query) == [
        ("3", "By hand", False, "G", "C"),
        ("8", None, True, "G", "C"),
        ("9", "Smart", True, "G", "C"),
    ]


def test_a_smart_plus_ad_is_deleted_when_all_its_creatives_are(smart_plus: Raw) -> None:
    query = "select is_deleted from tiktok_ads.tiktok_meta_ad_v2 where ad_id_v2 = '8'"
    assert smart_plus.read(query) == [(False,)]
    smart_plus.execute("update tap_tiktok_ads.ads set secondary_status = 'AD_STATUS_DELETE'")
    assert smart_plus.read(query) == [(True,)]


def test_the_hierarchy_has_a_row_for_each_ad_and_for_what_has_no_ads(applied: Raw) -> None:
    applied.insert("advertisers", advertiser_id="1", name="Full")
    applied.insert("advertisers", advertiser_id="2", name="Empty")
    campaign = {"advertiser_id": "1", "campaign_id": "10"}
    applied.insert("campaigns", **campaign, campaign_name="C")
    applied.insert("campaigns", advertiser_id="1", campaign_id="11", campaign_name="No groups")
    applied.insert("adgroups", **campaign, adgroup_id="100", adgroup_name="G")
    applied.insert("ads", **campaign, adgroup_id="100", ad_id="1", ad_name="A")
    stray = {"adgroup_id": "404", "adgroup_name": "Not loaded"}
    applied.insert("ads", **campaign, ad_id="2", ad_name="Stray", **stray)
    query = (
        "select advertiser_name, campaign_name, adgroup_name, ad_name from tiktok_ads.hierarchy "
        "order by advertiser_name desc, campaign_name, ad_name"
    )
    assert applied.read(query) == [
        ("Full", "C", "G", "A"),
        ("Full", "C", "Not loaded", "Stray"),
        ("Full", "No groups", None, None),
        ("Empty", None, None, None),
    ]
