"""docs/fields.md says what ``--discover`` and the registry of metrics say.

``python -m tests.project.test_fields_page`` writes the page anew.
"""

from __future__ import annotations

import json
import re
from inspect import getdoc
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.reports.standard import standard_reports
from tap_tiktok_ads.streams import STREAMS
from tests.conftest import discovered
from tests.project.test_project import with_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tap_tiktok_ads.reports.report import Report

PAGE: Final = Path(__file__).parents[2] / "docs" / "fields.md"
CATALOG: Final = {each["tap_stream_id"]: each for each in json.loads(discovered())["streams"]}
REPORTS: Final = {report.stream: report for report in standard_reports()}
GMV_MAX_REPORT: Final = "gmv_max_report_daily"
METRICS: Final = facts("metrics")
GMV_MAX: Final = facts("gmv_max_metrics")

#: How the page calls the reports in which a metric is valid, and what it means by that.
VALID: Final = {
    "BASIC": (
        "plain",
        (
            "by day, by hour, over all time and by period; some groups also by event type, event "
            "source, image, video, mini app, search keyword or SKAN postback"
        ),
    ),
    "BASIC daily": ("day", "by day alone, without a breakdown"),
    "BASIC day or none": ("not by hour", "plain, but not by hour"),
    "BASIC ad_id": ("ad", "plain, of ads, where it is the key already"),
    "BASIC ad_id_v2": ("Smart+ ad", "of Smart+ ads (`smart_plus_ad_report_daily`)"),
    "BASIC image_id": ("image", "by image"),
    "BASIC country_code": ("country", "by country, of ad groups and ads"),
    "BASIC ad_type": ("ad type", "by kind of ad"),
    "BASIC search_terms": ("search", "by search term"),
    "BASIC page_id": ("page", "by instant page"),
    "BASIC component_name": ("component", "by component of an instant page"),
    "BASIC room_id": ("room", "by LIVE room"),
    "BASIC post_id": ("post", "by post"),
    "AUDIENCE": ("audience", "by age, gender, place, device, interest and the like"),
    "AUDIENCE country_code": ("audience country", "by country, of accounts and campaigns"),
    "AUDIENCE ad_type": (
        "audience tags",
        "by hashtag, audience tag and purchase intention",
    ),
    "BC": ("Business Center", "of a Business Center: not offered"),
    "Smart+ material": ("Smart+ material", "of Smart+ materials: not offered"),
}
#: The reports that no stream reads.
NOT_OFFERED: Final = ("Smart+ material", "BC")
RESTATES: Final = {"day": "day", "conversions": "28 days", "skan": "postbacks"}
THINGS: Final = {"advertiser": "Accounts", "campaign": "Campaigns", "adgroup": "Ad groups"}
GRAINS: Final = {
    "daily": "by day",
    "hourly": "by hour",
    "lifetime": "over all time",
    "period": "by period, with the reach of each",
}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table, without what would be markup in its cells."""
    lines = [header, ["---"] * len(header)]
    lines += [[cell.replace("|", "\\|").replace("<", "&lt;") for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def kind_of(schema: dict[str, Any]) -> str:
    """How the page calls a column's type."""
    types = schema["type"]
    name = types if isinstance(types, str) else types[0]
    return str({"date": "date", "date-time": "timestamp"}.get(schema.get("format", ""), name))


def columns(stream: str) -> Iterator[tuple[str, str, str]]:
    """Name, type and description of each of a stream's columns."""
    for name, schema in CATALOG[stream]["schema"]["properties"].items():
        yield f"`{name}`", kind_of(schema), schema["description"]


def about_report(report: Report) -> str:
    """What a report has a row for."""
    things = "Smart+ ads" if report.level_id else THINGS.get(report.level, "Ads")
    breakdown = report.stream.partition("_by_")[2]
    of = next((each["of"] for each in facts("breakdowns") if each["name"] == breakdown), "")
    link = ", " if " and " in of else " and "
    return f"{things} {GRAINS[report.grain]}" + (of and link + of)


def about(stream: str) -> str:
    """What a stream holds."""
    if stream in REPORTS:
        return about_report(REPORTS[stream])
    own = next(each for each in STREAMS if vars(each)["name"] == stream)
    return (getdoc(own) or "").partition("\n")[0].removesuffix(".")


def streams(names: Iterable[str]) -> str:
    """The table of some streams."""
    rows = []
    for name in names:
        stream = CATALOG[name]
        by = stream.get("replication_key")
        read = f"from `{by}` on" if by else "whole"
        keys = ", ".join(f"`{key}`" for key in stream["key_properties"])
        rows.append((f"`{name}`", about(name), keys, read))
    return table(("Stream", "Holds", "Key", "Read"), rows)


def valid(metric: dict[str, Any]) -> str:
    """The reports that take a metric, in short."""
    found = ", ".join(VALID[report][0] for report in metric["valid"])
    return found + (f" ({', '.join(metric['levels'])})" if "levels" in metric else "")


def notes(metric: dict[str, Any]) -> str:
    """What else there is to say of a metric."""
    return ", ".join(note for note in ("default", "unconfirmed") if metric.get(note))


