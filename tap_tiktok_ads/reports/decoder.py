"""One page of a report becomes the rows of its stream.

Reports are the bulk of the data. Their pages are decoded and encoded by msgspec with structs made
from the selected columns; a page with a value that these refuse is decoded value by value.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from tap_tiktok_ads.columns import UNREAD
from tap_tiktok_ads.decoding import convert_all, decode_list, drop, encoder
from tap_tiktok_ads.errors import MisfitError
from tap_tiktok_ads.read_result import Page, PageInfo, Unread, split_row
from tap_tiktok_ads.values import MAX_INTEGER, MIN_INTEGER, UNKNOWN, convert

if TYPE_CHECKING:
    from collections.abc import Mapping


class _LooseData(msgspec.Struct, rename={"rows": "list"}):
    rows: list[Any] | None = None
    page_info: PageInfo | None = None


#: Types of the dimensions of time, and what stands there where there are no data.
TIME_KINDS: Final = frozenset({"date", "hour"})
NO_TIME: Final = "-"
#: "Not available", in a report.
NOT_AVAILABLE: Final = frozenset({"", "-"})
#: Letters of NaN, Infinity and exponents; the names of metrics are in lower case.
ODD_LETTERS: Final = (b"N", b"I", b"E")
NUMBERS: Final = frozenset({"integer", "number"})
_STRICT_TYPES: Final[dict[str, Any]] = {
    "array<object>": list[Any] | None,
    "array<string>": list[str] | None,
    "integer": Annotated[int, msgspec.Meta(ge=MIN_INTEGER, le=MAX_INTEGER)] | None,
    "number": Decimal | None,
    "string": str | None,
}
_loose_decoder: Final = msgspec.json.Decoder(_LooseData | None, strict=False, float_hook=Decimal)


class ReportDecoder:
    """Decodes pages of a report.

    Every value of a report is a string on the wire (reporting.md 5). Pages are decoded into typed
    structs; a page with a value that these refuse is decoded value by value instead.

    Args:
        stream: Its name, for messages.
        dimensions: Type of each dimension.
        metrics: Type of each requested metric.
    """

    def __init__(
        self, stream: str, dimensions: Mapping[str, str], metrics: Mapping[str, str]
    ) -> None:
        self._stream = stream
        self._dimensions = dict(dimensions)
        # Numbers first, so that odd ones are found without looking at names.
        self._metrics = dict(sorted(metrics.items(), key=lambda each: each[1] not in NUMBERS))
        others = (name for name, kind in self._metrics.items() if kind not in NUMBERS)
        self._first_other = f'"{next(others, "")}":'.encode()
        self._times = [(name, kind) for name, kind in dimensions.items() if kind in TIME_KINDS]
        self._buckets = [name for name, kind in dimensions.items() if kind == "bucket"]
        # Rows hold no cycles, so that the garbage collector need not look at them (gc=False).
        self._dimension_row = msgspec.defstruct(
            "Dimensions",
            [
                (name, str | None, None) if kind == "bucket" else (name, str)
                for name, kind in dimensions.items()
            ],
            gc=False,
        )
        self._metric_row = msgspec.defstruct(
            "Metrics",
            # The name of a metric may begin with a digit, that of a field may not.
            [(f"m_{name}", _STRICT_TYPES[kind], None) for name, kind in self._metrics.items()],
            rename={f"m_{name}": name for name in metrics},
            gc=False,
        )
        row = msgspec.defstruct(
            "Row",
            [("dimensions", self._dimension_row), ("metrics", self._metric_row)],
            gc=False,
        )
        data = msgspec.defstruct(
            "Data",
            [
                ("rows", list[row] | None, None),  # type: ignore[valid-type]
                ("page_info", PageInfo | None, None),
            ],
            rename={"rows": "list"},
        )
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(data, strict=False)

    def page(self, data: msgspec.Raw, *, duplicate_keys: bool = False) -> Page:
        """Decode one answer.

        Args:
            data: The answer.
            duplicate_keys: Whether two rows may have the same dimensions.

        Raises:
            AmbiguousAnswerError: If it does not say what rows there are.
        """
        text = bytes(data)
        try:
            decoded = self._decoder.decode(
                text.replace(b':"-"', b":null").replace(b':""', b":null")
            )
            page = self._typed_page(decoded, duplicate_keys=duplicate_keys)
        except (msgspec.DecodeError, MisfitError, RecursionError):
            return self._page_by_value(text, duplicate_keys=duplicate_keys)
        if decoded.rows is None:
            return self._page_by_value(text, duplicate_keys=duplicate_keys)
        return page

    def _typed_page(self, decoded: Any, *, duplicate_keys: bool) -> Page:
        """Return a page whose values all have their columns' types.

        Raises:
            MisfitError: If a day or an hour is none, or a number may be none.
        """
        keys, members = [], []
        times: dict[str, Any] = {}
        for row in decoded.rows or ():
            dimensions, metrics = row.dimensions, row.metrics
            for name, kind in self._times:
                value = getattr(dimensions, name)
                if value not in times:
                    times[value] = convert(kind, value)
                    if times[value] is None:
                        raise MisfitError
                setattr(dimensions, name, times[value])
            for name in self._buckets:
                setattr(dimensions, name, getattr(dimensions, name) or UNKNOWN)
            key, values = encoder.encode(dimensions), encoder.encode(metrics)
            # The numbers end where the first other metric begins; -1 is the closing brace.
            numbers = values[: values.rfind(self._first_other)]
            if any(letter in numbers for letter in ODD_LETTERS):
                raise MisfitError
            members.append(split_row(key[1:-1], values[1:-1]))
            keys.append(hash(members[-1] if duplicate_keys else key))
        return Page(keys, members, [], decoded.page_info or PageInfo(), Unread())

    def _page_by_value(self, text: bytes, *, duplicate_keys: bool) -> Page:
        decoded = decode_list(self._stream, _loose_decoder, text)
        page = Page([], [], [], decoded.page_info or PageInfo(), Unread())
        for row in decoded.rows or ():
            halves = _halves(row)
            if halves and any(halves[0].get(name) == NO_TIME for name, _ in self._times):
                page.dropped.append(hash(encoder.encode(row)))  # no row (live-2026.md 3)
            elif not (halves and self._add_row(page, *halves, duplicate_keys=duplicate_keys)):
                drop(row, page)
        return page

    def _add_row(
        self,
        page: Page,
        dimensions: Mapping[str, Any],
        metrics: Mapping[str, Any],
        *,
        duplicate_keys: bool,
    ) -> bool:
        """Add a row to a page; whether its key can be read."""
        key, misfits = convert_all(self._dimensions, _available(dimensions))
        for name in self._buckets:
            key[name] = key[name] or UNKNOWN
        if None in key.values() or misfits:
            return False
        values, misfits = convert_all(self._metrics, _available(metrics))
        if misfits:
            page.unread.add(misfits)
            values[UNREAD.name] = misfits
        encoded = encoder.encode(key)
        page.rows.append(split_row(encoded[1:-1], encoder.encode(values)[1:-1]))
        page.keys.append(hash(page.rows[-1] if duplicate_keys else encoded))
        return True


def _halves(row: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return a row's dimensions and metrics, or None if it does not have the form of a row."""
    if not isinstance(row, dict):
        return None
    dimensions, metrics = row.get("dimensions"), row.get("metrics") or {}
    if isinstance(dimensions, dict) and isinstance(metrics, dict):
        return dimensions, metrics
    return None


def _available(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, str) and value in NOT_AVAILABLE else value
        for name, value in values.items()
    }
