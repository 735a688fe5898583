"""The tap against the API: what comes out equals what is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import settings
from tests.support.api import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Tap
    from tests.support.api import Simulator

START, END = "2026-09-01", "2026-11-20"
ENTITIES = {"campaigns": "campaign", "adgroups": "adgroup", "ads": "ad"}
REPORTS = {
    "advertiser_report_daily": "advertiser",
    "campaign_report_daily": "campaign",
    "adgroup_report_daily": "adgroup",
    "ad_report_daily": "ad",
}


@pytest.fixture(scope="module")
def demo() -> Iterator[Simulator]:
    """Accounts of all kinds; no test changes them."""
    with running("--scenario", "demo") as simulator:
        yield simulator


def sums(records: list[dict[str, Any]], metrics: list[str]) -> dict[tuple[str, str], Any]:
    """Totals of an account and day, exact."""
    found: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for record in records:
        key = (record["advertiser_id"], record["stat_time_day"])
        for metric in metrics:
            found[key][metric] += Decimal(str(record[metric] or 0))
    return {key: dict(total) for key, total in found.items() if any(total.values())}


def true_sums(truth: dict[str, Any], metrics: list[str]) -> dict[tuple[str, str], Any]:
    """The same from the generator."""
    found = {
        (day["advertiser_id"], day["date"]): {
            metric: Decimal(day["metrics"].get(metric, "0")) for metric in metrics
        }
        for day in truth["days"]
    }
    return {key: total for key, total in found.items() if any(total.values())}


def test_every_level_adds_up_to_the_truth_of_each_account_and_day(
    tap: Tap, small: Simulator
) -> None:
    run = tap(settings(small, start_date=START), streams=tuple(REPORTS))
    truth = small.truth(START, END)
    metrics = sorted(set(truth["days"][0]["metrics"]) & set(run.records["ad_report_daily"][0]))
    assert run.status == 0, run.err
    assert "spend" in metrics
    for stream in REPORTS:
        assert sums(run.records[stream], metrics) == true_sums(truth, metrics), stream


def test_deleted_and_topview_delivery_is_counted(tap: Tap, demo: Simulator) -> None:
    run = tap(settings(demo, start_date=START), streams=("ad_report_daily",))
    truth = demo.truth(START, END)
    kinds = {
        ad["kind"]
        for account in truth["accounts"]
        for ad in account["entities"]["ad"]
        if ad["id"] in {record["ad_id"] for record in run.records["ad_report_daily"]}
    }
    deleted = {
        ad["id"]
        for account in truth["accounts"]
        for ad in account["entities"]["ad"]
        if ad["deleted"]
    }
    assert "topview" in kinds
    assert deleted & {record["ad_id"] for record in run.records["ad_report_daily"]}
    assert sums(run.records["ad_report_daily"], ["spend"]) == true_sums(truth, ["spend"])


def test_entities_are_read_whole_with_all_buying_types(tap: Tap, demo: Simulator) -> None:
    run = tap(settings(demo), streams=("advertisers", *ENTITIES))
    truth = demo.truth(END, END)
    assert run.status == 0, run.err
    for stream, level in ENTITIES.items():
        ids = [record[f"{level}_id"] for record in run.records[stream]]
        listed = {
            entity["id"]
            for account in truth["accounts"]
            for entity in account["entities"][level]
            if entity["listed"]
        }
        assert len(ids) == len(set(ids)), stream
        assert set(ids) == listed, stream
    assert {record["advertiser_id"] for record in run.records["advertisers"]} == {
        account["advertiser_id"] for account in truth["accounts"]
    }


def test_times_are_utc_and_ids_are_text(tap: Tap, small: Simulator) -> None:
    run = tap(settings(small), streams=("advertisers", "ads"))
    for record in [*run.records["ads"], *run.records["advertisers"]]:
        assert record["create_time"].endswith("Z")
        assert record["synced_at"] == "2026-11-20T10:00:00Z"
        assert isinstance(record["advertiser_id"], str)
    assert {type(record["page_id"]) for record in run.records["ads"]} <= {str, type(None)}


def test_deleted_things_can_be_left_out(tap: Tap, demo: Simulator) -> None:
    run = tap(settings(demo, include_deleted=False), streams=("ads",))
    truth = demo.truth(END, END)
    living = {
        ad["id"]
        for account in truth["accounts"]
        for ad in account["entities"]["ad"]
        if ad["listed"] and not ad["deleted"]
    }
    assert {record["ad_id"] for record in run.records["ads"]} == living


def test_only_selected_metrics_are_requested(tap: Tap, small: Simulator) -> None:
    small.control("DELETE", "/requests")
    run = tap(settings(small, start_date=END), streams=("ad_report_daily",))
    asked = [line for line in small.control("GET", "/requests")["latest"] if "integrated" in line]
    assert run.status == 0
    assert asked
    assert not any("cost_per_purchase" in line for line in asked)
    assert all("page_size=1000" in line for line in asked)


def test_each_finished_window_is_accounted_for(tap: Tap, small: Simulator) -> None:
    run = tap(settings(small, start_date=START), streams=("ad_report_daily", "sync_windows"))
    windows = run.records["sync_windows"]
    rows = Counter(record["advertiser_id"] for record in run.records["ad_report_daily"])
    counted: Counter[str] = Counter()
    for window in windows:
        counted[window["advertiser_id"]] += window["rows"]
        assert window["rows"] == window["total_number"]
        assert window["truncated"] is False
    assert counted == rows


def test_a_window_comes_after_its_rows_and_before_its_bookmark(tap: Tap, small: Simulator) -> None:
    run = tap(settings(small, start_date=START), streams=("ad_report_daily", "sync_windows"))
    seen: Counter[str] = Counter()
    done: dict[str, str] = {}
    for message in run.messages:
        if message["type"] == "STATE":
            bookmarks = message["value"]["bookmarks"]["ad_report_daily"].get("partitions", [])
            for each in bookmarks:
                if "replication_key_value" in each:
                    advertiser_id = each["context"]["advertiser_id"]
                    assert each["replication_key_value"] <= done[advertiser_id]
        elif message["type"] == "RECORD" and message["stream"] == "ad_report_daily":
            seen[message["record"]["advertiser_id"]] += 1
        elif message["type"] == "RECORD":
            window = message["record"]
            assert seen.pop(window["advertiser_id"], 0) == window["rows"]
            done[window["advertiser_id"]] = window["end_date"]
    assert not seen


def test_the_output_is_the_same_at_any_concurrency(tap: Tap, small: Simulator) -> None:
    one, many = (
        tap(settings(small, start_date=START, max_concurrency=number), streams=tuple(REPORTS))
        for number in (1, 16)
    )
    assert one.status == many.status == 0
    assert one.out == many.out


def test_today_is_the_accounts_own_day(tap: Tap, demo: Simulator) -> None:
    run = tap(settings(demo, start_date="2026-11-18"), streams=("ad_report_daily", "sync_windows"))
    truth = demo.truth(END, END)
    last = {each["advertiser_id"]: each["end_date"] for each in run.records["sync_windows"]}
    assert last == {each["advertiser_id"]: each["today"] for each in truth["accounts"]}
    assert len(set(last.values())) > 1


def test_a_run_without_a_catalog_reads_the_default_streams(tap: Tap, small: Simulator) -> None:
    run = tap(settings(small))
    assert set(run.records) == {
        "ad_report_daily",
        "adgroups",
        "ads",
        "advertisers",
        "campaign_report_daily",
        "campaigns",
        "smart_plus_ads",
        "sync_windows",
    }
