"""Every report against the API: rows, keys and sums equal what is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.reports.standard import columns, keys, metric_columns, standard_reports
from tap_tiktok_ads.windows import periods
from tests.conftest import Tap, settings
from tests.support.api import faults, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_tiktok_ads.reports.report import Report
    from tests.conftest import Run
    from tests.support.api import Simulator

START, END = "2026-11-17", "2026-11-20"
REPORTS = {report.stream: report for report in standard_reports()}
#: No campaign of the simulator has a secondary goal.
ADDITIVE = {
    metric["name"]
    for metric in facts("metrics")
    if metric["kind"] == "additive" and not metric["name"].startswith("secondary_goal")
}
ENDPOINT = "/report/integrated/get/"

Rows = dict[tuple[str, ...], dict[str, Decimal]]


@pytest.fixture(scope="module")
def demo() -> Iterator[Simulator]:
    with running("--scenario", "demo") as simulator:
        yield simulator


@pytest.fixture(scope="module")
def accounts(demo: Simulator) -> list[dict[str, Any]]:
    """What the generator says of the accounts."""
    found: list[dict[str, Any]] = demo.truth(END, END)["accounts"]
    return found


@pytest.fixture(scope="module")
def everything(demo: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run with all reports, each with its default columns."""
    tap = Tap(tmp_path_factory.mktemp("tap"))
    return tap(settings(demo, start_date=START), streams=(*REPORTS, "sync_windows"))


def rows_of(run: Run, report: Report, metrics: set[str]) -> Rows:
    """A stream's rows by key, as far as their metrics can be added."""
    return {
        tuple(record[name] for name in keys(report)): {
            name: Decimal(str(record[name] or 0)) for name in metrics
        }
        for record in run.records[report.stream]
    }


def true_rows(
    api: Simulator, accounts: list[dict[str, Any]], report: Report, metrics: set[str]
) -> Rows:
    """The same from the generator."""
    found: Rows = {}
    for account in accounts:
        advertiser_id = account["advertiser_id"]
        for period, span in spans(report, account["today"]).items():
            asked = {
                "advertiser_id": advertiser_id,
                "dimensions": ",".join(report.dimensions),
                "metrics": ",".join(sorted(metrics)),
                **span,
            }
            truth = api.control("GET", f"/truth/report?{urlencode(asked)}")
            for row in truth["accounts"][0]["rows"]:
                values = dict.fromkeys(["advertiser_id"], advertiser_id)
                values |= {name: text(name, row["key"][name]) for name in report.row_dimensions}
                values |= {"period": period, "end_date": span.get("end", "")}
                found[tuple(values[name] for name in keys(report))] = {
                    name: Decimal(row["metrics"][name]) for name in metrics
                }
    return found


def spans(report: Report, today: str) -> dict[str, dict[str, str]]:
    """The days that a report's stream has to cover, by the period's name where it has one."""
    if report.grain == "lifetime":
        return {"": {"lifetime": "true"}}
    if report.grain == "period":
        return {
            name: {"start": str(window.start), "end": str(window.end)}
            for name, window in periods(date.fromisoformat(today)).items()
        }
    return {"": {"start": START, "end": today}}


def text(name: str, value: str) -> str:
    """A value as the stream writes it."""
    if name == "stat_time_day":
        return value[:10]
    return value.replace(" ", "T") if name == "stat_time_hour" else value


def test_a_run_with_every_report_ends_well(everything: Run) -> None:
    assert everything.status == 0, everything.err
    warnings = [line for line in everything.err.splitlines() if "| WARNING" in line]
    # Python's own, on a version that the SDK is about to leave behind, say nothing of reports.
    assert not [line for line in warnings if "py.warnings" not in line]


@pytest.mark.parametrize("name", REPORTS)
def test_rows_keys_and_sums_equal_the_truth(
    name: str, demo: Simulator, accounts: list[dict[str, Any]], everything: Run
) -> None:
    report = REPORTS[name]
    default = {column.name for column in metric_columns(report) if column.default}
    metrics = default & ADDITIVE
    found = rows_of(everything, report, metrics)
    truth = true_rows(demo, accounts, report, metrics)
    if "search_terms" in report.breakdown:
        # "<5" stands for a small number of impressions; the rest of the row is whole.
        for key in found.keys() & truth.keys():
            told, true = found[key].pop("impressions"), truth[key].pop("impressions")
            assert 0 <= true - told < 5 or report.level == "advertiser"
    assert metrics
    assert len(found) == len(everything.records[name]), "a key comes twice"
    assert found == truth


