"""GMV Max: shops, the campaigns that sell what is in them, and their report (reporting.md 9)."""

from __future__ import annotations

from functools import cached_property, partial
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from tap_tiktok_ads.api.lists import batches
from tap_tiktok_ads.columns import ADVERTISER_ID, CURRENCY, SYNCED_AT, UNREAD, Column, metric_column
from tap_tiktok_ads.decoding import encoder
from tap_tiktok_ads.errors import REFUSED, MetricConflictError, MisfitError
from tap_tiktok_ads.facts import endpoints, facts
from tap_tiktok_ads.read_result import ReadResult
from tap_tiktok_ads.reports.decoder import ReportDecoder
from tap_tiktok_ads.reports.refused_metrics import AcceptedMetrics
from tap_tiktok_ads.streams.lists import DetailedStream, ListRequest, ListStream
from tap_tiktok_ads.streams.windowed import WindowedStream
from tap_tiktok_ads.values import convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_tiktok_ads.api.accounts import Account
    from tap_tiktok_ads.windows import Window

#: The promotion types, as the list of campaigns and as the report call them.
LIST_PROMOTION_TYPES: Final = ("PRODUCT_GMV_MAX", "LIVE_GMV_MAX")
REPORT_PROMOTION_TYPES: Final = ("PRODUCT", "LIVE")
#: The report has no status for "all", and without one deleted campaigns are left out.
CAMPAIGN_STATUSES: Final = (
    "STATUS_DELIVERY_OK",
    "STATUS_DISABLE",
    "STATUS_NOT_DELIVERY",
    "STATUS_DELETE",
)
REPORT_DIMENSIONS: Final = {"campaign_id": "string", "stat_time_day": "date"}
#: What every campaign that delivers has.
COST: Final = "cost"
DIMENSION_COLUMNS: Final = (
    ADVERTISER_ID,
    Column("store_id", "string", "TikTok Shop id"),
    Column("campaign_id", "string", "GMV Max campaign id"),
    Column("stat_time_day", "date", "Day in the account's time zone"),
    Column("promotion_type", "string", "PRODUCT or LIVE"),
)


class GmvMaxStores(ListStream):
    """TikTok Shops that an account may use."""

    name = "gmv_max_stores"
    entity = "gmv_max_store"
    endpoint = "/gmv_max/store/list/"
    primary_keys = ("advertiser_id", "store_id")


