"""State and catalog, as they are named on the command line."""

from __future__ import annotations

from typing import IO, Any, TypeVar

import msgspec

from tap_tiktok_ads.errors import TapError

T = TypeVar("T")


class _Metadata(msgspec.Struct):
    breadcrumb: list[str]
    metadata: dict[str, Any]


class _Stream(msgspec.Struct):
    metadata: list[_Metadata] = []

    @property
    def deselected(self) -> bool:
        """Whether nobody wants it, and somebody said so."""
        roots = (each.metadata for each in self.metadata if not each.breadcrumb)
        return any(root.get("selected") is False for root in roots)


class _Catalog(msgspec.Struct):
    streams: list[msgspec.Raw]


def read_state(file: IO[str]) -> dict[str, Any]:
    """Read the bookmarks of an earlier run.

    Raises:
        TapError: If the file holds something else.
    """
    return _decode(file.read(), dict[str, Any], "state", file.name)


def read_catalog(file: IO[str]) -> dict[str, Any]:
    """Read which streams to read, and what of them.

    Streams that are deselected are left out: with all reports and their columns, they would take a
    second and 50 MB.

    Raises:
        TapError: If the file holds something else.
    """
    catalog = _decode(file.read(), _Catalog, "catalog", file.name)
    return {
        "streams": [
            msgspec.json.decode(text)
            for text in catalog.streams
            if not _decode(text, _Stream, "catalog", file.name).deselected
        ]
    }


def _decode(text: str | msgspec.Raw, form: type[T], what: str, name: str) -> T:
    try:
        return msgspec.json.decode(text, type=form)
    except msgspec.ValidationError:
        msg = f"The {what} file {name} does not hold a Singer {what}."
        raise TapError(msg) from None
    except msgspec.DecodeError as error:
        msg = f"The {what} file {name} is not JSON: {error}"
        raise TapError(msg) from None
