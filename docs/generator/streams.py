"""The tables of docs/streams.md."""

from __future__ import annotations

from collections import defaultdict
from inspect import getdoc
from typing import TYPE_CHECKING, Final

from docs.generator.markdown import table
from docs.generator.tap import catalog, selected_by_default
from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.reports.standard import standard_reports
from tap_tiktok_ads.streams import STREAMS

if TYPE_CHECKING:
    from tap_tiktok_ads.reports.report import Report

REPORTS: Final = {report.stream: report for report in standard_reports()}
LEVELS: Final = ("advertiser", "campaign", "adgroup", "ad")
THINGS: Final = {"advertiser": "Accounts", "campaign": "Campaigns", "adgroup": "Ad groups"}
GRAINS: Final = {
    "daily": "by day",
    "hourly": "by hour",
    "lifetime": "over all time",
    "period": "by period, with the reach of each period",
}
REPLICATION: Final = {"FULL_TABLE": "full table", "INCREMENTAL": "incremental"}


def _cells(name: str) -> tuple[str, str, str]:
    """Return key, replication method and default selection of a stream."""
    stream = catalog()[name]
    keys = ", ".join(f"`{key}`" for key in stream["key_properties"])
    return (
        keys,
        REPLICATION[stream["replication_method"]],
        "yes" if name in selected_by_default() else "",
    )


def entity_streams() -> str:
    """Return the table of all streams but the standard reports."""
    rows = []
    for stream in STREAMS:
        name = vars(stream)["name"]
        holds = (getdoc(stream) or "").partition("\n")[0].removesuffix(".").replace("``", "`")
        endpoint = getattr(stream, "endpoint", "")
        rows.append((f"`{name}`", holds, f"`{endpoint}`" if endpoint else "", *_cells(name)))
    header = ("Stream", "Holds", "Endpoint", "Key", "Replication", "Default")
    return table(header, rows)


def report_streams() -> str:
    """Return the table of the reports that are not broken down."""
    rows = [
        (f"`{name}`", _holds(report), *_cells(name))
        for name, report in REPORTS.items()
        if not report.breakdown
    ]
    return table(("Stream", "Holds", "Key", "Replication", "Default"), rows)


def _holds(report: Report) -> str:
    things = "Smart+ ads" if report.level_id else THINGS.get(report.level, "Ads")
    return f"{things} {GRAINS[report.grain]}"


def breakdown_streams() -> str:
    """Return the table of the reports that are broken down, a row for each breakdown."""
    levels = defaultdict(list)
    for name, report in REPORTS.items():
        if report.breakdown:
            levels[name.partition("_by_")[2]].append(report.level)
    rows = []
    for name, of in {each["name"]: each["of"] for each in facts("breakdowns")}.items():
        found = levels[name]
        level = found[0] if len(found) == 1 else "{level}"
        named = "all" if len(found) == len(LEVELS) else ", ".join(f"`{each}`" for each in found)
        keys = catalog()[f"{found[0]}_report_daily_by_{name}"]["key_properties"]
        usual = {"advertiser_id", f"{found[0]}_id", "stat_time_day"}
        columns = ", ".join(f"`{key}`" for key in keys if key not in usual)
        rows.append((f"`{level}_report_daily_by_{name}`", of, named, columns))
    return table(("Stream", "By day and", "Levels", "Columns"), rows)
