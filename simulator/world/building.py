"""Making the world of a scenario: how many objects, of which kinds, and when they live."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from itertools import count
from typing import TYPE_CHECKING, Any

from simulator.facts import KINDS, SCENARIOS, WORDS
from simulator.world.model import Account, Ad, Entity, World

if TYPE_CHECKING:
    from collections.abc import Iterator

EPOCH = datetime(2020, 1, 1, tzinfo=timezone.utc)
HORIZON = datetime(2032, 1, 1, tzinfo=timezone.utc)


def hash64(*parts: object) -> int:
    """Return 64 bits that depend only on the parts."""
    text = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


class _Builder:
    """Makes the objects of one account, top down."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.plan = account.plan
        self.numbers = count(1)

    def campaigns(self) -> Iterator[Entity]:
        """Yield all campaigns, each followed by what is in it."""
        ads = 0
        for slot, kind in enumerate(self._kinds()):
            if ads >= self.plan.get("ads_per_account", 1 << 30):
                return
            for campaign in self._lives("campaign", kind, None, slot):
                yield campaign
                below = list(self._adgroups(campaign))
                yield from below
                ads += sum(1 for entity in below if isinstance(entity, Ad) and not entity.gone_at)

    def _kinds(self) -> Iterator[str]:
        if "kinds" in self.plan:
            yield from self.plan["kinds"]
            return
        usual = [kind for kind in KINDS if kind not in {"topview", "promote", "rf"}]
        while True:
            yield from usual

    def _adgroups(self, campaign: Entity) -> Iterator[Entity]:
        for slot in range(self._number("adgroups", campaign)):
            for adgroup in self._lives("adgroup", campaign.kind, campaign, slot):
                yield adgroup
                for ad_slot in range(self._number("ads", adgroup)):
                    yield from self._ads(adgroup, ad_slot)

    def _ads(self, adgroup: Entity, slot: int) -> Iterator[Entity]:
        creatives = KINDS[adgroup.kind].get("creatives")
        if not creatives:
            for life in self._lives("ad", adgroup.kind, adgroup, slot):
                yield self._ad(life, None)
            return
        for smart_ad in self._lives("smart_plus_ad", adgroup.kind, adgroup, slot):
            yield smart_ad
            for number in range(creatives):
                creative = self._entity(
                    "ad", adgroup.kind, adgroup, (slot, number), smart_ad.born, smart_ad.removed
                )
                yield self._ad(creative, smart_ad)

    def _number(self, what: str, parent: Entity) -> int:
        low, high = self.plan[what]
        return int(low + (parent.key >> 8) % (high - low + 1))

    def _lives(self, level: str, kind: str, parent: Entity | None, slot: int) -> Iterator[Entity]:
        """Yield a slot's object or, where things come and go, one generation after the other."""
        above = parent.key if parent else self.account.key
        luck = hash64(above, level, slot, "life")
        start = parent.born if parent else EPOCH
        churn = self.plan["churn"] if parent else self.plan["churn"] // 2
        renewed = not parent and slot in self.plan.get("renewed", ())
        steady = (parent and parent.removed) or not (renewed or luck % 100 < churn)
        if steady:
            born = start + timedelta(minutes=luck % (4 * 24 * 60 if parent else 90 * 24 * 60))
            yield self._entity(level, kind, parent, slot, born, None)
            return
        life = timedelta(days=(110 if parent else 200) + luck % 60)
        born = start + timedelta(minutes=luck % (120 * 24 * 60))
        for generation in count():
            if born >= HORIZON:
                return
            yield self._entity(level, kind, parent, (slot, generation), born, born + life)
            born += life + timedelta(days=luck % 7)

    def _entity(  # noqa: PLR0917  an object has that many parts
        self,
        level: str,
        kind: str,
        parent: Entity | None,
        slot: object,
        born: datetime,
        removed: datetime | None,
    ) -> Entity:
        key = hash64(parent.key if parent else self.account.key, level, slot)
        minutes = int((born - EPOCH).total_seconds()) // 60
        number = 1_700_000_000_000_000 + minutes * 10_000_000
        number += self.account.index * 100_000 + next(self.numbers)
        return Entity(level, str(number), key, kind, self.account, parent, born, removed)

    def _ad(self, life: Entity, smart_ad: Entity | None) -> Ad:
        kind, key, zone = KINDS[life.kind], life.key, self.account.zone
        always = self.plan.get("steady", False)
        period = 1 if always else 21 + key % 63
        gone = life.gone_at or HORIZON
        return Ad(
            **{name: getattr(life, name) for name in life.__dataclass_fields__},
            smart_ad=smart_ad,
            volume=400 + (key >> 20) % 12_000,
            price=280 + (key >> 34) % 620,
            video=int(kind.get("video", True)),
            web=int(kind.get("goal") == "web"),
            app=int(kind.get("goal") == "app"),
            period=period,
            on_days=period if always else period - 2 - key % 15,
            first_day=life.born.astimezone(zone).toordinal() + (0 if always else 1),
            last_day=gone.astimezone(zone).toordinal(),
        )


def build(
    scenario: str, seed: int, *, accounts: int | None = None, ads: int | None = None
) -> World:
    """Make the world of a scenario.

    Args:
        scenario: A name in scenarios.json.
        seed: Another seed gives other ids, names and figures.
        accounts: How many accounts, for scenarios that give a count.
        ads: How many ads an account, for scenarios that give a count.

    Returns:
        The world; its accounts are filled as they are asked for.
    """
    plan = dict(SCENARIOS[scenario])
    if "count" in plan:
        plan["count"] = accounts or plan["count"]
        plan["ads_per_account"] = ads or plan["ads_per_account"]
    markets = plan.get("accounts") or [_market(index) for index in range(plan["count"])]
    made = [_account(scenario, seed, index, plan | market) for index, market in enumerate(markets)]
    closed = _advertiser_id(scenario, seed, 99)
    return World(scenario, seed, {account.id: account for account in made}, closed)


def _market(index: int) -> dict[str, Any]:
    brands, markets = WORDS["brands"], WORDS["markets"]
    return {**markets[index % len(markets)], "name": f"{brands[index % len(brands)]} {index + 1}"}


def _advertiser_id(scenario: str, seed: int, index: int) -> str:
    random_part = hash64(scenario, seed, index) % 10**14
    return str(7_100_000_000_000_000_000 + random_part * 1000 + index)


def _account(scenario: str, seed: int, index: int, plan: dict[str, Any]) -> Account:
    return Account(
        id=_advertiser_id(scenario, seed, index),
        index=index,
        name=plan["name"],
        currency=plan["currency"],
        decimals=WORDS["decimals"].get(plan["currency"], 2),
        timezone=plan["timezone"],
        display_timezone=plan["display_timezone"],
        key=hash64(scenario, seed, "account", index),
        plan=plan,
        grow=lambda account: _Builder(account).campaigns(),
    )
