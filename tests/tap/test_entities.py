"""What accounts consist of: all of it, as it is now, and fitting together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest

from tests.conftest import Run, Tap, settings
from tests.support.api import NOW, Simulator, faults, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LATER = "2027-02-03T04:05:06Z"


class Family(NamedTuple):
    """What the generator calls a stream's things, and where a record has their id and name."""

    name: str
    id: str
    title: str | None = None


FAMILIES = {
    "smart_plus_campaigns": Family("smart_plus_campaign", "campaign_id", "campaign_name"),
    "smart_plus_adgroups": Family("smart_plus_adgroup", "adgroup_id", "adgroup_name"),
    "smart_plus_ads": Family("smart_plus_ad", "smart_plus_ad_id", "ad_name"),
    "ad_reviews": Family("review", "ad_id"),
    "videos": Family("video", "video_id", "file_name"),
    "images": Family("image", "image_id", "file_name"),
    "music": Family("music", "music_id", "file_name"),
    "portfolios": Family("portfolio", "creative_portfolio_id"),
    "identities": Family("identity", "identity_id"),
    "spark_posts": Family("tt_video", "item_id"),
    "custom_audiences": Family("custom_audience", "audience_id", "name"),
    "saved_audiences": Family("saved_audience", "saved_audience_id", "saved_audience_name"),
    "pixels": Family("pixel", "pixel_id", "pixel_name"),
    "apps": Family("app", "app_id", "app_name"),
    "app_events": Family("app_event", "optimization_event"),
    "custom_conversions": Family("custom_conversion", "custom_conversion_id", "name"),
    "offline_event_sets": Family("offline_event_set", "event_set_id", "name"),
}
REFERENCES = {
    "regions": Family("region", "location_id", "name"),
    "interest_categories": Family(
        "interest_category", "interest_category_id", "interest_category_name"
    ),
    "action_categories": Family("action_category", "action_category_id", "name"),
    "languages": Family("language", "code", "name"),
    "carriers": Family("carrier", "carrier_id", "name"),
    "device_models": Family("device_model", "device_model_id", "device_model_name"),
    "os_versions": Family("os_version", "os_id", "name"),
    "timezones": Family("timezone", "timezone", "gmt_offset"),
}
DELIVERY = ("advertisers", "campaigns", "adgroups", "ads")
OTHERS = ("gmv_max_stores", "gmv_max_campaigns", "pixel_event_stats")
ALL = (*DELIVERY, *FAMILIES, *REFERENCES, *OTHERS)

Lines = list[dict[str, Any]]


class Reading(NamedTuple):
    """A run of the tap, and what was true at its moment."""

    run: Run
    truth: dict[str, Any]
    gmv_max: dict[str, Any]


def read(api: Simulator, tap: Tap, now: str) -> Reading:
    """Read all streams at a moment."""
    api.set_clock(now)
    asked = {"start": "2026-11-01", "end": now[:10], "dimensions": "campaign_id", "metrics": "cost"}
    answers = [
        api.session.get(f"{api.url}/__simulator__/truth/{what}", params=asked).json()
        for what in ("entities", "gmv_max")
    ]
    return Reading(tap(settings(api, start_date="2026-11-01"), streams=ALL, now=now), *answers)


@pytest.fixture(scope="module")
def api() -> Iterator[Simulator]:
    """A world with a bit of everything."""
    with running("--scenario", "demo") as simulator:
        yield simulator


@pytest.fixture(scope="module")
def now_and_later(api: Simulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reading]:
    """Readings before and after things were renamed, deleted and added."""
    tap = Tap(tmp_path_factory.mktemp("tap"))
    return {moment: read(api, tap, moment) for moment in (NOW, LATER)}


@pytest.fixture(params=[NOW, LATER])
def reading(request: pytest.FixtureRequest, now_and_later: dict[str, Reading]) -> Reading:
    """One of both."""
    found = now_and_later[request.param]
    assert found.run.status == 0, found.run.err
    return found


