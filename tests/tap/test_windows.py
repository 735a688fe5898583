from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import partial
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_tiktok_ads.windows import (
    DAY,
    MAX_DAYS,
    Window,
    first_day,
    parse_day,
    periods,
    repeats_an_hour,
    today,
    windows,
)

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
MOMENTS = st.integers(0, 2_100_000_000).map(partial(datetime.fromtimestamp, tz=timezone.utc))
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)


@given(DAYS, st.integers(0, 900), st.integers(1, MAX_DAYS))
def test_windows_cover_every_day_once_oldest_first(start: date, length: int, most: int) -> None:
    end = start + DAY * length
    cut = list(windows(start, end, most))
    days = [window.start + DAY * at for window in cut for at in range(window.days)]
    assert days == [start + DAY * at for at in range(length + 1)]
    assert all(1 <= window.days <= most for window in cut)


@given(DAYS)
def test_there_are_no_windows_when_the_end_is_before_the_start(start: date) -> None:
    assert list(windows(start, start - DAY)) == []


@given(DAYS, st.integers(1, 400))
def test_halves_of_a_window_cover_it_without_overlap(start: date, more: int) -> None:
    window = Window(start, start + DAY * more)
    earlier, later = window.halves()
    assert (earlier.start, later.end) == window
    assert later.start == earlier.end + DAY
    assert abs(earlier.days - later.days) <= 1


@given(DAYS, DAYS, st.integers(0, 60))
def test_reading_begins_the_look_back_before_the_bookmark_but_not_before_the_start(
    start: date, bookmark: date, lookback: int
) -> None:
    first = first_day(start, bookmark, lookback)
    assert first >= start
    assert first == start or first == bookmark - DAY * lookback
    assert first <= max(start, bookmark)


def test_reading_begins_at_the_start_without_a_bookmark() -> None:
    assert first_day(date(2026, 1, 1), None, 5) == date(2026, 1, 1)


@given(MOMENTS, ZONES)
def test_today_is_at_most_a_day_away_from_the_day_in_utc(now: datetime, zone: ZoneInfo) -> None:
    assert abs(today(now, zone) - now.date()) <= DAY


@given(MOMENTS, ZONES)
def test_a_day_lasts_until_midnight_whatever_the_clocks_do(now: datetime, zone: ZoneInfo) -> None:
    later = now + timedelta(hours=24)
    assert today(now, zone) <= today(later, zone) <= today(now, zone) + 2 * DAY


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Pago_Pago", date(2026, 11, 19)),
        ("Etc/GMT+8", date(2026, 11, 20)),
        ("Europe/London", date(2026, 11, 20)),
        ("Pacific/Apia", date(2026, 11, 20)),
    ],
)
def test_today_is_the_day_in_the_zone(zone: str, day: date) -> None:
    assert today(datetime(2026, 11, 20, 10, tzinfo=timezone.utc), ZoneInfo(zone)) == day


def test_the_zone_etc_gmt_plus_8_is_behind_utc() -> None:
    assert today(datetime(2026, 11, 20, 7, tzinfo=timezone.utc), ZoneInfo("Etc/GMT+8")) == date(
        2026, 11, 19
    )


def test_a_day_is_read_from_a_date_or_a_time_stamp() -> None:
    assert parse_day("2026-11-20") == parse_day("2026-11-20T00:00:00+00:00") == date(2026, 11, 20)


def test_a_day_is_not_read_from_anything_else() -> None:
    with pytest.raises(ValueError, match="does not match"):
        parse_day("20261120")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            "2026-11-20",
            {
                "last_7_days": "2026-11-13 to 2026-11-19",
                "last_28_days": "2026-10-23 to 2026-11-19",
                "month_to_date": "2026-11-01 to 2026-11-20",
                "last_month": "2026-10-01 to 2026-10-31",
            },
        ),
        (
            "2028-03-01",
            {
                "last_7_days": "2028-02-23 to 2028-02-29",
                "last_28_days": "2028-02-02 to 2028-02-29",
                "month_to_date": "2028-03-01 to 2028-03-01",
                "last_month": "2028-02-01 to 2028-02-29",
            },
        ),
    ],
)
def test_periods_are_whole_days_before_today_or_calendar_months(
    day: str, expected: dict[str, str]
) -> None:
    assert {name: str(window) for name, window in periods(parse_day(day)).items()} == expected


@given(DAYS)
def test_no_period_is_longer_than_a_request_may_be(day: date) -> None:
    assert all(1 <= window.days <= 365 for window in periods(day).values())


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/London", ["2026-10-25"]),
        ("America/New_York", ["2026-11-01"]),
        ("Australia/Lord_Howe", ["2026-04-05"]),
        ("Asia/Tokyo", []),
    ],
)
def test_an_hour_comes_twice_on_the_day_when_clocks_go_back(zone: str, days: list[str]) -> None:
    year = [date(2026, 1, 1) + DAY * at for at in range(365)]
    assert [str(day) for day in year if repeats_an_hour(day, ZoneInfo(zone))] == days
