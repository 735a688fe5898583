"""Print the minimum time of a back-fill as a Markdown table: ``python -m benchmarks.backfill``.

All reports share one API path and its request budget, so the time is the number of requests
(accounts x windows x pages) divided by ``requests_per_second``. The table is in docs/limits.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

from tap_tiktok_ads.facts import endpoints
from tap_tiktok_ads.reports.report import GRAINS
from tap_tiktok_ads.reports.request import ENDPOINT
from tap_tiktok_ads.settings import JSON_SCHEMA
from tap_tiktok_ads.windows import DAY, windows

ACCOUNTS: Final = (1, 10, 100, 1000)
HOURS: Final = 24


def default(setting: str) -> int:
    """Return the default of a setting."""
    return int(JSON_SCHEMA["properties"][setting]["default"])


#: Days that each later run reads again: the look-back, the last day that was read, and today.
LATER_RUN_DAYS: Final = default("lookback_days") + 2
SPANS: Final = {
    "each later run": LATER_RUN_DAYS,
    "30 days": 30,
    "90 days": 90,
    "1 year": 365,
    "3 years": 3 * 365,
}


@dataclass(frozen=True)
class ReportSize:
    """A report and how many rows it has.

    Attributes:
        name: Name in the table.
        grain: daily or hourly.
        rows: Rows per account and day.
    """

    name: str
    grain: str
    rows: int

    def requests(self, accounts: int, days: int) -> int:
        """Count the requests for accounts of the same size."""
        start = date(2026, 1, 1)
        page_size = endpoints()[ENDPOINT].page_size
        spans = windows(start, start + DAY * (days - 1), GRAINS[self.grain].max_days or days)
        pages = (max(1, math.ceil(span.days * self.rows / page_size)) for span in spans)
        return accounts * sum(pages)


REPORT_SIZES: Final = (
    ReportSize("daily, 30 ads deliver on a day", "daily", 30),
    ReportSize("daily, 300 ads", "daily", 300),
    ReportSize("daily, 3,000 ads", "daily", 3000),
    ReportSize("hourly, 30 ads", "hourly", 30 * HOURS),
    ReportSize("hourly, 300 ads", "hourly", 300 * HOURS),
)


def duration(seconds: float) -> str:
    """Format a duration in the largest unit of which it has at least two."""
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.{1 if seconds < 10 * size else 0}f} {unit}"
    return f"{math.ceil(seconds)} s"


def table() -> str:
    """Return the table in Markdown."""
    per_second = default("requests_per_second")
    lines = [
        f"| Report of ads | Accounts | {' | '.join(SPANS)} |",
        f"|---|---:|{'---:|' * len(SPANS)}",
    ]
    for size in REPORT_SIZES:
        for accounts in ACCOUNTS:
            times = [
                duration(size.requests(accounts, days) / per_second) for days in SPANS.values()
            ]
            lines.append(f"| {size.name} | {accounts:,} | {' | '.join(times)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())  # noqa: T201