def test_every_report_has_rows_in_this_world(everything: Run) -> None:
    assert {name for name in REPORTS if not everything.records[name]} == set()


def test_every_window_is_accounted_for(everything: Run) -> None:
    counted: Counter[str] = Counter()
    for window in everything.records["sync_windows"]:
        assert window["rows"] == window["total_number"]
        counted[window["report"]] += window["rows"]
    with_days = {name for name, report in REPORTS.items() if report.grain != "lifetime"}
    assert counted == {name: len(everything.records[name]) for name in with_days if name in counted}
    assert with_days == set(counted)


def test_reach_of_a_period_is_less_than_the_sum_of_its_days(tap: Tap, demo: Simulator) -> None:
    streams = ("advertiser_report_daily", "advertiser_report_period")
    run = tap(settings(demo, start_date="2026-11-13", end_date=END), streams=streams)
    days: defaultdict[str, int] = defaultdict(int)
    for record in run.records[streams[0]]:
        if "2026-11-13" <= record["stat_time_day"] <= "2026-11-19":
            days[record["advertiser_id"]] += record["reach"] or 0
    weeks = {
        record["advertiser_id"]: record["reach"]
        for record in run.records[streams[1]]
        if record["period"] == "last_7_days" and record["end_date"] == "2026-11-19"
    }
    assert any(weeks.values())
    assert all(reach < days[account] for account, reach in weeks.items() if reach)


def test_hourly_reports_begin_with_a_short_history(tap: Tap, small: Simulator) -> None:
    small.control("DELETE", "/requests")
    config = settings(small, start_date="2026-01-01", lookback_days=1, hourly_history_days=2)
    run = tap(config, streams=("advertiser_report_hourly",))
    assert run.err.count("begins with 2026-11-17, not with start_date") == 1
    days = {record["stat_time_hour"][:10] for record in run.records["advertiser_report_hourly"]}
    counts = small.control("GET", "/requests")["paths"]
    assert min(days) == "2026-11-17"
    assert counts[ENDPOINT] == len(days) * len(small.accounts())


def test_reports_ask_about_topview_alone_once_for_each_account(tap: Tap, small: Simulator) -> None:
    small.control("DELETE", "/requests")
    tap(settings(small, start_date=END), streams=("ad_report_daily", "adgroup_report_daily"))
    asked = small.control("GET", "/requests")
    questions = [line for line in asked["latest"] if "/campaign/get/" in line]
    assert len(questions) == len(small.accounts())
    assert all("RESERVATION_TOP_VIEW" in line for line in questions)


def test_hourly_reports_go_on_from_their_bookmark(tap: Tap, small: Simulator) -> None:
    config = settings(small, lookback_days=0)
    first = tap(config, streams=("campaign_report_hourly",), now="2026-11-18T10:00:00Z")
    second = tap(config, streams=("campaign_report_hourly",), state=first.state)
    days = {record["stat_time_hour"][:10] for record in second.records["campaign_report_hourly"]}
    assert min(days) == "2026-11-18"


