"""The report of GMV Max: metrics of its own, and an endpoint of its own (reporting.md 9)."""

from __future__ import annotations

from functools import cached_property, partial
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from tap_tiktok_ads.columns import ADVERTISER_ID, CURRENCY, SYNCED_AT, Column, metric_column
from tap_tiktok_ads.decoding import ReportRows, encoder
from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.read_result import Reading
from tap_tiktok_ads.reports.refused_metrics import Refusals
from tap_tiktok_ads.reports.request import PAGE_SIZE
from tap_tiktok_ads.streams.windowed import WindowedStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_tiktok_ads.api.accounts import Account
    from tap_tiktok_ads.windows import Window

#: Other words than those of the list of campaigns.
PROMOTIONS: Final = ("PRODUCT", "LIVE")
#: There is no status for "all", and without one deleted campaigns are left out.
STATUSES: Final = (
    "STATUS_DELIVERY_OK",
    "STATUS_DISABLE",
    "STATUS_NOT_DELIVERY",
    "STATUS_DELETE",
)
DIMENSIONS: Final = {"campaign_id": "string", "stat_time_day": "date"}
#: What every campaign that delivers has.
COST: Final = "cost"
OWN: Final = (
    ADVERTISER_ID,
    Column("store_id", "string", "TikTok Shop id"),
    Column("campaign_id", "string", "GMV Max campaign id"),
    Column("stat_time_day", "date", "Day in the account's time zone"),
    Column("promotion_type", "string", "PRODUCT or LIVE"),
)


def metrics() -> Iterator[dict[str, Any]]:
    """Give the metrics that there are for a campaign and day."""
    known = {column.name for column in (*OWN, CURRENCY)}
    for metric in facts("gmv_max_metrics"):
        if "detail" not in metric and metric["name"] not in known:
            yield metric


class GmvMaxReportDaily(WindowedStream):
    """GMV Max campaigns, a row per shop, campaign and day; revenue and orders include organic."""

    name = "gmv_max_report_daily"
    endpoint = "/gmv_max/report/get/"
    primary_keys = ("advertiser_id", "store_id", "campaign_id", "stat_time_day")
    replication_key = "stat_time_day"
    always = (CURRENCY.name, "promotion_type")
    selected_by_default = False

    @override
    @property
    def columns(self) -> Sequence[Column]:
        return (*OWN, *map(metric_column, metrics()), CURRENCY, SYNCED_AT)

    @cached_property
    def selected_metrics(self) -> dict[str, dict[str, str]]:
        """Type of each selected metric that a promotion has."""
        selected = self.selected_columns
        return {
            promotion: {
                metric["name"]: metric["type"]
                for metric in metrics()
                if metric["name"] in selected and metric.get("promotion", promotion) == promotion
            }
            for promotion in PROMOTIONS
        }

    @cached_property
    def refusals(self) -> dict[str, Refusals]:
        """What TikTok turns out not to have, by promotion."""
        return {
            promotion: Refusals(f"{self.name} ({promotion})", names, core=COST)
            for promotion, names in self.selected_metrics.items()
        }

    @override
    def read(self, account: Account, window: Window | None) -> Reading:
        reading = Reading()
        stores = self._tap.parents.store_ids(account.advertiser_id)
        for store_id, promotion in product(stores, PROMOTIONS):
            params: dict[str, Any] = {
                "advertiser_id": account.advertiser_id,
                "store_ids": [store_id],
                "dimensions": list(DIMENSIONS),
                "filtering": {"gmv_max_promotion_types": [promotion]},
            }
            if window:
                params |= {"start_date": str(window.start), "end_date": str(window.end)}
            if self.config["include_deleted"]:
                params["filtering"]["campaign_statuses"] = STATUSES
            part = self.refusals[promotion].read(
                partial(self._attempt, promotion, params), partial(self._probe, params)
            )
            same = {"store_id": store_id, "promotion_type": promotion}
            others = self.selected_columns.keys() & {each["name"] for each in metrics()}
            missing = others - self.selected_metrics[promotion].keys()
            members = encoder.encode({**same, **dict.fromkeys(sorted(missing))})
            reading.extend(part, members[1:-1] + b",")
        return reading

    def _attempt(self, promotion: str, params: dict[str, Any], names: tuple[str, ...]) -> Reading:
        types = self.selected_metrics[promotion]
        rows = ReportRows(self.name, DIMENSIONS, {name: types[name] for name in names})
        asked = {**params, "metrics": list(names) or [COST], "page_size": PAGE_SIZE}
        numbers = [name for name in names if types[name] != "string"]
        sort = {"sort_field": numbers[0]} if numbers else {}
        return self._tap.fetcher.complete(self.endpoint, asked, rows.page, again=sort)

    def _probe(self, params: dict[str, Any], names: tuple[str, ...]) -> None:
        asked = {**params, "metrics": list(names), "page_size": 1, "page": 1}
        self._tap.fetcher.client.get(self.endpoint, asked)
