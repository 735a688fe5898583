"""Several answers about the same report rows become one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import msgspec

from tap_tiktok_ads.columns import UNREAD
from tap_tiktok_ads.decoding import UNREAD_MEMBER, encoder
from tap_tiktok_ads.read_result import ReadResult, split_row

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

#: Bytes that are merged at a time, and the most files that larger answers are divided into.
BUCKET_BYTES: Final = 1 << 24
MAX_BUCKETS: Final = 16

_metrics_decoder: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


class _Spend(msgspec.Struct):
    spend: Decimal | None = None


_spend_decoder: Final = msgspec.json.Decoder(_Spend)


def joined(results: Sequence[ReadResult]) -> ReadResult:
    """Append results to the first: they have different rows."""
    whole = results[0]
    for result in results[1:]:
        whole.extend(result)
    return whole


def merge_metric_groups(results: Sequence[ReadResult]) -> ReadResult | None:
    """Merge results that have the same rows, each with some of their metrics.

    However large they are, only some rows are in memory at a time: rows with the same dimensions
    are first brought into the same bucket.

    Returns:
        The merged result, or None if the results do not have the same rows.
    """
    size = sum(result.size for result in results)
    buckets = [ReadResult() for _ in range(min(MAX_BUCKETS, size // BUCKET_BYTES + 1))]
    merged = _sum_of_counts(results, total=results[0].rows)
    for result in results:
        _distribute(result, buckets)
    for bucket in buckets:
        rows: dict[bytes, list[bytes]] = {}
        for dimensions, metrics in bucket.split_rows():
            rows.setdefault(dimensions, []).append(metrics)
        if any(len(metrics) != len(results) for metrics in rows.values()):
            return None
        merged.add([split_row(key, _side_by_side(metrics)) for key, metrics in rows.items()])
    return merged


def _side_by_side(metrics: Sequence[bytes]) -> bytes:
    """Join the metrics of several requests; what could not be read becomes one object."""
    if sum(UNREAD_MEMBER in each for each in metrics) <= 1:
        return b",".join(metrics)
    rows = [_metrics_decoder.decode(b"{%b}" % each) for each in metrics]
    unread = {name: text for row in rows for name, text in row.pop(UNREAD.name, {}).items()}
    whole = {name: value for row in rows for name, value in row.items()}
    return encoder.encode({**whole, UNREAD.name: unread})[1:-1]


def _distribute(result: ReadResult, buckets: Sequence[ReadResult]) -> None:
    pending: list[list[bytes]] = [[] for _ in buckets]
    for number, (dimensions, metrics) in enumerate(result.split_rows(), 1):
        pending[crc32(dimensions) % len(buckets)].append(split_row(dimensions, metrics))
        if number % 1000 == 0:
            _flush(pending, buckets)
    _flush(pending, buckets)


def _flush(pending: Sequence[list[bytes]], buckets: Sequence[ReadResult]) -> None:
    for rows, bucket in zip(pending, buckets, strict=True):
        bucket.add(rows)
        rows.clear()


def sum_duplicates(results: Sequence[ReadResult], additive: Collection[str]) -> ReadResult:
    """Add up rows with the same dimensions; metrics that don't add up become null.

    Args:
        results: Where the rows are.
        additive: Metrics that add up.
    """
    rows: dict[bytes, bytes] = {}
    for result in results:
        for key, metrics in result.split_rows():
            rows[key] = _sum(rows[key], metrics, additive) if key in rows else metrics
    summed = _sum_of_counts(results, total=len(rows))
    summed.add([split_row(key, metrics) for key, metrics in rows.items()])
    return summed


def total_spend(result: ReadResult) -> Decimal:
    """Add up the spend of a result's rows, which it keeps."""
    rows = result.split_rows(keep=True)
    spends = (_spend_decoder.decode(b"{%b}" % metrics).spend for _, metrics in rows)
    return sum((spend or Decimal() for spend in spends), Decimal())


def _sum_of_counts(results: Sequence[ReadResult], total: int) -> ReadResult:
    counted = ReadResult(
        total=total,
        requests=sum(result.requests for result in results),
        truncated=any(result.truncated for result in results),
    )
    for result in results:
        counted.unread.extend(result.unread)
    return counted


def _sum(one: bytes, other: bytes, additive: Collection[str]) -> bytes:
    """Add up two rows; text stays if both have the same, but their reach is not a sum."""
    first, second = (_metrics_decoder.decode(b"{%b}" % text) for text in (one, other))
    unread = {**first.pop(UNREAD.name, {}), **second.pop(UNREAD.name, {})}
    for name, value in second.items():
        known = first[name]
        if name in additive:
            first[name] = value if known is None else known + (value or 0)
        elif known != value or isinstance(value, (int, Decimal)):
            first[name] = None
    return encoder.encode({**first, **({UNREAD.name: unread} if unread else {})})[1:-1]
