"""What is true of GMV Max, straight from the generator, for tests to compare with."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from simulator.query import Query, parse_day, refuse
from simulator.world import delivery, objects
from simulator.world.breakdowns import day_boundaries, split_figures
from simulator.world.figures import exact, select
from simulator.world.gmv_max import GMV_MAX, Store, stores

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.world.model import World

ITEM_KEYS = ("item_group_id", "item_id", "room_id", "duration")


def gmv_truth(world: World, query: Query, now: datetime) -> dict[str, Any]:
    """Return shops, their campaigns, and the exact rows of a GMV Max report.

    Args:
        world: The world.
        query: `start`, `end`, `dimensions` and `metrics` (additive ones), comma-separated,
            `promotion` (PRODUCT or LIVE), `advertiser_id`.
        now: The clock.

    Returns:
        A JSON document; deleted campaigns are in it.
    """
    only = query.text("advertiser_id")
    return {
        "accounts": [
            {
                "advertiser_id": account.id,
                "stores": [_store(store, query, now) for store in stores(account)],
            }
            for account in world.accounts.values()
            if only in {None, account.id}
        ]
    }


def _store(store: Store, query: Query, now: datetime) -> dict[str, Any]:
    return {
        "store_id": store.id,
        "campaigns": [
            {
                "id": campaign.id,
                "name": objects.name_at(campaign, now),
                "promotion": campaign.promotion,
                "deleted": objects.is_deleted(campaign, now),
                "listed": objects.is_listed(campaign, now),
            }
            for campaign in store.campaigns
            if campaign.born <= now
        ],
        "rows": _rows(store, query, now),
    }


def _rows(store: Store, query: Query, now: datetime) -> list[dict[str, Any]]:
    first = parse_day("start", query.required("start")).toordinal()
    last = parse_day("end", query.required("end")).toordinal()
    dimensions = query.required("dimensions").split(",")
    figures = {name: _figure(name) for name in query.required("metrics").split(",")}
    selection = select(tuple(dict.fromkeys(figures.values())), store.account.decimals)
    account, current = store.account, delivery.today(store.account, now)
    sums: dict[tuple[str, ...], Counter[str]] = {}
    items = [
        item
        for campaign in store.campaigns
        if campaign.born <= now and query.text("promotion") in {None, campaign.promotion}
        for item in campaign.items
    ]
    for item in items:
        known = {name: getattr(item, name) for name in ITEM_KEYS}
        known |= {"advertiser_id": account.id, "campaign_id": item.above("campaign").id}
        for day in delivery.days(item, first, last, current):
            ends = day_boundaries(account, day, now, hourly="stat_time_hour" in dimensions)
            volume = delivery.volume_on(item, day, current)
            for labels, measured in split_figures(selection, item, day, volume, ends):
                time = labels[0] if labels else delivery.label(day)
                known |= {"stat_time_day": time, "stat_time_hour": time}
                key = tuple(known[name] for name in dimensions)
                found = dict(zip(selection.parts, measured, strict=True))
                if all(key):
                    sums.setdefault(key, Counter()).update(found)
    return [
        {
            "key": dict(zip(dimensions, key, strict=True)),
            "metrics": {
                name: exact(account, figure, found[figure]) for name, figure in figures.items()
            },
        }
        for key, found in sums.items()
    ]


def _figure(name: str) -> str:
    """Return the figure that an additive metric shows."""
    metric = GMV_MAX["metrics"].get(name, {})
    if "of" not in metric:
        refuse("metrics", f"{name} does not add up")
    return str(metric["of"])
