"""Metrics at any grouping: the query behind ``tiktok-ads-metrics show``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from sqlglot import exp

from tiktok_ads_metrics.aggregates import LEVELS, PERIODS, Level, column, names, sums, values
from tiktok_ads_metrics.dialects import render
from tiktok_ads_metrics.errors import MetricsError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tiktok_ads_metrics.catalog import Metric
    from tiktok_ads_metrics.layer import Layer


@dataclass(frozen=True)
class Grouping:
    """What rows are summed by, besides the currency.

    Attributes:
        levels: Levels, in the order asked for.
        period: The period, if any.
        names: All of them in the order asked for.
    """

    levels: tuple[Level, ...]
    period: str | None
    names: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """The columns of an answer that tell its rows apart, in the order asked for."""
        return [column for _, columns in self.titles for column in columns]

    @property
    def titles(self) -> list[tuple[str, list[str]]]:
        """What people call each part, and the columns that tell it, the best one first."""
        found = {"currency": ("CCY", ["currency"])}
        found |= {period: (period.capitalize(), ["date"]) for period in PERIODS}
        found |= {level.name: (level.title, [level.named, level.id]) for level in LEVELS}
        return [found[name] for name in dict.fromkeys((*self.names, "currency"))]

    @classmethod
    def parse(cls, text: str) -> Grouping:
        """Read ``campaign,week``."""
        asked = [name.strip() for name in text.split(",")]
        names = tuple(dict.fromkeys("advertiser" if name == "account" else name for name in asked))
        levels = {level.name: level for level in LEVELS}
        periods = [name for name in names if name in PERIODS]
        for name in names:
            if name not in (*levels, *PERIODS, "currency"):
                known = ", ".join(("account", *levels, *PERIODS, "currency"))
                msg = f'cannot group by "{name}"; there are: {known}'
                raise MetricsError(msg)
        if len(periods) > 1:
            msg = f"group by one period, not by {' and '.join(periods)}"
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
    """One line of an answer: what it is about, and its values by name."""

    is_total: bool
    values: dict[str, Any]


def read_metrics(
    connection: psycopg.Connection,
    layer: Layer,
    grouping: Grouping,
    metrics: Sequence[Metric],
    where: Filter,
) -> list[Row]:
    """Compute metrics at a grouping, and the totals of each currency.

    Args:
        connection: The database.
        layer: The views.
        grouping: What to sum by.
        metrics: What to compute.
        where: What to sum.

    Returns:
        Rows ordered by currency and by the grouping, each currency's total last.
    """
    query, parameters = metrics_query(layer, grouping, metrics, where)
    # Parameters as $1: a percent sign in the name of a schema is then only a percent sign.
    cursor = psycopg.RawCursor(connection)
    cursor.execute(render(query, layer.dialect), parameters)
    names = [part.name for part in cursor.description or ()]
    return [
        Row(is_total, dict(zip(names[1:], values, strict=True)))
        for is_total, *values in cursor.fetchall()
    ]


def metrics_query(
    layer: Layer, grouping: Grouping, metrics: Sequence[Metric], where: Filter
) -> tuple[exp.Query, list[Any]]:
    """Write the query of ``read_metrics``.

    Returns:
        The query, whose first column tells totals, and its parameters.
    """
    parts = layer.catalog.parts(metrics)
    parameters: list[Any] = []

    def parameter(value: object) -> exp.Parameter:
        parameters.append(value)
        return exp.Parameter(this=exp.Literal.number(len(parameters)))

    summed = sums(layer, parts, grouping.levels, grouping.period)
    if where.first_day:
        summed = summed.where(column("stat_time_day") >= parameter(where.first_day))
    if where.last_day:
        summed = summed.where(column("stat_time_day") <= parameter(where.last_day))
    if where.accounts:
        accounts = exp.Any(this=exp.paren(parameter(list(where.accounts))))
        summed = summed.where(column("advertiser_id").eq(accounts))

    dates = [column("date", "sums")] if grouping.period else []
    rows = names(layer, grouping.levels, exp.select(_flag(exp.false())).from_("sums"))
    rows = rows.select(column("currency", "sums"), *dates, *values(layer.catalog, metrics))
    totals = exp.select(
        column("currency"),
        *(exp.Sum(this=column(part.key)).as_(part.key, quoted=True) for part in parts),
    )
    totals = totals.from_("sums").group_by(column("currency"))
    nothing = [exp.null()] * (2 * len(grouping.levels))
    total = exp.select(_flag(exp.true()), *nothing, column("currency", "sums"))
    total = total.select(*[exp.null()] * len(dates), *values(layer.catalog, metrics))
    total = total.from_(totals.subquery("sums"))
    order = ["currency", "is_total", *grouping.columns]
    union = rows.union(total, distinct=False).order_by(*map(column, order))
    return union.with_("sums", as_=summed), parameters


def _flag(value: exp.Expr) -> exp.Expr:
    return value.as_("is_total", quoted=True)
