"""Authorisation, as the API describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.api import APP, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from tests.support.api import Simulator

REDIRECT = "https://example.org/callback?from=tiktok"


@pytest.fixture(scope="module")
def api() -> Iterator[Simulator]:
    """A small world whose clock may be moved."""
    with running("--scenario", "small") as simulator:
        yield simulator


def consent(api: Simulator, **asked: str) -> requests.Response:
    """Open the page on which a person confirms."""
    params = {"app_id": "demo-app", "redirect_uri": REDIRECT, "state": "mine", **asked}
    return api.session.get(f"{api.url}/portal/auth", params=params, allow_redirects=False)


def code(api: Simulator) -> str:
    """A fresh code."""
    return parse_qs(urlsplit(consent(api).headers["Location"]).query)["auth_code"][0]


def exchange(api: Simulator, **sent: Any) -> dict[str, Any]:
    """Ask for a token; the envelope."""
    answer = api.session.post(
        f"{api.url}/open_api/v1.3/oauth2/access_token/",
        json={key: value for key, value in {**APP, **sent}.items() if value is not None},
        headers={"Access-Token": None},
    )
    found: dict[str, Any] = answer.json()
    return found


def test_consent_sends_back_with_a_code_and_the_state(api: Simulator) -> None:
    answer = consent(api)
    found = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{REDIRECT}&")
    assert found["state"] == ["mine"]
    assert found["auth_code"] == found["code"]


def test_an_unknown_app_gets_no_consent(api: Simulator) -> None:
    assert consent(api, app_id="other").status_code == 400


def test_a_code_is_good_for_a_token_once(api: Simulator) -> None:
    given = code(api)
    first, second = exchange(api, auth_code=given), exchange(api, auth_code=given)
    assert first["code"] == 0
    assert first["data"]["access_token"] == "demo-token"
    assert first["data"]["advertiser_ids"] == list(api.accounts().values())
    assert second["code"] == 40110


def test_the_accounts_are_left_out_on_demand(api: Simulator) -> None:
    found = exchange(api, auth_code=code(api), return_advertiser_ids=False)
    assert "advertiser_ids" not in found["data"]


def test_a_code_lives_an_hour(api: Simulator) -> None:
    api.set_clock("2026-11-20T10:00:00Z")
    kept, late = code(api), code(api)
    api.set_clock("2026-11-20T11:00:00Z")
    assert exchange(api, auth_code=kept)["code"] == 0
    api.set_clock("2026-11-20T11:01:00Z")
    assert exchange(api, auth_code=late)["code"] == 40110


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"secret": "other"}, 40101),
        ({"app_id": "other"}, 40101),
        ({"auth_code": "never given"}, 40110),
        ({"auth_code": None}, 40002),
        ({"secret": None}, 40002),
    ],
)
def test_what_is_wrong_is_refused(api: Simulator, sent: dict[str, Any], expected: int) -> None:
    assert exchange(api, **{"auth_code": code(api), **sent})["code"] == expected


def test_a_body_that_is_no_object_is_refused(api: Simulator) -> None:
    address = f"{api.url}/open_api/v1.3/oauth2/access_token/"
    assert api.session.post(address, data="app_id=1").json()["code"] == 40002


def test_a_token_is_not_to_be_had_by_get(api: Simulator) -> None:
    assert api.raw("/oauth2/access_token/").status_code == 405
