"""What the API refuses, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import APP, in_filter, report

if TYPE_CHECKING:
    from tests.support.api import Simulator

CONFLICT = "Conflict occurs. The input params including metrics and dimensions have no relation."
REPORT = "/report/integrated/get/"


def _without(name: str) -> dict[str, Any]:
    parameters = report("$")
    del parameters[name]
    return parameters


BAD_REPORTS: dict[str, tuple[dict[str, Any], str]] = {
    "no report_type": (_without("report_type"), "report_type: Missing data"),
    "no data_level": (_without("data_level"), "data_level: Missing data"),
    "no dimensions": (_without("dimensions"), "dimensions: Missing data"),
    "no start_date": (_without("start_date"), "start_date: Missing data"),
    "no advertiser_id": (_without("advertiser_id"), "advertiser_id: Missing data"),
    "a bare scalar": (report("$", metrics="spend"), "metrics: Field must be set to array"),
    "a comma list": (report("$", dimensions="ad_id,stat_time_day"), "dimensions: Field must"),
    "31 days": (
        report("$", start_date="2026-10-21"),
        "max time span is 30 days when use stat_time_day",
    ),
    "a malformed date": (report("$", start_date="20261022"), "start_date: Not a valid date"),
    "end before start": (report("$", end_date="2026-10-01"), "end_date: The end date"),
    "366 days without a day": (
        report("$", dimensions=["ad_id"], start_date="2025-11-20"),
        "max time span is 365 days",
    ),
    "a level that does not fit": (
        report("$", data_level="AUCTION_CAMPAIGN"),
        "data_level: The dimension ad_id does not fit",
    ),
    "an unknown metric": (report("$", metrics=["spend", "profit"]), CONFLICT),
    "a metric of another level": (report("$", "campaign", metrics=["ad_name"]), CONFLICT),
    "an attribute at account level": (
        report("$", "advertiser", metrics=["campaign_name"]),
        CONFLICT,
    ),
    "cash_spend below the account": (report("$", metrics=["cash_spend"]), CONFLICT),
    "a metric of image_id": (report("$", metrics=["single_image_impressions"]), CONFLICT),
    "an internal name": (report("$", metrics=["watch_time"]), CONFLICT),
    "two ID dimensions": (report("$", dimensions=["ad_id", "adgroup_id"]), "Exactly one ID"),
    "no ID dimension": (report("$", dimensions=["stat_time_day"]), "Exactly one ID"),
    "an unknown dimension": (report("$", dimensions=["ad_id", "mood"]), "dimensions: Unsupported"),
    "a lifetime with days": (report("$", query_lifetime="true"), "query_lifetime: Lifetime"),
    "a sort by an attribute": (report("$", order_field="ad_name"), "order_field: Cannot sort"),
    "a sort by nothing known": (report("$", order_field="profit"), "order_field: Cannot sort"),
    "page 0": (report("$", page="0"), "page: Value must be greater"),
    "page_size over 1000": (report("$", page_size="1001"), "page_size: Value must be"),
    "page_size of letters": (report("$", page_size="many"), "page_size: Field must be set to int"),
    "filtering as an object": (report("$", filtering={}), "filtering: Field must be set to array"),
    "an unknown filter": (
        report("$", filtering=[in_filter("mood", "good")]),
        "filtering: Unsupported filter: mood",
    ),
    "a status that is none": (
        report("$", filtering=[in_filter("ad_status", "ALL")]),
        "filtering.ad_status: Must be among",
    ),
    "a status of a lower level": (
        report("$", "campaign", filtering=[in_filter("ad_status", "STATUS_ALL")]),
        "does not fit the data_level",
    ),
    "101 ids": (
        report("$", filtering=[in_filter("ad_ids", *map(str, range(101)))]),
        "filtering.ad_ids: Length must be",
    ),
    "numbers for ids": (
        report(
            "$",
            filtering=[{"field_name": "ad_ids", "filter_type": "IN", "filter_value": "[1, 2]"}],
        ),
        "filtering.ad_ids: Items must be set to string",
    ),
    "an array in place of its text": (
        report("$", filtering=[{"field_name": "ad_ids", "filter_type": "IN", "filter_value": []}]),
        "filtering.ad_ids: filter_value must be set to string",
    ),
    "TopView with another type": (
        report("$", filtering=[in_filter("buying_type", "AUCTION", "RESERVATION_TOP_VIEW")]),
        "cannot be used with other buying types",
    ),
    "both kinds of ad id": (
        report("$", filtering=[in_filter("ad_ids_v2", "1")]),
        "cannot be mixed",
    ),
}

BAD_LISTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no advertiser_id": ("/campaign/get/", {"advertiser_id": ""}, "advertiser_id: Missing data"),
    "an unknown field": (
        "/ad/get/",
        {"fields": ["ad_id", "mood"]},
        "fields.1: one or more value of the param is not acceptable, correct is ['advertiser_id', ",
    ),
    "fields as text": ("/ad/get/", {"fields": "ad_id"}, "fields: Field must be set to array"),
    "filtering as a list": (
        "/ad/get/",
        {"filtering": []},
        "filtering: Field must be set to object",
    ),
    "a filter of another level": (
        "/campaign/get/",
        {"filtering": {"modified_after": "2026-11-01 00:00:00"}},
        "filtering: Unsupported filter: modified_after",
    ),
    "an unknown status": (
        "/ad/get/",
        {"filtering": {"primary_status": "ALL"}},
        "filtering.primary_status: Must be one of",
    ),
    "both statuses": (
        "/ad/get/",
        {"filtering": {"primary_status": "STATUS_ALL", "secondary_status": "AD_STATUS_ALL"}},
        "cannot be used together",
    ),
    "TopView with another type": (
        "/adgroup/get/",
        {"filtering": {"buying_types": ["AUCTION", "RESERVATION_TOP_VIEW"]}},
        "cannot be used with other buying types",
    ),
    "numbers for ids": (
        "/ad/get/",
        {"filtering": {"ad_ids": [1]}},
        "filtering.ad_ids: Items must be set to string",
    ),
    "101 ids": (
        "/ad/get/",
        {"filtering": {"ad_ids": [str(n) for n in range(101)]}},
        "filtering.ad_ids: Length must be",
    ),
    "a malformed time": (
        "/ad/get/",
        {"filtering": {"modified_after": "2026-11-01"}},
        "filtering.modified_after: Not a valid time",
    ),
    "page_size over 1000": ("/campaign/get/", {"page_size": "1001"}, "page_size: Value must be"),
    "a TopView page of 101": (
        "/adgroup/get/",
        {"page_size": "101", "filtering": {"buying_types": ["RESERVATION_TOP_VIEW"]}},
        "page_size: Value must be",
    ),
    "a page before the first": ("/campaign/get/", {"page": "-1"}, "page: Value must be greater"),
}


@pytest.mark.parametrize("case", BAD_REPORTS)
def test_a_bad_report_request_is_refused_by_name(demo: Simulator, london: str, case: str) -> None:
    parameters, message = BAD_REPORTS[case]
    if "advertiser_id" in parameters:
        parameters = parameters | {"advertiser_id": london}
    answer = demo.call(REPORT, **parameters)
    assert answer["code"] == 40002
    assert message in answer["message"]
    assert answer["data"] == {}


@pytest.mark.parametrize("case", BAD_LISTS)
def test_a_bad_list_request_is_refused_by_name(demo: Simulator, london: str, case: str) -> None:
    path, parameters, message = BAD_LISTS[case]
    answer = demo.call(path, **({"advertiser_id": london} | parameters))
    assert answer["code"] == 40002
    assert message in answer["message"]


def test_an_unknown_parameter_is_ignored_in_silence(demo: Simulator, london: str) -> None:
    plain = demo.report(london)
    assert demo.report(london, filters=[in_filter("ad_status", "STATUS_ALL")]) == plain


@pytest.mark.parametrize("path", ["/campaign/get", "/campaigns/get/", "/Campaign/get/"])
def test_a_wrong_path_is_a_404_without_json(demo: Simulator, path: str) -> None:
    answer = demo.raw(path)
    assert answer.status_code == 404
    assert not answer.text.startswith("{")


def test_a_post_to_a_get_endpoint_is_a_405(demo: Simulator) -> None:
    answer = demo.session.post(f"{demo.url}/open_api/v1.3/campaign/get/")
    assert answer.status_code == 405


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Access-Token": None}, 40104),
        ({"Access-Token": ""}, 40104),
        ({"Access-Token": None, "Authorization": "Bearer demo-token"}, 40104),
        ({"Access-Token": "another"}, 40105),
    ],
)
def test_only_the_access_token_header_counts(
    demo: Simulator, headers: dict[str, str | None], code: int
) -> None:
    url = f"{demo.url}/open_api/v1.3/campaign/get/"
    assert demo.session.get(url, headers=headers).json()["code"] == code


def test_an_account_of_somebody_else_is_no_permission(demo: Simulator) -> None:
    answer = demo.call("/campaign/get/", advertiser_id="7000000000000000001")
    assert answer["code"] == 40001
    assert answer["message"] == "No permission to operate advertiser 7000000000000000001."


def test_a_deleted_account_is_a_parameter_error(demo: Simulator) -> None:
    closed = demo.truth("2026-11-20", "2026-11-20")["closed_advertiser_id"]
    answer = demo.call("/campaign/get/", advertiser_id=closed)
    assert answer["code"] == 40002
    assert "doesn't exist or has been deleted" in answer["message"]


def test_a_wrong_secret_is_an_authentication_error(demo: Simulator) -> None:
    answer = demo.call("/oauth2/advertiser/get/", **(APP | {"secret": "guess"}))
    assert answer["code"] == 40101


def test_an_error_keeps_the_envelope(demo: Simulator) -> None:
    answer = demo.call("/campaign/get/")
    assert list(answer) == ["code", "message", "request_id", "data"]
    assert answer["request_id"]
