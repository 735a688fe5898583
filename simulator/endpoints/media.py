"""Videos, images and music: lists of what there is, and details by id."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.endpoints.paging import Listing, listing
from simulator.list_filters import filters_of, ids_of
from simulator.query import asked_account, refuse
from simulator.world import objects
from simulator.world.assets import existing, material_id
from simulator.world.building import hash64

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.query import Query
    from simulator.world.model import Account, Asset, World

Row = dict[str, Any]

MAX_VIDEOS = 60
MAX_IMAGES = 100
MAX_MUSIC = 100_000
MAX_FOUND = 10_000
"""Searches find the files that were changed last, and no more than these."""

SCENES = ("CREATIVE_ASSET", "CAROUSEL_ADS", "CATALOG_CAROUSEL")
SEARCH_TYPES = (
    "SEARCH_BY_KEYWORD",
    "SEARCH_BY_RECOMMEND",
    "SEARCH_BY_LIKED",
    "SEARCH_BY_HISTORY",
    "SEARCH_BY_MUSIC_ID",
    "SEARCH_BY_SOURCE",
)
SIZES = ((1080, 1920), (720, 1280), (1920, 1080), (640, 640))
ORDERS = {"CREATE_TIME": "create_time", "MODIFY_TIME": "modify_time"}


def videos(world: World, query: Query, now: datetime, newest: int = MAX_FOUND) -> Listing:
    """Answer `/file/video/ad/search/`."""
    account = asked_account(world, query)
    filters = filters_of(query, "video")
    order = ORDERS[query.one_of("sort_field", ORDERS, "CREATE_TIME")]
    rows = _matching(_newest(account, "video", now, newest), filters)
    rows.sort(key=lambda row: row[order], reverse=True)
    return listing(query, rows, default_size=20, max_size=100)


def images(world: World, query: Query, now: datetime, newest: int = MAX_FOUND) -> Listing:
    """Answer `/file/image/ad/search/`."""
    account = asked_account(world, query)
    filters = filters_of(query, "image")
    rows = _matching(_newest(account, "image", now, newest), filters)
    rows.sort(key=lambda row: row["create_time"], reverse=True)
    return listing(query, rows, default_size=20, max_size=100)


def video_info(world: World, query: Query, now: datetime) -> Row:
    """Answer `/file/video/ad/info/`; unknown ids are left out."""
    account = asked_account(world, query)
    ids = ids_of(query, "video_ids", MAX_VIDEOS)
    return {"list": [_video(each, now) for each in existing(account, "video", now, ids)]}


def image_info(world: World, query: Query, now: datetime) -> Row:
    """Answer `/file/image/ad/info/`; unknown ids are left out."""
    account = asked_account(world, query)
    ids = ids_of(query, "image_ids", MAX_IMAGES)
    return {"list": [_image(each, now) for each in existing(account, "image", now, ids)]}


def music(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/file/music/get/`; uploaded music only fits the first scene."""
    account = asked_account(world, query)
    scene = query.one_of("music_scene", SCENES, SCENES[0])
    search = query.one_of("search_type", SEARCH_TYPES, SEARCH_TYPES[0])
    filters = filters_of(query, "music")
    page, page_size = query.integer("page", 1), query.integer("page_size", 1000, maximum=1000)
    if page * page_size > MAX_MUSIC:
        refuse("page", f"page times page_size must be less than or equal to {MAX_MUSIC}")
    rows = [_music(each, now) for each in existing(account, "music", now)]
    rows = [
        row
        for row in _matching(rows, filters)
        if (scene == SCENES[0] or "SYSTEM" in row["sources"])
        and (row["liked"] or search != "SEARCH_BY_LIKED")
    ]
    return listing(query, rows, key="musics", default_size=1000, max_size=1000)


