"""What GMV Max endpoints and TT_SHOP reports refuse, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import LEVELS

if TYPE_CHECKING:
    from tests.support.api import Simulator

REPORT = "/gmv_max/report/get/"
START, END = "2026-10-22", "2026-11-20"
CONFLICT = "Conflict occurs. The input params including metrics and dimensions have no relation."


def _asked(advertiser_id: str, shop: str, **more: Any) -> Any:
    return {
        "advertiser_id": advertiser_id,
        "store_ids": [shop],
        "dimensions": ["campaign_id", "stat_time_day"],
        "metrics": ["cost", "orders"],
        "start_date": START,
        "end_date": END,
        "filtering": {"gmv_max_promotion_types": ["PRODUCT"]},
    } | more


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no store": ({"store_ids": ""}, "store_ids: Missing data"),
    "two stores": ({"store_ids": ["1", "2"]}, "store_ids: Length must be 1"),
    "a store of nobody": ({"store_ids": ["1"]}, "store_ids: The store 1 doesn't exist"),
    "no dimensions": ({"dimensions": ""}, "dimensions: Missing data"),
    "four dimensions": (
        {"dimensions": ["advertiser_id", "campaign_id", "item_id", "room_id"]},
        "dimensions: Length must be less",
    ),
    "another dimension": ({"dimensions": ["ad_id"]}, "dimensions: Unsupported dimension: ad_id"),
    "both times": (
        {"dimensions": ["stat_time_day", "stat_time_hour"]},
        "At most one time dimension",
    ),
    "no metrics": ({"metrics": ""}, "metrics: Missing data"),
    "a metric of other reports": ({"metrics": ["spend"]}, "metrics: Unsupported metric: spend"),
    "a LIVE metric for products": ({"metrics": ["live_views"]}, CONFLICT),
    "no promotion type": ({"filtering": {}}, "filtering.gmv_max_promotion_types: Missing data"),
    "the list's promotion type": (
        {"filtering": {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX"]}},
        "filtering.gmv_max_promotion_types: Must be among: PRODUCT, LIVE",
    ),
    "an unknown filter": (
        {"filtering": {"gmv_max_promotion_types": ["LIVE"], "mood": "good"}},
        "filtering: Unsupported filter: mood",
    ),
    "31 days": ({"start_date": "2026-10-21"}, "max time span is 30 days when use stat_time_day"),
    "two days of hours": (
        {"dimensions": ["campaign_id", "stat_time_hour"], "start_date": "2026-11-19"},
        "max time span is 1 days when use stat_time_hour",
    ),
    "366 days": (
        {"dimensions": ["campaign_id"], "start_date": "2025-11-20"},
        "max time span is 365 days",
    ),
    "page_size over 1000": ({"page_size": "1001"}, "page_size: Value must be"),
    "a sort by a name": ({"sort_field": "campaign_name"}, "sort_field: Cannot sort"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_report_request_is_refused_by_name(
    demo: Simulator, london: str, shop: str, case: str
) -> None:
    change, message = BAD[case]
    answer = demo.call(REPORT, **_asked(london, shop, **change))
    assert answer["code"] == 40002
    assert message in answer["message"]


BAD_LISTS: dict[str, tuple[dict[str, Any], str]] = {
    "no promotion type": ({}, "filtering.gmv_max_promotion_types: Missing data"),
    "the report's promotion type": (
        {"filtering": {"gmv_max_promotion_types": ["PRODUCT"]}},
        "Must be among: PRODUCT_GMV_MAX, LIVE_GMV_MAX",
    ),
    "11 stores": (
        {
            "filtering": {
                "gmv_max_promotion_types": ["PRODUCT_GMV_MAX"],
                "store_ids": [str(number) for number in range(11)],
            }
        },
        "filtering.store_ids: Length must be",
    ),
    "every status": (
        {
            "filtering": {
                "gmv_max_promotion_types": ["PRODUCT_GMV_MAX"],
                "primary_status": "STATUS_ALL",
            }
        },
        "filtering.primary_status: Must be one of",
    ),
    "page_size over 100": (
        {"filtering": {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX"]}, "page_size": "101"},
        "page_size: Value must be",
    ),
}


@pytest.mark.parametrize("case", BAD_LISTS)
def test_a_bad_list_request_is_refused_by_name(demo: Simulator, london: str, case: str) -> None:
    change, message = BAD_LISTS[case]
    answer = demo.call("/gmv_max/campaign/get/", advertiser_id=london, **change)
    assert answer["code"] == 40002
    assert message in answer["message"]


TT_SHOP_BAD: dict[str, tuple[dict[str, Any], str]] = {
    "another level": (
        {"data_level": LEVELS["ad"], "dimensions": ["ad_id"]},
        "data_level: TT_SHOP reports have",
    ),
    "a filter": ({"filtering": []}, "filtering: TT_SHOP reports cannot be filtered"),
    "another metric": ({"metrics": ["clicks"]}, CONFLICT),
    "a breakdown": (
        {"dimensions": ["campaign_id", "country_code"]},
        "dimensions: Unsupported dimension: country_code",
    ),
    "a lifetime": (
        {"dimensions": ["campaign_id"], "query_lifetime": "true"},
        "query_lifetime: TT_SHOP reports have no lifetime",
    ),
}


@pytest.mark.parametrize("case", TT_SHOP_BAD)
def test_a_bad_tt_shop_request_is_refused(demo: Simulator, london: str, case: str) -> None:
    change, message = TT_SHOP_BAD[case]
    asked = {
        "advertiser_id": london,
        "report_type": "TT_SHOP",
        "data_level": LEVELS["campaign"],
        "dimensions": ["campaign_id", "stat_time_day"],
        "start_date": START,
        "end_date": END,
    }
    answer = demo.call("/report/integrated/get/", **(asked | change))
    assert answer["code"] == 40002
    assert message in answer["message"]
