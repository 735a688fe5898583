"""Lists with pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.query import Query

Row = dict[str, Any]


@dataclass
class Listing:
    """A list, and the page of it that a request asks for.

    Attributes:
        key: The member of ``data`` that holds the rows.
        found: Everything that the request's filters let through, in order.
        page: The page, from 1.
        page_size: How many rows a page has.
        row: How one of the things found is shown; shown as they are if None.
        extra: Other members of ``data``.
    """

    key: str
    found: Sequence[Any]
    page: int
    page_size: int
    row: Callable[[Any], Row] | None = None
    extra: Row = field(default_factory=dict)

    def data(self) -> Row:
        """Return the page in the form of the answer."""
        shown = self.found[(self.page - 1) * self.page_size : self.page * self.page_size]
        info = {
            "page": self.page,
            "page_size": self.page_size,
            "total_number": len(self.found),
            "total_page": -(-len(self.found) // self.page_size),
        }
        rows = [self.row(each) for each in shown] if self.row else list(shown)
        return {self.key: rows, "page_info": info, **self.extra}


def listing(
    query: Query,
    found: Sequence[Any],
    row: Callable[[Any], Row] | None = None,
    *,
    key: str = "list",
    default_size: int = 10,
    max_size: int,
) -> Listing:
    """Return the page that a request asks for.

    Args:
        query: The request.
        found: Everything that the filters let through, in order.
        row: How one of the things found is shown; shown as they are if None.
        key: The member of ``data`` that holds the rows.
        default_size: The page size without ``page_size``.
        max_size: The largest page size.
    """
    page = query.integer("page", 1)
    return Listing(
        key, found, page, query.integer("page_size", default_size, maximum=max_size), row
    )
