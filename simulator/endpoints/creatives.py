"""What ads are made of beside files: portfolios, identities and authorised posts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.endpoints.media import file_facts, signed_url
from simulator.endpoints.paging import Listing, listing
from simulator.list_filters import filters_of
from simulator.query import asked_account, refuse
from simulator.world import objects
from simulator.world.assets import existing, resolve

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.query import Query
    from simulator.world.model import Asset, World

Row = dict[str, Any]

IDENTITY_TYPES = ("CUSTOMIZED_USER", "AUTH_CODE", "TT_USER", "BC_AUTH_TT", "TTS_TT")
POST_TYPES = ("VIDEO", "CAROUSEL")
AUTHORISED = timedelta(days=4400)


def portfolios(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/creative/portfolio/list/`: without their contents."""
    account = asked_account(world, query)
    filters = filters_of(query, "portfolio")
    ids = filters.get("creative_portfolio_ids")
    rows = [
        _portfolio(each)
        for each in existing(account, "portfolio", now, ids)
        if each.kind in filters.get("creative_portfolio_types", (each.kind,))
    ]
    return listing(query, rows, key="creative_portfolios", default_size=20, max_size=100)


def portfolio(world: World, query: Query, now: datetime) -> Row:
    """Answer `/creative/portfolio/get/`: one with its contents."""
    account = asked_account(world, query)
    portfolio_id = query.required("creative_portfolio_id")
    found = existing(account, "portfolio", now, [portfolio_id])
    if not found:
        refuse("creative_portfolio_id", f"The portfolio {portfolio_id} does not exist")
    content = resolve(account, found[0].plan["content"])
    return _portfolio(found[0]) | {"portfolio_content": content}


def _portfolio(asset: Asset) -> Row:
    return {
        "creative_portfolio_id": asset.id,
        "creative_portfolio_type": asset.kind,
        "creative_portfolio_preview_url": None,
    }


def identities(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/identity/get/`: of one type or of all."""
    account = asked_account(world, query)
    kind = query.text("identity_type") and query.one_of("identity_type", IDENTITY_TYPES)
    owner = query.text("identity_authorized_bc_id")
    keyword = filters_of(query, "identity").get("keyword", "")
    rows = [
        row
        for row in (_identity(each, now) for each in existing(account, "identity", now))
        if kind in {None, row["identity_type"]}
        and (kind != "BC_AUTH_TT" or owner in {None, row["identity_authorized_bc_id"]})
        and keyword.casefold() in row["display_name"].casefold()
    ]
    return listing(query, rows, key="identity_list", default_size=20, max_size=100)


def _identity(asset: Asset, now: datetime) -> Row:
    return {
        "identity_id": asset.id,
        "identity_type": asset.kind,
        "identity_authorized_bc_id": None,
        "identity_authorized_shop_id": None,
        "ads_only_mode": False,
        "is_gpppa": False,
        "profile_image": signed_url(asset, "profile.jpeg", now + timedelta(hours=48)),
        "display_name": objects.name_at(asset, now),
        "user_name": f"user{asset.key % 10**6}",
        "available_status": None,
        "can_push_video": None,
        "can_pull_video": None,
        "can_use_live_ads": None,
        "can_manage_message": None,
        "is_running_custom_shop_ads": False,
        "product_gmv_max_available": False,
        "live_gmv_max_available": False,
        "unavailable_reason": None,
        **asset.plan.get("fields", {}),
    }


def posts(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/tt_video/list/`: the posts that may be used in Spark Ads."""
    account = asked_account(world, query)
    kinds = query.strings("item_types") or POST_TYPES
    if not set(kinds) <= set(POST_TYPES):
        refuse("item_types", f"Must be among: {', '.join(POST_TYPES)}.")
    keyword = query.text("keyword", "") or ""
    rows = [
        _post(each, now)
        for each in existing(account, "tt_video", now)
        if each.kind in kinds and keyword.casefold() in objects.name_at(each, now).casefold()
    ]
    return listing(query, rows, default_size=20, max_size=50)


def _post(asset: Asset, now: datetime) -> Row:
    who = asset.plan.get("identity", "AUTH_CODE")
    given = {
        "ad_auth_status": "AUTHORIZED",
        "auth_start_time": objects.wire_time(asset.born),
        "auth_end_time": objects.wire_time(asset.born + AUTHORISED),
        "invite_start_time": objects.wire_time(asset.born - timedelta(hours=2)),
    }
    is_video = asset.kind == "VIDEO"
    return {
        "auth_info": given,
        "item_info": {
            "auth_code": f"#{asset.key:016x}",
            "item_id": asset.id,
            "item_type": asset.kind,
            "text": objects.name_at(asset, now),
            "status": None,
            "stitch_original_item_id": None,
            "duet_original_item_id": None,
            "is_multi_duet_stitch": False,
            "mentioned_item_ids": [],
            "anchor_list": [],
            "carousel_info": None if is_video else _carousel(asset, now),
            "exclude_adsonly": False,
        },
        "user_info": {
            "identity_id": resolve(asset.account, f"asset:identity/{who}"),
            "identity_type": who,
            "tiktok_name": "mia.runs 🏃",
        },
        "video_info": _post_video(asset, now) if is_video else None,
    }


def _carousel(asset: Asset, now: datetime) -> Row:
    image = signed_url(asset, "image.jpeg", now + timedelta(hours=1))
    return {"image_info": [{"image_url": image}], "music_info": None}


def _post_video(asset: Asset, now: datetime) -> Row:
    expiry = now + timedelta(hours=1)
    return {
        "video_id": f"v10044g50000{asset.key % 16**12:012x}",
        "bit_rate": 800_000,
        "duration": asset.key % 600 / 10 + 5,
        "file_name": "",
        "poster_url": signed_url(asset, "poster.webp", expiry),
        "preview_url": signed_url(asset, "preview.mp4", expiry),
        "url": signed_url(asset, "post.mp4", expiry),
        "format": "mp4",
        **file_facts(asset),
    }
