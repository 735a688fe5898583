"""What can go wrong, in words for people.

TikTok answers most errors with HTTP 200 and a ``code``. The table ``facts/errors.json`` says for
each code what it means, which action the tap takes, and what a person can do.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class TapError(Exception):
    """An error told in one line: what happened, where, and what to do."""


class MisfitError(TapError):
    """A value does not fit the type of its column."""


class ApiError(TapError):
    """A request that can't be answered, and no other one will be: the run ends."""


class RetriableError(ApiError):
    """TikTok or the network is in trouble; the same request may succeed later."""


class RateLimitError(ApiError):
    """Too many requests, of this process or of another one that uses the same app."""


class RefusedError(ApiError):
    """TikTok finds something wrong with a request."""


class AccountError(ApiError):
    """One ad account can't be read; the others can."""


class AccountRefusedError(AccountError):
    """TikTok finds something wrong with a request about one account."""


class TooLargeError(AccountError):
    """A report asks for too much at once: halve it, never repeat it unchanged."""


class MetricConflictError(AccountError):
    """At least one metric does not go with the dimensions or the level of a report."""


class DriftError(AccountError):
    """A list moved while its pages were read, so that it can't be proved complete."""


EXCEPTIONS: dict[str, type[ApiError]] = {
    "account": AccountError,
    "conflict": MetricConflictError,
    "fail": RefusedError,
    "narrow": TooLargeError,
    "reauthorise": ApiError,
    "restricted": RateLimitError,
    "retry": RetriableError,
    "slow_down": RateLimitError,
    "stop": ApiError,
    "timeout": RetriableError,
}


class Verdict(NamedTuple):
    """How one error code is treated."""

    action: str
    meaning: str
    advice: str


@cache
def _table() -> dict[str, Any]:
    text = resources.files("tap_tiktok_ads.facts").joinpath("errors.json").read_text("utf-8")
    return dict(json.loads(text))


def judge(code: int, message: str) -> Verdict:
    """Look up what an error code, with its message where one code has several uses, calls for.

    Codes that the table does not have: 4xxxx fail, anything else is retried.
    """
    table = _table()
    entry = table["codes"].get(str(code), {"meaning": "unknown code"})
    action = entry.get("action", "fail" if str(code).startswith("4") else "retry")
    for rule in table["messages"]:
        if code == rule["code"] and rule["contains"] in message.lower():
            action = rule["action"]
    return Verdict(action, entry["meaning"], table["advice"][action])


def place(endpoint: str, params: Mapping[str, Any]) -> str:
    """Name a request for messages: endpoint, account and days."""
    where = endpoint
    if account := params.get("advertiser_id"):
        where += f" for account {account}"
    if start := params.get("start_date"):
        where += f", {start} to {params['end_date']}"
    return where
