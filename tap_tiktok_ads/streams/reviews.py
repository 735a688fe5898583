"""Reviews: whether ads may run, where they may not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_tiktok_ads.api.lists import batches
from tap_tiktok_ads.streams.lists import ListRequest, ListStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class AdReviews(ListStream):
    """Reviews of the ads that are not deleted."""

    name = "ad_reviews"
    entity = "ad_review"
    endpoint = "/adgroup/review_info/"
    form = dict[str, dict[str, dict[str, Any]]]
    primary_keys = ("advertiser_id", "ad_id")
    always = ("adgroup_id",)

    @override
    def requests(self, advertiser_id: str) -> Iterator[ListRequest]:
        adgroup_ids = self.run.lookups.adgroup_ids(advertiser_id)
        for ids in batches(adgroup_ids, self.api.ids_per_request):
            yield ListRequest({"adgroup_ids": ids})

    @override
    def unpack(self, listed: Any) -> Iterable[dict[str, Any]]:
        for adgroup_id, reviews in listed.items():
            for ad_id, review in reviews.items():
                yield {**review, "ad_id": ad_id, "adgroup_id": adgroup_id}
