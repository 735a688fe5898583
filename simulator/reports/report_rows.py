"""Which rows a report has, in what order, and the figures of each."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from simulator.reports.filtering import COMPARE, is_counted, is_shown
from simulator.world import delivery
from simulator.world.building import hash64
from simulator.world.delivery import Moment, today, volume_on
from simulator.world.figures import Selection, combine, select
from simulator.world.model import Account, Ad, Entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from simulator.reports.request import Report
    from simulator.world.breakdowns import Labels


@dataclass(frozen=True, eq=False)
class Group:
    """One object of the report's level, the ads that make its figures, and its days.

    Attributes:
        thing: The object.
        ads: The ads below it that count.
        days: The days with a row; with no time dimension there is one row for all of them.
    """

    thing: Account | Entity
    ads: Sequence[Ad]
    days: Sequence[int]


RowKey: TypeAlias = "tuple[Group, int | None, Labels]"
"""One row: an object, a day or None for all days, and labels if days are divided."""


class ReportRows:
    """All rows of a report, without their figures.

    It holds a few numbers for each object, not for each row, so that a report of millions of
    rows costs no memory; only a sorted or filtered report lists its rows.
    """

    def __init__(self, report: Report, now: datetime) -> None:
        self.report = report
        self.now = now
        self.today = today(report.account, now)
        self.truncated = False
        self.seen: dict[int, Moment] = {}
        self.groups = list(self._groups())
        self.ends = list(accumulate(map(self._count, self.groups)))
        self.rows = self._listed() if self._must_list() else None

    def __len__(self) -> int:
        if self.rows is not None:
            return len(self.rows)
        return self.ends[-1] if self.ends else 0

    def between(self, start: int, stop: int) -> Iterable[RowKey]:
        """Return the rows of one page."""
        if self.rows is not None:
            return self.rows[start:stop]
        return self._walk(start, min(stop, len(self)))

    def page(self, start: int, stop: int, disorder: int | None) -> Iterable[RowKey]:
        """Return the rows of one page, some of which may have changed places with neighbours.

        Args:
            start: The place of its first row.
            stop: The place after its last row.
            disorder: A number that differs between requests; None if the order is stable.
        """
        if disorder is None:
            return self.between(start, stop)
        first = max(start - 1, 0)
        rows = list(self.between(first, stop + 1))
        for place in (start, stop):
            above, below = place - 1 - first, place - first
            if above >= 0 and below < len(rows) and hash64(disorder, place) % 2:
                pair = rows[above], rows[below]
                if self._are_tied(*pair):
                    rows[below], rows[above] = pair
        return rows[start - first : stop - first]

    def _are_tied(self, one: RowKey, other: RowKey) -> bool:
        """Whether nothing says which of two rows comes first."""
        field = self.report.order_field
        return not field or self._figure(field, one) == self._figure(field, other)

    def measure(self, selection: Selection, row: RowKey) -> Sequence[int]:
        """Return the figures of a row."""
        measure, current = selection.measure, self.today
        group, day, _ = row
        if day is not None:
            seen = self.seen.get(day) or self._see(day)
            if len(group.ads) == 1:
                ad = group.ads[0]
                return measure(ad, day, volume_on(ad, day, current), seen)
            volumes = [(ad, volume_on(ad, day, current)) for ad in group.ads]
            return combine(selection, [measure(ad, day, v, seen) for ad, v in volumes if v])
        found = [
            measure(ad, each, volume_on(ad, each, current), self.seen.get(each) or self._see(each))
            for ad in group.ads
            for each in self._days(ad)
        ]
        return combine(selection, found)

    def total(self, selection: Selection) -> Sequence[int]:
        """Return the figures of all rows together."""
        rows = self.between(0, len(self))
        return combine(selection, [tuple(self.measure(selection, row)) for row in rows])

    def _count(self, group: Group) -> int:
        """Return how many rows an object has."""
        return len(group.days) if self.report.time else 1

    def _walk(self, start: int, stop: int) -> Iterator[RowKey]:
        """Yield some of the rows, found by counting."""
        place = bisect_right(self.ends, start)
        while start < stop:
            group = self.groups[place]
            if self.report.time:
                first = start - (self.ends[place - 1] if place else 0)
                for day in group.days[first : first + stop - start]:
                    yield group, day, ()
                    start += 1
            else:
                yield group, None, ()
                start += 1
            place += 1

    def _see(self, day: int) -> Moment:
        return self.seen.setdefault(day, delivery.moment(self.report.account, day, self.now))

    def _days(self, ad: Ad) -> Sequence[int]:
        if self.report.lifetime:
            return delivery.days(ad, ad.first_day, self.today, self.today)
        return delivery.days(ad, self.report.first, self.report.last, self.today)

    def _groups(self) -> Iterator[Group]:
        report = self.report
        found = [
            (
                thing,
                [
                    ad
                    for ad in self._below(thing)
                    if ad.born <= self.now
                    and is_counted(ad, report.buying_types, report.conditions)
                ],
            )
            for thing in sorted(self._things(), key=lambda thing: thing.key)
            if not isinstance(thing, Entity) or self._shows(thing)
        ]
        if report.newest is not None:
            found = self._newest(found, report.newest)
        for thing, ads in found:
            if len(ads) == 1:
                days = self._days(ads[0])
            else:
                days = sorted({day for ad in ads for day in self._days(ad)})
            if report.zero_rows and report.time == "stat_time_day":
                days = sorted({*days, *self._idle_days(thing, ads)})
            if days or (self._may_be_idle() and ads and delivery.comes_with_zeros(thing.key)):
                yield Group(thing, ads, days)

    def _may_be_idle(self) -> bool:
        """Whether some objects without delivery have a row."""
        return not self.report.time

    def _idle_days(self, thing: Account | Entity, ads: Sequence[Ad]) -> list[int]:
        """Return some days, with delivery or without, on which ads were there."""
        span = range(self.report.first, min(self.report.last, self.today) + 1)
        there = min((ad.first_day for ad in ads), default=self.today + 1)
        return [day for day in span if day >= there and hash64(thing.key, day) % 6 == 0]

    def _newest(
        self, found: list[tuple[Account | Entity, list[Ad]]], maximum: int
    ) -> list[tuple[Account | Entity, list[Ad]]]:
        """Keep the newest ads only, like the API for an account with too many."""
        looked_at = sorted((ad for _, ads in found for ad in ads), key=lambda ad: -int(ad.id))
        self.truncated = len(looked_at) > maximum
        kept = set(looked_at[:maximum])
        return [(thing, [ad for ad in ads if ad in kept]) for thing, ads in found]

    def _things(self) -> Sequence[Account | Entity]:
        """Return the objects of the report's level."""
        account = self.report.account
        if self.report.level == "advertiser":
            return [account]
        if self.report.shape.id == "ad_id_v2":
            plain = [ad for ad in account.ads if not ad.smart_ad]
            return [*account.entities["smart_plus_ad"], *plain]
        return account.entities[self.report.level]

    def _below(self, thing: Account | Entity) -> Sequence[Ad]:
        account = self.report.account
        return account.ads if thing is account else account.children.get(thing.id, [])

    def _shows(self, entity: Entity) -> bool:
        """Whether an object's own state lets it into the report."""
        return is_shown(entity, self.report.level, self.report.conditions, self.now)

    def _must_list(self) -> bool:
        numbers = any(each.kind == "number" for each in self.report.conditions)
        return numbers or self.report.order_field is not None

    def _listed(self) -> list[RowKey]:
        """Return the rows that pass the numeric conditions, in the order asked for."""
        report = self.report
        self.rows = None
        rows = list(self.between(0, len(self)))
        for condition in report.conditions:
            if condition.kind == "number":
                limits = [Decimal(each) for each in condition.values]
                compare = COMPARE[condition.operator]
                rows = [row for row in rows if compare(self._figure(condition.field, row), limits)]
        field = report.order_field
        if field:
            rows.sort(key=lambda row: self._figure(field, row), reverse=report.descending)
        return rows

    def _figure(self, name: str, row: RowKey) -> Decimal:
        selection = select((name,), self.report.account.decimals)
        text = json.loads(f"{{{selection.render(self.measure(selection, row))}}}")[name]
        return Decimal(0) if text == "-" else Decimal(text)
