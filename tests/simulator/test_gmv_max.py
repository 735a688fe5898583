"""GMV Max: shops, campaigns, their report, and what stays out of everything else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api import NOW

if TYPE_CHECKING:
    from tests.support.api import Rows, Simulator

REPORT = "/gmv_max/report/get/"
START, END = "2026-10-22", "2026-11-20"
METRICS = ["cost", "net_cost", "orders", "gross_revenue"]
EVERY_STATUS = ["STATUS_DELETE", "STATUS_DELIVERY_OK", "STATUS_DISABLE", "STATUS_NOT_DELIVERY"]
TWO_SHOPS, NO_SHOP = "أزياء القمر", "Quiet Account"


def _asked(advertiser_id: str, shop: str, promotion: str = "PRODUCT", **more: Any) -> Any:
    filtering = {"gmv_max_promotion_types": [promotion], "campaign_statuses": EVERY_STATUS}
    return {
        "advertiser_id": advertiser_id,
        "store_ids": [shop],
        "dimensions": ["campaign_id", "stat_time_day"],
        "metrics": METRICS,
        "start_date": START,
        "end_date": END,
        "filtering": filtering,
    } | more


def _keyed(rows: list[dict[str, Any]]) -> Rows:
    found = {frozenset(row["dimensions"].items()): row["metrics"] for row in rows}
    assert len(found) == len(rows)
    return found


def _truth(demo: Simulator, advertiser_id: str, shop: str, **more: str) -> dict[str, Any]:
    asked = {"advertiser_id": advertiser_id, "start": START, "end": END}
    asked |= {"metrics": ",".join(METRICS), "dimensions": "campaign_id,stat_time_day"} | more
    answer = demo.session.get(f"{demo.url}/__simulator__/truth/gmv_max", params=asked).json()
    stores = {store["store_id"]: store for store in answer["accounts"][0]["stores"]}
    found: dict[str, Any] = stores[shop]
    return found


def _true_rows(demo: Simulator, advertiser_id: str, shop: str, **more: str) -> Rows:
    rows = _truth(demo, advertiser_id, shop, **more)["rows"]
    return {frozenset(row["key"].items()): row["metrics"] for row in rows}


def _total(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row["metrics"][name]) for row in rows), Decimal(0))


def test_few_accounts_have_shops(demo: Simulator) -> None:
    shops = {
        name: len(demo.data("/gmv_max/store/list/", advertiser_id=account)["store_list"])
        for name, account in demo.accounts().items()
    }
    assert {name: count for name, count in shops.items() if count} == {
        "Northwind Outdoor": 1,
        TWO_SHOPS: 2,
    }


@pytest.mark.parametrize("promotion", ["PRODUCT", "LIVE"])
def test_the_campaign_lists_are_the_truth(
    demo: Simulator, london: str, shop: str, promotion: str
) -> None:
    truth = _truth(demo, london, shop)["campaigns"]
    for status, deleted in [({}, False), ({"primary_status": "STATUS_DELETE"}, True)]:
        kinds = {"gmv_max_promotion_types": [f"{promotion}_GMV_MAX"]}
        rows = demo.rows(
            "/gmv_max/campaign/get/",
            page_size=2,
            advertiser_id=london,
            filtering={**kinds, "store_ids": [shop], **status},
        )
        found = {row["campaign_id"]: row["campaign_name"] for row in rows}
        assert found == {
            each["id"]: each["name"]
            for each in truth
            if each["listed"] and each["promotion"] == promotion and each["deleted"] == deleted
        }
        assert found
        assert len(found) == len(rows)


def test_a_campaign_can_be_read_in_full(demo: Simulator, london: str, shop: str) -> None:
    kinds = {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX"]}
    listed = demo.rows("/gmv_max/campaign/get/", 100, advertiser_id=london, filtering=kinds)
    for row in listed:
        info = demo.data(
            "/campaign/gmv_max/info/", advertiser_id=london, campaign_id=row["campaign_id"]
        )
        assert info["campaign_name"] == row["campaign_name"]
        assert info["store_id"] == shop
        assert info["shopping_ads_type"] == "PRODUCT"
        assert info["item_group_ids"]


def test_a_campaign_that_is_none_of_gmv_max_has_no_info(demo: Simulator, london: str) -> None:
    ordinary = demo.rows("/campaign/get/", advertiser_id=london)[0]["campaign_id"]
    answer = demo.call("/campaign/gmv_max/info/", advertiser_id=london, campaign_id=ordinary)
    assert answer["code"] == 40002
    assert answer["message"].startswith("campaign_id: ")


@pytest.mark.parametrize("promotion", ["PRODUCT", "LIVE"])
@pytest.mark.parametrize("name", ["Northwind Outdoor", TWO_SHOPS])
def test_the_report_of_each_shop_is_the_truth(demo: Simulator, name: str, promotion: str) -> None:
    account = demo.accounts()[name]
    for store in demo.data("/gmv_max/store/list/", advertiser_id=account)["store_list"]:
        own = store["store_id"]
        rows = demo.rows(REPORT, 7, **_asked(account, own, promotion))
        assert _keyed(rows) == _true_rows(demo, account, own, promotion=promotion)


@pytest.mark.parametrize(
    ("promotion", "dimensions"),
    [
        ("PRODUCT", ["advertiser_id", "stat_time_day"]),
        ("PRODUCT", ["item_group_id", "item_id"]),
        ("PRODUCT", ["campaign_id", "stat_time_day", "item_id"]),
        ("LIVE", ["campaign_id", "room_id", "duration"]),
    ],
)
def test_products_and_rooms_are_the_truth(
    demo: Simulator, london: str, shop: str, promotion: str, dimensions: list[str]
) -> None:
    rows = demo.rows(REPORT, 1000, **_asked(london, shop, promotion, dimensions=dimensions))
    whole = demo.rows(REPORT, 1000, **_asked(london, shop, promotion))
    truth = {"promotion": promotion, "dimensions": ",".join(dimensions)}
    assert rows
    assert _keyed(rows) == _true_rows(demo, london, shop, **truth)
    assert _total(rows, "cost") == _total(whole, "cost")


def test_hours_are_the_truth_and_add_up_to_the_day(demo: Simulator, london: str, shop: str) -> None:
    one_day: Any = {"start_date": "2026-11-18", "end_date": "2026-11-18"}
    dimensions = ["campaign_id", "stat_time_hour"]
    hours = demo.rows(REPORT, 1000, **_asked(london, shop, **one_day, dimensions=dimensions))
    day = demo.rows(REPORT, 1000, **_asked(london, shop, **one_day))
    truth = {"start": "2026-11-18", "end": "2026-11-18", "dimensions": ",".join(dimensions)}
    assert _keyed(hours) == _true_rows(demo, london, shop, promotion="PRODUCT", **truth)
    assert len(hours) == 24 * len(day) > 0
    for name in METRICS:
        assert _total(hours, name) == _total(day, name)


def test_deleted_campaigns_are_left_out_unless_asked_for(
    demo: Simulator, london: str, shop: str
) -> None:
    usual = {"gmv_max_promotion_types": ["PRODUCT"]}
    asked: Any = {
        "start_date": "2026-01-01",
        "end_date": "2026-11-20",
        "dimensions": ["campaign_id"],
    }
    living = demo.rows(REPORT, 1000, **_asked(london, shop, **asked, filtering=usual))
    every = demo.rows(REPORT, 1000, **_asked(london, shop, **asked))
    campaigns = _truth(demo, london, shop)["campaigns"]
    deleted = {each["id"] for each in campaigns if each["deleted"]}
    assert {row["dimensions"]["campaign_id"] for row in living}.isdisjoint(deleted)
    assert deleted & {row["dimensions"]["campaign_id"] for row in every}


def test_values_are_strings_and_name_their_campaign(
    demo: Simulator, london: str, shop: str
) -> None:
    names = ["campaign_name", "roi", "cost_per_order", "currency", "title", "roas_bid", *METRICS]
    rows = demo.rows(REPORT, 1000, **_asked(london, shop, metrics=names))
    for row in rows:
        found = row["metrics"]
        assert set(found) == set(names)
        assert all(isinstance(value, str) for value in found.values())
        assert found["currency"] == "GBP"
        assert found["title"] == "-"
        exact = Decimal(found["gross_revenue"]) / Decimal(found["cost"])
        assert abs(Decimal(found["roi"]) - exact) <= Decimal("0.005")


def test_a_report_can_be_sorted_and_totalled(demo: Simulator, london: str, shop: str) -> None:
    more = {"sort_field": "cost", "sort_type": "ASC", "enable_total_metrics": "true"}
    data = demo.data(REPORT, **_asked(london, shop, page_size="1000", **more))
    costs = [Decimal(row["metrics"]["cost"]) for row in data["list"]]
    assert costs == sorted(costs)
    assert Decimal(data["total_metrics"]["cost"]) == sum(costs)


def test_no_other_list_or_report_knows_of_it(demo: Simulator, london: str, shop: str) -> None:
    own = {each["id"] for each in _truth(demo, london, shop)["campaigns"]}
    status = {"primary_status": "STATUS_ALL"}
    for path in ("/campaign/get/", "/adgroup/get/"):
        rows = demo.rows(path, advertiser_id=london, filtering=status)
        assert own.isdisjoint(row["campaign_id"] for row in rows)
    rows = demo.report(london, "campaign")
    assert own.isdisjoint(row["dimensions"]["campaign_id"] for row in rows)


@pytest.mark.parametrize("level", ["advertiser", "campaign"])
def test_tt_shop_reports_have_its_totals(demo: Simulator, level: str) -> None:
    dimensions = [f"{level}_id", "stat_time_day"]
    for account in demo.accounts().values():
        rows = demo.report(account, level, report_type="TT_SHOP", metrics=["spend", "billed_cost"])
        truth = {"start": START, "end": END, "metrics": "spend,billed_cost"}
        assert _keyed(rows) == demo.true_rows(account, dimensions, report_type="TT_SHOP", **truth)


def test_tt_shop_reports_cost_what_gmv_max_does(demo: Simulator) -> None:
    account = demo.accounts()[TWO_SHOPS]
    shops = demo.data("/gmv_max/store/list/", advertiser_id=account)["store_list"]
    costs = [
        _total(demo.rows(REPORT, 1000, **_asked(account, each["store_id"], promotion)), "cost")
        for each in shops
        for promotion in ("PRODUCT", "LIVE")
    ]
    rows = demo.report(account, "advertiser", report_type="TT_SHOP", metrics=["spend"])
    assert _total(rows, "spend") == sum(costs) > 0


def test_an_account_without_shops_has_empty_lists(demo: Simulator) -> None:
    account = demo.accounts()[NO_SHOP]
    kinds = {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX", "LIVE_GMV_MAX"]}
    assert demo.rows("/gmv_max/campaign/get/", 100, advertiser_id=account, filtering=kinds) == []


def test_campaigns_come_and_go_with_the_clock(changeable: Simulator, london: str) -> None:
    def listed(now: str) -> set[str]:
        changeable.set_clock(now)
        kinds = {"gmv_max_promotion_types": ["PRODUCT_GMV_MAX"]}
        path = "/gmv_max/campaign/get/"
        rows = changeable.rows(path, 100, advertiser_id=london, filtering=kinds)
        return {row["campaign_id"] for row in rows}

    before, after = listed(NOW), listed("2027-05-20T10:00:00Z")
    assert before - after
    assert after - before
    assert before & after
