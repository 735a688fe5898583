"""Every exception, and what each of TikTok's error codes means.

TikTok answers most errors with HTTP 200 and a ``code``. ``facts/errors.json`` says for each code
what it means, which action the tap takes, and what a person can do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tap_tiktok_ads.facts import endpoints, mapping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class TapError(Exception):
    """An error told in one line: what happened, where, and what to do."""


class MisfitError(TapError):
    """A value does not fit the type of its column."""


class CustomReportError(TapError):
    """TikTok would refuse a custom report."""


class ApiError(TapError):
    """A request failed, and so will every other one: the run ends."""


class RetriableError(ApiError):
    """TikTok or the network is in trouble; the same request may succeed later."""


class UnreadableAnswerError(ApiError):
    """An answer is not JSON, or not in the form of the API's answers."""


class RateLimitError(ApiError):
    """Too many requests, of this process or of another one that uses the same app."""


class RefusedError(ApiError):
    """TikTok refuses a request that is not about one account."""


class AccountError(ApiError):
    """One ad account can't be read; the others can."""


class AccountRefusedError(AccountError):
    """TikTok refuses a request about one account."""


class PermissionMissingError(AccountError):
    """The token lacks the permission for an endpoint and account."""


class AccountTroubleError(AccountError):
    """TikTok's trouble with a request about one account did not end; it answers other requests."""


class TooLargeError(AccountError):
    """A report asks for too much at once: halve it, never repeat it unchanged."""


class MetricConflictError(AccountError):
    """At least one metric does not go with the dimensions or the level of a report."""


class DriftError(AccountError):
    """A list moved while its pages were read, so that it can't be proved complete."""


class AmbiguousAnswerError(AccountError):
    """An answer without an error does not say whether there is nothing, or nothing was read."""


class TruncatedError(AccountError):
    """The answer to a report leaves ads out; a finer request may not."""


#: TikTok refuses what was asked for. It is not in trouble, and its answer was clear.
REFUSED: Final = (AccountRefusedError, PermissionMissingError)
#: What is raised for each action of ``facts/errors.json``.
EXCEPTIONS: Final[dict[str, type[ApiError]]] = {
    "account": AccountError,
    "app": ApiError,
    "conflict": MetricConflictError,
    "fail": RefusedError,
    "narrow": TooLargeError,
    "permission": PermissionMissingError,
    "reauthorise": ApiError,
    "restricted": RateLimitError,
    "retry": RetriableError,
    "slow_down": RateLimitError,
    "stop": ApiError,
    "timeout": RetriableError,
    "version": RefusedError,
}


class Verdict(NamedTuple):
    """What an error code means, which action it calls for, and what a person can do."""

    action: str
    meaning: str
    advice: str


def judge(code: int, message: str, endpoint: str = "") -> Verdict:
    """Look up an error code, with its message where one code has several meanings.

    The advice names the permission that the endpoint needs, if that may be missing.

    An unknown code fails if it is 4xxxx, and is retried otherwise.
    """
    table = mapping("errors")
    entry = table["codes"].get(str(code), {"meaning": "unknown code"})
    action = entry.get("action", "fail" if str(code).startswith("4") else "retry")
    for rule in table["messages"]:
        if code == rule["code"] and rule["contains"] in message.lower():
            action = rule["action"]
    advice = table["advice"][action]
    if action == "permission":
        known = endpoints().get(endpoint)
        advice = advice.format(module=known.module if known and known.module else "for it")
    return Verdict(action, entry["meaning"], advice)


def describe_request(endpoint: str, params: Mapping[str, Any]) -> str:
    """Name a request in messages: endpoint, account and days."""
    where = endpoint
    if account := params.get("advertiser_id"):
        where += f" for account {account}"
    if start := params.get("start_date"):
        where += f", {start} to {params['end_date']}"
    return where
