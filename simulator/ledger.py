"""What was asked and how fast, and the budget that it may not exceed."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

SECOND, MINUTE = 1.0, 60.0


class Window:
    """Moments of the last so many seconds, and the most there ever were of them at once."""

    def __init__(self, length: float) -> None:
        self._length = length
        self._moments: deque[float] = deque()
        self.peak = 0

    def add(self, moment: float) -> None:
        """Count one more."""
        self._moments.append(moment)
        self.peak = max(self.peak, self.count(moment))

    def count(self, moment: float) -> int:
        """Return how many there were in the window that ends now."""
        while self._moments and self._moments[0] <= moment - self._length:
            self._moments.popleft()
        return len(self._moments)


@dataclass
class Budget:
    """Requests that each path may take in a second and in a minute, like TikTok's tiers."""

    per_second: int | None = None
    per_minute: int | None = None
    refused: Counter[str] = field(default_factory=Counter)
    _taken: dict[tuple[str, float], Window] = field(default_factory=dict)

    def takes(self, path: str, moment: float) -> bool:
        """Whether a request is within the budget; if so, count it."""
        limits = ((SECOND, self.per_second), (MINUTE, self.per_minute))
        windows = [
            (self._taken.setdefault((path, length), Window(length)), maximum)
            for length, maximum in limits
            if maximum is not None
        ]
        if any(window.count(moment) >= maximum for window, maximum in windows):
            self.refused[path] += 1
            return False
        for window, _ in windows:
            window.add(moment)
        return True


@dataclass
class Ledger:
    """What was asked, for tests of pace and economy."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, Window] = field(default_factory=dict)
    connections: set[str] = field(default_factory=set)
    latest: deque[str] = field(default_factory=lambda: deque(maxlen=1000))

    def note(self, path: str, query_string: str, client: str, moment: float) -> None:
        """Record a request; headers, and with them the token, are never kept."""
        self.counts[path] += 1
        self.seconds.setdefault(path, Window(SECOND)).add(moment)
        self.connections.add(client)
        self.latest.append(f"{path}?{query_string}" if query_string else path)

    def summary(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        return {
            "total": self.counts.total(),
            "paths": dict(self.counts),
            "peak_per_second": {path: window.peak for path, window in self.seconds.items()},
            "connections": len(self.connections),
            "latest": list(self.latest),
        }
