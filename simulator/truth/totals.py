"""What is true of the world, straight from the generator, for tests to compare with."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.facts import METRICS
from simulator.query import Query, parse_day, refuse
from simulator.world import delivery, objects
from simulator.world.figures import exact, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from simulator.world.model import Account, Ad, Entity, World

COMMON = tuple(name for name, metric in METRICS.items() if metric.get("common"))


class AdDay(NamedTuple):
    """What one ad delivered on one day."""

    ad: Ad
    day: int
    figures: dict[str, int]


def truth(world: World, query: Query, now: datetime) -> dict[str, Any]:
    """Return accounts, objects, and exact sums of additive metrics by account and day.

    Args:
        world: The world.
        query: `start` and `end` (days of each account's own calendar), `advertiser_id`,
            `metrics` (comma-separated), `detail=ad`, `without` (a buying type).
        now: The clock.

    Returns:
        A JSON document. Deleted objects and every buying type are in the sums.
    """
    first = parse_day("start", query.required("start")).toordinal()
    last = parse_day("end", query.required("end")).toordinal()
    metrics = additive_metrics(query)
    only, without = query.text("advertiser_id"), query.text("without")
    accounts = [each for each in world.accounts.values() if only in {None, each.id}]
    delivered = {
        account: [
            each
            for each in _ad_days(account, first, last, metrics, now)
            if objects.buying_type(each.ad) != without
        ]
        for account in accounts
    }
    found: dict[str, Any] = {
        "scenario": world.scenario,
        "seed": world.seed,
        "now": objects.wire_time(now),
        "closed_advertiser_id": world.closed_account,
        "accounts": [_account(account, now) for account in accounts],
        "days": [day for account in accounts for day in _days(account, delivered[account])],
    }
    if query.text("detail") == "ad":
        found["ads"] = [
            _line(account, each.day, each.figures) | {"ad_id": each.ad.id}
            for account in accounts
            for each in delivered[account]
        ]
    return found


def additive_metrics(query: Query) -> tuple[str, ...]:
    """Return the metrics asked for, which must add up; the common ones by default."""
    asked = query.text("metrics")
    if not asked:
        return COMMON
    for name in asked.split(","):
        if METRICS.get(name, {}).get("kind") not in {"additive", "approximate"}:
            refuse("metrics", f"{name} does not add up")
    return tuple(asked.split(","))


def _account(account: Account, now: datetime) -> dict[str, Any]:
    return {
        "advertiser_id": account.id,
        "name": account.name,
        "currency": account.currency,
        "zone": str(account.zone),
        "today": date.fromordinal(delivery.today(account, now)).isoformat(),
        "status": "STATUS_ENABLE",
        "entities": {
            level: [_entity(each, now) for each in found if each.born <= now]
            for level, found in account.entities.items()
        },
    }


def _entity(entity: Entity, now: datetime) -> dict[str, Any]:
    smart_ad = getattr(entity, "smart_ad", None)
    return {
        "id": entity.id,
        "name": objects.name_at(entity, now),
        "parent": entity.parent.id if entity.parent else None,
        "kind": entity.kind,
        "buying_type": objects.buying_type(entity),
        "origin": objects.origin(entity),
        "smart_plus_ad_id": smart_ad.id if smart_ad else None,
        "deleted": objects.is_deleted(entity, now),
        "listed": objects.is_listed(entity, now),
    }


def _ad_days(
    account: Account, first: int, last: int, metrics: tuple[str, ...], now: datetime
) -> Iterator[AdDay]:
    selection = select(metrics, account.decimals)
    current = delivery.today(account, now)
    for ad in account.ads:
        if ad.born > now:
            continue
        for day in delivery.days(ad, first, last, current):
            volume = delivery.volume_on(ad, day, current)
            moment = delivery.moment(account, day, now)
            figures = selection.measure(ad, day, volume, moment)
            yield AdDay(ad, day, dict(zip(selection.parts, figures, strict=True)))


def _days(account: Account, delivered: Iterable[AdDay]) -> Iterator[dict[str, Any]]:
    """Yield one line for each day with delivery: sums, and rows of each level."""
    by_day: dict[int, list[AdDay]] = {}
    for each in delivered:
        by_day.setdefault(each.day, []).append(each)
    for day, found in sorted(by_day.items()):
        sums: Counter[str] = Counter()
        for each in found:
            sums.update(each.figures)
        rows = {
            level: len({each.ad.above(level).id for each in found})
            for level in ("campaign", "adgroup", "ad")
        }
        yield _line(account, day, sums) | {"rows": {"advertiser": 1} | rows}


def _line(account: Account, day: int, figures: dict[str, int]) -> dict[str, Any]:
    return {
        "advertiser_id": account.id,
        "date": date.fromordinal(day).isoformat(),
        "metrics": {name: exact(account, name, amount) for name, amount in figures.items()},
    }
