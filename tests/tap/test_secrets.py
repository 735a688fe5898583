"""Secrets stay where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import settings
from tests.support.api import running

if TYPE_CHECKING:
    from tests.conftest import Tap

TOKEN = "tok-4f9a1c77e2"
SECRETS = (TOKEN, "demo-secret", "sec-77e24f9a1c")


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "ERROR"])
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"access_token": "sec-77e24f9a1c"},
        {"app_secret": "sec-77e24f9a1c"},
        {"access_token": ["sec-77e24f9a1c"]},
        {"api_url": "http://127.0.0.1:9"},
        {"start_date": "2026-11-19", "advertiser_ids": "1"},
    ],
    ids=["good", "wrong token", "wrong secret", "no text", "unreachable", "wrong account"],
)
def test_no_secret_is_in_any_output(tap: Tap, level: str, change: dict[str, Any]) -> None:
    with running("--scenario", "small", "--token", TOKEN) as api:
        config = settings(api, access_token=TOKEN, start_date="2026-11-15")
        run = tap({**config, **change}, hurry=1000, env={"LOGLEVEL": level})
    for secret in SECRETS:
        assert secret not in run.out + run.err
