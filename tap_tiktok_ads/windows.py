"""Dates of reports: pure functions, with the moment passed in.

A report day is a calendar day in the ad account's own time zone; first and last day of a window
are both included. The API takes no more than 30 days at once when it groups by day, and one day
when it groups by hour (reporting.md 3).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

DAY = timedelta(days=1)
WEEK = 7 * DAY
MAX_DAYS = 30


class Window(NamedTuple):
    """Days from ``start`` to ``end``, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Number of days, at least 1."""
        return (self.end - self.start).days + 1

    def halves(self) -> tuple[Window, Window]:
        """Split a window of two days or more into an earlier and a later one."""
        middle = self.start + DAY * ((self.days - 1) // 2)
        return Window(self.start, middle), Window(middle + DAY, self.end)

    @override
    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


def each_day(window: Window) -> Iterator[Window]:
    """Cut a window into its days."""
    yield from windows(*window, max_days=1)


def parse_day(text: str) -> date:
    """Read a day from ``2026-11-20`` or from any ISO time stamp that begins with one.

    Raises:
        ValueError: If the text does not begin with a date.
    """
    return datetime.strptime(text[:10], "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)


def today(now: datetime, zone: tzinfo) -> date:
    """Calendar day in a zone at a moment (``now`` carries its offset)."""
    return now.astimezone(zone).date()


def first_day(start: date, bookmark: date | None, lookback_days: int) -> date:
    """Day on which reading begins: the look-back before the bookmark, never before ``start``.

    The bookmark itself is always read again, since its day was not over when it was read.
    """
    if bookmark is None:
        return start
    return max(start, bookmark - DAY * lookback_days)


def windows(start: date, end: date, max_days: int = MAX_DAYS) -> Iterator[Window]:
    """Cut ``start`` to ``end`` into consecutive windows of at most ``max_days``, oldest first.

    Yields nothing when ``start`` is after ``end``.
    """
    while start <= end:
        window = Window(start, min(end, start + DAY * (max_days - 1)))
        yield window
        start = window.end + DAY


def periods(day: date) -> dict[str, Window]:
    """Periods whose reach people ask for, as they are on a day: it is the last of the month's."""
    month = day.replace(day=1)
    last_month = month - DAY
    return {
        "last_7_days": Window(day - WEEK, day - DAY),
        "last_28_days": Window(day - 4 * WEEK, day - DAY),
        "month_to_date": Window(month, day),
        "last_month": Window(last_month.replace(day=1), last_month),
    }


def repeats_an_hour(day: date, zone: tzinfo) -> bool:
    """Whether clocks go back on a day, so that one of its hours comes twice."""
    start, end = (
        datetime.combine(midnight, time(), zone).astimezone(timezone.utc)
        for midnight in (day, day + DAY)
    )
    return end - start > DAY
