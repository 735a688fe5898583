"""What the review of ad groups and ads found."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.list_filters import ids_of
from simulator.query import asked_account
from simulator.world import objects

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.query import Query
    from simulator.world.model import Entity, World

Row = dict[str, Any]

MAX_ADGROUPS = 20
IN_REVIEW = timedelta(hours=12)
APPEALED = timedelta(days=3)
REJECTED_SHARE = 6
"""One of so many is rejected in part, and one as a whole."""


def review_info(world: World, query: Query, now: datetime) -> Row:
    """Answer `/adgroup/review_info/`: maps by id, of what still exists."""
    account = asked_account(world, query)
    ids = ids_of(query, "adgroup_ids", MAX_ADGROUPS)
    adgroups = [
        each for each in account.entities["adgroup"] if each.id in ids and exists(each, now)
    ]
    ads = {
        adgroup.id: {
            ad.id: _row(ad, now) for ad in account.children.get(adgroup.id, []) if exists(ad, now)
        }
        for adgroup in adgroups
    }
    return {
        "ad_group_review_map": {
            each.id: _row(each, now)
            | {
                "contains_rejected_ads": not all(
                    row["is_approved"] for row in ads[each.id].values()
                ),
                "reasons": [],
            }
            for each in adgroups
        },
        "ad_review_map": ads,
    }


def exists(entity: Entity, now: datetime) -> bool:
    """Whether an object is there and not deleted."""
    return entity.born <= now and not objects.is_deleted(entity, now)


def status(entity: Entity, now: datetime) -> str:
    """Return the outcome by now; nothing runs before it is reviewed."""
    if now < entity.born + IN_REVIEW:
        return "UNAVAILABLE"
    outcomes = ("UNAVAILABLE", "PART_AVAILABLE")
    luck = entity.key // 4 % REJECTED_SHARE
    return outcomes[luck] if luck < len(outcomes) else "ALL_AVAILABLE"


def _row(entity: Entity, now: datetime) -> Row:
    outcome = status(entity, now)
    rejected = outcome != "ALL_AVAILABLE" and now >= entity.born + IN_REVIEW
    reviewed = rejected or (entity.level == "ad" and now >= entity.born + IN_REVIEW)
    ages = ["AGE_13_17"] if outcome == "PART_AVAILABLE" else []
    return {
        "is_approved": outcome == "ALL_AVAILABLE",
        "review_status": outcome,
        "appeal_status": _appeal(entity, now) if rejected else "NOT_APPEALED",
        "forbidden_placements": [],
        "forbidden_ages": ages,
        "forbidden_locations": [],
        "forbidden_operation_systems": [],
        "last_audit_time": objects.wire_time(entity.born + IN_REVIEW) if reviewed else None,
        "reject_info": [_rejection(entity, ages)] if rejected else [],
    }


def _appeal(entity: Entity, now: datetime) -> str:
    if now < entity.born + APPEALED:
        return "NOT_APPEALED"
    return "APPEAL_FAILED" if entity.key % 2 else "APPEALING"


def _rejection(entity: Entity, ages: list[str]) -> Row:
    return {
        "reasons": ["The text promises too much. 🚫"],
        "suggestion": "Say what the product does.",
        "forbidden_placements": [],
        "forbidden_ages": ages,
        "forbidden_locations": [],
        "forbidden_operation_systems": [],
        "content_info": {"content_type": "MODE_STRING", "text_content": entity.name},
    }
