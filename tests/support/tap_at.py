"""The tap as a program at another moment: ``python -m tests.support.tap_at <moment> <hurry> ...``.

Its waits after errors are shorter by the factor that the second argument gives.
"""

from __future__ import annotations

import sys
from datetime import datetime

from tap_tiktok_ads.tap import TapTikTokAds


def tap_at(now: str, hurry: float) -> type[TapTikTokAds]:
    """Return the tap as it is at a moment, with waits that are shorter by a factor."""
    moment = datetime.fromisoformat(now.replace("Z", "+00:00"))

    class TapAt(TapTikTokAds):
        clock = staticmethod(lambda: moment)
        unit = 1 / hurry

    return TapAt


if __name__ == "__main__":
    tap_at(sys.argv.pop(1), float(sys.argv.pop(1))).cli()
