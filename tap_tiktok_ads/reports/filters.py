"""Filters of custom reports, checked by TikTok's rules (reporting.md 4)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tap_tiktok_ads.errors import CustomReportError
from tap_tiktok_ads.facts import facts, mapping
from tap_tiktok_ads.reports.report import Filter

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

FILTER_KEYS: Final = ("field_name", "filter_type", "filter_value")
#: Filter types whose value is a list.
LIST_FILTER_TYPES: Final = frozenset({"IN", "NOT_IN", "CONTAIN_ANY_OF", "BETWEEN"})


@cache
def _numeric_metrics() -> frozenset[str]:
    return frozenset(
        metric["name"] for metric in facts("metrics") if metric["type"] in ("integer", "number")
    )


def read_filters(value: Any, level: str, dimensions: Collection[str]) -> tuple[Filter, ...]:
    """Read a custom report's filters.

    Raises:
        CustomReportError: If TikTok would refuse one of them; the text says which and why.
    """
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        msg = f"filters must be a list of objects with {', '.join(FILTER_KEYS)}."
        raise CustomReportError(msg)
    return tuple(_read(entry, level, dimensions) for entry in value)


def _read(entry: dict[str, Any], level: str, dimensions: Collection[str]) -> Filter:
    if set(entry) != set(FILTER_KEYS):
        msg = (
            f"a filter must have {', '.join(FILTER_KEYS)}; one has {', '.join(entry) or 'nothing'}."
        )
        raise CustomReportError(msg)
    field, kind, value = (entry[key] for key in FILTER_KEYS)
    rules = mapping("filters")
    rule = rules["fields"].get(field) if isinstance(field, str) else None
    if isinstance(field, str) and field in _numeric_metrics():
        rule = {"value": "number"}
    if rule is None:
        msg = f"filter {field!r} is unknown; it must be a metric that is a number, or one of "
        raise CustomReportError(msg + f"{', '.join(rules['fields'])}.")
    if level not in rule.get("levels", (level,)):
        msg = f"filter {field} does not go with level {level}, only {', '.join(rule['levels'])}."
        raise CustomReportError(msg)
    if rule.get("dimension") and field not in dimensions:
        msg = f"filter {field} needs {field} among the dimensions."
        raise CustomReportError(msg)
    limits = rules["values"][rule["value"]]
    if kind not in limits["filter_types"]:
        allowed = ", ".join(limits["filter_types"])
        msg = f"filter {field}: filter_type {kind!r} must be one of {allowed}."
        raise CustomReportError(msg)
    _check_value(field, kind, value, limits.get("most"))
    return Filter(field, kind, tuple(value) if kind in LIST_FILTER_TYPES else value)


def _check_value(field: str, kind: str, value: Any, most: int | None) -> None:
    if kind in LIST_FILTER_TYPES:
        if not _texts(value) or not value:
            msg = f"filter {field}: filter_value must be a list of texts, since {kind} takes one."
            raise CustomReportError(msg)
        if kind == "BETWEEN" and len(value) != len(("from", "to")):
            msg = f"filter {field}: BETWEEN takes two values."
            raise CustomReportError(msg)
        if most and len(value) > most:
            msg = f"filter {field}: {len(value)} ids; TikTok takes at most {most}."
            raise CustomReportError(msg)
    elif not isinstance(value, str):
        msg = f'filter {field}: filter_value must be a text such as "10", since {kind} takes one.'
        raise CustomReportError(msg)


def _texts(value: Any) -> Sequence[str] | None:
    return value if isinstance(value, list) and all(isinstance(x, str) for x in value) else None
