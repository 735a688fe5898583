"""A report: its level, grain and breakdown, and the dimensions that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from tap_tiktok_ads.columns import Column
from tap_tiktok_ads.facts import facts

#: The dimensions of reports by name.
DIMENSIONS: Final[dict[str, dict[str, Any]]] = {each["name"]: each for each in facts("dimensions")}
#: Levels below the account, from coarse to fine: each can be named in a report's filter.
ID_LEVELS: Final = ("campaign", "adgroup", "ad")
LEVELS: Final = ("advertiser", *ID_LEVELS)


class Grain(NamedTuple):
    """How a report divides time.

    Attributes:
        time: Column of the time, if rows have one.
        max_days: Most days of a request (reporting.md 3); 0 where dates play no part.
    """

    time: Column | None
    max_days: int


GRAINS: Final = {
    "daily": Grain(Column("stat_time_day", "date", "Day in the account's time zone"), 30),
    "hourly": Grain(
        Column("stat_time_hour", "hour", "Start of the hour in the account's time zone"), 1
    ),
    "lifetime": Grain(None, 0),
    "period": Grain(None, 365),
}


class Filter(NamedTuple):
    """A filter of a report, by TikTok's names (reporting.md 4)."""

    field_name: str
    filter_type: str
    filter_value: Any


@dataclass(frozen=True)
class Report:
    """A kind of report.

    Attributes:
        stream: Name of its stream.
        level: One of `LEVELS`.
        grain: One of `GRAINS`.
        breakdown: Further dimensions.
        report_type: TikTok's type of report.
        level_id: Dimension of the level's id, if it is not the usual one.
        filters: Filters.
        metrics: Names of its metrics; empty for all that TikTok takes.
        groups: Groups of its metrics; empty for all.
        all_metrics: Whether to offer rarely used metrics, too.
        include_deleted: Whether to count deleted objects.
    """

    stream: str
    level: str
    grain: str = "daily"
    breakdown: tuple[str, ...] = ()
    report_type: str = "BASIC"
    level_id: str = ""
    filters: tuple[Filter, ...] = ()
    metrics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    all_metrics: bool = True
    include_deleted: bool = True

    @property
    def id(self) -> str:
        """The dimension of the level's id."""
        return self.level_id or f"{self.level}_id"

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
        """Type of each dimension that is requested."""
        time = {self.time.name: self.time.type} if self.time else {}
        return {self.id: "string", **time, **dict.fromkeys(self.breakdown, "bucket")}

    @cached_property
    def row_dimensions(self) -> dict[str, str]:
        """Type of each dimension that rows have: some come with another one."""
        more = [name for each in self.breakdown for name in DIMENSIONS[each].get("returns", ())]
        return {**self.dimensions, **dict.fromkeys(more, "bucket")}
