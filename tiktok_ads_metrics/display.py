"""Metrics for people: formatted numbers, in tables that fit the terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

from babel.numbers import format_decimal, get_currency_symbol
from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from tiktok_ads_metrics.catalog import MONEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from tiktok_ads_metrics.catalog import Metric
    from tiktok_ads_metrics.query import Grouping, Row

_LOCALE = "en"
_NO_VALUE = "-"
_COLUMN_GAP = 2
_MIN_NAME_WIDTH = 20
_MAX_NAME_WIDTH = 40
_MAX_HEADING_LINES = 3
_TAG = " [TikTok]"
"""The end of the feed's metric names; left out if that lets another column fit."""

_DATE_LENGTHS = {"Month": len("2026-01")}


def format_value(metric: Metric, value: Decimal | None, currency: str | None) -> str:
    """Return a value as the catalogue formats it, with the symbol of its currency."""
    if value is None:
        return _NO_VALUE
    rounded = value.quantize(Decimal(1).scaleb(-metric.decimals), ROUND_HALF_UP)
    pattern = f"#,##0.{'0' * metric.decimals}" if metric.decimals else "#,##0"
    digits = format_decimal(abs(rounded), pattern, locale=_LOCALE)
    prefix = _symbol(currency) if metric.prefix == MONEY else metric.prefix
    return f"{'-' if rounded < 0 else ''}{prefix}{digits}{metric.suffix}"


@dataclass(frozen=True)
class _Column:
    """A column of text: heading, cells, its width, and the width it can shrink to."""

    heading: str
    cells: list[str]
    width: int
    min_width: int
    justify: Literal["left", "right"]


def print_metrics(
    console: Console,
    rows: Sequence[Row],
    grouping: Grouping,
    metrics: Sequence[Metric],
    *,
    only_what_fits: bool,
) -> None:
    """Print rows as a table or, if it would be too wide, as several.

    Args:
        console: Where to print.
        rows: The rows, each currency's total after its rows.
        grouping: What the rows are summed by.
        metrics: The metrics to print.
        only_what_fits: Whether to print one table, and name the metrics that do not fit.
    """
    currencies = Counter(row.values["currency"] for row in rows if not row.is_total)
    # The total of a single row would repeat it.
    rows = [row for row in rows if not row.is_total or currencies[row.values["currency"]] > 1]
    labels = _labels(rows, grouping)
    room = _room(labels, console.width)
    tables = _fit([_figures(rows, metric, metric.name) for metric in metrics], room)
    if len(tables) > 1:
        shorter = [_figures(rows, metric, metric.name.removesuffix(_TAG)) for metric in metrics]
        tables = _fit(shorter, room)
    for number, figures in enumerate(tables[:1] if only_what_fits else tables):
        console.print("\n" if number else "", end="")
        console.print(_table(rows, labels, figures, console.width))
    left_out = metrics[len(tables[0]) :]
    if only_what_fits and left_out:
        names = ",".join(metric.key for metric in left_out)
        console.print(f"Not shown (too wide): --metrics {names}", style="dim")


def _figures(rows: Sequence[Row], metric: Metric, title: str) -> _Column:
    cells = [format_value(metric, row.values[metric.key], row.values["currency"]) for row in rows]
    width = max(map(cell_len, (*cells, *title.split())))
    while len(lines := textwrap.wrap(title, width, break_on_hyphens=False)) > _MAX_HEADING_LINES:
        width += 1
    return _Column("\n".join(lines), cells, width, width, "right")


def _labels(rows: Sequence[Row], grouping: Grouping) -> list[_Column]:
    """Return the columns that identify a row; values repeated from the row above are blank."""
    columns: list[_Column] = []
    above: list[tuple[object, ...]] = [() for _ in rows]
    for title, names in grouping.titles:
        found = [tuple(row.values[name] for name in names) for row in rows]
        names_of_several = Counter(values[0] for values in set(found))
        cells = []
        for number, (row, values) in enumerate(zip(rows, found, strict=True)):
            above[number] += (row.is_total, *values)
            text = str(next((value for value in values if value), _NO_VALUE))
            if values[0] and names_of_several[values[0]] > 1:
                text = f"{values[0]} ({values[-1]})"
            if row.is_total and "currency" not in names:
                text = "" if columns else "Total"
            repeated = number > 0 and above[number - 1] == above[number]
            cells.append("" if repeated else _printable(text[: _DATE_LENGTHS.get(title)]))
        width = max(map(cell_len, (title, *cells)))
        least = min(width, _MIN_NAME_WIDTH)
        columns.append(_Column(title, cells, min(width, _MAX_NAME_WIDTH), least, "left"))
    return columns


def _room(labels: Sequence[_Column], width: int) -> int:
    return width - sum(label.min_width + _COLUMN_GAP for label in labels)


def _fit(figures: Sequence[_Column], room: int) -> list[list[_Column]]:
    tables: list[list[_Column]] = [[]]
    for figure in figures:
        width_needed = (
            sum(other.width + _COLUMN_GAP for other in (*tables[-1], figure)) - _COLUMN_GAP
        )
        if tables[-1] and width_needed > room:
            tables.append([])
        tables[-1].append(figure)
    return tables


def _table(rows: Sequence[Row], labels: list[_Column], figures: list[_Column], width: int) -> Table:
    spare = _room([*labels, *figures], width) + _COLUMN_GAP
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    cells = []
    for column in (*labels, *figures):
        width_needed = column.width - column.min_width
        grown = max(0, min(width_needed, spare))
        spare -= grown
        room = column.min_width + grown
        table.add_column(Text(column.heading), justify=column.justify, width=room)
        cells.append([_cropped(cell, room) for cell in column.cells])
    for number, row in enumerate(rows):
        style = "bold" if row.is_total else None
        table.add_row(*(column[number] for column in cells), style=style, end_section=row.is_total)
    return table


def _cropped(text: str, width: int) -> Text:
    cropped = Text(text)
    cropped.truncate(width, overflow="ellipsis")
    return cropped


def _printable(text: str) -> str:
    """Replace control characters: a name must not control the terminal."""
    return "".join(
        " " if unicodedata.category(character) == "Cc" else character for character in text
    )


def _symbol(currency: str | None) -> str:
    symbol = get_currency_symbol(currency, locale=_LOCALE) if currency else ""
    return f"{symbol} " if symbol.isalpha() else symbol
