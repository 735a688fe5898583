"""One page of an answer's JSON becomes the rows of a stream.

Rows become JSON texts of typed records without the braces, ready to be put between the parts that
are the same in all records of an account. Reports, the bulk of the data, are decoded and encoded
by msgspec with structs made from the selected columns; the exact text of a decimal is kept, and
nothing passes through binary floating point.

A value that does not fit its column becomes null, and its JSON text goes to the column `unread`; a
row whose key does not fit is dropped. Both are counted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from tap_tiktok_ads.columns import UNREAD
from tap_tiktok_ads.errors import AmbiguousAnswerError, MisfitError
from tap_tiktok_ads.read_result import Page, PageInfo, Unread, split_row
from tap_tiktok_ads.text import storable
from tap_tiktok_ads.values import MAX_INTEGER, MIN_INTEGER, UNKNOWN, convert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

encoder: Final = msgspec.json.Encoder(decimal_format="number")
#: How the column `unread` begins in a row that has it; text has its quotation marks escaped.
UNREAD_MEMBER: Final = b'"unread":{'


def raw_json(value: Any) -> str:
    """Return a value as JSON text, numbers with all their digits."""
    return encoder.encode(value).decode()


def _decode(stream: str, decoder: msgspec.json.Decoder[Any], data: bytes) -> Any:
    """Decode an answer's data.

    Raises:
        AmbiguousAnswerError: If it is not a list, nor says that the list is empty.
    """
    try:
        decoded = decoder.decode(data)
    except msgspec.DecodeError as error:
        msg = f"{stream}: TikTok's answer does not have the form it should have. {error}."
        raise AmbiguousAnswerError(msg) from None
    counts_none = decoded and decoded.page_info and decoded.page_info.total_number == 0
    if decoded is None or (decoded.rows is None and not counts_none):
        msg = f"{stream}: TikTok answered without a list and without counts, which may mean that "
        msg += "there is nothing, or that something went wrong. What was loaded before stays."
        raise AmbiguousAnswerError(msg)
    return decoded


class EntityDecoder:
    """Decodes pages of entities: campaigns, ads, accounts and the like.

    Args:
        stream: Its name, for messages.
        columns: Type of each selected column; without them, rows stay as TikTok sends them.
        key: Columns that tell rows apart.
        list_key: Where in ``data`` the list stands.
        form: Type of what stands there.
        unpack: Makes rows of what stands there.
    """

    def __init__(
        self,
        stream: str,
        columns: Mapping[str, str] | None,
        *,
        key: Sequence[str],
        list_key: str = "list",
        form: Any = list[dict[str, Any]],
        unpack: Callable[[Any], Iterable[dict[str, Any]]] = list,
    ) -> None:
        self._stream = stream
        self._columns = columns
        self._key = key
        self._unpack = unpack
        data = msgspec.defstruct(
            "Data",
            [
                ("rows", form | None, None),
                ("page_info", PageInfo | None, None),
            ],
            rename={"rows": list_key},
        )
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            data | None, strict=False, float_hook=Decimal
        )
        #: Fields that TikTok sent and that are no columns.
        self.unknown: set[str] = set()

    def page(self, data: msgspec.Raw, constants: Mapping[str, Any] | None = None) -> Page:
        """Decode one answer.

        Args:
            data: The answer.
            constants: Columns that have one value in all its rows.

        Raises:
            AmbiguousAnswerError: If it does not say what rows there are.
        """
        decoded = _decode(self._stream, self._decoder, storable(bytes(data)))
        rows = [] if decoded.rows is None else list(self._rows(decoded.rows))
        keys, members, unread = [], [], Unread()
        for listed in rows:
            row = {**listed, **(constants or {})}
            keys.append(hash(tuple(str(row.get(name)) for name in self._key)))
            if (text := self.members(row, unread)) is not None:
                members.append(text)
        return Page(keys, members, decoded.page_info or PageInfo(), unread, len(rows))

    def _rows(self, listed: Any) -> Iterable[dict[str, Any]]:
        try:
            yield from self._unpack(listed)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            msg = f"{self._stream}: TikTok's list does not have the form it should have. {error!r}."
            raise AmbiguousAnswerError(msg) from None

    def members(self, row: Mapping[str, Any], unread: Unread) -> bytes | None:
        """Return one row as the members of a JSON object.

        Args:
            row: The row.
            unread: Where to count what does not fit.

        Returns:
            The members, or None if the row's key can't be read.
        """
        if self._columns is None:
            return encoder.encode(row)[1:-1]
        self.unknown.update(row.keys() - self._columns.keys())
        record, misfits = convert_all(self._columns, row)
        if any(record.get(name) is None for name in self._key if name in self._columns):
            unread.drop_row(raw_json(dict(row)))
            return None
        if misfits:
            unread.add(misfits)
            record[UNREAD.name] = misfits
        return encoder.encode(record)[1:-1]


class _LooseRow(msgspec.Struct):
    dimensions: dict[str, Any]
    metrics: dict[str, Any] = {}


class _LooseData(msgspec.Struct, rename={"rows": "list"}):
    rows: list[_LooseRow] | None = None
    page_info: PageInfo | None = None


#: Types of the dimensions of time, and what stands there where there are no data.
TIME_KINDS: Final = frozenset({"date", "hour"})
NO_TIME: Final = "-"
#: "Not available", in a report.
NOT_AVAILABLE: Final = frozenset({"", "-"})
#: How a decimal that no amount can be looks once it is written.
ODD_NUMBERS: Final = (b"NaN", b"Infinity", b"E+", b"E-")
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
        self._metrics = dict(metrics)
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
            [(f"m_{name}", _STRICT_TYPES[kind], None) for name, kind in metrics.items()],
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
        text = storable(bytes(data))
        try:
            decoded = self._decoder.decode(
                text.replace(b':"-"', b":null").replace(b':""', b":null")
            )
            page = self._typed_page(decoded, duplicate_keys=duplicate_keys)
        except (msgspec.DecodeError, MisfitError):
            return self._page_by_value(text, duplicate_keys=duplicate_keys)
        if decoded.rows is None or any(map(_has_odd_number, page.rows)):
            return self._page_by_value(text, duplicate_keys=duplicate_keys)
        return page

    def _typed_page(self, decoded: Any, *, duplicate_keys: bool) -> Page:
        """Return a page whose values all have their columns' types.

        Raises:
            MisfitError: If a day or an hour is none.
        """
        keys, members = [], []
        days: dict[str, Any] = {}
        for row in decoded.rows or ():
            dimensions, metrics = row.dimensions, row.metrics
            for name, kind in self._times:
                value = getattr(dimensions, name)
                if value not in days:
                    days[value] = convert(kind, value)
                    if days[value] is None:
                        raise MisfitError
                setattr(dimensions, name, days[value])
            for name in self._buckets:
                setattr(dimensions, name, getattr(dimensions, name) or UNKNOWN)
            key = encoder.encode(dimensions)
            members.append(split_row(key[1:-1], encoder.encode(metrics)[1:-1]))
            keys.append(hash(members[-1] if duplicate_keys else key))
        return Page(keys, members, decoded.page_info or PageInfo(), Unread(), len(keys))

    def _page_by_value(self, text: bytes, *, duplicate_keys: bool) -> Page:
        decoded = _decode(self._stream, _loose_decoder, text)
        keys, members, unread = [], [], Unread()
        for row in decoded.rows or ():
            if any(row.dimensions.get(name) == NO_TIME for name, _ in self._times):
                keys.append(hash(encoder.encode(row)))
                continue  # no row: there are no data (live-2026.md 3)
            dimensions, misfits = convert_all(self._dimensions, _available(row.dimensions))
            for name in self._buckets:
                dimensions[name] = dimensions[name] or UNKNOWN
            if None in dimensions.values() or misfits:
                keys.append(hash(encoder.encode(row)))
                unread.drop_row(raw_json(row))
                continue
            metrics, misfits = convert_all(self._metrics, _available(row.metrics))
            if misfits:
                unread.add(misfits)
                metrics[UNREAD.name] = misfits
            key = encoder.encode(dimensions)
            members.append(split_row(key[1:-1], encoder.encode(metrics)[1:-1]))
            keys.append(hash(members[-1] if duplicate_keys else key))
        return Page(keys, members, decoded.page_info or PageInfo(), unread, len(keys))


def convert_all(
    types: Mapping[str, str], values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return values in the types of their columns, and the JSON text of those that do not fit."""
    misfits: dict[str, str] = {}

    def converted(name: str, kind: str) -> Any:
        try:
            return convert(kind, values.get(name))
        except MisfitError:
            misfits[name] = raw_json(values[name])
            return None

    return {name: converted(name, kind) for name, kind in types.items()}, misfits


def _available(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None if isinstance(value, str) and value in NOT_AVAILABLE else value
        for name, value in values.items()
    }


def _has_odd_number(row: bytes) -> bool:
    """Whether a row may hold NaN, Infinity or an exponent; names that look so do no harm.

    Looking for single bytes first takes a tenth of the time, and rows without names have none.
    """
    return (b"N" in row or b"I" in row or b"E" in row) and any(each in row for each in ODD_NUMBERS)
