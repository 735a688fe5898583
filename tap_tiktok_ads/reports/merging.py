"""Several answers about the same rows, made one.

Rows that wait to be merged have a `JOINT` between their dimensions and their metrics.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import msgspec

from tap_tiktok_ads.decoding import encoder
from tap_tiktok_ads.read_result import Reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

#: Stands between the dimensions and the metrics of a row that waits to be merged.
JOINT: Final = b"\0,"
#: How much is put together at a time, and how many files it may take to sort the rest.
BUCKET_BYTES: Final = 1 << 24
MOST_BUCKETS: Final = 16

_metrics: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


class _Spent(msgspec.Struct):
    spend: Decimal | None = None


_spent: Final = msgspec.json.Decoder(list[_Spent])


def side_by_side(parts: Sequence[Reading], joint: bytes) -> Reading | None:
    """Put together rows of which each part has some metrics.

    However large the parts are, only some of their rows are in memory at a time: rows with the same
    dimensions are first brought into the same bucket.

    Returns:
        The whole, or nothing if the parts do not have the same rows.
    """
    size = sum(part.size for part in parts)
    buckets = [Reading() for _ in range(min(MOST_BUCKETS, size // BUCKET_BYTES + 1))]
    for part in parts:
        for rows in part.chunks():
            sorted_rows: list[list[bytes]] = [[] for _ in buckets]
            for row in rows:
                sorted_rows[crc32(row.partition(JOINT)[0]) % len(buckets)].append(row)
            for bucket, some in zip(buckets, sorted_rows, strict=True):
                bucket.add(some)
    whole = Reading(
        total=parts[0].rows,
        requests=sum(part.requests for part in parts),
        truncated=any(part.truncated for part in parts),
    )
    for bucket in buckets:
        found: dict[bytes, list[bytes]] = {}
        for key, metrics in _split(bucket):
            found.setdefault(key, []).append(metrics)
        if any(len(metrics) != len(parts) for metrics in found.values()):
            return None
        whole.add([joint.join((key, b",".join(metrics))) for key, metrics in found.items()])
    return whole


def added_up(parts: Sequence[Reading], additive: Collection[str], joint: bytes) -> Reading:
    """Add up rows that stand for the same thing: of what can't be added, nothing is left."""
    rows: dict[bytes, bytes] = {}
    for part in parts:
        for key, metrics in _split(part):
            rows[key] = _sum(rows[key], metrics, additive) if key in rows else metrics
    whole = Reading(
        total=len(rows),
        requests=sum(part.requests for part in parts),
        truncated=any(part.truncated for part in parts),
    )
    # Without metrics, a row is its dimensions alone.
    whole.add([joint.join(filter(None, each)) for each in rows.items()])
    return whole


def spend(rows: Sequence[bytes]) -> Decimal:
    """Add up the spend of rows."""
    found = _spent.decode(b"[%b]" % b",".join(b"{%b}" % row.replace(JOINT, b",") for row in rows))
    return sum((row.spend or Decimal() for row in found), Decimal())


def _split(part: Reading) -> Iterator[tuple[bytes, bytes]]:
    for chunk in part.chunks():
        for row in chunk:
            key, _, metrics = row.partition(JOINT)
            yield key, metrics


def _sum(one: bytes, other: bytes, additive: Collection[str]) -> bytes:
    """Add up; text stays if it is the same, but the reach of both is not that of one."""
    first, second = (_metrics.decode(b"{%b}" % text) for text in (one, other))
    for name, value in second.items():
        known = first[name]
        if name in additive:
            first[name] = value if known is None else known + (value or 0)
        elif known != value or isinstance(value, (int, Decimal)):
            first[name] = None
    return encoder.encode(first)[1:-1]
