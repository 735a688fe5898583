"""The exact rows of any report, straight from the generator, for tests to compare with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.query import Query, parse_day, refuse
from simulator.truth.totals import additive_metrics
from simulator.world import delivery, objects
from simulator.world.breakdowns import (
    BREAKDOWNS,
    WHOLE_DAY,
    day_boundaries,
    shares,
    split,
    split_figures,
)
from simulator.world.figures import DELIVERY, exact, select
from simulator.world.gmv_max import campaigns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from simulator.world.breakdowns import Boundary, Labels
    from simulator.world.gmv_max import Item
    from simulator.world.model import Account, World

IDS = {
    "advertiser_id": lambda ad: ad.account,
    "campaign_id": lambda ad: ad.above("campaign"),
    "adgroup_id": lambda ad: ad.above("adgroup"),
    "ad_id": lambda ad: ad,
    "ad_id_v2": lambda ad: ad.smart_ad or ad,
}

Key = tuple[str, ...]


class Wanted(NamedTuple):
    """Which rows are wanted."""

    own_id: str | None
    time: str | None
    partition: str | None
    shown: tuple[str, ...]
    first: int
    last: int
    metrics: tuple[str, ...]
    without: str | None
    shop: bool

    @property
    def names(self) -> Key:
        """The names of the members of a key."""
        return tuple(name for name in (self.own_id, self.time, *self.shown) if name)


def true_rows(world: World, query: Query, now: datetime) -> dict[str, Any]:
    """Return the exact rows of a report, by account.

    Args:
        world: The world.
        query: `dimensions` (comma-separated), `start`, `end` or `lifetime=true`, `metrics`
            (additive ones, comma-separated), `advertiser_id`, `without` (a buying type),
            `report_type=TT_SHOP` for what GMV Max spends.
        now: The clock.

    Returns:
        A JSON document. Deleted objects and every buying type are in it, and so are the rows
        of zeros that come where nothing divides time.
    """
    wanted = _wanted(query)
    only = query.text("advertiser_id")
    return {
        "accounts": [
            {"advertiser_id": account.id, "rows": list(_rows(account, wanted, now))}
            for account in world.accounts.values()
            if only in {None, account.id}
        ]
    }


def _wanted(query: Query) -> Wanted:
    dimensions = query.required("dimensions").split(",")
    ids = [name for name in dimensions if name in IDS]
    times = [name for name in dimensions if name in {"stat_time_day", "stat_time_hour"}]
    rest = [name for name in dimensions if name not in {*ids, *times}]
    partition, shown = _partition(rest) if rest else (None, ())
    first, last = 0, date.max.toordinal()
    if not query.boolean("lifetime"):
        first = parse_day("start", query.required("start")).toordinal()
        last = parse_day("end", query.required("end")).toordinal()
    return Wanted(
        own_id=ids[0] if ids else None,
        time=times[0] if times else None,
        partition=partition,
        shown=shown,
        first=first,
        last=last,
        metrics=additive_metrics(query),
        without=query.text("without"),
        shop=query.text("report_type") == "TT_SHOP",
    )


def _partition(names: list[str]) -> tuple[str, tuple[str, ...]]:
    """Return what delivery is divided by, and the dimensions that rows have of it."""
    fitting = [
        (partition, (*names, *rule.get("named", ())))
        for partition, rule in BREAKDOWNS.items()
        if set(names) <= set(rule.get("axes", [partition]))
    ]
    if not fitting:
        refuse("dimensions", f"Nothing is divided by {' and '.join(names)}")
    return fitting[0]


def _rows(account: Account, wanted: Wanted, now: datetime) -> Iterator[dict[str, Any]]:
    sums: dict[Key, list[int]] = {}
    for key, figures in _deliveries(account, wanted, now):
        total = sums.setdefault(key, [0] * len(figures))
        total[:] = map(sum, zip(total, figures, strict=True))
    parts = select(wanted.metrics, account.decimals).parts
    for key, found in sums.items():
        yield {
            "key": dict(zip(wanted.names, key, strict=True)),
            "metrics": {
                name: exact(account, name, amount)
                for name, amount in zip(parts, found, strict=True)
            },
        }


def _deliveries(
    account: Account, wanted: Wanted, now: datetime
) -> Iterator[tuple[Key, tuple[int, ...]]]:
    """Yield what each ad delivered on each day, in the pieces that are wanted."""
    selection = select(wanted.metrics, account.decimals)
    current = delivery.today(account, now)
    whole = not wanted.partition and wanted.time != "stat_time_hour"
    ends: dict[int, list[Boundary]] = {}
    for ad in shop_items(account) if wanted.shop else account.ads:
        if ad.born > now or objects.buying_type(ad) == wanted.without:
            continue
        owner = IDS[wanted.own_id](ad) if wanted.own_id else account
        head = (owner.id,) if wanted.own_id else ()
        if whole and not wanted.time and delivery.comes_with_zeros(owner.key):
            yield head, (0,) * len(selection.parts)
        parts = shares(ad, wanted.partition, wanted.shown, now) if wanted.partition else WHOLE_DAY
        for day in delivery.days(ad, wanted.first, wanted.last, current):
            if day not in ends:
                hourly = wanted.time == "stat_time_hour"
                ends[day] = day_boundaries(account, day, now, hourly=hourly)
            boundaries = list(split(parts, ends[day]))
            volume = delivery.volume_on(ad, day, current)
            traces = split_figures(DELIVERY, ad, day, volume, boundaries)
            for (labels, figures), (_, trace) in zip(
                split_figures(selection, ad, day, volume, boundaries), traces, strict=True
            ):
                if whole or any(trace):
                    yield _key(head, wanted, day, labels), figures


def shop_items(account: Account) -> list[Item]:
    """Return everything that GMV Max ever delivers with in an account."""
    return [item for campaign in campaigns(account) for item in campaign.items]


def _key(head: Key, wanted: Wanted, day: int, labels: Labels) -> Key:
    if wanted.time == "stat_time_day":
        return (*head, delivery.label(day), *labels)
    return (*head, *labels)
