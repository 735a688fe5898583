"""What a report request may ask for: every rule of `/report/integrated/get/`, as one check."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.facts import FILTERS, METRICS, load
from simulator.listings import MOST_IDS, TOP_VIEW, account_of
from simulator.query import BAD_PARAMETER, ApiError, Query, parse_time, refuse, string_list

if TYPE_CHECKING:
    from simulator.world import Account, World

RULES: dict[str, Any] = load("data/dimensions.json")
LEVELS = {
    "AUCTION_ADVERTISER": "advertiser",
    "AUCTION_CAMPAIGN": "campaign",
    "AUCTION_ADGROUP": "adgroup",
    "AUCTION_AD": "ad",
}
DEPTH = {level: depth for depth, level in enumerate(LEVELS.values())}
CONFLICT = "Conflict occurs. The input params including metrics and dimensions have no relation."
DEFAULT_METRICS = ["spend", "impressions"]
NUMBER = re.compile(r"-?\d+(\.\d+)?")
BUYING_TYPES = ("AUCTION", "RESERVATION_RF")


@dataclass(frozen=True)
class Condition:
    """One checked entry of `filtering`."""

    field: str
    kind: str
    level: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """A report request that TikTok would answer.

    Attributes:
        newest: Only so many ads are looked at, the newest ones.
        shift: Rows by which the list has moved since the page before.
    """

    account: Account
    level: str
    id_dimension: str
    time: str | None
    names: tuple[str, ...]
    lifetime: bool
    first: int
    last: int
    conditions: tuple[Condition, ...]
    order_field: str | None
    descending: bool
    totals: bool
    page: int
    page_size: int
    newest: int | None = None
    shift: int = 0

    @property
    def attributes(self) -> tuple[str, ...]:
        """The metrics that describe the object, as of now."""
        return tuple(name for name in self.names if METRICS[name]["kind"] == "attribute")

    @property
    def figures(self) -> tuple[str, ...]:
        """The metrics that are measured."""
        return tuple(name for name in self.names if METRICS[name]["kind"] != "attribute")

    @property
    def buying_types(self) -> tuple[str, ...]:
        """Whose delivery is asked for."""
        asked = [each.values for each in self.conditions if each.field == "buying_type"]
        return asked[0] if asked else BUYING_TYPES


def read(world: World, query: Query) -> Report:
    """Check a request.

    Args:
        world: What there is.
        query: The request.

    Returns:
        The request, understood.

    Raises:
        ApiError: TikTok would refuse it.
    """
    if query.text("advertiser_ids"):
        refuse("advertiser_ids", "Several accounts in one report are not simulated")
    account = account_of(world, query.required("advertiser_id"))
    query.one_of("service_type", ("AUCTION", "RESERVATION"), "AUCTION")
    report_type = query.one_of("report_type", RULES["report_types"])
    if not RULES["report_types"][report_type]:
        refuse("report_type", f"{report_type} is not simulated")
    level = LEVELS[query.one_of("data_level", LEVELS)]
    query.required("dimensions")
    id_dimension, time = _dimensions(query.strings("dimensions") or [], level)
    names = tuple(query.strings("metrics") or DEFAULT_METRICS)
    lifetime = query.boolean("query_lifetime")
    if lifetime and time:
        refuse("query_lifetime", f"Lifetime reports cannot be used with {time}")
    for name in names:
        _check_metric(name, level, id_dimension, time)
    first, last = (0, 0) if lifetime else _span(query, time)
    order_field = query.text("order_field")
    if order_field and METRICS.get(order_field, {}).get("kind") in {None, "attribute", "hidden"}:
        refuse("order_field", f"Cannot sort by {order_field}")
    return Report(
        account=account,
        level=level,
        id_dimension=id_dimension,
        time=time,
        names=names,
        lifetime=lifetime,
        first=first,
        last=last,
        conditions=_conditions(query, level, id_dimension),
        order_field=order_field,
        descending=query.one_of("order_type", ("ASC", "DESC"), "DESC") == "DESC",
        totals=query.boolean("enable_total_metrics"),
        page=query.integer("page", 1),
        page_size=query.integer("page_size", 10, most=1000),
    )


def _dimensions(dimensions: list[str], level: str) -> tuple[str, str | None]:
    """The ID dimension and the time dimension."""
    ids = [name for name in dimensions if name in RULES["ids"]]
    rest = [name for name in dimensions if name not in RULES["ids"]]
    for name in rest:
        if name in RULES["later"]:
            refuse("dimensions", f"{name} is not simulated")
        if name not in RULES["BASIC"]:
            refuse("dimensions", f"Unsupported dimension: {name}")
    if len(ids) != 1:
        refuse("dimensions", "Exactly one ID dimension is needed")
    if LEVELS[RULES["ids"][ids[0]]] != level:
        refuse("data_level", f"The dimension {ids[0]} does not fit the data_level")
    if len(rest) > 1:
        refuse("dimensions", "At most one time dimension can be used")
    return ids[0], rest[0] if rest else None


def _check_metric(name: str, level: str, id_dimension: str, time: str | None) -> None:
    """Refuse the whole request for one metric that does not fit, without saying which."""
    metric = METRICS.get(name, {"kind": "hidden"})
    needed = metric.get("with")
    fits = (
        metric["kind"] != "hidden"
        and level in metric.get("levels", LEVELS.values())
        and needed in {None, "id", id_dimension, time}
        and metric.get("without") != id_dimension
    )
    if not fits:
        raise ApiError(BAD_PARAMETER, CONFLICT)


def _span(query: Query, time: str | None) -> tuple[int, int]:
    first, last = query.day("start_date").toordinal(), query.day("end_date").toordinal()
    if last < first:
        refuse("end_date", "The end date must not be earlier than the start date")
    longest = RULES["longest"][time or "none"]
    if last - first + 1 > longest:
        use = f" when use {time}" if time else ""
        raise ApiError(BAD_PARAMETER, f"max time span is {longest} days{use}")
    return first, last


def _conditions(query: Query, level: str, id_dimension: str) -> tuple[Condition, ...]:
    found = tuple(_condition(entry, level) for entry in query.objects("filtering"))
    fields = {each.field for each in found}
    v2 = id_dimension == "ad_id_v2"
    if (v2 and "ad_ids" in fields) or (id_dimension == "ad_id" and "ad_ids_v2" in fields):
        refuse("filtering", "ad_ids and ad_ids_v2 cannot be mixed with the other ID dimension")
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
    """What `filter_value`, a JSON text inside the JSON, holds."""
    where = f"filtering.{field}"
    if operator in {"IN", "BETWEEN"}:
        try:
            values = string_list(where, json.loads(text), most=MOST_IDS)
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
