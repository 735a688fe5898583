"""The simulator's own endpoints."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.api import Simulator


def test_requests_are_counted_by_path(changeable: Simulator) -> None:
    changeable.control("DELETE", "/requests")
    changeable.accounts()
    changeable.accounts()
    changeable.call("/campaign/get/", advertiser_id="1")
    counted = changeable.control("GET", "/requests")
    assert counted["paths"] == {"/oauth2/advertiser/get/": 2, "/campaign/get/": 1}
    assert counted["total"] == 3
    assert counted["connections"] == 1
    assert counted["peak_per_second"]["/oauth2/advertiser/get/"] in {1, 2}
    assert counted["latest"][-1] == "/campaign/get/?advertiser_id=1"


def test_the_token_is_never_kept(changeable: Simulator) -> None:
    changeable.accounts()
    answer = changeable.session.get(f"{changeable.url}/__simulator__/requests")
    assert "demo-token" not in answer.text


def test_an_unknown_control_endpoint_says_so(demo: Simulator) -> None:
    answer = demo.session.get(f"{demo.url}/__simulator__/nothing")
    assert answer.status_code == 404
    assert "not a control endpoint" in answer.json()["error"]


def test_bulk_accounts_and_ads_are_numbers_of_the_command_line(start: Callable[..., Any]) -> None:
    with start("--scenario", "bulk", "--accounts", "2", "--ads", "120") as bulk:
        accounts = list(bulk.accounts().values())
        assert len(accounts) == 2
        rows = bulk.report(accounts[0])
        assert len(rows) == 30 * 120


def test_a_port_that_is_taken_ends_the_start_with_one_line(demo: Simulator) -> None:
    port = demo.url.rpartition(":")[2]
    command = [sys.executable, "-m", "simulator", "--port", port]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("simulator: ")
    assert "in use" in ended.stderr


def test_another_token_can_be_set(start: Callable[..., Any]) -> None:
    with start("--scenario", "small", "--token", "another") as simulator:
        assert simulator.call("/campaign/get/", advertiser_id="1")["code"] == 40105
