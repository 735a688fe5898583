"""Accounts, campaigns, ad groups and ads as the entity endpoints show them at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from simulator.facts import KINDS, TARGETING, TEMPLATES
from simulator.world.assets import media_ids, resolve
from simulator.world.building import EPOCH
from simulator.world.delivery import today, volume_on
from simulator.world.model import Account, Ad, Asset, Entity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LISTED_AFTER_DELETION = timedelta(days=400)
"""Deleted objects leave the entity lists for good after a while; their reports stay."""

ABSENT = object()
TOP_VIEW = "RESERVATION_TOP_VIEW"
IDLE_STATUSES = ("STATUS_DISABLE", "STATUS_NOT_DELIVERY", "STATUS_TIME_DONE")
SECONDARY = {
    "campaign": {
        "STATUS_DELIVERY_OK": "CAMPAIGN_STATUS_ENABLE",
        "STATUS_DISABLE": "CAMPAIGN_STATUS_DISABLE",
        "STATUS_NOT_DELIVERY": "CAMPAIGN_STATUS_BUDGET_EXCEED",
        "STATUS_TIME_DONE": "CAMPAIGN_STATUS_ENABLE",
    },
    "adgroup": {
        "STATUS_DELIVERY_OK": "ADGROUP_STATUS_DELIVERY_OK",
        "STATUS_DISABLE": "ADGROUP_STATUS_DISABLE",
        "STATUS_NOT_DELIVERY": "ADGROUP_STATUS_AUDIT",
        "STATUS_TIME_DONE": "ADGROUP_STATUS_TIME_DONE",
    },
    "ad": {
        "STATUS_DELIVERY_OK": "AD_STATUS_DELIVERY_OK",
        "STATUS_DISABLE": "AD_STATUS_DISABLE",
        "STATUS_NOT_DELIVERY": "AD_STATUS_AUDIT",
        "STATUS_TIME_DONE": "AD_STATUS_DONE",
    },
}
SMART_PLUS = "smart_plus_"
"""Begins the levels of Upgraded Smart+, which otherwise are the usual ones."""


def wire_time(moment: datetime) -> str:
    """Return a time of an entity: UTC, without an offset."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def is_deleted(entity: Entity, now: datetime) -> bool:
    """Whether the object, or something above it, is deleted by now."""
    return entity.gone_at is not None and entity.gone_at <= now


def is_listed(entity: Entity, now: datetime) -> bool:
    """Whether the entity lists know the object at all."""
    return entity.born <= now and not (
        entity.gone_at and entity.gone_at + LISTED_AFTER_DELETION <= now
    )


def buying_type(entity: Entity) -> str:
    """Return AUCTION, RESERVATION_RF or RESERVATION_TOP_VIEW."""
    return str(KINDS[entity.kind].get("buying_type", "AUCTION"))


def origin(entity: Entity) -> str:
    """Return TT_ADS_PLATFORM or PROMOTE."""
    return str(KINDS[entity.kind].get("origin", "TT_ADS_PLATFORM"))


def primary_status(entity: Entity, now: datetime) -> str:
    """Return the status that filters ask for; answers don't have it."""
    if is_deleted(entity, now):
        return "STATUS_DELETE"
    day = today(entity.account, now)
    ads = [entity] if isinstance(entity, Ad) else entity.account.children.get(entity.id, [])
    running = any(volume_on(ad, day, day) for ad in ads)
    return "STATUS_DELIVERY_OK" if running else IDLE_STATUSES[entity.key % 3]


def has_status(entity: Entity, wanted: set[str], now: datetime) -> bool:
    """Whether an object has one of some primary statuses; ALL and NOT_DELETE count as such."""
    if "STATUS_ALL" in wanted:
        return True
    if "STATUS_NOT_DELETE" in wanted and not is_deleted(entity, now):
        return True
    plain = wanted - {"STATUS_NOT_DELETE"}
    return bool(plain) and primary_status(entity, now) in plain


def secondary_status(entity: Entity, now: datetime) -> str:
    """Return the detailed status; for deleted things it says which level was deleted."""
    level = entity.level.removeprefix(SMART_PLUS)
    primary = primary_status(entity, now)
    if primary != "STATUS_DELETE":
        return SECONDARY[level][primary]
    culprit = entity.removed_with
    prefix = level.upper() + "_STATUS"
    if culprit is None or culprit.level.removeprefix(SMART_PLUS) == level:
        return f"{prefix}_DELETE"
    return f"{prefix}_{culprit.level.upper()}_DELETE"


