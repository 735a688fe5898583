"""What the accounts own beside their ads: media, identities, audiences and event sources."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from simulator.facts import ASSETS, KINDS
from simulator.world.building import EPOCH, HORIZON, hash64
from simulator.world.model import Account, Ad, Asset, Entity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PLANS = {f"{plan['family']}/{plan['kind']}": plan for plan in reversed(ASSETS)}
MEDIA = {"video_id": "video", "image_ids": "image", "tiktok_item_id": "tt_video"}
"""The fields of an ad that name a file of its own."""

LEAD = timedelta(hours=30)
"""How long before an ad its files are there."""


def existing(
    account: Account, family: str, now: datetime, ids: Collection[str] | None = None
) -> list[Asset]:
    """Return what an account has of a family at a moment, newest first.

    Args:
        account: The account.
        family: Such as `video` or `custom_audience`.
        now: The clock.
        ids: Only these; all where it is missing.

    Returns:
        The assets that are there; those that were removed are gone from every endpoint.
    """
    return [
        asset
        for asset in _stock(account)
        if asset.family == family
        and asset.born <= now
        and not (asset.removed and asset.removed <= now)
        and (ids is None or asset.id in ids)
    ]


def is_there(row: dict[str, Any], now: datetime) -> bool:
    """Whether a row of data that may have `since` and `until` is there at a moment."""
    return bool(row.get("since", "") <= now.date().isoformat() < row.get("until", "9999"))


def resolve(account: Account, stated: Any) -> Any:
    """Replace every `asset:family/kind` in a value by the id that the account has for it."""
    if isinstance(stated, str) and stated.startswith("asset:"):
        return _lasting_id(account, PLANS[stated.removeprefix("asset:")])
    if isinstance(stated, list):
        return [resolve(account, each) for each in stated]
    if isinstance(stated, dict):
        return {name: resolve(account, each) for name, each in stated.items()}
    return stated


def media_ids(entity: Entity, what: str) -> Any:
    """Return ids of the media that an ad shows: `v` a video, `t` a post, `i` for each image."""
    if what == "v":
        return f"v10033g50000{entity.key % 16**12:012x}"
    if what == "t":
        return str(7_000_000_000_000_000_000 + entity.key % 10**17)
    return [f"ad-site-i18n-sg/{entity.key % 16**12:012x}{place}" for place in range(len(what))]


def material_id(asset: Asset) -> str:
    """Return a file's id in the library of materials."""
    return str(7_500_000_000_000_000_000 + asset.key % 10**17)


def material_ids(ad: Ad, family: str) -> list[str]:
    """Return the materials of a family that an ad shows."""
    return [material_id(asset) for asset in _media(ad) if asset.family == family]


@cache
def _stock(account: Account) -> list[Asset]:
    """Return everything that an account ever owns, newest first."""
    kinds = set(account.plan.get("kinds", KINDS))
    made = [
        asset
        for number, plan in enumerate(ASSETS)
        if kinds.intersection(plan.get("for", kinds))
        for asset in _planned(account, plan, number)
    ]
    made += [asset for ad in account.ads for asset in _media(ad)]
    return sorted(made, key=lambda asset: (asset.born, asset.id), reverse=True)


def _planned(account: Account, plan: dict[str, Any], number: int) -> Iterator[Asset]:
    if not plan.get("comes_and_goes"):
        # What is shared between accounts is the same in all of them.
        key = hash64(plan["id"]) if "id" in plan else hash64(account.key, number)
        born = EPOCH + timedelta(minutes=key % (30 * 24 * 60))
        yield _asset(account, plan, key, (_lasting_id(account, plan), born, None))
        return
    for slot in range(plan.get("slots", 1)):
        luck = hash64(account.key, number, slot)
        life = timedelta(days=40 + luck % 50)
        born = EPOCH + timedelta(minutes=luck % (60 * 24 * 60))
        for generation in count():
            if born >= HORIZON:
                break
            key = hash64(luck, generation)
            yield _asset(account, plan, key, (_id(plan, key), born, born + life))
            born += life + timedelta(days=luck % 9)


def _lasting_id(account: Account, plan: dict[str, Any]) -> str:
    return str(plan.get("id") or _id(plan, hash64(account.key, plan["family"], plan["kind"])))


def _id(plan: dict[str, Any], key: int) -> str:
    if plan["family"] == "video":
        return f"v10033g50000{key % 16**12:012x}"
    if plan["family"] == "image":
        return f"ad-site-i18n-sg/{key % 16**13:013x}"
    return f"{plan['prefix']}{key % 10**16:016d}"


def _asset(
    account: Account, plan: dict[str, Any], key: int, life: tuple[str, datetime, datetime | None]
) -> Asset:
    asset_id, born, removed = life
    family, kind, name = plan["family"], plan["kind"], plan["name"]
    return Asset(family, kind, asset_id, key, account, name, born, removed, plan)


def _media(ad: Ad) -> Iterator[Asset]:
    """Yield the files and the post that an ad shows; they outlive it."""
    shown = KINDS[ad.kind]["ad"]
    born = ad.born - LEAD + timedelta(minutes=ad.key % 900)
    for field, family in MEDIA.items():
        stated = shown.get(field)
        if not isinstance(stated, str):
            continue
        found = media_ids(ad, stated.removeprefix("asset:"))
        for place, media_id in enumerate([found] if isinstance(found, str) else found):
            key = hash64(ad.key, family, place)
            kind = "VIDEO" if family == "tt_video" else "ad"
            plan = {"identity": shown.get("identity_type")}
            yield Asset(family, kind, media_id, key, ad.account, ad.name, born, None, plan)
