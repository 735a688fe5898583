"""How an ad's day is divided into pieces that add up to it: by hour, audience or content.

A piece is what a growing day gains between two moments: the figures at the second less those at
the first. So pieces add up exactly, whatever the metric, and no piece contradicts itself.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import accumulate, product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.facts import load
from simulator.world import delivery, objects
from simulator.world.assets import material_ids
from simulator.world.delivery import WHOLE, Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from simulator.world.figures import Measure, Selection
    from simulator.world.model import Account, Ad

BREAKDOWNS: dict[str, dict[str, Any]] = load("data/breakdowns.json")
VARIANTS = 16

Labels = tuple[str, ...]


class Share(NamedTuple):
    """A part of an ad's delivery, and the share of the delivery up to its end."""

    labels: Labels
    upto: int


WHOLE_DAY = (Share((), WHOLE),)


class Boundary(NamedTuple):
    """What can be seen of a day by the end of a piece; without labels, the piece has no row."""

    labels: Labels | None
    moment: Moment


def shares(ad: Ad, partition: str, shown: Sequence[str], now: datetime) -> Sequence[Share]:
    """Return how an ad's delivery is divided.

    Args:
        ad: The ad.
        partition: A name in breakdowns.json.
        shown: The dimensions that a label is made of.
        now: The clock.

    Returns:
        The shares, in order. They may cover less than the whole.
    """
    rule = BREAKDOWNS[partition]
    if ad.kind not in rule.get("kinds", (ad.kind,)):
        return ()
    if "axes" in rule:
        return _known(partition, tuple(shown), ad.key % VARIANTS)
    values = _own_values(ad, rule, now)
    return _bounded([((value,), 1) for value in values], WHOLE)


def _own_values(ad: Ad, rule: dict[str, Any], now: datetime) -> Sequence[str]:
    """Return the values that the ad itself names."""
    if "material" in rule:
        return material_ids(ad, rule["material"])
    found = objects.value(ad, "ad", rule["field"], now)
    if not found or found is objects.ABSENT:
        return ()
    return [found] if isinstance(found, str) else list(found)


@cache
def _known(partition: str, shown: tuple[str, ...], variant: int) -> Sequence[Share]:
    """Return the shares of a breakdown with fixed values; ads differ a little."""
    rule = BREAKDOWNS[partition]
    axes: dict[str, dict[str, int]] = rule["axes"]
    named: dict[str, dict[str, str]] = rule.get("named", {})
    found: list[tuple[Labels, int]] = []
    for values in product(*axes.values()):
        label = dict(zip(axes, values, strict=True))
        label |= {name: names[values[0]] for name, names in named.items()}
        weight = prod(axis[value] for axis, value in zip(axes.values(), values, strict=True))
        lean = 12 + (variant * 7 + len(found) * 5) % 9
        found.append((tuple(label[name] for name in shown), weight * lean))
    first, maximum = variant % len(found), rule.get("max_values", len(found))
    return _bounded([*found[first:], *found[:first]][:maximum], rule.get("covers", WHOLE))


def _bounded(weighted: Sequence[tuple[Labels, int]], covered: int) -> Sequence[Share]:
    whole = sum(weight for _, weight in weighted)
    ends = accumulate(weight for _, weight in weighted)
    return [
        Share(labels, covered * end // whole)
        for (labels, _), end in zip(weighted, ends, strict=True)
    ]


def day_boundaries(account: Account, day: int, now: datetime, *, hourly: bool) -> list[Boundary]:
    """Return the ends of a day's hours, or only the end of the day.

    Args:
        account: Whose day.
        day: Its ordinal.
        now: The clock.
        hourly: Whether to divide the day into hours, which are then the first label.

    Returns:
        The day_boundaries, in order.
    """
    if not hourly:
        return [Boundary((), delivery.moment(account, day, now))]
    date_text = date.fromordinal(day).isoformat()
    return [
        Boundary((f"{date_text} {hour:02d}:00:00",), moment)
        for hour, moment in enumerate(delivery.hours(account, day, now))
    ]


def split(found: Sequence[Share], ends: Iterable[Boundary]) -> Iterator[Boundary]:
    """Divide what lies between one boundary and the next into shares."""
    elapsed = delivered = 0
    for labels, end in ends:
        more, further = end.elapsed - elapsed, end.delivered - delivered
        for share in found:
            moment = Moment(
                elapsed + (more * share.upto >> 16),
                delivered + (further * share.upto >> 16),
                end.converted,
            )
            yield Boundary((*(labels or ()), *share.labels), moment)
        if not found or found[-1].upto < WHOLE:
            yield Boundary(None, end)
        elapsed, delivered = end.elapsed, end.delivered


def split_figures(
    selection: Selection, ad: Ad, day: int, volume: int, ends: Iterable[Boundary]
) -> Iterator[tuple[Labels, Measure]]:
    """Yield the figures of the pieces of an ad's day; people count in several pieces.

    Args:
        selection: What to measure.
        ad: The ad.
        day: The day's ordinal.
        volume: The ad's volume on it.
        ends: Where the pieces end.

    Yields:
        Labels and figures of each piece.
    """
    before: Measure = (0,) * len(selection.parts)
    for labels, moment in ends:
        upto = selection.measure(ad, day, volume, moment)
        if labels is not None:
            piece = [b - a for a, b in zip(before, upto, strict=True)]
            for place in selection.unions:
                piece[place] += piece[place] >> 3
            yield labels, tuple(piece)
        before = upto
