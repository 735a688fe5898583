"""One request for a report, and its query parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.api.accounts import TOP_VIEW
from tap_tiktok_ads.facts import endpoints
from tap_tiktok_ads.reports.report import ID_LEVELS, Filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_tiktok_ads.reports.report import Report
    from tap_tiktok_ads.windows import Window

ENDPOINT: Final = "/report/integrated/get/"


@dataclass(frozen=True)
class ReportRequest:
    """A request for some days, metrics and objects of an account.

    Attributes:
        report: The report.
        advertiser_id: The account.
        window: The days; without them, all time.
        metrics: Names of the metrics.
        ids: Only what belongs to these campaigns, ad groups or ads; empty for the whole account.
        ids_level: Level of `ids`.
        top_view: Whether it is for TopView, which no other request shows.
        repeated_hour: Whether one of its hours comes twice, under the same name.
    """

    report: Report
    advertiser_id: str
    window: Window | None
    metrics: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    ids_level: str | None = None
    top_view: bool = False
    repeated_hour: bool = False


def parameters(request: ReportRequest) -> dict[str, Any]:
    """Return a request's query parameters, without the page (reporting.md 1)."""
    report = request.report
    params: dict[str, Any] = {
        "advertiser_id": request.advertiser_id,
        "report_type": report.report_type,
        "data_level": f"AUCTION_{report.level.upper()}",
        "dimensions": list(report.dimensions),
        "metrics": list(request.metrics) or ["spend"],
        "page_size": endpoints()[ENDPOINT].page_size,
    }
    if request.window:
        params["start_date"] = str(request.window.start)
        params["end_date"] = str(request.window.end)
    else:
        params["query_lifetime"] = True
    filters = list(report.filters)
    status = f"{report.level}_status"
    filtered = {each.field_name for each in filters}
    if report.include_deleted and report.level in ID_LEVELS and status not in filtered:
        # Without it, ads deleted since are missing from the past (reporting.md 4).
        filters.append(Filter(status, "IN", ["STATUS_ALL"]))
    if request.top_view:
        filters.append(Filter("buying_type", "IN", [TOP_VIEW]))
    if request.ids_level:
        filters.append(Filter(f"{request.ids_level}_ids", "IN", request.ids))
    if filters:
        params["filtering"] = [_filter_parameter(each) for each in filters]
    return params


def sort_order(metrics: Sequence[str], types: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that sort a list when it is read again: by a number, if it has one."""
    numbers = [name for name in metrics if types[name] in ("integer", "number")]
    return {"order_field": numbers[0], "order_type": "DESC"} if numbers else {}


def _filter_parameter(each: Filter) -> dict[str, str]:
    """Return a filter as TikTok takes it: its value is JSON text within JSON (reporting.md 1)."""
    value = each.filter_value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return {**each._asdict(), "filter_value": text}
