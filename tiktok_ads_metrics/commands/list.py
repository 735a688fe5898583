"""``list``: print the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tiktok_ads_metrics.catalog import load_catalog

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print every metric with its key, its name and what it is made of."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Key", no_wrap=True)
    table.add_column("Name", no_wrap=True)
    table.add_column("Made of")
    group = None
    for metric in load_catalog(options.catalog).metrics:
        if group not in (None, metric.group):
            table.add_section()
        group = metric.group
        made_of = metric.formula or f"sum of {metric.column}"
        table.add_row(*map(Text, (metric.key, metric.name, made_of)))
    Console().print(table)
    return 0
