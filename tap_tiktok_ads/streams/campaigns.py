"""Accounts, campaigns, ad groups and ads: read whole in every run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from tap_tiktok_ads.api.lookups import delivery
from tap_tiktok_ads.read_result import Reading
from tap_tiktok_ads.streams.base import Read
from tap_tiktok_ads.streams.lists import Ask, EntityStream, ListStream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


class Advertisers(EntityStream):
    """Ad accounts."""

    name = "advertisers"
    entity = "advertiser"
    endpoint = "/advertiser/info/"
    primary_keys = ("advertiser_id",)

    @override
    def plan(self) -> Iterator[Read]:
        for account in self._tap.accounts(self.name):
            reading = Reading(total=1)
            reading.add([self.rows.members(account.row)])
            same = {"advertiser_id": account.advertiser_id}
            yield Read(account.advertiser_id, partial(_as_it_is, reading), same=same)


def _as_it_is(reading: Reading) -> Reading:
    return reading


class DeliveryEntityStream(ListStream):
    """What a campaign consists of; TopView and Promote have to be asked for by themselves."""

    page_size = 1000
    top_view_page_size: ClassVar[int] = 1000
    selected_by_default = True

    @override
    def asks(self, advertiser_id: str) -> Iterable[Ask]:
        for params in delivery(
            self.special(advertiser_id),
            deleted=self.config["include_deleted"],
            top_view_page_size=self.top_view_page_size,
        ):
            yield Ask(params)

    def special(self, advertiser_id: str) -> Collection[str]:
        """Tell which special kinds of campaigns an account has."""
        return self._tap.special(advertiser_id)


class Campaigns(DeliveryEntityStream):
    """Campaigns of all buying types, deleted ones included."""

    name = "campaigns"
    entity = "campaign"
    endpoint = "/campaign/get/"
    primary_keys = ("advertiser_id", "campaign_id")


class AdGroups(DeliveryEntityStream):
    """Ad groups."""

    name = "adgroups"
    entity = "adgroup"
    endpoint = "/adgroup/get/"
    primary_keys = ("advertiser_id", "adgroup_id")
    always = ("campaign_id",)
    top_view_page_size = 100


class Ads(DeliveryEntityStream):
    """Ads; for Upgraded Smart+ campaigns their creatives, each with its ``smart_plus_ad_id``."""

    name = "ads"
    entity = "ad"
    endpoint = "/ad/get/"
    primary_keys = ("advertiser_id", "ad_id")
    always = ("campaign_id", "adgroup_id", "smart_plus_ad_id")
