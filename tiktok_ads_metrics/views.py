"""The views, in the order in which they depend on each other, with what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from tiktok_ads_metrics.aggregates import (
    LEVELS,
    PERIODS,
    SMART_PLUS_AD,
    Level,
    column,
    names,
    sums,
    values,
)
from tiktok_ads_metrics.raw_tables import column_meanings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiktok_ads_metrics.layer import Layer
    from tiktok_ads_metrics.raw_tables import Table


@dataclass(frozen=True)
class View:
    """A view.

    Attributes:
        name: Its name.
        query: What it selects.
        about: What it holds, for people.
        columns: What its columns hold, for people.
    """

    name: str
    query: exp.Select
    about: str
    columns: dict[str, str]


_FROM_FILES = {
    "hierarchy": "Account > campaign > ad group > ad: a row for each ad, and for what has no ads.",
    "tiktok_meta_ad_v2": "Ads as advertisers see them: a Smart+ ad is one, whatever its creatives.",
    "smart_plus_bridge": "From the creatives of Smart+ campaigns, which reports count, to the ads.",
    "reconciliation_daily": "Each level's totals of a day beside those of the lowest level.",
    "data_freshness": "How far each report of each account has been read.",
    "gmv_max_daily": "GMV Max by shop, campaign and day; in no other metric.",
}


def all_views(layer: Layer) -> Iterator[View]:
    """Make all views of a layer, each after those that it reads."""
    about = "The last finished read of each day of a report."
    yield _view("synced_days", layer.sql("synced_days"), about)
    for level in (*LEVELS, SMART_PLUS_AD):
        yield _lookup(layer, level)
    for level in (*LEVELS, SMART_PLUS_AD):
        yield _report(layer, level.name, level.title)
    yield _report(layer, "gmv_max", "GMV Max campaign")
    yield _metric_catalog(layer)
    for level in LEVELS:
        for period in PERIODS:
            yield _metrics(layer, level, period)
    for level in LEVELS:
        yield _reach(layer, level)
    for name, about in _FROM_FILES.items():
        yield _view(name, layer.sql(name), about)
    if layer.has("targeting_values"):
        name = "tiktok_adgroup_targeting"
        about = "What each ad group aims at: a row for each value, with its meaning."
        yield _view(name, layer.sql(name), about)


def _view(name: str, query: exp.Select, about: str, more: dict[str, str] | None = None) -> View:
    texts = {**column_meanings(), **(more or {})}
    columns = {
        name: texts.get(name, f"TikTok's {name}, as it was loaded.") for name in query.named_selects
    }
    return View(name, query, about, columns)


def _lookup(layer: Layer, level: Level) -> View:
    table = layer.tables[level.table]
    statuses = [name for name in ("operation_status", "secondary_status") if name in table.columns]
    deleted = exp.or_(
        column("_sdc_deleted_at").is_(exp.null()).not_(),
        *(column(name).like(exp.Literal.string("%DELETE")) for name in statuses),
    )
    query = exp.select(
        *map(column, table.declared),
        exp.func("coalesce", deleted, exp.false()).as_("is_deleted", quoted=True),
        *map(column, table.extra),
    ).from_(layer.newest(table.name).subquery("entity"))
    about = f"{level.title}: one row for each, as it is now. Deleted ones stay, marked."
    return _view(level.lookup, query, about)


def _report(layer: Layer, name: str, title: str) -> View:
    table = layer.tables[f"{name}_report_daily"]
    about = f"{title} by day: the rows of {table.name} that count."
    return _view(f"tiktok_data_{name}", _rows(layer, table, "report"), about)


def _rows(layer: Layer, table: Table, file: str) -> exp.Select:
    """Select the rows of a report that count, with the account's currency where they lack it."""
    query = layer.sql(file, report=table.name)
    (currency,) = query.selects
    columns = [
        currency if name == "currency" else column(name, "report")
        for name in (*table.declared, *table.extra)
    ]
    return query.select(*columns, append=False)


def _reach(layer: Layer, level: Level) -> View:
    table = layer.tables[f"{level.name}_report_period"]
    levels = LEVELS[: LEVELS.index(level) + 1]
    named = {name for each in levels for name in (each.id, each.named)}
    others = [name for name in (*table.declared, *table.extra) if name not in named]
    query = names(layer, levels, exp.select().from_("report"), "report")
    query = query.select(*(column(name, "report") for name in others))
    query = query.with_("report", as_=_rows(layer, table, "period"))
    about = f"{level.title} and period: people reached, as TikTok counted them. Not to be added up."
    return _view(f"reach_{level.name}", query, about)


def _metric_catalog(layer: Layer) -> View:
    columns = {
        "position": "Place in the catalogue.",
        "key": "Column of the metrics views.",
        "name": "Name of the metric.",
        "kind": "base, a sum of a column; or composite, a formula over sums.",
        "group": "feed, extra or own.",
        "column": "Column of tiktok_data_ad that a base metric sums.",
        "formula": "Formula of a composite metric.",
        "decimals": "Decimals shown.",
        "prefix": "Shown before the number; £ stands for the symbol of the account's currency.",
        "suffix": "Shown after the number.",
        "about": "What the metric says.",
    }
    rows = [
        exp.tuple_(position, *(exp.convert(getattr(metric, name)) for name in list(columns)[1:]))
        for position, metric in enumerate(layer.catalog.metrics, 1)
    ]
    table = exp.values(rows, alias="metric", columns=list(columns))
    query = exp.select(*map(column, columns)).from_(table)
    return _view("metric_catalog", query, "The metrics and their formulas.", columns)


def _metrics(layer: Layer, level: Level, period: str) -> View:
    catalog = layer.catalog
    levels = LEVELS[: LEVELS.index(level) + 1]
    query = names(layer, levels, exp.select().from_("sums")).select(
        column("currency", "sums"), column("date", "sums"), *values(catalog, catalog.metrics)
    )
    query = query.with_("sums", as_=sums(layer, catalog.base, levels, period))
    about = f"{level.title} by {period}: all metrics, in the account's currency."
    texts = {metric.key: f"{metric.name}: {metric.about}" for metric in catalog.metrics}
    return _view(f"metrics_{level.name}_{period}", query, about, texts)
