"""What targeting refers to: the same for every account, and slowly changing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.facts import FILTERS, REFERENCES
from simulator.query import asked_account, refuse
from simulator.world.assets import is_there

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.query import Query
    from simulator.world.model import World

Row = dict[str, Any]

PLACEMENTS = (
    "PLACEMENT_TIKTOK",
    "PLACEMENT_PANGLE",
    "PLACEMENT_GLOBAL_APP_BUNDLE",
    "PLACEMENT_TOPBUZZ",
    "PLACEMENT_HELO",
)
REGION_LEVELS = ("COUNTRY", "PROVINCE", "CITY", "DISTRICT")
LEVEL_RANGES = {"ALL": REGION_LEVELS} | {
    f"TO_{level}": REGION_LEVELS[: place + 1] for place, level in enumerate(REGION_LEVELS)
}
CHILDREN = {
    "region": ("location_id", "next_level_ids"),
    "interest_category": ("interest_category_id", "sub_category_ids"),
}
FIRST_VERSION = 5
"""Ids of the first version of interest categories are short."""


def regions(world: World, query: Query, now: datetime) -> Row:
    """Answer `/tool/region/`: countries by code, and all places down to a level."""
    asked_account(world, query)
    query.required("placements")
    _check_placements(query)
    query.one_of("objective_type", FILTERS["campaign"]["objective_type"]["values"])
    levels = LEVEL_RANGES[query.one_of("level_range", LEVEL_RANGES, "ALL")]
    rows = [row for row in known("region", now) if row["level"] in levels]
    codes = [row["country_code"] for row in rows if row["level"] == "COUNTRY"]
    return {"region_list": codes, "region_info": rows}


def interest_categories(world: World, query: Query, now: datetime) -> Row:
    """Answer `/tool/interest_category/`."""
    asked_account(world, query)
    _check_placements(query)
    version = query.one_of("version", ("1", "2"), "2")
    rows = known("interest_category", now)
    if version == "1":
        rows = [row for row in rows if len(row["interest_category_id"]) < FIRST_VERSION]
    return {"interest_categories": rows}


def os_versions(world: World, query: Query, now: datetime) -> Row:
    """Answer `/tool/os_version/`: of one system."""
    asked_account(world, query)
    system = query.one_of("os_type", ("ANDROID", "IOS"))
    return {"os_versions": [row for row in known("os_version", now) if row["os_type"] == system]}


def everything(family: str, key: str) -> Callable[[World, Query, datetime], Row]:
    """Return an endpoint that only takes an account and answers a whole list.

    Args:
        family: A list of references.json.
        key: What the answer calls it.
    """

    def answer(world: World, query: Query, now: datetime) -> Row:
        asked_account(world, query)
        return {key: known(family, now)}

    return answer


def known(family: str, now: datetime) -> list[Row]:
    """Return the rows of a list that are there at a moment."""
    rows = [
        {key: value for key, value in row.items() if key not in {"since", "until"}}
        for row in REFERENCES[family]
        if is_there(row, now)
    ]
    if family in CHILDREN:
        name, children = CHILDREN[family]
        there = {row[name] for row in rows}
        rows = [row | {children: [each for each in row[children] if each in there]} for row in rows]
    return rows


def _check_placements(query: Query) -> None:
    if not set(query.strings("placements") or ()) <= set(PLACEMENTS):
        refuse("placements", f"Must be among: {', '.join(PLACEMENTS)}.")
