"""What each way of writing a value becomes, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_tiktok_ads.errors import MisfitError
from tap_tiktok_ads.values import CONVERSIONS, MAX_INTEGER, MIN_INTEGER, convert

NOTHING = ["", "-", "--", "None", "null"]
TYPED = ["boolean", "date", "datetime", "integer", "number", "object", "code", "optional_id"]


@pytest.mark.parametrize("kind", [*TYPED, "array<integer>", "array<object>", "array<string>"])
@pytest.mark.parametrize("value", [None, *NOTHING], ids=repr)
def test_what_says_that_there_is_nothing_is_null(kind: str, value: str | None) -> None:
    assert convert(kind, value) is None


@pytest.mark.parametrize("name", ["None", "-", "null"])
def test_a_name_may_be_a_word_that_elsewhere_means_nothing(name: str) -> None:
    assert convert("string", name) == name


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("boolean", 0, False),
        ("boolean", 1, True),
        ("boolean", "0", False),
        ("boolean", "TRUE", True),
        ("boolean", "false", False),
        ("datetime", "0000-00-00 00:00:00", None),
        ("datetime", "2026-11-20 10:00:00.123", "2026-11-20T10:00:00Z"),
        ("datetime", "2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00Z"),
        ("datetime", 1763632800000, "2025-11-20T10:00:00Z"),
        ("datetime", "1763632800", "2025-11-20T10:00:00Z"),
        ("date", "2026-11-20 00:00:00", "2026-11-20"),
        ("date", "0000-00-00", None),
        ("optional_id", "0", None),
        ("optional_id", 0, None),
        ("optional_id", "17", "17"),
        ("code", "0", "0"),
        ("object", [{"a": 1}], {"a": 1}),
        ("object", [], None),
        ("array<object>", {"a": 1}, [{"a": 1}]),
        ("array<object>", [{"a": 1}, "b", 3], [{"a": 1}, "b", 3]),
        ("array<string>", "a", ["a"]),
        ("array<string>", [1, None], ["1", None]),
        ("array<integer>", "7", [7]),
        ("integer", "12.0", 12),
        ("integer", str(MAX_INTEGER), MAX_INTEGER),
        ("number", 5, Decimal(5)),
        ("number", "<5", None),
        ("number", "1e3", Decimal("1e3")),
        ("string", 17, "17"),
        ("string", Decimal("1.50"), "1.50"),
    ],
    ids=repr,
)
def test_what_is_plainly_meant_is_taken(kind: str, value: Any, expected: Any) -> None:
    assert convert(kind, value) == expected


MISFITS: dict[str, list[Any]] = {
    "datetime": [True, 1, 5, "20261101", "2026-02-30 00:00:00", 9**30],
    "date": ["2026-13-01", "20261101", 20261101, True, "tomorrow"],
    "hour": ["2026-11-20", "2026-11-20 25:00:00", True, "x"],
    "integer": [
        *(True, "1.5", "1_000", MAX_INTEGER + 1, MIN_INTEGER - 1),
        *("1e999999", Decimal("1E+999999"), "²", "0x10"),
    ],
    "number": ["NaN", "Infinity", "-inf", "1e400", "1,5", True, [1]],
    "boolean": ["yes", 2, [True], {}],
    "string": [{}, ["a"]],
    "array<string>": [[{"type": "X"}], {"a": 1}, [["a"]]],
    "array<integer>": [["x"], [1.5]],
    "object": ["a", 1, [1, 2]],
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, value) for kind, values in MISFITS.items() for value in values],
    ids=repr,
)
def test_what_does_not_fit_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(MisfitError):
        convert(kind, value)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.from_regex(r"[-+]?[0-9_.eE]{1,12}|[0-9TZ: -]{1,24}", fullmatch=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(kind=st.sampled_from(sorted(CONVERSIONS)), value=JSON)
def test_any_json_value_is_converted_or_refused_and_nothing_else(kind: str, value: Any) -> None:
    try:
        found = convert(kind, value)
    except MisfitError:
        return
    if kind == "integer" and found is not None:
        assert MIN_INTEGER <= found <= MAX_INTEGER
    if kind == "number" and found is not None:
        assert found.is_finite()
