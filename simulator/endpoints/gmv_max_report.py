"""`/gmv_max/report/get/`: what it may ask for, and its rows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.endpoints.gmv_max import full, item_fields
from simulator.endpoints.paging import Listing, listing
from simulator.facts import METRICS
from simulator.list_filters import filters_of
from simulator.query import BAD_PARAMETER, ApiError, Query, asked_account, refuse
from simulator.reports.dimensions import CONFLICT
from simulator.reports.request import span
from simulator.world import delivery, objects
from simulator.world.breakdowns import day_boundaries, split_figures
from simulator.world.figures import Measure, combine, exact, select
from simulator.world.gmv_max import GMV_MAX, Campaign, Item, Store, status, stores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from simulator.world.breakdowns import Labels
    from simulator.world.model import Account, World

FIGURES: dict[str, dict[str, Any]] = GMV_MAX["metrics"]
CENT = Decimal("0.01")


@dataclass(frozen=True)
class GmvReport:
    """A report request that TikTok would answer."""

    store: Store
    dimensions: tuple[str, ...]
    names: tuple[str, ...]
    first: int
    last: int
    filters: dict[str, Any]
    sort_field: str | None
    descending: bool

    @property
    def time(self) -> str | None:
        """The time dimension."""
        return next((name for name in self.dimensions if name.startswith("stat_time")), None)

    @property
    def parts(self) -> tuple[str, ...]:
        """The figures that the metrics are made of."""
        names = (*self.names, self.sort_field) if self.sort_field else self.names
        metrics = [FIGURES[name] for name in names]
        found = [[each["of"]] if "of" in each else each.get("parts", ())[:2] for each in metrics]
        return tuple(dict.fromkeys(part for parts in found for part in parts))


class ReportRow(NamedTuple):
    """A row: its key, what it is about as far as that is one thing, and its figures."""

    key: tuple[str, ...]
    campaign: Campaign
    item: Item
    figures: Mapping[str, int]


def report(world: World, query: Query, now: datetime) -> Listing:
    """Answer `/gmv_max/report/get/`."""
    asked = _read(world, query)
    rows = _rows(asked, now)
    account = asked.store.account
    field = asked.sort_field
    if field:
        rows.sort(key=lambda row: _amount(account, field, row.figures), reverse=asked.descending)
    found = listing(query, rows, lambda row: _shown(asked, row, now), max_size=1000)
    if query.boolean("enable_total_metrics"):
        found.extra["total_metrics"] = _totals(asked, rows)
    return found


def _read(world: World, query: Query) -> GmvReport:
    account = asked_account(world, query)
    query.required("store_ids")
    store = _store(account, query.strings("store_ids") or [])
    query.required("dimensions")
    dimensions = tuple(query.strings("dimensions", maximum=3) or ())
    for name in dimensions:
        if name not in GMV_MAX["dimensions"]:
            refuse("dimensions", f"Unsupported dimension: {name}")
    times = [name for name in dimensions if name.startswith("stat_time")]
    if len(times) > 1:
        refuse("dimensions", "At most one time dimension can be used")
    filters = filters_of(query, "gmv_max_report")
    if not filters.get("gmv_max_promotion_types"):
        refuse("filtering.gmv_max_promotion_types", "Missing data for required field.")
    query.required("metrics")
    names = tuple(query.strings("metrics", maximum=100) or ())
    _check_metrics(names, filters["gmv_max_promotion_types"])
    first, last = span(query, times[0] if times else None)
    sort_field = query.text("sort_field")
    if sort_field and not {"of", "parts"} & FIGURES.get(sort_field, {}).keys():
        refuse("sort_field", f"Cannot sort by {sort_field}")
    return GmvReport(
        store=store,
        dimensions=dimensions,
        names=names,
        first=first,
        last=last,
        filters=filters,
        sort_field=sort_field,
        descending=query.one_of("sort_type", ("ASC", "DESC"), "DESC") == "DESC",
    )


def _store(account: Account, store_ids: Sequence[str]) -> Store:
    if len(store_ids) != 1:
        refuse("store_ids", "Length must be 1")
    for store in stores(account):
        if store.id == store_ids[0]:
            return store
    return refuse("store_ids", f"The store {store_ids[0]} doesn't exist or isn't authorized")


def _check_metrics(names: Sequence[str], promotions: Sequence[str]) -> None:
    for name in names:
        if name not in FIGURES:
            refuse("metrics", f"Unsupported metric: {name}")
        if FIGURES[name].get("promotion", promotions[0]) not in promotions or (
            "promotion" in FIGURES[name] and len(promotions) > 1
        ):
            raise ApiError(BAD_PARAMETER, CONFLICT)


def _rows(asked: GmvReport, now: datetime) -> list[ReportRow]:
    selection = select(asked.parts, asked.store.account.decimals)
    found: dict[tuple[str, ...], tuple[Campaign, Item, list[Measure]]] = {}
    for campaign in asked.store.campaigns:
        if campaign.born > now or not _is_reported(campaign, asked.filters, now):
            continue
        for item in campaign.items:
            if not _passes(item, asked.filters):
                continue
            for labels, figures in _delivered(asked, item, now):
                key = _key(asked.dimensions, campaign, item, labels)
                if all(key):
                    found.setdefault(key, (campaign, item, []))[2].append(figures)
    return [
        ReportRow(
            key, campaign, item, dict(zip(selection.parts, combine(selection, each), strict=True))
        )
        for key, (campaign, item, each) in found.items()
    ]


def _delivered(asked: GmvReport, item: Item, now: datetime) -> Iterator[tuple[Labels, Measure]]:
    """Yield what an item delivered on each day or in each hour."""
    account = item.account
    selection = select(asked.parts, account.decimals)
    current = delivery.today(account, now)
    for day in delivery.days(item, asked.first, asked.last, current):
        ends = day_boundaries(account, day, now, hourly=asked.time == "stat_time_hour")
        volume = delivery.volume_on(item, day, current)
        for labels, figures in split_figures(selection, item, day, volume, ends):
            yield labels or (delivery.label(day),), figures


def _key(
    dimensions: Sequence[str], campaign: Campaign, item: Item, labels: Labels
) -> tuple[str, ...]:
    values = {
        "advertiser_id": campaign.account.id,
        "campaign_id": campaign.id,
        "stat_time_day": labels[0],
        "stat_time_hour": labels[0],
        "item_group_id": item.item_group_id,
        "item_id": item.item_id,
        "room_id": item.room_id,
        "duration": item.duration,
    }
    return tuple(values[name] for name in dimensions)


def _is_reported(campaign: Campaign, filters: dict[str, Any], now: datetime) -> bool:
    """Whether a campaign is in the report; deleted ones have to be asked for."""
    if campaign.promotion not in filters["gmv_max_promotion_types"]:
        return False
    state = status(campaign, now)
    asked = filters.get("campaign_statuses")
    if (state == "STATUS_DELETE") if asked is None else {state, "STATUS_ALL"}.isdisjoint(asked):
        return False
    name = objects.name_at(campaign, now).casefold()
    return (
        campaign.id in filters.get("campaign_ids", [campaign.id])
        and filters.get("campaign_name", "").casefold() in name
    )


ITEM_FILTERS: dict[str, Callable[[Item, Any], bool]] = {
    "item_group_ids": lambda item, wanted: item.item_group_id in wanted,
    "item_ids": lambda item, wanted: item.item_id in wanted,
    "room_ids": lambda item, wanted: item.room_id in wanted,
    "search_word": lambda item, wanted: wanted.casefold() in item.name.casefold(),
    "creative_types": lambda _, wanted: "ADS_AND_ORGANIC" in wanted,
    "creative_delivery_statuses": lambda _, wanted: "DELIVERING" in wanted,
}


def _passes(item: Item, filters: dict[str, Any]) -> bool:
    return all(
        ITEM_FILTERS[key](item, wanted) for key, wanted in filters.items() if key in ITEM_FILTERS
    )


def _shown(asked: GmvReport, row: ReportRow, now: datetime) -> dict[str, Any]:
    account = asked.store.account
    fields = full(row.campaign, now) | item_fields(row.item) | {"currency": account.currency}
    metrics = {}
    for name in asked.names:
        metric = FIGURES[name]
        if "from" not in metric:
            metrics[name] = _text(account, name, row.figures)
        elif metric.get("needs") in {None, *asked.dimensions}:
            metrics[name] = str(fields.get(metric["from"], "-"))
        else:
            metrics[name] = "-"
    return {"dimensions": dict(zip(asked.dimensions, row.key, strict=True)), "metrics": metrics}


def _totals(asked: GmvReport, rows: Sequence[ReportRow]) -> dict[str, str]:
    sums = {part: sum(row.figures[part] for row in rows) for part in asked.parts}
    return {
        name: "-" if "from" in FIGURES[name] else _text(asked.store.account, name, sums)
        for name in asked.names
    }


def _amount(account: Account, name: str, figures: Mapping[str, int]) -> Decimal:
    """Return a metric's value: ratios in hundredths, 0 where the divisor is 0."""
    metric = FIGURES[name]
    if "of" in metric:
        return Decimal(figures[metric["of"]])
    above, below, scale = metric["parts"]
    if not figures[below]:
        return Decimal("0.00")
    money = [METRICS[each]["unit"] == "money" for each in (above, below)]
    unit = Decimal(10).scaleb(account.decimals * (money[1] - money[0]) - 1)
    ratio = Decimal(figures[above]) * int(scale) / figures[below] * unit
    return ratio.quantize(CENT, ROUND_HALF_UP)


def _text(account: Account, name: str, figures: Mapping[str, int]) -> str:
    if "of" in FIGURES[name]:
        figure = FIGURES[name]["of"]
        return exact(account, figure, figures[figure])
    return str(_amount(account, name, figures))
