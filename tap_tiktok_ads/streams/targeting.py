"""What the ids and codes in targeting mean: the same for all accounts, read once in a run."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_tiktok_ads.streams.base import Read
from tap_tiktok_ads.streams.lists import Ask, ListStream

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
    def plan(self) -> Iterator[Read]:
        if advertiser_id := self._tap.first_readable:
            yield Read(advertiser_id, partial(self.read, advertiser_id))
        else:
            # Nobody can ask; going through the accounts tells why.
            deque(self._tap.accounts(self.name), maxlen=0)


class Regions(ReferenceStream):
    """Countries, provinces, cities and districts that can be targeted."""

    name = "regions"
    entity = "region"
    endpoint = "/tool/region/"
    list_key = "region_info"
    primary_keys = ("location_id",)

    @override
    def asks(self, advertiser_id: str) -> Iterable[Ask]:
        placements = {"placements": ["PLACEMENT_TIKTOK"], "objective_type": "TRAFFIC"}
        return [Ask({**placements, "level_range": "ALL"})]


class InterestCategories(ReferenceStream):
    """Interests."""

    name = "interest_categories"
    entity = "interest_category"
    endpoint = "/tool/interest_category/"
    list_key = "interest_categories"
    primary_keys = ("interest_category_id",)


class ActionCategories(ReferenceStream):
    """Behaviours."""

    name = "action_categories"
    entity = "action_category"
    endpoint = "/tool/action_category/"
    list_key = "action_categories"
    primary_keys = ("action_category_id",)


class Languages(ReferenceStream):
    """Languages."""

    name = "languages"
    entity = "language"
    endpoint = "/tool/language/"
    list_key = "languages"
    primary_keys = ("code",)


class Carriers(ReferenceStream):
    """Mobile carriers, a row per country and carrier."""

    name = "carriers"
    entity = "carrier"
    endpoint = "/tool/carrier/"
    list_key = "countries"
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
    list_key = "device_models"
    primary_keys = ("device_model_id",)


class OsVersions(ReferenceStream):
    """Versions of Android and iOS."""

    name = "os_versions"
    entity = "os_version"
    endpoint = "/tool/os_version/"
    list_key = "os_versions"
    primary_keys = ("os_id",)

    @override
    def asks(self, advertiser_id: str) -> Iterable[Ask]:
        return [Ask({"os_type": os_type}) for os_type in ("ANDROID", "IOS")]


class Timezones(ReferenceStream):
    """Time zones that an account may have."""

    name = "timezones"
    entity = "timezone"
    endpoint = "/tool/timezone/"
    list_key = "timezones"
    primary_keys = ("timezone",)
