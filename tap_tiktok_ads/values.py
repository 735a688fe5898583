"""From a value of the API to the type of its column.

The API writes one thing in several ways: times in four forms, numbers as text, "-", "None" or ""
for nothing. What is plainly meant is taken; what does not fit is a `MisfitError`, never a guess.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tap_tiktok_ads.errors import MisfitError

if TYPE_CHECKING:
    from collections.abc import Callable

#: How the API writes that there is no value.
MISSING: Final = frozenset({"", "-", "--", "None", "null"})
#: What a breakdown says of an audience that it does not know.
UNKNOWN: Final = "-"
#: "No time".
NO_TIME: Final = "0000-00-00"
#: Unix times from 2001 to 2100, in seconds; those in milliseconds are a thousand times as large.
MIN_SECONDS: Final = 1_000_000_000
MAX_SECONDS: Final = 4_102_444_800
#: What BIGINT holds.
MIN_INTEGER: Final = -(2**63)
MAX_INTEGER: Final = 2**63 - 1
#: Powers of ten that an amount or a rate can have; beyond, arithmetic takes too long.
MAX_EXPONENT: Final = 60

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?", re.ASCII)
_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_HOUR: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)", re.ASCII)
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, Decimal)):
        return str(value)
    raise MisfitError


def _code(value: Any) -> str | None:
    """Return an id or one of TikTok's constants, neither of which is ever called "None"."""
    text = _text(value)
    return None if text in MISSING else text


def _optional_id(value: Any) -> str | None:
    """Return an id; some fields say "0" for none (live-2026.md 5)."""
    text = _code(value)
    return None if text == "0" else text


def _number(value: Any) -> Decimal | None:
    if isinstance(value, str):
        text = value.strip()
        # "<5" hides a small count; TikTok says no more (reporting.md 5).
        if text in MISSING or text.startswith("<"):
            return None
        if not _NUMBER.fullmatch(text):
            raise MisfitError
        number = Decimal(text)
    elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = Decimal(value)
    else:
        raise MisfitError
    if not number.is_finite() or (number and abs(number.adjusted()) > MAX_EXPONENT):
        raise MisfitError
    return number


def _integer(value: Any) -> int | None:
    number = _number(value)
    if number is None:
        return None
    if number != int(number) or not MIN_INTEGER <= number <= MAX_INTEGER:
        raise MisfitError
    return int(number)


def _boolean(value: Any) -> bool | None:
    text = _text(value).lower()
    if text in MISSING or text == "none":
        return None
    if text not in _BOOLEANS:
        raise MisfitError
    return _BOOLEANS[text]


def _day(text: str) -> str:
    try:
        return str(date.fromisoformat(text))
    except ValueError:
        raise MisfitError from None


def _time(value: Any) -> re.Match[str] | None:
    """Return day, clock and offset of a time; None for no time."""
    if not isinstance(value, str):
        raise MisfitError
    if value in MISSING or value.startswith(NO_TIME):
        return None
    matched = _TIME.fullmatch(value)
    if not matched:
        raise MisfitError
    return matched


def _date(value: Any) -> str | None:
    matched = _time(value)
    return matched and _day(matched[1])


def _datetime(value: Any) -> str | None:
    """Return a time as ISO 8601 in UTC; the API has four ways to write one."""
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _unix_time(value) if value else None
    matched = _time(value)
    if not matched:
        return None
    day, clock, offset = matched.groups()
    zone = "+00:00" if offset in (None, "Z") else offset
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}{zone}")
        return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        raise MisfitError from None


def _unix_time(value: int) -> str:
    seconds = value // 1000 if value > MAX_SECONDS else value
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise MisfitError
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def hour(value: Any) -> str | None:
    """Return an hour of an account's day as ISO 8601, without an offset, as the API has none."""
    if isinstance(value, str) and value in MISSING:
        return None
    matched = _HOUR.fullmatch(_text(value))
    if not matched:
        raise MisfitError
    _day(matched[1])
    if matched[2] > "23:59:59":
        raise MisfitError
    return f"{matched[1]}T{matched[2]}"


def _object(value: Any) -> Any:
    if isinstance(value, list) and len(value) <= 1:
        value = value[0] if value else None
    if value is None or (isinstance(value, str) and value in MISSING):
        return None
    if not isinstance(value, dict):
        raise MisfitError
    return value


def _objects(value: Any) -> Any:
    """Take an object by itself as a list of one: sources differ on some fields."""
    if isinstance(value, str) and value in MISSING:
        return None
    return value if isinstance(value, list) else [value]


def _list_of(convert: Callable[[Any], Any]) -> Callable[[Any], list[Any] | None]:
    def convert_all(value: Any) -> list[Any] | None:
        if isinstance(value, str) and value in MISSING:
            return None
        items = value if isinstance(value, list) else [value]
        return [None if item is None else convert(item) for item in items]

    return convert_all


#: How a value becomes one of each type of column.
CONVERSIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "array<integer>": _list_of(_integer),
    "array<object>": _objects,
    "array<string>": _list_of(_text),
    "boolean": _boolean,
    "bucket": lambda value: _text(value) or UNKNOWN,
    "date": _date,
    "datetime": _datetime,
    "hour": hour,
    "integer": _integer,
    "number": _number,
    "object": _object,
    "optional_id": _optional_id,
    "code": _code,
    "string": _text,
}


def convert(kind: str, value: Any) -> Any:
    """Return a value in the type of its column; null stays null.

    Raises:
        MisfitError: If it does not fit.
    """
    return None if value is None else CONVERSIONS[kind](value)
