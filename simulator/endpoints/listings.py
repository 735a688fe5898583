"""The entity endpoints: accounts, campaigns, ad groups and ads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.list_filters import MOST_IDS, filters_of
from simulator.query import BAD_PARAMETER, ApiError, Query, parse_time, refuse
from simulator.world import objects
from simulator.world.model import Account, Ad, Entity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from simulator.world.model import World

TOP_VIEW = "RESERVATION_TOP_VIEW"
ALONE = "company_name_editable"


def asked_account(world: World, query: Query) -> Account:
    """The account of a request."""
    return account_of(world, query.required("advertiser_id"))


def account_of(world: World, advertiser_id: str) -> Account:
    """The account, if the token may read it."""
    if not advertiser_id.isdecimal():
        refuse("advertiser_id", "Field must be set to an advertiser id")
    if advertiser_id == world.closed_account:
        message = f"The advertiser {advertiser_id} doesn't exist or has been deleted."
        raise ApiError(BAD_PARAMETER, message)
    if advertiser_id not in world.accounts:
        raise ApiError(40001, f"No permission to operate advertiser {advertiser_id}.")
    return world.accounts[advertiser_id]


def paged(found: Sequence[Any], page: int, page_size: int) -> tuple[Sequence[Any], dict[str, int]]:
    """One page of a list, and where it stands."""
    total_page = -(-len(found) // page_size)
    info = {
        "page": page,
        "page_size": page_size,
        "total_number": len(found),
        "total_page": total_page,
    }
    return found[(page - 1) * page_size : page * page_size], info


def page_of(
    query: Query, key: str, rows: Sequence[Any], *, usual: int, most: int
) -> dict[str, Any]:
    """The page of some rows that a request asks for.

    Args:
        query: The request.
        key: What the list is called.
        rows: All rows.
        usual: The page size without `page_size`.
        most: The largest one.
    """
    page, page_size = query.integer("page", 1), query.integer("page_size", usual, most=most)
    shown, info = paged(rows, page, page_size)
    return {key: shown, "page_info": info}


def authorized_advertisers(world: World, query: Query, credentials: tuple[str, str]) -> Any:
    """`/oauth2/advertiser/get/`: what the token may read, without paging."""
    given = (query.required("app_id"), query.required("secret"))
    if given != credentials:
        raise ApiError(40101, "The app_id or the secret is incorrect.")
    accounts = world.accounts.values()
    return {"list": [{"advertiser_id": each.id, "advertiser_name": each.name} for each in accounts]}


def advertisers(world: World, query: Query, now: datetime) -> Any:
    """`/advertiser/info/`."""
    query.required("advertiser_ids")
    ids = query.strings("advertiser_ids", most=MOST_IDS) or []
    fields = asked_fields(query, "advertiser")
    if query.text("fields") is None:
        fields.remove(ALONE)
    elif ALONE in fields:
        fields = ["advertiser_id", ALONE]
    accounts = [account_of(world, advertiser_id) for advertiser_id in ids]
    return {"list": [objects.row(account, "advertiser", fields, now) for account in accounts]}


def entities(world: World, query: Query, now: datetime, level: str) -> Any:
    """`/campaign/get/`, `/adgroup/get/` and `/ad/get/`."""
    account = asked_account(world, query)
    filters = checked_filters(query, level)
    top_view = TOP_VIEW in filters.get("buying_types", ())
    most = 100 if top_view and level == "adgroup" else 1000
    page, page_size = query.integer("page", 1), query.integer("page_size", 10, most=most)
    fields = asked_fields(query, level)
    dropped = query.strings("exclude_field_types_in_response") or []
    found = [
        entity
        for entity in account.entities[level]
        if objects.is_listed(entity, now) and passes(entity, filters, now)
    ]
    if "ad_ids_v2" in filters:
        found = _one_per_smart_ad(found)
    shown, info = paged(found, page, page_size)
    rows = [_row(entity, level, fields, now, filters) for entity in shown]
    if "NULL_FIELD" in dropped:
        rows = [{k: v for k, v in row.items() if v is not None} for row in rows]
    return {"list": rows, "page_info": info}


def asked_fields(query: Query, level: str) -> list[str]:
    """The fields of a row: all that the level has, or those asked for."""
    known = objects.field_names(level)
    fields = query.strings("fields")
    if fields is None:
        return known
    if unknown := [field for field in fields if field not in known]:
        refuse("fields", f"Unsupported field: {', '.join(unknown)}")
    return fields


def checked_filters(query: Query, level: str) -> dict[str, Any]:
    """The filters, if they go together."""
    filters = filters_of(query, level)
    if {"primary_status", "secondary_status"} <= filters.keys():
        refuse("filtering", "primary_status and secondary_status cannot be used together")
    buying_types = filters.get("buying_types", [])
    if TOP_VIEW in buying_types and len(buying_types) > 1:
        refuse("filtering.buying_types", f"{TOP_VIEW} cannot be used with other buying types")
    return filters


def passes(entity: Entity, filters: dict[str, Any], now: datetime) -> bool:
    """Whether an object is in a list with these filters, or with the usual ones."""
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


def has_status(entity: Entity, wanted: set[str], now: datetime) -> bool:
    """Whether an object has one of some primary statuses, ALL and NOT_DELETE among them."""
    if "STATUS_ALL" in wanted:
        return True
    if "STATUS_NOT_DELETE" in wanted and not objects.is_deleted(entity, now):
        return True
    plain = wanted - {"STATUS_NOT_DELETE"}
    return bool(plain) and objects.primary_status(entity, now) in plain


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
    """With `ad_ids_v2` the rows are ads, not creatives."""
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
