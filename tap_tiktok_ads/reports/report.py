"""A report: its level, grain and breakdown, and the dimensions that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from tap_tiktok_ads.columns import Column
from tap_tiktok_ads.facts import facts

#: The dimensions of reports by name.
DIMENSIONS: Final[dict[str, dict[str, Any]]] = {each["name"]: each for each in facts("dimensions")}

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
