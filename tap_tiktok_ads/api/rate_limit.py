"""How fast requests go out: one budget for each endpoint path, shared by all threads.

TikTok counts requests per endpoint path and app, over a second, a minute and a day, and answers
beyond that with an error code but no Retry-After (errors-and-limits.md 5). So requests leave
evenly spaced, which keeps both the second's and the minute's budget, and a refusal slows down
everybody on that path: the wait grows from a second to minutes while refusals go on.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

#: Seconds to wait after the first, second, ... refusal in a row (official advice: minutes once
#: a second's wait has not helped).
WAITS: Final = (1.0, 5.0, 60.0, 300.0)
#: Seconds to wait when TikTok says that the app is "temporarily restricted".
RESTRICTED: Final = 300.0
#: A refusal halves the rate; each success gives 2% of it back.
SLOWER: Final = 0.5
FASTER: Final = 1.02
#: Requests do not travel equally fast: so much longer than a second its requests are spread, lest
#: one that was slow and one that was quick arrive within the same second.
SLACK: Final = 0.03


@dataclass
class _Lane:
    """What is known about one endpoint path."""

    rate: float
    next_at: float = 0.0
    refusals: int = 0
    round: int = 0


class Pace:
    """Gives every request its moment.

    Args:
        per_second: Requests per second for each endpoint path.
        limits: Lower budgets of single paths, in requests per second.
        unit: Length of a second of waiting after a refusal; tests make it short.
        clock: Monotonic seconds.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        per_second: float,
        *,
        limits: dict[str, float] | None = None,
        unit: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_second = per_second
        self._limits = limits or {}
        self._unit = unit
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()
        self._hold_until = 0.0
        self._jitter = random.Random(0)  # noqa: S311 (spreads waits, guards nothing)
        self.waited = 0.0

    def _full_rate(self, path: str) -> float:
        return min(self._per_second, self._limits.get(path, self._per_second))

    def _lane(self, path: str) -> _Lane:
        if path not in self._lanes:
            self._lanes[path] = _Lane(self._full_rate(path))
        return self._lanes[path]

    def turn(self, path: str) -> int:
        """Wait for the path's next free moment.

        Returns:
            The round in which the request goes out, for `refused`.
        """
        while True:
            with self._lock:
                lane = self._lane(path)
                now = self._clock()
                at = max(now, lane.next_at, self._hold_until)
                lane.next_at = at + (1 + SLACK) / lane.rate
                in_round = lane.round
            if at > now:
                self._sleep(at - now)
            with self._lock:
                # A refusal during the sleep has taken this moment away: line up again.
                if lane.round == in_round and self._clock() >= self._hold_until:
                    return in_round

    def succeeded(self, path: str) -> None:
        """Note an answer: the path slowly gets its speed back."""
        with self._lock:
            lane = self._lane(path)
            lane.refusals = 0
            lane.rate = min(self._full_rate(path), lane.rate * FASTER)

    def refused(self, path: str, in_round: int, *, restricted: bool) -> float:
        """Note that TikTok found the path's requests too many, and hold everybody back.

        Requests that went out before the current wait began are one refusal together.

        Returns:
            Seconds until the path's next request.
        """
        with self._lock:
            lane = self._lane(path)
            now = self._clock()
            held = now < self._hold_until
            if in_round == lane.round or (restricted and not held):
                wait = RESTRICTED if restricted else WAITS[min(lane.refusals, len(WAITS) - 1)]
                wait *= self._unit * self._jitter.uniform(1.0, 1.25)
                self.waited += wait
                lane.round += 1
                lane.refusals += 1
                lane.rate = max(lane.rate * SLOWER, self._full_rate(path) / 16)
                lane.next_at = now + wait
                if restricted:
                    self._hold_until = now + wait
            return max(lane.next_at, self._hold_until) - now
