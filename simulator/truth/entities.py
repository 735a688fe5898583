"""Which entities a reader should find, straight from the generator."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.facts import ASSETS, KINDS, REFERENCES
from simulator.query import parse_day
from simulator.world import objects
from simulator.world.assets import existing, is_there, resolve
from simulator.world.pixel_events import event_counts, event_id, events_of, statistic_names

if TYPE_CHECKING:
    from datetime import date, datetime

    from simulator.query import Query
    from simulator.world.model import Account, Asset, Entity, World

Line = dict[str, Any]

FAMILIES = tuple(dict.fromkeys(plan["family"] for plan in ASSETS))
ENTITY_LEVELS = ("campaign", "adgroup", "ad")
REFERENCE_KEYS = {
    "region": ("location_id", "name"),
    "interest_category": ("interest_category_id", "interest_category_name"),
    "action_category": ("action_category_id", "name"),
    "language": ("code", "name"),
    "device_model": ("device_model_id", "device_model_name"),
    "os_version": ("os_id", "name"),
    "timezone": ("timezone", "gmt_offset"),
}


def true_entities(world: World, query: Query, now: datetime) -> Line:
    """Return the ids of everything, with names and parents where there are some.

    Args:
        world: The world.
        query: `advertiser_id` for one account; with `start` and `end` (UTC days) also the counts
            of pixel events for each day.
        now: The clock.

    Returns:
        A JSON document. Deleted objects are in it as long as the lists know them; reviews are
        of what is not deleted.
    """
    only, days = query.text("advertiser_id"), _days(query)
    return {
        "now": objects.wire_time(now),
        "accounts": [
            {
                "advertiser_id": account.id,
                "name": account.name,
                "entities": _entities(account, now),
                "pixel_event_stats": _statistics(account, days, now),
            }
            for account in world.accounts.values()
            if only in {None, account.id}
        ],
        "references": _references(now),
    }


def _days(query: Query) -> list[date]:
    if not query.text("start"):
        return []
    first, last = (parse_day(name, query.required(name)) for name in ("start", "end"))
    return [first + timedelta(days=past) for past in range((last - first).days + 1)]


def _entities(account: Account, now: datetime) -> dict[str, list[Line]]:
    listed = {
        level: [each for each in found if objects.is_listed(each, now)]
        for level, found in account.entities.items()
    }
    upgraded = {
        level: [each for each in found if "creatives" in KINDS[each.kind]]
        for level, found in listed.items()
    }
    reviewed = [ad for ad in listed["ad"] if not objects.is_deleted(ad, now)]
    assets = {family: existing(account, family, now) for family in FAMILIES}
    return {
        **{level: [_entity(each, now) for each in listed[level]] for level in ENTITY_LEVELS},
        "smart_plus_campaign": [_entity(each, now) for each in upgraded["campaign"]],
        "smart_plus_adgroup": [_entity(each, now) for each in upgraded["adgroup"]],
        "smart_plus_ad": [_entity(each, now) for each in upgraded["smart_plus_ad"]],
        "review": [_entity(each, now) for each in reviewed],
        **{family: [_asset(each, now) for each in found] for family, found in assets.items()},
        "pixel_event": [
            {"id": event_id(pixel, event), "name": event["name"], "parent": pixel.id}
            for pixel in assets["pixel"]
            for event in events_of(pixel, now)
        ],
        "app_event": [
            {
                "id": event["optimization_event"],
                "parent": app.id,
                "available": event["availability_status"] != "INACTIVE",
            }
            for app in assets["app"]
            for event in events_of(app, now)
        ],
    }


def _entity(entity: Entity, now: datetime) -> Line:
    smart_ad = getattr(entity, "smart_ad", None)
    return {
        "id": entity.id,
        "name": objects.name_at(entity, now),
        "parent": entity.parent.id if entity.parent else None,
        "smart_plus_ad_id": smart_ad.id if smart_ad else None,
        "buying_type": objects.buying_type(entity),
        "origin": objects.origin(entity),
        "deleted": objects.is_deleted(entity, now),
    }


def _asset(asset: Asset, now: datetime) -> Line:
    source = asset.plan.get("source")
    return {
        "id": asset.id,
        "name": objects.name_at(asset, now),
        "kind": asset.kind,
        "parent": resolve(asset.account, f"asset:{source}") if source else None,
    }


def _statistics(account: Account, days: list[date], now: datetime) -> list[Line]:
    """Return one line for each pixel, event and day on which it came."""
    lines = (
        {
            "pixel_id": pixel.id,
            "date": day.isoformat(),
            **names,
            **event_counts(pixel, names, day, now),
        }
        for pixel in existing(account, "pixel", now)
        for names in map(statistic_names, events_of(pixel, now))
        for day in days
    )
    return [line for line in lines if line["total_count"]]


def _references(now: datetime) -> dict[str, list[Line]]:
    found = {
        family: [
            {"id": row[key], "name": row[name]} for row in REFERENCES[family] if is_there(row, now)
        ]
        for family, (key, name) in REFERENCE_KEYS.items()
    }
    found["carrier"] = [
        {"id": carrier["carrier_id"], "name": carrier["name"], "parent": country["country_code"]}
        for country in REFERENCES["carrier"]
        for carrier in country["carriers"]
    ]
    return found
