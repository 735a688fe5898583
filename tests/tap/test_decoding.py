from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tap_tiktok_ads.decoding import EntityDecoder
from tap_tiktok_ads.errors import AmbiguousAnswerError
from tap_tiktok_ads.read_result import Page, ReadResult, Unread
from tap_tiktok_ads.reports.decoder import ReportDecoder

DIMENSIONS = {"ad_id": "string", "stat_time_day": "date"}


def written(page: Page) -> bytes:
    """The members of a page's only row, as they are written."""
    result = ReadResult()
    result.add(page.rows)
    ((row,),) = result.chunks()
    return row


def report(row: dict[str, Any], **metrics: str) -> dict[str, Any]:
    """One row of a report, converted."""
    dimensions = {"ad_id": "17", "stat_time_day": "2026-11-20 00:00:00"}
    data = {"list": [{"dimensions": dimensions, "metrics": row}], "page_info": {"total_number": 1}}
    page = ReportDecoder("ads", DIMENSIONS, metrics).page(msgspec.Raw(msgspec.json.encode(data)))
    return dict(msgspec.json.decode(b"{" + written(page) + b"}"))


def raw_report(value: str) -> bytes:
    """The JSON text of a row whose spend is given."""
    dimensions = {"ad_id": "17", "stat_time_day": "2026-11-20 00:00:00"}
    data = {"list": [{"dimensions": dimensions, "metrics": {"spend": value}}]}
    rows = ReportDecoder("ads", DIMENSIONS, {"spend": "number"})
    return written(rows.page(msgspec.Raw(msgspec.json.encode(data))))


def entity(row: dict[str, Any], **columns: str) -> dict[str, Any]:
    """One entity, converted."""
    members = EntityDecoder("ads", columns, key=["ad_id"]).members(row, Unread())
    assert members is not None
    return dict(msgspec.json.decode(b"{" + members + b"}"))


def test_a_report_row_is_typed_and_flat() -> None:
    assert report(
        {"spend": "12.34", "clicks": "17", "ad_name": "Sale 🛍️"},
        spend="number",
        clicks="integer",
        ad_name="string",
    ) == {
        "ad_id": "17",
        "stat_time_day": "2026-11-20",
        "spend": 12.34,
        "clicks": 17,
        "ad_name": "Sale 🛍️",
    }


@pytest.mark.parametrize("amount", ["0.1", "14.680", "123456789012345678.123456789", "-3.5"])
def test_money_keeps_every_digit(amount: str) -> None:
    assert raw_report(amount).endswith(f'"spend":{amount}'.encode())


@pytest.mark.parametrize("value", ["-", "", None, "<5"])
def test_what_tiktok_does_not_tell_is_null(value: str | None) -> None:
    assert report({"clicks": value}, clicks="integer")["clicks"] is None


def test_a_metric_that_does_not_come_is_null() -> None:
    assert report({}, clicks="integer")["clicks"] is None


@pytest.mark.parametrize("value", ["17", 17, "17.00", " 17 "], ids=repr)
def test_counts_may_come_as_text_or_as_numbers(value: str | int) -> None:
    assert report({"clicks": value}, clicks="integer")["clicks"] == 17


@pytest.mark.parametrize(("value", "kind"), [("1.5", "integer"), ("many", "number")])
def test_a_metric_that_does_not_fit_is_null_and_its_text_is_kept(value: str, kind: str) -> None:
    row = report({"clicks": value}, clicks=kind)
    assert row["clicks"] is None
    assert row["unread"] == {"clicks": f'"{value}"'}


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e400", "1e999999", "-1E-500", "sNaN"])
def test_no_number_that_is_none_leaves_the_tap(value: str) -> None:
    row = report({"spend": value, "ad_name": "E+"}, spend="number", ad_name="string")
    assert row["spend"] is None
    assert row["unread"] == {"spend": f'"{value}"'}


def test_a_count_beyond_bigint_does_not_fit() -> None:
    assert report({"clicks": str(2**63 - 1)}, clicks="integer")["clicks"] == 2**63 - 1
    assert report({"clicks": str(2**63)}, clicks="integer")["clicks"] is None


@pytest.mark.parametrize("data", [b"null", b"{}", b'{"page_info": {}}', b"[]", b'{"list": 1}'])
def test_an_answer_that_does_not_say_what_there_is_is_not_taken_for_empty(data: bytes) -> None:
    reports = ReportDecoder("ads", DIMENSIONS, {"spend": "number"})
    entities = EntityDecoder("ads", {"ad_id": "string"}, key=["ad_id"])
    for decoder in (reports, entities):
        with pytest.raises(AmbiguousAnswerError, match="ads: TikTok"):
            decoder.page(msgspec.Raw(data))


@pytest.mark.parametrize("data", [b'{"list": []}', b'{"page_info": {"total_number": 0}}'])
def test_a_list_is_empty_if_it_says_so(data: bytes) -> None:
    page = ReportDecoder("ads", DIMENSIONS, {"spend": "number"}).page(msgspec.Raw(data))
    assert page.rows == []


