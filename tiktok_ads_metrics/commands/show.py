"""``show``: print metrics at any grouping."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

import msgspec
import psycopg
from rich.console import Console

from tiktok_ads_metrics.database import NOT_APPLIED, database
from tiktok_ads_metrics.display import print_metrics
from tiktok_ads_metrics.errors import MetricsError
from tiktok_ads_metrics.layer import open_layer
from tiktok_ads_metrics.query import Filter, Grouping, read_metrics

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tiktok_ads_metrics.catalog import Catalog, Metric
    from tiktok_ads_metrics.query import Row

_DEFAULT_METRICS = (
    "spend",
    "impressions",
    "clicks",
    "ctr",
    "cpc",
    "cpm",
    "video_views",
    "cpv",
    "vcr",
)
"""The metrics of a table if --metrics is not given, as many as fit."""


def run(options: argparse.Namespace) -> int:
    """Print a table for people, or CSV or JSON with full precision and without totals."""
    grouping = Grouping.parse(options.by)
    where = Filter(options.first_day, options.last_day, tuple(options.account))
    with database() as connection:
        layer = open_layer(connection, options)
        metrics = _metrics(layer.catalog, options)
        try:
            rows = read_metrics(connection, layer, grouping, metrics, where)
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            raise MetricsError(NOT_APPLIED.format(error.diag.message_primary)) from error
    if options.format == "table" and rows:
        if options.metrics == "all":
            metrics = [
                metric
                for metric in metrics
                if any(row.values[metric.key] is not None for row in rows)
            ]
        only_what_fits = options.metrics is None
        print_metrics(Console(), rows, grouping, metrics, only_what_fits=only_what_fits)
    elif options.format == "table":
        sys.stdout.write("No delivery.\n")
    else:
        _write([row for row in rows if not row.is_total], options.format)
    return 0


def _metrics(catalog: Catalog, options: argparse.Namespace) -> Sequence[Metric]:
    if options.metrics == "all" or (options.metrics is None and options.format != "table"):
        return catalog.metrics
    keys = options.metrics.split(",") if options.metrics else _DEFAULT_METRICS
    return [catalog.by_key(key) for key in dict.fromkeys(key.strip() for key in keys)]


def _write(rows: Sequence[Row], format_: str) -> None:
    values = [row.values for row in rows]
    if format_ == "json":
        encoded = msgspec.json.Encoder(decimal_format="number").encode(values)
        sys.stdout.write(f"{msgspec.json.format(encoded).decode()}\n")
    elif values:
        writer = csv.DictWriter(sys.stdout, values[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(values)
