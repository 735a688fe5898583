"""Accounts, campaigns, ad groups and ads: read whole in every run."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from typing_extensions import override

from tap_tiktok_ads.accounts import PROMOTE, SPECIAL, TOP_VIEW
from tap_tiktok_ads.fetch import Reading
from tap_tiktok_ads.records import EntityRows
from tap_tiktok_ads.schema import ADVERTISER_ID, SYNCED_AT, entity_columns
from tap_tiktok_ads.streams.base import Read, TikTokStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_tiktok_ads.schema import Column


#: Columns that are not taken from the API's rows.
SAME: Final = frozenset({ADVERTISER_ID.name, SYNCED_AT.name})


class EntityStream(TikTokStream):
    """Things of an account, all of them, every time."""

    entity: ClassVar[str]
    state_partitioning_keys = ()

    @override
    @property
    def columns(self) -> Sequence[Column]:
        return entity_columns(self.entity)

    @cached_property
    def rows(self) -> EntityRows:
        """The reader of the API's rows."""
        columns = self.selected_columns.items()
        own = {name: kind for name, kind in columns if name not in SAME}
        return EntityRows(self.name, own, key=self.primary_keys[1:])

    @override
    def concluded(self) -> None:
        if new := self.rows.unknown - {column.name for column in self.columns}:
            self.logger.warning(
                "%s: TikTok sends fields that this version does not know and does not load: %s",
                self.name,
                ", ".join(sorted(new)),
            )


class Advertisers(EntityStream):
    """Ad accounts."""

    name = "advertisers"
    entity = "advertiser"
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


class DeliveryEntityStream(EntityStream):
    """What a campaign consists of; TopView and Promote have to be asked for by themselves."""

    #: The most rows of a page, TopView apart (errors-and-limits.md 6).
    page_size: ClassVar[int] = 1000
    top_view_page_size: ClassVar[int] = 1000

    @override
    def plan(self) -> Iterator[Read]:
        for advertiser_id in self._tap.advertiser_ids:
            same = {"advertiser_id": advertiser_id}
            yield Read(advertiser_id, partial(self._read, advertiser_id), same=same)

    def _read(self, advertiser_id: str) -> Reading:
        reading = self._list(advertiser_id, {}, self.page_size)
        special = self._tap.special(advertiser_id)
        for kind, page_size in ((TOP_VIEW, self.top_view_page_size), (PROMOTE, self.page_size)):
            if kind in special:
                reading.extend(self._list(advertiser_id, SPECIAL[kind], page_size))
        return reading

    def _list(self, advertiser_id: str, filtering: dict[str, Any], page_size: int) -> Reading:
        if self.config["include_deleted"]:
            filtering = {**filtering, "primary_status": "STATUS_ALL"}
        params: dict[str, Any] = {"advertiser_id": advertiser_id, "page_size": page_size}
        if filtering:
            params["filtering"] = filtering
        endpoint = f"/{self.entity}/get/"
        return self._tap.fetcher.complete(endpoint, params, self.rows.page)


class Campaigns(DeliveryEntityStream):
    """Campaigns of all buying types, deleted ones included."""

    name = "campaigns"
    entity = "campaign"
    primary_keys = ("advertiser_id", "campaign_id")


class AdGroups(DeliveryEntityStream):
    """Ad groups."""

    name = "adgroups"
    entity = "adgroup"
    primary_keys = ("advertiser_id", "adgroup_id")
    always = ("campaign_id",)
    top_view_page_size = 100


class Ads(DeliveryEntityStream):
    """Ads; for Upgraded Smart+ campaigns their creatives, each with its ``smart_plus_ad_id``."""

    name = "ads"
    entity = "ad"
    primary_keys = ("advertiser_id", "ad_id")
    always = ("campaign_id", "adgroup_id", "smart_plus_ad_id")
