"""The accounts and everything in them: a pure function of scenario and seed.

The world knows no clock. An object has a day of birth and perhaps one of removal, both fixed
by the seed alone, from 2020 to the end of 2031; the clock only decides what of it is visible.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from simulator.facts import KINDS, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime


@dataclass(frozen=True, eq=False)
class Entity:
    """A campaign, an ad group, an Upgraded Smart+ ad, or an ad."""

    level: str
    id: str
    key: int
    kind: str
    account: Account
    parent: Entity | None
    born: datetime
    removed: datetime | None

    @cached_property
    def name(self) -> str:
        """The name at birth."""
        words = {"campaign": "themes", "adgroup": "audiences"}.get(self.level, "hooks")
        choice = WORDS[words][self.key % len(WORDS[words])]
        label = KINDS[self.kind]["label"] if self.level == "campaign" else self.level
        return f"{choice} · {label} {self.id[-4:]}"

    @cached_property
    def removed_with(self) -> Entity | None:
        """The object whose removal ends this one: itself or something above it."""
        above = self.parent.removed_with if self.parent else None
        if above and above.removed and (not self.removed or above.removed <= self.removed):
            return above
        return self if self.removed else None

    @property
    def gone_at(self) -> datetime | None:
        """When this, or something above it, is removed."""
        return self.removed_with.removed if self.removed_with else None

    def above(self, level: str) -> Entity:
        """Return the object of a level that this one belongs to, itself included."""
        entity: Entity | None = self
        while entity and entity.level != level:
            entity = entity.parent
        if entity is None:
            msg = f"{self.level} {self.id} belongs to no {level}"
            raise LookupError(msg)
        return entity


@dataclass(frozen=True, eq=False)
class Ad(Entity):
    """The thing that delivers; for Upgraded Smart+ a creative of `smart_ad`."""

    smart_ad: Entity | None
    volume: int
    price: int
    video: int
    web: int
    app: int
    period: int
    on_days: int
    first_day: int
    last_day: int


@dataclass(frozen=True, eq=False)
class Asset:
    """What an account owns beside its ads: a file, an identity, an audience, a pixel.

    Attributes:
        family: What it is, as its field list is called.
        kind: Its variety within the family.
        plan: Its entry in assets.json; for the media of ads only the identity that shows them.
    """

    family: str
    kind: str
    id: str
    key: int
    account: Account
    name: str
    born: datetime
    removed: datetime | None
    plan: dict[str, Any]

    @property
    def gone_at(self) -> datetime | None:
        """When it is removed; nothing stands above it."""
        return self.removed


@dataclass(frozen=True, eq=False)
class Account:
    """An ad account with its market; what is in it is made when first asked for."""

    id: str
    index: int
    name: str
    currency: str
    decimals: int
    timezone: str
    display_timezone: str | None
    key: int
    plan: dict[str, Any]
    grow: Callable[[Account], Iterable[Entity]]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone whose days the reports count."""
        return ZoneInfo(self.display_timezone or self.timezone)

    @cached_property
    def entities(self) -> dict[str, list[Entity]]:
        """Everything that ever is in the account, by level, newest first."""
        found: dict[str, list[Entity]] = {
            level: [] for level in ("campaign", "adgroup", "smart_plus_ad", "ad")
        }
        for entity in self.grow(self):
            found[entity.level].append(entity)
        for entities in found.values():
            entities.sort(key=lambda entity: int(entity.id), reverse=True)
        return found

    @cached_property
    def ads(self) -> list[Ad]:
        """Every ad that ever is in the account, newest first."""
        return [ad for ad in self.entities["ad"] if isinstance(ad, Ad)]

    @cached_property
    def children(self) -> dict[str, list[Ad]]:
        """The ads below each campaign, ad group and Smart+ ad, by id."""
        below: dict[str, list[Ad]] = {}
        for ad in self.ads:
            entity: Entity | None = ad
            while entity:
                below.setdefault(entity.id, []).append(ad)
                entity = entity.parent
            if ad.smart_ad:
                below.setdefault(ad.smart_ad.id, []).append(ad)
        return below


@dataclass(frozen=True)
class World:
    """The accounts that the token may read, and one that was deleted."""

    scenario: str
    seed: int
    accounts: dict[str, Account]
    closed_account: str
