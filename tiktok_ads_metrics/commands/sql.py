"""``sql``: print the layer for a SQL engine."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from tiktok_ads_metrics.aggregates import RESERVED
from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.dialects import render
from tiktok_ads_metrics.layer import Layer
from tiktok_ads_metrics.raw_tables import declared_tables
from tiktok_ads_metrics.views import all_views

if TYPE_CHECKING:
    import argparse

_NOTES = {
    "postgres": "Ratios are numeric.",
    "clickhouse": "Needs join_use_nulls = 1. Ratios are in double precision.",
}
_NOTE = "Ratios are in double precision; sums are exact."


def run(options: argparse.Namespace) -> int:
    """Print statements that create all views over tables that have all declared columns."""
    catalog = load_catalog(options.catalog, reserved=RESERVED)
    tables = declared_tables()
    if options.dialect != "postgres":
        # Warehouses do not keep keys unique, and their loaders often only append.
        tables = {name: replace(table, primary_key=frozenset()) for name, table in tables.items()}
    layer = Layer(catalog, tables, options.raw_schema, options.schema, options.dialect)
    sys.stdout.write(
        f"-- Views over the tables of tap-tiktok-ads. {_NOTES.get(options.dialect, _NOTE)}\n\n"
    )
    schema = exp.Table(db=exp.to_identifier(layer.schema, quoted=True))
    create_schema = exp.Create(this=schema, kind="SCHEMA", exists=True)
    sys.stdout.write(f"{render(create_schema, layer.dialect)};\n\n")
    for view in all_views(layer):
        create = exp.Create(
            this=layer.view(view.name), kind="VIEW", replace=True, expression=view.query
        )
        sys.stdout.write(f"{render(create, layer.dialect, pretty=True)};\n\n")
    return 0
