"""How lists are read: what their rows may look like, and what is merged into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.conftest import settings
from tests.support.canned import ACCOUNT, RefusedError, answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Run, Tap

VIDEOS, VIDEO_INFO = "/file/video/ad/search/", "/file/video/ad/info/"


def counted(rows: list[dict[str, Any]], key: str = "list", total: int | None = None) -> Any:
    """A list that says how long it is."""
    info = {"page": 1, "total_number": len(rows) if total is None else total, "total_page": 1}
    return lambda **_: {key: rows, "page_info": info}


def read(tap: Tap, answers: dict[str, Any], *streams: str, **more: Any) -> Run:
    """Read streams of an API with these answers."""
    with answering(answers) as api:
        return tap(settings(api, advertiser_ids=ACCOUNT, **more), streams=streams)


def test_fields_that_are_new_missing_or_empty_do_no_harm(tap: Tap) -> None:
    rows: list[dict[str, Any]] = [
        {"pixel_id": 7190000000000000041, "create_time": 1581679723600, "brand_new": {"a": 1}},
        {"pixel_id": "2", "create_time": "2020-02-14 11:28:43", "events": None},
        {"pixel_id": "3", "create_time": "", "events": "", "partner_name": "0"},
        {"pixel_id": "4", "create_time": "1581679723600", "events": {"event_id": "5"}},
        {"pixel_id": "5", "create_time": 0, "asset_ownership": []},
    ]
    run = read(tap, {"/pixel/list/": counted(rows, "pixels")}, "pixels")
    assert run.status == 0, run.err
    found = {row["pixel_id"]: row for row in run.records["pixels"]}
    then = "2020-02-14T11:28:43Z"
    assert list(found) == ["7190000000000000041", "2", "3", "4", "5"]
    assert [row["create_time"] for row in found.values()] == [then, then, None, then, None]
    assert [row["events"] for row in found.values()] == [
        None,
        None,
        None,
        [{"event_id": "5"}],
        None,
    ]
    assert found["3"]["partner_name"] == "0"
    assert "brand_new" not in found["2"]
    assert "pixels: TikTok sends fields that this version does not know" in run.err
    assert "brand_new" in run.err


def test_types_are_right_when_a_table_is_made_from_sparse_rows(
    tap: Tap, load: Callable[[str], None], database_url: str
) -> None:
    answers = {
        "/pixel/list/": counted([{"pixel_id": "1"}], "pixels"),
        "/smart_plus/ad/get/": counted([{"smart_plus_ad_id": 17, "campaign_id": 1}]),
        "/dmp/custom_audience/list/": counted([{"audience_id": 5}]),
        "/tool/carrier/": lambda **_: {
            "countries": [{"country_code": "GB", "carriers": [{"carrier_id": 9, "in_use": True}]}]
        },
    }
    run = read(tap, answers, "pixels", "smart_plus_ads", "custom_audiences", "carriers")
    assert run.status == 0, run.err
    load(run.out)
    asked = (
        "select table_name || '.' || column_name, data_type from information_schema.columns"
        " where table_schema = 'tap_tiktok_ads'"
    )
    with psycopg.connect(database_url) as connection:
        types = {str(column): kind for column, kind in connection.execute(asked).fetchall()}
        ids = connection.execute("select smart_plus_ad_id from tap_tiktok_ads.smart_plus_ads")
        assert ids.fetchall() == [("17",)]
    assert types["pixels.create_time"] == "timestamp without time zone"
    assert types["pixels.events"] == "jsonb"
    assert types["pixels.asset_ownership"] == "jsonb"
    assert types["smart_plus_ads.campaign_id"] == "text"
    assert types["smart_plus_ads.creative_list"] == "jsonb"
    assert types["custom_audiences.cover_num"] == "bigint"
    assert types["custom_audiences.shared"] == "boolean"
    assert types["custom_audiences.lookalike_spec"] == "jsonb"
    assert types["carriers.carrier_id"] == "text"
    assert types["carriers.value"] == "jsonb"
    assert "carriers.advertiser_id" not in types


def test_urls_that_change_with_every_call_are_not_selected_by_default(tap: Tap) -> None:
    video = {"video_id": "v1", "preview_url": "https://video.example/1", "duration": 7.5}
    (record,) = read(tap, {VIDEOS: counted([video])}, "videos").records["videos"]
    assert record["duration"] == "7.5"
    assert "preview_url" not in record


def test_files_that_ads_name_are_read_by_id_when_they_are_not_listed(tap: Tap) -> None:
    asked: list[list[str]] = []

    def info(video_ids: list[str], **_: Any) -> dict[str, Any]:
        asked.append(video_ids)
        return {"list": [{"video_id": video_id} for video_id in video_ids]}

    ads: list[dict[str, Any]]
    ads = [{"ad_id": str(number), "video_id": f"v{number}"} for number in range(1, 132)]
    ads.append({"ad_id": "200", "smart_plus_ad_id": "9", "video_id": None})
    creative = {"creative_info": {"video_info": {"video_id": "smart"}}}
    run = read(
        tap,
        {
            VIDEOS: counted([{"video_id": "v1"}, {"video_id": "unused"}]),
            VIDEO_INFO: info,
            "/ad/get/": counted(ads),
            "/smart_plus/ad/get/": counted(
                [{"smart_plus_ad_id": "9", "creative_list": [creative]}]
            ),
        },
        "videos",
    )
    found = [row["video_id"] for row in run.records["videos"]]
    assert sorted(found) == sorted({"unused", "smart", *(f"v{number}" for number in range(1, 132))})
    assert sorted(map(len, asked)) == [11, 60, 60]


def test_a_search_that_ends_before_all_it_counts_is_taken_for_what_it_is(tap: Tap) -> None:
    pages: set[int] = set()

    def search(page: str, page_size: str, **_: Any) -> dict[str, Any]:
        pages.add(int(page))
        ids = range((int(page) - 1) * int(page_size), int(page) * int(page_size))
        info = {"page": int(page), "total_number": 12_345, "total_page": 124}
        return {"list": [{"video_id": f"v{number}"} for number in ids], "page_info": info}

    run = read(tap, {VIDEOS: search}, "videos")
    assert run.status == 0, run.err
    assert len(run.records["videos"]) == 10_000
    assert max(pages) == 100


def test_details_are_merged_into_the_rows_of_a_list(tap: Tap) -> None:
    def details(custom_audience_ids: list[str], **_: Any) -> dict[str, Any]:
        assert custom_audience_ids == ["1", "2"]
        described: dict[str, Any] = {"audience_id": "2", "type": "Lookalike Audience", "name": None}
        described["lookalike_spec"] = [{"source_audience_id": "1"}]
        return {"list": [{"audience_details": described, "audience_history": [{"action": "x"}]}]}

    brief = [{"audience_id": "1", "name": "Buyers"}, {"audience_id": "2", "name": "Like buyers"}]
    answers = {"/dmp/custom_audience/list/": counted(brief), "/dmp/custom_audience/get/": details}
    first, second = read(tap, answers, "custom_audiences").records["custom_audiences"]
    assert (first["name"], first["lookalike_spec"]) == ("Buyers", None)
    assert second["name"] == "Like buyers"
    assert second["audience_type"] == "Lookalike Audience"
    assert second["lookalike_spec"] == {"source_audience_id": "1"}
    assert second["audience_history"] == [{"action": "x"}]


def refuse(code: int) -> Any:
    """An endpoint that refuses all requests."""

    def refused(**_: Any) -> dict[str, Any]:
        raise RefusedError(code)

    return refused


def test_a_row_without_details_stays_when_they_are_refused_for_it_alone(tap: Tap) -> None:
    def details(creative_portfolio_id: str, **_: Any) -> dict[str, Any]:
        if creative_portfolio_id == "1":
            raise RefusedError(40002)
        content = [{"asset_content": "SHOP_NOW"}]
        return {"creative_portfolio_id": creative_portfolio_id, "portfolio_content": content}

    brief = [{"creative_portfolio_id": "1"}, {"creative_portfolio_id": "2"}]
    answers = {
        "/creative/portfolio/list/": counted(brief, "creative_portfolios"),
        "/creative/portfolio/get/": details,
    }
    run = read(tap, answers, "portfolios")
    assert run.status == 0, run.err
    contents = [row["portfolio_content"] for row in run.records["portfolios"]]
    assert contents == [None, [{"asset_content": "SHOP_NOW"}]]
    assert "portfolios: skipped some details" in run.err
    answers["/creative/portfolio/get/"] = refuse(40002)
    assert read(tap, answers, "portfolios").status == 1


@pytest.mark.parametrize("code", [40001, 40008])
def test_a_module_that_can_not_be_read_costs_its_streams_alone(tap: Tap, code: int) -> None:
    answers = {
        "/pixel/list/": refuse(code),
        "/app/list/": counted([{"app_id": "1"}], "apps"),
        "/tool/language/": counted([{"code": "en"}], "languages"),
    }
    run = read(tap, answers, "pixels", "pixel_event_stats", "apps", "languages")
    assert run.status == 1
    lost = f"1 of 1 accounts could not be read: {ACCOUNT} (pixel_event_stats, pixels)"
    assert run.errors[-1].startswith(lost)
    assert [row["app_id"] for row in run.records["apps"]] == ["1"]
    assert [row["code"] for row in run.records["languages"]] == ["en"]
    warned = read(tap, answers, "pixels", "apps", account_errors="warn")
    assert warned.status == 0
    assert "pixels continues without account" in warned.err


def test_an_account_without_shops_pixels_or_apps_is_empty(tap: Tap) -> None:
    streams = ("gmv_max_campaigns", "pixel_event_stats", "app_events", "custom_conversions")
    run = read(tap, {}, *streams, "ad_reviews", "videos", "portfolios")
    assert run.status == 0, run.err
    assert not run.records


def test_a_post_keeps_no_credential(tap: Tap) -> None:
    post = {
        "item_info": {"item_id": "1", "text": "Hi", "auth_code": "s3cret", "auth_info": None},
        "user_info": {"identity_id": "i", "tiktok_name": "mia"},
        "auth_info": {"ad_auth_status": "AUTHORIZED", "auth_end_time": "2028-01-01 00:00:00"},
        "video_info": None,
    }
    run = read(tap, {"/tt_video/list/": counted([post])}, "spark_posts")
    (record,) = run.records["spark_posts"]
    assert record["tiktok_name"] == "mia"
    assert record["auth_end_time"] == "2028-01-01T00:00:00Z"
    assert record["video_id"] is None
    assert "s3cret" not in run.out + run.err
    assert "does not know" not in run.err


def test_identities_of_a_business_center_are_asked_for_with_it(tap: Tap) -> None:
    def identities(identity_type: str = "", **params: Any) -> dict[str, Any]:
        if params.get("identity_authorized_bc_id") == "66":
            raise RefusedError(40002, "Business Center 66 does not exist.")
        row = {"identity_id": "1", "identity_type": "TT_USER", "username": "mia"}
        shop = {"identity_id": "1", "identity_type": "TTS_TT", "user_name": "mia's shop"}
        brand = {"identity_id": "2", "identity_type": "BC_AUTH_TT"}
        return {"identity_list": [brand] if identity_type else [row, shop, brand]}

    ads = [{"ad_id": bc_id, "identity_authorized_bc_id": bc_id} for bc_id in ("66", "77")]
    run = read(tap, {"/identity/get/": identities, "/ad/get/": counted(ads)}, "identities")
    assert run.status == 0, run.err
    names = [(row["identity_type"], row["user_name"]) for row in run.records["identities"]]
    assert names == [("TT_USER", "mia"), ("TTS_TT", "mia's shop"), ("BC_AUTH_TT", None)]
    assert "identities: skipped an optional list" in run.err


def test_gmv_max_campaigns_are_asked_for_by_shop_kind_and_deletion(tap: Tap) -> None:
    asked: list[tuple[str, int, str | None]] = []

    def campaigns(filtering: dict[str, Any], **_: Any) -> dict[str, Any]:
        (kind,) = filtering["gmv_max_promotion_types"]
        status = filtering.get("primary_status")
        asked.append((kind, len(filtering["store_ids"]), status))
        number = f"{kind}-{filtering['store_ids'][0]}-{status or ''}"
        return {"list": [{"campaign_id": number}]}

    def details(campaign_id: str, **_: Any) -> dict[str, Any]:
        return {"campaign_id": campaign_id, "roas_bid": 2.5, "items": [{"item_id": "1"}]}

    stores = [{"store_id": str(number)} for number in range(1, 13)]
    answers = {
        "/gmv_max/store/list/": lambda **_: {"store_list": stores},
        "/gmv_max/campaign/get/": campaigns,
        "/campaign/gmv_max/info/": details,
    }
    run = read(tap, answers, "gmv_max_campaigns")
    kinds = ("PRODUCT_GMV_MAX", "LIVE_GMV_MAX")
    statuses = (None, "STATUS_DELETE")
    expected = {(kind, size, status) for kind in kinds for size in (10, 2) for status in statuses}
    assert set(asked) == expected
    records = run.records["gmv_max_campaigns"]
    assert len(records) == len(expected)
    assert {row["promotion_type"] for row in records} == set(kinds)
    assert all(row["item_list"] == [{"item_id": "1"}] for row in records)
    assert {row["roas_bid"] for row in records} == {"2.5"}
    asked.clear()
    read(tap, answers, "gmv_max_campaigns", include_deleted=False)
    assert {status for _, _, status in asked} == {None}


def test_events_of_pixels_are_counted_day_by_day_and_gone_on_with(tap: Tap) -> None:
    asked: list[tuple[int, str, str]] = []

    def stats(pixel_ids: list[str], date_range: dict[str, str], **_: Any) -> dict[str, Any]:
        asked.append((len(pixel_ids), date_range["start_date"], date_range["end_date"]))
        counts = [
            {"pixel_event_type": "Purchase", "custom_event_type": None, "total_count": 3},
            {"pixel_event_type": "", "custom_event_type": "scrolled", "total_count": 1},
        ]
        return {"list": [{"pixel_id": pixel_ids[0], "statistics": counts}]}

    pixels = [{"pixel_id": str(number)} for number in range(1, 12)]
    answers = {"/pixel/list/": counted(pixels, "pixels"), "/pixel/event/stats/": stats}
    run = read(tap, answers, "pixel_event_stats", start_date="2026-11-18")
    assert sorted(asked) == [
        (1, "2026-11-18", "2026-11-18"),
        (1, "2026-11-19", "2026-11-19"),
        (10, "2026-11-18", "2026-11-18"),
        (10, "2026-11-19", "2026-11-19"),
    ]
    rows = {
        (row["pixel_id"], row["event"], row["date"]): row
        for row in run.records["pixel_event_stats"]
    }
    assert len(rows) == len(run.records["pixel_event_stats"]) == 8
    assert rows["11", "scrolled", "2026-11-19"]["total_count"] == 1
    asked.clear()
    with answering(answers) as api:
        tap(
            settings(api, advertiser_ids=ACCOUNT, start_date="2026-01-01", lookback_days=1),
            streams=("pixel_event_stats",),
            state=run.state,
            now="2026-11-21T00:30:00Z",
        )
    assert {day for _, day, _ in asked} == {"2026-11-18", "2026-11-19", "2026-11-20"}


def test_reviews_are_asked_for_twenty_ad_groups_at_a_time(tap: Tap) -> None:
    asked: list[int] = []

    def reviews(adgroup_ids: list[str], **_: Any) -> dict[str, Any]:
        asked.append(len(adgroup_ids))
        review = {"is_approved": False, "reject_info": [{"reasons": ["Blurry"]}]}
        return {"ad_review_map": {adgroup_ids[0]: {f"ad of {adgroup_ids[0]}": review}}}

    def adgroups(fields: list[str], **params: Any) -> dict[str, Any]:
        assert fields == ["adgroup_id"]
        assert "filtering" not in params
        return {"list": [{"adgroup_id": str(number)} for number in range(1, 46)]}

    run = read(tap, {"/adgroup/get/": adgroups, "/adgroup/review_info/": reviews}, "ad_reviews")
    assert sorted(asked) == [5, 20, 20]
    found = {row["ad_id"]: row for row in run.records["ad_reviews"]}
    assert set(found) == {"ad of 1", "ad of 21", "ad of 41"}
    assert found["ad of 21"]["adgroup_id"] == "21"
    assert found["ad of 21"]["reject_info"] == [{"reasons": ["Blurry"]}]


def test_ids_that_several_streams_need_are_read_once(tap: Tap) -> None:
    asked: list[str] = []

    def apps(**_: Any) -> dict[str, Any]:
        asked.append("apps")
        return {"apps": [{"app_id": "1", "app_platform_id": "p", "self_attribution_enabled": True}]}

    run = read(tap, {"/app/list/": apps}, "app_events", "custom_conversions")
    assert run.status == 0, run.err
    assert asked == ["apps"]


def test_references_are_read_once_with_the_first_account_that_can_be_read(tap: Tap) -> None:
    asked: list[str] = []

    def info(advertiser_ids: list[str], **_: Any) -> dict[str, Any]:
        zone = {"currency": "GBP", "display_timezone": "Europe/London"}
        return {"list": [{"advertiser_id": one, **zone} for one in advertiser_ids if one != "1"]}

    def versions(advertiser_id: str, os_type: str, **_: Any) -> dict[str, Any]:
        asked.append(advertiser_id)
        return {"os_versions": [{"os_id": os_type, "os_type": os_type, "version": "17.0"}]}

    with answering({"/advertiser/info/": info, "/tool/os_version/": versions}) as api:
        config = settings(api, advertiser_ids="1,2,3", account_errors="warn")
        run = tap(config, streams=("os_versions",))
    assert run.status == 0
    assert asked == ["2", "2"]
    assert [row["os_id"] for row in run.records["os_versions"]] == ["ANDROID", "IOS"]
    assert "advertiser_id" not in run.records["os_versions"][0]


def test_a_list_that_turns_out_to_have_pages_is_not_taken_for_whole(tap: Tap) -> None:
    page = {"apps": [{"app_id": "1"}], "page_info": {"page": 1, "total_page": 2}}
    run = read(tap, {"/app/list/": lambda **_: page}, "apps")
    assert run.status == 1
    assert "/app/list/ for account 6900000000000000001: 2 pages of a list that has one." in run.err
    assert not run.records["apps"]