def file_time(moment: datetime) -> str:
    """Return a time of a file: ISO 8601 with a Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def signed_url(asset: Asset, what: str, expiry: datetime) -> str:
    """Return an address that expires; it differs with every call."""
    path = f"https://media.example/{asset.key:016x}/{what}"
    return f"{path}?x-expires={expiry.timestamp():.0f}&x-signature={secrets.token_hex(16)}"


def file_facts(asset: Asset) -> Row:
    """Return what depends only on the content of a file."""
    width, height = SIZES[asset.key % len(SIZES)]
    return {
        "width": width,
        "height": height,
        "size": 200_000 + asset.key % 9_000_000,
        "signature": f"{hash64(asset.id, 'a'):016x}{hash64(asset.id, 'b'):016x}",
    }


def _newest(account: Account, family: str, now: datetime, newest: int) -> list[Row]:
    """Return the rows of the files that were changed last."""
    files = existing(account, family, now)
    files.sort(key=lambda asset: objects.modified_at(asset, now), reverse=True)
    return [FILES[family](asset, now) for asset in files[:newest]]


def _video(asset: Asset, now: datetime) -> Row:
    expiry = now + timedelta(hours=6)
    return {
        "video_id": asset.id,
        "displayable": True,
        "video_cover_url": signed_url(asset, "cover.webp", expiry),
        "bit_rate": 500_000 + asset.key % 3_000_000,
        "format": "mp4",
        "preview_url": signed_url(asset, "preview.mp4", expiry),
        "preview_url_expire_time": objects.wire_time(expiry),
        "duration": asset.key % 600 / 10 + 5,
        "allowed_placements": ["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"],
        "allow_download": True,
        "definition": "720p",
        "fps": 30,
        "fix_task_id": None,
        "flaw_types": None,
        **file_facts(asset),
        **_file(asset, now),
    }


def _image(asset: Asset, now: datetime) -> Row:
    return {
        "image_id": asset.id,
        "is_carousel_usable": True,
        "displayable": bool(asset.key % 9),
        "format": "jpeg",
        "image_url": signed_url(asset, "image.jpeg", now + timedelta(hours=1)),
        **file_facts(asset),
        **_file(asset, now),
    }


def _music(asset: Asset, now: datetime) -> Row:
    uploaded = asset.kind == "USER"
    row = {
        "music_id": asset.id,
        "sources": [asset.kind],
        "liked": bool(asset.key % 2) if uploaded else None,
        "cover_url": None if uploaded else signed_url(asset, "cover.jpeg", now + timedelta(days=1)),
        "url": signed_url(asset, "music.mp3", now + timedelta(hours=12)),
        "signature": file_facts(asset)["signature"],
        "copyright": "MUSIC_FORBID_VIDEO_ALLOW",
        **asset.plan["fields"],
        **_file(asset, now),
    }
    return row if uploaded else row | {"create_time": None, "modify_time": None}


def _file(asset: Asset, now: datetime) -> Row:
    return {
        "material_id": material_id(asset),
        "file_name": objects.name_at(asset, now),
        "create_time": file_time(asset.born),
        "modify_time": file_time(objects.modified_at(asset, now)),
    }


FILES: dict[str, Callable[[Asset, datetime], Row]] = {"video": _video, "image": _image}


def _matching(rows: list[Row], filters: Row) -> list[Row]:
    return [row for row in rows if all(MATCHES[key](row, filters[key]) for key in filters)]


def _is_named(row: Row, wanted: str) -> bool:
    return wanted.casefold() in row["file_name"].casefold()


MATCHES: dict[str, Callable[[Row, Any], bool]] = {
    "video_ids": lambda row, wanted: row["video_id"] in wanted,
    "image_ids": lambda row, wanted: row["image_id"] in wanted,
    "music_ids": lambda row, wanted: row["music_id"] in wanted,
    "material_ids": lambda row, wanted: row["material_id"] in wanted,
    "video_name": _is_named,
    "keyword": _is_named,
    "video_material_sources": lambda _, wanted: "UPLOADED_TO_TIKTOK_ADS_MANAGER" in wanted,
    "width": lambda row, wanted: bool(row["width"] == wanted),
    "height": lambda row, wanted: bool(row["height"] == wanted),
    "ratio": lambda row, wanted: row["width"] / row["height"] in wanted,
    "displayable": lambda row, wanted: bool(row["displayable"] == wanted),
    "styles": lambda row, wanted: row["style"] in wanted,
    "sources": lambda row, wanted: not set(wanted).isdisjoint(row["sources"]),
}
