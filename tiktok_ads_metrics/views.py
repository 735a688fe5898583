"""The views, in the order in which they depend on each other, with what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from tiktok_ads_metrics.aggregates import metric_values, select_entities
from tiktok_ads_metrics.levels import LEVELS, PERIODS, SMART_PLUS_AD, Level, column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    "hierarchy": "Ads with their parents, and accounts, campaigns and ad groups without ads.",
    "tiktok_meta_ad_v2": (
        "Ads as advertisers see them, with the names of their parents; a Smart+ ad is one ad, "
        "whatever its creatives."
    ),
    "smart_plus_bridge": (
        "Creatives of Upgraded Smart+ campaigns, which reports count as ads, with their ad and its "
        "parents."
    ),
    "reconciliation_daily": "Each level's totals of a day beside those of its ads.",
    "data_freshness": (
        "How far each report of each account was read, and until when delivery is final."
    ),
    "gmv_max_daily": "GMV Max by shop, campaign and day; not part of any metric.",
}


def all_views(layer: Layer) -> Iterator[View]:
    """Yield all views of a layer, each after those that it reads."""
    about = "When each day of each report was last read, by account."
    yield _view(layer, "synced_days", layer.sql("synced_days"), about)
    for level in (*LEVELS, SMART_PLUS_AD):
        yield _entities(layer, level)
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
        yield _view(layer, name, layer.sql(name), about)
    if layer.has("targeting_values"):
        name = "tiktok_adgroup_targeting"
        about = "What each ad group targets: one row for each value, with a label."
        yield _view(layer, name, layer.sql(name), about)


def _view(
    layer: Layer, name: str, query: exp.Select, about: str, more: Mapping[str, str] | None = None
) -> View:
    comments = {**layer.comments, **(more or {})}
    columns = {
        name: comments.get(name, f"TikTok's {name}, as loaded.") for name in query.named_selects
    }
    return View(name, query, about, columns)


def _entities(layer: Layer, level: Level) -> View:
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
    ).from_(layer.newest(table.name).subquery("entity", copy=False), copy=False)
    about = (
        f"{level.title}: one row for each, in its latest state; deleted ones stay, with is_deleted."
    )
    return _view(layer, level.view, query, about)


def _report(layer: Layer, name: str, title: str) -> View:
    table = layer.tables[f"{name}_report_daily"]
    about = f"{title} by day: the rows of {table.name} that count."
    return _view(layer, f"tiktok_data_{name}", _rows(layer, table, "report"), about)


def _rows(layer: Layer, table: Table, file: str) -> exp.Select:
    """Select the rows of a report that count, with the account's currency where they lack it."""
    query = layer.sql(file, report=table.name)
    (currency,) = query.selects
    columns = [currency if name == "currency" else column(name, "report") for name in table.shown]
    return query.select(*columns, append=False, copy=False)


def _reach(layer: Layer, level: Level) -> View:
    table = layer.tables[f"{level.name}_report_period"]
    levels = LEVELS[: LEVELS.index(level) + 1]
    entities = {name for each in levels for name in (each.id_column, each.name_column)}
    others = [column(name, "report") for name in table.shown if name not in entities]
    query = select_entities(layer.view, levels, exp.select().from_("report"), "report")
    query.select(*others, copy=False)
    query.with_("report", as_=_rows(layer, table, "period"), copy=False)
    about = f"{level.title} by period: people reached, as counted by TikTok. Do not sum."
    return _view(layer, f"reach_{level.name}", query, about)


def _metric_catalog(layer: Layer) -> View:
    comments = {
        "position": "Position in the catalogue.",
        "key": "Column of the metrics views.",
        "name": "Name of the metric.",
        "kind": "base, a sum of a column; or composite, a formula over sums.",
        "group": "feed, extra or own.",
        "column": "Column of tiktok_data_ad that a base metric sums.",
        "formula": "Formula of a composite metric.",
        "decimals": "Decimals shown.",
        "prefix": "Shown before the number; £ stands for the symbol of the account's currency.",
        "suffix": "Shown after the number.",
        "about": "What the metric means.",
    }
    rows = [
        exp.tuple_(position, *(exp.convert(getattr(metric, name)) for name in list(comments)[1:]))
        for position, metric in enumerate(layer.catalog.metrics, 1)
    ]
    table = exp.values(rows, alias="metric", columns=list(comments))
    query = exp.select(*map(column, comments)).from_(table, copy=False)
    return _view(layer, "metric_catalog", query, "The metrics and their formulas.", comments)


def _metrics(layer: Layer, level: Level, period: str) -> View:
    catalog = layer.catalog
    levels = LEVELS[: LEVELS.index(level) + 1]
    query = select_entities(layer.view, levels, exp.select().from_("sums"))
    values = metric_values(catalog, catalog.metrics)
    query.select(column("currency", "sums"), column("date", "sums"), *values, copy=False)
    query.with_("sums", as_=layer.sums(catalog.base, levels, period), copy=False)
    about = f"{level.title} by {period}: all metrics, in the account's currency."
    comments = {metric.key: f"{metric.name}: {metric.about}" for metric in catalog.metrics}
    return _view(layer, f"metrics_{level.name}_{period}", query, about, comments)