def true_lines(truth: dict[str, Any], family: str) -> Lines:
    """The generator's lines about things of a family, with their account."""
    return [
        {"advertiser_id": account["advertiser_id"], **line}
        for account in truth["accounts"]
        for line in account["entities"][family]
        # Apps are asked for by the id in their store, which the simulator does not take.
        if (family, line.get("kind")) != ("custom_conversion", "APP")
    ]


@pytest.mark.parametrize("stream", FAMILIES)
def test_a_stream_gives_exactly_what_there_is(reading: Reading, stream: str) -> None:
    family = FAMILIES[stream]
    key = ["advertiser_id", family.id, *(["app_id"] if stream == "app_events" else [])]
    found = [tuple(record[name] for name in key) for record in reading.run.records[stream]]
    names = ["advertiser_id", "id", *(["parent"] if stream == "app_events" else [])]
    lines = true_lines(reading.truth, family.name)
    assert sorted(found) == sorted(tuple(line[name] for name in names) for line in lines)
    assert found


@pytest.mark.parametrize("stream", [each for each in FAMILIES if FAMILIES[each].title])
def test_things_have_the_names_that_they_have_now(reading: Reading, stream: str) -> None:
    family = FAMILIES[stream]
    found = {
        (record["advertiser_id"], record[family.id]): record[str(family.title)]
        for record in reading.run.records[stream]
    }
    lines = true_lines(reading.truth, family.name)
    assert found == {(line["advertiser_id"], line["id"]): line["name"] for line in lines}


@pytest.mark.parametrize("stream", REFERENCES)
def test_a_reference_is_whole_and_belongs_to_no_account(reading: Reading, stream: str) -> None:
    family = REFERENCES[stream]
    found = [
        (record.get("country_code") if stream == "carriers" else None, record[family.id])
        for record in reading.run.records[stream]
    ]
    lines = reading.truth["references"][family.name]
    assert sorted(found, key=str) == sorted(
        ((line.get("parent"), line["id"]) for line in lines), key=str
    )
    assert "advertiser_id" not in reading.run.records[stream][0]


def test_between_the_readings_things_were_renamed_deleted_and_added(
    now_and_later: dict[str, Reading],
) -> None:
    before, after = (
        {
            (family.name, line["advertiser_id"], line["id"], line.get("parent")): line.get("name")
            for family in FAMILIES.values()
            for line in true_lines(now_and_later[moment].truth, family.name)
        }
        for moment in (NOW, LATER)
    )
    both = before.keys() & after.keys()
    assert before.keys() - both
    assert after.keys() - both
    assert any(before[key] != after[key] for key in both)


def test_gmv_max_campaigns_of_both_kinds_are_read_deleted_ones_too(reading: Reading) -> None:
    stores = [store for each in reading.gmv_max["accounts"] for store in each["stores"]]
    records = reading.run.records
    assert {row["store_id"] for row in records["gmv_max_stores"]} == {
        store["store_id"] for store in stores
    }
    true = {
        (campaign["id"], campaign["name"], store["store_id"])
        for store in stores
        for campaign in store["campaigns"]
        if campaign["listed"]
    }
    found = records["gmv_max_campaigns"]
    assert {(row["campaign_id"], row["campaign_name"], row["store_id"]) for row in found} == true
    assert {row["promotion_type"] for row in found} == {"PRODUCT_GMV_MAX", "LIVE_GMV_MAX"}
    assert "CAMPAIGN_STATUS_DELETE" in {row["secondary_status"] for row in found}


def test_events_are_counted_for_each_pixel_and_day_that_is_over(reading: Reading) -> None:
    names = ("pixel_id", "date", "pixel_event_type", "custom_event_type", "total_count")
    found = [
        tuple(record[name] for name in names) for record in reading.run.records["pixel_event_stats"]
    ]
    true = [
        tuple(line.get(name) for name in names)
        for account in reading.truth["accounts"]
        for line in account["pixel_event_stats"]
        if line["date"] < reading.truth["now"][:10]
    ]
    assert sorted(found, key=str) == sorted(true, key=str)


