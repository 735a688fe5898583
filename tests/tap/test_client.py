"""Whatever a server sends, a request ends in time, within a size, and with a clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_tiktok_ads.api.address import versioned
from tap_tiktok_ads.api.client import MAX_TROUBLED, MAX_UNREADABLE_ATTEMPTS, Client
from tap_tiktok_ads.api.rate_limit import RateLimiter
from tap_tiktok_ads.errors import (
    AccountRefusedError,
    AccountTroubleError,
    ApiError,
    RetriableError,
)
from tests.support.hostile import (
    body,
    echo,
    endless_body,
    envelope,
    gzip_bomb,
    hostile,
    nested,
    slow_bytes,
)

if TYPE_CHECKING:
    from tests.support.hostile import Answer, Request

TOKEN = "tok-4f9a1c77e2"
CAMPAIGNS = "/campaign/get/"


def client(url: str) -> Client:
    limiter = RateLimiter(1000)
    return Client(
        api_url=url,
        access_token=TOKEN,
        rate_limiter=limiter,
        timeout=0.2,
        max_response_mb=2,
        second=0.001,
    )


@pytest.mark.parametrize("code", [0, "0"], ids=["number", "text"])
def test_a_code_may_be_text(code: object) -> None:
    with hostile({CAMPAIGNS: envelope({"list": []}, code)}) as url:
        assert bytes(client(url).get(CAMPAIGNS, {}).data) == b'{"list": []}'


@pytest.mark.parametrize("text", ['{"code": 0}', '{"code": 0, "message": null, "data": null}'])
def test_absent_data_is_null(text: str) -> None:
    with hostile({CAMPAIGNS: body(text)}) as url:
        assert bytes(client(url).get(CAMPAIGNS, {}).data) == b"null"


@pytest.mark.parametrize(
    "answer",
    [gzip_bomb(1 << 28), endless_body(), endless_body(compressed=True)],
    ids=["bomb", "endless", "endless gzip"],
)
def test_an_answer_that_is_too_large_is_asked_for_once(answer: Answer) -> None:
    seen: list[Request] = []
    with (
        hostile({CAMPAIGNS: answer}, seen) as url,
        pytest.raises(AccountRefusedError, match="raise max_response_mb"),
    ):
        client(url).get(CAMPAIGNS, {"advertiser_id": "1"})
    assert len(seen) == 1


def test_an_answer_that_drips_without_end_is_given_up() -> None:
    with (
        hostile({CAMPAIGNS: slow_bytes(0.05)}) as url,
        pytest.raises(RetriableError, match="no whole answer within 1 s"),
    ):
        client(url).get(CAMPAIGNS, {})


@pytest.mark.parametrize(
    "answer", [body("no JSON"), body("{}"), nested(100_000)], ids=["text", "no code", "nested"]
)
def test_an_unreadable_answer_is_asked_for_a_few_times(answer: Answer) -> None:
    seen: list[Request] = []
    with hostile({CAMPAIGNS: answer}, seen) as url, pytest.raises(RetriableError):
        client(url).get(CAMPAIGNS, {})
    assert len(seen) == MAX_UNREADABLE_ATTEMPTS


def test_trouble_of_one_account_is_its_own_while_others_are_answered() -> None:
    with hostile({CAMPAIGNS: envelope(None, 50000)}) as url:
        asked = client(url)
        asked.get("/advertiser/info/", {})
        for _ in range(MAX_TROUBLED):
            with pytest.raises(AccountTroubleError):
                asked.get(CAMPAIGNS, {"advertiser_id": "1"})


def test_trouble_of_all_accounts_ends_the_run() -> None:
    with hostile({CAMPAIGNS: envelope(None, 50000)}) as url:
        asked = client(url)
        asked.get("/advertiser/info/", {})
        for number in range(MAX_TROUBLED - 1):
            with pytest.raises(AccountTroubleError):
                asked.get(CAMPAIGNS, {"advertiser_id": str(number)})
        with pytest.raises(RetriableError):
            asked.get(CAMPAIGNS, {"advertiser_id": "last"})


@pytest.mark.parametrize(
    ("code", "message", "says"),
    [
        (40001, "No permission", "the permission ads for this account"),
        (40000, "app_id is inconsistent with the token's app information", "different apps"),
        (40006, "unknown path", "This version of the API is gone"),
    ],
)
def test_a_refusal_says_what_to_do(code: int, message: str, says: str) -> None:
    with (
        hostile({CAMPAIGNS: envelope({}, code, message)}) as url,
        pytest.raises(ApiError, match=says),
    ):
        client(url).get(CAMPAIGNS, {"advertiser_id": "1"})


def test_the_token_is_masked_where_the_server_repeats_it() -> None:
    with hostile({CAMPAIGNS: echo()}) as url, pytest.raises(ApiError) as caught:
        client(url).get(CAMPAIGNS, {})
    assert TOKEN not in str(caught.value)


def test_a_version_is_added_only_to_an_address_without_one() -> None:
    assert versioned("https://host/") == "https://host/open_api/v1.3"
    assert versioned("https://host/open_api/v2.0") == "https://host/open_api/v2.0"
