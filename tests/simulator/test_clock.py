"""What time changes, and what it does not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import NOW, in_filter

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.api import Simulator

STATUS_ALL = [in_filter("ad_status", "STATUS_ALL")]


def _report(simulator: Simulator, name: str, **parameters: Any) -> list[dict[str, Any]]:
    return simulator.report(simulator.accounts()[name], filtering=STATUS_ALL, **parameters)


def _sums(simulator: Simulator, day: str, *metrics: str) -> dict[str, Decimal]:
    rows = _report(
        simulator, "Northwind Outdoor", metrics=list(metrics), start_date=day, end_date=day
    )
    return {
        name: sum((Decimal(row["metrics"][name]) for row in rows), Decimal(0)) for name in metrics
    }


@pytest.mark.parametrize(
    ("clock", "name", "last_day"),
    [
        ("10:59", "Tutuila Surf 🏄", "2026-11-19"),
        ("11:00", "Tutuila Surf 🏄", "2026-11-20"),
        ("10:59", "Apia Kai", "2026-11-20"),
        ("11:00", "Apia Kai", "2026-11-21"),
    ],
)
def test_the_last_day_is_today_in_the_accounts_own_zone(
    changeable: Simulator, clock: str, name: str, last_day: str
) -> None:
    changeable.set_clock(f"2026-11-20T{clock}:00Z")
    rows = _report(changeable, name, start_date="2026-11-15", end_date="2026-11-30")
    days = {row["dimensions"]["stat_time_day"][:10] for row in rows}
    assert max(days) == last_day


def test_today_grows_with_the_hours(changeable: Simulator) -> None:
    spends = []
    for hour in (3, 9, 15, 21):
        changeable.set_clock(f"2026-11-20T{hour:02d}:30:00Z")
        spends.append(_sums(changeable, "2026-11-20", "spend")["spend"])
    assert spends == sorted(set(spends))


def test_delivery_is_corrected_once_at_noon_of_the_next_day(changeable: Simulator) -> None:
    changeable.set_clock("2026-11-21T11:59:00Z")
    before = _sums(changeable, "2026-11-20", "impressions")
    changeable.set_clock("2026-11-21T12:00:00Z")
    after = _sums(changeable, "2026-11-20", "impressions")
    assert before["impressions"] < after["impressions"]
    assert after["impressions"] < before["impressions"] * Decimal("1.02")


def test_conversions_keep_coming_for_four_weeks(changeable: Simulator) -> None:
    day = datetime(2026, 11, 10, tzinfo=timezone.utc)
    seen = []
    for age in (3, 6, 20, 28, 40):
        changeable.set_clock((day + timedelta(days=age, hours=13)).isoformat())
        sums = _sums(changeable, "2026-11-10", "conversion", "real_time_conversion", "spend")
        seen.append(sums)
    conversions = [sums["conversion"] for sums in seen]
    assert conversions == sorted(conversions)
    assert conversions[0] < conversions[3] == conversions[4]
    assert conversions[1] - conversions[0] > conversions[3] - conversions[2]
    assert len({sums["real_time_conversion"] for sums in seen}) == 1
    assert len({sums["spend"] for sums in seen}) == 1


def test_a_few_rows_vanish_after_two_days(changeable: Simulator) -> None:
    def keys(now: str) -> set[tuple[str, str]]:
        changeable.set_clock(now)
        return {
            (row["dimensions"]["ad_id"], row["dimensions"]["stat_time_day"])
            for name in changeable.accounts()
            for row in _report(changeable, name, start_date="2026-11-16", end_date="2026-11-19")
        }

    assert keys("2026-11-19T23:00:00Z") - keys("2026-11-23T23:00:00Z")


def test_two_weeks_bring_a_new_name_a_deletion_and_a_new_object(changeable: Simulator) -> None:
    def ads(now: str) -> dict[str, dict[str, Any]]:
        changeable.set_clock(now)
        accounts = changeable.truth("2026-11-20", "2026-11-20")["accounts"]
        return {ad["id"]: ad for account in accounts for ad in account["entities"]["ad"]}

    before, after = ads(NOW), ads("2026-12-04T10:00:00Z")
    assert before.keys() < after.keys()
    assert any(before[ad]["name"] != after[ad]["name"] for ad in before)
    assert any(not before[ad]["deleted"] and after[ad]["deleted"] for ad in before)


def test_settled_days_do_not_change_when_the_clock_moves(changeable: Simulator) -> None:
    def rows(now: str) -> list[dict[str, Any]]:
        changeable.set_clock(now)
        return _report(
            changeable,
            "Golden Gate Games",
            metrics=["spend", "conversion", "reach"],
            start_date="2026-09-20",
            end_date="2026-10-19",
        )

    assert rows(NOW) == rows("2027-02-03T17:00:00Z")


@pytest.mark.parametrize("year", range(2021, 2031))
def test_every_year_has_delivery(changeable: Simulator, year: int) -> None:
    changeable.set_clock(f"{year}-01-02T10:00:00Z")
    rows = _report(
        changeable, "Northwind Outdoor", start_date=f"{year - 1}-12-10", end_date=f"{year}-01-02"
    )
    assert len(rows) > 50


def test_the_same_seed_gives_the_same_world(
    demo: Simulator, start: Callable[..., Any], london: str
) -> None:
    with start("--seed", "1") as twin, start("--seed", "2") as other:
        assert twin.report(london) == demo.report(london)
        assert london not in other.accounts().values()


def test_the_clock_must_be_a_time(changeable: Simulator) -> None:
    answer = changeable.session.post(
        f"{changeable.url}/__simulator__/clock", json={"now": "yesterday"}
    )
    assert answer.status_code == 400
