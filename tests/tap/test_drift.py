"""Any value in any column: no run ends, nothing else is lost, nothing false is loaded."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec
import pytest

from tap_tiktok_ads.columns import UNREAD, entity_columns
from tap_tiktok_ads.decoding import EntityDecoder
from tap_tiktok_ads.read_result import Page, ReadResult
from tap_tiktok_ads.reports.decoder import ReportDecoder
from tap_tiktok_ads.reports.report import Report
from tap_tiktok_ads.reports.standard import metric_columns
from tap_tiktok_ads.streams import STREAMS
from tap_tiktok_ads.streams.lists import CONSTANT_COLUMNS, EntityStream
from tap_tiktok_ads.text import storable

#: Ways in which one value can be unlike what its column expects, as JSON text.
KINDS: Final = {
    "null": "null",
    "true": "true",
    "0": "0",
    "1": "1",
    "text true": '"true"',
    "empty": '""',
    "dash": '"-"',
    "two dashes": '"--"',
    "None": '"None"',
    "text null": '"null"',
    "no time": '"0000-00-00 00:00:00"',
    "no such day": '"2026-02-30"',
    "digits": '"20261101"',
    "time": '"2026-11-20T10:00:00.5Z"',
    "decimal": "1.5",
    "text decimal": '"1.50"',
    "NaN": '"NaN"',
    "Infinity": '"-Infinity"',
    "huge exponent": '"1e999999"',
    "huge number": "1e400",
    "beyond bigint": "9223372036854775808",
    "words": '"a b"',
    "NUL": r'"a\u0000b"',
    "lone surrogate": r'"\ud83d"',
    "object": '{"a": {"b": [1]}}',
    "empty object": "{}",
    "array": "[1]",
    "empty array": "[]",
    "array of text": '["a", null]',
    "array of objects": '[{"type": "X"}, 1]',
    "nested": "[[[]]]",
}
ENTITIES: Final[list[type[EntityStream]]] = [
    each for each in STREAMS if issubclass(each, EntityStream)
]
REPORTS: Final = [Report("ads", "ad"), Report("hours", "campaign", "hourly")]
TIMES: Final = {"stat_time_day": "2026-11-20 00:00:00", "stat_time_hour": "2026-11-20 05:00:00"}


def records(page: Page) -> list[dict[str, Any]]:
    """The rows of a page as a loader would read them."""
    result = ReadResult()
    result.add(page.rows)
    chunks = list(result.chunks()) if page.rows else []
    return [
        json.loads(b"{%b}" % row, parse_constant=pytest.fail) for rows in chunks for row in rows
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stream", ENTITIES, ids=lambda stream: vars(stream)["name"])
def test_a_drifting_field_costs_its_cell_alone(stream: type[EntityStream], kind: str) -> None:
    types = {
        column.name: column.type
        for column in entity_columns(stream.entity)
        if column.name not in CONSTANT_COLUMNS
    }
    key = [name for name in vars(stream)["primary_keys"] if name in types]
    decoder = EntityDecoder(stream.entity, types, key=key)
    for drifting in types:
        keys = {name: "2026-11-20" if types[name] == "date" else f"k{name}" for name in key}
        row = {name: f'"{value}"' for name, value in keys.items()} | {drifting: KINDS[kind]}
        members = ",".join(f'"{name}":{text}' for name, text in row.items())
        page = decoder.page(msgspec.Raw(storable(b'{"list":[{%b}]}' % members.encode())))
        found = records(page)
        assert page.size == 1
        if not found:
            assert drifting in key
            assert page.unread.rows == 1
            continue
        for name, value in keys.items():
            assert found[0][name] == value or name == drifting
        if (unread := found[0].get(UNREAD.name)) is not None:
            assert list(unread) == [drifting]
            assert found[0][drifting] is None
        others = types.keys() - {*key, drifting}
        assert {found[0][name] for name in others} <= {None}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: str(report.stream))
def test_a_drifting_value_of_a_report_costs_its_cell_alone(report: Report, kind: str) -> None:
    types = {column.name: column.type for column in metric_columns(report) if column.default}
    decoder = ReportDecoder(report.stream, report.row_dimensions, types)
    dimensions = {name: f'"{TIMES.get(name, 17)}"' for name in report.row_dimensions}
    for drifting in (*types, *dimensions):
        at = {**dimensions, **({drifting: KINDS[kind]} if drifting in dimensions else {})}
        metrics = {"spend": '"1.50"', **({drifting: KINDS[kind]} if drifting in types else {})}
        row = '{{"dimensions":{{{}}},"metrics":{{{}}}}}'.format(
            *tuple(
                ",".join(f'"{name}":{text}' for name, text in part.items())
                for part in (at, metrics)
            )
        )
        page = decoder.page(msgspec.Raw(storable(b'{"list":[%b]}' % row.encode())))
        found = records(page)
        assert page.size == 1
        if not found:
            assert drifting in dimensions
            assert page.unread.rows == 1 or KINDS[kind] in {'"-"', '""'}
            continue
        assert found[0]["spend"] == 1.5 or drifting == "spend"
        if (unread := found[0].get(UNREAD.name)) is not None:
            assert list(unread) == [drifting]
            assert found[0][drifting] is None
