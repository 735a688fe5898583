"""Which dimensions a report may have, and which metrics go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.facts import METRICS
from simulator.query import BAD_PARAMETER, ApiError, refuse
from simulator.reports.filtering import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA_LEVELS = {
    "AUCTION_ADVERTISER": "advertiser",
    "AUCTION_CAMPAIGN": "campaign",
    "AUCTION_ADGROUP": "adgroup",
    "AUCTION_AD": "ad",
}
CONFLICT = "Conflict occurs. The input params including metrics and dimensions have no relation."
SHOP_METRICS = ("spend", "billed_cost")


class Shape(NamedTuple):
    """What each row of a report stands for.

    Attributes:
        report_type: BASIC, AUDIENCE or TT_SHOP.
        level: Whose figures they are.
        id: The ID dimension; without one, rows are the whole account's.
        time: The time dimension.
        breakdown: The other dimensions.
    """

    report_type: str
    level: str
    id: str | None
    time: str | None
    breakdown: tuple[str, ...]

    @property
    def rules(self) -> dict[str, Any]:
        """What holds for the first of the other dimensions."""
        if not self.breakdown:
            return {}
        found: dict[str, Any] = RULES["breakdowns"][self.report_type][self.breakdown[0]]
        return found

    @property
    def shown(self) -> tuple[str, ...]:
        """The other dimensions that rows have; some come with one that nobody asked for."""
        return (*self.breakdown, *self.rules.get("returns", ()))

    @property
    def partition(self) -> str | None:
        """What delivery is divided by."""
        return self.rules.get("part", self.breakdown[0]) if self.breakdown else None


def read_shape(dimensions: Sequence[str], report_type: str, level: str) -> Shape:
    """Check the dimensions.

    Args:
        dimensions: As they were asked for.
        report_type: The kind of report.
        level: Level of the report.

    Returns:
        The shape of its rows.
    """
    times = RULES["report_types"][report_type]
    breakdowns = RULES["breakdowns"][report_type]
    for name in dimensions:
        if name not in RULES["ids"] and name not in times and name not in breakdowns:
            refuse("dimensions", f"Unsupported dimension: {name}")
    ids = [name for name in dimensions if name in RULES["ids"]]
    time = [name for name in dimensions if name in times]
    breakdown = tuple(name for name in breakdowns if name in dimensions)
    _check_id(ids, report_type, level)
    if len(time) > 1:
        refuse("dimensions", "At most one time dimension can be used")
    _check_breakdown(breakdown, dimensions, report_type)
    return Shape(report_type, level, ids[0] if ids else None, time[0] if time else None, breakdown)


def _check_id(ids: Sequence[str], report_type: str, level: str) -> None:
    if not ids and report_type == "AUDIENCE" and level == "advertiser":
        return
    if len(ids) != 1:
        refuse("dimensions", "Exactly one ID dimension is needed")
    if DATA_LEVELS[RULES["ids"][ids[0]]] != level:
        refuse("data_level", f"The dimension {ids[0]} does not fit the data_level")
    if report_type == "AUDIENCE" and ids[0] == "ad_id_v2":
        refuse("dimensions", "ad_id_v2 cannot be used in AUDIENCE reports")


def _check_breakdown(
    breakdown: tuple[str, ...], dimensions: Sequence[str], report_type: str
) -> None:
    rules = RULES["breakdowns"][report_type]
    if report_type == "AUDIENCE" and not breakdown:
        refuse("dimensions", "Exactly one audience dimension is needed")
    for name in breakdown:
        needed = rules[name].get("needs")
        if needed and needed not in dimensions:
            refuse("dimensions", f"{name} needs the dimension {needed}")
        for other in rules[name].get("without", ()):
            if other in dimensions:
                refuse("dimensions", f"{name} cannot be used with {other}")
    for other in breakdown[1:]:
        if other not in rules[breakdown[0]].get("with", ()):
            refuse("dimensions", f"{breakdown[0]} cannot be used with {other}")


def check_metrics(names: Sequence[str], shape: Shape) -> None:
    """Refuse the whole request for one metric that does not fit, without saying which."""
    if not all(_fits(name, shape) for name in names):
        raise ApiError(BAD_PARAMETER, CONFLICT)


def _fits(name: str, shape: Shape) -> bool:
    metric = METRICS.get(name, {"kind": "hidden"})
    if metric["kind"] == "hidden" or shape.level not in metric.get("levels", DATA_LEVELS.values()):
        return False
    if shape.report_type == "TT_SHOP":
        return name in SHOP_METRICS
    if not _goes_with(metric, shape):
        return False
    if metric["kind"] == "attribute":
        return shape.id is not None
    if "list" in shape.rules:
        return name in RULES["lists"][shape.rules["list"]]
    audience = metric.get("audience", False)
    return (
        shape.report_type == "BASIC" or audience is True or shape.breakdown[0] in (audience or ())
    )


def _goes_with(metric: dict[str, Any], shape: Shape) -> bool:
    """Whether a metric's own rule about dimensions allows these."""
    needed = metric.get("with")
    if shape.id and metric.get("without") == shape.id:
        return False
    if needed == "id":
        return not shape.breakdown and shape.time != "stat_time_hour"
    if needed in {"stat_time_day", "ad_id_v2"} and shape.breakdown:
        return False
    return needed in {None, shape.id, shape.time, *shape.breakdown}
