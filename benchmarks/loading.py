"""How fast rows are loaded into Postgres, with the project's setup and with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.load_pipeline import DAYS, MEBIBYTE, LoadPipeline, Setup, load_pipeline
from benchmarks.reading import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 3
TARGET = 10_000

PROJECT_SETUP = Setup("meltano run, settings of meltano.yml")
TWO_SHARDS = Setup("two shards, meltano run", shards=2)
SETUPS = (
    PROJECT_SETUP,
    Setup("loader defaults", loader={"use_copy": False, "validate_records": True}),
    Setup("validate_records: true", loader={"validate_records": True}),
    Setup("use_copy: false", loader={"use_copy": False}),
    Setup("batch_size_rows: 2,000", loader={"batch_size_rows": 2_000}),
    Setup("batch_size_rows: 50,000", loader={"batch_size_rows": 50_000}),
    Setup("elt.buffer_size: 1 MiB", env={"MELTANO_ELT_BUFFER_SIZE": str(MEBIBYTE)}),
    Setup("elt.buffer_size: 100 MiB", env={"MELTANO_ELT_BUFFER_SIZE": str(100 * MEBIBYTE)}),
    Setup("tap | target, without Meltano", meltano=False),
    TWO_SHARDS,
    Setup("two shards, tap | target", shards=2, meltano=False),
    Setup("three shards, meltano run", shards=3),
)


def load() -> Iterator[Result]:
    """(e) Rows per second into Postgres, compared with COPY."""
    with load_pipeline() as pipeline:
        for setup in (PROJECT_SETUP, TWO_SHARDS):
            yield _measure(pipeline, setup, RUNS, TARGET)
        rate = pipeline.rows_per_day * DAYS / min(pipeline.copy() for _ in range(RUNS))
        yield Result("(e) plain COPY of the same rows", f"{rate:,.0f} rows/s")


def sweep() -> Iterator[Result]:
    """(e) Rows per second into Postgres with many setups."""
    with load_pipeline() as pipeline:
        for setup in SETUPS:
            yield _measure(pipeline, setup, 1, None)


def _measure(pipeline: LoadPipeline, setup: Setup, runs: int, target: int | None) -> Result:
    rows = pipeline.rows_per_day * DAYS
    seconds = min(pipeline.run(setup) for _ in range(runs))
    rate = rows / seconds
    return Result(
        f"(e) {setup.name}, {rows:,} rows x 30 columns",
        f"{rate:,.0f} rows/s = {seconds:.1f} s",
        f"≥ {target:,}" if target else "",
        target / rate if target else None,
    )
