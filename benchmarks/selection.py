"""What leaving out metrics saves."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from benchmarks.reading import DELIVERY, END, Result, first_day
from benchmarks.simulated import BASE_PATH, REPORT, simulator
from tap_tiktok_ads.reports.report import Report
from tap_tiktok_ads.reports.standard import metric_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.simulated import Simulator

FEW, MANY = 10, 80
RUNS = 3


def selection() -> Iterator[Result]:
    """(f) Bytes and CPU of a report with 10 metrics, compared with 80."""
    columns = metric_columns(Report("ad_report_daily", "ad"))
    numbers = [column.name for column in columns if column.type != "string"][:MANY]
    usages = []
    with simulator("--scenario", "bulk", "--accounts", "10", "--ads", "200") as api:
        settings = api.settings(first_day(30), END)
        for metrics in (numbers[:FEW], numbers):
            with tempfile.TemporaryDirectory() as directory:
                output = Path(directory) / "messages"
                seconds = min(
                    api.run_tap(settings, DELIVERY, output, metrics).cpu for _ in range(RUNS)
                )
                usages.append((seconds, output.stat().st_size, _bytes_received(api)))
    units = (("CPU", 1.0, "s"), ("bytes written", 1e6, "MB"), ("bytes received", 1e6, "MB"))
    for (name, size, unit), few, many in zip(units, *usages, strict=True):
        yield Result(
            f"(f) {FEW} metrics of {MANY}: {name}",
            f"{few / many:.0%} = {few / size:.2f} {unit} / {many / size:.2f} {unit}",
            *("< 100%", few / many),
        )


def _bytes_received(api: Simulator) -> int:
    """Count the bytes of the report pages that the tap has just read."""
    headers = {"Access-Token": "demo-token"}
    pages = [page for page in api.received()["latest"] if REPORT in page]
    with requests.Session() as session:
        return sum(
            len(session.get(api.url + BASE_PATH + page, headers=headers, timeout=60).content)
            for page in pages
        )
