from __future__ import annotations

from itertools import pairwise

import pytest

from tap_tiktok_ads.api.rate_limit import RESTRICTED, SLACK, Pace


class Time:
    """A clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(10, limits={"/slow/": 4}, clock=time, sleep=time.sleep)


def moments(pace: Pace, time: Time, path: str, count: int) -> list[float]:
    found = []
    for _ in range(count):
        pace.turn(path)
        found.append(time.now)
    return found


def test_requests_leave_evenly_spaced(pace: Pace, time: Time) -> None:
    gaps = [later - earlier for earlier, later in pairwise(moments(pace, time, "/a/", 30))]
    assert gaps == pytest.approx([(1 + SLACK) / 10] * 29)


def test_each_path_has_a_budget_of_its_own(pace: Pace, time: Time) -> None:
    moments(pace, time, "/a/", 5)
    before = time.now
    pace.turn("/b/")
    assert time.now == before


def test_a_path_may_have_a_lower_budget(pace: Pace, time: Time) -> None:
    gaps = [later - earlier for earlier, later in pairwise(moments(pace, time, "/slow/", 5))]
    assert gaps == pytest.approx([(1 + SLACK) / 4] * 4)


def test_idle_time_is_not_saved_up_for_a_burst(pace: Pace, time: Time) -> None:
    pace.turn("/a/")
    time.sleep(60)
    gaps = [later - earlier for earlier, later in pairwise(moments(pace, time, "/a/", 5))]
    assert min(gaps) == pytest.approx((1 + SLACK) / 10)


def test_refusals_in_a_row_wait_longer_and_longer(pace: Pace) -> None:
    waits = [pace.refused("/a/", pace.turn("/a/"), restricted=False) for _ in range(5)]
    for wait, least in zip(waits, (1, 5, 60, 300, 300), strict=True):
        assert least <= wait <= least * 1.25


def test_requests_of_the_same_moment_are_one_refusal(pace: Pace) -> None:
    in_round = pace.turn("/a/")
    first = pace.refused("/a/", in_round, restricted=False)
    assert pace.refused("/a/", in_round, restricted=False) == pytest.approx(first)


def test_a_success_ends_the_row_of_refusals(pace: Pace) -> None:
    pace.refused("/a/", pace.turn("/a/"), restricted=False)
    pace.turn("/a/")
    pace.succeeded("/a/")
    assert pace.refused("/a/", pace.turn("/a/"), restricted=False) <= 1.25


def test_after_a_refusal_the_path_is_slower_and_recovers(pace: Pace, time: Time) -> None:
    pace.refused("/a/", pace.turn("/a/"), restricted=False)
    first, second = moments(pace, time, "/a/", 2)
    assert second - first == pytest.approx((1 + SLACK) / 5)
    for _ in range(100):
        pace.succeeded("/a/")
    moments(pace, time, "/a/", 1)
    first, second = moments(pace, time, "/a/", 2)
    assert second - first == pytest.approx((1 + SLACK) / 10)


def test_a_restriction_counts_even_if_its_round_was_refused_already(pace: Pace, time: Time) -> None:
    in_round = pace.turn("/a/")
    pace.refused("/a/", in_round, restricted=False)
    pace.refused("/a/", in_round, restricted=True)
    before = time.now
    pace.turn("/b/")
    assert time.now - before >= RESTRICTED


def test_a_restriction_holds_back_every_path_for_minutes(pace: Pace, time: Time) -> None:
    pace.refused("/a/", pace.turn("/a/"), restricted=True)
    before = time.now
    pace.turn("/b/")
    assert time.now - before >= RESTRICTED


def test_a_refusal_reaches_those_who_wait_already(time: Time) -> None:
    pace: Pace

    def sleep(seconds: float) -> None:
        time.now += seconds
        if not refused:
            refused.append(pace.refused("/a/", 0, restricted=False))

    refused: list[float] = []
    pace = Pace(10, clock=time, sleep=sleep)
    pace.turn("/a/")
    before = time.now
    pace.turn("/a/")
    assert time.now - before >= 1
