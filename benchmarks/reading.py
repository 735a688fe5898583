"""Time, CPU, memory and requests that the tap takes to read."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.process import MeasuredProcess
from benchmarks.simulated import BASE_PATH, REPORT, simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.process import Usage
    from benchmarks.simulated import Simulator

END = date(2026, 2, 28)
DEV_NULL = Path(os.devnull)
DELIVERY = ("advertisers", "ad_report_daily", "sync_windows")
ACCOUNTS = ("advertisers",)
REQUESTS_PER_SECOND = 10
RUNS = 5
PAGE_SIZE = 1000
MAX_IDS_PER_REQUEST = 100
MAX_WINDOW_DAYS = 30
LEVELS = ("campaign", "adgroup", "ad")


class Result(NamedTuple):
    """A line of the table.

    Attributes:
        name: What was measured.
        value: The result, as text.
        target: The target, as text, if there is one.
        ratio: The result over the target, if there is one; the target is met up to 1.
    """

    name: str
    value: str
    target: str = ""
    ratio: float | None = None


def first_day(days: int) -> date:
    """Return the first of the given number of days before `END`."""
    return END - timedelta(days=days - 1)


def pace() -> Iterator[Result]:
    """(a) Wall time over the minimum that the request budget allows."""
    with simulator("--scenario", "agency", "--latency", "0.3") as api:
        settings = api.settings(first_day(60), END, requests_per_second=REQUESTS_PER_SECOND)
        start_up = api.run_tap(settings, ACCOUNTS, DEV_NULL)
        for name, streams in (("ad_report_daily", DELIVERY), ("all default streams", None)):
            usage = api.run_tap(settings, streams, DEV_NULL)
            sent = api.received()
            path, requests = max(sent["paths"].items(), key=lambda each: each[1])
            minimum = requests / REQUESTS_PER_SECOND
            yield Result(
                f"(a) {name}, 20 accounts x 60 days: wall time over the minimum",
                f"{usage.seconds / minimum:.3f} = {usage.seconds:.1f} s / {minimum:.1f} s "
                f"({requests} x {path}, {sent['total'] - requests} others)",
                *("≤ 1.15", usage.seconds / minimum / 1.15),
            )
    yield Result("(a) of that, start-up and the list of accounts", f"{start_up.seconds:.1f} s")


def cpu() -> Iterator[Result]:
    """(b) CPU of the tap, compared with a minimal reader."""
    with simulator("--scenario", "bulk", "--accounts", "20", "--ads", "200") as api:
        settings = api.settings(first_day(30), END)
        start_ups, taps, baselines, records = [], [], [], 0
        for _ in range(RUNS):
            start_ups.append(api.run_tap(settings, ACCOUNTS, DEV_NULL).cpu)
            taps.append(api.run_tap(settings, DELIVERY, DEV_NULL).cpu)
            usage, cpu_before, records = _baseline(api)
            baselines.append((usage.cpu, usage.cpu - cpu_before))
    start_up, tap = min(start_ups), min(taps)
    baseline, baseline_loop = (min(column) for column in zip(*baselines, strict=True))
    yield Result(
        f"(b) {records:,} rows x 30 columns: records per CPU-second, start-up included",
        f"{records / tap:,.0f} ({tap:.2f} s)",
        *("≥ 30,000", 30_000 / (records / tap)),
    )
    yield Result(
        "(b) the same without start-up",
        f"{records / (tap - start_up):,.0f} ({tap - start_up:.2f} s + {start_up:.2f} s)",
    )
    yield Result(
        "(b) CPU over that of the minimal reader, start-up included",
        f"{tap / baseline:.2f} = {tap:.2f} s / {baseline:.2f} s",
        *("≤ 1.3", tap / baseline / 1.3),
    )
    loop = (tap - start_up) / baseline_loop
    yield Result(
        "(b) the same without start-up",
        f"{loop:.2f} = {tap - start_up:.2f} s / {baseline_loop:.2f} s",
        *("≤ 1.3", loop / 1.3),
    )


def _baseline(api: Simulator) -> tuple[Usage, float, int]:
    """Read the report pages that the tap has just read with the minimal reader."""
    pages = [page for page in api.received()["latest"] if REPORT in page]
    reader = MeasuredProcess(
        [sys.executable, "-m", "benchmarks.baseline"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if not (reader.process.stdin and reader.process.stdout):
        raise ValueError
    with reader.process.stdin as addresses:
        addresses.write("\n".join(api.url + BASE_PATH + page for page in pages).encode())
    cpu_before, records = reader.process.stdout.read().split()
    return reader.wait(), float(cpu_before), int(records)


def memory() -> Iterator[Result]:
    """(c) Peak memory with little data, much data, and large windows."""
    peaks = [_peak(ads=250, days=30), _peak(ads=250, days=270), _peak(ads=1500, days=60)]
    for rows, window, megabytes in peaks:
        yield Result(
            f"(c) peak memory, {rows / 1e6:.1f} million rows in windows of {window:,}",
            f"{megabytes:.0f} MB",
            *("≤ 150 MB", megabytes / 150),
        )
    (few, _, few_megabytes), (many, _, many_megabytes), _ = peaks
    growth = many_megabytes / few_megabytes
    yield Result(f"(c) growth of memory with {many / few:.0f} times the rows", f"{growth:.2f}")


def _peak(ads: int, days: int) -> tuple[int, int, float]:
    """Read 20 accounts; return all rows, the rows of a window, and the peak in megabytes."""
    with simulator("--scenario", "bulk", "--accounts", "20", "--ads", str(ads)) as api:
        rows_per_day = api.ads_on(END)
        usage = api.run_tap(api.settings(first_day(days), END), DELIVERY, DEV_NULL)
    return rows_per_day * days, rows_per_day // 20 * MAX_WINDOW_DAYS, usage.megabytes


def requests() -> Iterator[Result]:
    """(d) Requests over the minimum."""
    with simulator("--scenario", "agency") as api:
        api.run_tap(api.settings(first_day(60), END), None, DEV_NULL)
        paths = Counter(api.received()["paths"])
        truth = api.truth(first_day(60), END)
    accounts = len(truth["accounts"])
    reports = _report_pages(truth, first_day(60))
    lists = sum(
        max(1, math.ceil(sum(each["listed"] for each in account["entities"][level]) / PAGE_SIZE))
        for account in truth["accounts"]
        for level in LEVELS
    )
    # One page of Smart+ ads per account: no account of this scenario has 100.
    minimum = 1 + math.ceil(accounts / MAX_IDS_PER_REQUEST) + reports + lists + accounts
    # Lists leave out TopView and Promote campaigns: each account takes two more requests.
    special = 2 * accounts
    sent = paths.total()
    yield Result(
        f"(d) requests, all default streams, {accounts} accounts x 60 days, over the minimum",
        f"{sent / (minimum + special):.3f} = {sent} / {minimum + special}",
        *("≤ 1.05", sent / (minimum + special) / 1.05),
    )
    yield Result(
        "(d) the same without the requests for TopView and Promote",
        f"{sent / minimum:.3f} = {sent} / {minimum}",
    )
    yield Result(
        "(d) reports only",
        f"{paths[REPORT] / reports:.3f} = {paths[REPORT]} / {reports}",
        *("≤ 1.05", paths[REPORT] / reports / 1.05),
    )


def _report_pages(truth: dict[str, Any], start: date) -> int:
    """Count the pages of the ad and campaign reports; each window starts a new page."""
    rows: Counter[tuple[str, str, int]] = Counter()
    for day in truth["days"]:
        window = (date.fromisoformat(day["date"]) - start).days // MAX_WINDOW_DAYS
        for level in ("ad", "campaign"):
            rows[level, day["advertiser_id"], window] += day["rows"].get(level, 0)
    return sum(max(1, math.ceil(count / PAGE_SIZE)) for count in rows.values())
