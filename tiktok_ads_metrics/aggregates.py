"""Sums and ratios: the SQL of the metrics at any grouping."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from tiktok_ads_metrics.formula import parse
from tiktok_ads_metrics.levels import PERIODS, column

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from tiktok_ads_metrics.catalog import Catalog, Metric
    from tiktok_ads_metrics.levels import Level

# The facts' ISO day before the name makes the greatest text the newest name. The collation
# compares bytes, which is several times faster than comparing by language.
_NEWEST_NAME = """substring(max(cast(stat_time_day as text) || {name} collate "C") from 11)"""


def sum_metrics(
    facts: exp.Table,
    columns: Collection[str],
    metrics: Iterable[Metric],
    levels: Sequence[Level],
    period: str | None,
) -> exp.Select:
    """Sum base metrics by entity, period and, always, currency.

    Args:
        facts: The view of ads by day.
        columns: Its columns; a metric of any other column is NULL.
        metrics: The base metrics to sum.
        levels: The levels to group by; all but the account's also by account.
        period: The period to group by, one of ``PERIODS``.

    Returns:
        The query: ids, names as the facts have them, currency, date, and a column for each metric.
    """
    ids = list(
        dict.fromkeys(name for level in levels for name in ("advertiser_id", level.id_column))
    )
    groups: list[exp.Expr] = [*map(column, ids), column("currency")]
    labels = [
        _parsed(_NEWEST_NAME.format(name=level.name_column)).as_(level.name_column, quoted=True)
        for level in levels
        if level.name != "advertiser"
    ]
    dates = []
    if period:
        # First: an index has the days in order, and the rest is then sorted day by day.
        groups.insert(0, _parsed(PERIODS[period]))
        dates = [_parsed(PERIODS[period]).as_("date", quoted=True)]
    totals = [
        (exp.Sum(this=column(name)) if name in columns else exp.cast(exp.null(), "numeric")).as_(
            metric.key, quoted=True
        )
        for metric in metrics
        if (name := metric.column)
    ]
    selected = [*map(column, ids), *labels, column("currency"), *dates, *totals]
    query = exp.select(*selected, copy=False).from_(facts, copy=False)
    return query.group_by(*groups, copy=False)


def select_entities(
    view: Callable[[str], exp.Table],
    levels: Sequence[Level],
    query: exp.Select,
    rows: str = "sums",
) -> exp.Select:
    """Add ids and names of entities to a query over ``sum_metrics``, or over rows like its own.

    Args:
        view: Returns a view of the layer.
        levels: The levels to name.
        query: A query from these rows; it is changed.
        rows: Their name in the query.

    Returns:
        The query. Names are those of the look-ups; where an entity is missing there, that of the
        newest report row.
    """
    for level in levels:
        keys = dict.fromkeys(("advertiser_id", level.id_column))
        query.join(
            exp.alias_(view(level.view), level.name, table=True, quoted=True),
            on=exp.and_(*(column(key, level.name).eq(column(key, rows)) for key in keys)),
            join_type="left",
            copy=False,
        )
        name: exp.Expr = column(level.table_name_column, level.name)
        if level.name != "advertiser":
            name = exp.func("coalesce", name, column(level.name_column, rows))
        name = name.as_(level.name_column, quoted=True)
        query.select(column(level.id_column, rows), name, copy=False)
    return query


def metric_values(catalog: Catalog, metrics: Iterable[Metric]) -> list[exp.Expr]:
    """Return SQL for each metric over the columns of "sums", named by its key."""
    return [_value(metric, catalog).as_(metric.key, quoted=True, copy=False) for metric in metrics]


def _value(metric: Metric, catalog: Catalog) -> exp.Expr:
    if metric.formula:
        return _compile(parse(metric.formula), catalog)
    return column(metric.key, "sums")


def _compile(formula: exp.Expr, catalog: Catalog) -> exp.Expr:
    if isinstance(formula, exp.Paren):
        return _compile(formula.this, catalog)
    if isinstance(formula, exp.Literal):
        # With a decimal point: SQL divides two whole numbers without a remainder.
        return exp.Literal.number(formula.name if "." in formula.name else f"{formula.name}.0")
    if isinstance(formula, exp.Column):
        return _value(catalog.by_name(formula.name), catalog)
    left, right = (_operand(formula.args[side], catalog) for side in ("this", "expression"))
    if isinstance(formula, exp.Div):
        divisor = exp.func("nullif", right, exp.Literal.number(0), copy=False)
        return exp.Div(this=left, expression=divisor, typed=True)
    return type(formula)(this=left, expression=right)


def _operand(formula: exp.Expr, catalog: Catalog) -> exp.Expr:
    compiled = _compile(formula, catalog)
    return exp.paren(compiled, copy=False) if isinstance(compiled, exp.Binary) else compiled


def _parsed(text: str) -> exp.Expr:
    return _parse_once(text).copy()


@cache
def _parse_once(text: str) -> exp.Expr:
    return parse_one(text, dialect="postgres")