def test_two_runs_at_one_moment_say_the_same_at_any_concurrency(api: Simulator, tap: Tap) -> None:
    api.set_clock(NOW)
    first, second = (
        tap(settings(api, start_date="2026-11-18", max_concurrency=number), streams=ALL)
        for number in (16, 1)
    )
    assert first.status == second.status == 0
    assert first.out == second.out


def test_deleted_things_can_be_left_out(
    api: Simulator, tap: Tap, now_and_later: dict[str, Reading]
) -> None:
    api.set_clock(NOW)
    run = tap(settings(api, include_deleted=False), streams=("smart_plus_ads", "gmv_max_campaigns"))
    truth, stores = now_and_later[NOW].truth, now_and_later[NOW].gmv_max["accounts"]
    lines = true_lines(truth, "smart_plus_ad")
    campaigns = [line for each in stores for one in each["stores"] for line in one["campaigns"]]
    living = {line["id"] for line in lines if not line["deleted"]}
    assert {row["smart_plus_ad_id"] for row in run.records["smart_plus_ads"]} == living
    living = {line["id"] for line in campaigns if not line["deleted"]}
    assert {row["campaign_id"] for row in run.records["gmv_max_campaigns"]} == living


def test_files_beyond_the_end_of_a_search_are_read_by_id(api: Simulator, tap: Tap) -> None:
    api.set_clock(NOW)
    with faults(api, search_limit=7):
        run = tap(settings(api), streams=("ads", "videos", "images"))
    assert run.status == 0, run.err
    videos = {(row["advertiser_id"], row["video_id"]) for row in run.records["videos"]}
    images = {(row["advertiser_id"], row["image_id"]) for row in run.records["images"]}
    named: defaultdict[str, set[Any]] = defaultdict(set)
    for ad in run.records["ads"]:
        account = ad["advertiser_id"]
        named["videos"].update({(account, ad["video_id"])} if ad["video_id"] else ())
        named["images"].update((account, image_id) for image_id in ad["image_ids"] or ())
    assert named["videos"] <= videos
    assert named["images"] <= images
    assert max(len([one for one in videos if one[0] == ad[0]]) for ad in videos) > 7


def test_a_missing_permission_costs_its_streams_alone(small: Simulator, tap: Tap) -> None:
    streams = ("ads", "pixels", "pixel_event_stats", "apps", "languages")
    with faults(small, no_scope=["/pixel/"]):
        run = tap(settings(small), streams=streams)
        gone_on = tap(settings(small, account_errors="warn"), streams=("ads", "pixels"))
    accounts = set(small.accounts().values())
    assert run.status == 1
    assert "2 of 2 accounts could not be read" in run.errors[-1]
    assert {row["advertiser_id"] for row in run.records["ads"]} == accounts
    assert run.records["languages"]
    assert not run.records["pixels"]
    assert gone_on.status == 0
    assert "pixels continues without account" in gone_on.err


def test_a_second_load_renames_and_adds_and_keeps_what_is_gone(
    now_and_later: dict[str, Reading], load: Callable[[str], None], database_url: str
) -> None:
    for moment in (NOW, LATER):
        load(now_and_later[moment].run.out)
    with psycopg.connect(database_url) as connection:
        for stream, family in FAMILIES.items():
            if family.title is None:
                continue
            columns = f"advertiser_id, {family.id}, {family.title}"
            query = f"select {columns} from tap_tiktok_ads.{stream}"  # noqa: S608 (no input)
            expected = {
                (line["advertiser_id"], line["id"]): line["name"]
                for moment in (NOW, LATER)
                for line in true_lines(now_and_later[moment].truth, family.name)
            }
            found = {tuple(row[:2]): row[2] for row in connection.execute(query)}
            assert found == expected, stream


def test_references_are_not_taken_for_empty_when_no_account_can_be_read(
    tap: Tap, small: Simulator
) -> None:
    run = tap(settings(small, advertiser_ids="1,2"), streams=("languages",))
    assert run.status == 1
    assert "2 of 2 accounts could not be read: 1 (languages); 2 (languages)" in run.errors[-1]
