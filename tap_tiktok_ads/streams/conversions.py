"""Conversions: where events come from, which there are, and how many."""

from __future__ import annotations

from datetime import timezone
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_tiktok_ads.api.lists import batches
from tap_tiktok_ads.streams.lists import EntityStream, ListRequest, ListStream
from tap_tiktok_ads.streams.windowed import WindowedStream
from tap_tiktok_ads.windows import DAY, Window, each_day, today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from tap_tiktok_ads.api.accounts import Account
    from tap_tiktok_ads.read_result import ReadResult


class Pixels(ListStream):
    """Pixels, with their events."""

    name = "pixels"
    entity = "pixel"
    endpoint = "/pixel/list/"
    primary_keys = ("advertiser_id", "pixel_id")


class PixelEventStats(WindowedStream, EntityStream):
    """Events of pixels, a row per pixel, event and day in UTC; only days that are over.

    TikTok adds up the days of a request, so that each day is asked for by itself.
    """

    name = "pixel_event_stats"
    entity = "pixel_event_stats"
    endpoint = "/pixel/event/stats/"
    primary_keys = ("advertiser_id", "pixel_id", "event", "date")
    replication_key = "date"
    state_partitioning_keys = None
    selected_by_default = False

    @override
    def windows(
        self, now: date, bookmark: date | None
    ) -> Iterator[tuple[Window | None, Mapping[str, str]]]:
        yesterday = today(self.run.now, timezone.utc) - DAY
        return super().windows(yesterday, bookmark)

    @override
    def read(self, account: Account, window: Window | None) -> ReadResult:
        request = {"advertiser_id": account.advertiser_id}
        pixel_ids = self.run.lookups.pixel_ids(account.advertiser_id)
        days = [str(day.start) for day in each_day(window)] if window else []
        return self.run.lists.unpaged(
            (
                self.endpoint,
                {**request, "pixel_ids": ids, "date_range": {"start_date": day, "end_date": day}},
                partial(self.decoder.page, constants={"date": day}),
            )
            for day, ids in product(days, batches(pixel_ids, self.api.ids_per_request))
        )

    @override
    def unpack(self, listed: Any) -> Iterable[dict[str, Any]]:
        for pixel in listed:
            for row in pixel.get("statistics") or ():
                event = row.get("pixel_event_type") or row.get("custom_event_type") or ""
                yield {**row, "pixel_id": pixel["pixel_id"], "event": event}


class Apps(ListStream):
    """Apps that an account promotes."""

    name = "apps"
    entity = "app"
    endpoint = "/app/list/"
    primary_keys = ("advertiser_id", "app_id")


class AppEvents(ListStream):
    """In-app events that ad groups can optimise for, or could if there were more of them."""

    name = "app_events"
    entity = "app_event"
    endpoint = "/app/optimization_event/"
    primary_keys = ("advertiser_id", "app_id", "optimization_event")

    @override
    def requests(self, advertiser_id: str) -> Iterator[ListRequest]:
        goal = {"optimization_goal": "IN_APP_EVENT", "objective": "APP_PROMOTION"}
        for app in self.run.lookups.apps(advertiser_id):
            constants = {"app_id": str(app["app_id"])}
            params = {**constants, **goal, "available_only": False}
            yield ListRequest(params, constants)


class CustomConversions(ListStream):
    """Custom conversions of all pixels, and of apps for which TikTok attributes by itself."""

    name = "custom_conversions"
    entity = "custom_conversion"
    endpoint = "/custom_conversion/list/"
    primary_keys = ("advertiser_id", "custom_conversion_id")

    @override
    def requests(self, advertiser_id: str) -> Iterator[ListRequest]:
        for pixel_id in self.run.lookups.pixel_ids(advertiser_id):
            source = {"event_source_type": "PIXEL", "event_source_id": pixel_id}
            yield ListRequest(source, source)
        for app in self.run.lookups.apps(advertiser_id):
            if app.get("self_attribution_enabled") and app.get("app_platform_id"):
                source = {
                    "event_source_type": "APP",
                    "event_source_id": str(app["app_platform_id"]),
                }
                yield ListRequest(source, source)


class OfflineEventSets(ListStream):
    """Offline event sets."""

    name = "offline_event_sets"
    entity = "offline_event_set"
    endpoint = "/offline/get/"
    primary_keys = ("advertiser_id", "event_set_id")
