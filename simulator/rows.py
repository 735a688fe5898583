"""Report rows as JSON."""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator import objects
from simulator.facts import METRICS
from simulator.figures import Selection, select
from simulator.plan import Plan
from simulator.world import Account, Entity

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.plan import Group
    from simulator.report import Report


class Answer(NamedTuple):
    """The JSON text of `data`, and whether ads were left out of it."""

    data: bytes
    truncated: bool


class Reports:
    """Answers reports, remembering the plans of the last few."""

    def __init__(self, remembered: int = 64) -> None:
        self._remembered = remembered
        self._plans: OrderedDict[Any, Plan] = OrderedDict()

    def answer(self, report: Report, now: datetime) -> Answer:
        """The answer to a report.

        Args:
            report: The checked request.
            now: The clock.

        Returns:
            Its data, and whether ads were left out.
        """
        plan = self._plan(report, now)
        selection = select(report.figures, report.account.decimals)
        start = (report.page - 1) * report.page_size - report.shift
        rows = _render(report, plan, selection, start)
        info = {
            "page": report.page,
            "page_size": report.page_size,
            "total_number": len(plan),
            "total_page": -(-len(plan) // report.page_size),
        }
        totals = f',"total_metrics":{_totals(report, plan, selection)}' if report.totals else ""
        tail = f'"page_info":{json.dumps(info)}{totals}'.encode()
        return Answer(b'{"list":[%b],%b}' % (b",".join(rows), tail), plan.truncated)

    def _plan(self, report: Report, now: datetime) -> Plan:
        key = (
            report.account.id,
            report.id_dimension,
            report.time,
            report.lifetime,
            report.first,
            report.last,
            report.conditions,
            report.order_field,
            report.descending,
            report.newest,
            now,
        )
        plan = self._plans.pop(key, None) or Plan(report, now)
        self._plans[key] = plan
        if len(self._plans) > self._remembered:
            self._plans.popitem(last=False)
        return plan


def _render(report: Report, plan: Plan, selection: Selection, start: int) -> list[bytes]:
    """The rows of a page; in bytes, because names beyond ASCII make long texts slow."""
    rows: list[bytes] = []
    shown: Group | None = None
    head, attributes = b"", b""
    dates: dict[int | None, bytes] = {None: b""}
    render, measure = selection.render, plan.measure
    for group, day in plan.between(start, start + report.page_size):
        if group is not shown:
            shown = group
            head, attributes = _head(report, group.thing, plan.now)
        if day is not None and day not in dates:
            dates[day] = (
                b',"stat_time_day":"%b 00:00:00"' % date.fromordinal(day).isoformat().encode()
            )
        figures = render(measure(selection, group, day)).encode()
        rows.append(b"%b%b%b%b}}" % (head, dates[day], attributes, figures))
    return rows


def _head(report: Report, thing: Account | Entity, now: datetime) -> tuple[bytes, bytes]:
    """A row up to its day, and from there up to its figures."""
    attributes = {name: _attribute(name, thing, now) for name in report.attributes}
    members = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))[1:-1]
    comma = "," if attributes and report.figures else ""
    head = f'{{"dimensions":{{"{report.id_dimension}":"{thing.id}"'
    return head.encode(), f'}},"metrics":{{{members}{comma}'.encode()


def _attribute(name: str, thing: Account | Entity, now: datetime) -> Any:
    """An attribute metric: a field of the object or of one above it, as text."""
    if name.endswith("_list"):
        return []
    if "from" not in METRICS[name]:
        return "-"
    level, field = METRICS[name]["from"]
    if level == "advertiser":
        owner: Account | Entity = thing if isinstance(thing, Account) else thing.account
    elif isinstance(thing, Account) or not _describes(level, thing):
        return "-"
    else:
        owner = _owner(thing, level)
    found = objects.value(owner, level, field, now)
    if found is objects.ABSENT or found is None:
        return "-"
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found)


def _describes(level: str, entity: Entity) -> bool:
    """Whether an object of a level stands at or above another."""
    order = ("campaign", "adgroup", "smart_plus_ad", "ad")
    return order.index(level) <= order.index(entity.level) or entity.level == "smart_plus_ad"


def _owner(entity: Entity, level: str) -> Entity:
    """The object of a level that describes another; a Smart+ ad is described by itself."""
    if level == "ad" and entity.level == "smart_plus_ad":
        return entity
    return entity.above(level)


def _totals(report: Report, plan: Plan, selection: Selection) -> str:
    """Totals of what can be added up, and "-" for the rest."""
    totals = json.loads(f"{{{selection.render(plan.total(selection))}}}")
    for name in report.names:
        metric = METRICS[name]
        sources = metric.get("parts", [name])[:2]
        if name not in totals or any(METRICS[each]["kind"] == "unique" for each in sources):
            totals[name] = "-"
    return json.dumps(totals)
