"""Run benchmarks and print one table: ``python -m benchmarks [name ...]``.

Without names, all run except load-sweep, which tries many setups of the loader and takes longer.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from benchmarks import loading, reading, selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BENCHMARKS: dict[str, Callable[[], Iterator[reading.Result]]] = {
    "pace": reading.pace,
    "cpu": reading.cpu,
    "memory": reading.memory,
    "requests": reading.requests,
    "selection": selection.selection,
    "load": loading.load,
    "load-sweep": loading.sweep,
}
NOT_BY_DEFAULT = "load-sweep"


def verdict(result: reading.Result) -> str:
    """Return whether the target is met, or empty text if there is none."""
    if result.ratio is None:
        return ""
    return "met" if result.ratio <= 1 else f"missed by {result.ratio - 1:.0%}"


def main() -> None:
    """Run the benchmarks and print their results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "name", nargs="*", choices=[*BENCHMARKS, []], metavar="name", help="benchmarks to run"
    )
    names = parser.parse_args().name or [name for name in BENCHMARKS if name != NOT_BY_DEFAULT]
    console = Console()
    table = Table("benchmark", "result", "target", "")
    try:
        for name in names:
            with console.status(name):
                for result in BENCHMARKS[name]():
                    table.add_row(result.name, result.value, result.target, verdict(result))
    finally:
        console.print(table)


if __name__ == "__main__":
    main()