def test_any_number_of_metrics_makes_the_same_rows(tap: Tap, small: Simulator) -> None:
    report = REPORTS["ad_report_daily"]
    catalog = tap.catalog(report.stream)
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            entry["metadata"]["selected"] = stream["tap_stream_id"] == report.stream
    small.control("DELETE", "/requests")
    run = tap(settings(small, start_date=START), "--catalog", tap.file(catalog))
    requests = small.control("GET", "/requests")["paths"][ENDPOINT]
    metrics = metric_columns(report)
    assert run.status == 0, run.err
    assert requests == -(-len(metrics) // 100) * len(small.accounts())
    assert all(len(record) == len(columns(report)) for record in run.records[report.stream])
    additive = {column.name for column in metrics} & ADDITIVE
    truth = true_rows(small, small.truth(END, END)["accounts"], report, additive)
    assert rows_of(run, report, additive) == truth


def test_gmv_max_equals_the_truth_of_both_promotions(tap: Tap, demo: Simulator) -> None:
    name, metrics = "gmv_max_report_daily", ["cost", "net_cost", "orders", "gross_revenue"]
    run = tap(settings(demo, start_date=START), streams=(name,))
    found = {
        (
            record["advertiser_id"],
            record["store_id"],
            record["campaign_id"],
            record["stat_time_day"],
        ): [Decimal(str(record[metric])) for metric in metrics]
        for record in run.records[name]
    }
    asked = {
        "dimensions": "campaign_id,stat_time_day",
        "metrics": ",".join(metrics),
        "start": START,
        "end": END,
    }
    truth = demo.control("GET", f"/truth/gmv_max?{urlencode(asked)}")
    assert run.status == 0, run.err
    assert {record["promotion_type"] for record in run.records[name]} == {"PRODUCT", "LIVE"}
    assert found == {
        (
            account["advertiser_id"],
            shop["store_id"],
            row["key"]["campaign_id"],
            row["key"]["stat_time_day"][:10],
        ): [Decimal(row["metrics"][metric]) for metric in metrics]
        for account in truth["accounts"]
        for shop in account["stores"]
        for row in shop["rows"]
    }


def test_interests_are_asked_day_by_day_where_they_come_with_no_day(
    tap: Tap, small: Simulator
) -> None:
    name = "campaign_report_daily_by_interest_category_tier2"
    usual = tap(settings(small, start_date=START), streams=(name,))
    with faults(small, no_daily_interests=1):
        other = tap(settings(small, start_date=START), streams=(name,))
    assert other.status == 0, other.err
    assert usual.records[name]
    key = keys(REPORTS[name])
    order = {tuple(record[each] for each in key): record for record in usual.records[name]}
    assert {tuple(record[each] for each in key): record for record in other.records[name]} == order


def test_a_custom_report_is_a_stream_like_any_other(tap: Tap, small: Simulator) -> None:
    custom = {
        "name": "weekly_country_check",
        "level": "adgroup",
        "dimensions": ["country_code"],
        "metrics": ["spend", "clicks", "button_click"],
        "filters": [{"field_name": "spend", "filter_type": "GREATER_THAN", "filter_value": "5"}],
    }
    run = tap(settings(small, start_date=START, reports=[custom]))
    rows = run.records["weekly_country_check"]
    assert run.status == 0, run.err
    assert rows
    assert all(Decimal(str(record["spend"])) > 5 for record in rows)
    assert set(rows[0]) == {
        "advertiser_id",
        "adgroup_id",
        "stat_time_day",
        "country_code",
        "campaign_id",
        "spend",
        "clicks",
        "button_click",
        "currency",
        "synced_at",
        "unread",
    }


def test_a_custom_report_about_some_buying_types_leaves_topview_out(
    tap: Tap, demo: Simulator
) -> None:
    bought = {"field_name": "buying_type", "filter_type": "IN", "filter_value": ["AUCTION"]}
    custom = {"name": "bought", "level": "advertiser", "metrics": ["spend"], "filters": [bought]}
    everything = {"name": "everything", "level": "advertiser", "metrics": ["spend"]}
    config = settings(demo, start_date=START, reports=[custom, everything])
    run = tap(config, streams=())
    assert run.status == 0, run.err
    sums = {
        name: sum(Decimal(str(record["spend"])) for record in run.records[name])
        for name in ("bought", "everything")
    }
    assert 0 < sums["bought"] < sums["everything"]


def test_a_wrong_custom_report_ends_the_run_before_any_request(tap: Tap, small: Simulator) -> None:
    small.control("DELETE", "/requests")
    run = tap(settings(small, reports=[{"name": "x", "level": "ad", "metrics": ["spent"]}]))
    assert run.status == 1
    assert run.errors == ["reports, x: metric 'spent' is unknown (did you mean spend?)."]
    assert small.control("GET", "/requests")["total"] == 0
    assert "Traceback" not in run.err
