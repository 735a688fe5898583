"""One page of an answer's JSON becomes the rows of a stream.

Rows become JSON texts of typed records without the braces, ready to be put between the parts that
are the same in all records of an account. Reports, the bulk of the data, are decoded and encoded
by msgspec with structs made from the selected columns; the exact text of a decimal is kept, and
nothing passes through binary floating point.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from tap_tiktok_ads.errors import MisfitError
from tap_tiktok_ads.read_result import split_row
from tap_tiktok_ads.values import MISSING, UNKNOWN, convert, hour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

encoder: Final = msgspec.json.Encoder(decimal_format="number")


class PageInfo(msgspec.Struct):
    """The size of the list that a page belongs to."""

    total_number: int | None = None
    total_page: int | None = None


class Page(NamedTuple):
    """Rows of one answer.

    Attributes:
        keys: One hash for each row, of the columns that tell it from others.
        rows: One JSON text for each row: its members, without braces.
        info: The list's size.
    """

    keys: list[int]
    rows: list[bytes]
    info: PageInfo


def _decode(stream: str, decoder: msgspec.json.Decoder[Any], data: msgspec.Raw) -> Any:
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        msg = f"{stream}: TikTok's answer does not have the form it should have. {error}."
        raise MisfitError(msg) from None


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
            data, strict=False, float_hook=Decimal
        )
        #: Fields that TikTok sent and that are no columns.
        self.unknown: set[str] = set()

    def page(self, data: msgspec.Raw, constants: Mapping[str, Any] | None = None) -> Page:
        """Decode one answer.

        Args:
            data: The answer.
            constants: Columns that have one value in all its rows.

        Raises:
            MisfitError: If a value does not fit its column.
        """
        decoded = _decode(self._stream, self._decoder, data)
        rows = [] if decoded.rows is None else list(self._unpack(decoded.rows))
        if constants:
            rows = [{**row, **constants} for row in rows]
        return Page(
            [hash(tuple(str(row.get(name)) for name in self._key)) for row in rows],
            [self.members(row) for row in rows],
            decoded.page_info or PageInfo(),
        )

    def members(self, row: Mapping[str, Any]) -> bytes:
        """Return one row as the members of a JSON object."""
        if self._columns is None:
            return encoder.encode(row)[1:-1]
        self.unknown.update(row.keys() - self._columns.keys())
        record = {
            name: convert(self._stream, name, kind, row.get(name))
            for name, kind in self._columns.items()
        }
        return encoder.encode(record)[1:-1]


class _LooseRow(msgspec.Struct):
    dimensions: dict[str, Any]
    metrics: dict[str, Any]


class _LooseData(msgspec.Struct, rename={"rows": "list"}):
    rows: list[_LooseRow] | None = None
    page_info: PageInfo = msgspec.field(default_factory=PageInfo)


_STRICT_TYPES: Final[dict[str, Any]] = {
    "array<object>": list[Any] | None,
    "array<string>": list[str] | None,
    "integer": int | None,
    "number": Decimal | None,
    "string": str | None,
}
_loose_decoder: Final = msgspec.json.Decoder(_LooseData, strict=False, float_hook=Decimal)


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
        self._days = [name for name, kind in dimensions.items() if kind == "date"]
        self._hours = [name for name, kind in dimensions.items() if kind == "hour"]
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
                ("page_info", PageInfo, msgspec.field(default_factory=PageInfo)),
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
            MisfitError: If a value does not fit its column.
        """
        text = bytes(data).replace(b':"-"', b":null").replace(b':""', b":null")
        try:
            decoded = self._decoder.decode(text)
        except msgspec.ValidationError:
            decoded = _decode(self._stream, _loose_decoder, data)
            rows = [self._by_value(row) for row in decoded.rows or []]
        else:
            rows = [(row.dimensions, row.metrics) for row in decoded.rows or []]
        keys, members = [], []
        for dimensions, metrics in rows:
            for name in self._days:
                setattr(dimensions, name, getattr(dimensions, name)[:10])
            for name in self._hours:
                setattr(dimensions, name, hour(getattr(dimensions, name)))
            for name in self._buckets:
                setattr(dimensions, name, getattr(dimensions, name) or UNKNOWN)
            key = encoder.encode(dimensions)
            members.append(split_row(key[1:-1], encoder.encode(metrics)[1:-1]))
            keys.append(hash(members[-1] if duplicate_keys else key))
        return Page(keys, members, decoded.page_info)

    def _by_value(self, row: _LooseRow) -> tuple[Any, Any]:
        dimensions = {}
        for name, kind in self._dimensions.items():
            dimensions[name] = convert(self._stream, name, kind, row.dimensions.get(name))
            if dimensions[name] is None and kind != "bucket":
                msg = f"{self._stream}.{name}: a row of the report has no value for it."
                raise MisfitError(msg)
        metrics = {}
        for name, kind in self._metrics.items():
            value = row.metrics.get(name)
            missing = isinstance(value, str) and value in MISSING
            metrics[f"m_{name}"] = None if missing else convert(self._stream, name, kind, value)
        return self._dimension_row(**dimensions), self._metric_row(**metrics)
