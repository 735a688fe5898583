"""The standard reports, and which metrics TikTok takes in each report.

What TikTok takes is data: ``facts/dimensions.json`` and ``facts/metrics.json``; which
breakdowns have a stream is ``facts/breakdowns.json``. Any other report that the rules allow is a
custom report.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tap_tiktok_ads.columns import ADVERTISER_ID, CURRENCY, SYNCED_AT, UNREAD, Column, metric_column
from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.reports.report import DIMENSIONS, GRAINS, ID_LEVELS, LEVELS, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Levels above a level, whose ids every row of a report carries.
PARENTS: Final = {"advertiser": (), "campaign": (), "adgroup": ID_LEVELS[:1], "ad": ID_LEVELS[:2]}
#: Groups of metrics about delivery itself, not about what people did afterwards.
DELIVERY_GROUPS: Final = ("core", "cost", "reach", "conversion", "results", "engagement", "video")
PERIOD: Final = (
    Column("period", "string", "last_7_days, last_28_days, month_to_date or last_month"),
    Column("start_date", "date", "First day of the period, in the account's time zone"),
    Column("end_date", "date", "Last day of the period"),
)


def standard_reports() -> Iterator[Report]:
    """Yield the reports that are streams without being asked for."""
    for level in LEVELS:
        for grain in GRAINS:
            yield Report(f"{level}_report_{grain}", level, grain, all_metrics=grain == "daily")
        for breakdown in facts("breakdowns"):
            dimensions = tuple(breakdown["dimensions"])
            first = DIMENSIONS[dimensions[0]]
            if level in breakdown.get("levels", first.get("levels", LEVELS)):
                yield Report(
                    f"{level}_report_daily_by_{breakdown['name']}",
                    level,
                    breakdown=dimensions,
                    report_type=breakdown.get("report_type", first["report_types"][0]),
                    groups=tuple(breakdown.get("groups", ())),
                    all_metrics="metrics" in first,
                )
    yield Report("smart_plus_ad_report_daily", "ad", level_id="ad_id_v2")


def metric_lists(report: Report) -> frozenset[str]:
    """Return the names of the lists of metrics that hold for a report (reporting.md 2 and 7)."""
    if report.breakdown:
        lists = DIMENSIONS[report.breakdown[0]].get("metrics", {})
        return frozenset(lists.get(report.report_type, [report.report_type]))
    found = {"BASIC"}
    if report.level_id:
        found.add(f"BASIC {report.level_id}")
    if report.grain == "daily":
        found.add("BASIC daily")
    if report.grain != "hourly":
        found.add("BASIC day or none")
    return frozenset(found)


def metric_columns(report: Report) -> tuple[Column, ...]:
    """Return the metrics of a report, with the ids of the levels above it."""
    known = {ADVERTISER_ID.name, CURRENCY.name, *report.row_dimensions}
    offered = [
        column
        for column in _metric_columns(
            report.level, metric_lists(report), report.groups, all_metrics=report.all_metrics
        )
        if column.name not in known
    ]
    if report.metrics:
        chosen = {*report.metrics, *parent_ids(report.level)}
        offered = [each._replace(default=True) for each in offered if each.name in chosen]
    return tuple(offered)


@cache
def _metric_columns(
    level: str, lists: frozenset[str], groups: tuple[str, ...], *, all_metrics: bool
) -> tuple[Column, ...]:
    ids = parent_ids(level)
    return tuple(
        metric_column(metric)
        for metric in facts("metrics")
        if metric["name"] in ids
        or (
            level in metric.get("levels", LEVELS)
            and not lists.isdisjoint(metric["valid"])
            and metric["group"] in ("attribute", *(groups or (metric["group"],)))
            and (all_metrics or _is_common(metric))
        )
    )


def _is_common(metric: dict[str, Any]) -> bool:
    """Whether a metric is worth a column in each of many streams.

    Attributes stand in the streams of entities, the ratios of events follow from their parts, and
    what only one source confirms may be refused; a custom report can have them all.
    """
    if metric["kind"] == "attribute":
        return bool(metric.get("default"))
    if metric["kind"] == "ratio" and metric["group"] not in DELIVERY_GROUPS:
        return False
    return "unconfirmed" not in metric


def parent_ids(level: str) -> tuple[str, ...]:
    """Return the columns with the ids of the levels above a level."""
    return tuple(f"{parent}_id" for parent in PARENTS[level])


def keys(report: Report) -> tuple[str, ...]:
    """Return the columns that tell a report's rows apart."""
    time = (PERIOD[0].name, PERIOD[2].name) if report.grain == "period" else ()
    return tuple(dict.fromkeys((ADVERTISER_ID.name, *report.row_dimensions, *time)))


def columns(report: Report) -> Sequence[Column]:
    """Return all columns of a report's rows."""
    own = Column(report.id, "string", f"Id of the {report.level}")
    ids = [ADVERTISER_ID] if own.name == ADVERTISER_ID.name else [ADVERTISER_ID, own]
    time = [report.time] if report.time else []
    period = PERIOD if report.grain == "period" else ()
    buckets = [
        Column(name, "string", DIMENSIONS[name]["description"])
        for name, kind in report.row_dimensions.items()
        if kind == "bucket"
    ]
    return (*ids, *time, *period, *buckets, *metric_columns(report), CURRENCY, UNREAD, SYNCED_AT)
