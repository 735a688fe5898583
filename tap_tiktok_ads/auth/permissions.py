"""What a token may read: which accounts, and which modules of the API for each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tap_tiktok_ads.errors import AccountError, ApiError, RateLimitError, RetriableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_tiktok_ads.api.accounts import Account
    from tap_tiktok_ads.api.client import Client


class Module(msgspec.Struct, frozen=True):
    """A part of the API that an app has a permission of its own for.

    Attributes:
        name: Its name.
        endpoint: One of its endpoints; who may read it may read the others.
        parameters: The smallest request to it, without the account.
        needed: Whether streams that are selected by default are read from it.
    """

    name: str
    endpoint: str
    parameters: dict[str, Any] = {}
    needed: bool = False


class Access(NamedTuple):
    """What the token may read of one account.

    Attributes:
        advertiser_id: The account's id.
        account: The account, unless it can't be read at all.
        refused: Why, for each module that can't be read; for all of them if the account can't.
    """

    advertiser_id: str
    account: Account | None
    refused: dict[str, ApiError]


@cache
def modules() -> tuple[Module, ...]:
    """Give all modules."""
    text = resources.files("tap_tiktok_ads.facts").joinpath("modules.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[Module, ...])


def check(
    client: Client, ids: Sequence[str], described: Iterable[Account | AccountError], threads: int
) -> list[Access]:
    """Try every module of every account.

    Args:
        client: The door to the API.
        ids: The accounts.
        described: What TikTok says about each.
        threads: Most accounts at once.

    Raises:
        RateLimitError: The app's requests are used up.
        RetriableError: TikTok is in trouble.
    """
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(partial(_access, client), ids, described))


def _access(client: Client, advertiser_id: str, described: Account | AccountError) -> Access:
    if isinstance(described, AccountError):
        return Access(advertiser_id, None, {module.name: described for module in modules()})
    tried = ((module.name, _refusal(client, module, advertiser_id)) for module in modules())
    return Access(advertiser_id, described, {name: error for name, error in tried if error})


def _refusal(client: Client, module: Module, advertiser_id: str) -> ApiError | None:
    """Tell why a module can't be read, if so."""
    try:
        client.get(module.endpoint, {"advertiser_id": advertiser_id, **module.parameters})
    except (RateLimitError, RetriableError):
        raise
    except ApiError as error:
        return error
    return None
