"""Accounts, campaigns, ad groups and ads: read in full in every run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_tiktok_ads.api.lookups import campaign_lists
from tap_tiktok_ads.read_result import ReadResult
from tap_tiktok_ads.streams.base import PlannedRead
from tap_tiktok_ads.streams.lists import EntityStream, ListRequest, ListStream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tap_tiktok_ads.api.accounts import Account


class Advertisers(EntityStream):
    """Ad accounts."""

    name = "advertisers"
    entity = "advertiser"
    endpoint = "/advertiser/info/"
    primary_keys = ("advertiser_id",)

    @override
    def plan(self) -> Iterator[PlannedRead]:
        for account in self.run.accounts(self.name):
            constants = {"advertiser_id": account.advertiser_id}
            read = partial(self._row, account)
            yield PlannedRead(account.advertiser_id, read, constants=constants)

    def _row(self, account: Account) -> ReadResult:
        result = ReadResult(total=1)
        if (members := self.decoder.members(account.row, result.unread)) is not None:
            result.add([members])
        return result


class CampaignPartStream(ListStream):
    """Campaigns or their parts; TopView and Promote are lists of their own."""

    selected_by_default = True

    @override
    def requests(self, advertiser_id: str) -> Iterable[ListRequest]:
        include_deleted = self.run.settings.include_deleted
        special = self.special(advertiser_id)
        for params in campaign_lists(self.endpoint, special, include_deleted=include_deleted):
            yield ListRequest(params)

    def special(self, advertiser_id: str) -> Collection[str]:
        """Return the special kinds of campaigns that an account has."""
        return self.run.special(advertiser_id)


class Campaigns(CampaignPartStream):
    """Campaigns of all buying types, deleted ones included."""

    name = "campaigns"
    entity = "campaign"
    endpoint = "/campaign/get/"
    primary_keys = ("advertiser_id", "campaign_id")


class AdGroups(CampaignPartStream):
    """Ad groups."""

    name = "adgroups"
    entity = "adgroup"
    endpoint = "/adgroup/get/"
    primary_keys = ("advertiser_id", "adgroup_id")
    always = ("campaign_id",)


class Ads(CampaignPartStream):
    """Ads; for Upgraded Smart+ campaigns their creatives, each with its ``smart_plus_ad_id``."""

    name = "ads"
    entity = "ad"
    endpoint = "/ad/get/"
    primary_keys = ("advertiser_id", "ad_id")
    always = ("campaign_id", "adgroup_id", "smart_plus_ad_id")
