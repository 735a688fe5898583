"""JSON Schemas of the streams, made from the facts in ``facts/``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tap_tiktok_ads.facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: What each type of column is in JSON Schema. Objects have no inner schema, since theirs change
#: without notice; an array of them names no items, so that loaders store it as one JSON value.
TYPES: Final[dict[str, dict[str, Any]]] = {
    "array<integer>": {"type": ["array", "null"], "items": {"type": ["integer", "null"]}},
    "array<object>": {"type": ["array", "null"]},
    "array<string>": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
    "code": {"type": ["string", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "datetime": {"type": ["string", "null"], "format": "date-time"},
    "hour": {"type": ["string", "null"], "format": "date-time"},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "object": {"type": ["object", "null"]},
    "optional_id": {"type": ["string", "null"]},
    "string": {"type": ["string", "null"]},
}
#: How many of an enum's values a description lists.
MANY: Final = 12


class Column(NamedTuple):
    """One column of a stream.

    Attributes:
        name: As the API calls it.
        type: One of `TYPES`.
        description: What it holds, with its unit.
        default: Whether it is selected when nobody chose.
    """

    name: str
    type: str
    description: str
    default: bool = True


ADVERTISER_ID: Final = Column("advertiser_id", "string", "Ad account id")
CURRENCY: Final = Column("currency", "string", "ISO 4217 currency of all amounts of the account")
UNREAD: Final = Column(
    "unread", "object", "Values that do not fit their columns: the JSON text of each, by column"
)
SYNCED_AT: Final = Column("synced_at", "datetime", "Start of the run that read the row, UTC")


@cache
def entity_columns(name: str) -> tuple[Column, ...]:
    """Columns of an entity: its id first, what the API has, and when it was read."""
    fields = [
        Column(field["name"], _type(field), _describe(field), not field.get("volatile"))
        for field in facts(name)
        if field["name"] != ADVERTISER_ID.name
    ]
    return (ADVERTISER_ID, *fields, UNREAD, SYNCED_AT)


def _type(field: dict[str, Any]) -> str:
    """Return the type of a field: ids and constants are text that is never "None" or "-"."""
    if field.get("zero_is_none"):
        return "optional_id"
    if field["type"] == "string" and ("values" in field or field["name"].endswith("_id")):
        return "code"
    return str(field["type"])


def metric_column(metric: dict[str, Any]) -> Column:
    """Make the column of a metric from its record in the registry."""
    text = f"{metric['description']} ({metric['unit']}, {metric['kind']})"
    return Column(metric["name"], metric["type"], text, default=metric.get("default", False))


def json_schema(columns: Iterable[Column], keys: Sequence[str]) -> dict[str, Any]:
    """Make the JSON Schema of a stream: its keys first, since they alone can't be null."""
    properties: dict[str, Any] = {name: {} for name in keys}
    for column in columns:
        kind = dict(TYPES[column.type])
        if column.name in keys:
            kind["type"] = kind["type"][0]
        properties[column.name] = {**kind, "description": column.description}
    return {"type": "object", "properties": properties}


def _describe(field: dict[str, Any]) -> str:
    """Add the values known so far; TikTok adds others without notice, so they are not checked."""
    values = field.get("values", [])
    if not values:
        return str(field["description"])
    more = ", ..." if len(values) > MANY else ""
    return f"{field['description']} ({', '.join(values[:MANY])}{more})"
