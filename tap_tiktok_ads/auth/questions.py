"""What the probe asks: every endpoint, and every kind of report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tap_tiktok_ads.facts import endpoints
from tap_tiktok_ads.reports.refused_metrics import metric_groups
from tap_tiktok_ads.reports.request import ENDPOINT as REPORT_ENDPOINT
from tap_tiktok_ads.reports.request import ReportRequest, parameters
from tap_tiktok_ads.reports.standard import metric_columns
from tap_tiktok_ads.streams.creatives import FileStream
from tap_tiktok_ads.streams.gmv_max import (
    REPORT_DIMENSIONS,
    REPORT_PROMOTION_TYPES,
    GmvMaxReportDaily,
    campaign_metrics,
)
from tap_tiktok_ads.streams.lists import CONSTANT_COLUMNS, DetailedStream, EntityStream
from tap_tiktok_ads.streams.reports import ReportStream
from tap_tiktok_ads.windows import DAY, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from tap_tiktok_ads.tap import TapTikTokAds

    #: Ids that answers have shown, by stream.
    Ids = Mapping[str, list[str]]
    Params = dict[str, Any]

#: Rows of a page: enough to see fields, and whether rows change places.
PAGE_SIZE: Final = 20
#: Days of a report without hours.
DAYS: Final = 7
ACCOUNTS: Final = "/oauth2/advertiser/get/"
ACCOUNT_INFO: Final = "/advertiser/info/"
#: Lists that take names of fields.
FIELDS_ENDPOINTS: Final = frozenset(
    {
        ACCOUNT_INFO,
        "/campaign/get/",
        "/adgroup/get/",
        "/ad/get/",
        "/smart_plus/campaign/get/",
        "/smart_plus/adgroup/get/",
        "/smart_plus/ad/get/",
    }
)


@dataclass(frozen=True)
class Question:
    """A request, and what its answer should look like.

    Attributes:
        name: The stream.
        endpoint: Path of the endpoint.
        params: Returns the query parameters, or None if an id that they need was not seen.
        types: Type of each field that rows should have.
        rows: Returns the rows in ``data``.
        list_key: Where in ``data`` the list stands; empty if ``data`` is the row.
        varied: Parameter with names that TikTok may refuse one by one.
        wanted: The names that it holds; fields are only named in a request of their own.
        complete: Whether fields that no row has are worth a word.
    """

    name: str
    endpoint: str
    params: Callable[[Ids], Params | None]
    types: Mapping[str, str]
    rows: Callable[[dict[str, Any]], Iterable[dict[str, Any]]]
    list_key: str = "list"
    varied: str = ""
    wanted: tuple[str, ...] = ()
    complete: bool = True

    @property
    def requests(self) -> int:
        """The most requests that it takes: it is asked twice, and once with names of fields."""
        return 3 if self.varied == "fields" else 2


def questions(tap: TapTikTokAds, advertiser_id: str, today: date) -> Iterator[Question]:
    """Yield all questions, those that need ids behind those that show them.

    Args:
        tap: The tap with its settings.
        advertiser_id: The account.
        today: The day before which reports end.
    """
    app = {"app_id": tap.settings.app_id, "secret": tap.settings.app_secret}
    if all(app.values()):
        types = {"advertiser_id": "string", "advertiser_name": "string"}
        yield Question("oauth", ACCOUNTS, lambda _: app, types, _listed("list"), complete=False)
    for stream in tap.discover_streams():
        if isinstance(stream, ReportStream):
            yield from _report_questions(stream, advertiser_id, today)
        elif isinstance(stream, GmvMaxReportDaily):
            yield from _gmv_max_questions(stream, advertiser_id, today)
        elif isinstance(stream, EntityStream):
            yield from _entity_questions(stream, advertiser_id, today)


def _entity_questions(stream: EntityStream, advertiser_id: str, today: date) -> Iterator[Question]:
    types = {each.name: each.type for each in stream.columns if each.name not in CONSTANT_COLUMNS}
    types["advertiser_id"] = "string"
    takes_fields = stream.endpoint in FIELDS_ENDPOINTS
    question = partial(Question, name=stream.name, types=types)
    yield question(
        endpoint=stream.endpoint,
        params=partial(_list_params, stream.endpoint, advertiser_id, today),
        rows=_listed(stream.api.list_key, stream.unpack),
        list_key=stream.api.list_key,
        varied="fields" if takes_fields else "",
        wanted=tuple(types) if takes_fields else (),
    )
    if isinstance(stream, FileStream):
        yield question(
            endpoint=stream.info_endpoint,
            params=partial(_by_id, stream.name, advertiser_id, stream.by_id),
            rows=_listed(endpoints()[stream.info_endpoint].list_key, stream.unpack),
            list_key=endpoints()[stream.info_endpoint].list_key,
        )
    elif isinstance(stream, DetailedStream):
        details = endpoints()[stream.details_endpoint]
        several = details.ids_per_request > 1
        yield question(
            endpoint=stream.details_endpoint,
            params=partial(
                _by_id,
                stream.name,
                advertiser_id,
                lambda ids: {details.id_parameter: ids if several else ids[0]},
            ),
            rows=lambda data: stream.unpack(stream.detailed(data)),
            list_key=details.list_key if several else "",
        )


def _report_questions(stream: ReportStream, advertiser_id: str, today: date) -> Iterator[Question]:
    report = stream.report
    days = min(DAYS, report.max_days)
    window = Window(today - DAY * days, today - DAY) if days else None
    metrics = {column.name: column.type for column in metric_columns(report)}
    for names in metric_groups(tuple(metrics)):
        params = parameters(ReportRequest(report, advertiser_id, window, names))
        # Values of a report are text, which "bucket" tells from ids.
        types = {**report.row_dimensions, **{name: metrics[name] for name in names}}
        yield Question(
            stream.name,
            REPORT_ENDPOINT,
            lambda _, params=params: {**params, "page": 1, "page_size": PAGE_SIZE},  # type: ignore[misc]
            types,
            report_rows,
            varied="metrics",
            wanted=names,
        )


def _gmv_max_questions(
    stream: GmvMaxReportDaily, advertiser_id: str, today: date
) -> Iterator[Question]:
    for promotion in REPORT_PROMOTION_TYPES:
        metrics = {
            each["name"]: each["type"]
            for each in campaign_metrics()
            if each.get("promotion", promotion) == promotion
        }
        for names in metric_groups(tuple(metrics)):
            params = {
                "advertiser_id": advertiser_id,
                "dimensions": list(REPORT_DIMENSIONS),
                "metrics": list(names),
                "filtering": {"gmv_max_promotion_types": [promotion]},
                "start_date": str(today - DAY * DAYS),
                "end_date": str(today - DAY),
                "page": 1,
                "page_size": PAGE_SIZE,
            }
            yield Question(
                stream.name,
                stream.endpoint,
                partial(_with_store, params),
                {**REPORT_DIMENSIONS, **{name: metrics[name] for name in names}},
                report_rows,
                varied="metrics",
                wanted=names,
            )


def report_rows(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a report, dimensions and metrics side by side."""
    for row in data["list"] or ():
        yield {**row["metrics"], **row["dimensions"]}


