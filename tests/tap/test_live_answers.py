"""What live answers show, each as one small input with its right outcome (live-2026.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import settings
from tests.support.canned import ACCOUNT, RefusedError, answering

if TYPE_CHECKING:
    from tests.conftest import Run, Tap

REPORT = "/report/integrated/get/"
VIDEOS, IMAGE_INFO = "/file/video/ad/search/", "/file/image/ad/info/"


def read(tap: Tap, answers: dict[str, Any], *streams: str, **more: Any) -> Run:
    """Read streams of an API with these answers."""
    with answering(answers) as api:
        config = settings(api, advertiser_ids=ACCOUNT, start_date="2026-11-20", **more)
        return tap(config, streams=streams)


def listed(*rows: dict[str, Any], key: str = "list", total: int | None = None) -> Any:
    """A list of one page that says how long it is."""
    info = {"page": 1, "total_number": len(rows) if total is None else total, "total_page": 1}
    return lambda **_: {key: list(rows), "page_info": info}


def report(*metrics: dict[str, Any], day: str = "2026-11-20 00:00:00") -> Any:
    """A daily report of campaigns: a row for each set of metrics."""
    return listed(
        *(
            {"dimensions": {"campaign_id": str(number), "stat_time_day": day}, "metrics": each}
            for number, each in enumerate(metrics, 1)
        )
    )


def only(run: Run, stream: str) -> dict[str, Any]:
    """The only record of a stream."""
    (record,) = run.records[stream]
    return record


def test_a_flag_may_be_a_number(tap: Tap) -> None:
    adgroup = {"adgroup_id": "1", "campaign_id": "2", "skip_learning_phase": 0}
    run = read(tap, {"/adgroup/get/": listed(adgroup)}, "adgroups")
    assert only(run, "adgroups")["skip_learning_phase"] is False
    assert run.status == 0


def test_a_list_of_objects_where_text_was_expected_is_kept(tap: Tap) -> None:
    music = {"music_id": "1", "sources": [{"type": "X"}]}
    run = read(tap, {"/file/music/get/": listed(music, key="musics")}, "music")
    row = only(run, "music")
    assert row["sources"] is None
    assert json.loads(row["unread"]["sources"]) == [{"type": "X"}]
    assert "music: 1 values do not fit the column sources" in run.err
    assert run.status == 0, run.err
    assert "1 values could not be read" in run.err


def test_the_word_none_is_nothing(tap: Tap) -> None:
    run = read(tap, {"/app/list/": listed({"app_id": "1", "partner": "None"}, key="apps")}, "apps")
    assert only(run, "apps")["partner"] is None
    assert only(run, "apps")["unread"] is None


def test_the_id_0_is_no_id_where_tiktok_says_so(tap: Tap) -> None:
    ad = {"ad_id": "1", "campaign_id": "2", "adgroup_id": "3", "catalog_id": "0"}
    run = read(tap, {"/ad/get/": listed(ad)}, "ads")
    assert only(run, "ads")["catalog_id"] is None


def test_an_amount_that_no_account_has_is_null_and_kept(tap: Tap) -> None:
    adgroup = {"adgroup_id": "1", "campaign_id": "2", "budget": "1e400"}
    run = read(tap, {"/adgroup/get/": listed(adgroup)}, "adgroups")
    assert only(run, "adgroups")["budget"] is None
    assert only(run, "adgroups")["unread"] == {"budget": '"1e400"'}


def test_a_metric_that_does_not_fit_is_an_error_at_the_end_and_costs_a_cell(tap: Tap) -> None:
    answers = {REPORT: report({"spend": "1.50"}, {"spend": "much"})}
    run = read(tap, answers, "campaign_report_daily", "sync_windows")
    rows = {row["campaign_id"]: row for row in run.records["campaign_report_daily"]}
    assert rows["1"]["spend"] == "1.50"
    assert rows["2"]["spend"] is None
    assert rows["2"]["unread"] == {"spend": '"much"'}
    assert only(run, "sync_windows")["unread_values"] == 1
    assert run.status == 1
    assert "campaign_report_daily (1)" in run.errors[-1]
    warned = read(tap, answers, "campaign_report_daily", account_errors="warn")
    assert warned.status == 0


def test_a_row_with_a_dash_as_its_day_is_no_row(tap: Tap) -> None:
    run = read(tap, {REPORT: report({"spend": "0"}, day="-")}, "campaign_report_daily")
    assert run.records["campaign_report_daily"] == []
    assert run.status == 0, run.err


def test_a_row_without_its_key_is_dropped_and_named(tap: Tap) -> None:
    rows = listed({"pixel_id": None, "pixel_name": "lost"}, {"pixel_id": "2"}, key="pixels")
    run = read(tap, {"/pixel/list/": rows}, "pixels")
    assert [row["pixel_id"] for row in run.records["pixels"]] == ["2"]
    assert "pixels: 1 rows were dropped" in run.err
    assert "lost" in run.err
    assert run.status == 1


def test_what_is_no_object_in_a_list_is_dropped_and_named(tap: Tap) -> None:
    run = read(
        tap,
        {
            "/pixel/list/": lambda **_: {
                "pixels": [{"pixel_id": "1"}, None, "odd", {"pixel_id": "2"}],
                "page_info": {"total_number": 4, "total_page": 1},
            }
        },
        "pixels",
    )
    assert [row["pixel_id"] for row in run.records["pixels"]] == ["1", "2"]
    assert "pixels: 2 rows were dropped" in run.err
    assert "the list moves" not in run.err
    assert run.status == 1


def test_a_row_of_a_report_that_is_no_object_is_dropped_and_named(tap: Tap) -> None:
    good = {"dimensions": {"campaign_id": "1", "stat_time_day": "2026-11-20"}, "metrics": None}
    run = read(tap, {REPORT: listed(good, {"dimensions": "odd"})}, "campaign_report_daily")
    assert [row["campaign_id"] for row in run.records["campaign_report_daily"]] == ["1"]
    assert "campaign_report_daily: 1 rows were dropped" in run.err
    assert run.status == 1


def test_text_that_loaders_cannot_store_is_replaced(tap: Tap) -> None:
    video = {"video_id": "1", "file_name": "a\x00b\ud83d"}
    run = read(tap, {VIDEOS: listed(video)}, "videos")
    assert only(run, "videos")["file_name"] == "a\ufffdb\ufffd"


def test_a_list_that_never_ends_ends(tap: Tap) -> None:
    page = [{"video_id": str(number)} for number in range(100)]

    def endless(**_: Any) -> dict[str, Any]:
        return {"list": page, "page_info": {"total_number": 10**9, "total_page": 10**7}}

    run = read(tap, {VIDEOS: endless}, "videos")
    assert len(run.records["videos"]) == 100
    assert "100 of 10000 rows were found" in run.err


@pytest.mark.parametrize("data", [None, {}, {"page_info": {}}])
def test_an_answer_that_says_nothing_deletes_nothing(tap: Tap, data: Any) -> None:
    more = {"emit_activate_version_messages": True}
    run = read(tap, {"/campaign/get/": lambda **_: data}, "campaigns", **more)
    assert run.status == 0, run.err
    assert "campaigns: skipped a list" in run.err
    assert "ACTIVATE_VERSION" not in {each["type"] for each in run.messages}


def test_a_report_that_says_nothing_is_no_finished_window(tap: Tap) -> None:
    run = read(tap, {REPORT: lambda **_: {}}, "campaign_report_daily", "sync_windows")
    assert run.status == 1
    assert not run.records["sync_windows"]
    assert ACCOUNT in run.errors[-1]


def test_an_identity_list_may_count_nothing_and_have_a_row(tap: Tap) -> None:
    identity = {"identity_id": "1", "identity_type": "TT_USER"}
    answers = {"/identity/get/": listed(identity, key="identity_list", total=0)}
    run = read(tap, answers, "identities")
    assert only(run, "identities")["identity_id"] == "1"
    assert run.status == 0, run.err


def test_videos_that_change_places_between_pages_are_all_found(tap: Tap) -> None:
    pages = {
        1: [{"video_id": str(number)} for number in range(100)],
        2: [{"video_id": "99"}, {"video_id": "101"}],  # 99 comes again, 100 is on neither page
    }
    seen: list[int] = []

    def search(page: str, **_: Any) -> dict[str, Any]:
        seen.append(int(page))
        rows = pages[int(page)]
        if int(page) == 1 and seen.count(1) > 1:
            rows = [*rows[:99], {"video_id": "100"}]
        return {"list": rows, "page_info": {"total_number": 102, "total_page": 2}}

    run = read(tap, {VIDEOS: search}, "videos")
    assert {row["video_id"] for row in run.records["videos"]} == set(map(str, range(102)))
    assert len(run.records["videos"]) == 102
    assert run.status == 0, run.err


def test_a_video_that_no_read_finds_is_told_and_nothing_is_marked_deleted(tap: Tap) -> None:
    answers = {VIDEOS: listed({"video_id": "1"}, total=2)}
    run = read(tap, answers, "videos", emit_activate_version_messages=True)
    assert [row["video_id"] for row in run.records["videos"]] == ["1"]
    assert "1 of 2 rows were found" in run.err
    assert "ACTIVATE_VERSION" not in {each["type"] for each in run.messages}
    assert run.status == 0, run.err


def test_a_file_that_tiktok_has_trouble_with_is_not_skipped_in_silence(tap: Tap) -> None:
    ad = {"ad_id": "1", "campaign_id": "2", "adgroup_id": "3", "image_ids": ["a"]}

    def info(**_: Any) -> dict[str, Any]:
        raise RefusedError(50000, "System error.")

    answers = {"/ad/get/": listed(ad), IMAGE_INFO: info}
    with answering(answers) as api:
        run = tap(settings(api, advertiser_ids=ACCOUNT), streams=("images",), hurry=1000)
    assert run.status == 1
    assert f"{ACCOUNT} (images)" in run.errors[-1]


def test_a_thumbnail_that_tiktok_refuses_costs_only_itself(tap: Tap) -> None:
    ids = ["a", "v0201/abc", "b"]
    ad = {"ad_id": "1", "campaign_id": "2", "adgroup_id": "3", "image_ids": ids}

    def info(image_ids: list[str], **_: Any) -> dict[str, Any]:
        if "v0201/abc" in image_ids:
            raise RefusedError(40001, "Ids of thumbnails are not supported.")
        return {"list": [{"image_id": each} for each in image_ids]}

    run = read(tap, {"/ad/get/": listed(ad), IMAGE_INFO: info}, "images")
    assert [row["image_id"] for row in run.records["images"]] == ["a", "b"]
    assert "images: skipped v0201/abc" in run.err
    assert run.status == 0, run.err


def test_a_shop_that_tiktok_refuses_says_nothing_about_another(tap: Tap) -> None:
    def numbers(store_ids: list[str], **_: Any) -> dict[str, Any]:
        assert store_ids != ["unavailable"]
        if store_ids == ["closed"]:
            raise RefusedError(40002, "The store is not available for GMV Max.")
        row = {"campaign_id": "1", "stat_time_day": "2026-11-20 00:00:00"}
        rows = [{"dimensions": row, "metrics": {"cost": "1"}}]
        return {"list": rows, "page_info": {"total_number": 1, "total_page": 1}}

    unavailable = {"store_id": "unavailable", "is_gmv_max_available": 0}
    stores = listed({"store_id": "closed"}, unavailable, {"store_id": "open"}, key="store_list")
    answers = {"/gmv_max/store/list/": stores, "/gmv_max/report/get/": numbers}
    run = read(tap, answers, "gmv_max_report_daily", "sync_windows")
    assert {row["store_id"] for row in run.records["gmv_max_report_daily"]} == {"open"}
    assert "skipped shop closed" in run.err
    assert only(run, "sync_windows")["truncated"] is True
    assert run.status == 0, run.err
