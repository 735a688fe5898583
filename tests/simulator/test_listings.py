"""What the entity endpoints list, and in which shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import ALL

if TYPE_CHECKING:
    from tests.support.api import Simulator

TOP_VIEW = "RESERVATION_TOP_VIEW"
LISTS = ("campaign", "adgroup", "ad")


def _entities(demo: Simulator, advertiser_id: str, level: str) -> list[dict[str, Any]]:
    accounts = demo.truth("2026-11-20", "2026-11-20", advertiser_id=advertiser_id)["accounts"]
    found: list[dict[str, Any]] = accounts[0]["entities"][level]
    return [each for each in found if each["listed"]]


def _ids(rows: list[dict[str, Any]], level: str) -> list[str]:
    return [row[f"{level}_id"] for row in rows]


@pytest.mark.parametrize("level", LISTS)
def test_deleted_things_are_hidden_unless_all_are_asked_for(
    demo: Simulator, london: str, level: str
) -> None:
    usual = [
        each
        for each in _entities(demo, london, level)
        if each["buying_type"] != TOP_VIEW and each["origin"] != "PROMOTE"
    ]
    everything = demo.rows(
        f"/{level}/get/", advertiser_id=london, filtering={"primary_status": ALL}
    )
    living = demo.rows(f"/{level}/get/", advertiser_id=london)
    assert _ids(everything, level) == [each["id"] for each in usual]
    assert _ids(living, level) == [each["id"] for each in usual if not each["deleted"]]
    assert len(living) < len(everything)


@pytest.mark.parametrize("level", LISTS)
def test_the_newest_come_first(demo: Simulator, london: str, level: str) -> None:
    rows = demo.rows(f"/{level}/get/", advertiser_id=london, page_size=3)
    times = [row["create_time"] for row in rows]
    assert times == sorted(times, reverse=True)


def test_the_secondary_status_can_ask_for_the_deleted(demo: Simulator, london: str) -> None:
    filtering = {"secondary_status": "AD_STATUS_ALL"}
    rows = demo.rows("/ad/get/", advertiser_id=london, filtering=filtering)
    assert any(row["secondary_status"].endswith("_DELETE") for row in rows)


def test_only_deleted_things_can_be_asked_for(demo: Simulator, london: str) -> None:
    rows = demo.rows(
        "/ad/get/", advertiser_id=london, filtering={"primary_status": "STATUS_DELETE"}
    )
    assert rows
    assert all(row["secondary_status"].endswith("_DELETE") for row in rows)


def test_top_view_is_there_only_when_asked_for_alone(demo: Simulator, london: str) -> None:
    def types(**filtering: Any) -> set[str]:
        rows = demo.rows("/campaign/get/", advertiser_id=london, filtering=filtering)
        return {row["objective_type"] for row in rows}

    assert "TOPVIEW_REACH" not in types()
    assert types(buying_types=[TOP_VIEW]) == {"TOPVIEW_REACH"}


def test_promote_campaigns_come_when_asked_for_and_with_few_fields(demo: Simulator) -> None:
    account = demo.accounts()["أزياء القمر"]
    rows = demo.rows(
        "/campaign/get/",
        advertiser_id=account,
        filtering={"campaign_system_origins": ["PROMOTE"]},
    )
    assert rows
    assert all(row["campaign_system_origin"] == "PROMOTE" for row in rows)
    assert all("objective_type" not in row and "modify_time" not in row for row in rows)
    usual = demo.rows("/campaign/get/", advertiser_id=account)
    assert not set(_ids(rows, "campaign")) & set(_ids(usual, "campaign"))


def test_ads_of_upgraded_smart_plus_are_listed_as_creatives(demo: Simulator, london: str) -> None:
    creatives = demo.rows(
        "/ad/get/",
        advertiser_id=london,
        filtering={"campaign_automation_type": "UPGRADED_SMART_PLUS_CREATIVE"},
    )
    smart_ads = {row["smart_plus_ad_id"] for row in creatives}
    assert len(smart_ads) < len(creatives)
    assert smart_ads.isdisjoint(_ids(creatives, "ad"))
    assert not any("modify_time" in row for row in creatives)


def test_ad_ids_v2_turns_creatives_into_ads(demo: Simulator, london: str) -> None:
    creatives = demo.rows(
        "/ad/get/",
        advertiser_id=london,
        filtering={"campaign_automation_type": "UPGRADED_SMART_PLUS_CREATIVE"},
    )
    smart_ad = creatives[0]["smart_plus_ad_id"]
    rows = demo.rows("/ad/get/", advertiser_id=london, filtering={"ad_ids_v2": [smart_ad]})
    assert [row["ad_id_v2"] for row in rows] == [smart_ad]
    assert rows[0]["campaign_automation_type"] == "UPGRADED_SMART_PLUS"


def test_a_spark_ad_has_a_post_in_place_of_a_video(demo: Simulator, london: str) -> None:
    rows = demo.rows("/ad/get/", advertiser_id=london)
    spark = [row for row in rows if row["identity_type"] == "AUTH_CODE"]
    assert spark
    assert all(row["video_id"] is None and row["tiktok_item_id"] for row in spark)


def test_ids_are_strings_and_times_are_utc_without_an_offset(demo: Simulator, london: str) -> None:
    row = demo.rows("/adgroup/get/", advertiser_id=london)[0]
    assert isinstance(row["adgroup_id"], str)
    assert len(row["create_time"]) == len("2026-11-20 10:00:00")
    assert isinstance(row["budget"], (int, float))


def test_only_the_fields_asked_for_come(demo: Simulator, london: str) -> None:
    rows = demo.rows("/ad/get/", advertiser_id=london, fields=["ad_id", "ad_name"])
    assert all(set(row) == {"ad_id", "ad_name"} for row in rows)


def test_null_fields_can_be_left_out(demo: Simulator, london: str) -> None:
    rows = demo.rows(
        "/campaign/get/", advertiser_id=london, exclude_field_types_in_response=["NULL_FIELD"]
    )
    assert rows
    assert all(value is not None for row in rows for value in row.values())


def test_ads_can_be_asked_for_by_their_change(demo: Simulator, london: str) -> None:
    since = "2026-11-01 00:00:00"
    rows = demo.rows("/ad/get/", advertiser_id=london, filtering={"modified_after": since})
    changed = [row["modify_time"] for row in rows if "modify_time" in row]
    assert changed
    assert min(changed) >= since


def test_ids_of_parents_filter(demo: Simulator, london: str) -> None:
    campaign = demo.rows("/ad/get/", advertiser_id=london)[0]["campaign_id"]
    rows = demo.rows("/ad/get/", advertiser_id=london, filtering={"campaign_ids": [campaign]})
    assert {row["campaign_id"] for row in rows} == {campaign}


def test_the_default_page_has_ten_rows(demo: Simulator, london: str) -> None:
    data = demo.data("/ad/get/", advertiser_id=london)
    info = data["page_info"]
    assert len(data["list"]) == info["page_size"] == 10
    assert info["total_page"] == -(-info["total_number"] // 10)


def test_an_account_without_campaigns_gives_empty_lists(demo: Simulator) -> None:
    data = demo.data("/campaign/get/", advertiser_id=demo.accounts()["Quiet Account"])
    assert data["list"] == []
    assert data["page_info"]["total_number"] == data["page_info"]["total_page"] == 0


def test_accounts_tell_their_currency_and_zones(demo: Simulator) -> None:
    accounts = demo.accounts()
    rows = demo.data("/advertiser/info/", advertiser_ids=list(accounts.values()))["list"]
    by_name = {row["name"]: row for row in rows}
    assert by_name["Golden Gate Games"]["timezone"] == "Etc/GMT+8"
    assert by_name["Golden Gate Games"]["display_timezone"] == "America/Los_Angeles"
    assert by_name["Müller & Söhne"]["display_timezone"] is None
    assert by_name["さくら靴店 👟"]["currency"] == "JPY"
    assert isinstance(by_name["Apia Kai"]["create_time"], int)
    assert "company_name_editable" not in by_name["Apia Kai"]


def test_the_editable_company_name_comes_alone(demo: Simulator, london: str) -> None:
    fields = ["name", "company_name_editable"]
    rows = demo.data("/advertiser/info/", advertiser_ids=[london], fields=fields)["list"]
    assert set(rows[0]) == {"advertiser_id", "company_name_editable"}


def test_one_foreign_account_refuses_the_whole_request(demo: Simulator, london: str) -> None:
    answer = demo.call("/advertiser/info/", advertiser_ids=[london, "7000000000000000001"])
    assert answer["code"] == 40001
