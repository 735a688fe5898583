"""Reviews: whether ads may run, where they may not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from tap_tiktok_ads.api.lists import portions
from tap_tiktok_ads.streams.lists import Ask, ListStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ADGROUPS_PER_REQUEST: Final = 20


class AdReviews(ListStream):
    """Reviews of the ads that are not deleted."""

    name = "ad_reviews"
    entity = "ad_review"
    endpoint = "/adgroup/review_info/"
    list_key = "ad_review_map"
    form = dict[str, dict[str, dict[str, Any]]]
    primary_keys = ("advertiser_id", "ad_id")
    always = ("adgroup_id",)

    @override
    def asks(self, advertiser_id: str) -> Iterator[Ask]:
        for ids in portions(self._tap.parents.adgroup_ids(advertiser_id), ADGROUPS_PER_REQUEST):
            yield Ask({"adgroup_ids": ids})

    @override
    def unpack(self, listed: Any) -> Iterable[dict[str, Any]]:
        for adgroup_id, reviews in listed.items():
            for ad_id, review in reviews.items():
                yield {**review, "ad_id": ad_id, "adgroup_id": adgroup_id}
