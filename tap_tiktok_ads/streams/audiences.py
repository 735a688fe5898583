"""Audiences: who ads are shown to, or kept from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_tiktok_ads.streams.lists import DetailedStream, ListStream

if TYPE_CHECKING:
    from collections.abc import Iterable


class CustomAudiences(DetailedStream):
    """Custom audiences and look-alikes, with their rules and history."""

    name = "custom_audiences"
    entity = "custom_audience"
    endpoint = "/dmp/custom_audience/list/"
    primary_keys = ("advertiser_id", "audience_id")
    aliases = {"type": "audience_type"}  # noqa: RUF012 (as the base class declares it)
    details_endpoint = "/dmp/custom_audience/get/"

    @override
    def detailed(self, data: dict[str, Any]) -> Iterable[dict[str, Any]]:
        for each in data.get("list") or ():
            yield {**each["audience_details"], "audience_history": each.get("audience_history")}


class SavedAudiences(ListStream):
    """Targeting settings that were saved for use in many ad groups."""

    name = "saved_audiences"
    entity = "saved_audience"
    endpoint = "/dmp/saved_audience/list/"
    primary_keys = ("advertiser_id", "saved_audience_id")
