"""Custom and saved audiences."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.endpoints.paging import Listing, listing
from simulator.list_filters import ids_of
from simulator.query import asked_account
from simulator.world import objects
from simulator.world.assets import existing, resolve

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.query import Query
    from simulator.world.model import Asset, World

Row = dict[str, Any]

MAX_IDS = 100
LASTS = timedelta(days=4400)
WARNING = timedelta(days=14)


def custom_audiences(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/dmp/custom_audience/list/`: short rows."""
    account = asked_account(world, query)
    name = "custom_audience_ids"
    ids = ids_of(query, name, MAX_IDS) if query.text(name) else None
    rows = [_summary(each, now) for each in existing(account, "custom_audience", now, ids)]
    return listing(query, rows, max_size=100)


def custom_audience_details(world: World, query: Query, now: datetime) -> Row:
    """Answer `/dmp/custom_audience/get/`: whole rows with their history; no paging."""
    account = asked_account(world, query)
    ids = ids_of(query, "custom_audience_ids", MAX_IDS)
    events = query.integer("history_size", 100, maximum=100)
    return {
        "list": [
            {
                "audience_details": _details(each, now),
                "audience_history": _history(each, now)[:events],
            }
            for each in existing(account, "custom_audience", now, ids)
        ]
    }


def saved_audiences(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/dmp/saved_audience/list/`."""
    account = asked_account(world, query)
    ids = query.strings("saved_audience_ids", maximum=MAX_IDS)
    rows = [_saved(each, now) for each in existing(account, "saved_audience", now, ids)]
    return listing(query, rows, key="saved_audiences", max_size=100)


def _summary(asset: Asset, now: datetime) -> Row:
    expires = asset.removed or asset.born + LASTS
    return {
        "audience_id": asset.id,
        "name": objects.name_at(asset, now),
        "audience_sub_type": "NORMAL",
        "cover_num": 1000 + asset.key % 90_000 + (now - asset.born).days * (asset.key % 7),
        "shared": False,
        "is_creator": True,
        "is_valid": True,
        "is_expiring": expires - now < WARNING,
        "create_time": objects.wire_time(asset.born),
        "expired_time": objects.wire_time(expires),
        **asset.plan["fields"],
    }


def _details(asset: Asset, now: datetime) -> Row:
    row = _summary(asset, now)
    # The official list of fields calls it so here, though `audience_type` in the list.
    row["type"] = row.pop("audience_type")
    more = {"rule": None, "lookalike_spec": None, "msg": None, "error_msg": None}
    details = resolve(asset.account, asset.plan.get("details", {}))
    return {**row, "owner_id": asset.account.id, **more, **details}


def _history(asset: Asset, now: datetime) -> list[Row]:
    """Return what happened to an audience, newest first."""
    moments = {"Create": asset.born, "Rename": objects.modified_at(asset, now)}
    return [
        {
            "action": action,
            "action_detail": f"{action} the audience",
            "editor": "e***e",
            "msg": "",
            "opt_time": objects.wire_time(moment),
        }
        for action, moment in reversed(moments.items())
        if action == "Create" or moment > asset.born
    ]


def _saved(asset: Asset, now: datetime) -> Row:
    return {
        "saved_audience_id": asset.id,
        "saved_audience_name": objects.name_at(asset, now),
        "location_ids": [],
        "gender": "GENDER_UNLIMITED",
        "age_groups": None,
        "languages": [],
        "audience_ids": [],
        "excluded_audience_ids": [],
        "interest_category_ids": [],
        "interest_keyword_ids": [],
        "actions": [],
        "operating_systems": [],
        "min_android_version": None,
        "min_ios_version": None,
        "device_model_ids": [],
        "network_types": [],
        "carrier_ids": [],
        "device_price_ranges": None,
        **resolve(asset.account, asset.plan["fields"]),
    }