@pytest.mark.parametrize("day", ["-", "2026-02-30", "20261101", "1"])
def test_a_row_without_a_day_is_dropped_and_counted_unless_it_is_no_row(day: str) -> None:
    decoder = ReportDecoder("ads", DIMENSIONS, {"spend": "number"})
    dimensions = {"ad_id": "17", "stat_time_day": day}
    data = {"list": [{"dimensions": dimensions, "metrics": {"spend": "1"}}]}
    page = decoder.page(msgspec.Raw(msgspec.json.encode(data)))
    assert (page.rows, page.size) == ([], 1)
    assert page.unread.rows == (0 if day == "-" else 1)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", "x", "x"),
        ("string", 1700000000000000001, "1700000000000000001"),
        ("string", "", ""),
        ("string", "0", "0"),
        ("string", True, "true"),
        ("number", 0, 0),
        ("number", "0.5", 0.5),
        ("integer", 7, 7),
        ("integer", 7.0, 7),
        ("boolean", False, False),
        ("datetime", "2026-11-02 09:30:00", "2026-11-02T09:30:00Z"),
        ("datetime", "2026-06-10T07:39:14Z", "2026-06-10T07:39:14Z"),
        ("datetime", 1767225600, "2026-01-01T00:00:00Z"),
        ("datetime", 1767225600000, "2026-01-01T00:00:00Z"),
        ("datetime", "1767225600000", "2026-01-01T00:00:00Z"),
        ("datetime", "", None),
        ("datetime", "0", None),
        ("datetime", 0, None),
        ("array<string>", ["a", 1], ["a", "1"]),
        ("array<string>", [], []),
        ("array<string>", "", None),
        ("object", {"a": [1]}, {"a": [1]}),
        ("object", [], None),
        ("object", [{"a": 1}], {"a": 1}),
        ("array<object>", [{"key": "utm"}], [{"key": "utm"}]),
        ("array<object>", {"key": "utm"}, [{"key": "utm"}]),
        ("string", None, None),
        ("array<string>", None, None),
    ],
    ids=repr,
)
def test_an_entitys_field_is_brought_to_its_type(kind: str, value: Any, expected: Any) -> None:
    data = {"list": [{"ad_id": "1", "field": value}]}
    rows = EntityDecoder("ads", {"ad_id": "string", "field": kind}, key=["ad_id"])
    page = rows.page(msgspec.Raw(msgspec.json.encode(data)))
    found = msgspec.json.decode(b"{" + written(page) + b"}")
    assert found == {"ad_id": "1", "field": expected}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", ["x"]),
        ("number", "much"),
        ("number", True),
        ("boolean", "yes"),
        ("datetime", "yesterday"),
        ("array<string>", {"a": 1}),
        ("object", "a"),
    ],
)
def test_an_entitys_field_that_does_not_fit_is_null_and_its_text_is_kept(
    kind: str, value: Any
) -> None:
    row = entity({"ad_id": "1", "field": value}, ad_id="string", field=kind)
    assert row == {
        "ad_id": "1",
        "field": None,
        "unread": {"field": msgspec.json.encode(value).decode()},
    }


def test_fields_that_are_not_known_are_noticed() -> None:
    rows = EntityDecoder("ads", {"ad_id": "string"}, key=["ad_id"])
    rows.members({"ad_id": "1", "brand_new": 1}, Unread())
    assert rows.unknown == {"brand_new"}


def test_rows_with_the_same_key_have_the_same_hash() -> None:
    data = {"list": [{"ad_id": 1, "x": 1}, {"ad_id": "1", "x": 2}, {"ad_id": "2", "x": 2}]}
    rows = EntityDecoder("ads", {"ad_id": "string"}, key=["ad_id"])
    first, second, third = rows.page(msgspec.Raw(msgspec.json.encode(data))).keys
    assert first == second != third


@pytest.mark.parametrize("value", ["-", "", None])
def test_an_audience_that_tiktok_does_not_know_is_a_bucket_of_its_own(value: str | None) -> None:
    rows = ReportDecoder("ads", {"ad_id": "string", "age": "bucket"}, {"spend": "number"})
    data = {"list": [{"dimensions": {"ad_id": "17", "age": value}, "metrics": {"spend": "1"}}]}
    page = rows.page(msgspec.Raw(msgspec.json.encode(data)))
    assert [written(page)] == [b'"ad_id":"17","age":"-","spend":1']


def test_a_report_row_without_its_id_is_dropped_and_named() -> None:
    rows = ReportDecoder("ads", DIMENSIONS, {"spend": "number"})
    data = {"list": [{"dimensions": {"stat_time_day": "2026-11-20"}, "metrics": {"spend": "1"}}]}
    page = rows.page(msgspec.Raw(msgspec.json.encode(data)))
    assert page.rows == []
    assert page.unread.rows == 1
    assert "2026-11-20" in page.unread.row


def test_an_hour_keeps_the_accounts_own_time() -> None:
    rows = ReportDecoder("ads", {"ad_id": "string", "stat_time_hour": "hour"}, {})
    dimensions = {"ad_id": "17", "stat_time_hour": "2026-11-20 05:00:00"}
    data = {"list": [{"dimensions": dimensions, "metrics": {}}]}
    page = rows.page(msgspec.Raw(msgspec.json.encode(data)))
    assert [written(page)] == [b'"ad_id":"17","stat_time_hour":"2026-11-20T05:00:00"']


def test_only_an_hour_that_comes_twice_may_have_two_rows() -> None:
    rows = ReportDecoder("ads", {"ad_id": "string", "stat_time_hour": "hour"}, {"spend": "number"})
    dimensions = {"ad_id": "17", "stat_time_hour": "2026-10-25 01:00:00"}
    listed = [{"dimensions": dimensions, "metrics": {"spend": spend}} for spend in ("1", "2")]
    data = msgspec.Raw(msgspec.json.encode({"list": listed}))
    assert len(set(rows.page(data).keys)) == 1
    assert len(set(rows.page(data, duplicate_keys=True).keys)) == 2


def test_lists_and_names_that_begin_with_a_digit_are_metrics_like_others() -> None:
    row = {"ad_text_list": ["A", "B"], "10_second_live_views": "7"}
    types = {"ad_text_list": "array<string>", "10_second_live_views": "integer"}
    found = report(row, **types)
    assert (found["ad_text_list"], found["10_second_live_views"]) == (["A", "B"], 7)
