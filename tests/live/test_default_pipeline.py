"""The default streams of a real account or of the sandbox: ``pytest -m live``."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Tap

CREDENTIALS = ("TAP_TIKTOK_ADS_ACCESS_TOKEN", "TAP_TIKTOK_ADS_ADVERTISER_IDS")


@pytest.mark.live
@pytest.mark.skipif(
    not all(map(os.environ.get, CREDENTIALS)), reason="needs " + " and ".join(CREDENTIALS)
)
def test_spend_of_ads_is_that_of_their_campaigns(tap: Tap) -> None:
    now = datetime.now(timezone.utc)
    start = str((now - timedelta(days=10)).date())
    end = str((now - timedelta(days=3)).date())
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    run = tap({"start_date": start, "end_date": end}, "--config=ENV", now=moment)
    assert run.status == 0, run.err
    sums: dict[str, dict[tuple[str, str], Decimal]] = {}
    for stream in ("ad_report_daily", "campaign_report_daily"):
        spend: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in run.records[stream]:
            spend[row["campaign_id"], row["stat_time_day"]] += Decimal(row["spend"] or 0)
        sums[stream] = {key: amount for key, amount in spend.items() if amount}
    assert sums["ad_report_daily"] == sums["campaign_report_daily"]