def _listed(
    list_key: str, unpack: Callable[[Any], Iterable[dict[str, Any]]] = iter
) -> Callable[[dict[str, Any]], Iterable[dict[str, Any]]]:
    return lambda data: unpack(data[list_key] or ())


def _with_store(params: Params, ids: Ids) -> Params | None:
    stores = ids["gmv_max_stores"]
    return {**params, "store_ids": stores[:1]} if stores else None


def _by_id(
    stream: str, advertiser_id: str, parameter: Callable[[list[str]], Params], ids: Ids
) -> Params | None:
    if not ids[stream]:
        return None
    return {"advertiser_id": advertiser_id, **parameter(ids[stream][:1])}


def _list_params(endpoint: str, advertiser_id: str, today: date, ids: Ids) -> Params | None:
    """Return the parameters of a list, or None if it is about objects that were not seen."""
    if endpoint == ACCOUNT_INFO:
        return {"advertiser_ids": [advertiser_id]}
    params: Params = {"advertiser_id": advertiser_id}
    if endpoints()[endpoint].page_size:
        params |= {"page": 1, "page_size": PAGE_SIZE}
    if endpoint in FIELDS_ENDPOINTS:
        params["filtering"] = {"primary_status": "STATUS_ALL"}
    if endpoint not in NEEDS:
        return {**params, **ALWAYS.get(endpoint, {})}
    stream, more = NEEDS[endpoint]
    return {**params, **more(ids[stream][:1], str(today - DAY))} if ids[stream] else None


#: Parameters that an endpoint requires, or is asked with by the tap.
ALWAYS: Final[Mapping[str, Params]] = {
    "/tool/region/": {
        "placements": ["PLACEMENT_TIKTOK"],
        "objective_type": "TRAFFIC",
        "level_range": "ALL",
    },
    "/tool/os_version/": {"os_type": "ANDROID"},
}
#: Endpoints that are asked about an object of another stream, and how it is named.
NEEDS: Final[Mapping[str, tuple[str, Callable[[list[str], str], Params]]]] = {
    "/adgroup/review_info/": ("adgroups", lambda ids, _: {"adgroup_ids": ids}),
    "/gmv_max/campaign/get/": (
        "gmv_max_stores",
        lambda ids, _: {
            "filtering": {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX"], "store_ids": ids}
        },
    ),
    "/pixel/event/stats/": (
        "pixels",
        lambda ids, day: {"pixel_ids": ids, "date_range": {"start_date": day, "end_date": day}},
    ),
    "/app/optimization_event/": (
        "apps",
        lambda ids, _: {
            "app_id": ids[0],
            "optimization_goal": "IN_APP_EVENT",
            "objective": "APP_PROMOTION",
            "available_only": False,
        },
    ),
    "/custom_conversion/list/": (
        "pixels",
        lambda ids, _: {"event_source_type": "PIXEL", "event_source_id": ids[0]},
    ),
}


def no_ids() -> defaultdict[str, list[str]]:
    """Return an empty collection of ids."""
    return defaultdict(list)
