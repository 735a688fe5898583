"""Lists that move, miscount, or have members nobody expects."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from simulator.live.refusals import GMV_MAX_REPORT, closed_store_id
from simulator.world.building import hash64
from simulator.world.objects import wire_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.endpoints.gmv_max_report import ReportRow
    from simulator.endpoints.paging import Listing
    from simulator.query import Query

Row = dict[str, Any]

SORTED_BY_TIME = (
    "/campaign/get/",
    "/adgroup/get/",
    "/ad/get/",
    "/smart_plus/campaign/get/",
    "/smart_plus/adgroup/get/",
    "/smart_plus/ad/get/",
    "/file/video/ad/search/",
    "/file/image/ad/search/",
    "/gmv_max/campaign/get/",
)
IDENTITIES = "/identity/get/"
STORES = "/gmv_max/store/list/"
NOTHING = "-"
WRONG_BY: tuple[Callable[[int], int], ...] = (
    lambda total: total + 1,
    lambda total: total - 1,
    lambda _: 0,
)


def reorder(path: str, query: Query, found: Listing, draw: int) -> None:
    """Shuffle rows of one second; made in batches, everything of a month shares one.

    Args:
        path: The endpoint.
        query: The request.
        found: The list, which is changed.
        draw: A number that differs between requests.
    """
    if path not in SORTED_BY_TIME:
        return
    field = "modify_time" if query.text("sort_field") == "MODIFY_TIME" else "create_time"

    def month(thing: Any) -> str:
        return (thing[field] if isinstance(thing, dict) else wire_time(thing.born))[:7]

    batches = groupby(enumerate(found.found), key=lambda each: month(each[1]))
    found.found = [
        thing
        for _, batch in batches
        for _, thing in sorted(batch, key=lambda each: hash64(draw, each[0]))
    ]


def add_dash_row(path: str, query: Query, found: Listing) -> None:
    """Add a row for which there is no data to a GMV Max report by day or hour."""
    dimensions = query.strings("dimensions") or []
    if path != GMV_MAX_REPORT or not found.found:
        return
    first: ReportRow = found.found[0]
    key = tuple(
        NOTHING if name.startswith("stat_time") else value
        for name, value in zip(dimensions, first.key, strict=True)
    )
    if NOTHING in key:
        nothing = first._replace(key=key, figures=dict.fromkeys(first.figures, 0))
        found.found = [nothing, *found.found]


def drop_bc_identities(path: str, query: Query, found: Listing) -> None:
    """Find no identities of a Business Center that is not named."""
    asked = query.text("identity_type"), query.text("identity_authorized_bc_id")
    if path == IDENTITIES and asked == ("BC_AUTH_TT", None):
        found.found = []


def miscount(path: str, query: Query, data: Row) -> None:
    """Make the counts of a list wrong; which way depends on list and account."""
    if path in {*SORTED_BY_TIME, GMV_MAX_REPORT}:
        return
    info = data["page_info"]
    wrong = WRONG_BY[hash64(path, query.text("advertiser_id")) % len(WRONG_BY)]
    info["total_number"] = max(wrong(info["total_number"]), 0)
    info["total_page"] = -(-info["total_number"] // info["page_size"])


def forget_identity_counts(path: str, query: Query, data: Row) -> None:
    """Put 0 in all counts of identities that were not asked for by type."""
    if path == IDENTITIES and not query.text("identity_type"):
        data["page_info"] = dict.fromkeys(data["page_info"], 0)


def forget_page_info(path: str, listing: Listing, data: Row) -> None:
    """Leave out page_info, or make it null, if the only page of a list has room to spare."""
    if len(listing.found) < listing.page_size and listing.page == 1:
        if hash64(path) % 2:
            data["page_info"] = None
        else:
            del data["page_info"]


def add_closed_store(path: str, query: Query, data: Row) -> None:
    """List a shop for which GMV Max is not available beside those for which it is."""
    if path == STORES and data["store_list"]:
        store_id = closed_store_id(query.required("advertiser_id"))
        closed = {"store_id": store_id, "is_gmv_max_available": False, "store_name": "Closed"}
        data["store_list"] = [data["store_list"][0] | closed, *data["store_list"]]


def is_empty(data: Any) -> bool:
    """Whether an answer is a list with nothing in it."""
    lists = [value for value in data.values() if isinstance(value, list)]
    others = data.keys() - {"page_info"}
    return len(lists) == len(others) == 1 and not lists[0]
