"""Apps, custom conversions and offline event sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.endpoints.paging import Listing, listing
from simulator.facts import WORDS
from simulator.query import asked_account, refuse
from simulator.world import objects
from simulator.world.assets import existing, resolve
from simulator.world.building import hash64
from simulator.world.pixel_events import events_of

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.query import Query
    from simulator.world.model import Asset, World

Row = dict[str, Any]


def apps(world: World, query: Query, now: datetime) -> Row:
    """Answer `/app/list/`; no paging."""
    account = asked_account(world, query)
    platform_ids = query.strings("app_platform_ids")
    rows = [_app(each, now) for each in existing(account, "app", now)]
    return {
        "apps": [
            row
            for row in rows
            if row["app_platform_id"] in (platform_ids or [row["app_platform_id"]])
        ]
    }


def app(world: World, query: Query, now: datetime) -> Row:
    """Answer `/app/info/`."""
    return {"app": _app(_asked_app(world, query, now), now)}


def app_events(world: World, query: Query, now: datetime) -> Row:
    """Answer `/app/optimization_event/`: only usable events unless all are asked for."""
    found = _asked_app(world, query, now)
    query.one_of("optimization_goal", WORDS["app_goals"])
    usable = query.boolean("available_only") if query.text("available_only") else True
    return {
        "optimization_events": [
            {
                "conversions": hash64(found.id, event["optimization_event"]) % 500,
                "unlock_threshold": 20,
                "is_beta": False,
                "bid_type_availability": {"no_bid_enabled": True, "auto_bid_enabled": True},
                "deep_optimization_events": [],
                "external_action": event["optimization_event"],
                "is_available": event["availability_status"] != "INACTIVE",
                **event,
            }
            for event in events_of(found, now)
            if event["availability_status"] != "INACTIVE" or not usable
        ]
    }


def custom_conversions(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/custom_conversion/list/`: those of one event source."""
    account = asked_account(world, query)
    kind = query.one_of("event_source_type", ("PIXEL", "APP"))
    source = query.required("event_source_id")
    rows = [
        row
        for row in (
            _custom_conversion(each, now) for each in existing(account, "custom_conversion", now)
        )
        if (row["event_source_type"], row["event_source_id"]) == (kind, source)
    ]
    return listing(query, rows, max_size=1000)


def offline_event_sets(world: World, query: Query, now: datetime) -> Row:
    """Answer `/offline/get/`; no paging."""
    account = asked_account(world, query)
    ids, name = query.strings("event_set_ids"), query.text("name", "") or ""
    rows = [
        _offline_event_set(each, now) for each in existing(account, "offline_event_set", now, ids)
    ]
    return {"event_set_list": [row for row in rows if name.casefold() in row["name"].casefold()]}


def _app(asset: Asset, now: datetime) -> Row:
    link = f"https://track.example/{asset.id}"
    return {
        "app_id": asset.id,
        "advertiser_id": asset.account.id,
        "app_platform_id": asset.plan["fields"]["package_name"],
        "app_name": objects.name_at(asset, now),
        "self_attribution_enabled": True,
        "is_attribution_flex_enable": False,
        "icon": {"height": 300, "width": 300, "web_uri": "ad-site-i18n-sg/00000000ca4d"},
        "tiktok_apps": [],
        "partner": {"partner_id": "3", "partner_logo": "", "partner_name": "AppsFlyer"},
        "enable_retargeting": "NON_RETARGETING",
        "tracking_url": {"click_url": f"{link}/click", "impression_url": f"{link}/view"},
        "create_time": objects.wire_time(asset.born),
        **asset.plan["fields"],
    }


def _asked_app(world: World, query: Query, now: datetime) -> Asset:
    account = asked_account(world, query)
    app_id = query.required("app_id")
    found = existing(account, "app", now, [app_id])
    if not found:
        refuse("app_id", f"The app {app_id} does not exist")
    return found[0]


def _custom_conversion(asset: Asset, now: datetime) -> Row:
    return {
        "custom_conversion_id": asset.id,
        "name": objects.name_at(asset, now),
        "description": "",
        "event_source_type": asset.kind,
        "event_source_id": resolve(asset.account, f"asset:{asset.plan['source']}"),
        "create_time": objects.wire_time(asset.born),
        "update_time": objects.wire_time(objects.modified_at(asset, now)),
        **asset.plan["fields"],
    }


def _offline_event_set(asset: Asset, now: datetime) -> Row:
    return {
        "advertiser_id": asset.account.id,
        "event_set_id": asset.id,
        "name": objects.name_at(asset, now),
        "description": "",
        "create_time": objects.wire_time(asset.born),
        "update_time": objects.wire_time(objects.modified_at(asset, now)),
        **asset.plan["fields"],
    }
