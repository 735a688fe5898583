"""`filtering` of a report: what it may hold, and which objects and ads it lets through."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.facts import FILTERS, METRICS, load
from simulator.list_filters import MAX_IDS
from simulator.query import Query, parse_time, refuse, string_list
from simulator.world import objects
from simulator.world.objects import TOP_VIEW, has_status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from simulator.world.model import Ad, Entity

RULES: dict[str, Any] = load("data/dimensions.json")
DEPTH = {level: depth for depth, level in enumerate(("advertiser", "campaign", "adgroup", "ad"))}
NUMBER = re.compile(r"-?\d+(\.\d+)?")
STATUS_FIELDS = {"campaign": "campaign_status", "adgroup": "adgroup_status", "ad": "ad_status"}
COMPARE: dict[str, Callable[[Any, Sequence[Any]], bool]] = {
    "GREATER_EQUAL": lambda found, limits: found >= limits[0],
    "GREATER_THAN": lambda found, limits: found > limits[0],
    "LOWER_EQUAL": lambda found, limits: found <= limits[0],
    "LOWER_THAN": lambda found, limits: found < limits[0],
    "BETWEEN": lambda found, limits: limits[0] <= found <= limits[1],
}


@dataclass(frozen=True)
class Condition:
    """One checked entry of `filtering`."""

    field: str
    kind: str
    level: str
    operator: str
    values: tuple[str, ...]


def read_conditions(query: Query, level: str, dimensions: Sequence[str]) -> tuple[Condition, ...]:
    """Check `filtering`.

    Args:
        query: The request.
        level: Level of the report.
        dimensions: Its dimensions.

    Returns:
        The conditions.
    """
    found = tuple(_condition(entry, level) for entry in query.objects("filtering"))
    fields = {each.field for each in found}
    v2 = "ad_id_v2" in dimensions
    if (v2 and "ad_ids" in fields) or ("ad_id" in dimensions and "ad_ids_v2" in fields):
        refuse("filtering", "ad_ids and ad_ids_v2 cannot be mixed with the other ID dimension")
    for each in found:
        if each.kind == "value" and each.field not in dimensions:
            refuse(f"filtering.{each.field}", "The filter needs the dimension of its name")
    return found


def _condition(entry: dict[str, Any], level: str) -> Condition:
    missing = {"field_name", "filter_type", "filter_value"} - entry.keys()
    if missing:
        refuse(f"filtering.{min(missing)}", "Missing data for required field.")
    field, operator, text = entry["field_name"], entry["filter_type"], entry["filter_value"]
    if not isinstance(text, str):
        refuse(f"filtering.{field}", "filter_value must be set to string")
    numeric = METRICS.get(field, {}).get("kind") not in {None, "attribute", "hidden"}
    kind, where = ("number", level) if numeric else RULES["filters"].get(field, (None, None))
    if kind is None:
        refuse("filtering", f"Unsupported filter: {field}")
    if operator not in RULES["filter_types"][kind]:
        refuse(f"filtering.{field}", f"Unsupported filter_type: {operator}")
    where = level if where == "level" else where
    if kind in {"status", "name", "choice", "time"} and DEPTH[where] > DEPTH[level]:
        refuse(f"filtering.{field}", "The filter does not fit the data_level")
    return Condition(field, kind, where, operator, _values(field, kind, operator, text))


def _values(field: str, kind: str, operator: str, text: str) -> tuple[str, ...]:
    """Read `filter_value`, a JSON text inside the JSON."""
    where = f"filtering.{field}"
    if operator in {"IN", "BETWEEN"}:
        try:
            values = string_list(where, json.loads(text), maximum=MAX_IDS)
        except ValueError:
            refuse(where, "filter_value must be the text of a JSON array")
    else:
        values = [text]
    if kind == "number" and not all(map(NUMBER.fullmatch, values)):
        refuse(where, "filter_value must be a number")
    if kind == "time":
        for each in values:
            parse_time(where, each)
    if operator == "BETWEEN" and len(values) != len(("from", "to")):
        refuse(where, "filter_value must hold two values")
    known = _choices(field)
    if known and not set(values) <= set(known):
        refuse(where, f"Must be among: {', '.join(known)}.")
    if field == "buying_type" and TOP_VIEW in values and len(values) > 1:
        refuse(where, f"{TOP_VIEW} cannot be used with other buying types")
    return tuple(values)


def _choices(field: str) -> list[str] | None:
    if field.endswith("_status"):
        return list(FILTERS["ad"]["primary_status"]["values"])
    if field == "buying_type":
        return list(FILTERS["ad"]["buying_types"]["values"])
    if field in {"campaign_automation_type", "objective_type"}:
        return list(FILTERS["campaign"][field]["values"])
    return None


def is_shown(entity: Entity, level: str, conditions: Sequence[Condition], now: datetime) -> bool:
    """Whether an object's own state lets it into a report of its level."""
    if entity.born > now:
        return False
    asked = {each.field for each in conditions}
    if STATUS_FIELDS[level] not in asked and not has_status(entity, {"STATUS_NOT_DELETE"}, now):
        return False
    return all(_meets(entity, level, each, now) for each in conditions)


def _meets(entity: Entity, level: str, condition: Condition, now: datetime) -> bool:
    if condition.kind in {"ids", "number", "value"} or condition.field == "buying_type":
        return True
    thing = entity if condition.level == level else entity.above(condition.level)
    if condition.kind == "status":
        return has_status(thing, set(condition.values), now)
    if condition.kind == "time":
        limits = [parse_time(condition.field, each) for each in condition.values]
        return COMPARE[condition.operator](thing.born, limits)
    if condition.kind == "name":
        name = objects.name_at(thing, now)
        if condition.operator == "IN":
            return name in condition.values
        return condition.values[0].casefold() in name.casefold()
    return objects.value(thing, condition.level, condition.field, now) in condition.values


def is_counted(ad: Ad, buying_types: Sequence[str], conditions: Sequence[Condition]) -> bool:
    """Whether an ad's delivery is part of a report."""
    if objects.buying_type(ad) not in buying_types:
        return False
    for condition in conditions:
        if condition.kind != "ids":
            continue
        owner = (
            ad.smart_ad or ad if condition.level == "smart_plus_ad" else ad.above(condition.level)
        )
        if owner.id not in condition.values:
            return False
    return True
