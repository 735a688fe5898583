"""Requests that live answers refuse though the documentation allows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.query import (
    BAD_PARAMETER,
    NO_PERMISSION,
    ApiError,
    asked_account,
    refuse,
    refuse_field,
)
from simulator.world.building import hash64
from simulator.world.objects import field_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.query import Query
    from simulator.world.model import World

REPORT = "/report/integrated/get/"
IMAGE_INFO = "/file/image/ad/info/"
PORTFOLIOS = "/creative/portfolio/"
GMV_MAX_REPORT = "/gmv_max/report/get/"
THUMBNAIL = "v0201/"
"""Begins the ids of thumbnails, which look like those of images."""

REFUSED_FIELDS = {
    "/advertiser/info/": ("advertiser", "license_url"),
    "/campaign/get/": ("campaign", "rta_bid_enabled"),
    "/adgroup/get/": ("adgroup", "feed_type"),
    "/ad/get/": ("ad", "vast_moat_enabled"),
    "/smart_plus/campaign/get/": ("smart_plus_campaign", "po_number"),
    "/smart_plus/adgroup/get/": ("smart_plus_adgroup", "movie_premiere_date"),
    "/smart_plus/ad/get/": ("smart_plus_ad", "custom_product_page_list"),
}
"""The level that a list has rows of, and the field that it refuses."""


def thumbnail_id(ad_id: object) -> str:
    """Return the id of the thumbnail of an ad's video."""
    return f"{THUMBNAIL}{hash64('thumbnail', ad_id) % 16**12:012x}"


def closed_store_id(advertiser_id: str) -> str:
    """Return the id of the shop of an account for which GMV Max is not available."""
    return str(7_498_000_000_000_000_000 + hash64("store", advertiser_id) % 10**15)


def _account_ad_type(_: World, path: str, query: Query) -> None:
    asked = f"{query.text('dimensions')}{query.text('metrics')}"
    if path == REPORT and query.text("data_level") == "AUCTION_ADVERTISER" and '"ad_type"' in asked:
        refuse("dimensions", "ad_type cannot be used with AUCTION_ADVERTISER")


def _closed_store(world: World, path: str, query: Query) -> None:
    if path != GMV_MAX_REPORT:
        return
    account = asked_account(world, query)
    store_id = closed_store_id(account.id)
    if store_id in (query.strings("store_ids") or ()):
        code = BAD_PARAMETER if account.index % 2 else NO_PERMISSION
        raise ApiError(code, f"GMV Max is not available for the store {store_id}.")


def _thumbnails(_: World, path: str, query: Query) -> None:
    if path == IMAGE_INFO and any(
        image.startswith(THUMBNAIL) for image in query.strings("image_ids") or ()
    ):
        raise ApiError(NO_PERMISSION, "No permission to operate the images.")


def _permission(world: World, path: str, query: Query) -> None:
    if path.startswith(PORTFOLIOS) and asked_account(world, query).index % 2 == 0:
        message = "No permission to access this API. Please check the app's scopes."
        raise ApiError(NO_PERMISSION, message)


def _fields(_: World, path: str, query: Query) -> None:
    level, refused = REFUSED_FIELDS.get(path, ("", ""))
    asked = query.strings("fields") if refused else None
    if asked and refused in asked:
        known = [name for name in field_names(level) if name != refused]
        refuse_field(asked.index(refused), known)


REFUSALS: dict[str, Callable[[World, str, Query], None]] = {
    "no-account-ad-type": _account_ad_type,
    "closed-stores": _closed_store,
    "thumbnails-refused": _thumbnails,
    "missing-permission": _permission,
    "refused-fields": _fields,
}
"""What raises the error of a request, by switch."""
