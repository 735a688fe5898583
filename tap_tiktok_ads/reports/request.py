"""What a report is asked for: one request, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.api.accounts import TOP_VIEW
from tap_tiktok_ads.reports.report import LEVELS, Condition, Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_tiktok_ads.windows import Window

ENDPOINT: Final = "/report/integrated/get/"
PAGE_SIZE: Final = 1000


@dataclass(frozen=True)
class Ask:
    """One request: for some days, metrics and things of an account.

    Attributes:
        window: The days; without them, all time.
        scope: Level of `ids`; without one, the whole account.
        top_view: For TopView, which no other request shows.
        repeats: One of its hours comes twice, each time under the same name.
    """

    advertiser_id: str
    window: Window | None
    metrics: tuple[str, ...]
    scope: str | None = None
    ids: tuple[str, ...] = ()
    top_view: bool = False
    repeats: bool = False


def parameters(report: Report, ask: Ask) -> dict[str, Any]:
    """Write a request's query parameters, without the page (reporting.md 1)."""
    found: dict[str, Any] = {
        "advertiser_id": ask.advertiser_id,
        "report_type": report.report_type,
        "data_level": f"AUCTION_{report.level.upper()}",
        "dimensions": list(report.dimensions),
        "metrics": list(ask.metrics) or ["spend"],
        "page_size": PAGE_SIZE,
    }
    if ask.window:
        found |= {"start_date": str(ask.window.start), "end_date": str(ask.window.end)}
    else:
        found["query_lifetime"] = True
    conditions = list(report.conditions)
    status = f"{report.level}_status"
    chosen = {condition.field_name for condition in conditions}
    if report.include_deleted and report.level in LEVELS and status not in chosen:
        # Without it, ads deleted since are missing from the past (reporting.md 4).
        conditions.append(Condition(status, "IN", ["STATUS_ALL"]))
    if ask.top_view:
        conditions.append(Condition("buying_type", "IN", [TOP_VIEW]))
    if ask.scope:
        conditions.append(Condition(f"{ask.scope}_ids", "IN", ask.ids))
    return found | ({"filtering": [_filter(each) for each in conditions]} if conditions else {})


def order(metrics: Sequence[str], types: Mapping[str, str]) -> dict[str, str]:
    """Sort by a number, when a list has to be read again; it can't be by an attribute."""
    numbers = [name for name in metrics if types[name] in ("integer", "number")]
    return {"order_field": numbers[0], "order_type": "DESC"} if numbers else {}


def _filter(condition: Condition) -> dict[str, str]:
    """Write a report's filter: its value is JSON text within JSON (reporting.md 1)."""
    value = condition.filter_value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return {**condition._asdict(), "filter_value": text}
