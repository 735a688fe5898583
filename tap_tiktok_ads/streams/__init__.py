"""The streams, each a declaration of a few lines; reports are declared in ``reports/``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tap_tiktok_ads.streams import (
    audiences,
    conversions,
    creatives,
    gmv_max,
    reviews,
    smart_plus,
    targeting,
)
from tap_tiktok_ads.streams.campaigns import AdGroups, Ads, Advertisers, Campaigns
from tap_tiktok_ads.streams.sync_windows import SyncWindows

if TYPE_CHECKING:
    from tap_tiktok_ads.streams.base import TikTokStream

STREAMS: Final[tuple[type[TikTokStream], ...]] = (
    Advertisers,
    Campaigns,
    AdGroups,
    Ads,
    smart_plus.SmartPlusCampaigns,
    smart_plus.SmartPlusAdGroups,
    smart_plus.SmartPlusAds,
    gmv_max.GmvMaxStores,
    gmv_max.GmvMaxCampaigns,
    gmv_max.GmvMaxReportDaily,
    reviews.AdReviews,
    creatives.Videos,
    creatives.Images,
    creatives.Music,
    creatives.Portfolios,
    creatives.Identities,
    creatives.SparkPosts,
    audiences.CustomAudiences,
    audiences.SavedAudiences,
    conversions.Pixels,
    conversions.PixelEventStats,
    conversions.Apps,
    conversions.AppEvents,
    conversions.CustomConversions,
    conversions.OfflineEventSets,
    targeting.Regions,
    targeting.InterestCategories,
    targeting.ActionCategories,
    targeting.Languages,
    targeting.Carriers,
    targeting.DeviceModels,
    targeting.OsVersions,
    targeting.Timezones,
    SyncWindows,
)
