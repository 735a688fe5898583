"""The rows of a read, which wait until the read is complete and proved to be."""

from __future__ import annotations

import tempfile
import weakref
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Bytes of a read's rows that are kept in memory; the rest waits on disk.
SPOOL_BYTES: Final = 1 << 18


@dataclass
class Reading:
    """A complete read: the rows, and what it took to get them.

    Attributes:
        rows: Number of rows.
        total: Number of rows that TikTok says there are.
        requests: Requests that were answered.
        truncated: TikTok still left ads out of the narrowest request possible.
        left_out: Metrics that TikTok does not have for this report.
    """

    rows: int = 0
    total: int = 0
    requests: int = 0
    truncated: bool = False
    left_out: tuple[str, ...] = ()
    _spool: Any = field(
        default_factory=partial(tempfile.SpooledTemporaryFile, max_size=SPOOL_BYTES), repr=False
    )

    def __post_init__(self) -> None:
        weakref.finalize(self, self._spool.close)

    @property
    def size(self) -> int:
        """Bytes of its rows."""
        return int(self._spool.tell())

    def add(self, rows: Sequence[bytes]) -> None:
        """Append rows: the members of a JSON object each, in which no line ends."""
        if rows:
            self._spool.write(b"\n".join(rows))
            self._spool.write(b"\n")
            self.rows += len(rows)

    def extend(self, part: Reading, prefix: bytes = b"") -> None:
        """Append what another reading holds, with members before those of each row."""
        for rows in part.chunks():
            self.add([prefix + row for row in rows] if prefix else rows)
        self.total += part.total
        self.requests += part.requests
        self.truncated |= part.truncated
        self.left_out = tuple(sorted({*self.left_out, *part.left_out}))

    def chunks(self) -> Iterator[list[bytes]]:
        """Give the rows in portions of about `SPOOL_BYTES`, and forget them."""
        self._spool.seek(0)
        while rows := self._spool.readlines(SPOOL_BYTES):
            yield [row[:-1] for row in rows]
        self._spool.close()
