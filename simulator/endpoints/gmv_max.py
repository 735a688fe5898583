"""The lists of GMV Max: shops, campaigns, and one campaign in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.endpoints.paging import Listing, Row, listing
from simulator.list_filters import filters_of
from simulator.query import Query, asked_account, parse_time, refuse
from simulator.world import objects
from simulator.world.gmv_max import (
    GMV_MAX,
    PRODUCT_CARD,
    Campaign,
    Item,
    Store,
    campaigns,
    status,
    stores,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.world.model import World

SECONDARY = {
    "STATUS_DELETE": "CAMPAIGN_STATUS_DELETE",
    "STATUS_DISABLE": "CAMPAIGN_STATUS_DISABLE",
    "STATUS_DELIVERY_OK": "CAMPAIGN_STATUS_ENABLE",
}


def store_list(world: World, query: Query, _now: datetime) -> Any:
    """Answer `/gmv_max/store/list/`; no paging."""
    account = asked_account(world, query)
    return {"store_list": [GMV_MAX["store"] | _store(store) for store in stores(account)]}


def _store(store: Store) -> dict[str, Any]:
    return {
        "store_id": store.id,
        "store_name": f"{store.account.name} Shop",
        "store_code": f"SHOP{store.key % 10**8:08d}",
        "exclusive_authorized_advertiser_info": {
            "advertiser_id": store.account.id,
            "advertiser_name": store.account.name,
            "advertiser_status": "STATUS_ENABLE",
        },
    }


def campaign_list(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/gmv_max/campaign/get/`: a few fields of each campaign."""
    account = asked_account(world, query)
    filters = filters_of(query, "gmv_max_campaign")
    if not filters.get("gmv_max_promotion_types"):
        refuse("filtering.gmv_max_promotion_types", "Missing data for required field.")
    found = [
        campaign
        for campaign in campaigns(account)
        if objects.is_listed(campaign, now)
        and ("primary_status" in filters or not objects.is_deleted(campaign, now))
        and all(MATCHES[key](campaign, wanted, now) for key, wanted in filters.items())
    ]

    def row(campaign: Campaign) -> Row:
        known = full(campaign, now)
        return {name: known.get(name, usual) for name, usual in GMV_MAX["campaign"].items()}

    return listing(query, found, row, max_size=100)


MATCHES: dict[str, Callable[[Campaign, Any, datetime], bool]] = {
    "gmv_max_promotion_types": lambda each, wanted, _: f"{each.promotion}_GMV_MAX" in wanted,
    "store_ids": lambda each, wanted, _: each.store.id in wanted,
    "campaign_ids": lambda each, wanted, _: each.id in wanted,
    "campaign_name": lambda each, wanted, now: (
        wanted.casefold() in objects.name_at(each, now).casefold()
    ),
    "primary_status": lambda each, wanted, now: status(each, now) == wanted,
    "creation_filter_start_time": lambda each, wanted, _: each.born >= parse_time("", wanted),
    "creation_filter_end_time": lambda each, wanted, _: each.born <= parse_time("", wanted),
}


def campaign_info(world: World, query: Query, now: datetime) -> Any:
    """Answer `/campaign/gmv_max/info/`: one campaign in full."""
    account = asked_account(world, query)
    wanted = query.required("campaign_id")
    for campaign in campaigns(account):
        if campaign.id == wanted and objects.is_listed(campaign, now):
            found = full(campaign, now)
            return {name: found.get(name, usual) for name, usual in GMV_MAX["info"].items()}
    return refuse("campaign_id", f"The campaign {wanted} doesn't exist or is no GMV Max campaign")


def full(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """Return what the world knows of a campaign, by the API's field names."""
    state = status(campaign, now)
    posts = [item for item in campaign.items if item.item_id.isdecimal()]
    identity = GMV_MAX["info"]["identity_list"][0]
    store = campaign.store.id
    return {
        "advertiser_id": campaign.account.id,
        "campaign_id": campaign.id,
        "campaign_name": objects.name_at(campaign, now),
        "operation_status": "ENABLE" if state == "STATUS_DELIVERY_OK" else "DISABLE",
        "secondary_status": SECONDARY[state],
        "create_time": objects.wire_time(campaign.born),
        "modify_time": objects.wire_time(objects.modified_at(campaign, now)),
        "store_id": store,
        "shopping_ads_type": campaign.promotion,
        "item_group_ids": sorted({item.item_group_id for item in posts}) or None,
        "roas_bid": 2 + campaign.key % 40 / 10,
        "budget": 100.0 + campaign.key % 50 * 10,
        "bid_type": "CUSTOM",
        "schedule_type": "SCHEDULE_FROM_NOW",
        "identity_id": identity["identity_id"],
        "tt_account_name": campaign.account.name,
        "schedule_start_time": objects.wire_time(campaign.born),
        "schedule_end_time": "2035-01-01 00:00:00",
        "identity_list": [identity | {"identity_authorized_shop_id": store, "store_id": store}],
        "items": [{"item_id": item.item_id, "text": item.name} for item in posts],
    }


def item_fields(item: Item) -> dict[str, str]:
    """Return what is known of a product, a post or a LIVE room."""
    return {
        "item_group_id": item.item_group_id,
        "product_name": f"Product {item.item_group_id[-4:]}",
        "product_image_url": "https://media.example/product.png",
        "product_status": "available",
        "item_id": item.item_id,
        "title": item.name,
        "tt_account_authorization_type": "TTS_TT",
        "shop_content_type": "PRODUCT_CARD" if item.item_id == PRODUCT_CARD else "VIDEO",
        "creative_delivery_status": "DELIVERING",
        "room_id": item.room_id,
        "live_name": f"LIVE {item.room_id[-4:]}",
        "live_status": "ENDED",
        "live_launched_time": objects.wire_time(item.born),
        "duration": item.duration,
    }
