"""The tap as it would run at another moment: ``python -m tests.support.tap_at <moment> ...``.

A third argument after ``--hurry`` makes its waits after errors shorter by that factor.
"""

from __future__ import annotations

import sys
from datetime import datetime

from tap_tiktok_ads.tap import TapTikTokAds

if __name__ == "__main__":
    now = datetime.fromisoformat(sys.argv.pop(1).replace("Z", "+00:00"))
    TapTikTokAds.clock = lambda: now
    if sys.argv[1] == "--hurry":
        TapTikTokAds.unit = 1 / float(sys.argv.pop(2))
        sys.argv.pop(1)
    TapTikTokAds.cli()
