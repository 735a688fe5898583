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

from tap_tiktok_ads.api.lists import batches
from tap_tiktok_ads.api.workers import Memo
from tap_tiktok_ads.errors import (
    AccountError,
    AccountRefusedError,
    AmbiguousAnswerError,
    RefusedError,
)
from tap_tiktok_ads.facts import endpoints
from tap_tiktok_ads.read_result import PageInfo  # noqa: TC001 (msgspec reads it)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from tap_tiktok_ads.api.client import Client

logger = logging.getLogger(__name__)

#: Kinds of campaigns that lists leave out unless a request asks for them alone (endpoints.md 2).
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
        """The time zone of its days.

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
            "known time zone, so the account's days are unknown."
        )
        raise AccountError(msg)


INFO: Final = "/advertiser/info/"


class _Info(msgspec.Struct, rename={"rows": "list"}):
    rows: list[dict[str, Any]] | None = None
    page_info: PageInfo | None = None


_info_decoder: Final = msgspec.json.Decoder(_Info | None, strict=False, float_hook=Decimal)


def _rows(endpoint: str, data: msgspec.Raw) -> list[dict[str, Any]]:
    """Return the rows of a list.

    Raises:
        AmbiguousAnswerError: If the answer does not say what rows there are.
    """
    try:
        info = _info_decoder.decode(data)
    except msgspec.DecodeError as error:
        msg = f"{endpoint}: TikTok's answer does not have the form it should have. {error}."
        raise AmbiguousAnswerError(msg) from None
    if info and info.rows is None and info.page_info and info.page_info.total_number == 0:
        return []
    if info is None or info.rows is None:
        msg = f"{endpoint}: TikTok answered without a list and without counts."
        raise AmbiguousAnswerError(msg)
    return list(info.rows)


def granted(client: Client, app_id: str, app_secret: str) -> list[str]:
    """Return the accounts that the token may read, and some that it may no longer read."""
    answer = client.get("/oauth2/advertiser/get/", {"app_id": app_id, "secret": app_secret})
    rows = _rows("/oauth2/advertiser/get/", answer.data)
    return [str(row["advertiser_id"]) for row in rows if row.get("advertiser_id")]


def describe(client: Client, ids: Sequence[str]) -> Iterator[Account | AccountError]:
    """Read accounts in their order; one that can't be read becomes its error.

    Raises:
        ApiError: If TikTok refuses for a reason that is not an account's.
    """
    for batch in batches(ids, endpoints()[INFO].ids_per_request):
        yield from _describe(client, batch)


def _describe(client: Client, ids: Sequence[str]) -> Iterator[Account | AccountError]:
    """Read accounts in one request, or in halves when one of them makes it fail."""
    try:
        listed = _rows(INFO, client.get(INFO, {"advertiser_ids": list(ids)}).data)
    except (AccountError, RefusedError) as error:
        if len(ids) == 1:
            yield AccountError(f"Account {ids[0]}: {error}")
            return
        middle = len(ids) // 2
        yield from _describe(client, ids[:middle])
        yield from _describe(client, ids[middle:])
        return
    rows = {str(row.get("advertiser_id")): row for row in listed}
    for advertiser_id in ids:
        if advertiser_id in rows:
            yield Account(advertiser_id, rows[advertiser_id])
        else:
            yield AccountError(
                f"Account {advertiser_id}: TikTok returned no data for it. Check the id in "
                "advertiser_ids and that the token's user may read it."
            )


class SpecialCampaigns:
    """The special kinds of campaigns that accounts have or had; each is asked about once.

    An API that does not know a kind (such as the sandbox) has none of it.

    Args:
        client: Sends the requests.
    """

    def __init__(self, client: Client) -> None:
        self._known = {kind: Memo(partial(_has, client, kind)) for kind in SPECIAL}

    def has(self, kind: str, advertiser_id: str) -> bool:
        """Whether an account has a kind.

        Raises:
            AccountError: If the account can't be read.
        """
        return self._known[kind](advertiser_id)

    def __call__(self, advertiser_id: str) -> frozenset[str]:
        """Return all kinds that an account has."""
        return frozenset(kind for kind in SPECIAL if self.has(kind, advertiser_id))


def _has(client: Client, kind: str, advertiser_id: str) -> bool:
    params = {
        "advertiser_id": advertiser_id,
        "filtering": {**SPECIAL[kind], "primary_status": "STATUS_ALL"},
        "page": 1,
        "page_size": 1,
    }
    try:
        return bool(_rows("/campaign/get/", client.get("/campaign/get/", params).data))
    except AccountRefusedError as error:
        logger.warning("Campaigns of kind %s are not read: %s", kind, error)
        return False
    except AmbiguousAnswerError:
        # Asking for them costs a request, assuming that there are none could lose some.
        return True
