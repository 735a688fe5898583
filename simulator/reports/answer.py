"""Report rows as JSON."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.facts import METRICS
from simulator.reports.breakdown_rows import BreakdownRows
from simulator.reports.report_rows import ReportRows
from simulator.reports.tt_shop_rows import TikTokShopRows
from simulator.world import objects
from simulator.world.delivery import label
from simulator.world.figures import Selection, select
from simulator.world.model import Account, Entity

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.reports.dimensions import Shape
    from simulator.reports.report_rows import Group
    from simulator.reports.request import Report
    from simulator.world.breakdowns import Labels

FEW = re.compile(rb'"impressions":"[1-4]"')
"""With search terms, TikTok hides small numbers of impressions."""


class Answer(NamedTuple):
    """The JSON text of `data`, and whether ads were left out of it."""

    data: bytes
    truncated: bool


class ReportAnswers:
    """Answers reports, remembering the rows of the last few."""

    def __init__(self, remembered: int = 64) -> None:
        self._remembered = remembered
        self._recent: OrderedDict[Any, ReportRows] = OrderedDict()

    def answer(self, report: Report, now: datetime) -> Answer:
        """Answer a report.

        Args:
            report: The checked request.
            now: The clock.

        Returns:
            Its data, and whether ads were left out.
        """
        rows = self._rows(report, now)
        selection = select(report.figures, report.account.decimals)
        start = (report.page - 1) * report.page_size - report.shift
        page = _render(report, rows, selection, start)
        info = {
            "page": report.page,
            "page_size": report.page_size,
            "total_number": len(rows),
            "total_page": -(-len(rows) // report.page_size),
        }
        totals = f',"total_metrics":{_totals(report, rows, selection)}' if report.totals else ""
        tail = f'"page_info":{json.dumps(info)}{totals}'.encode()
        return Answer(b'{"list":[%b],%b}' % (b",".join(page), tail), rows.truncated)

    def _rows(self, report: Report, now: datetime) -> ReportRows:
        key = (
            report.account.id,
            report.shape,
            report.lifetime,
            report.first,
            report.last,
            report.conditions,
            report.order_field,
            report.descending,
            report.newest,
            report.zero_rows,
            report.dash_rows,
            now,
        )
        rows = self._recent.pop(key, None) or _report_rows(report, now)
        self._recent[key] = rows
        if len(self._recent) > self._remembered:
            self._recent.popitem(last=False)
        return rows


def _report_rows(report: Report, now: datetime) -> ReportRows:
    """The rows of a report of any kind."""
    if report.shape.report_type == "TT_SHOP":
        return TikTokShopRows(report, now)
    if report.shape.breakdown or report.time == "stat_time_hour":
        return BreakdownRows(report, now)
    return ReportRows(report, now)


def _render(report: Report, rows: ReportRows, selection: Selection, start: int) -> list[bytes]:
    """Return the rows of a page as bytes: text beyond ASCII is slow to join."""
    page: list[bytes] = []
    shown: Group | None = None
    head, attributes = b"", b""
    dimensions: dict[tuple[int | None, Labels], bytes] = {}
    render, measure = selection.render, rows.measure
    searched = "search_terms" in report.shape.breakdown
    for row in rows.page(start, start + report.page_size, report.disorder):
        group, day, labels = row
        if group is not shown:
            shown = group
            head, attributes = _head(report, group.thing, rows.now)
        where = dimensions.get((day, labels))
        if where is None:
            where = dimensions[day, labels] = _dimensions(report.shape, day, labels)
        figures = render(measure(selection, row)).encode()
        if searched:
            figures = FEW.sub(b'"impressions":"<5"', figures)
        page.append(b"%b%b%b%b}}" % (head, where, attributes, figures))
    return page


def _dimensions(shape: Shape, day: int | None, labels: Labels) -> bytes:
    """Return the dimensions of a row that follow the object's id."""
    found: dict[str, str] = {}
    if day is not None and shape.time == "stat_time_day":
        found["stat_time_day"] = label(day)
    names = ["stat_time_hour"] if shape.time == "stat_time_hour" else []
    found |= zip([*names, *shape.shown], labels, strict=True)
    members = json.dumps(found, ensure_ascii=False, separators=(",", ":"))[1:-1]
    return (f",{members}" if members and shape.id else members).encode()


def _head(report: Report, thing: Account | Entity, now: datetime) -> tuple[bytes, bytes]:
    """Return a row's text up to its day, and from there up to its figures."""
    attributes = {name: _attribute(name, thing, now) for name in report.attributes}
    members = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))[1:-1]
    comma = "," if attributes and report.figures else ""
    own_id = f'"{report.shape.id}":"{thing.id}"' if report.shape.id else ""
    return f'{{"dimensions":{{{own_id}'.encode(), f'}},"metrics":{{{members}{comma}'.encode()


def _attribute(name: str, thing: Account | Entity, now: datetime) -> Any:
    """Return an attribute metric: a field of the object or of one above it, as text."""
    if "from" not in METRICS[name]:
        return [] if name.endswith("_list") else "-"
    level, field = METRICS[name]["from"]
    smart_ad = thing if isinstance(thing, Entity) and thing.level == "smart_plus_ad" else None
    if name.endswith("_list"):
        creatives = smart_ad.account.children[smart_ad.id] if smart_ad else []
        return [_text(objects.value(each, level, field, now)) for each in creatives]
    if smart_ad and f"{name}_list" in METRICS:
        return "-"
    if level == "advertiser":
        owner: Account | Entity = thing if isinstance(thing, Account) else thing.account
    elif isinstance(thing, Account) or not _describes(level, thing):
        return "-"
    else:
        owner = _owner(thing, level)
    return _text(objects.value(owner, level, field, now))


def _text(found: Any) -> str:
    """Return a field in the form of reports."""
    if found is objects.ABSENT or found is None:
        return "-"
    if isinstance(found, bool):
        return "true" if found else "false"
    return ",".join(found) if isinstance(found, list) else str(found)


def _describes(level: str, entity: Entity) -> bool:
    """Whether an object of a level stands at or above another."""
    order = ("campaign", "adgroup", "smart_plus_ad", "ad")
    return order.index(level) <= order.index(entity.level) or entity.level == "smart_plus_ad"


def _owner(entity: Entity, level: str) -> Entity:
    """Return the object of a level that describes another; a Smart+ ad describes itself."""
    if level == "ad" and entity.level == "smart_plus_ad":
        return entity
    return entity.above(level)


def _totals(report: Report, rows: ReportRows, selection: Selection) -> str:
    """Return the totals of what adds up, and "-" for the rest."""
    totals = json.loads(f"{{{selection.render(rows.total(selection))}}}")
    for name in report.names:
        metric = METRICS[name]
        sources = metric.get("parts", [name])[:2]
        if name not in totals or any(METRICS[each]["kind"] == "unique" for each in sources):
            totals[name] = "-"
    return json.dumps(totals)
