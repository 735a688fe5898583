"""What all views share: metrics, raw tables, names of schemas, and SQL read from files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from tiktok_ads_metrics.aggregates import sum_metrics
from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.dialects import POSTGRES, Dialect
from tiktok_ads_metrics.levels import RESERVED, column
from tiktok_ads_metrics.raw_tables import (
    column_comments,
    declared_tables,
    projection,
    read_tables,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import psycopg

    from tiktok_ads_metrics.catalog import Catalog, Metric
    from tiktok_ads_metrics.levels import Level
    from tiktok_ads_metrics.raw_tables import Table

_NEWEST_FIRST = ("synced_at", "_sdc_sequence", "impressions", "spend", "clicks")
"""Of rows with the same key the one of the newest run counts, then the one that was loaded last.

Where the loader keeps no sequence, it is the fuller row: delivery grows from read to read.
"""


@dataclass(frozen=True)
class Layer:
    """The views over some raw tables.

    Attributes:
        catalog: The metrics.
        tables: The raw tables.
        raw_schema: The schema of the raw tables.
        schema: The schema of the views.
        dialect: The SQL engine.
    """

    catalog: Catalog
    tables: dict[str, Table]
    raw_schema: str
    schema: str
    dialect: Dialect = POSTGRES

    def view(self, name: str) -> exp.Table:
        """Return a view of the layer, to select from."""
        return exp.table_(name, db=self.schema, quoted=True)

    def newest(self, name: str) -> exp.Select:
        """Select the newest row of each key of a raw table."""
        table = self.tables[name]
        rows = projection(table, self.raw_schema)
        if table.is_unique:
            return rows
        order = [
            exp.Ordered(this=column(name), desc=True, nulls_first=False)
            for name in _NEWEST_FIRST
            if name in table.columns
        ]
        recency = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column(name) for name in table.key],
            order=exp.Order(expressions=order),
        )
        ranked = exp.select("*", recency.as_("recency"))
        ranked.from_(rows.subquery("read", copy=False), copy=False)
        newest = exp.select("*").from_(ranked.subquery("ranked", copy=False), copy=False)
        return newest.where("recency = 1", copy=False)

    def sums(
        self, metrics: Iterable[Metric], levels: Sequence[Level], period: str | None
    ) -> exp.Select:
        """Sum base metrics over the ads' days: ``sum_metrics`` over the layer's facts."""
        columns = self.tables["ad_report_daily"].shown
        return sum_metrics(self.view("tiktok_data_ad"), columns, metrics, levels, period)

    @cached_property
    def comments(self) -> dict[str, str]:
        """What the columns of raw tables and views hold, for people."""
        # The first metric of a column counts: built-in ones come before the user's own.
        summed = {
            metric.column: metric.about
            for metric in reversed(self.catalog.base)
            if metric.column and metric.about
        }
        return column_comments() | summed

    def has(self, name: str) -> bool:
        """Whether there is a file of a query, for all engines or for this one."""
        path, _ = self.dialect.file(name)
        return path.exists()

    def sql(self, name: str, *, report: str = "") -> exp.Select:
        """Read a query from a file and fill in the layer's tables.

        In the file, ``raw.x`` stands for the newest rows of the raw table x, ``views.x`` for a view
        of the layer, ``queries.x`` for the query of another file, and ``report`` for the report
        given.
        """

        def resolve(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.Table) and node.db == "views":
                return exp.alias_(self.view(node.name), node.alias_or_name, table=True)
            if isinstance(node, exp.Table) and node.db == "queries":
                return self.sql(node.name).subquery(node.alias_or_name, copy=False)
            if isinstance(node, exp.Table) and node.db == "raw":
                table = report if node.name == "report" else node.name
                return self.newest(table).subquery(node.alias_or_name, copy=False)
            if isinstance(node, exp.Literal) and node.this == "report":
                return exp.Literal.string(report)
            return node

        query = _parsed(*self.dialect.file(name)).copy()
        query.transform(resolve, copy=False)
        return query


def open_layer(connection: psycopg.Connection, options: argparse.Namespace) -> Layer:
    """Return the layer that the command's options describe, over the tables of a database."""
    catalog = load_catalog(options.metrics_file, reserved=RESERVED)
    tables = read_tables(connection, options.raw_schema)
    return Layer(catalog, tables, options.raw_schema, options.schema)


def declared_layer(options: argparse.Namespace, dialect: Dialect = POSTGRES) -> Layer:
    """Return the layer that the options describe, over tables with all declared columns."""
    catalog = load_catalog(options.metrics_file, reserved=RESERVED)
    tables = declared_tables(is_unique=dialect.enforces_keys)
    return Layer(catalog, tables, options.raw_schema, options.schema, dialect)


@cache
def _parsed(path: Path, dialect: str) -> exp.Select:
    return parse_one(path.read_text(encoding="utf-8"), into=exp.Select, dialect=dialect)
