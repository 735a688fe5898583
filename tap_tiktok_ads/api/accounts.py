"""The ad accounts of a run: which, in which time zone and currency."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from tap_tiktok_ads.api.workers import Memo
from tap_tiktok_ads.errors import AccountError, AccountRefusedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from tap_tiktok_ads.api.client import Client

logger = logging.getLogger(__name__)

#: Connectors send up to so many ids at once; there are no pages (endpoints.md 1).
IDS_PER_REQUEST: Final = 100

#: Kinds of campaigns that lists leave out unless they are asked for alone (endpoints.md 2).
TOP_VIEW: Final = "RESERVATION_TOP_VIEW"
PROMOTE: Final = "PROMOTE"
SPECIAL: Final[dict[str, dict[str, Any]]] = {
    TOP_VIEW: {"buying_types": [TOP_VIEW]},
    PROMOTE: {"campaign_system_origins": [PROMOTE]},
}


@dataclass(frozen=True)
class Account:
    """One ad account, as ``/advertiser/info/`` describes it.

    Attributes:
        advertiser_id: Its id.
        row: The whole answer about it.
    """

    advertiser_id: str
    row: dict[str, Any] = field(repr=False)

    @property
    def currency(self) -> str | None:
        """ISO 4217 code of all its amounts."""
        return self.row.get("currency")

    @cached_property
    def zone(self) -> tzinfo:
        """Time zone of its days.

        ``display_timezone`` is a name of the tz database; ``timezone`` may also be one of the kind
        ``Etc/GMT+8``, which that database reads as eight hours *behind* UTC (endpoints.md 1).

        Raises:
            AccountError: If neither is a zone.
        """
        for name in (self.row.get("display_timezone"), self.row.get("timezone")):
            with suppress(ZoneInfoNotFoundError, ValueError):
                return ZoneInfo(name or "")
        msg = (
            f"Account {self.advertiser_id}: neither display_timezone "
            f"{self.row.get('display_timezone')!r} nor timezone {self.row.get('timezone')!r} is a "
            "known time zone, so its days can't be told."
        )
        raise AccountError(msg)


class _Info(msgspec.Struct, rename={"rows": "list"}):
    rows: list[dict[str, Any]] | None = None


_info: Final = msgspec.json.Decoder(_Info, float_hook=Decimal)


def granted(client: Client, app_id: str, app_secret: str) -> list[str]:
    """List the accounts that the token may read (and some that it may no longer)."""
    answer = client.get("/oauth2/advertiser/get/", {"app_id": app_id, "secret": app_secret})
    return [str(row["advertiser_id"]) for row in _info.decode(answer.data).rows or []]


def describe(client: Client, ids: Sequence[str]) -> Iterator[Account | AccountError]:
    """Read accounts; one that can't be read gives its error and does not take others along.

    Raises:
        ApiError: If TikTok refuses for a reason that is not an account's.
    """
    for start in range(0, len(ids), IDS_PER_REQUEST):
        yield from _describe(client, ids[start : start + IDS_PER_REQUEST])


def _describe(client: Client, ids: Sequence[str]) -> Iterator[Account | AccountError]:
    """Read accounts in one request, or in halves when one of them spoils it."""
    try:
        answer = client.get("/advertiser/info/", {"advertiser_ids": list(ids)})
    except (AccountError, RefusedError) as error:
        if len(ids) == 1:
            yield AccountError(f"Account {ids[0]}: {error}")
            return
        middle = len(ids) // 2
        yield from _describe(client, ids[:middle])
        yield from _describe(client, ids[middle:])
        return
    rows = {str(row.get("advertiser_id")): row for row in _info.decode(answer.data).rows or []}
    for advertiser_id in ids:
        if advertiser_id in rows:
            yield Account(advertiser_id, rows[advertiser_id])
        else:
            yield AccountError(
                f"Account {advertiser_id}: TikTok gives nothing about it. Check the id in "
                "advertiser_ids and that the token's user may read it."
            )


class Special:
    """Tells which special kinds of campaigns accounts have or had; each is asked about once.

    An API that does not know a kind (the sandbox, say) has none of it.

    Args:
        client: The door to the API.
    """

    def __init__(self, client: Client) -> None:
        self._known = {kind: Memo(partial(_has, client, kind)) for kind in SPECIAL}

    def has(self, kind: str, advertiser_id: str) -> bool:
        """Tell whether an account has a kind.

        Raises:
            AccountError: If the account can't be read.
        """
        return self._known[kind](advertiser_id)

    def __call__(self, advertiser_id: str) -> frozenset[str]:
        """Give all kinds that an account has."""
        return frozenset(kind for kind in SPECIAL if self.has(kind, advertiser_id))


def _has(client: Client, kind: str, advertiser_id: str) -> bool:
    params = {
        "advertiser_id": advertiser_id,
        "filtering": {**SPECIAL[kind], "primary_status": "STATUS_ALL"},
        "page": 1,
        "page_size": 1,
    }
    try:
        return bool(_info.decode(client.get("/campaign/get/", params).data).rows)
    except AccountRefusedError as error:
        logger.warning("No campaigns of kind %s are read: %s", kind, error)
        return False
