"""``show``: print metrics at any grouping."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

import msgspec
import psycopg
from rich.console import Console

from tiktok_ads_metrics.database import database
from tiktok_ads_metrics.display import print_metrics
from tiktok_ads_metrics.errors import MetricsError
from tiktok_ads_metrics.grouping import Filter, Grouping, read_metrics
from tiktok_ads_metrics.layer import open_layer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from tiktok_ads_metrics.catalog import Catalog, Metric
    from tiktok_ads_metrics.grouping import Row

_FIRST = ("spend", "impressions", "clicks", "ctr", "cpc", "cpm", "video_views", "cpv", "vcr")
"""The metrics of a table where none are asked for, as far as they fit."""


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
            msg = f'the views are not there or not up to date: run "tiktok-ads-metrics apply" ({error.diag.message_primary})'
            raise MetricsError(msg) from error
    if options.format == "table":
        only_what_fits = options.metrics is None
        print_metrics(Console(), rows, grouping, metrics, only_what_fits=only_what_fits)
    else:
        _write([row for row in rows if not row.is_total], options.format)
    return 0


def _metrics(catalog: Catalog, options: argparse.Namespace) -> Sequence[Metric]:
    if options.metrics == "all" or (options.metrics is None and options.format != "table"):
        return catalog.metrics
    keys = options.metrics.split(",") if options.metrics else _FIRST
    return [catalog.by_key(key) for key in dict.fromkeys(key.strip() for key in keys)]


def _write(rows: Sequence[Row], format_: str) -> None:
    values = [row.values for row in rows]
    if format_ == "json":
        encoded = msgspec.json.Encoder(decimal_format="number").encode(values)
        print(msgspec.json.format(encoded).decode())
    elif values:
        writer = csv.DictWriter(sys.stdout, values[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(values)
