"""Several answers about the same rows become one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tap_tiktok_ads.read_result import ReadResult, split_row
from tap_tiktok_ads.reports import merging
from tap_tiktok_ads.reports.merging import merge_metric_groups, sum_duplicates, total_spend

if TYPE_CHECKING:
    import pytest


def reading(*rows: bytes) -> ReadResult:
    """A complete read of rows; a bar stands between dimensions and metrics."""
    found = ReadResult(total=len(rows), requests=1)
    for row in rows:
        dimensions, _, metrics = row.partition(b"|")
        found.add([split_row(dimensions, metrics)])
    return found


def rows_of(found: ReadResult) -> list[bytes]:
    return [row for rows in found.chunks() for row in rows]


def test_metrics_of_several_requests_stand_side_by_side_whatever_the_order() -> None:
    parts = [
        reading(b'"ad_id":"1"|"spend":1.50', b'"ad_id":"2"|"spend":2'),
        reading(b'"ad_id":"2"|"clicks":4', b'"ad_id":"1"|"clicks":3'),
    ]
    found = merge_metric_groups(parts)
    assert found
    assert (found.rows, found.total, found.requests) == (2, 2, 2)
    assert rows_of(found) == [
        b'"ad_id":"1","spend":1.50,"clicks":3',
        b'"ad_id":"2","spend":2,"clicks":4',
    ]


def test_large_answers_are_merged_bucket_by_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "BUCKET_BYTES", 1000)
    ids = [str(number).encode() for number in range(500)]
    parts = [
        reading(*(b'"ad_id":"%b"|"spend":%b' % (one, one) for one in ids)),
        reading(*(b'"ad_id":"%b"|"clicks":%b' % (one, one) for one in reversed(ids))),
    ]
    found = merge_metric_groups(parts)
    assert found
    assert found.rows == found.total == 500
    assert set(rows_of(found)) == {
        b'"ad_id":"%b","spend":%b,"clicks":%b' % (one, one, one) for one in ids
    }


def test_requests_with_different_rows_make_no_whole() -> None:
    parts = [reading(b'"ad_id":"1"|"spend":1'), reading(b'"ad_id":"2"|"clicks":4')]
    assert merge_metric_groups(parts) is None


def test_rows_of_the_same_thing_are_added_up_to_the_last_digit() -> None:
    parts = [
        reading(b'"day":"1"|"spend":0.10,"clicks":3,"reach":9,"name":"A"'),
        reading(
            b'"day":"1"|"spend":0.20,"clicks":null,"reach":8,"name":"A"', b'"day":"2"|"spend":7'
        ),
    ]
    found = sum_duplicates(parts, {"spend", "clicks"})
    assert (found.rows, found.total) == (2, 2)
    assert rows_of(found) == [
        b'"day":"1","spend":0.30,"clicks":3,"reach":null,"name":"A"',
        b'"day":"2","spend":7',
    ]


def test_rows_without_metrics_are_their_dimensions_alone() -> None:
    parts = [reading(b'"day":"1"'), reading(b'"day":"1"', b'"day":"2"')]
    assert rows_of(sum_duplicates(parts, {"spend"})) == [b'"day":"1"', b'"day":"2"']


def test_rows_can_be_added_up_and_merged_after() -> None:
    summed = sum_duplicates([reading(b'"hour":"1"|"spend":1', b'"hour":"1"|"spend":2')], {"spend"})
    found = merge_metric_groups([summed, reading(b'"hour":"1"|"clicks":4')])
    assert found
    assert rows_of(found) == [b'"hour":"1","spend":3,"clicks":4']


def test_spend_is_added_exactly_and_the_rows_are_kept() -> None:
    rows = reading(b'"ad_id":"1"|"spend":0.1', b'"ad_id":"2"|"spend":0.2,"clicks":1')
    assert total_spend(rows) == Decimal("0.3")
    assert rows_of(rows) == [b'"ad_id":"1","spend":0.1', b'"ad_id":"2","spend":0.2,"clicks":1']
