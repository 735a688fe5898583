"""The events of pixels and apps, and how often those of pixels come."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

from simulator.world.assets import is_there
from simulator.world.building import hash64

if TYPE_CHECKING:
    from simulator.world.model import Asset

Row = dict[str, Any]


def events_of(source: Asset, now: datetime) -> list[Row]:
    """Return the events that a pixel or an app has by now."""
    return [
        {key: value for key, value in event.items() if key != "since"}
        for event in source.plan["events"]
        if is_there(event, now)
    ]


def event_counts(pixel: Asset, event: Row, day: date, now: datetime) -> dict[str, int]:
    """Return how often an event came on a UTC day; today's count grows with the hours.

    Args:
        pixel: The pixel.
        event: What the statistics call the event.
        day: The day.
        now: The clock.
    """
    start = datetime.combine(day, time(tzinfo=timezone.utc))
    hours = (
        min(max(int((now - start) / timedelta(hours=1)), 0), 24) if day >= pixel.born.date() else 0
    )
    luck = hash64(pixel.id, *event.values(), day.isoformat())
    total = luck % 400 * hours // 24
    return {
        "attributed_count": total * (luck % 40) // 100,
        "preview_count": total // 90,
        "total_count": total,
        "browser_event_total_count": total - total // 3,
        "server_event_total_count": total // 3,
    }


def statistic_names(event: Row) -> Row:
    """Return which event a line of the statistics is about: a standard or a custom one."""
    return {
        "pixel_event_type": event.get("counted"),
        "custom_event_type": event.get("custom_event_type"),
    }


def event_id(pixel: Asset, event: Row) -> str:
    """Return the id of a pixel's event."""
    return str(7_230_000_000_000_000_000 + hash64(pixel.id, event["name"]) % 10**16)
