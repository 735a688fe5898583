"""What a report is asked for: one request, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from tap_tiktok_ads.accounts import TOP_VIEW
from tap_tiktok_ads.schema import DIMENSIONS, Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_tiktok_ads.windows import Window

ENDPOINT: Final = "/report/integrated/get/"
PAGE_SIZE: Final = 1000
#: How an account's ads can be told apart, from coarse to fine.
LEVELS: Final = ("campaign", "adgroup", "ad")


class Grain(NamedTuple):
    """How a report cuts time.

    Attributes:
        time: Column of the time, if rows have one.
        max_days: Most days of a request (reporting.md 3); 0 where dates play no part.
    """

    time: Column | None
    max_days: int


GRAINS: Final = {
    "daily": Grain(Column("stat_time_day", "date", "Day in the account's time zone"), 30),
    "hourly": Grain(
        Column("stat_time_hour", "hour", "Begin of the hour in the account's time zone"), 1
    ),
    "lifetime": Grain(None, 0),
    "period": Grain(None, 365),
}


class Condition(NamedTuple):
    """A filter of a report, by TikTok's names (reporting.md 4)."""

    field_name: str
    filter_type: str
    filter_value: Any


@dataclass(frozen=True)
class Report:
    """A kind of report.

    Attributes:
        stream: Name of its stream.
        level: advertiser, campaign, adgroup or ad.
        grain: One of `GRAINS`.
        breakdown: Further dimensions.
        report_type: TikTok's kind of report.
        own_id: Dimension of the level's id, if it is not the usual one.
        conditions: Filters.
        metrics: The metrics there are to be; without them, all that TikTok takes.
        groups: The groups they are to be of, if not all.
        wide: Whether those are among them that few want in such a report.
        include_deleted: Whether to count deleted things, too.
    """

    stream: str
    level: str
    grain: str = "daily"
    breakdown: tuple[str, ...] = ()
    report_type: str = "BASIC"
    own_id: str = ""
    conditions: tuple[Condition, ...] = ()
    metrics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    wide: bool = True
    include_deleted: bool = True

    @property
    def id(self) -> str:
        """The dimension of the level's id."""
        return self.own_id or f"{self.level}_id"

    @property
    def time(self) -> Column | None:
        """The dimension of the time."""
        return GRAINS[self.grain].time

    @property
    def max_days(self) -> int:
        """Most days of a request."""
        return GRAINS[self.grain].max_days

    @cached_property
    def dimensions(self) -> dict[str, str]:
        """Type of each dimension that is asked for."""
        time = {self.time.name: self.time.type} if self.time else {}
        return {self.id: "string", **time, **dict.fromkeys(self.breakdown, "bucket")}

    @cached_property
    def answered(self) -> dict[str, str]:
        """Type of each dimension that rows have: some come with another one."""
        more = [name for each in self.breakdown for name in DIMENSIONS[each].get("returns", ())]
        return {**self.dimensions, **dict.fromkeys(more, "bucket")}


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
