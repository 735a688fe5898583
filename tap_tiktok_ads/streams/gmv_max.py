"""GMV Max: shops, and the campaigns that sell what is in them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from tap_tiktok_ads.api.lists import portions
from tap_tiktok_ads.streams.lists import Ask, DetailedStream, ListStream

if TYPE_CHECKING:
    from collections.abc import Iterable

PROMOTION_TYPES: Final = ("PRODUCT_GMV_MAX", "LIVE_GMV_MAX")
STORES_PER_REQUEST: Final = 10


class GmvMaxStores(ListStream):
    """TikTok Shops that an account may use."""

    name = "gmv_max_stores"
    entity = "gmv_max_store"
    endpoint = "/gmv_max/store/list/"
    list_key = "store_list"
    primary_keys = ("advertiser_id", "store_id")


class GmvMaxCampaigns(DetailedStream):
    """GMV Max campaigns for products and for LIVE sessions, of all shops."""

    name = "gmv_max_campaigns"
    entity = "gmv_max_campaign"
    endpoint = "/gmv_max/campaign/get/"
    page_size = 100
    primary_keys = ("advertiser_id", "campaign_id")
    aliases = {"items": "item_list"}  # noqa: RUF012 (as the base class declares it)
    details = "/campaign/gmv_max/info/"
    id_parameter = "campaign_id"

    @override
    def asks(self, advertiser_id: str) -> Iterable[Ask]:
        # There is no status for "all": deleted campaigns are a list of their own.
        statuses: list[dict[str, Any]] = [{}]
        if self.config["include_deleted"]:
            statuses.append({"primary_status": "STATUS_DELETE"})
        stores = portions(self._tap.parents.store_ids(advertiser_id), STORES_PER_REQUEST)
        for store_ids, kind, status in product(stores, PROMOTION_TYPES, statuses):
            filtering = {"gmv_max_promotion_types": [kind], "store_ids": store_ids, **status}
            yield Ask({"filtering": filtering}, same={"promotion_type": kind})
