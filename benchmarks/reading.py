"""What reading costs: time, CPU, memory, requests."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.process import Running
from benchmarks.world import BASE_PATH, REPORT, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.process import Usage
    from benchmarks.world import World

END = date(2026, 2, 28)
NOWHERE = Path(os.devnull)
DELIVERY = ("advertisers", "ad_report_daily", "sync_windows")
ACCOUNTS = ("advertisers",)
PER_SECOND = 10
RUNS = 5
PAGE = 1000
IDS_PER_REQUEST = 100
WINDOW_DAYS = 30
LEVELS = ("campaign", "adgroup", "ad")


class Row(NamedTuple):
    """A line of the table.

    Attributes:
        what: What was measured.
        figure: The result, for people.
        aim: What it should be, if there is an aim.
        factor: The result over the aim, if there is one; at most 1 is met.
    """

    what: str
    figure: str
    aim: str = ""
    factor: float | None = None


def since(days: int) -> date:
    """First of so many days."""
    return END - timedelta(days=days - 1)


def pace() -> Iterator[Row]:
    """(a) Wall time over what the budget of requests allows."""
    with world("--scenario", "agency", "--latency", "0.3") as api:
        settings = api.settings(since(60), END, requests_per_second=PER_SECOND)
        start_up = api.read(settings, ACCOUNTS, NOWHERE)
        for what, streams in (("ad_report_daily", DELIVERY), ("all default streams", None)):
            used = api.read(settings, streams, NOWHERE)
            asked = api.requested()
            path, requests = max(asked["paths"].items(), key=lambda each: each[1])
            floor = requests / PER_SECOND
            yield Row(
                f"(a) {what}, 20 accounts x 60 days: wall time over the floor",
                f"{used.seconds / floor:.3f} = {used.seconds:.1f} s / {floor:.1f} s "
                f"({requests} x {path}, "
                f"{asked['total'] - requests} others)",
                *("≤ 1.15", used.seconds / floor / 1.15),
            )
    yield Row("(a) of which start-up and the accounts", f"{start_up.seconds:.1f} s")


def cpu() -> Iterator[Row]:
    """(b) CPU of the tap, beside that of a loop that does the least possible."""
    with world("--scenario", "bulk", "--accounts", "20", "--ads", "200") as api:
        settings = api.settings(since(30), END)
        start_ups, taps, floors, records = [], [], [], 0
        for _ in range(RUNS):
            start_ups.append(api.read(settings, ACCOUNTS, NOWHERE).cpu)
            taps.append(api.read(settings, DELIVERY, NOWHERE).cpu)
            whole, before, records = _floor(api)
            floors.append((whole.cpu, whole.cpu - before))
    start_up, tap = min(start_ups), min(taps)
    floor, floor_loop = (min(column) for column in zip(*floors, strict=True))
    yield Row(
        f"(b) {records:,} rows x 30 columns: records per CPU-second, start-up included",
        f"{records / tap:,.0f} ({tap:.2f} s)",
        *("≥ 30,000", 30_000 / (records / tap)),
    )
    yield Row(
        "(b) the same without start-up",
        f"{records / (tap - start_up):,.0f} ({tap - start_up:.2f} s + {start_up:.2f} s)",
    )
    yield Row(
        "(b) CPU over that of the least possible, start-up included",
        f"{tap / floor:.2f} = {tap:.2f} s / {floor:.2f} s",
        *("≤ 1.3", tap / floor / 1.3),
    )
    loop = (tap - start_up) / floor_loop
    yield Row(
        "(b) the same without start-up",
        f"{loop:.2f} = {tap - start_up:.2f} s / {floor_loop:.2f} s",
        *("≤ 1.3", loop / 1.3),
    )


def _floor(api: World) -> tuple[Usage, float, int]:
    """Read the report pages that the tap has just read in the least possible way."""
    pages = [each for each in api.requested()["latest"] if REPORT in each]
    loop = Running(
        [sys.executable, "-m", "benchmarks.floor"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    if not (loop.process.stdin and loop.process.stdout):
        raise ValueError
    with loop.process.stdin as addresses:
        addresses.write("\n".join(api.url + BASE_PATH + page for page in pages).encode())
    before, records = loop.process.stdout.read().split()
    return loop.wait(), float(before), int(records)


def memory() -> Iterator[Row]:
    """(c) Peak memory, for little and for much data, and for large windows."""
    peaks = [_peak(ads=250, days=30), _peak(ads=250, days=270), _peak(ads=1500, days=60)]
    for rows, window, megabytes in peaks:
        yield Row(
            f"(c) peak memory, {rows / 1e6:.1f} million rows in windows of {window:,}",
            f"{megabytes:.0f} MB",
            *("≤ 150 MB", megabytes / 150),
        )
    (less, _, before), (more, _, after), _ = peaks
    yield Row(
        f"(c) growth of memory with {more / less:.0f} times the rows", f"{after / before:.2f}"
    )


def _peak(ads: int, days: int) -> tuple[int, int, float]:
    """Read 20 accounts; gives the rows, those of a window, and the peak in megabytes."""
    with world("--scenario", "bulk", "--accounts", "20", "--ads", str(ads)) as api:
        rows_a_day = api.ads_on(END)
        used = api.read(api.settings(since(days), END), DELIVERY, NOWHERE)
    return rows_a_day * days, rows_a_day // 20 * WINDOW_DAYS, used.megabytes


def requests() -> Iterator[Row]:
    """(d) Requests over the least possible."""
    with world("--scenario", "agency") as api:
        api.read(api.settings(since(60), END), None, NOWHERE)
        asked = Counter(api.requested()["paths"])
        truth = api.truth(since(60), END)
    accounts = len(truth["accounts"])
    reports = _report_pages(truth, since(60))
    lists = sum(
        max(1, math.ceil(sum(thing["listed"] for thing in account["entities"][level]) / PAGE))
        for account in truth["accounts"]
        for level in LEVELS
    )
    # A page of Smart+ ads for each account; no account of this world has 100.
    least = 1 + math.ceil(accounts / IDS_PER_REQUEST) + reports + lists + accounts
    # What lists leave out, TopView and Promote campaigns, has to be asked for in each account.
    special = 2 * accounts
    sent = asked.total()
    yield Row(
        f"(d) requests, all default streams, {accounts} accounts x 60 days, over the least",
        f"{sent / (least + special):.3f} = {sent} / {least + special}",
        *("≤ 1.05", sent / (least + special) / 1.05),
    )
    yield Row(
        "(d) the same, if TopView and Promote were not asked for",
        f"{sent / least:.3f} = {sent} / {least}",
    )
    yield Row(
        "(d) the reports alone",
        f"{asked[REPORT] / reports:.3f} = {asked[REPORT]} / {reports}",
        *("≤ 1.05", asked[REPORT] / reports / 1.05),
    )


def _report_pages(truth: dict[str, object], start: date) -> int:
    """Count the pages of the ad and the campaign report, each window beginning a new one."""
    rows: Counter[tuple[str, str, int]] = Counter()
    for day in truth["days"]:  # type: ignore[attr-defined]
        window = (date.fromisoformat(day["date"]) - start).days // WINDOW_DAYS
        for level in ("ad", "campaign"):
            rows[level, day["advertiser_id"], window] += day["rows"].get(level, 0)
    return sum(max(1, math.ceil(count / PAGE)) for count in rows.values())
