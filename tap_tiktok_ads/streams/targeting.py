"""What the ids and codes in targeting mean: the same for all accounts, read once in a run."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_tiktok_ads.streams.base import PlannedRead
from tap_tiktok_ads.streams.lists import ListRequest, ListStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_tiktok_ads.columns import Column


class ReferenceStream(ListStream):
    """A list that TikTok gives to any account; the first one that can be read asks for it."""

    @override
    @property
    def columns(self) -> Sequence[Column]:
        return super().columns[1:]

    @override
    def plan(self) -> Iterator[PlannedRead]:
        if advertiser_id := self.run.first_readable:
            yield PlannedRead(advertiser_id, partial(self.read, advertiser_id))
        else:
            # No account can ask; going through them logs why.
            deque(self.run.accounts(self.name), maxlen=0)


class Regions(ReferenceStream):
    """Countries, provinces, cities and districts that can be targeted."""

    name = "regions"
    entity = "region"
    endpoint = "/tool/region/"
    primary_keys = ("location_id",)

    @override
    def requests(self, advertiser_id: str) -> Iterable[ListRequest]:
        placements = {"placements": ["PLACEMENT_TIKTOK"], "objective_type": "TRAFFIC"}
        return [ListRequest({**placements, "level_range": "ALL"})]


class InterestCategories(ReferenceStream):
    """Interests."""

    name = "interest_categories"
    entity = "interest_category"
    endpoint = "/tool/interest_category/"
    primary_keys = ("interest_category_id",)


class ActionCategories(ReferenceStream):
    """Behaviours."""

    name = "action_categories"
    entity = "action_category"
    endpoint = "/tool/action_category/"
    primary_keys = ("action_category_id",)


class Languages(ReferenceStream):
    """Languages."""

    name = "languages"
    entity = "language"
    endpoint = "/tool/language/"
    primary_keys = ("code",)


class Carriers(ReferenceStream):
    """Mobile carriers, a row per country and carrier."""

    name = "carriers"
    entity = "carrier"
    endpoint = "/tool/carrier/"
    primary_keys = ("country_code", "carrier_id")

    @override
    def unpack(self, listed: Any) -> Iterable[dict[str, Any]]:
        for country in listed:
            for carrier in country.get("carriers") or ():
                yield {"country_code": country["country_code"], **carrier}


class DeviceModels(ReferenceStream):
    """Device models, their series and brands."""

    name = "device_models"
    entity = "device_model"
    endpoint = "/tool/device_model/"
    primary_keys = ("device_model_id",)


class OsVersions(ReferenceStream):
    """Versions of Android and iOS."""

    name = "os_versions"
    entity = "os_version"
    endpoint = "/tool/os_version/"
    primary_keys = ("os_id",)

    @override
    def requests(self, advertiser_id: str) -> Iterable[ListRequest]:
        return [ListRequest({"os_type": os_type}) for os_type in ("ANDROID", "IOS")]


class Timezones(ReferenceStream):
    """Time zones that an account may have."""

    name = "timezones"
    entity = "timezone"
    endpoint = "/tool/timezone/"
    primary_keys = ("timezone",)
