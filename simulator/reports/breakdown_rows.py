"""Reports whose rows are pieces of days: by hour, or broken down by audience or content."""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from typing_extensions import override

from simulator.query import BAD_PARAMETER, ApiError
from simulator.reports.report_rows import Group, ReportRows, RowKey
from simulator.world.breakdowns import (
    WHOLE_DAY,
    Boundary,
    Labels,
    Share,
    day_boundaries,
    shares,
    split,
    split_figures,
)
from simulator.world.delivery import volume_on
from simulator.world.figures import DELIVERY, Measure, Selection, combine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from simulator.reports.request import Report
    from simulator.world.model import Ad

Pieces: TypeAlias = "dict[Labels, Sequence[int]]"

IDLE = ("-",)
"""The hour of an object without delivery."""


class BreakdownRows(ReportRows):
    """The rows of such a report; memory only holds the pieces of one object."""

    def __init__(self, report: Report, now: datetime) -> None:
        self._shares: dict[str, Sequence[Share]] = {}
        self._boundaries: dict[int, list[Boundary]] = {}
        self._latest: dict[tuple[str, ...], tuple[Group, int | None, Pieces]] = {}
        super().__init__(report, now)
        maximum = report.shape.rules.get("max_ids")
        if maximum and len(self.groups) > maximum:
            message = f"The number of ids exceeds {maximum} when use {report.shape.breakdown[0]}"
            raise ApiError(BAD_PARAMETER, message)

    @override
    def measure(self, selection: Selection, row: RowKey) -> Sequence[int]:
        group, day, labels = row
        if labels == IDLE:
            return (0,) * len(selection.parts)
        return self._pieces(selection, group, day)[labels]

    @override
    def _may_be_idle(self) -> bool:
        hourly = self.report.time == "stat_time_hour" and not self.report.shape.breakdown
        return super()._may_be_idle() or (hourly and self.report.dash_rows)

    @override
    def _count(self, group: Group) -> int:
        return sum(1 for _ in self._rows_of(group))

    @override
    def _walk(self, start: int, stop: int) -> Iterator[RowKey]:
        place = bisect_right(self.ends, start)
        start -= self.ends[place - 1] if place else 0
        stop -= self.ends[place - 1] if place else 0
        rows = chain.from_iterable(map(self._rows_of, self.groups[place:]))
        return islice(rows, start, stop)

    def _rows_of(self, group: Group) -> Iterator[RowKey]:
        values = self.report.values
        if self.report.time and not group.days:
            yield group, None, IDLE
        for day in group.days if self.report.time else [None]:
            for labels, found in self._pieces(DELIVERY, group, day).items():
                if any(found) and (values is None or labels[-1] in values):
                    yield group, day, labels

    def _pieces(self, selection: Selection, group: Group, day: int | None) -> Pieces:
        """Return the figures of all rows of an object and a day, remembering the latest."""
        latest = self._latest.get(selection.parts)
        if latest and latest[0] is group and latest[1] == day:
            return latest[2]
        found: dict[Labels, list[Measure]] = {}
        for ad in group.ads:
            for each in self._days(ad) if day is None else [day]:
                volume = volume_on(ad, each, self.today)
                if volume:
                    for labels, piece in split_figures(
                        selection, ad, each, volume, self._ends(ad, each)
                    ):
                        found.setdefault(labels, []).append(piece)
        combined = {labels: combine(selection, each) for labels, each in found.items()}
        self._latest[selection.parts] = group, day, combined
        return combined

    def _ends(self, ad: Ad, day: int) -> Iterator[Boundary]:
        shape = self.report.shape
        if day not in self._boundaries:
            hourly = shape.time == "stat_time_hour"
            self._boundaries[day] = day_boundaries(
                self.report.account, day, self.now, hourly=hourly
            )
        if ad.id not in self._shares:
            partition = shape.partition
            found = shares(ad, partition, shape.shown, self.now) if partition else WHOLE_DAY
            self._shares[ad.id] = found
        return split(self._shares[ad.id], self._boundaries[day])
