"""What a token can read: which accounts, and with which permissions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tap_tiktok_ads.errors import (
    AccountError,
    AccountTroubleError,
    ApiError,
    RateLimitError,
    RetriableError,
)
from tap_tiktok_ads.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_tiktok_ads.api.accounts import Account
    from tap_tiktok_ads.api.client import Client


class Permission(msgspec.Struct, frozen=True):
    """A permission of the app, which covers a group of endpoints.

    Attributes:
        name: Its name.
        endpoint: One of its endpoints; a token that can read it can read the others.
        parameters: The smallest request to it, without the account.
        needed: Whether streams that are selected by default need it.
    """

    name: str
    endpoint: str
    parameters: dict[str, Any] = {}
    needed: bool = False


class AccountAccess(NamedTuple):
    """What a token can read of one account.

    Attributes:
        advertiser_id: The account's id.
        account: The account, or None if it can't be read at all.
        missing: Errors by the name of the missing permission; every permission is missing from an
            account that can't be read.
    """

    advertiser_id: str
    account: Account | None
    missing: dict[str, ApiError]


@cache
def permissions() -> tuple[Permission, ...]:
    """Return all permissions that the tap can use."""
    return msgspec.convert(facts("modules"), tuple[Permission, ...])


def check_access(
    client: Client,
    advertiser_ids: Sequence[str],
    accounts: Iterable[Account | AccountError],
    max_concurrency: int,
) -> list[AccountAccess]:
    """Try every permission on every account.

    Args:
        client: Client with the token.
        advertiser_ids: Ids of the accounts.
        accounts: The accounts in the same order, or why they can't be read.
        max_concurrency: Maximum number of accounts at the same time.

    Raises:
        RateLimitError: If the app's requests are used up.
        RetriableError: If TikTok does not recover.
        AccountTroubleError: If it does not recover for one account.
    """
    with ThreadPoolExecutor(max_concurrency) as pool:
        return list(pool.map(partial(_access, client), advertiser_ids, accounts))


def _access(client: Client, advertiser_id: str, account: Account | AccountError) -> AccountAccess:
    if isinstance(account, AccountError):
        return AccountAccess(advertiser_id, None, {each.name: account for each in permissions()})
    tried = ((each.name, _error(client, each, advertiser_id)) for each in permissions())
    return AccountAccess(advertiser_id, account, {name: error for name, error in tried if error})


def _error(client: Client, permission: Permission, advertiser_id: str) -> ApiError | None:
    """Return the error that a request with the permission ends in, if any."""
    try:
        client.get(permission.endpoint, {"advertiser_id": advertiser_id, **permission.parameters})
    except (RateLimitError, RetriableError, AccountTroubleError):
        raise
    except ApiError as error:
        return error
    return None
