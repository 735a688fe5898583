"""The endpoints: which function answers which path."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.endpoints import (
    audiences,
    conversions,
    creatives,
    gmv_max,
    gmv_max_report,
    listings,
    media,
    pixels,
    references,
    reviews,
    smart_plus,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.oauth import Authorisation

    Endpoint = Callable[..., Any]
    """Takes world, query and clock, and returns ``data``."""

TOKEN = "/oauth2/access_token/"  # noqa: S105  a path
REPORT = "/report/integrated/get/"


def routes(authorisation: Authorisation, report: Endpoint) -> dict[str, Endpoint]:
    """Return every endpoint by its path.

    Args:
        authorisation: The app and its codes.
        report: What answers reports, which are remembered and may meet faults.
    """
    return {
        TOKEN: authorisation.exchange,
        "/oauth2/advertiser/get/": authorisation.advertisers,
        REPORT: report,
        "/advertiser/info/": listings.advertisers,
        "/campaign/get/": partial(listings.entities, level="campaign"),
        "/adgroup/get/": partial(listings.entities, level="adgroup"),
        "/ad/get/": partial(listings.entities, level="ad"),
        "/smart_plus/campaign/get/": partial(smart_plus.entities, level="campaign"),
        "/smart_plus/adgroup/get/": partial(smart_plus.entities, level="adgroup"),
        "/smart_plus/ad/get/": partial(smart_plus.entities, level="ad"),
        "/adgroup/review_info/": reviews.review_info,
        "/file/video/ad/search/": media.videos,
        "/file/video/ad/info/": media.video_info,
        "/file/image/ad/search/": media.images,
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
        "/gmv_max/store/list/": gmv_max.store_list,
        "/gmv_max/campaign/get/": gmv_max.campaign_list,
        "/campaign/gmv_max/info/": gmv_max.campaign_info,
        "/gmv_max/report/get/": gmv_max_report.report,
        "/tool/region/": references.regions,
        "/tool/interest_category/": references.interest_categories,
        "/tool/os_version/": references.os_versions,
        "/tool/action_category/": references.everything("action_category", "action_categories"),
        "/tool/language/": references.everything("language", "languages"),
        "/tool/carrier/": references.everything("carrier", "countries"),
        "/tool/device_model/": references.everything("device_model", "device_models"),
        "/tool/timezone/": references.everything("timezone", "timezones"),
    }