def _renames(entity: Entity | Asset, now: datetime) -> tuple[int, timedelta]:
    """Return how often an object was renamed by now, and the days between; most never are."""
    pause = timedelta(days=11 + entity.key % 13)
    if entity.key % 4:
        return 0, pause
    until = min(now, entity.gone_at or now)
    return max(0, (until - entity.born) // pause), pause


def name_at(entity: Entity | Asset, now: datetime) -> str:
    """Return the name by now."""
    times, _ = _renames(entity, now)
    return f"{entity.name} v{times + 1}" if times else entity.name


def modified_at(entity: Entity | Asset, now: datetime) -> datetime:
    """Return when the object was last renamed or deleted, or else made."""
    times, pause = _renames(entity, now)
    removed = [entity.removed] if entity.removed and entity.removed <= now else []
    return max([entity.born + times * pause, *removed])


def _budget(entity: Entity, _now: datetime) -> float:
    kind = KINDS[entity.kind].get(entity.level, {})
    return float(kind["budget"]) if "budget" in kind else 50 + entity.key % 20 * 12.5


SHARED: dict[str, Callable[[Any, datetime], Any]] = {
    "advertiser_id": lambda entity, _: entity.account.id,
    "create_time": lambda entity, _: wire_time(entity.born),
    "modify_time": lambda entity, now: wire_time(modified_at(entity, now)),
    "secondary_status": secondary_status,
    "operation_status": lambda entity, now: (
        "DISABLE" if primary_status(entity, now) == "STATUS_DISABLE" else "ENABLE"
    ),
    "campaign_id": lambda entity, _: entity.above("campaign").id,
    "campaign_name": lambda entity, now: name_at(entity.above("campaign"), now),
}
GROUPED: dict[str, Callable[[Any, datetime], Any]] = {
    "adgroup_id": lambda entity, _: entity.above("adgroup").id,
    "adgroup_name": lambda entity, now: name_at(entity.above("adgroup"), now),
}
ADGROUP: dict[str, Callable[[Any, datetime], Any]] = {
    **SHARED,
    **GROUPED,
    "budget": _budget,
    "schedule_start_time": lambda entity, _: wire_time(entity.born),
    "schedule_end_time": lambda entity, _: wire_time(entity.born + timedelta(days=3650)),
    "bid_price": lambda entity, _: entity.key % 5 / 2,
}
COMPUTED: dict[str, dict[str, Callable[[Any, datetime], Any]]] = {
    "advertiser": {
        "advertiser_id": lambda account, _: account.id,
        "name": lambda account, _: account.name,
        "currency": lambda account, _: account.currency,
        "timezone": lambda account, _: account.timezone,
        "display_timezone": lambda account, _: account.display_timezone,
        "create_time": lambda account, _: int(EPOCH.timestamp()) - account.key % 9_000_000,
        "balance": lambda account, now: round((account.key + now.toordinal() * 37) % 90_000 / 7, 2),
    },
    "campaign": SHARED | {"budget": _budget},
    "adgroup": ADGROUP,
    "smart_plus_campaign": SHARED | {"budget": _budget},
    "smart_plus_adgroup": ADGROUP,
    "smart_plus_ad": SHARED
    | GROUPED
    | {
        "smart_plus_ad_id": lambda ad, _: ad.id,
        "ad_name": name_at,
        # Some rows have no time of change.
        "modify_time": lambda ad, now: wire_time(modified_at(ad, now)) if ad.key % 2 else ABSENT,
        "ad_text_list": lambda ad, _: [{"ad_text": f"{ad.name} {word}"} for word in "🎯🎁"],
        "call_to_action_list": lambda *_: [{"call_to_action": "SHOP_NOW"}],
        "landing_page_url_list": lambda *_: [{"landing_page_url": "https://shop.example/landing"}],
    },
    "ad": SHARED
    | GROUPED
    | {
        "ad_id": lambda ad, _: ad.id,
        "ad_name": name_at,
        "ad_text": lambda ad, _: f"{ad.name} 🎯",
        "smart_plus_ad_id": lambda ad, _: (
            ad.id if not isinstance(ad, Ad) else ad.smart_ad.id if ad.smart_ad else ABSENT
        ),
    },
}


def _stated(entity: Entity, what: Any) -> Any:
    """Return a value of kinds.json or targeting.json with the ids of what it names."""
    if isinstance(what, str) and what.removeprefix("asset:") in {"v", "t", "i", "iii"}:
        return media_ids(entity, what.removeprefix("asset:"))
    return resolve(entity.account, what)


def value(thing: Entity | Account, level: str, field: str, now: datetime) -> Any:
    """Return one field of one object.

    Args:
        thing: The object.
        level: Its level.
        field: A field of that level.
        now: The clock.

    Returns:
        The value as it goes into the JSON, or `ABSENT` where the key is missing.
    """
    template = TEMPLATES[level]
    if isinstance(thing, Account):
        compute = COMPUTED[level].get(field)
        return compute(thing, now) if compute else template["fields"].get(field, ABSENT)
    kind = KINDS[thing.kind]
    if origin(thing) == "PROMOTE" and template.get("promote") and field not in template["promote"]:
        return ABSENT
    if level == "ad" and field in kind.get("without", ()):
        return ABSENT
    usual_level = level.removeprefix(SMART_PLUS)
    own = kind.get(usual_level, {})
    if field in own and field != "budget":
        return _stated(thing, own[field])
    if usual_level == "adgroup" and field in (aimed := TARGETING[thing.key % len(TARGETING)]):
        return _stated(thing, aimed[field])
    compute = COMPUTED[level].get(field)
    return compute(thing, now) if compute else template["fields"].get(field, ABSENT)


def field_names(level: str) -> list[str]:
    """Return the fields that a level may have."""
    template = TEMPLATES[level]
    return [*template["fields"], *template["absent"]]


def row(
    thing: Entity | Account, level: str, fields: Iterable[str], now: datetime
) -> dict[str, Any]:
    """Return one object with the fields asked for; keys that TikTok omits are omitted."""
    values = ((field, value(thing, level, field, now)) for field in fields)
    return {field: found for field, found in values if found is not ABSENT}
