"""The tap under the API's troubles: what comes out is exact, or an error says what is missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from simulator.facts import METRICS as METRIC_FACTS
from tap_tiktok_ads.api.accounts import SpecialCampaigns
from tap_tiktok_ads.api.client import Client
from tap_tiktok_ads.api.lists import ListReader
from tap_tiktok_ads.api.rate_limit import RateLimiter
from tap_tiktok_ads.reports.reader import ReportReader
from tap_tiktok_ads.reports.report import Report
from tap_tiktok_ads.windows import Window, parse_day
from tests.conftest import settings
from tests.support.api import running
from tests.support.delivery import delivered, true_delivery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Run, Tap
    from tests.support.api import Simulator

START, END = "2026-09-01", "2026-11-20"
REPORT = "/report/integrated/get/"
STREAMS = ("ad_report_daily", "sync_windows")
LEVELS = {
    "advertiser_report_daily": "advertiser",
    "campaign_report_daily": "campaign",
    "adgroup_report_daily": "adgroup",
    "ad_report_daily": "ad",
}


@pytest.fixture(scope="module")
def _demo() -> Iterator[Simulator]:
    with running("--scenario", "demo") as api:
        yield api


@pytest.fixture(scope="module")
def _bulk() -> Iterator[Simulator]:
    """Windows of several pages."""
    with running("--scenario", "bulk", "--accounts", "2", "--ads", "90") as api:
        yield api


@pytest.fixture(scope="module")
def _agency() -> Iterator[Simulator]:
    with running("--scenario", "agency", "--accounts", "20", "--ads", "24") as api:
        yield api


def _calm(api: Simulator) -> Simulator:
    api.control("POST", "/faults", {})
    api.control("DELETE", "/requests")
    return api


@pytest.fixture
def demo(_demo: Simulator) -> Simulator:
    """Eight accounts of all kinds, without faults."""
    return _calm(_demo)


@pytest.fixture
def bulk(_bulk: Simulator) -> Simulator:
    """Two accounts with windows of three pages, without faults."""
    return _calm(_bulk)


@pytest.fixture
def agency(_agency: Simulator) -> Simulator:
    """Twenty accounts, without faults."""
    return _calm(_agency)


@pytest.fixture
def small(small: Simulator) -> Iterator[Simulator]:
    """The world that all tests share, without faults before and after."""
    yield _calm(small)
    _calm(small)


def trouble(api: Simulator, **faults: Any) -> None:
    api.control("POST", "/faults", faults)


def fired(api: Simulator) -> dict[str, int]:
    found: dict[str, int] = api.control("GET", "/faults")["fired"]
    return found


def asked(api: Simulator, path: str = REPORT) -> list[dict[str, Any]]:
    """Parameters of the requests for a path, filters decoded."""
    requests = []
    for line in api.control("GET", "/requests")["latest"]:
        where, _, query = line.partition("?")
        if where == path:
            parameters: dict[str, Any] = {name: value[0] for name, value in parse_qs(query).items()}
            parameters["filters"] = {
                each["field_name"]: json.loads(each["filter_value"])
                for each in json.loads(parameters.get("filtering", "[]"))
            }
            requests.append(parameters)
    return requests


def is_exact(run: Run, api: Simulator, start: str = START, *streams: str) -> None:
    """All rows came once, with the true figures, and the run says so."""
    assert run.status == 0, run.err[-3000:]
    streams = streams or ("ad_report_daily",)
    for stream in streams:
        level = LEVELS[stream]
        true = true_delivery(api, start, END, level=level)
        assert true, stream
        assert delivered(run.records[stream], level=level) == true, stream
    assert {window["report"] for window in run.records["sync_windows"]} >= set(streams)
    for window in run.records["sync_windows"]:
        assert window["rows"] == window["total_number"]
        assert not window["truncated"]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("rate_limit", {"rate": 0.3}),
        ("restricted", {"rate": 0.2, "times": 2, "seconds": 0.1}),
        ("system_error", {"rate": 0.3}),
        ("internal", {"rate": 0.3}),
        ("http_502", {"rate": 0.3}),
        ("http_504", {"rate": 0.3}),
        ("truncated_json", {"rate": 0.3}),
        ("empty_body", {"rate": 0.3}),
        ("reset", {"rate": 0.3}),
        ("stall", {"rate": 0.2, "seconds": 1.5, "times": 4}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_trouble_that_passes_costs_no_row(
    tap: Tap, demo: Simulator, name: str, options: dict[str, Any]
) -> None:
    trouble(demo, **{name: options})
    run = tap(settings(demo, start_date=START, request_timeout=1), streams=STREAMS, hurry=200)
    assert fired(demo)[name] > 0
    is_exact(run, demo)


@pytest.mark.parametrize(
    ("name", "option", "limit"), [("query_too_large", "most", 90), ("report_timeout", "days", 4)]
)
def test_a_report_that_asks_for_too_much_is_asked_for_in_parts(
    tap: Tap, demo: Simulator, name: str, option: str, limit: int
) -> None:
    trouble(demo, **{name: {option: limit}})
    run = tap(settings(demo, start_date=START), streams=STREAMS, hurry=1000)
    assert fired(demo)[name] > 0
    is_exact(run, demo)


def test_a_day_that_is_too_much_is_asked_for_with_fewer_metrics(tap: Tap, demo: Simulator) -> None:
    trouble(demo, query_too_large={"most": 10})
    run = tap(settings(demo, start_date="2026-11-16"), streams=STREAMS, hurry=1000)
    assert {len(json.loads(each["metrics"])) <= 10 for each in asked(demo)} == {True, False}
    is_exact(run, demo, "2026-11-16")


def test_a_report_that_timed_out_is_never_repeated_unchanged(tap: Tap, demo: Simulator) -> None:
    trouble(demo, report_timeout={"days": 2})
    run = tap(settings(demo, start_date="2026-10-20"), streams=STREAMS, hurry=1000)
    is_exact(run, demo, "2026-10-20")
    assert demo.control("GET", "/faults")["same_report_timed_out"] == 1


def test_a_report_that_always_times_out_costs_its_account_alone_and_ends(
    tap: Tap, small: Simulator
) -> None:
    trouble(small, report_timeout={"days": 0})
    run = tap(settings(small, start_date=START), streams=STREAMS, hurry=1000)
    repeated = small.control("GET", "/faults")["same_report_timed_out"]
    trouble(small)
    assert run.status == 1
    assert "2 of 2 accounts could not be read" in run.errors[-1]
    assert run.records["ad_report_daily"] == run.records["sync_windows"] == []
    assert repeated == 1


@pytest.mark.parametrize("most", [1, 3])
def test_a_truncated_answer_is_asked_for_again_by_ids(tap: Tap, demo: Simulator, most: int) -> None:
    trouble(demo, truncate={"ads": most})
    run = tap(settings(demo, start_date=START), streams=STREAMS, hurry=1000)
    filters = [each["filters"] for each in asked(demo)]
    assert any("campaign_ids" in each for each in filters)
    assert all(len(ids) <= 100 for each in filters for ids in each.values())
    is_exact(run, demo)


def test_what_stays_truncated_is_said(tap: Tap, demo: Simulator) -> None:
    trouble(demo, truncate={"ads": 1})
    run = tap(
        settings(demo, start_date="2026-11-01"), streams=("campaign_report_daily", "sync_windows")
    )
    cut = {each["advertiser_id"] for each in run.records["sync_windows"] if each["truncated"]}
    assert run.status == 0
    assert cut
    assert "campaign_report_daily: TikTok leaves ads out of" in run.err
    rows = delivered(run.records["campaign_report_daily"], level="campaign")
    for key, figures in true_delivery(demo, "2026-11-01", END, level="campaign").items():
        assert rows.get(key) == figures or key[0] in cut


def test_the_delivery_of_campaigns_that_are_no_longer_listed_is_not_lost_in_silence(
    tap: Tap, demo: Simulator
) -> None:
    trouble(demo, truncate={"ads": 3})
    run = tap(settings(demo, start_date="2025-02-01", end_date="2025-03-01"), streams=STREAMS)
    cut = {each["advertiser_id"] for each in run.records["sync_windows"] if each["truncated"]}
    rows = delivered(run.records["ad_report_daily"])
    true = true_delivery(demo, "2025-02-01", "2025-03-01")
    assert rows.items() <= true.items()
    assert {key[0] for key in true.keys() - rows.keys()} <= cut


def test_a_list_that_moved_between_its_pages_is_read_again_sorted(
    tap: Tap, bulk: Simulator
) -> None:
    trouble(bulk, drift=1)
    run = tap(settings(bulk, start_date="2026-10-20"), streams=STREAMS)
    assert fired(bulk)["drift"] > 0
    assert {each.get("order_field") for each in asked(bulk)} == {None, "spend"}
    is_exact(run, bulk, "2026-10-20")


def test_metrics_that_do_not_go_with_the_report_are_left_out_and_named(
    tap: Tap, demo: Simulator
) -> None:
    trouble(demo, metric_conflict=["likes", "follows"])
    run = tap(settings(demo, start_date=START), streams=STREAMS)
    is_exact(run, demo)
    assert {each["left_out"] for each in run.records["sync_windows"]} == {"follows, likes"}
    warning = "ad_report_daily: TikTok does not have these metrics for this report"
    assert f"{warning}, so they are left out. Deselect them: follows, likes" in run.err
    for metric in ("likes", "follows"):
        assert not any(metric in row for row in run.records["ad_report_daily"])


def test_a_conflict_that_does_not_come_back_leaves_nothing_out(tap: Tap, small: Simulator) -> None:
    trouble(small, metric_conflict={"metrics": ["spend"], "times": 1})
    run = tap(settings(small, start_date="2026-11-01"), streams=STREAMS)
    trouble(small)
    is_exact(run, small, "2026-11-01")


def test_metrics_are_found_out_while_reports_time_out(tap: Tap, demo: Simulator) -> None:
    trouble(demo, metric_conflict=["likes"], http_504={"rate": 0.05}, query_too_large={"most": 20})
    run = tap(settings(demo, start_date="2026-11-01"), streams=STREAMS, hurry=1000)
    is_exact(run, demo, "2026-11-01")
    assert {each["left_out"] for each in run.records["sync_windows"]} == {"likes"}


def test_a_report_needs_no_metrics(tap: Tap, small: Simulator, tmp_path: Path) -> None:
    catalog = tap.catalog("campaign_report_daily")
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            if entry["breadcrumb"]:
                entry["metadata"]["selected"] = False
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(catalog))
    run = tap(settings(small, start_date="2026-11-19"), "--catalog", str(path))
    rows = run.records["campaign_report_daily"]
    assert run.status == 0, run.err
    assert {tuple(row) for row in rows} == {
        ("advertiser_id", "currency", "synced_at", "unread", "campaign_id", "stat_time_day")
    }


def metrics_of_ads() -> list[str]:
    """Everything that can be added up in a report of ads by day."""
    return [
        name
        for name, metric in METRIC_FACTS.items()
        if metric["kind"] == "additive"
        and "ad" in metric.get("levels", ["ad"])
        and metric.get("with") in {None, "id", "stat_time_day"}
        and metric.get("without") != "ad_id"
    ]


@pytest.mark.parametrize("faults", [{}, {"query_too_large": {"most": 60}}], ids=["", "and halves"])
def test_more_metrics_than_one_request_takes_are_put_together(
    small: Simulator, faults: dict[str, Any]
) -> None:
    names = metrics_of_ads()[:210]
    client = Client(
        api_url=small.url, access_token="demo-token", rate_limiter=RateLimiter(1000), timeout=5
    )
    reader = ReportReader(
        ListReader(client, 4),
        Report("many", "ad"),
        dict.fromkeys(names, "number"),
        additive=names,
        special=SpecialCampaigns(client),
    )
    account = small.accounts()["Northwind Outdoor"]
    small.control("DELETE", "/requests")
    trouble(small, **faults)
    reading = reader.read(account, Window(parse_day("2026-11-16"), parse_day("2026-11-20")))
    requests = asked(small)
    trouble(small)
    rows = [
        {"advertiser_id": account, **json.loads(b"{" + row + b"}", parse_float=str)}
        for chunk in reading.chunks()
        for row in chunk
    ]
    true = true_delivery(small, "2026-11-16", "2026-11-20", names)
    assert delivered(rows, names) == {key: true[key] for key in true if key[0] == account}
    assert reading.rows == reading.total == len(rows)
    assert len(names) == 210
    assert max(len(json.loads(each["metrics"])) for each in requests) == 100


def test_everything_at_once_costs_no_row(tap: Tap, agency: Simulator) -> None:
    short = {
        "rate_limit": 0.01,
        "restricted": {"rate": 0.005, "seconds": 0.1, "times": 2},
        "system_error": 0.01,
        "internal": 0.02,
        "http_502": 0.01,
        "http_504": 0.01,
        "truncated_json": 0.01,
        "empty_body": 0.01,
        "reset": 0.01,
        "stall": {"rate": 0.01, "seconds": 1.5, "times": 3},
    }
    lasting = {
        "query_too_large": {"most": 700},
        "report_timeout": {"days": 16},
        "truncate": {"ads": 60},
        "drift": 1,
        "metric_conflict": ["likes"],
    }
    trouble(agency, **short, **lasting)
    run = tap(
        settings(agency, start_date="2026-10-25", request_timeout=1),
        streams=("advertiser_report_daily", "adgroup_report_daily", *STREAMS),
        hurry=400,
    )
    reports = ("ad_report_daily", "adgroup_report_daily", "advertiser_report_daily")
    is_exact(run, agency, "2026-10-25", *reports)
    assert len({row["advertiser_id"] for row in run.records["ad_report_daily"]}) == 20
    assert len(fired(agency)) > 8


@pytest.mark.parametrize("name", ["rate_limit", "restricted"])
def test_refusals_that_do_not_end_end_the_run_and_say_when_to_try_again(
    tap: Tap, small: Simulator, name: str
) -> None:
    trouble(small, **{name: {"rate": 1}})
    small.control("DELETE", "/requests")
    run = tap(settings(small, advertiser_ids=["1"]), hurry=1000)
    total = small.control("GET", "/requests")["total"]
    trouble(small)
    assert run.status == 1
    assert "too many requests" in run.errors[-1]
    assert "Try again in 15 minutes" in run.errors[-1]
    assert total < 20


@pytest.mark.parametrize("name", ["system_error", "http_502", "empty_body", "reset"])
def test_trouble_that_does_not_end_ends_the_run(tap: Tap, small: Simulator, name: str) -> None:
    trouble(small, **{name: 1})
    small.control("DELETE", "/requests")
    run = tap(settings(small, advertiser_ids=["1"]), hurry=1000)
    total = small.control("GET", "/requests")["total"]
    trouble(small)
    assert run.status == 1
    assert "/advertiser/info/" in run.errors[-1]
    assert "Traceback" not in run.err
    assert total < 20


def activated(run: Run) -> set[str]:
    return {each["stream"] for each in run.messages if each["type"] == "ACTIVATE_VERSION"}


@pytest.mark.parametrize("name", ["revoked", "suspended", "deleted"])
def test_an_account_that_can_not_be_read_costs_only_its_own_data(
    tap: Tap, agency: Simulator, name: str
) -> None:
    gone, *others = agency.accounts().values()
    trouble(agency, **{name: [gone]})
    config = settings(agency, start_date="2026-11-01", emit_activate_version_messages=True)
    run = tap(config, streams=("advertisers", "campaigns", *STREAMS))
    assert run.status == 1
    assert run.errors[-1].startswith(f"1 of 20 accounts could not be read: {gone}")
    assert run.err.rstrip().splitlines()[-1].endswith(run.errors[-1])
    rows = delivered(run.records["ad_report_daily"])
    true = true_delivery(agency, "2026-11-01", END)
    assert rows == {key: figures for key, figures in true.items() if key[0] != gone}
    for stream in ("advertisers", "campaigns", "sync_windows"):
        assert {row["advertiser_id"] for row in run.records[stream]} == set(others)
    assert not activated(run) & {"advertisers", "campaigns"}


def test_a_lost_account_can_be_a_warning(tap: Tap, agency: Simulator) -> None:
    gone, *others = agency.accounts().values()
    trouble(agency, revoked=[gone])
    run = tap(
        settings(agency, start_date="2026-11-10", account_errors="warn"), streams=("campaigns",)
    )
    assert run.status == 0
    assert not run.errors
    assert f"1 of 20 accounts could not be read: {gone}" in run.err.rstrip().splitlines()[-1]
    assert {row["advertiser_id"] for row in run.records["campaigns"]} == set(others)


def test_a_lost_account_can_end_the_run_at_once(tap: Tap, agency: Simulator) -> None:
    gone, *_ = agency.accounts().values()
    trouble(agency, revoked=[gone])
    run = tap(
        settings(agency, start_date="2026-11-10", account_errors="fail_fast"), streams=STREAMS
    )
    assert run.status == 1
    assert gone in run.errors[-1]
    assert run.records["ad_report_daily"] == []


def test_no_loss_marks_every_stream_that_is_read_whole(tap: Tap, agency: Simulator) -> None:
    config = settings(agency, emit_activate_version_messages=True)
    run = tap(config, streams=("advertisers", "campaigns"))
    assert run.status == 0
    assert activated(run) == {"advertisers", "campaigns"}


def test_the_apis_budget_is_kept(tap: Tap) -> None:
    """As by default: 8 requests a second where TikTok takes 10, here five times as fast."""
    with running("--scenario", "small", "--qps", "50") as api:
        config = settings(api, start_date="2024-12-01", requests_per_second=40)
        run = tap(config, streams=STREAMS)
        peak = api.control("GET", "/requests")["peak_per_second"]
        is_exact(run, api, "2024-12-01")
    assert "40100" not in run.err
    assert peak[REPORT] <= 50
