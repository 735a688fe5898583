"""Upgraded Smart+ as its own endpoints show it; the usual lists have the same objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.endpoints.listings import asked_fields, checked_filters, passes
from simulator.endpoints.paging import Listing, Row, listing
from simulator.facts import KINDS, TARGETING
from simulator.query import asked_account
from simulator.world import objects
from simulator.world.assets import resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.query import Query
    from simulator.world.model import Entity, World

WORLD_LEVELS = {"campaign": "campaign", "adgroup": "adgroup", "ad": "smart_plus_ad"}
"""What each endpoint lists, as the world calls it."""

MAX_ROWS = {"campaign": 1000, "adgroup": 1000, "ad": 100}


def entities(world: World, query: Query, now: datetime, level: str) -> Listing:
    """Answer `/smart_plus/campaign/get/`, `/smart_plus/adgroup/get/` and `/smart_plus/ad/get/`."""
    account = asked_account(world, query)
    name = objects.SMART_PLUS + level
    filters = checked_filters(query, name)
    fields = asked_fields(query, name)
    found = [
        entity
        for entity in account.entities[WORLD_LEVELS[level]]
        if is_upgraded(entity) and objects.is_listed(entity, now) and passes(entity, filters, now)
    ]

    def row(entity: Entity) -> Row:
        shown = objects.row(entity, name, fields, now)
        return shown | {field: NESTED[field](entity, now) for field in NESTED.keys() & shown.keys()}

    return listing(query, found, row, max_size=MAX_ROWS[level])


def is_upgraded(entity: Entity) -> bool:
    """Whether an object is of an Upgraded Smart+ campaign."""
    return "creatives" in KINDS[entity.kind]


def _targeting_spec(adgroup: Entity, now: datetime) -> dict[str, Any]:
    """Return an ad group's targeting in the form of Upgraded Smart+."""
    spec = {"location_ids": objects.value(adgroup, "adgroup", "location_ids", now)}
    for field in TARGETING[adgroup.key % len(TARGETING)]:
        name = "operation_system" if field == "operating_systems" else field
        spec[name] = objects.value(adgroup, "adgroup", field, now)
    return {"gender": "GENDER_UNLIMITED", "spc_audience_age": "18+", **spec}


def _creatives(smart_ad: Entity, now: datetime) -> list[dict[str, Any]]:
    """Return what a Smart+ ad shows: the rows of `/ad/get/` in another form."""
    return [
        {
            "ad_material_id": str(7_400_000_000_000_000_000 + creative.key % 10**17),
            "material_operation_status": "ENABLE",
            "creative_info": {
                "ad_format": "SINGLE_VIDEO",
                "material_name": creative.name,
                "video_info": {
                    "video_id": objects.value(creative, "ad", "video_id", now),
                    "file_name": creative.name,
                },
                "image_info": [
                    {"web_uri": image} for image in objects.value(creative, "ad", "image_ids", now)
                ],
                "music_info": None,
                "aigc_disclosure_type": "NOT_DECLARED",
                "tiktok_item_id": None,
                "identity_type": objects.value(creative, "ad", "identity_type", now),
                "identity_id": objects.value(creative, "ad", "identity_id", now),
            },
        }
        for creative in smart_ad.account.children[smart_ad.id]
    ]


def _ad_configuration(smart_ad: Entity, now: datetime) -> dict[str, Any]:
    return {
        "identity_type": objects.value(smart_ad, "ad", "identity_type", now),
        "identity_id": objects.value(smart_ad, "ad", "identity_id", now),
        "dark_post_status": "ON",
        "call_to_action_id": resolve(smart_ad.account, "asset:portfolio/CTA"),
        "creative_auto_add_toggle": None,
        "utm_params": [{"key": "utm_source", "value": "tiktok"}],
        "tracking_info": {"tracking_pixel_id": resolve(smart_ad.account, "asset:pixel/main")},
    }


NESTED: dict[str, Callable[[Entity, datetime], Any]] = {
    "targeting_spec": _targeting_spec,
    "creative_list": _creatives,
    "ad_configuration": _ad_configuration,
}
