"""What a report request may ask for: every rule of `/report/integrated/get/`, as one check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.facts import METRICS
from simulator.query import BAD_PARAMETER, ApiError, Query, asked_account, refuse
from simulator.reports.dimensions import DATA_LEVELS, SHOP_METRICS, Shape, check_metrics, read_shape
from simulator.reports.filtering import RULES, Condition, read_conditions

if TYPE_CHECKING:
    from simulator.world.model import Account, World

DEFAULT_METRICS = ["spend", "impressions"]
BUYING_TYPES = ("AUCTION", "RESERVATION_RF")


@dataclass(frozen=True)
class Report:
    """A report request that TikTok would answer.

    Attributes:
        newest: Only so many ads are looked at, the newest ones.
        shift: Rows by which the list has moved since the page before.
        zero_rows: Days without delivery may have a row of zeros.
        dash_rows: Objects without delivery may have a row with "-" as its hour.
        disorder: A number by which rows at the ends of a page change places; None for none.
    """

    account: Account
    shape: Shape
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
    zero_rows: bool = False
    dash_rows: bool = False
    disorder: int | None = None

    @property
    def level(self) -> str:
        """Whose figures the rows are."""
        return self.shape.level

    @property
    def time(self) -> str | None:
        """The time dimension."""
        return self.shape.time

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

    @property
    def values(self) -> tuple[str, ...] | None:
        """The values of the breakdown that are asked for; all where nothing says so."""
        asked = [each.values for each in self.conditions if each.kind == "value"]
        return asked[0] if asked else None


def read_report(world: World, query: Query) -> Report:
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
    account = asked_account(world, query)
    query.one_of("service_type", ("AUCTION", "RESERVATION"), "AUCTION")
    shape = _shape(query)
    shop = shape.report_type == "TT_SHOP"
    names = tuple(query.strings("metrics") or (SHOP_METRICS if shop else DEFAULT_METRICS))
    lifetime = query.boolean("query_lifetime")
    if lifetime:
        _check_lifetime(shape)
    check_metrics(names, shape)
    first, last = (0, 0) if lifetime else span(query, shape.time)
    order_field = query.text("order_field")
    if order_field and METRICS.get(order_field, {}).get("kind") in {None, "attribute", "hidden"}:
        refuse("order_field", f"Cannot sort by {order_field}")
    totals = query.boolean("enable_total_metrics")
    if totals and (shape.breakdown or shape.time == "stat_time_hour" or not shape.id):
        refuse("enable_total_metrics", "Totals need one ID dimension, at most with stat_time_day")
    if shop and query.text("filtering"):
        refuse("filtering", "TT_SHOP reports cannot be filtered")
    return Report(
        account=account,
        shape=shape,
        names=names,
        lifetime=lifetime,
        first=first,
        last=last,
        conditions=read_conditions(query, shape.level, [str(shape.id), *shape.breakdown]),
        order_field=order_field,
        descending=query.one_of("order_type", ("ASC", "DESC"), "DESC") == "DESC",
        totals=totals,
        page=query.integer("page", 1),
        page_size=query.integer("page_size", 10, maximum=1000),
    )


def _shape(query: Query) -> Shape:
    report_type = query.one_of("report_type", RULES["report_types"])
    if not RULES["report_types"][report_type]:
        refuse("report_type", f"{report_type} is not simulated")
    level = DATA_LEVELS[query.one_of("data_level", DATA_LEVELS)]
    if report_type == "TT_SHOP" and level not in {"advertiser", "campaign"}:
        refuse("data_level", "TT_SHOP reports have AUCTION_ADVERTISER and AUCTION_CAMPAIGN only")
    query.required("dimensions")
    return read_shape(query.strings("dimensions") or [], report_type, level)


def _check_lifetime(shape: Shape) -> None:
    if shape.report_type != "BASIC":
        refuse("query_lifetime", f"{shape.report_type} reports have no lifetime")
    for name in (shape.time, *shape.breakdown):
        if name in {"stat_time_day", "stat_time_hour", "country_code"}:
            refuse("query_lifetime", f"Lifetime reports cannot be used with {name}")


def span(query: Query, time: str | None) -> tuple[int, int]:
    """Read the days asked for, which must not be too many for the time dimension."""
    first, last = query.day("start_date").toordinal(), query.day("end_date").toordinal()
    if last < first:
        refuse("end_date", "The end date must not be earlier than the start date")
    longest = RULES["longest"][time or "none"]
    if last - first + 1 > longest:
        use = f" when use {time}" if time else ""
        raise ApiError(BAD_PARAMETER, f"max time span is {longest} days{use}")
    return first, last
