"""``list``: print the catalogue and the views."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tiktok_ads_metrics.aggregates import RESERVED
from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.layer import Layer
from tiktok_ads_metrics.raw_tables import declared_tables
from tiktok_ads_metrics.views import all_views

if TYPE_CHECKING:
    import argparse

    from tiktok_ads_metrics.catalog import Catalog, Metric


def run(options: argparse.Namespace) -> int:
    """Print what every metric is made of, and what every view holds."""
    catalog = load_catalog(options.catalog, reserved=RESERVED)
    if options.format == "markdown":
        sys.stdout.write(f"{markdown(catalog)}\n")
        return 0
    metrics = _table("Key", "Name", "Made of")
    for metric in catalog.metrics:
        made_of = "sum" if metric.column == metric.key else f"sum of {metric.column}"
        if metric.formula:
            made_of = re.sub(r"{(.+?)}", lambda name: catalog.by_name(name[1]).key, metric.formula)
        metrics.add_row(*map(Text, (metric.key, metric.name, made_of)))
    views = _table("View", "What it holds")
    for view in all_views(Layer(catalog, declared_tables(), options.raw_schema, options.schema)):
        views.add_row(*map(Text, (view.name, view.about)))
    console = Console()
    console.print(metrics)
    console.print()
    console.print(views)
    return 0


def _table(*titles: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for title in titles[:-1]:
        table.add_column(title, no_wrap=True)
    table.add_column(titles[-1])
    return table


def markdown(catalog: Catalog) -> str:
    """Write the catalogue as a table of Markdown."""
    head = "| Name | Column | Made of | Shown as | Meaning |\n|---|---|---|---|---|"
    return "\n".join((head, *map(_markdown_row, catalog.metrics)))


def _markdown_row(metric: Metric) -> str:
    made_of = f"`{metric.formula}`" if metric.formula else f"sum of `{metric.column}`"
    shown = f"{metric.prefix}{0:.{metric.decimals}f}{metric.suffix}"
    return f"| {metric.name} | `{metric.key}` | {made_of} | {shown} | {metric.about} |"