def metric_cells(metric: dict[str, Any]) -> tuple[str, ...]:
    """What every metric's row begins with."""
    return (f"`{metric['name']}`", metric["type"], metric["unit"], metric["kind"])


def offered_metrics() -> Iterator[str]:
    """A table for each group of metrics that streams offer."""
    offered = [metric for metric in METRICS if set(NOT_OFFERED).isdisjoint(metric["valid"])]
    groups = list(dict.fromkeys(metric["group"] for metric in offered))
    offered.sort(key=lambda metric: groups.index(metric["group"]))
    header = ("Metric", "Type", "Unit", "Kind", "Reports", "Changes", "", "Description")
    for group, metrics in groupby(offered, key=lambda metric: str(metric["group"])):
        rows = [
            (
                *metric_cells(metric),
                valid(metric),
                RESTATES.get(metric.get("restates", ""), ""),
                notes(metric),
                metric["description"],
            )
            for metric in metrics
        ]
        yield f"### {group[0].upper()}{group[1:]}\n\n{table(header, rows)}"


def not_offered() -> str:
    """The table of metrics that no stream offers."""
    rows = [
        (f"`{metric['name']}`", metric["group"], metric["description"], valid(metric))
        for metric in METRICS
        if not set(NOT_OFFERED).isdisjoint(metric["valid"])
    ]
    return table(("Metric", "Group", "Description", "Reports"), rows)


def gmv_max_metrics() -> str:
    """The table of GMV Max metrics."""
    header = ("Metric", "Type", "Unit", "Kind", "Promotion", "Needs", "", "Description")
    rows = [
        (
            *metric_cells(metric),
            metric.get("promotion", "both"),
            f"`{metric['detail']}`" if "detail" in metric else "",
            notes(metric),
            metric["description"],
        )
        for metric in GMV_MAX
    ]
    return table(header, rows)


def report_columns() -> str:
    """The columns of reports that are not metrics, each once."""
    known = {f"`{metric['name']}`" for metric in METRICS if metric["name"] != "currency"}
    keys = {f"`{key}`" for name in REPORTS for key in CATALOG[name]["key_properties"]}
    found = {
        cells[0]: cells
        for name in REPORTS
        for cells in columns(name)
        if cells[0] in keys or cells[0] not in known
    }
    return table(("Column", "Type", "Description"), found.values())


def other_columns() -> Iterator[str]:
    """A table of the columns of each stream that is not in `REPORTS`, but for GMV Max's metrics."""
    header = ("Column", "Type", "Description")
    metrics = {f"`{metric['name']}`" for metric in GMV_MAX}
    for name in (each for each in CATALOG if each not in REPORTS):
        known = metrics if name == GMV_MAX_REPORT else set()
        rows = [cells for cells in columns(name) if cells[0] not in known]
        yield f"### {name}\n\n{table(header, rows)}"


GENERATED: Final[dict[str, Callable[[], str]]] = {
    "streams": lambda: streams(name for name in CATALOG if name not in REPORTS),
    "reports": lambda: streams(name for name in REPORTS if not REPORTS[name].breakdown),
    "breakdowns": lambda: streams(name for name in REPORTS if REPORTS[name].breakdown),
    "report columns": report_columns,
    "valid": lambda: table(("Reports", "Meaning"), VALID.values()),
    "metrics": lambda: "\n".join(offered_metrics()),
    "gmv max": gmv_max_metrics,
    "not offered": not_offered,
    "columns": lambda: "\n".join(other_columns()),
}


def written() -> str:
    """The page with its generated parts as they ought to be."""
    text = PAGE.read_text("utf-8")
    for name, make in GENERATED.items():
        text = with_part(text, name, make().rstrip())
    return text


@pytest.mark.parametrize("name", GENERATED)
def test_the_page_has_every_generated_part(name: str) -> None:
    assert f"<!-- {name} -->" in PAGE.read_text("utf-8")


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == written(), (
        "python -m tests.project.test_fields_page writes it anew"
    )


def test_the_page_has_every_stream_once_and_every_column() -> None:
    text = PAGE.read_text("utf-8")
    listed = text.partition("<!-- report columns -->")[0]
    assert [name for name in CATALOG if listed.count(f"\n| `{name}` | ") != 1] == []
    found = {name for stream in CATALOG.values() for name in stream["schema"]["properties"]}
    assert [name for name in found if f"\n| `{name}` | " not in text] == []


def test_a_metric_that_is_not_offered_is_in_no_report() -> None:
    refused = {m["name"] for m in METRICS if not set(NOT_OFFERED).isdisjoint(m["valid"])}
    offered = {name for report in REPORTS for name in CATALOG[report]["schema"]["properties"]}
    assert refused & offered == set()


def test_the_examples_on_the_page_select_columns_that_exist() -> None:
    chosen = re.findall(r"^ +- (\w+)\.(\w+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert chosen
    for stream, column in chosen:
        assert column in CATALOG[stream]["schema"]["properties"]


if __name__ == "__main__":
    PAGE.write_text(written(), "utf-8")
