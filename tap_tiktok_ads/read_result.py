"""The rows of one read, spooled until the read is proved complete.

A row is the members of a JSON object, as bytes without the braces. A row of a report keeps its
dimensions and its metrics apart until it leaves the tap, so that it can be merged with the same
row of another request: `split_row` makes such a row, `ReadResult.split_rows` gives its two halves,
and `ReadResult.chunks` joins them.
"""

from __future__ import annotations

import tempfile
import weakref
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Bytes of a read's rows that are kept in memory; the rest waits on disk.
SPOOL_BYTES: Final = 1 << 18
#: Between dimensions and metrics; JSON text never contains a NUL byte.
_BOUNDARY: Final = b"\0"


def split_row(dimensions: bytes, metrics: bytes) -> bytes:
    """Return a report row whose halves can be told apart; without metrics it has one."""
    return dimensions + _BOUNDARY + metrics if metrics else dimensions


@dataclass
class Unread:
    """What of an answer could not be read.

    Attributes:
        values: For each column, how many values do not fit it, and the JSON text of one.
        rows: Number of rows that were dropped, since their key does not fit.
        row: The JSON text of one of them.
    """

    values: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows: int = 0
    row: str = ""

    def __bool__(self) -> bool:
        return bool(self.values or self.rows)

    @property
    def count(self) -> int:
        """Number of values and rows."""
        return self.rows + sum(count for count, _ in self.values.values())

    def add(self, misfits: Mapping[str, str]) -> None:
        """Count the values of one row that do not fit, given as JSON text by column."""
        for name, text in misfits.items():
            count, example = self.values.get(name, (0, text))
            self.values[name] = (count + 1, example)

    def drop_row(self, text: str) -> None:
        """Count a row that is dropped, given as JSON text."""
        self.rows += 1
        self.row = self.row or text

    def extend(self, other: Unread) -> None:
        """Add what else could not be read."""
        for name, (count, text) in other.values.items():
            known, example = self.values.get(name, (0, text))
            self.values[name] = (known + count, example)
        self.rows += other.rows
        self.row = self.row or other.row


class PageInfo(msgspec.Struct):
    """The size of the list that a page belongs to."""

    total_number: int | None = None
    total_page: int | None = None


class Page(NamedTuple):
    """Rows of one answer.

    Attributes:
        keys: One hash for each row, of the columns that tell it from others.
        rows: One JSON text for each row: its members, without braces.
        dropped: One hash for each row of the answer that is no row, or whose key can't be read.
        info: The list's size.
        unread: What could not be read.
    """

    keys: list[int]
    rows: list[bytes]
    dropped: list[int]
    info: PageInfo
    unread: Unread

    @property
    def size(self) -> int:
        """Number of rows in the answer."""
        return len(self.rows) + len(self.dropped)


@dataclass
class ReadResult:
    """A complete read: the rows, and what it took to get them.

    Attributes:
        rows: Number of rows.
        total: Number of rows that TikTok says there are.
        requests: Requests that were answered.
        truncated: Whether TikTok left ads out of the narrowest request possible.
        left_out: Selected metrics that TikTok does not have for this report.
        unread: What could not be read.
        incomplete: Whether TikTok counts more rows than any read has found.
    """

    rows: int = 0
    total: int = 0
    requests: int = 0
    truncated: bool = False
    left_out: tuple[str, ...] = ()
    unread: Unread = field(default_factory=Unread)
    incomplete: bool = False
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
        """Append rows, none of which contains a line break."""
        if rows:
            self._spool.write(b"\n".join(rows))
            self._spool.write(b"\n")
            self.rows += len(rows)

    def add_page(self, page: Page) -> None:
        """Append the rows of an answer."""
        self.add(page.rows)
        self.requests += 1
        self.unread.extend(page.unread)

    def extend(self, other: ReadResult, prefix: bytes = b"") -> None:
        """Append the rows of another result, with further members in front of each row's."""
        for chunk in other._raw_chunks():
            rows = chunk.splitlines()
            self.add([prefix + row for row in rows] if prefix else rows)
        self.total += other.total
        self.requests += other.requests
        self.truncated |= other.truncated
        self.incomplete |= other.incomplete
        self.unread.extend(other.unread)
        self.left_out = tuple(sorted({*self.left_out, *other.left_out}))

    def chunks(self) -> Iterator[list[bytes]]:
        """Yield the rows in chunks of about `SPOOL_BYTES`, and forget them."""
        for chunk in self._raw_chunks():
            yield chunk.replace(_BOUNDARY, b",").splitlines()

    def split_rows(self, *, keep: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Yield each report row as its dimensions and its metrics; without `keep`, forget it."""
        for chunk in self._raw_chunks(keep=keep):
            for row in chunk.splitlines():
                dimensions, _, metrics = row.partition(_BOUNDARY)
                yield dimensions, metrics

    def _raw_chunks(self, *, keep: bool = False) -> Iterator[bytes]:
        self._spool.seek(0)
        while chunk := self._spool.read(SPOOL_BYTES):
            yield chunk + self._spool.readline()
        if not keep:
            self._spool.close()
