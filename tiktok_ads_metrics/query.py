"""Metrics at any grouping: the query behind ``tiktok-ads-metrics show``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from sqlglot import exp

from tiktok_ads_metrics.aggregates import metric_values, select_entities
from tiktok_ads_metrics.errors import MetricsError
from tiktok_ads_metrics.levels import LEVELS, PERIODS, Level, column

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tiktok_ads_metrics.catalog import Metric
    from tiktok_ads_metrics.layer import Layer


@dataclass(frozen=True)
class Grouping:
    """What rows are summed by, besides the currency.

    Attributes:
        levels: Levels, in the order requested.
        period: The period, if any.
        names: Names of levels, period and currency, in the order requested.
    """

    levels: tuple[Level, ...]
    period: str | None
    names: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """The columns that identify a row, in the order requested."""
        return [name for _, names in self.titles for name in names]

    @property
    def titles(self) -> list[tuple[str, list[str]]]:
        """The title of each part, and its columns, the most readable first."""
        found = {"currency": ("CCY", ["currency"])}
        found |= {period: (period.capitalize(), ["date"]) for period in PERIODS}
        found |= {
            level.name: (level.title, [level.name_column, level.id_column]) for level in LEVELS
        }
        return [found[name] for name in dict.fromkeys((*self.names, "currency"))]

    @classmethod
    def parse(cls, text: str) -> Grouping:
        """Read ``campaign,week``.

        Raises:
            MetricsError: If a name is unknown, or if there is more than one period.
        """
        parts = [name.strip() for name in text.split(",")]
        names = tuple(dict.fromkeys("advertiser" if name == "account" else name for name in parts))
        levels = {level.name: level for level in LEVELS}
        periods = [name for name in names if name in PERIODS]
        for name in names:
            if name not in (*levels, *PERIODS, "currency"):
                known = ", ".join(("account", *levels, *PERIODS, "currency"))
                msg = f'cannot group by "{name}"; choose from: {known}'
                raise MetricsError(msg)
        if len(periods) > 1:
            msg = f"cannot group by {' and '.join(periods)}; choose one period"
            raise MetricsError(msg)
        chosen = tuple(levels[name] for name in names if name in levels)
        return cls(chosen, periods[0] if periods else None, names)


@dataclass(frozen=True)
class Filter:
    """Which facts are summed."""

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row: values by column, of entities and period or of a currency's total."""

    is_total: bool
    values: dict[str, Any]


def read_metrics(
    connection: psycopg.Connection,
    layer: Layer,
    grouping: Grouping,
    metrics: Sequence[Metric],
    where: Filter,
) -> list[Row]:
    """Read metrics at a grouping, and the totals of each currency.

    Args:
        connection: The database.
        layer: The views.
        grouping: What to sum by.
        metrics: The metrics.
        where: Which facts to sum.

    Returns:
        Rows ordered by currency and by the grouping, each currency's total last.
    """
    query, parameters = _metrics_query(layer, grouping, metrics, where)
    # Parameters as $1: a percent sign in the name of a schema is then only a percent sign.
    cursor = psycopg.RawCursor(connection)
    cursor.execute(layer.dialect.render(query), parameters)
    names = [part.name for part in cursor.description or ()]
    return [
        Row(is_total, dict(zip(names[1:], values, strict=True)))
        for is_total, *values in cursor.fetchall()
    ]


def _metrics_query(
    layer: Layer, grouping: Grouping, metrics: Sequence[Metric], where: Filter
) -> tuple[exp.Query, list[Any]]:
    """Return the query, whose first column marks totals, and its parameters."""
    base = layer.catalog.base_of(metrics)
    parameters: list[Any] = []

    def parameter(value: object) -> exp.Parameter:
        parameters.append(value)
        return exp.Parameter(this=exp.Literal.number(len(parameters)))

    sums = layer.sums(base, grouping.levels, grouping.period)
    if where.first_day:
        sums = sums.where(column("stat_time_day") >= parameter(where.first_day))
    if where.last_day:
        sums = sums.where(column("stat_time_day") <= parameter(where.last_day))
    if where.accounts:
        accounts = exp.Any(this=exp.paren(parameter(list(where.accounts))))
        sums = sums.where(column("advertiser_id").eq(accounts))

    dates = [column("date", "sums")] if grouping.period else []
    rows = exp.select(_is_total(exp.false())).from_("sums")
    select_entities(layer.view, grouping.levels, rows)
    rows = rows.select(column("currency", "sums"), *dates, *metric_values(layer.catalog, metrics))
    totals = exp.select(
        column("currency"),
        *(exp.Sum(this=column(metric.key)).as_(metric.key, quoted=True) for metric in base),
    )
    totals = totals.from_("sums").group_by(column("currency"))
    no_entities = [exp.null()] * (2 * len(grouping.levels))
    total = exp.select(_is_total(exp.true()), *no_entities, column("currency", "sums"))
    total = total.select(*[exp.null()] * len(dates), *metric_values(layer.catalog, metrics))
    total = total.from_(totals.subquery("sums"))
    order = ["currency", "is_total", *grouping.columns]
    union = rows.union(total, distinct=False).order_by(*map(column, order))
    return union.with_("sums", as_=sums), parameters


def _is_total(value: exp.Expr) -> exp.Expr:
    return value.as_("is_total", quoted=True)
