"""Reading the parameters of a request as strictly as the API does."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Collection

    from simulator.world.model import Account, World

BAD_PARAMETER = 40002
NO_PERMISSION = 40001


class ApiError(Exception):
    """An answer other than 0."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refuse(name: str, problem: str) -> NoReturn:
    """Raise a parameter error that names the parameter."""
    raise ApiError(BAD_PARAMETER, f"{name}: {problem}")


def refuse_field(position: int, known: Collection[str]) -> NoReturn:
    """Raise the error of a name in `fields` that isn't known, in the words seen in 2026."""
    names = ", ".join(f"'{name}'" for name in known)
    problem = f"one or more value of the param is not acceptable, correct is [{names}]"
    refuse(f"fields.{position}", problem)


class Query:
    """The query string of one request; parameters that nobody asks for are ignored."""

    def __init__(self, query_string: str) -> None:
        self.string = query_string
        self._values = dict(parse_qsl(query_string, keep_blank_values=True))

    def advertisers(self) -> list[str]:
        """Return the accounts that the request names, as far as they can be read."""
        one = self._values.get("advertiser_id", "")
        return [one, *json_strings(self._values.get("advertiser_ids", ""))]

    def text(self, name: str, default: str | None = None) -> str | None:
        """Return a parameter unchanged."""
        return self._values.get(name) or default

    def required(self, name: str) -> str:
        """Return a parameter that must be there."""
        if found := self.text(name):
            return found
        refuse(name, "Missing data for required field.")

    def one_of(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """Read a parameter with a closed set of values, required if it has no default."""
        found = self.text(name, default) or self.required(name)
        if found not in allowed:
            refuse(name, f"Must be one of: {', '.join(allowed)}.")
        return found

    def integer(self, name: str, default: int, *, maximum: int | None = None) -> int:
        """Read a whole number from 1 on."""
        found = self.text(name)
        if found is None:
            return default
        if not found.lstrip("-").isdecimal():
            refuse(name, "Field must be set to integer")
        number = int(found)
        if number < 1 or (maximum and number > maximum):
            limit = f" and less than or equal to {maximum}" if maximum else ""
            refuse(name, f"Value must be greater than or equal to 1{limit}")
        return number

    def boolean(self, name: str) -> bool:
        """Read `true` or `false`; false if missing."""
        found = self.text(name, "false")
        if found not in {"true", "false"}:
            refuse(name, "Field must be set to boolean")
        return found == "true"

    def day(self, name: str) -> date:
        """Read a date, YYYY-MM-DD."""
        return parse_day(name, self.required(name))

    def strings(self, name: str, *, maximum: int | None = None) -> list[str] | None:
        """Read a JSON array of strings."""
        found = self._json(name, list, "array")
        return found if found is None else string_list(name, found, maximum=maximum)

    def mapping(self, name: str) -> dict[str, Any]:
        """Read a JSON object; empty if missing."""
        return self._json(name, dict, "object") or {}

    def objects(self, name: str) -> list[dict[str, Any]]:
        """Read a JSON array of objects; empty if missing."""
        found = self._json(name, list, "array") or []
        if not all(isinstance(item, dict) for item in found):
            refuse(name, "Items must be set to object")
        return found

    def _json(self, name: str, kind: type, word: str) -> Any:
        found = self.text(name)
        if found is None:
            return None
        try:
            parsed = json.loads(found)
        except ValueError:
            refuse(name, f"Field must be set to {word}")
        if not isinstance(parsed, kind):
            refuse(name, f"Field must be set to {word}")
        return parsed


def json_strings(text: str) -> list[str]:
    """Return the strings of a JSON array; none if it isn't one."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def string_list(name: str, found: Any, *, maximum: int | None = None) -> list[str]:
    """Check that a JSON value is an array of strings, and not too long."""
    if not isinstance(found, list):
        refuse(name, "Field must be set to array")
    if not all(isinstance(item, str) for item in found):
        refuse(name, "Items must be set to string")
    if maximum and len(found) > maximum:
        refuse(name, f"Length must be less than or equal to {maximum}")
    return found


def parse_day(name: str, text: str) -> date:
    """Read a date, YYYY-MM-DD."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=timezone.utc).date()
    except ValueError:
        refuse(name, "Not a valid date, use the format YYYY-MM-DD")


def parse_time(name: str, text: Any) -> datetime:
    """Read a moment in UTC, YYYY-MM-DD HH:MM:SS."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        refuse(name, "Not a valid time, use the format YYYY-MM-DD HH:MM:SS")


def asked_account(world: World, query: Query) -> Account:
    """Return the account of a request."""
    return account_of(world, query.required("advertiser_id"))


def account_of(world: World, advertiser_id: str) -> Account:
    """Return an account that the token may read."""
    if not advertiser_id.isdecimal():
        refuse("advertiser_id", "Field must be set to an advertiser id")
    if advertiser_id == world.closed_account:
        message = f"The advertiser {advertiser_id} doesn't exist or has been deleted."
        raise ApiError(BAD_PARAMETER, message)
    if advertiser_id not in world.accounts:
        raise ApiError(NO_PERMISSION, f"No permission to operate advertiser {advertiser_id}.")
    return world.accounts[advertiser_id]
