"""Measure and print one table: ``python -m benchmarks [part ...]``.

The parts are pace, cpu, memory, requests, selection and load; without a name, all of them.
``load-sweep`` tries arrangements of the loader and takes longer.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from benchmarks import loading, reading, selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PARTS: dict[str, Callable[[], Iterator[reading.Row]]] = {
    "pace": reading.pace,
    "cpu": reading.cpu,
    "memory": reading.memory,
    "requests": reading.requests,
    "selection": selection.selection,
    "load": loading.load,
    "load-sweep": loading.sweep,
}
EXTRA = "load-sweep"


def verdict(row: reading.Row) -> str:
    """Say whether an aim is met."""
    if row.factor is None:
        return ""
    return "met" if row.factor <= 1 else f"missed by {row.factor - 1:.0%}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "part", nargs="*", choices=[*PARTS, []], metavar="part", help="what to measure"
    )
    parts = parser.parse_args().part or [name for name in PARTS if name != EXTRA]
    console = Console()
    table = Table("what", "figure", "aim", "")
    try:
        for part in parts:
            with console.status(part):
                for row in PARTS[part]():
                    table.add_row(row.what, row.figure, row.aim, verdict(row))
    finally:
        console.print(table)


if __name__ == "__main__":
    main()
