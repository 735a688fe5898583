"""What an ad delivers on a day, as seen at a moment: the arithmetic behind every figure.

Figures are whole numbers made from a hash of ad and day; shares are in 65536ths. A day's
figures grow while it lasts, are corrected by the daily fix, and its conversions keep coming
for four weeks.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.world.model import Account, Ad

WHOLE = 65536
UINT64_MAX = (1 << 64) - 1
GOLDEN_RATIO = 0x9E3779B97F4A7C15
SPLITMIX64 = 0xBF58476D1CE4E5B9

BEFORE_FIX = WHOLE - 650
FIX_HOUR = time(12, tzinfo=timezone.utc)
"""The daily data fix of the day before; TikTok's latency page says 12:00 UTC."""

ARRIVED = (24000, 41000, 50500, 56000, 60000, 61800, 62900, *range(63600, 65536, 95))
"""Share of a day's attributed conversions that is in after so many days; all after 28."""

MORNING = (2, 4, 5, 6, 7, 9, 12, 17, 23, 29, 35, 42)
EVENING = (49, 55, 61, 67, 74, 82, 91, 101, 111, 119, 124, 127)
BY_HOUR = tuple(WHOLE * share // 128 for share in (*MORNING, *EVENING))
"""Share of a day that is in during each of its hours."""


class Moment(NamedTuple):
    """How much of a day there is to see."""

    elapsed: int
    delivered: int
    converted: int


def today(account: Account, now: datetime) -> int:
    """Return the account's own day, as an ordinal."""
    return now.astimezone(account.zone).toordinal()


def moment(account: Account, day: int, now: datetime) -> Moment:
    """Return how much of a day can be seen now.

    Args:
        account: Whose day.
        day: Its ordinal.
        now: The clock.

    Returns:
        The shares that are in by now.
    """
    settled, converted, hour = _state(account, day, now)
    elapsed = WHOLE if hour is None else BY_HOUR[hour]
    return Moment(elapsed, elapsed * settled >> 16, converted)


def hours(account: Account, day: int, now: datetime) -> list[Moment]:
    """Return how much of a day could be seen by the end of each hour that has begun."""
    settled, converted, hour = _state(account, day, now)
    ends = (*BY_HOUR[:-1], WHOLE) if hour is None else BY_HOUR[: hour + 1]
    return [Moment(elapsed, elapsed * settled >> 16, converted) for elapsed in ends]


def _state(account: Account, day: int, now: datetime) -> tuple[int, int, int | None]:
    """Return how far a day is corrected and converted, and its hour if it isn't over."""
    age = today(account, now) - day
    fix = datetime.combine(date.fromordinal(day) + timedelta(days=1), FIX_HOUR)
    settled = WHOLE if now >= fix else BEFORE_FIX
    converted = ARRIVED[age] if age < len(ARRIVED) else WHOLE
    return settled, converted, None if age else now.astimezone(account.zone).hour


def label(day: int) -> str:
    """Return a day in the form of reports."""
    return f"{date.fromordinal(day).isoformat()} 00:00:00"


def volume_on(ad: Ad, day: int, current_day: int) -> int:
    """Return the impressions an ad is good for on a day; 0 if it has no row.

    A few pauses carry a little delivery at first that is taken back after two days.

    Args:
        ad: The ad.
        day: The day's ordinal.
        current_day: The account's today.

    Returns:
        The volume before the day's own ups and downs.
    """
    if not ad.first_day <= day <= ad.last_day:
        return 0
    if ad.period == 1:
        return ad.volume
    luck = (ad.key ^ day * GOLDEN_RATIO) * SPLITMIX64 & UINT64_MAX
    if (day + ad.key) % ad.period < ad.on_days and luck >> 59:
        return ad.volume
    return 200 if current_day - day <= 1 and luck >> 40 & 3 == 0 else 0


def days(ad: Ad, first: int, last: int, current_day: int) -> Sequence[int]:
    """Return the days of a span on which an ad has a row."""
    span = range(max(first, ad.first_day), min(last, ad.last_day, current_day) + 1)
    if ad.period == 1:
        return span
    return [day for day in span if volume_on(ad, day, current_day)]


def comes_with_zeros(key: int) -> bool:
    """Whether an object without delivery is in a report that has no time dimension.

    TikTok lists some of them and leaves others out, by a rule of its own.
    """
    return key % 3 == 0
