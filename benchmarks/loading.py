"""How fast rows get into Postgres: as the project has it, and in other arrangements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.reading import Row
from benchmarks.trial import DAYS, MEBIBYTE, Arrangement, Pipeline, pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 3
AIM = 10_000

AS_IT_IS = Arrangement("meltano run, settings of meltano.yml")
BEST = Arrangement("two shards, meltano run", shards=2)
ARRANGEMENTS = (
    AS_IT_IS,
    Arrangement("the loader's own defaults", loader={"use_copy": False, "validate_records": True}),
    Arrangement("validate_records: true", loader={"validate_records": True}),
    Arrangement("use_copy: false", loader={"use_copy": False}),
    Arrangement("batch_size_rows: 2,000", loader={"batch_size_rows": 2_000}),
    Arrangement("batch_size_rows: 50,000", loader={"batch_size_rows": 50_000}),
    Arrangement("elt.buffer_size: 1 MiB", env={"MELTANO_ELT_BUFFER_SIZE": str(MEBIBYTE)}),
    Arrangement("elt.buffer_size: 100 MiB", env={"MELTANO_ELT_BUFFER_SIZE": str(100 * MEBIBYTE)}),
    Arrangement("tap | target, without Meltano", meltano=False),
    BEST,
    Arrangement("two shards, tap | target", shards=2, meltano=False),
    Arrangement("three shards, meltano run", shards=3),
)


def load() -> Iterator[Row]:
    """(e) Rows a second into Postgres, beside COPY."""
    with pipeline() as pipe:
        for how in (AS_IT_IS, BEST):
            yield _measured(pipe, how, RUNS, AIM)
        rate = pipe.rows_a_day * DAYS / min(pipe.copy() for _ in range(RUNS))
        yield Row("(e) plain COPY of the same rows", f"{rate:,.0f} rows/s")


def sweep() -> Iterator[Row]:
    """(e) Rows a second into Postgres in many arrangements."""
    with pipeline() as pipe:
        for how in ARRANGEMENTS:
            yield _measured(pipe, how, 1, None)


def _measured(pipe: Pipeline, how: Arrangement, runs: int, aim: int | None) -> Row:
    rows = pipe.rows_a_day * DAYS
    seconds = min(pipe.run(how) for _ in range(runs))
    rate = rows / seconds
    return Row(
        f"(e) {how.what}, {rows:,} rows x 30 columns",
        f"{rate:,.0f} rows/s = {seconds:.1f} s",
        f"≥ {aim:,}" if aim else "",
        aim / rate if aim else None,
    )