class GmvMaxCampaigns(DetailedStream):
    """GMV Max campaigns for products and for LIVE sessions, of all shops."""

    name = "gmv_max_campaigns"
    entity = "gmv_max_campaign"
    endpoint = "/gmv_max/campaign/get/"
    primary_keys = ("advertiser_id", "campaign_id")
    aliases = {"items": "item_list"}  # noqa: RUF012 (as the base class declares it)
    details_endpoint = "/campaign/gmv_max/info/"

    @override
    def requests(self, advertiser_id: str) -> Iterable[ListRequest]:
        # There is no status for "all": deleted campaigns are a list of their own.
        statuses: list[dict[str, Any]] = [{}]
        if self.run.settings.include_deleted:
            statuses.append({"primary_status": "STATUS_DELETE"})
        ids = [str(store["store_id"]) for store in self.run.lookups.stores(advertiser_id)]
        stores = batches(ids, self.api.ids_per_request)
        for store_ids, promotion, status in product(stores, LIST_PROMOTION_TYPES, statuses):
            filtering = {"gmv_max_promotion_types": [promotion], "store_ids": store_ids, **status}
            yield ListRequest({"filtering": filtering}, constants={"promotion_type": promotion})


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
        return (
            *DIMENSION_COLUMNS,
            *map(metric_column, campaign_metrics()),
            CURRENCY,
            UNREAD,
            SYNCED_AT,
        )

    @cached_property
    def selected_metrics(self) -> dict[str, dict[str, str]]:
        """Type of each selected metric of a promotion type."""
        selected = self.selected_columns
        return {
            promotion: {
                metric["name"]: metric["type"]
                for metric in campaign_metrics()
                if metric["name"] in selected and metric.get("promotion", promotion) == promotion
            }
            for promotion in REPORT_PROMOTION_TYPES
        }

    @cached_property
    def accepted_metrics(self) -> dict[str, AcceptedMetrics]:
        """The metrics that TikTok accepts, by promotion type."""
        return {
            promotion: AcceptedMetrics(f"{self.name} ({promotion})", names, core=COST)
            for promotion, names in self.selected_metrics.items()
        }

    @override
    def read(self, account: Account, window: Window | None) -> ReadResult:
        result, refused = ReadResult(), []
        # TikTok refuses reports of shops that GMV Max is not available for (live-2026.md 9).
        stores = [
            str(store["store_id"])
            for store in self.run.lookups.stores(account.advertiser_id)
            if _is_available(store)
        ]
        for store_id, promotion in product(stores, REPORT_PROMOTION_TYPES):
            params: dict[str, Any] = {
                "advertiser_id": account.advertiser_id,
                "store_ids": [store_id],
                "dimensions": list(REPORT_DIMENSIONS),
                "filtering": {"gmv_max_promotion_types": [promotion]},
            }
            if window:
                params |= {"start_date": str(window.start), "end_date": str(window.end)}
            if self.run.settings.include_deleted:
                params["filtering"]["campaign_statuses"] = CAMPAIGN_STATUSES
            try:
                part = self.accepted_metrics[promotion].read(
                    partial(self._attempt, promotion, params), partial(self._probe, params)
                )
            except (*REFUSED, MetricConflictError) as error:
                refused.append(error)
                self.logger.warning("%s: skipped shop %s. %s", self.name, store_id, error)
                result.truncated = True
                continue
            result.extend(part, self._constants(store_id, promotion))
        if refused and len(refused) == len(stores) * len(REPORT_PROMOTION_TYPES):
            raise refused[-1]
        return result

    def _constants(self, store_id: str, promotion: str) -> bytes:
        """Return what is the same in all rows of a shop, with null for the other type's metrics."""
        selected = self.selected_columns.keys() & {each["name"] for each in campaign_metrics()}
        missing = sorted(selected - self.selected_metrics[promotion].keys())
        constants = {"store_id": store_id, "promotion_type": promotion, **dict.fromkeys(missing)}
        return encoder.encode(constants)[1:-1] + b","

    def _attempt(
        self, promotion: str, params: dict[str, Any], names: tuple[str, ...]
    ) -> ReadResult:
        types = self.selected_metrics[promotion]
        decoder = ReportDecoder(self.name, REPORT_DIMENSIONS, {name: types[name] for name in names})
        page_size = endpoints()[self.endpoint].page_size
        request = {**params, "metrics": list(names) or [COST], "page_size": page_size}
        numbers = [name for name in names if types[name] != "string"]
        sort = {"sort_field": numbers[0]} if numbers else {}
        return self.run.lists.complete(self.endpoint, request, decoder.page, reread_params=sort)

    def _probe(self, params: dict[str, Any], names: tuple[str, ...]) -> None:
        request = {**params, "metrics": list(names), "page_size": 1, "page": 1}
        self.run.client.get(self.endpoint, request)


def _is_available(store: Mapping[str, Any]) -> bool:
    """Whether GMV Max is available for a shop, as far as TikTok says."""
    try:
        return convert("boolean", store.get("is_gmv_max_available")) is not False
    except MisfitError:
        return True


def campaign_metrics() -> Iterator[dict[str, Any]]:
    """Yield the metrics that a campaign has by day."""
    known = {column.name for column in (*DIMENSION_COLUMNS, CURRENCY)}
    for metric in facts("gmv_max_metrics"):
        if "detail" not in metric and metric["name"] not in known:
            yield metric
