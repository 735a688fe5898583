"""Ids that several streams need to ask for something else, read once for each account."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from tap_tiktok_ads.api.accounts import PROMOTE, SPECIAL, TOP_VIEW
from tap_tiktok_ads.api.workers import Memo
from tap_tiktok_ads.facts import endpoints

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tap_tiktok_ads.api.accounts import SpecialCampaigns
    from tap_tiktok_ads.api.lists import ListReader

#: Fields of ads and Smart+ creatives that name other objects, and the kind of each.
REFERENCES: Final = {
    "identity_authorized_bc_id": "bc_ids",
    "image_id": "image_ids",
    "image_ids": "image_ids",
    "music_id": "music_ids",
    "video_id": "video_ids",
    "web_uri": "image_ids",
}
AD_FIELDS: Final = [
    "ad_id",
    "smart_plus_ad_id",
    "video_id",
    "image_ids",
    "music_id",
    "identity_authorized_bc_id",
]
SMART_PLUS_FIELDS: Final = ["smart_plus_ad_id", "creative_list", "ad_configuration"]


def campaign_lists(
    endpoint: str, special: Collection[str], *, include_deleted: bool
) -> Iterator[dict[str, Any]]:
    """Yield the parameters of the lists that together hold an account's campaigns or their parts.

    Args:
        endpoint: Path of the list.
        special: Special kinds of campaigns that the account has: each is a list of its own.
        include_deleted: Whether to list deleted ones.
    """
    for kind in ("", TOP_VIEW, PROMOTE):
        if kind and kind not in special:
            continue
        filtering = dict(SPECIAL.get(kind, {}))
        if include_deleted:
            filtering["primary_status"] = "STATUS_ALL"
        params: dict[str, Any] = {"filtering": filtering} if filtering else {}
        if kind == TOP_VIEW and (page_size := endpoints()[endpoint].top_view_page_size):
            params["page_size"] = page_size
        yield params


class Lookups:
    """Reads ids once for each account, whichever stream needs them first.

    Args:
        lists: Reads lists.
        special: The special kinds of campaigns of each account.
        include_deleted: Whether deleted ads count.
    """

    def __init__(
        self, lists: ListReader, special: SpecialCampaigns, *, include_deleted: bool
    ) -> None:
        self._lists = lists
        self._special = special
        self._include_deleted = include_deleted
        self.adgroup_ids = Memo(self._adgroup_ids)
        self.pixel_ids = Memo(self._pixel_ids)
        self.apps = Memo(self._apps)
        self.stores = Memo(self._stores)
        self.named_by_ads = Memo(self._named_by_ads)

    def _adgroup_ids(self, advertiser_id: str) -> list[str]:
        """Ad groups that are not deleted."""
        fields = ["adgroup_id"]
        rows = self._parts(advertiser_id, "/adgroup/get/", fields, include_deleted=False)
        return [str(row["adgroup_id"]) for row in rows]

    def _pixel_ids(self, advertiser_id: str) -> list[str]:
        rows = self._lists.objects("/pixel/list/", {"advertiser_id": advertiser_id})
        return [str(row["pixel_id"]) for row in rows]

    def _apps(self, advertiser_id: str) -> list[dict[str, Any]]:
        return self._lists.objects("/app/list/", {"advertiser_id": advertiser_id})

    def _stores(self, advertiser_id: str) -> list[dict[str, Any]]:
        return self._lists.objects("/gmv_max/store/list/", {"advertiser_id": advertiser_id})

    def _named_by_ads(self, advertiser_id: str) -> Mapping[str, list[str]]:
        """Videos, images, music and Business Centers of ads and Smart+ creatives, by kind."""
        deleted = self._include_deleted
        rows = self._parts(advertiser_id, "/ad/get/", AD_FIELDS, include_deleted=deleted)
        if any(row.get("smart_plus_ad_id") for row in rows):
            endpoint = "/smart_plus/ad/get/"
            for params in campaign_lists(endpoint, (), include_deleted=deleted):
                same = {"advertiser_id": advertiser_id, "fields": SMART_PLUS_FIELDS}
                rows += self._lists.objects(endpoint, {**same, **params})
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        _collect_references(rows, found)
        return defaultdict(list, {kind: list(ids) for kind, ids in found.items()})

    def _parts(
        self, advertiser_id: str, endpoint: str, fields: list[str], *, include_deleted: bool
    ) -> list[dict[str, Any]]:
        rows = []
        same = {"advertiser_id": advertiser_id, "fields": fields}
        special = self._special(advertiser_id)
        for params in campaign_lists(endpoint, special, include_deleted=include_deleted):
            rows += self._lists.objects(endpoint, {**same, **params})
        return rows


def _collect_references(value: Any, found: defaultdict[str, dict[str, None]]) -> None:
    """Collect the ids that stand under the names in `REFERENCES`, at any depth."""
    if isinstance(value, list):
        for item in value:
            _collect_references(item, found)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in REFERENCES:
                ids = inner if isinstance(inner, list) else [inner]
                found[REFERENCES[name]].update(dict.fromkeys(str(one) for one in ids if one))
            else:
                _collect_references(inner, found)
