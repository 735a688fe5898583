"""Secrets stay where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import settings
from tests.support.api import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Run, Tap
    from tests.support.api import Simulator

TOKEN = "tok-4f9a1c77e2"
WRONG = "sec-77e24f9a1c"
SECRETS = (TOKEN, "demo-secret", WRONG)
LEVELS = ("DEBUG", "INFO", "ERROR")


@pytest.fixture(scope="module")
def api() -> Iterator[Simulator]:
    """A world that one token may read."""
    with running("--scenario", "small", "--token", TOKEN) as simulator:
        yield simulator


def read(tap: Tap, api: Simulator, level: str, **change: Any) -> Run:
    """Run the tap in a process, with all that it would write at a log level."""
    config = settings(api, access_token=TOKEN, start_date="2026-11-15") | change
    return tap.process(config, hurry=1000, env={"LOGLEVEL": level})


def holds_no_secret(run: Run) -> None:
    for secret in SECRETS:
        assert secret not in run.out + run.err


@pytest.mark.parametrize("level", LEVELS)
def test_no_secret_is_in_the_output_of_a_run(tap: Tap, api: Simulator, level: str) -> None:
    run = read(tap, api, level)
    assert run.status == 0, run.err
    assert run.records["ads"]
    assert [each for each in LEVELS if f"| {each} " in run.err] == {
        "DEBUG": ["DEBUG", "INFO"],
        "INFO": ["INFO"],
        "ERROR": [],
    }[level]
    holds_no_secret(run)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"access_token": WRONG}, "Access token is incorrect or has been revoked"),
        ({"app_secret": WRONG}, "/oauth2/advertiser/get/"),
        ({"access_token": [WRONG]}, "access_token must be text"),
        ({"api_url": "http://127.0.0.1:9"}, "No connection"),
        ({"start_date": "2026-11-19", "advertiser_ids": "1"}, "1 of 1 accounts could not be read"),
    ],
    ids=["wrong token", "wrong secret", "no text", "unreachable", "wrong account"],
)
def test_no_secret_is_in_what_is_said_of_an_error(
    tap: Tap, api: Simulator, level: str, change: dict[str, Any], says: str
) -> None:
    run = read(tap, api, level, **change)
    assert run.status == 1
    assert says in run.errors[-1]
    holds_no_secret(run)
