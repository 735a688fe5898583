"""Each fault: what it does, when, and how often."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.api import in_filter, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.api import Simulator

REPORT = "/report/integrated/get/"
EVERYTHING = [in_filter("ad_status", "STATUS_ALL")]


def _set(simulator: Simulator, **faults: Any) -> None:
    simulator.control("POST", "/faults", faults)


def _fired(simulator: Simulator) -> dict[str, int]:
    fired: dict[str, int] = simulator.control("GET", "/faults")["fired"]
    return fired


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("rate_limit", {40100}),
        ("restricted", {40100}),
        ("system_error", {50000}),
        ("internal", {40700, 50002, 51010}),
    ],
)
def test_errors_of_the_platform_come_in_the_envelope(
    changeable: Simulator, london: str, name: str, codes: set[int]
) -> None:
    _set(changeable, **{name: 1})
    answers = [changeable.call("/campaign/get/", advertiser_id=london) for _ in range(6)]
    assert {answer["code"] for answer in answers} == codes
    assert {str(answer["data"]) for answer in answers} == {"{}"}
    assert _fired(changeable)[name] == 6


@pytest.mark.parametrize(("name", "status"), [("http_502", 502), ("http_504", 504)])
def test_gateways_answer_with_a_page(
    changeable: Simulator, london: str, name: str, status: int
) -> None:
    _set(changeable, **{name: 1})
    answer = changeable.raw("/campaign/get/", advertiser_id=london)
    assert answer.status_code == status
    assert answer.text.startswith("<html>")


@pytest.mark.parametrize("name", ["truncated_json", "empty_body"])
def test_bodies_break_off(changeable: Simulator, london: str, name: str) -> None:
    _set(changeable, **{name: 1})
    answer = changeable.raw("/campaign/get/", advertiser_id=london)
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_a_reset_breaks_the_connection_within_the_body(changeable: Simulator, london: str) -> None:
    _set(changeable, reset=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        changeable.raw("/campaign/get/", advertiser_id=london)


def test_a_stall_keeps_the_client_waiting(changeable: Simulator, london: str) -> None:
    _set(changeable, stall={"seconds": 60, "times": 1})
    url = f"{changeable.url}/open_api/v1.3/campaign/get/"
    with pytest.raises(requests.exceptions.ReadTimeout):
        changeable.session.get(url, params={"advertiser_id": london}, timeout=0.2)
    assert changeable.call("/campaign/get/", advertiser_id=london)["code"] == 0


def test_a_rate_strikes_its_share_of_requests(changeable: Simulator, london: str) -> None:
    def codes() -> list[int]:
        _set(changeable, rate_limit=0.3)
        answers = (changeable.call("/campaign/get/", advertiser_id=london) for _ in range(200))
        return [answer["code"] for answer in answers]

    first = codes()
    assert 40 <= first.count(40100) <= 80
    assert codes() == first


def test_a_fault_can_be_limited_to_a_number_and_to_paths(
    changeable: Simulator, london: str
) -> None:
    _set(changeable, system_error={"times": 2, "paths": ["/ad/get/"]})
    ads = [changeable.call("/ad/get/", advertiser_id=london)["code"] for _ in range(4)]
    assert ads == [50000, 50000, 0, 0]
    _set(changeable, system_error={"paths": ["/ad/get/"]})
    assert changeable.call("/campaign/get/", advertiser_id=london)["code"] == 0


def test_a_restriction_holds_for_its_seconds(changeable: Simulator, london: str) -> None:
    _set(changeable, restricted={"times": 1, "seconds": 3600})
    answers = [changeable.call("/campaign/get/", advertiser_id=london) for _ in range(3)]
    assert {answer["code"] for answer in answers} == {40100}
    assert "temporarily restricted" in answers[-1]["message"]
    _set(changeable, restricted={"times": 1, "seconds": 0})
    assert changeable.call("/campaign/get/", advertiser_id=london)["code"] == 0


def test_a_report_with_too_many_days_times_metrics_is_too_large(
    changeable: Simulator, london: str
) -> None:
    _set(changeable, query_too_large={"most": 30})
    assert changeable.call(REPORT, **report(london))["code"] == 40067
    assert changeable.call(REPORT, **report(london, start_date="2026-11-11"))["code"] == 0
    assert changeable.call(REPORT, **report(london, metrics=["spend"]))["code"] == 0


def test_a_long_report_times_out_each_time_it_is_repeated(
    changeable: Simulator, london: str
) -> None:
    _set(changeable, report_timeout={"days": 7})
    codes = {changeable.call(REPORT, **report(london))["code"] for _ in range(2)}
    assert codes == {50002, 51001}
    assert changeable.control("GET", "/faults")["same_report_timed_out"] == 2
    assert changeable.call(REPORT, **report(london, start_date="2026-11-14"))["code"] == 0


def test_a_truncated_report_says_so_in_a_header_only(changeable: Simulator, london: str) -> None:
    whole = changeable.report(london, dimensions=["ad_id"], filtering=EVERYTHING)
    _set(changeable, truncate={"ads": 3})
    asked = report(london, dimensions=["ad_id"], filtering=EVERYTHING, page_size="1000")
    cut = changeable.raw(REPORT, **asked)
    assert "X-Tt-Ads-Throttle" in cut.headers
    assert cut.json()["code"] == 0
    assert cut.json()["data"]["page_info"]["total_number"] <= 3 < len(whole)


def test_parts_of_a_truncated_report_are_whole(changeable: Simulator, london: str) -> None:
    whole = changeable.report(london, dimensions=["ad_id"], filtering=EVERYTHING)
    ads = [row["dimensions"]["ad_id"] for row in whole]
    _set(changeable, truncate={"ads": 3})
    rows = []
    for start in range(0, len(ads), 3):
        filtering = [*EVERYTHING, in_filter("ad_ids", *ads[start : start + 3])]
        asked = report(london, dimensions=["ad_id"], filtering=filtering, page_size="1000")
        part = changeable.raw(REPORT, **asked)
        assert "X-Tt-Ads-Throttle" not in part.headers
        rows += part.json()["data"]["list"]
    assert rows == whole


def test_drift_repeats_a_row_and_loses_one_once(changeable: Simulator, london: str) -> None:
    def keys() -> list[tuple[str, str]]:
        rows = changeable.report(london, page_size=50)
        return [(row["dimensions"]["ad_id"], row["dimensions"]["stat_time_day"]) for row in rows]

    still = keys()
    _set(changeable, drift={"times": 1})
    moved = keys()
    assert len(moved) == len(still)
    assert len(set(moved)) == len(still) - 1
    assert keys() == still


def test_a_sorted_report_does_not_drift(changeable: Simulator, london: str) -> None:
    still = changeable.report(london, page_size=50, order_field="spend")
    _set(changeable, drift=1)
    assert changeable.report(london, page_size=50, order_field="spend") == still


def test_a_metric_can_be_in_conflict(changeable: Simulator, london: str) -> None:
    _set(changeable, metric_conflict=["clicks"])
    answer = changeable.call(REPORT, **report(london))
    assert answer["code"] == 40002
    assert "have no relation" in answer["message"]
    assert changeable.call(REPORT, **report(london, metrics=["spend"]))["code"] == 0


@pytest.mark.parametrize(
    ("name", "code", "text"),
    [
        ("revoked", 40001, "No permission to operate advertiser"),
        ("suspended", 40300, "suspended"),
        ("deleted", 40002, "doesn't exist or has been deleted"),
    ],
)
def test_an_account_can_be_lost_while_it_is_still_listed(
    changeable: Simulator, london: str, name: str, code: int, text: str
) -> None:
    _set(changeable, **{name: [london]})
    answers = [
        changeable.call("/campaign/get/", advertiser_id=london),
        changeable.call("/advertiser/info/", advertiser_ids=[london]),
        changeable.call(REPORT, **report(london)),
    ]
    assert {answer["code"] for answer in answers} == {code}
    assert all(text in answer["message"] for answer in answers)
    accounts = changeable.accounts()
    assert london in accounts.values()
    other = accounts["Apia Kai"]
    assert changeable.call("/campaign/get/", advertiser_id=other)["code"] == 0


def test_late_rows_show_after_their_time(changeable: Simulator, london: str) -> None:
    asked = {"start_date": "2026-11-20"}
    _set(changeable, late_rows={"minutes": 24 * 60})
    assert changeable.report(london, **asked) == []
    _set(changeable)
    assert changeable.report(london, **asked)


@pytest.mark.parametrize("path", ["/campaign/get/", REPORT])
def test_code_0_may_come_without_data_or_without_a_list(
    changeable: Simulator, london: str, path: str
) -> None:
    _set(changeable, no_data={"times": 1})
    first, second = (changeable.call(path, **report(london)) for _ in range(2))
    assert first["code"] == 0
    assert "data" not in first
    assert second["data"]["list"]
    _set(changeable, no_list={"times": 1})
    assert changeable.data(path, **report(london)) == {}


def test_the_budget_of_a_path_is_refused_beyond_and_counted(start: Callable[..., Any]) -> None:
    with start("--scenario", "small", "--qps", "100", "--qpm", "4") as simulator:
        account = next(iter(simulator.accounts().values()))
        codes = [simulator.call("/ad/get/", advertiser_id=account)["code"] for _ in range(6)]
        assert codes == [0, 0, 0, 0, 40100, 40100]
        assert simulator.call("/campaign/get/", advertiser_id=account)["code"] == 0
        assert simulator.control("GET", "/requests")["over_budget"] == {"/ad/get/": 2}


def test_faults_can_be_given_on_the_command_line(start: Callable[..., Any]) -> None:
    options = ("--fault", "rate_limit=0.5", "--fault", 'truncate={"ads": 2}')
    with start("--scenario", "small", *options) as simulator:
        rules = simulator.control("GET", "/faults")["rules"]
        assert rules == {"rate_limit": 0.5, "truncate": {"ads": 2}}


def test_an_unknown_fault_is_refused_with_the_list_of_faults(changeable: Simulator) -> None:
    url = f"{changeable.url}/__simulator__/faults"
    answer = changeable.session.post(url, json={"gremlins": 1})
    assert answer.status_code == 400
    assert "rate_limit" in answer.json()["error"]


def test_an_unknown_fault_ends_the_start_with_one_line() -> None:
    command = [sys.executable, "-m", "simulator", "--port", "49151", "--fault", "gremlins"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("simulator: no fault 'gremlins'")
    assert ended.stderr.count("\n") == 1


def test_everything_can_still_be_read_when_a_tenth_fails(
    changeable: Simulator, london: str
) -> None:
    whole = changeable.report(london, page_size=10)
    broken = ("rate_limit", "system_error", "internal", "http_502", "truncated_json", "reset")
    _set(changeable, **dict.fromkeys(broken, 0.02))
    rows = []
    for page in range(1, -(-len(whole) // 10) + 1):
        rows += _patient(changeable, report(london, page=str(page), page_size="10"))
    assert rows == whole
    assert _fired(changeable)


def _patient(simulator: Simulator, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """One page, tried until it comes."""
    for _ in range(20):
        try:
            answer = simulator.raw(REPORT, **asked).json()
        except requests.exceptions.RequestException:
            continue
        if answer["code"] == 0:
            rows: list[dict[str, Any]] = answer["data"]["list"]
            return rows
    pytest.fail("the page never came")
