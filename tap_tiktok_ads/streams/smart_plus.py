"""Upgraded Smart+: campaigns, ad groups and ads, with what their normal rows leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_tiktok_ads.streams.campaigns import CampaignPartStream

if TYPE_CHECKING:
    from collections.abc import Collection


class SmartPlusStream(CampaignPartStream):
    """Upgraded Smart+ campaigns or their parts; TopView and Promote have none."""

    selected_by_default = False

    @override
    def special(self, advertiser_id: str) -> Collection[str]:
        return ()


class SmartPlusCampaigns(SmartPlusStream):
    """Upgraded Smart+ campaigns."""

    name = "smart_plus_campaigns"
    entity = "smart_plus_campaign"
    endpoint = "/smart_plus/campaign/get/"
    primary_keys = ("advertiser_id", "campaign_id")


class SmartPlusAdGroups(SmartPlusStream):
    """Ad groups of Upgraded Smart+ campaigns."""

    name = "smart_plus_adgroups"
    entity = "smart_plus_adgroup"
    endpoint = "/smart_plus/adgroup/get/"
    primary_keys = ("advertiser_id", "adgroup_id")
    always = ("campaign_id",)


class SmartPlusAds(SmartPlusStream):
    """Ads of Upgraded Smart+ campaigns, each with its creatives, which ``ads`` has as rows."""

    name = "smart_plus_ads"
    entity = "smart_plus_ad"
    endpoint = "/smart_plus/ad/get/"
    primary_keys = ("advertiser_id", "smart_plus_ad_id")
    always = ("campaign_id", "adgroup_id")
    selected_by_default = True
