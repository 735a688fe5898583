"""``list``: print the metrics and the views."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tiktok_ads_metrics.layer import declared_layer
from tiktok_ads_metrics.views import all_views

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from tiktok_ads_metrics.catalog import Catalog, Metric
    from tiktok_ads_metrics.views import View


def run(options: argparse.Namespace) -> int:
    """Print what every metric is made of, and what every view holds."""
    layer = declared_layer(options)
    if options.format == "markdown":
        sys.stdout.write(f"{markdown_metrics(layer.catalog)}\n{markdown_views(all_views(layer))}")
        return 0
    metrics = _table("Key", "Name", "Made of")
    for metric in layer.catalog.metrics:
        metrics.add_row(*map(Text, (metric.key, metric.name, _made_of(metric, layer.catalog))))
    views = _table("View", "What it holds")
    for view in all_views(layer):
        views.add_row(*map(Text, (view.name, view.about)))
    console = Console()
    console.print(metrics)
    console.print()
    console.print(views)
    return 0


def _made_of(metric: Metric, catalog: Catalog) -> str:
    if metric.formula:
        return re.sub(r"{(.+?)}", lambda name: catalog.by_name(name[1]).key, metric.formula)
    return "sum" if metric.column == metric.key else f"sum of {metric.column}"


def _table(*titles: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for title in titles[:-1]:
        table.add_column(title, no_wrap=True)
    table.add_column(titles[-1], overflow="fold")
    return table


def markdown_metrics(catalog: Catalog) -> str:
    """Return the metrics as a table in Markdown."""
    rows = []
    for metric in catalog.metrics:
        made_of = f"`{metric.formula}`" if metric.formula else f"sum of `{metric.column}`"
        shown_as = f"{metric.prefix}{0:.{metric.decimals}f}{metric.suffix}"
        rows.append((metric.name, f"`{metric.key}`", made_of, shown_as, metric.about))
    return _markdown(("Name", "Column", "Made of", "Shown as", "Meaning"), rows)


def markdown_views(views: Iterable[View]) -> str:
    """Return the views as a table in Markdown."""
    return _markdown(("View", "What it holds"), [(f"`{view.name}`", view.about) for view in views])


def _markdown(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cells)} |\n" for cells in (header, *rows)]
    lines.insert(1, f"|{'---|' * len(header)}\n")
    return "".join(lines)
