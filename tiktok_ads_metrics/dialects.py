"""SQL engines: what each needs beyond sqlglot's translation from PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Rule: TypeAlias = Callable[[Any], exp.Expr]

_SQL = Path(__file__).with_name("sql")


@dataclass(frozen=True)
class Dialect:
    """A SQL engine. Another one takes an entry in ``DIALECTS`` and, in ``sql/<name>``, queries.

    Attributes:
        name: The engine, as sqlglot names it.
        rules: What to put in place of a node of a query, by the node's type.
        note: What users of the views should know.
        enforces_keys: Whether a primary key keeps the rows of a table unique.
    """

    name: str
    rules: Mapping[type[exp.Expr], Rule]
    note: str = "Ratios are in double precision; sums are exact."
    enforces_keys: bool = False

    def render(self, query: exp.Expr, *, pretty: bool = False) -> str:
        """Return the text of a query, with quoted identifiers.

        Args:
            query: The query, as PostgreSQL understands it; it is changed.
            pretty: Whether to break lines, for people.
        """
        # From the inside out, so that what is replaced holds nothing still to be replaced.
        for node in reversed(list(query.walk())):
            if rule := self.rules.get(type(node)):
                node.replace(rule(node))
        return query.sql(self.name, copy=False, identify=True, pretty=pretty)

    def file(self, name: str) -> tuple[Path, str]:
        """Return the file of a query and the dialect it is written in: PostgreSQL if shared."""
        own = _SQL / self.name / f"{name}.sql"
        return (own, self.name) if own.exists() else (_SQL / f"{name}.sql", "postgres")


def _date_difference(node: exp.Anonymous) -> exp.Expr:
    """Replace ``days_between(first, last)``."""
    if node.name.lower() != "days_between":
        return node
    first, last = node.expressions
    return exp.DateDiff(this=last, expression=first, unit=exp.var("DAY"))


def _subtraction(node: exp.Anonymous) -> exp.Expr:
    if node.name.lower() != "days_between":
        return node
    first, last = node.expressions
    return exp.Sub(this=last, expression=first)


def _double_division(node: exp.Div) -> exp.Expr:
    # No other engine has a number that could hold every ratio of exact sums.
    return exp.Div(this=exp.cast(node.this, exp.DType.DOUBLE), expression=node.expression)


def _without_collation(node: exp.Collate) -> exp.Expr:
    # Other engines compare text byte by byte by default.
    text: exp.Expr = node.this
    return text


def _without_time_zone(node: exp.AtTimeZone) -> exp.Expr:
    # Loaders store times in UTC here, with or without a zone.
    time: exp.Expr = node.this
    return time


def _bigquery_time(node: exp.AtTimeZone) -> exp.Expr:
    time: exp.Expr = node.this
    return exp.cast(time.this, exp.DType.TIMESTAMPTZ) if isinstance(time, exp.Cast) else time


def _iso_week(node: exp.TimestampTrunc) -> exp.Expr:
    # BigQuery's WEEK begins on Sunday.
    unit = node.text("unit").upper()
    first_day = exp.var("ISOWEEK" if unit == "WEEK" else unit)
    return exp.func("date_trunc", node.this, first_day, dialect="bigquery")


def _upper_case(node: exp.Identifier) -> exp.Expr:
    # Snowflake's loaders do not quote names, which makes them upper-case.
    return exp.to_identifier(node.name.upper(), quoted=True)


_WITH_ZONES: dict[type[exp.Expr], Rule] = {
    exp.Anonymous: _date_difference,
    exp.Div: _double_division,
    exp.Collate: _without_collation,
}
_RULES = {**_WITH_ZONES, exp.AtTimeZone: _without_time_zone}

POSTGRES = Dialect(
    "postgres", {exp.Anonymous: _subtraction}, note="Ratios are numeric.", enforces_keys=True
)
DIALECTS = {
    dialect.name: dialect
    for dialect in (
        POSTGRES,
        Dialect("duckdb", _WITH_ZONES),
        Dialect(
            "bigquery",
            {**_RULES, exp.AtTimeZone: _bigquery_time, exp.TimestampTrunc: _iso_week},
        ),
        Dialect("snowflake", {**_RULES, exp.Identifier: _upper_case}),
        Dialect(
            "clickhouse",
            _RULES,
            note="Needs join_use_nulls = 1. Ratios are in double precision.",
        ),
        Dialect("spark", _RULES),
    )
}
