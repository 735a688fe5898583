"""The tables of docs/fields.md: columns of streams, and the registry of metrics."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from docs.generator.markdown import table
from docs.generator.streams import REPORTS
from docs.generator.tap import catalog
from tap_tiktok_ads.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

GMV_MAX_REPORT: Final = "gmv_max_report_daily"
METRICS: Final = facts("metrics")
GMV_MAX: Final = facts("gmv_max_metrics")

#: Name and meaning of each kind of report that a metric may be valid in.
VALID: Final = {
    "BASIC": (
        "plain",
        (
            "by day, by hour, over all time and by period; some groups also by event type, event "
            "source, image, video, mini app, search keyword or SKAN postback"
        ),
    ),
    "BASIC daily": ("day", "by day only, without a breakdown"),
    "BASIC day or none": ("not by hour", "plain, except by hour"),
    "BASIC ad_id": ("ad", "plain, at ad level, where it is part of the key"),
    "BASIC ad_id_v2": ("Smart+ ad", "Smart+ ads (`smart_plus_ad_report_daily`)"),
    "BASIC image_id": ("image", "by image"),
    "BASIC country_code": ("country", "by country, at ad group and ad level"),
    "BASIC ad_type": ("ad type", "by ad type"),
    "BASIC search_terms": ("search", "by search term"),
    "BASIC page_id": ("page", "by instant page"),
    "BASIC component_name": ("component", "by component of an instant page"),
    "BASIC room_id": ("room", "by LIVE room"),
    "BASIC post_id": ("post", "by post"),
    "AUDIENCE": ("audience", "by age, gender, place, device, interest and so on"),
    "AUDIENCE country_code": ("audience country", "by country, at account and campaign level"),
    "AUDIENCE ad_type": ("audience tags", "by hashtag, audience tag and purchase intention"),
    "BC": ("Business Center", "of a Business Center: in no stream"),
    "Smart+ material": ("Smart+ material", "of Smart+ materials: in no stream"),
}
#: Reports that no stream reads.
NOT_OFFERED: Final = frozenset({"Smart+ material", "BC"})
RESTATES: Final = {"day": "day", "conversions": "28 days", "skan": "postbacks"}


def column_type(schema: dict[str, Any]) -> str:
    """Return the type of a column."""
    types = schema["type"]
    name = types if isinstance(types, str) else types[0]
    return str({"date": "date", "date-time": "timestamp"}.get(schema.get("format", ""), name))


def columns(stream: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, type and description of each of a stream's columns."""
    for name, schema in catalog()[stream]["schema"]["properties"].items():
        yield f"`{name}`", column_type(schema), schema["description"]


def _valid(metric: dict[str, Any]) -> str:
    """Return the kinds of reports and the levels that take a metric."""
    found = ", ".join(VALID[report][0] for report in metric["valid"])
    return found + (f" ({', '.join(metric['levels'])})" if "levels" in metric else "")


def _notes(metric: dict[str, Any]) -> str:
    return ", ".join(note for note in ("default", "unconfirmed") if metric.get(note))


def _first_cells(metric: dict[str, Any]) -> tuple[str, ...]:
    return (f"`{metric['name']}`", metric["type"], metric["unit"], metric["kind"])


def valid() -> str:
    """Return the table that explains the kinds of reports."""
    return table(("Reports", "Meaning"), VALID.values())


def offered_metrics() -> str:
    """Return a table for each group of metrics that streams offer."""
    offered = [metric for metric in METRICS if NOT_OFFERED.isdisjoint(metric["valid"])]
    groups = list(dict.fromkeys(metric["group"] for metric in offered))
    offered.sort(key=lambda metric: groups.index(metric["group"]))
    header = ("Metric", "Type", "Unit", "Kind", "Reports", "Changes", "", "Description")
    sections = []
    for group, metrics in groupby(offered, key=lambda metric: str(metric["group"])):
        rows = [
            (
                *_first_cells(metric),
                _valid(metric),
                RESTATES.get(metric.get("restates", ""), ""),
                _notes(metric),
                metric["description"],
            )
            for metric in metrics
        ]
        sections.append(f"### {group[0].upper()}{group[1:]}\n\n{table(header, rows)}")
    return "\n".join(sections)


def not_offered_metrics() -> str:
    """Return the table of metrics that no stream offers."""
    rows = [
        (f"`{metric['name']}`", metric["group"], metric["description"], _valid(metric))
        for metric in METRICS
        if not NOT_OFFERED.isdisjoint(metric["valid"])
    ]
    return table(("Metric", "Group", "Description", "Reports"), rows)


def gmv_max_metrics() -> str:
    """Return the table of GMV Max metrics."""
    header = ("Metric", "Type", "Unit", "Kind", "Promotion", "Needs", "", "Description")
    rows = [
        (
            *_first_cells(metric),
            metric.get("promotion", "both"),
            f"`{metric['detail']}`" if "detail" in metric else "",
            _notes(metric),
            metric["description"],
        )
        for metric in GMV_MAX
    ]
    return table(header, rows)


def report_columns() -> str:
    """Return the table of the reports' columns that are not metrics, each once."""
    known = {f"`{metric['name']}`" for metric in METRICS if metric["name"] != "currency"}
    keys = {f"`{key}`" for name in REPORTS for key in catalog()[name]["key_properties"]}
    found = {
        cells[0]: cells
        for name in REPORTS
        for cells in columns(name)
        if cells[0] in keys or cells[0] not in known
    }
    return table(("Column", "Type", "Description"), found.values())


def other_columns() -> str:
    """Return a table of columns for each stream that is not a standard report."""
    header = ("Column", "Type", "Description")
    metrics = {f"`{metric['name']}`" for metric in GMV_MAX}
    sections = []
    for name in (each for each in catalog() if each not in REPORTS):
        known = metrics if name == GMV_MAX_REPORT else set()
        rows = [cells for cells in columns(name) if cells[0] not in known]
        sections.append(f"### {name}\n\n{table(header, rows)}")
    return "\n".join(sections)
