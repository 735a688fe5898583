"""Authorisation: consent gives a code, and the code, once and within an hour, a token."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from simulator.query import ApiError, Query, refuse

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.world.model import World

Row = dict[str, Any]

PORTAL = "/portal/auth"
LIFETIME = timedelta(hours=1)
#: Ad account management, ads management, reporting.
SCOPES = [1, 2, 4]


class Authorisation:
    """What one app may do, and the codes that it was given.

    Args:
        app_id: The one app.
        secret: Its secret.
        token: What a code is exchanged for.
    """

    def __init__(self, app_id: str, secret: str, token: str) -> None:
        self._app_id = app_id
        self._secret = secret
        self._token = token
        self._given: dict[str, datetime] = {}
        self._used: set[str] = set()

    def consent(self, query: Query, now: datetime) -> str:
        """Return the address to which a person who agrees at once is sent back."""
        if query.required("app_id") != self._app_id:
            refuse("app_id", "The app does not exist")
        address = query.required("redirect_uri")
        code = f"demo-code-{len(self._given) + 1}"
        self._given[code] = now
        answer = {"auth_code": code, "code": code, "state": query.text("state", "") or ""}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(answer)}"

    def exchange(self, world: World, query: Query, now: datetime) -> Row:
        """Answer `/oauth2/access_token/`."""
        self._check(query)
        code = query.required("auth_code")
        if code in self._used:
            raise ApiError(40110, "Auth_code has been used.")
        if code not in self._given or now - self._given[code] > LIFETIME:
            raise ApiError(40110, "Auth_code is invalid or has expired.")
        self._used.add(code)
        listed = {"advertiser_ids": list(world.accounts)}
        wanted = query.text("return_advertiser_ids") != "false"
        return {"access_token": self._token, "scope": SCOPES, **(listed if wanted else {})}

    def advertisers(self, world: World, query: Query, _now: datetime) -> Row:
        """Answer `/oauth2/advertiser/get/`: what the token may read; no paging."""
        self._check(query)
        return {
            "list": [
                {"advertiser_id": each.id, "advertiser_name": each.name}
                for each in world.accounts.values()
            ]
        }

    def _check(self, query: Query) -> None:
        if (query.required("app_id"), query.required("secret")) != (self._app_id, self._secret):
            raise ApiError(40101, "The app_id or the secret is incorrect.")


def form(body: bytes) -> str:
    """Return a JSON body in the form in which parameters are read."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ApiError(40002, "The request body must be a JSON object.")
    return urlencode(
        {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in found.items()
        }
    )
