"""The entity endpoints: accounts, campaigns, ad groups and ads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.endpoints.paging import Listing, Row, listing
from simulator.list_filters import MAX_IDS, filters_of
from simulator.query import Query, account_of, asked_account, parse_time, refuse, refuse_field
from simulator.world import objects
from simulator.world.model import Ad, Entity
from simulator.world.objects import TOP_VIEW, has_status

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.world.model import World

EXCLUSIVE_FIELD = "company_name_editable"
"""A field of accounts that is answered alone, with nothing but the id beside it."""


def advertisers(world: World, query: Query, now: datetime) -> Row:
    """Answer `/advertiser/info/`."""
    query.required("advertiser_ids")
    ids = query.strings("advertiser_ids", maximum=MAX_IDS) or []
    fields = asked_fields(query, "advertiser")
    if query.text("fields") is None:
        fields.remove(EXCLUSIVE_FIELD)
    elif EXCLUSIVE_FIELD in fields:
        fields = ["advertiser_id", EXCLUSIVE_FIELD]
    accounts = [account_of(world, advertiser_id) for advertiser_id in ids]
    return {"list": [objects.row(account, "advertiser", fields, now) for account in accounts]}


def entities(world: World, query: Query, now: datetime, level: str) -> Listing:
    """Answer `/campaign/get/`, `/adgroup/get/` and `/ad/get/`."""
    account = asked_account(world, query)
    filters = checked_filters(query, level)
    top_view = TOP_VIEW in filters.get("buying_types", ())
    max_size = 100 if top_view and level == "adgroup" else 1000
    fields = asked_fields(query, level)
    dropped = query.strings("exclude_field_types_in_response") or []
    found = [
        entity
        for entity in account.entities[level]
        if objects.is_listed(entity, now) and passes(entity, filters, now)
    ]
    if "ad_ids_v2" in filters:
        found = _one_per_smart_ad(found)

    def row(entity: Entity) -> Row:
        shown = _row(entity, level, fields, now, filters)
        if "NULL_FIELD" in dropped:
            return {name: found for name, found in shown.items() if found is not None}
        return shown

    return listing(query, found, row, max_size=max_size)


def asked_fields(query: Query, level: str) -> list[str]:
    """Return the fields of a row: all that the level has, or those asked for."""
    known = objects.field_names(level)
    fields = query.strings("fields")
    if fields is None:
        return known
    for position, field in enumerate(fields):
        if field not in known:
            refuse_field(position, known)
    return fields


def checked_filters(query: Query, level: str) -> dict[str, Any]:
    """Return the filters if they go together."""
    filters = filters_of(query, level)
    if {"primary_status", "secondary_status"} <= filters.keys():
        refuse("filtering", "primary_status and secondary_status cannot be used together")
    buying_types = filters.get("buying_types", [])
    if TOP_VIEW in buying_types and len(buying_types) > 1:
        refuse("filtering.buying_types", f"{TOP_VIEW} cannot be used with other buying types")
    return filters


def passes(entity: Entity, filters: dict[str, Any], now: datetime) -> bool:
    """Whether an object is in a list with these filters, or with the default ones."""
    if objects.buying_type(entity) not in filters.get(
        "buying_types", ("AUCTION", "RESERVATION_RF")
    ):
        return False
    if objects.origin(entity) not in filters.get("campaign_system_origins", ("TT_ADS_PLATFORM",)):
        return False
    status = filters.get("primary_status", "STATUS_NOT_DELETE")
    if "secondary_status" in filters:
        status = "STATUS_ALL"
    if not has_status(entity, {status}, now):
        return False
    return all(_matches(entity, key, wanted, now) for key, wanted in filters.items())


def _is_like(entity: Entity, wanted: str, now: datetime) -> bool:
    return wanted.casefold() in objects.name_at(entity, now).casefold()


MATCHES: dict[str, Callable[[Entity, Any, datetime], bool]] = {
    "buying_types": lambda *_: True,
    "campaign_system_origins": lambda *_: True,
    "primary_status": lambda *_: True,
    "secondary_status": lambda entity, wanted, now: (
        wanted.endswith("_STATUS_ALL")
        or (wanted.endswith("_STATUS_NOT_DELETE") and not objects.is_deleted(entity, now))
        or objects.secondary_status(entity, now) == wanted
    ),
    "campaign_ids": lambda entity, wanted, _: entity.above("campaign").id in wanted,
    "adgroup_ids": lambda entity, wanted, _: entity.above("adgroup").id in wanted,
    "ad_ids": lambda entity, wanted, _: entity.id in wanted,
    "smart_plus_ad_ids": lambda entity, wanted, _: entity.id in wanted,
    "ad_ids_v2": lambda entity, wanted, _: (
        isinstance(entity, Ad) and (entity.smart_ad or entity).id in wanted
    ),
    "campaign_name": lambda entity, wanted, now: _is_like(entity.above("campaign"), wanted, now),
    "adgroup_name": _is_like,
    "ad_name": _is_like,
    "creation_filter_start_time": lambda entity, wanted, _: (
        entity.born >= parse_time("creation_filter_start_time", wanted)
    ),
    "creation_filter_end_time": lambda entity, wanted, _: (
        entity.born <= parse_time("creation_filter_end_time", wanted)
    ),
    "modified_after": lambda entity, wanted, now: (
        objects.modified_at(entity, now) >= parse_time("modified_after", wanted)
    ),
    "promotion_type": lambda entity, wanted, now: str(
        objects.value(entity, "adgroup", "promotion_type", now)
    ).startswith(wanted),
    "billing_events": lambda entity, wanted, now: (
        objects.value(entity, "adgroup", "billing_event", now) in wanted
    ),
}


def _matches(entity: Entity, key: str, wanted: Any, now: datetime) -> bool:
    if key in MATCHES:
        return MATCHES[key](entity, wanted, now)
    # The other filters compare a field of the object or of what it belongs to.
    thing: Entity | None = entity
    while thing:
        found = objects.value(thing, thing.level, key, now)
        if found is not objects.ABSENT:
            return bool(found == wanted)
        thing = thing.parent
    return False


def _one_per_smart_ad(found: list[Entity]) -> list[Entity]:
    """Return one creative for each ad: with `ad_ids_v2` the rows are ads."""
    firsts = {(e.smart_ad or e).id: e for e in reversed(found) if isinstance(e, Ad)}
    return list(reversed(firsts.values()))


def _row(
    entity: Entity, level: str, fields: list[str], now: datetime, filters: dict[str, Any]
) -> dict[str, Any]:
    row = objects.row(entity, level, fields, now)
    if "ad_ids_v2" not in filters or not isinstance(entity, Ad):
        return row
    ad = entity.smart_ad or entity
    changed = {"ad_id_v2": ad.id}
    if entity.smart_ad:
        row.pop("ad_id", None)
        changed |= {
            "ad_name": objects.name_at(ad, now),
            "campaign_automation_type": "UPGRADED_SMART_PLUS",
        }
    return row | {field: found for field, found in changed.items() if field in fields}
