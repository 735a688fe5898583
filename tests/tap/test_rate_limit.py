from __future__ import annotations

from itertools import pairwise

import pytest

from tap_tiktok_ads.api.rate_limit import RESTRICTED_SECONDS, SLACK, RateLimiter


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
def pace(time: Time) -> RateLimiter:
    return RateLimiter(10, clock=time, sleep=time.sleep)


def moments(pace: RateLimiter, time: Time, path: str, count: int) -> list[float]:
    found = []
    for _ in range(count):
        pace.acquire(path)
        found.append(time.now)
    return found


def test_requests_leave_evenly_spaced(pace: RateLimiter, time: Time) -> None:
    gaps = [later - earlier for earlier, later in pairwise(moments(pace, time, "/a/", 30))]
    assert gaps == pytest.approx([(1 + SLACK) / 10] * 29)


def test_each_path_has_a_budget_of_its_own(pace: RateLimiter, time: Time) -> None:
    moments(pace, time, "/a/", 5)
    before = time.now
    pace.acquire("/b/")
    assert time.now == before


def test_idle_time_is_not_saved_up_for_a_burst(pace: RateLimiter, time: Time) -> None:
    pace.acquire("/a/")
    time.sleep(60)
    gaps = [later - earlier for earlier, later in pairwise(moments(pace, time, "/a/", 5))]
    assert min(gaps) == pytest.approx((1 + SLACK) / 10)


def test_refusals_in_a_row_wait_longer_and_longer(pace: RateLimiter) -> None:
    waits = [pace.refused("/a/", pace.acquire("/a/"), restricted=False) for _ in range(5)]
    for wait, least in zip(waits, (1, 5, 60, 300, 300), strict=True):
        assert least <= wait <= least * 1.25


def test_requests_of_the_same_moment_are_one_refusal(pace: RateLimiter) -> None:
    backoffs = pace.acquire("/a/")
    first = pace.refused("/a/", backoffs, restricted=False)
    assert pace.refused("/a/", backoffs, restricted=False) == pytest.approx(first)


def test_a_success_ends_the_row_of_refusals(pace: RateLimiter) -> None:
    pace.refused("/a/", pace.acquire("/a/"), restricted=False)
    pace.acquire("/a/")
    pace.succeeded("/a/")
    assert pace.refused("/a/", pace.acquire("/a/"), restricted=False) <= 1.25


def test_after_a_refusal_the_path_is_slower_and_recovers(pace: RateLimiter, time: Time) -> None:
    pace.refused("/a/", pace.acquire("/a/"), restricted=False)
    first, second = moments(pace, time, "/a/", 2)
    assert second - first == pytest.approx((1 + SLACK) / 5)
    for _ in range(100):
        pace.succeeded("/a/")
    moments(pace, time, "/a/", 1)
    first, second = moments(pace, time, "/a/", 2)
    assert second - first == pytest.approx((1 + SLACK) / 10)


def test_a_restriction_counts_even_if_the_request_was_refused_already(
    pace: RateLimiter, time: Time
) -> None:
    backoffs = pace.acquire("/a/")
    pace.refused("/a/", backoffs, restricted=False)
    pace.refused("/a/", backoffs, restricted=True)
    before = time.now
    pace.acquire("/b/")
    assert time.now - before >= RESTRICTED_SECONDS


def test_a_restriction_holds_back_every_path_for_minutes(pace: RateLimiter, time: Time) -> None:
    pace.refused("/a/", pace.acquire("/a/"), restricted=True)
    before = time.now
    pace.acquire("/b/")
    assert time.now - before >= RESTRICTED_SECONDS


def test_a_refusal_reaches_those_who_wait_already(time: Time) -> None:
    pace: RateLimiter

    def sleep(seconds: float) -> None:
        time.now += seconds
        if not refused:
            refused.append(pace.refused("/a/", 0, restricted=False))

    refused: list[float] = []
    pace = RateLimiter(10, clock=time, sleep=sleep)
    pace.acquire("/a/")
    before = time.now
    pace.acquire("/a/")
    assert time.now - before >= 1
