"""A composite is the ratio of the sums, whatever the facts and the grouping."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal, localcontext
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tiktok_ads_metrics.layer import open_layer
from tiktok_ads_metrics.query import Filter, Grouping, read_metrics

if TYPE_CHECKING:
    from tests.metrics.conftest import Raw

RATIOS = {
    "ctr": ("clicks", "impressions", 100),
    "cpc": ("spend", "clicks", 1),
    "cpm": ("spend", "impressions", 1000),
    "cpv": ("spend", "video_play_actions", 1),
    "vtr": ("video_views_p100", "impressions", 100),
    "vcr": ("video_views_p100", "video_play_actions", 100),
}
DIGITS = Decimal("1e-15")
"""PostgreSQL gives a quotient at least 16 significant digits."""

counts = st.none() | st.just(0) | st.integers(0, 10**9)
facts = st.lists(
    st.fixed_dictionaries(
        {
            "advertiser_id": st.sampled_from(["1", "2"]),
            "campaign_id": st.sampled_from(["10", "11"]),
            "ad_id": st.sampled_from(["a", "b"]),
            "stat_time_day": st.dates(dt.date(2026, 10, 25), dt.date(2026, 11, 9)),
            "currency": st.sampled_from(["GBP", "USD"]),
            "spend": st.none() | st.decimals(0, 10**7, places=2),
            "clicks": counts,
            "impressions": counts,
            "video_play_actions": counts,
            "video_views_p100": counts,
        }
    ),
    max_size=12,
    unique_by=lambda fact: (fact["advertiser_id"], fact["ad_id"], fact["stat_time_day"]),
)
groupings = st.tuples(
    st.lists(st.sampled_from(["account", "campaign", "ad"]), unique=True),
    st.sampled_from([[], ["day"], ["week"], ["month"]]),
).map(lambda parts: ",".join(parts[0] + parts[1]) or "currency")


def first_day(day: dt.date, grouping: str) -> dt.date | None:
    if "week" in grouping:
        return day - dt.timedelta(days=day.weekday())
    if "month" in grouping:
        return day.replace(day=1)
    return day if "day" in grouping else None


def group(fact: dict[str, Any], grouping: str) -> tuple[object, ...]:
    """What a fact is summed with."""
    account = fact["advertiser_id"] if grouping not in ("currency", "day", "week", "month") else ""
    campaign = fact["campaign_id"] if "campaign" in grouping else ""
    ad = fact["ad_id"] if "ad" in grouping.split(",") else ""
    return account, campaign, ad, first_day(fact["stat_time_day"], grouping), fact["currency"]


def total(facts: list[dict[str, Any]], column: str) -> Decimal | None:
    known = [Decimal(fact[column]) for fact in facts if fact[column] is not None]
    return sum(known, Decimal()) if known else None


def expected(facts: list[dict[str, Any]]) -> list[Decimal | None]:
    """The ratios of some facts, from Python's own exact sums."""
    ratios = []
    with localcontext() as context:
        context.prec = 60
        for over, under, factor in RATIOS.values():
            dividend, divisor = total(facts, over), total(facts, under)
            ratios.append(dividend / divisor * factor if divisor and dividend is not None else None)
    return ratios


def alike(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= DIGITS * abs(other)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts=facts, grouping=groupings)
def test_a_composite_is_the_ratio_of_the_sums(
    applied: Raw, facts: list[dict[str, Any]], grouping: str
) -> None:
    applied.execute("truncate tap_tiktok_ads.ad_report_daily")
    groups = defaultdict(list)
    for fact in facts:
        applied.report(**fact)
        groups[group(fact, grouping)].append(fact)
        groups["total", fact["currency"]].append(fact)

    options = SimpleNamespace(metrics_file="", raw_schema="tap_tiktok_ads", schema="tiktok_ads")
    layer = open_layer(applied.connection, options)  # type: ignore[arg-type]
    metrics = [layer.catalog.by_key(key) for key in RATIOS]
    rows = read_metrics(applied.connection, layer, Grouping.parse(grouping), metrics, Filter())

    assert len(rows) == len(groups)
    found = [[row.values[key] for key in RATIOS] for row in rows]
    for ratios in map(expected, groups.values()):
        match = next(row for row in found if all(map(alike, row, ratios)))
        found.remove(match)
