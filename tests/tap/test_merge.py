"""Several answers about the same rows become one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tap_tiktok_ads.read_result import Reading
from tap_tiktok_ads.reports import merging as merge
from tap_tiktok_ads.reports.merging import JOINT, added_up, side_by_side, spend


def reading(*rows: bytes) -> Reading:
    """A complete read of rows; a bar stands between dimensions and metrics."""
    found = Reading(total=len(rows), requests=1)
    found.add([row.replace(b"|", JOINT) for row in rows])
    return found


def rows_of(found: Reading) -> list[bytes]:
    return [row for rows in found.chunks() for row in rows]


def test_metrics_of_several_requests_stand_side_by_side_whatever_the_order() -> None:
    parts = [
        reading(b'"ad_id":"1"|"spend":1.50', b'"ad_id":"2"|"spend":2'),
        reading(b'"ad_id":"2"|"clicks":4', b'"ad_id":"1"|"clicks":3'),
    ]
    found = side_by_side(parts, b",")
    assert found
    assert (found.rows, found.total, found.requests) == (2, 2, 2)
    assert rows_of(found) == [
        b'"ad_id":"1","spend":1.50,"clicks":3',
        b'"ad_id":"2","spend":2,"clicks":4',
    ]


def test_large_answers_are_merged_bucket_by_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "BUCKET_BYTES", 1000)
    ids = [str(number).encode() for number in range(500)]
    parts = [
        reading(*(b'"ad_id":"%b"|"spend":%b' % (one, one) for one in ids)),
        reading(*(b'"ad_id":"%b"|"clicks":%b' % (one, one) for one in reversed(ids))),
    ]
    found = side_by_side(parts, b",")
    assert found
    assert found.rows == found.total == 500
    assert set(rows_of(found)) == {
        b'"ad_id":"%b","spend":%b,"clicks":%b' % (one, one, one) for one in ids
    }


def test_requests_with_different_rows_make_no_whole() -> None:
    parts = [reading(b'"ad_id":"1"|"spend":1'), reading(b'"ad_id":"2"|"clicks":4')]
    assert side_by_side(parts, b",") is None


def test_rows_of_the_same_thing_are_added_up_to_the_last_digit() -> None:
    parts = [
        reading(b'"day":"1"|"spend":0.10,"clicks":3,"reach":9,"name":"A"'),
        reading(
            b'"day":"1"|"spend":0.20,"clicks":null,"reach":8,"name":"A"', b'"day":"2"|"spend":7'
        ),
    ]
    found = added_up(parts, {"spend", "clicks"}, b",")
    assert (found.rows, found.total) == (2, 2)
    assert rows_of(found) == [
        b'"day":"1","spend":0.30,"clicks":3,"reach":null,"name":"A"',
        b'"day":"2","spend":7',
    ]


def test_rows_without_metrics_are_their_dimensions_alone() -> None:
    parts = [reading(b'"day":"1"'), reading(b'"day":"1"', b'"day":"2"')]
    assert rows_of(added_up(parts, {"spend"}, b",")) == [b'"day":"1"', b'"day":"2"']


def test_rows_can_be_added_up_and_merged_after() -> None:
    part = reading(b'"hour":"1"|"spend":1', b'"hour":"1"|"spend":2')
    assert rows_of(added_up([part], {"spend"}, JOINT)) == [b'"hour":"1"' + JOINT + b'"spend":3']


@pytest.mark.parametrize("joint", [JOINT, b","])
def test_spend_is_added_exactly(joint: bytes) -> None:
    rows = [b'"ad_id":"1"' + joint + b'"spend":0.1', b'"ad_id":"2"' + joint + b'"spend":0.2']
    assert spend(rows) == Decimal("0.3")
