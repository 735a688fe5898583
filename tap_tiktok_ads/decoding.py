"""One page of an answer's JSON becomes the rows of a stream.

Rows become JSON texts of typed records without the braces, ready to be put between the parts that
are the same in all records of an account. The exact text of a decimal is kept, and nothing passes
through binary floating point.

A value that does not fit its column becomes null, and its JSON text goes to the column `unread`; a
row whose key does not fit is dropped. Both are counted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.columns import UNREAD
from tap_tiktok_ads.errors import AmbiguousAnswerError, MisfitError
from tap_tiktok_ads.read_result import Page, PageInfo, Unread
from tap_tiktok_ads.values import convert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

encoder: Final = msgspec.json.Encoder(decimal_format="number")
#: How the column `unread` begins in a row that has it; text has its quotation marks escaped.
UNREAD_MEMBER: Final = b'"unread":{'


def raw_json(value: Any) -> str:
    """Return a value as JSON text, numbers with all their digits."""
    return encoder.encode(value).decode()


def decode_list(stream: str, decoder: msgspec.json.Decoder[Any], data: bytes) -> Any:
    """Decode an answer's data: ``rows`` and ``page_info``.

    Raises:
        AmbiguousAnswerError: If it is not a list, nor says that the list is empty.
    """
    try:
        decoded = decoder.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        msg = f"{stream}: TikTok's answer does not have the form it should have. {error}."
        raise AmbiguousAnswerError(msg) from None
    counts_none = decoded and decoded.page_info and decoded.page_info.total_number == 0
    if decoded is None or (decoded.rows is None and not counts_none):
        msg = f"{stream}: TikTok answered without a list and without counts, which may mean that "
        msg += "there is nothing, or that something went wrong. What was loaded before stays."
        raise AmbiguousAnswerError(msg)
    return decoded


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


def drop(row: Any, page: Page) -> None:
    """Leave a row that can't be read out of a page, and count it."""
    text = raw_json(row)
    page.dropped.append(hash(text))
    page.unread.drop_row(text)


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
        form: Any = list[Any],
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
        decoded = decode_list(self._stream, self._decoder, data)
        page = Page([], [], [], decoded.page_info or PageInfo(), Unread())
        for listed in self._rows(decoded.rows, page):
            row = {**listed, **(constants or {})}
            if (members := self.members(row, page.unread)) is None:
                page.dropped.append(hash(raw_json(row)))
            else:
                page.keys.append(hash(tuple(str(row.get(name)) for name in self._key)))
                page.rows.append(members)
        return page

    def _rows(self, listed: Any, page: Page) -> Iterable[dict[str, Any]]:
        if isinstance(listed, list):
            for other in (each for each in listed if not isinstance(each, dict)):
                drop(other, page)
            listed = [each for each in listed if isinstance(each, dict)]
        try:
            yield from self._unpack(listed or ())
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
            unread.drop_row(raw_json(row))
            return None
        if misfits:
            unread.add(misfits)
            record[UNREAD.name] = misfits
        return encoder.encode(record)[1:-1]
