"""What things belong to or are named by: ids that streams need to ask for other things."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from tap_tiktok_ads.api.accounts import PROMOTE, SPECIAL, TOP_VIEW
from tap_tiktok_ads.api.lists import listed
from tap_tiktok_ads.api.workers import Memo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tap_tiktok_ads.api.accounts import Special
    from tap_tiktok_ads.api.lists import Fetcher

#: How the fields of ads and of Smart+ creatives name other things.
NAMES: Final = {
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


def delivery(
    special: Collection[str], *, deleted: bool, top_view_page_size: int = 1000
) -> Iterator[dict[str, Any]]:
    """Give the parameters of the lists that hold all campaigns, ad groups or ads of an account.

    Args:
        special: Special kinds of campaigns that the account has: each is a list of its own.
        deleted: Whether to list deleted ones.
        top_view_page_size: The most rows of a page about TopView.
    """
    for kind in ("", TOP_VIEW, PROMOTE):
        if kind and kind not in special:
            continue
        filtering = dict(SPECIAL.get(kind, {}))
        if deleted:
            filtering["primary_status"] = "STATUS_ALL"
        params: dict[str, Any] = {"filtering": filtering} if filtering else {}
        if kind == TOP_VIEW:
            params["page_size"] = top_view_page_size
        yield params


class Parents:
    """Reads such ids once for each account, whoever needs them first.

    Args:
        fetcher: Reads the lists.
        special: Tells which special kinds of campaigns an account has.
        include_deleted: Whether deleted ads count.
    """

    def __init__(self, fetcher: Fetcher, special: Special, *, include_deleted: bool) -> None:
        self._fetcher = fetcher
        self._special = special
        self._include_deleted = include_deleted
        self.adgroup_ids = Memo(self._adgroup_ids)
        self.pixel_ids = Memo(self._pixel_ids)
        self.apps = Memo(self._apps)
        self.store_ids = Memo(self._store_ids)
        self.named_by_ads = Memo(self._named_by_ads)

    def _adgroup_ids(self, advertiser_id: str) -> list[str]:
        """Ad groups that are not deleted."""
        rows = self._delivery(advertiser_id, "/adgroup/get/", ["adgroup_id"], deleted=False)
        return [str(row["adgroup_id"]) for row in rows]

    def _pixel_ids(self, advertiser_id: str) -> list[str]:
        params = {"advertiser_id": advertiser_id, "page_size": 20}
        rows = listed(self._fetcher, "/pixel/list/", params, "pixel_id", "pixels")
        return [str(row["pixel_id"]) for row in rows]

    def _apps(self, advertiser_id: str) -> list[dict[str, Any]]:
        params = {"advertiser_id": advertiser_id}
        return listed(self._fetcher, "/app/list/", params, "app_id", "apps")

    def _store_ids(self, advertiser_id: str) -> list[str]:
        params = {"advertiser_id": advertiser_id}
        rows = listed(self._fetcher, "/gmv_max/store/list/", params, "store_id", "store_list")
        return [str(row["store_id"]) for row in rows]

    def _named_by_ads(self, advertiser_id: str) -> Mapping[str, list[str]]:
        """Videos, images, music and Business Centers of ads and Smart+ creatives."""
        deleted = self._include_deleted
        rows = self._delivery(advertiser_id, "/ad/get/", AD_FIELDS, deleted=deleted)
        if any(row.get("smart_plus_ad_id") for row in rows):
            for params in delivery((), deleted=deleted):
                fields = {"fields": SMART_PLUS_FIELDS, "page_size": 100}
                whole = {"advertiser_id": advertiser_id, **fields, **params}
                rows += listed(self._fetcher, "/smart_plus/ad/get/", whole, "smart_plus_ad_id")
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        _find_names(rows, found)
        return defaultdict(list, {kind: list(ids) for kind, ids in found.items()})

    def _delivery(
        self, advertiser_id: str, endpoint: str, fields: list[str], *, deleted: bool
    ) -> list[dict[str, Any]]:
        rows = []
        same = {"advertiser_id": advertiser_id, "page_size": 1000, "fields": fields}
        special = self._special(advertiser_id)
        for params in delivery(special, deleted=deleted, top_view_page_size=100):
            rows += listed(self._fetcher, endpoint, {**same, **params}, fields[0])
        return rows


def _find_names(value: Any, found: defaultdict[str, dict[str, None]]) -> None:
    """Collect the ids under the names that are looked for, however deep they stand."""
    if isinstance(value, list):
        for item in value:
            _find_names(item, found)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in NAMES:
                ids = inner if isinstance(inner, list) else [inner]
                found[NAMES[name]].update(dict.fromkeys(str(one) for one in ids if one))
            else:
                _find_names(inner, found)
