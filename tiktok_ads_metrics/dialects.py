"""Writing queries for SQL engines, where sqlglot alone would not get them right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable


def render(query: exp.Expr, dialect: str, *, pretty: bool = False) -> str:
    """Write a query for an engine, with quoted identifiers.

    Args:
        query: The query, as PostgreSQL understands it.
        dialect: The engine.
        pretty: Whether to break lines, for people.
    """
    query = query.copy()
    # From the inside out, so that what is replaced holds nothing still to be replaced.
    for node in reversed(list(query.walk())):
        if rule := _RULES.get(type(node)):
            node.replace(rule(node, dialect))
    return query.sql(dialect, identify=True, pretty=pretty)


def _function(node: exp.Expr, dialect: str) -> exp.Expr:
    if node.name.lower() != "days_between":
        return node
    first, last = node.expressions
    if dialect == "postgres":
        return exp.Sub(this=last, expression=first)
    return exp.DateDiff(this=last, expression=first, unit=exp.var("DAY"))


def _division(node: exp.Expr, dialect: str) -> exp.Expr:
    if dialect == "postgres":
        return node
    # No other engine has a number that could hold every ratio of exact sums.
    numerator = exp.cast(node.args["this"], exp.DType.DOUBLE)
    return exp.Div(this=numerator, expression=node.args["expression"])


def _collation(node: exp.Expr, dialect: str) -> exp.Expr:
    # Elsewhere, text is compared byte by byte without being told.
    text: exp.Expr = node.args["this"]
    return node if dialect == "postgres" else text


def _time_zone(node: exp.Expr, dialect: str) -> exp.Expr:
    if dialect in ("postgres", "duckdb"):
        return node
    # Loaders give the others times of UTC, with or without a zone.
    time: exp.Expr = node.args["this"]
    if dialect == "bigquery" and isinstance(time, exp.Cast):
        return exp.cast(time.this, exp.DType.TIMESTAMPTZ)
    return time


def _period(node: exp.Expr, dialect: str) -> exp.Expr:
    if dialect != "bigquery":
        return node
    # Its WEEK begins on Sunday.
    unit = node.text("unit").upper()
    first_day = exp.var("ISOWEEK" if unit == "WEEK" else unit)
    return exp.func("date_trunc", node.args["this"], first_day, dialect=dialect)


def _identifier(node: exp.Expr, dialect: str) -> exp.Expr:
    # Snowflake's loaders do not quote names, which makes them upper-case.
    return exp.to_identifier(node.name.upper(), quoted=True) if dialect == "snowflake" else node


_RULES: dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]] = {
    exp.Anonymous: _function,
    exp.Div: _division,
    exp.Collate: _collation,
    exp.AtTimeZone: _time_zone,
    exp.TimestampTrunc: _period,
    exp.Identifier: _identifier,
}
