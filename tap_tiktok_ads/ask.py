"""What a report is asked for: one request, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.accounts import TOP_VIEW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_tiktok_ads.windows import Window

ENDPOINT: Final = "/report/integrated/get/"
PAGE_SIZE: Final = 1000
#: How an account's ads can be told apart, from coarse to fine.
LEVELS: Final = ("campaign", "adgroup", "ad")


@dataclass(frozen=True)
class Report:
    """What a report stream asks for.

    Attributes:
        stream: Name of the stream.
        level: advertiser, campaign, adgroup or ad.
        dimensions: Type of each dimension; the first is the level's id.
        include_deleted: Whether to count deleted things, too.
        report_type: TikTok's kind of report.
    """

    stream: str
    level: str
    dimensions: Mapping[str, str]
    include_deleted: bool
    report_type: str = "BASIC"


@dataclass(frozen=True)
class Ask:
    """One request: for some days, metrics and things of an account.

    Attributes:
        scope: Level of `ids`; without one, the whole account.
        top_view: For TopView, which no other request shows.
    """

    advertiser_id: str
    window: Window
    metrics: tuple[str, ...]
    scope: str | None = None
    ids: tuple[str, ...] = ()
    top_view: bool = False


def parameters(report: Report, ask: Ask) -> dict[str, Any]:
    """Write a request's query parameters, without the page (reporting.md 1)."""
    filtering = []
    if report.include_deleted and report.level in LEVELS:
        # Without it, ads deleted since are missing from the past (reporting.md 4).
        filtering.append(_one_of(f"{report.level}_status", ["STATUS_ALL"]))
    if ask.top_view:
        filtering.append(_one_of("buying_type", [TOP_VIEW]))
    if ask.scope:
        filtering.append(_one_of(f"{ask.scope}_ids", ask.ids))
    found: dict[str, Any] = {
        "advertiser_id": ask.advertiser_id,
        "report_type": report.report_type,
        "data_level": f"AUCTION_{report.level.upper()}",
        "dimensions": list(report.dimensions),
        "metrics": list(ask.metrics) or ["spend"],
        "start_date": str(ask.window.start),
        "end_date": str(ask.window.end),
        "page_size": PAGE_SIZE,
    }
    return found | ({"filtering": filtering} if filtering else {})


def order(metrics: Sequence[str], types: Mapping[str, str]) -> dict[str, str]:
    """Sort by a number, when a list has to be read again; it can't be by an attribute."""
    numbers = [name for name in metrics if types[name] != "string"]
    return {"order_field": numbers[0], "order_type": "DESC"} if numbers else {}


def _one_of(field: str, values: Sequence[str]) -> dict[str, str]:
    """Write a report's filter: its value is JSON text within JSON (reporting.md 1)."""
    value = msgspec.json.encode(values).decode()
    return {"field_name": field, "filter_type": "IN", "filter_value": value}
