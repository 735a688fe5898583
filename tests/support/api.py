"""A running simulator, and a client for its API."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

Rows = dict[frozenset[tuple[str, str]], dict[str, str]]
"""Figures by the dimensions of their row."""

NOW = "2026-11-20T10:00:00Z"
ALL = "STATUS_ALL"
APP = {"app_id": "demo-app", "secret": "demo-secret"}
LEVELS = {
    "advertiser": "AUCTION_ADVERTISER",
    "campaign": "AUCTION_CAMPAIGN",
    "adgroup": "AUCTION_ADGROUP",
    "ad": "AUCTION_AD",
}


@dataclass
class Simulator:
    """A running simulator and a client that writes parameters as the API wants them."""

    url: str
    session: requests.Session

    def call(self, path: str, **parameters: Any) -> dict[str, Any]:
        """One request; the whole envelope."""
        answer = self.raw(path, **parameters)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def raw(self, path: str, **parameters: Any) -> requests.Response:
        """One request; the HTTP answer."""
        return self.session.get(f"{self.url}/open_api/v1.3{path}", params=encoded(parameters))

    def data(self, path: str, **parameters: Any) -> dict[str, Any]:
        """One request that must succeed; its data."""
        found = self.call(path, **parameters)
        assert found["code"] == 0, found["message"]
        data: dict[str, Any] = found["data"]
        return data

    def rows(
        self, path: str, page_size: int = 1000, key: str = "list", **parameters: Any
    ) -> list[dict[str, Any]]:
        """All pages of a list, which the answer calls `key`."""
        rows: list[dict[str, Any]] = []
        page, pages = 1, 1
        while page <= pages:
            data = self.data(path, page=page, page_size=page_size, **parameters)
            rows += data[key]
            page, pages = page + 1, data["page_info"]["total_page"]
        return rows

    def report(
        self, advertiser_id: str, level: str = "ad", **parameters: Any
    ) -> list[dict[str, Any]]:
        """All pages of a report."""
        return self.rows("/report/integrated/get/", **report(advertiser_id, level, **parameters))

    def truth(self, start: str, end: str, **parameters: str) -> dict[str, Any]:
        """What the generator says."""
        asked = {"start": start, "end": end} | parameters
        answer = self.session.get(f"{self.url}/__simulator__/truth", params=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def true_rows(self, advertiser_id: str, dimensions: list[str], **parameters: str) -> Rows:
        """The rows that a report of an account must have: exact amounts by key."""
        asked = {"advertiser_id": advertiser_id, "dimensions": ",".join(dimensions)} | parameters
        answer = self.session.get(f"{self.url}/__simulator__/truth/report", params=asked)
        assert answer.status_code == 200, answer.text
        rows = answer.json()["accounts"][0]["rows"]
        return {frozenset(row["key"].items()): row["metrics"] for row in rows}

    def control(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """One of the simulator's own endpoints."""
        answer = self.session.request(method, f"{self.url}/__simulator__{path}", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def set_clock(self, now: str) -> None:
        """Move the clock."""
        self.control("POST", "/clock", {"now": now})

    def accounts(self) -> dict[str, str]:
        """Account ids by name."""
        listed = self.data("/oauth2/advertiser/get/", **APP)
        return {each["advertiser_name"]: each["advertiser_id"] for each in listed["list"]}


def encoded(parameters: dict[str, Any]) -> dict[str, str]:
    """Arrays and objects as JSON text."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters.items()
    }


def report(advertiser_id: str, level: str = "ad", **parameters: Any) -> dict[str, Any]:
    """The parameters of a plain daily report."""
    return {
        "advertiser_id": advertiser_id,
        "report_type": "BASIC",
        "data_level": LEVELS[level],
        "dimensions": [f"{level}_id", "stat_time_day"],
        "metrics": ["spend", "impressions", "clicks"],
        "start_date": "2026-10-22",
        "end_date": "2026-11-20",
    } | parameters


def in_filter(field_name: str, *values: str) -> dict[str, str]:
    """One entry of a report's filtering."""
    return {"field_name": field_name, "filter_type": "IN", "filter_value": json.dumps(values)}


@contextmanager
def faults(api: Simulator, **rules: Any) -> Iterator[None]:
    """Trouble for a while."""
    api.control("POST", "/faults", rules)
    try:
        yield
    finally:
        api.control("POST", "/faults", {})


@contextmanager
def running(*options: str) -> Iterator[Simulator]:
    """A simulator process for a while."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "simulator", "--port", port, "--now", NOW, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        try:
            assert "ready" in ready, "the simulator did not start"
            with requests.Session() as session:
                session.headers["Access-Token"] = "demo-token"
                yield Simulator(f"http://127.0.0.1:{port}", session)
        finally:
            process.terminate()
        assert process.wait(10) == 0
