"""How fast requests go out: one budget for each endpoint path, shared by all threads.

TikTok counts requests per endpoint path and app, over a second, a minute and a day, and answers
beyond that with an error code but no Retry-After (errors-and-limits.md 5). So requests leave
evenly spaced, which keeps both the second's and the minute's budget. A refusal slows down every
thread on that path, and the wait grows from a second to minutes while refusals go on.
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
BACKOFF_SECONDS: Final = (1.0, 5.0, 60.0, 300.0)
#: Seconds to wait when TikTok says that the app is "temporarily restricted".
RESTRICTED_SECONDS: Final = 300.0
#: A refusal halves the rate; each success gives 2% of it back.
SLOWDOWN: Final = 0.5
RECOVERY: Final = 1.02
#: The rate never falls below this share of the budget.
MIN_SHARE: Final = 1 / 16
#: Requests do not travel equally fast. Spacing them a little wider keeps a slow one and a quick
#: one from arriving within the same second.
SLACK: Final = 0.03


@dataclass
class _Path:
    """What is known about one endpoint path."""

    rate: float
    next_at: float = 0.0
    refusals: int = 0
    backoffs: int = 0


class RateLimiter:
    """Assigns every request its moment.

    Args:
        per_second: Requests per second for each endpoint path.
        second: Length of a second of waiting after a refusal; tests make it short.
        clock: Monotonic seconds.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        per_second: float,
        *,
        second: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_second = per_second
        self._second = second
        self._clock = clock
        self._sleep = sleep
        self._paths: dict[str, _Path] = {}
        self._lock = threading.Lock()
        self._restricted_until = 0.0
        self._jitter = random.Random(0)  # noqa: S311 (spreads waits, guards nothing)
        #: Seconds for which TikTok held back a path, or all of them.
        self.waited = 0.0

    def _path(self, path: str) -> _Path:
        return self._paths.setdefault(path, _Path(self._per_second))

    def acquire(self, path: str) -> int:
        """Wait for the path's next free moment.

        Returns:
            The number of back-offs so far, for `refused`.
        """
        while True:
            with self._lock:
                state = self._path(path)
                now = self._clock()
                at = max(now, state.next_at, self._restricted_until)
                state.next_at = at + (1 + SLACK) / state.rate
                backoffs = state.backoffs
            if at > now:
                self._sleep(at - now)
            with self._lock:
                # A refusal during the sleep has taken this moment away: queue again.
                if state.backoffs == backoffs and self._clock() >= self._restricted_until:
                    return backoffs

    def succeeded(self, path: str) -> None:
        """Record an answer: the path slowly regains its rate."""
        with self._lock:
            state = self._path(path)
            state.refusals = 0
            state.rate = min(self._per_second, state.rate * RECOVERY)

    def refused(self, path: str, backoffs: int, *, restricted: bool) -> float:
        """Record that TikTok found the path's requests too many, and hold back every thread.

        Requests that went out before the current back-off began count as one refusal together.

        Args:
            path: The endpoint path.
            backoffs: What `acquire` returned for the request.
            restricted: Whether TikTok holds back the whole app.

        Returns:
            Seconds until the path's next request.
        """
        with self._lock:
            state = self._path(path)
            now = self._clock()
            held_back = now < self._restricted_until
            if backoffs == state.backoffs or (restricted and not held_back):
                step = min(state.refusals, len(BACKOFF_SECONDS) - 1)
                wait = RESTRICTED_SECONDS if restricted else BACKOFF_SECONDS[step]
                wait *= self._second * self._jitter.uniform(1.0, 1.25)
                self.waited += wait
                state.backoffs += 1
                state.refusals += 1
                state.rate = max(state.rate * SLOWDOWN, self._per_second * MIN_SHARE)
                state.next_at = now + wait
                if restricted:
                    self._restricted_until = now + wait
            return max(state.next_at, self._restricted_until) - now
