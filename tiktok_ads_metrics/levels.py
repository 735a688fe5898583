"""The levels of an ad account and the periods that metrics are grouped by."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True)
class Level:
    """A level of the account: where its ids and names are.

    Attributes:
        name: The level, as in the names of views and options.
        title: The level's name for people.
        table: The raw table of its entities.
        table_name_column: The column of that table with the entity's name.
    """

    name: str
    title: str
    table: str
    table_name_column: str

    @property
    def id_column(self) -> str:
        """The column with the entity's id, in tables and views."""
        return f"{self.name}_id"

    @property
    def name_column(self) -> str:
        """The column with the entity's name, in reports and metrics views."""
        return f"{self.name}_name"

    @property
    def view(self) -> str:
        """The view of its entities."""
        return f"tiktok_meta_{self.name}"


LEVELS = (
    Level("advertiser", "Account", "advertisers", "name"),
    Level("campaign", "Campaign [TikTok]", "campaigns", "campaign_name"),
    Level("adgroup", "AdGroup [TikTok]", "adgroups", "adgroup_name"),
    Level("ad", "Ad [TikTok]", "ads", "ad_name"),
)
"""From the account down; each row of a level belongs to one of the level before."""

SMART_PLUS_AD = Level("smart_plus_ad", "Smart+ ad", "smart_plus_ads", "ad_name")
"""What advertisers call an ad in Upgraded Smart+ campaigns, whose reports count creatives."""

PERIODS = {
    "day": "stat_time_day",
    "week": "cast(date_trunc('week', stat_time_day) as date)",
    "month": "cast(date_trunc('month', stat_time_day) as date)",
}
"""First day of the period that a day is in; weeks are ISO weeks, which begin on Monday."""

RESERVED = (
    "currency",
    "date",
    *(name for level in LEVELS for name in (level.id_column, level.name_column)),
)
"""Columns of the metrics views that no metric may take."""


def column(name: str, table: str | None = None) -> exp.Column:
    """Return a quoted column of SQL."""
    return exp.column(name, table=table, quoted=True)
