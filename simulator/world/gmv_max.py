"""GMV Max: shops, their campaigns, and the products, posts and LIVE rooms that deliver.

What delivers is an ad like any other, so its figures come from the same arithmetic; none of
it is in an account's ordinary campaigns.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from simulator.facts import WORDS, load
from simulator.world import objects
from simulator.world.building import HORIZON, hash64
from simulator.world.delivery import today, volume_on
from simulator.world.model import Account, Ad, Entity

if TYPE_CHECKING:
    from collections.abc import Iterator

GMV_MAX: dict[str, Any] = load("data/gmv_max.json")
OPENING = datetime(2024, 10, 1, tzinfo=timezone.utc)
"""Orders and revenue are there from 2024-09-27 on; no campaign is older."""

PRODUCTS, ROOMS = 3, 2
PRODUCT_CARD = "-1"
RENEWED_AFTER = timedelta(days=120)


@dataclass(frozen=True, eq=False)
class Store:
    """A TikTok Shop that an account advertises."""

    id: str
    key: int
    account: Account
    promotions: tuple[str, ...]

    @cached_property
    def campaigns(self) -> list[Campaign]:
        """Its campaigns, newest first: of each kind one that stays and one that is renewed."""
        found = [
            campaign for promotion in self.promotions for campaign in self._campaigns(promotion)
        ]
        return sorted(found, key=lambda campaign: int(campaign.id), reverse=True)

    def _campaigns(self, promotion: str) -> Iterator[Campaign]:
        born = OPENING + timedelta(minutes=hash64(self.key, promotion) % (30 * 24 * 60))
        yield self._campaign(promotion, "steady", born, None)
        number = 0
        while born < HORIZON:
            yield self._campaign(promotion, number, born, born + RENEWED_AFTER)
            born += RENEWED_AFTER + timedelta(hours=1 + self.key % 90)
            number += 1

    def _campaign(
        self, promotion: str, slot: object, born: datetime, removed: datetime | None
    ) -> Campaign:
        key = hash64(self.key, promotion, slot)
        minutes = int((born - OPENING).total_seconds()) // 60
        number = str(1_810_000_000_000_000 + minutes * 10_000_000 + key % 10_000_000)
        return Campaign(
            "campaign", number, key, "web", self.account, None, born, removed, self, promotion
        )


@dataclass(frozen=True, eq=False)
class Campaign(Entity):
    """A GMV Max campaign.

    Attributes:
        store: The shop.
        promotion: PRODUCT or LIVE.
    """

    store: Store
    promotion: str

    @cached_property
    @override
    def name(self) -> str:
        theme = WORDS["themes"][self.key % len(WORDS["themes"])]
        return f"{theme} · GMV Max {self.promotion} {self.id[-4:]}"

    @cached_property
    def items(self) -> list[Item]:
        """What it delivers: posts and cards of products, or LIVE rooms."""
        if self.promotion == "LIVE":
            return [self._item(number, room=True) for number in range(ROOMS)]
        return [self._item(number, room=False) for number in range(2 * PRODUCTS)]

    @property
    def _first_product(self) -> int:
        return 1_729_000_000_000_000_000 + self.key % 10**12

    def _item(self, number: int, *, room: bool) -> Item:
        key, zone = hash64(self.key, number), self.account.zone
        own = str(7_400_000_000_000_000_000 + key % 10**17)
        period = 21 + key % 40
        return Item(
            level="ad",
            id=own,
            key=key,
            kind=self.kind,
            account=self.account,
            parent=self,
            born=self.born,
            removed=self.removed,
            smart_ad=None,
            volume=900 + (key >> 20) % 9_000,
            price=280 + (key >> 34) % 620,
            video=1,
            web=1,
            app=0,
            period=period,
            on_days=period - 3,
            first_day=self.born.astimezone(zone).toordinal() + 1,
            last_day=(self.removed or HORIZON).astimezone(zone).toordinal(),
            item_group_id="" if room else str(self._first_product + number // 2),
            item_id="" if room else own if number % 2 else PRODUCT_CARD,
            room_id=own if room else "",
            duration=str(1800 + key % 7200) if room else "",
        )


@dataclass(frozen=True, eq=False)
class Item(Ad):
    """A post or card of a product, or a LIVE room; empty where it is not."""

    item_group_id: str
    item_id: str
    room_id: str
    duration: str


@cache
def stores(account: Account) -> list[Store]:
    """Return the shops of an account; most have none."""
    found = []
    for place, promotions in enumerate(account.plan.get("stores", ())):
        key = hash64(account.key, "store", place)
        number = str(7_495_000_000_000_000_000 + key % 10**15)
        found.append(Store(number, key, account, tuple(promotions)))
    return found


def campaigns(account: Account) -> list[Campaign]:
    """Return all GMV Max campaigns that ever are in an account."""
    return [campaign for store in stores(account) for campaign in store.campaigns]


def status(campaign: Campaign, now: datetime) -> str:
    """Return the primary status, by which campaigns are filtered."""
    if objects.is_deleted(campaign, now):
        return "STATUS_DELETE"
    day = today(campaign.account, now)
    running = any(volume_on(item, day, day) for item in campaign.items)
    return "STATUS_DELIVERY_OK" if running else "STATUS_DISABLE"
