"""What the tap delivered and what is true, in a form that compares exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.api import Simulator

METRICS = ("spend", "impressions", "clicks", "conversion", "video_views_p100")

Facts = dict[tuple[str, str, str], tuple[Decimal, ...]]


def delivered(
    records: Sequence[dict[str, Any]], metrics: Sequence[str] = METRICS, level: str = "ad"
) -> Facts:
    """Figures by account, id and day, without rows of zeros; no row may come twice."""
    found = {
        (row["advertiser_id"], row[f"{level}_id"], row["stat_time_day"]): tuple(
            Decimal(str(row[metric] or 0)) for metric in metrics
        )
        for row in records
    }
    assert len(found) == len(records), "a row came twice"
    return {key: figures for key, figures in found.items() if any(figures)}


def true_delivery(
    api: Simulator, start: str, end: str, metrics: Sequence[str] = METRICS, level: str = "ad"
) -> Facts:
    """The same from the generator."""
    truth = api.truth(start, end, metrics=",".join(metrics), detail="ad")
    above = {
        (level, each["id"]): each["parent"]
        for account in truth["accounts"]
        for level in ("adgroup", "ad")
        for each in account["entities"][level]
    }
    found: Facts = {}
    for ad in truth["ads"]:
        thing = {"ad": ad["ad_id"], "advertiser": ad["advertiser_id"]}
        thing["adgroup"] = above["ad", ad["ad_id"]]
        thing["campaign"] = above["adgroup", thing["adgroup"]]
        key = (ad["advertiser_id"], thing[level], ad["date"])
        figures = [Decimal(ad["metrics"].get(metric, "0")) for metric in metrics]
        before = found.get(key, (Decimal(),) * len(metrics))
        found[key] = tuple(one + other for one, other in zip(before, figures, strict=True))
    return {key: figures for key, figures in found.items() if any(figures)}
