"""What reports may answer that no simulated world shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Tap, settings
from tests.support.canned import ACCOUNT, RefusedError, answering

ENDPOINT = "/report/integrated/get/"
AUTUMN = "2026-10-26T10:00:00Z"


def rows(*found: tuple[dict[str, str], dict[str, str]]) -> dict[str, Any]:
    """A page of a report."""
    listed = [{"dimensions": dimensions, "metrics": metrics} for dimensions, metrics in found]
    info = {"page": 1, "total_number": len(listed), "total_page": 1}
    return {"list": listed, "page_info": info}


def hour(label: str, spend: str, reach: str = "1") -> tuple[dict[str, str], dict[str, str]]:
    dimensions = {"campaign_id": "7", "stat_time_hour": label}
    return dimensions, {"spend": spend, "reach": reach, "campaign_name": "A"}


def test_the_hour_that_comes_twice_when_clocks_go_back_is_one_row_with_its_sum(tap: Tap) -> None:
    def report(start_date: str = "", **_: Any) -> dict[str, Any]:
        if start_date != "2026-10-25":
            return rows()
        labels = ("2026-10-25 00:00:00", "2026-10-25 01:00:00", "2026-10-25 01:00:00")
        return rows(*(hour(label, f"0.{at}") for at, label in enumerate(labels, 1)))

    with answering({ENDPOINT: report}) as api:
        config = settings(api, advertiser_ids=ACCOUNT, start_date="2026-10-24")
        run = tap(config, streams=("campaign_report_hourly",), now=AUTUMN)
    assert run.status == 0, run.err
    assert [
        (record["stat_time_hour"], record["spend"], record["reach"], record["campaign_name"])
        for record in run.records["campaign_report_hourly"]
    ] == [("2026-10-25T00:00:00", "0.1", 1, "A"), ("2026-10-25T01:00:00", "0.5", None, "A")]


def test_on_any_other_day_two_rows_of_an_hour_are_a_list_that_moved(tap: Tap) -> None:
    def report(start_date: str = "", **_: Any) -> dict[str, Any]:
        label = f"{start_date} 01:00:00"
        return rows(hour(label, "1"), hour(label, "2"))

    with answering({ENDPOINT: report}) as api:
        config = settings(api, advertiser_ids=ACCOUNT, start_date="2026-10-26")
        run = tap(config, streams=("campaign_report_hourly",), now=AUTUMN)
    assert run.status == 1
    assert "the list moved during each of 3 reads" in run.err
    assert not run.records["campaign_report_hourly"]


@pytest.mark.parametrize("message", ["Invalid metric fields: ['likes']", "metrics: not supported"])
def test_a_refused_metric_is_found_whatever_tiktok_says_of_it(tap: Tap, message: str) -> None:
    def report(metrics: list[str], **_: Any) -> dict[str, Any]:
        if "likes" in metrics:
            raise RefusedError(40002, message)
        dimensions = {"campaign_id": "7", "stat_time_day": "2026-10-25 00:00:00"}
        return rows((dimensions, dict.fromkeys(metrics, "1")))

    with answering({ENDPOINT: report}) as api:
        config = settings(api, advertiser_ids=ACCOUNT, start_date="2026-10-25")
        streams = ("campaign_report_daily", "sync_windows")
        run = tap(config, streams=streams, now=AUTUMN)
    assert run.status == 0, run.err
    (record,) = run.records["campaign_report_daily"]
    assert record["clicks"] == 1
    assert "likes" not in record
    assert [window["left_out"] for window in run.records["sync_windows"]] == ["likes"]


def test_a_report_that_is_refused_as_a_whole_costs_its_account(tap: Tap) -> None:
    def report(**_: Any) -> dict[str, Any]:
        raise RefusedError(40002, "service_type: not supported")

    with answering({ENDPOINT: report}) as api:
        config = settings(api, advertiser_ids=ACCOUNT, start_date="2026-10-25")
        run = tap(config, streams=("campaign_report_daily",), now=AUTUMN)
    assert run.status == 1
    assert "service_type: not supported" in run.err
    assert "Deselect them" not in run.err


def test_an_interest_may_come_without_its_newer_name(tap: Tap) -> None:
    name = "campaign_report_daily_by_interest_category"
    dimensions = {"campaign_id": "7", "stat_time_day": "2026-10-25 00:00:00"}
    page = rows(({**dimensions, "interest_category": "25"}, {"spend": "1"}))
    with answering({ENDPOINT: lambda **_: page}) as api:
        config = settings(api, advertiser_ids=ACCOUNT, start_date="2026-10-25")
        run = tap(config, streams=(name,), now=AUTUMN)
    assert run.status == 0, run.err
    (record,) = run.records[name]
    assert (record["interest_category"], record["interest_category_v2"]) == ("25", "-")
