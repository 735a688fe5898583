"""What the views say is what the simulator knows, however it came in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import settings
from tests.support.api import running
from tests.support.delivery import METRICS, true_delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Tap
    from tests.metrics.conftest import Raw, Result
    from tests.support.api import Simulator

START, NOW, LATER, END = "2026-10-01", "2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z", "2026-11-23"
STREAMS = ("advertisers", "campaigns", "adgroups", "ads")
SUMS = ("spend", "impressions", "clicks", "conversions", "video_views_p100")


def without_keys(messages: str) -> str:
    """The same for a loader that only appends."""
    return re.sub(r'"key_properties":\[[^]]*\]', '"key_properties":[]', messages)


def first_half(messages: str) -> str:
    """What a run leaves that is killed within its report."""
    lines = messages.splitlines(keepends=True)
    facts = [
        number
        for number, line in enumerate(lines)
        if line.startswith('{"type":"RECORD","stream":"ad_report_daily"')
    ]
    return "".join(lines[: facts[len(facts) // 2]])


def assert_true(raw: Raw, api: Simulator) -> None:
    """Compare every level's days with the generator's."""
    for level in ("advertiser", "campaign", "adgroup", "ad"):
        rows = raw.rows(f"metrics_{level}_day")
        found = {
            (row["advertiser_id"], row[f"{level}_id"], str(row["date"])): tuple(
                row[name] or 0 for name in SUMS
            )
            for row in rows
        }
        assert len(found) == len(rows), level
        found = {key: sums for key, sums in found.items() if any(sums)}
        assert found == true_delivery(api, START, END, METRICS, level), level


@pytest.mark.parametrize("keyed", [True, False], ids=["upsert", "append-only"])
def test_the_sums_are_true_after_each_of_several_runs(
    raw: Raw,
    tap: Tap,
    load: Callable[[str], None],
    metrics: Callable[..., Result],
    *,
    keyed: bool,
) -> None:
    loadable = str if keyed else without_keys
    streams = (*STREAMS, "ad_report_daily", "campaign_report_daily", "sync_windows")
    with running("--scenario", "demo") as api:
        config = settings(api, start_date=START, lookback_days=28)

        first = tap(config, streams=streams)
        load(loadable(first.out))
        metrics("apply")
        assert_true(raw, api)

        load(loadable(tap(config, state=first.state, streams=streams).out))
        assert_true(raw, api)

        # Days later: figures were restated, rows taken back, things renamed and deleted.
        api.set_clock(LATER)
        later = tap(config, now=LATER, state=first.state, streams=streams)
        load(loadable(first_half(later.out)))
        doubled = "select ad_id from tiktok_ads.tiktok_data_ad group by ad_id, stat_time_day"
        assert raw.read(doubled + " having count(*) > 1") == []

        load(loadable(later.out))
        assert_true(raw, api)

    assert metrics("check").status == 0, metrics("check").out
    names = {each["ad_id"]: each["ad_name"] for each in later.records["ads"]}
    shown = dict(raw.read("select distinct ad_id, ad_name from tiktok_ads.metrics_ad_day"))
    assert {ad: name for ad, name in shown.items() if ad in names}.items() <= names.items()
    assert set(shown) & set(names)
