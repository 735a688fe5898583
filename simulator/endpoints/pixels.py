"""Pixels, their events, and how often these came."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.endpoints.paging import Listing, listing
from simulator.list_filters import filters_of, ids_of
from simulator.query import asked_account, parse_day, refuse
from simulator.world import objects
from simulator.world.assets import existing
from simulator.world.building import hash64
from simulator.world.pixel_events import event_counts, event_id, events_of, statistic_names

if TYPE_CHECKING:
    from simulator.query import Query
    from simulator.world.model import Asset, World

Row = dict[str, Any]

MAX_PIXELS = 10
MAX_DAYS = 30


def pixels(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/pixel/list/`: with the events of each pixel."""
    account = asked_account(world, query)
    order = query.one_of("order_by", ("EARLIEST_CREATE", "LATEST_CREATE"), "EARLIEST_CREATE")
    in_catalogs = filters_of(query, "pixel").get("available_for_catalog_only", False)
    asked = {
        "pixel_id": query.text("pixel_id"),
        "pixel_code": query.text("code"),
        "pixel_name": query.text("name"),
    }
    rows = [
        row
        for row in (_pixel(each, now) for each in existing(account, "pixel", now))
        if all(row[field] == wanted for field, wanted in asked.items() if wanted)
        and (row["pixel_category"] == "ONLINE_STORE" or not in_catalogs)
    ]
    if order == "EARLIEST_CREATE":
        rows.reverse()
    return listing(query, rows, key="pixels", max_size=20)


def statistics(world: World, query: Query, now: datetime) -> Row:
    """Answer `/pixel/event/stats/`: how often each event came in a span of UTC days."""
    account = asked_account(world, query)
    ids = ids_of(query, "pixel_ids", MAX_PIXELS)
    first, last = _date_range(query)
    days = [first + timedelta(days=past) for past in range((last - first).days + 1)]
    found = existing(account, "pixel", now, ids)
    return {"list": [{"pixel_id": each.id, "statistics": _sums(each, days, now)} for each in found]}


def _date_range(query: Query) -> tuple[date, date]:
    query.required("date_range")
    given = query.mapping("date_range")
    days = []
    for name in ("start_date", "end_date"):
        if not isinstance(given.get(name), str):
            refuse(f"date_range.{name}", "Missing data for required field.")
        days.append(parse_day(f"date_range.{name}", given[name]))
    first, last = days
    if last < first:
        refuse("date_range.end_date", "The end date must not be before the start date")
    if (last - first).days >= MAX_DAYS:
        refuse("date_range", f"max time span is {MAX_DAYS} days")
    return first, last


def _sums(pixel: Asset, days: list[date], now: datetime) -> list[Row]:
    lines = []
    for event in events_of(pixel, now):
        names = statistic_names(event)
        found = [event_counts(pixel, names, day, now) for day in days]
        sums = {key: sum(each[key] for each in found) for key in found[0]}
        if sums["total_count"]:
            lines.append(names | sums)
    return lines


def _pixel(asset: Asset, now: datetime) -> Row:
    return {
        "pixel_id": asset.id,
        "pixel_code": f"C{hash64(asset.id, 'code') % 36**8:019X}",
        "pixel_name": objects.name_at(asset, now),
        "pixel_script": "<script>/* … */</script>",
        "create_time": objects.wire_time(asset.born),
        "activity_status": "ACTIVE",
        "partner_name": None,
        "advanced_matching_fields": {"email": True, "phone_number": False},
        "automatic_advanced_matching_fields": {
            name: bool(hash64(asset.id, name) % 2)
            for name in ("email", "phone_number", "name", "address", "external_id")
        },
        "enable_first_party_cookies": True,
        "enable_expanded_data_sharing": False,
        "asset_ownership": {
            "asset_relation_status": None,
            "ownership_status": True,
            "owner_bc_id": "7050000000000000011",
        },
        **asset.plan["fields"],
        "events": [_pixel_event(asset, event) for event in events_of(asset, now)],
    }


def _pixel_event(pixel: Asset, event: Row) -> Row:
    shown = {
        "currency_value": "",
        "currency": pixel.account.currency,
        "deprecated": False,
        "event_type": None,
        "optimization_event": None,
        "custom_event_type": None,
        "event_code": str(hash64(pixel.id, event["name"], "code") % 10**9),
        "event_id": event_id(pixel, event),
        "statistic_type": "EVERY_TIME",
        "rules": [],
        **event,
    }
    shown.pop("counted", None)
    return shown
