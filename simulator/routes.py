"""Which function answers which list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.endpoints import (
    audiences,
    conversions,
    creatives,
    listings,
    media,
    pixels,
    references,
    reviews,
    smart_plus,
)
from simulator.endpoints import gmv_max as gmv_listings
from simulator.endpoints import gmv_max_report as gmv_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.query import Query
    from simulator.world.model import World

LISTS: dict[str, Callable[[World, Query, datetime], Any]] = {
    "/advertiser/info/": listings.advertisers,
    "/campaign/get/": partial(listings.entities, level="campaign"),
    "/adgroup/get/": partial(listings.entities, level="adgroup"),
    "/ad/get/": partial(listings.entities, level="ad"),
    "/smart_plus/campaign/get/": partial(smart_plus.entities, level="campaign"),
    "/smart_plus/adgroup/get/": partial(smart_plus.entities, level="adgroup"),
    "/smart_plus/ad/get/": partial(smart_plus.entities, level="ad"),
    "/adgroup/review_info/": reviews.review_info,
    "/file/video/ad/info/": media.video_info,
    "/file/image/ad/info/": media.image_info,
    "/file/music/get/": media.music,
    "/creative/portfolio/list/": creatives.portfolios,
    "/creative/portfolio/get/": creatives.portfolio,
    "/identity/get/": creatives.identities,
    "/tt_video/list/": creatives.posts,
    "/dmp/custom_audience/list/": audiences.custom_audiences,
    "/dmp/custom_audience/get/": audiences.custom_audience_details,
    "/dmp/saved_audience/list/": audiences.saved_audiences,
    "/pixel/list/": pixels.pixels,
    "/pixel/event/stats/": pixels.statistics,
    "/app/list/": conversions.apps,
    "/app/info/": conversions.app,
    "/app/optimization_event/": conversions.app_events,
    "/custom_conversion/list/": conversions.custom_conversions,
    "/offline/get/": conversions.offline_event_sets,
    "/gmv_max/store/list/": gmv_listings.store_list,
    "/gmv_max/campaign/get/": gmv_listings.campaign_list,
    "/campaign/gmv_max/info/": gmv_listings.campaign_info,
    "/gmv_max/report/get/": gmv_report.answer,
    **references.ENDPOINTS,
}

SEARCHES: dict[str, Callable[[World, Query, datetime, int], Any]] = {
    "/file/video/ad/search/": media.videos,
    "/file/image/ad/search/": media.images,
}
"""These find only so many files, the newest."""
