"""How long a back-fill takes at least: ``python -m benchmarks.backfill``.

All reports go to one path of the API, which has one budget, so that time is the number of requests
(accounts by windows by pages) over ``requests_per_second``. The table is that of docs/limits.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

from tap_tiktok_ads.reports.report import GRAINS
from tap_tiktok_ads.reports.request import PAGE_SIZE
from tap_tiktok_ads.settings import JSON_SCHEMA
from tap_tiktok_ads.windows import DAY, windows

ACCOUNTS: Final = (1, 10, 100, 1000)
HOURS: Final = 24


def default(setting: str) -> int:
    """Default of a setting."""
    return int(JSON_SCHEMA["properties"][setting]["default"])


#: What each later run reads again: the look-back, the last day that was read, and today.
DAILY_RUN: Final = default("lookback_days") + 2
SPANS: Final = {
    "each later run": DAILY_RUN,
    "30 days": 30,
    "90 days": 90,
    "1 year": 365,
    "3 years": 3 * 365,
}


@dataclass(frozen=True)
class Kind:
    """A report of a certain size.

    Attributes:
        name: What it is called in the table.
        grain: daily or hourly.
        rows: Rows of a day and account.
    """

    name: str
    grain: str
    rows: int

    def requests(self, accounts: int, days: int) -> int:
        """Count the requests, if an account is as large as any other."""
        start = date(2026, 1, 1)
        spans = windows(start, start + DAY * (days - 1), GRAINS[self.grain].max_days or days)
        pages = (max(1, math.ceil(span.days * self.rows / PAGE_SIZE)) for span in spans)
        return accounts * sum(pages)


KINDS: Final = (
    Kind("daily, 30 ads deliver on a day", "daily", 30),
    Kind("daily, 300 ads", "daily", 300),
    Kind("daily, 3,000 ads", "daily", 3000),
    Kind("hourly, 30 ads", "hourly", 30 * HOURS),
    Kind("hourly, 300 ads", "hourly", 300 * HOURS),
)


def duration(seconds: float) -> str:
    """Write a time as a person would say it."""
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.{1 if seconds < 10 * size else 0}f} {unit}"
    return f"{math.ceil(seconds)} s"


def table() -> str:
    """Write the table, in Markdown."""
    pace = default("requests_per_second")
    lines = [
        f"| Report of ads | Accounts | {' | '.join(SPANS)} |",
        f"|---|---:|{'---:|' * len(SPANS)}",
    ]
    for kind in KINDS:
        for accounts in ACCOUNTS:
            times = [duration(kind.requests(accounts, days) / pace) for days in SPANS.values()]
            lines.append(f"| {kind.name} | {accounts:,} | {' | '.join(times)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())  # noqa: T201
