"""``list``: print the catalogue."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.metrics import RESERVED

if TYPE_CHECKING:
    import argparse

    from tiktok_ads_metrics.catalog import Catalog, Metric


def run(options: argparse.Namespace) -> int:
    """Print every metric with its key, its name and what it is made of."""
    catalog = load_catalog(options.catalog, reserved=RESERVED)
    if options.format == "markdown":
        sys.stdout.write(f"{markdown(catalog)}\n")
        return 0
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Key", no_wrap=True)
    table.add_column("Name", no_wrap=True)
    table.add_column("Made of")
    for metric in catalog.metrics:
        made_of = "sum" if metric.column == metric.key else f"sum of {metric.column}"
        if metric.formula:
            made_of = re.sub(r"{(.+?)}", lambda name: catalog.by_name(name[1]).key, metric.formula)
        table.add_row(*map(Text, (metric.key, metric.name, made_of)))
    Console().print(table)
    return 0


def markdown(catalog: Catalog) -> str:
    """Write the catalogue as a table of Markdown."""
    head = "| Name | Column | Made of | Shown as | Meaning |\n|---|---|---|---|---|"
    return "\n".join((head, *map(_markdown_row, catalog.metrics)))


def _markdown_row(metric: Metric) -> str:
    made_of = f"`{metric.formula}`" if metric.formula else f"sum of `{metric.column}`"
    shown = f"{metric.prefix}{0:.{metric.decimals}f}{metric.suffix}"
    return f"| {metric.name} | `{metric.key}` | {made_of} | {shown} | {metric.about} |"
