"""The streams, each a declaration of a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tap_tiktok_ads.streams.entities import AdGroups, Ads, Advertisers, Campaigns
from tap_tiktok_ads.streams.reports import (
    AdGroupReportDaily,
    AdReportDaily,
    AdvertiserReportDaily,
    CampaignReportDaily,
    SyncWindows,
)

if TYPE_CHECKING:
    from tap_tiktok_ads.streams.base import TikTokStream

STREAMS: Final[tuple[type[TikTokStream], ...]] = (
    Advertisers,
    Campaigns,
    AdGroups,
    Ads,
    AdReportDaily,
    AdGroupReportDaily,
    CampaignReportDaily,
    AdvertiserReportDaily,
    SyncWindows,
)
