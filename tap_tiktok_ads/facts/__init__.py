"""Facts about the API, as data: one JSON file each, and their one loader."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import msgspec


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An endpoint of the API: ``endpoints.json`` has all that the tap uses.

    Attributes:
        path: Path below the version, with both slashes.
        method: HTTP method.
        module: Name of the permission that an app needs for it; one of ``modules.json``.
        list_key: Where in ``data`` the list stands.
        id: Field that identifies a row.
        page_size: Most rows of a page; 0 if the list has no pages (errors-and-limits.md 6).
        top_view_page_size: Most rows of a page about TopView, if fewer.
        max_rows: Rows after which TikTok ends the list, however many it counts.
        id_parameter: Parameter that takes ids.
        ids_per_request: Most ids of a request; a single one is not an array.
    """

    path: str
    method: str = "GET"
    module: str = ""
    list_key: str = "list"
    id: str = ""
    page_size: int = 0
    top_view_page_size: int | None = None
    max_rows: float = float("inf")
    id_parameter: str = ""
    ids_per_request: int = 1


@cache
def endpoints() -> dict[str, Endpoint]:
    """Return all endpoints by their paths."""
    return {each.path: each for each in load("endpoints", tuple[Endpoint, ...])}


@cache
def facts(name: str) -> list[dict[str, Any]]:
    """Return the records of a file that holds a list."""
    return list(load(name, list[dict[str, Any]]))


@cache
def mapping(name: str) -> dict[str, Any]:
    """Return the members of a file that holds an object."""
    return dict(load(name, dict[str, Any]))


def load(name: str, form: Any) -> Any:
    """Decode a file into the type that it must have."""
    return msgspec.json.decode(
        resources.files(__name__).joinpath(f"{name}.json").read_bytes(), type=form
    )
