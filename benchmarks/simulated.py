"""A running simulator, and the tap that reads it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from benchmarks.process import BIN, MeasuredProcess, environment
from pipeline.demo import simulator as simulator_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from benchmarks.process import Usage

NOW = "2026-03-02T10:00:00Z"
REPORT = "/report/integrated/get/"
BASE_PATH = "/open_api/v1.3"
#: With the keys, `currency` and `synced_at`: 30 columns.
METRICS: Mapping[str, str] = {
    **dict.fromkeys(
        ("campaign_id", "campaign_name", "adgroup_id", "adgroup_name", "ad_name"), "string"
    ),
    "spend": "number",
    **dict.fromkeys(("impressions", "clicks", "reach"), "integer"),
    "frequency": "number",
    **dict.fromkeys(
        (
            *("conversion", "real_time_conversion", "likes", "comments", "shares", "follows"),
            *("profile_visits", "video_play_actions", "video_watched_2s", "video_watched_6s"),
            *("video_views_p25", "video_views_p50", "video_views_p75", "video_views_p100"),
            "button_click",
        ),
        "integer",
    ),
}


@dataclass
class Simulator:
    """A running simulator.

    Attributes:
        url: Its address.
    """

    url: str

    @cached_property
    def advertiser_ids(self) -> list[str]:
        """Ids of all accounts."""
        accounts = self._get("/oauth2/advertiser/get/", app_id="demo-app", secret="demo-secret")  # noqa: S106
        return [account["advertiser_id"] for account in accounts["list"]]

    def ads_on(self, day: date) -> int:
        """Count the ads that deliver on a day, over all accounts."""
        return sum(
            self._get(
                REPORT,
                advertiser_id=advertiser_id,
                report_type="BASIC",
                data_level="AUCTION_AD",
                dimensions='["ad_id","stat_time_day"]',
                start_date=str(day),
                end_date=str(day),
            )["page_info"]["total_number"]
            for advertiser_id in self.advertiser_ids
        )

    def _get(self, path: str, **params: str) -> dict[str, Any]:
        response = requests.get(
            f"{self.url}{BASE_PATH}{path}",
            params=params,
            headers={"Access-Token": "demo-token"},
            timeout=60,
        )
        return dict(response.json()["data"])

    def received(self) -> dict[str, Any]:
        """Return the requests received since `run_tap` started."""
        found: dict[str, Any] = self._control("GET", "requests").json()
        return found

    def truth(self, start: date, end: date) -> dict[str, Any]:
        """Return the true figures from the generator."""
        path = f"truth?start={start}&end={end}&metrics=spend"
        found: dict[str, Any] = self._control("GET", path).json()
        return found

    def _control(self, method: str, path: str) -> requests.Response:
        return requests.request(method, f"{self.url}/__simulator__/{path}", timeout=600)

    def settings(self, start: date, end: date, **more: Any) -> dict[str, Any]:
        """Return the tap's settings for all accounts and a range of days."""
        return {
            "api_url": self.url,
            "access_token": "demo-token",
            "app_id": "demo-app",
            "app_secret": "demo-secret",
            "requests_per_second": 100_000,
            "start_date": str(start),
            "end_date": str(end),
            **more,
        }

    def run_tap(
        self,
        settings: Mapping[str, Any],
        streams: Sequence[str] | None,
        output: Path,
        metrics: Collection[str] = METRICS,
    ) -> Usage:
        """Run the tap and return what it used.

        Args:
            settings: Its settings.
            streams: Streams to select; without it, the default ones.
            output: File for its messages.
            metrics: Metrics of reports to select, if streams are given.
        """
        self._control("DELETE", "requests")
        with tempfile.TemporaryDirectory() as directory:
            config, catalog = Path(directory) / "config.json", Path(directory) / "catalog.json"
            config.write_text(json.dumps(settings))
            command: list[str | Path] = [BIN / "tap-tiktok-ads", "--config", config]
            if streams is not None:
                catalog.write_text(json.dumps(catalog_of(streams, metrics)))
                command += ["--catalog", catalog]
            with output.open("wb") as messages:
                return MeasuredProcess(command, log=Path(directory) / "log", stdout=messages).wait()


@contextmanager
def simulator(*options: str) -> Iterator[Simulator]:
    """Run a simulator whose clock stands still."""
    with simulator_address("--now", NOW, *options) as url:
        yield Simulator(url)


@cache
def _discovered() -> str:
    command = (BIN / "tap-tiktok-ads", "--discover")
    return subprocess.run(  # noqa: S603
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    ).stdout.decode()


def catalog_of(streams: Sequence[str], metrics: Collection[str] = METRICS) -> dict[str, Any]:
    """Return a catalog with some streams and some metrics of reports selected."""
    catalog: dict[str, Any] = json.loads(_discovered())
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = stream["tap_stream_id"] in streams
            elif "report" in stream["tap_stream_id"]:
                entry["metadata"]["selected"] = entry["breadcrumb"][1] in metrics
    return catalog
