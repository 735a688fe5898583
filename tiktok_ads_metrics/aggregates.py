"""Sums and ratios: the SQL of the metrics at any grouping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from tiktok_ads_metrics.formula import Formula, Number, Reference, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tiktok_ads_metrics.catalog import Catalog, Metric
    from tiktok_ads_metrics.layer import Layer

FACTS = "tiktok_data_ad"


@dataclass(frozen=True)
class Level:
    """A level of the account: where its ids and names are.

    Attributes:
        name: The level, as in the names of views and options.
        title: The dimension's name for people.
        table: The raw table of its entities.
        label: The column of that table with the entity's name.
    """

    name: str
    title: str
    table: str
    label: str

    @property
    def id(self) -> str:
        """The column with the entity's id."""
        return f"{self.name}_id"

    @property
    def lookup(self) -> str:
        """The view of its entities."""
        return f"tiktok_meta_{self.name}"

    @property
    def named(self) -> str:
        """The column of the metrics views with the entity's name."""
        return f"{self.name}_name"


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

RESERVED = ("currency", "date", *(name for level in LEVELS for name in (level.id, level.named)))
"""Columns of the metrics views that are no metrics."""

# The facts' ISO day before the name makes the greatest text the newest name. The collation
# compares bytes, which is several times faster than comparing by language.
_NEWEST = """substring(max(cast(stat_time_day as text) || {name} collate "C") from 11)"""


def sums(
    layer: Layer, metrics: Iterable[Metric], levels: Sequence[Level], period: str | None
) -> exp.Select:
    """Sum base metrics by entities, period and, always, currency.

    Args:
        layer: The views.
        metrics: The base metrics to sum; one whose column was not loaded is NULL.
        levels: The levels to group by; all but the account's also by account.
        period: The period to group by, one of ``PERIODS``.

    Returns:
        The query: ids, names as the facts have them, currency, date, and a column for each metric.
    """
    ids = list(dict.fromkeys(name for level in levels for name in ("advertiser_id", level.id)))
    groups: list[exp.Expr] = [*map(column, ids), column("currency")]
    labels = [
        parse_one(_NEWEST.format(name=level.named), dialect="postgres").as_(
            level.named, quoted=True
        )
        for level in levels
        if level.name != "advertiser"
    ]
    dates = []
    if period:
        date = parse_one(PERIODS[period], dialect="postgres")
        # First: an index has the days in order, and the rest is then sorted day by day.
        groups.insert(0, date)
        dates = [date.as_("date", quoted=True)]
    facts = layer.tables["ad_report_daily"]
    loaded = {*facts.columns, *facts.existing}
    totals = [
        (exp.Sum(this=column(name)) if name in loaded else exp.cast(exp.null(), "numeric")).as_(
            metric.key, quoted=True
        )
        for metric in metrics
        if (name := metric.column)
    ]
    selected = [*map(column, ids), *labels, column("currency"), *dates, *totals]
    return exp.select(*selected).from_(layer.view(FACTS)).group_by(*groups)


def names(
    layer: Layer, levels: Sequence[Level], query: exp.Select, rows: str = "sums"
) -> exp.Select:
    """Select ids and names of entities over ``sums``, or over other rows with ids and names.

    Args:
        layer: The views.
        levels: The levels to name.
        query: A query from these rows.
        rows: Their name in the query.

    Returns:
        The query with them. Names are those of the look-ups; where an entity is missing there,
        that of the newest report row.
    """
    for level in levels:
        keys = dict.fromkeys(("advertiser_id", level.id))
        query = query.join(
            exp.alias_(layer.view(level.lookup), level.name, table=True, quoted=True),
            on=exp.and_(*(column(key, level.name).eq(column(key, rows)) for key in keys)),
            join_type="left",
        )
        name: exp.Expr = column(level.label, level.name)
        if level.name != "advertiser":
            name = exp.func("coalesce", name, column(level.named, rows))
        query = query.select(column(level.id, rows), name.as_(level.named, quoted=True))
    return query


def values(catalog: Catalog, metrics: Iterable[Metric]) -> list[exp.Expr]:
    """Compile metrics to SQL over the columns of "sums", each named by its key."""
    return [
        _compile(Reference(metric.name), catalog).as_(metric.key, quoted=True) for metric in metrics
    ]


def column(name: str, table: str | None = None) -> exp.Column:
    """Make a quoted column of SQL."""
    return exp.column(name, table=table, quoted=True)


def _compile(tree: Formula, catalog: Catalog) -> exp.Expr:
    if isinstance(tree, Number):
        # With a decimal point: SQL divides two whole numbers without a remainder.
        return exp.Literal.number(tree.text if "." in tree.text else f"{tree.text}.0")
    if isinstance(tree, Reference):
        metric = catalog.by_name(tree.name)
        return (
            _compile(parse(metric.formula), catalog)
            if metric.formula
            else column(metric.key, "sums")
        )
    left, right = _operand(tree.left, catalog), _operand(tree.right, catalog)
    if tree.operator == "/":
        right = exp.func("nullif", right, exp.Literal.number(0))
        return exp.Div(this=left, expression=right, typed=True)
    operations = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
    return operations[tree.operator](this=left, expression=right)


def _operand(tree: Formula, catalog: Catalog) -> exp.Expr:
    compiled = _compile(tree, catalog)
    return exp.paren(compiled) if isinstance(compiled, exp.Binary) else compiled
