"""What a selected metric costs, and what one that is not selected saves."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from benchmarks.reading import DELIVERY, END, Row, since
from benchmarks.world import BASE_PATH, REPORT, world
from tap_tiktok_ads.reports.report import Report
from tap_tiktok_ads.reports.standard import metric_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.world import World

FEW, MANY = 10, 80
RUNS = 3


def selection() -> Iterator[Row]:
    """(f) Bytes and CPU of a report with 10 metrics, beside those of one with 80."""
    offered = metric_columns(Report("ad_report_daily", "ad"))
    numbers = [column.name for column in offered if column.type != "string"][:MANY]
    figures = []
    with world("--scenario", "bulk", "--accounts", "10", "--ads", "200") as api:
        settings = api.settings(since(30), END)
        for metrics in (numbers[:FEW], numbers):
            with tempfile.TemporaryDirectory() as directory:
                output = Path(directory) / "messages"
                seconds = min(
                    api.read(settings, DELIVERY, output, metrics).cpu for _ in range(RUNS)
                )
                figures.append((seconds, output.stat().st_size, _answered(api)))
    units = (("CPU", 1.0, "s"), ("bytes written", 1e6, "MB"), ("bytes received", 1e6, "MB"))
    for (what, unit, name), few, many in zip(units, *figures, strict=True):
        yield Row(
            f"(f) {FEW} metrics of {MANY}: {what}",
            f"{few / many:.0%} = {few / unit:.2f} {name} / {many / unit:.2f} {name}",
            *("< 100%", few / many),
        )


def _answered(api: World) -> int:
    """Count the bytes of the report pages that the tap has just read."""
    headers = {"Access-Token": "demo-token"}
    pages = [page for page in api.requested()["latest"] if REPORT in page]
    with requests.Session() as session:
        return sum(
            len(session.get(api.url + BASE_PATH + page, headers=headers, timeout=60).content)
            for page in pages
        )
