"""The filters of a list: which there are, and what each takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.facts import FILTERS
from simulator.query import parse_time, refuse, string_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.query import Query

MAX_IDS = 100


def filters_of(query: Query, family: str) -> dict[str, Any]:
    """Read the `filtering` of a request.

    Args:
        query: The request.
        family: What is listed, as in filters.json.

    Returns:
        The filters, every key and value of which the list knows.
    """
    filters = query.mapping("filtering")
    rules = FILTERS[family]
    for key, given in filters.items():
        if key not in rules:
            refuse("filtering", f"Unsupported filter: {key}")
        CHECKS[rules[key]["type"]](f"filtering.{key}", given, rules[key])
    return filters


def ids_of(query: Query, name: str, maximum: int) -> list[str]:
    """Read a required parameter of ids.

    Args:
        query: The request.
        name: The parameter.
        maximum: How many ids it may have.
    """
    query.required(name)
    return query.strings(name, maximum=maximum) or refuse(name, "Shorter than minimum length 1.")


def _check_choices(where: str, given: Any, rule: dict[str, Any]) -> None:
    if not set(string_list(where, given)) <= set(rule["values"]):
        refuse(where, f"Must be among: {', '.join(rule['values'])}.")


def _check_choice(where: str, given: Any, rule: dict[str, Any]) -> None:
    if given not in rule["values"]:
        refuse(where, f"Must be one of: {', '.join(rule['values'])}.")


def _check_kind(*kinds: type) -> Callable[[str, Any, dict[str, Any]], None]:
    def check(where: str, given: Any, _: dict[str, Any]) -> None:
        # In Python a boolean is a number.
        if type(given) not in kinds:
            refuse(where, f"Field must be set to {TYPE_NAMES[kinds[0]]}")

    return check


def _check_numbers(where: str, given: Any, _: dict[str, Any]) -> None:
    if not isinstance(given, list) or not {type(each) for each in given} <= {int, float}:
        refuse(where, "Field must be set to array of numbers")


TYPE_NAMES = {bool: "boolean", str: "string", int: "number"}
CHECKS: dict[str, Callable[[str, Any, dict[str, Any]], object]] = {
    "ids": lambda where, given, rule: string_list(where, given, maximum=rule.get("max", MAX_IDS)),
    "time": lambda where, given, _: parse_time(where, given),
    "enums": _check_choices,
    "enum": _check_choice,
    "bool": _check_kind(bool),
    "text": _check_kind(str),
    "texts": lambda where, given, _: string_list(where, given),
    "number": _check_kind(int, float),
    "numbers": _check_numbers,
}
