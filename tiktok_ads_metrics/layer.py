"""What all views share: catalogue, raw tables, names of schemas, and SQL read from files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlglot import exp, parse_one

from tiktok_ads_metrics.aggregates import RESERVED, column
from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.raw_tables import projection, read_tables

if TYPE_CHECKING:
    import argparse

    import psycopg

    from tiktok_ads_metrics.catalog import Catalog
    from tiktok_ads_metrics.raw_tables import Table

_SQL = Path(__file__).with_name("sql")

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
        dialect: The SQL engine, as sqlglot names it.
    """

    catalog: Catalog
    tables: dict[str, Table]
    raw_schema: str
    schema: str
    dialect: str = "postgres"

    def view(self, name: str) -> exp.Table:
        """Name a view of the layer."""
        return exp.table_(name, db=self.schema, quoted=True)

    def newest(self, name: str) -> exp.Select:
        """Select one row for each key of a raw table, the newest."""
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
        ranked = exp.select("*", recency.as_("recency")).from_(rows.subquery("read"))
        return exp.select("*").from_(ranked.subquery("ranked")).where("recency = 1")

    def has(self, name: str) -> bool:
        """Tell whether there is a query of the engine's own."""
        return self._own(name).exists()

    def _own(self, name: str) -> Path:
        return _SQL / self.dialect / f"{name}.sql"

    def sql(self, name: str, *, report: str = "") -> exp.Select:
        """Read a query from a file and put the layer's own names in.

        In the file, ``raw.x`` stands for the newest rows of the raw table x, ``views.x`` for a view
        of the layer, ``queries.x`` for the query of another file, and ``report`` for the report
        that is asked for.
        """
        own = self._own(name)
        path, dialect = (own, self.dialect) if own.exists() else (_SQL / f"{name}.sql", "postgres")

        def resolve(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.Table) and node.db == "views":
                return exp.alias_(self.view(node.name), node.alias_or_name, table=True)
            if isinstance(node, exp.Table) and node.db == "queries":
                return self.sql(node.name).subquery(node.alias_or_name)
            if isinstance(node, exp.Table) and node.db == "raw":
                table = report if node.name == "report" else node.name
                return self.newest(table).subquery(node.alias_or_name)
            if isinstance(node, exp.Literal) and node.this == "report":
                return exp.Literal.string(report)
            return node

        query = parse_one(path.read_text(encoding="utf-8"), into=exp.Select, dialect=dialect)
        return cast("exp.Select", query.transform(resolve))


def open_layer(connection: psycopg.Connection, options: argparse.Namespace) -> Layer:
    """Make the layer that the command's options describe, over the tables of a database."""
    catalog = load_catalog(options.catalog, reserved=RESERVED)
    tables = read_tables(connection, options.raw_schema)
    return Layer(catalog, tables, options.raw_schema, options.schema)
