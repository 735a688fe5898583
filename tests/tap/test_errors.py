"""Each error code is treated as the table says, and told in words for people."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from tap_tiktok_ads import errors
from tap_tiktok_ads.api.client import Client
from tap_tiktok_ads.api.rate_limit import RateLimiter
from tap_tiktok_ads.errors import (
    EXCEPTIONS,
    AccountError,
    ApiError,
    MetricConflictError,
    PermissionMissingError,
    RateLimitError,
    RefusedError,
    RetriableError,
    TooLargeError,
    describe_request,
    judge,
)
from tests.support.api import report

if TYPE_CHECKING:
    from tests.support.api import Simulator

TABLE: dict[str, Any] = json.loads(
    resources.files("tap_tiktok_ads.facts").joinpath("errors.json").read_text("utf-8")
)
ACTIONS = {entry["action"] for entry in [*TABLE["codes"].values(), *TABLE["messages"]]}


@pytest.mark.parametrize("action", sorted(ACTIONS - {"ok"}))
def test_every_action_has_an_exception_and_an_advice(action: str) -> None:
    assert issubclass(EXCEPTIONS[action], ApiError)
    assert TABLE["advice"][action].endswith(".")


def test_there_is_no_advice_or_exception_for_nothing() -> None:
    assert set(TABLE["advice"]) == ACTIONS
    assert set(EXCEPTIONS) == ACTIONS - {"ok"}


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("too many requests", "slow_down"),
        ("time-out", "timeout"),
        ("maintenance", "retry"),
        ("token", "reauthorise"),
        ("auth code", "reauthorise"),
        ("permission", "permission"),
        ("advertiser missing", "account"),
        ("allowlist", "account"),
        ("query too large", "narrow"),
        ("sandbox", "fail"),
        ("version", "version"),
    ],
)
def test_what_a_code_means_decides_what_is_done_about_it(words: str, action: str) -> None:
    verdicts = [judge(int(code), "") for code in TABLE["codes"]]
    assert {each.action for each in verdicts if words in each.meaning} == {action}


def test_no_code_of_the_table_is_told_as_unknown() -> None:
    assert judge(99999, "").meaning == "unknown code"
    assert "unknown code" not in {judge(int(code), "").meaning for code in TABLE["codes"]}


@pytest.mark.parametrize(
    ("code", "action"), [(40999, "fail"), (49999, "fail"), (50999, "retry"), (70000, "retry")]
)
def test_unknown_codes_of_4_fail_and_others_are_retried(code: int, action: str) -> None:
    assert judge(code, "").action == action


@pytest.mark.parametrize(
    ("code", "message", "exception"),
    [
        (40002, "metrics and dimensions have no relation.", MetricConflictError),
        (40002, "The advertiser 1 doesn't exist or has been deleted.", AccountError),
        (40002, "max time span is 30 days when use stat_time_day", TooLargeError),
        (40002, "page_size: Must be at most 1000.", RefusedError),
        (40001, "No permission to operate advertiser 1.", PermissionMissingError),
        (40300, "The advertiser is suspended", AccountError),
        (40067, "The query is too large.", TooLargeError),
        (40100, "Too many requests. Please retry in some time.", RateLimitError),
        (40133, "Too many requests.", RateLimitError),
        (40100, "requests from App are temporarily restricted.", RateLimitError),
        (50000, "System error", RetriableError),
        (51001, "Internal service timeout.", RetriableError),
        (40105, "Access token is incorrect or has been revoked.", ApiError),
        (41000, "Your country is banned", ApiError),
    ],
)
def test_code_and_message_decide_together(
    code: int, message: str, exception: type[ApiError]
) -> None:
    assert EXCEPTIONS[judge(code, message).action] is exception


def test_restrictions_are_told_from_passing_refusals() -> None:
    assert judge(40100, "App reaches the QPS limit.").action == "slow_down"
    assert judge(40100, "App is temporarily RESTRICTED.").action == "restricted"


def test_a_request_is_named_by_endpoint_account_and_days() -> None:
    params = {"advertiser_id": "7", "start_date": "2026-10-01", "end_date": "2026-10-30"}
    assert describe_request("/a/get/", params) == "/a/get/ for account 7, 2026-10-01 to 2026-10-30"
    assert describe_request("/a/get/", {}) == "/a/get/"


@pytest.fixture
def client(small: Simulator) -> Client:
    return Client(
        api_url=small.url,
        access_token="demo-token",
        rate_limiter=RateLimiter(1000, second=0.001),
        timeout=5,
        second=0.001,
    )


def test_a_message_says_what_happened_where_and_what_to_do(
    client: Client, small: Simulator
) -> None:
    account = small.accounts()["Northwind Outdoor"]
    asked = report(account, start_date="2026-10-01", end_date="2026-10-10", data_level="NONE")
    with pytest.raises(AccountError) as caught:
        client.get("/report/integrated/get/", asked)
    text = str(caught.value)
    assert f"/report/integrated/get/ for account {account}, 2026-10-01 to 2026-10-10" in text
    assert "TikTok answers 40002 (parameter error, message says which): 'data_level" in text
    assert "[request_id 0" in text
    assert TABLE["advice"]["fail"] in text
    assert "demo-token" not in text


def test_what_is_not_about_an_account_is_no_accounts_error(client: Client) -> None:
    with pytest.raises(RefusedError):
        client.get("/report/integrated/get/", {})


@pytest.mark.parametrize(
    ("fault", "path", "exception"),
    [
        ("http_504", "/report/integrated/get/", TooLargeError),
        ("http_504", "/campaign/get/", RetriableError),
        ("http_502", "/report/integrated/get/", RetriableError),
        ("truncated_json", "/report/integrated/get/", RetriableError),
        ("rate_limit", "/campaign/get/", RateLimitError),
    ],
)
def test_only_a_report_that_timed_out_is_not_repeated(
    client: Client, small: Simulator, fault: str, path: str, exception: type[ApiError]
) -> None:
    account = small.accounts()["Northwind Outdoor"]
    small.control("POST", "/faults", {fault: 1})
    small.control("DELETE", "/requests")
    try:
        with pytest.raises(exception) as caught:
            client.get(path, report(account) if "report" in path else {"advertiser_id": account})
        total = small.control("GET", "/requests")["total"]
    finally:
        small.control("POST", "/faults", {})
    assert type(caught.value) is exception
    assert (total == 1) == (exception is TooLargeError)
    assert path in str(caught.value)


def test_every_error_of_the_tap_is_told_in_one_line() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    told = [each for each in kinds if issubclass(each, Exception)]
    assert all(issubclass(each, errors.TapError) for each in told)
    assert all("\n" not in text for text in TABLE["advice"].values())
