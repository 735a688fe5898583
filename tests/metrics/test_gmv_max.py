"""GMV Max stays apart: it has a view of its own and is in no other number."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlglot import exp

from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.layer import Layer
from tiktok_ads_metrics.raw_tables import declared_tables
from tiktok_ads_metrics.views import all_views

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.metrics.conftest import Raw, Result

READ, AGAIN = "2026-11-20 05:00", "2026-11-21 05:00"


def gmv_max(raw: Raw, **values: object) -> None:
    """A campaign's day of a shop, unless told otherwise."""
    key = {"advertiser_id": "1", "store_id": "5", "campaign_id": "10"}
    row = {"stat_time_day": "2026-11-02", "currency": "GBP", "synced_at": READ}
    raw.insert("gmv_max_report_daily", **(key | row | values))


def test_the_return_is_that_of_the_rows_own_figures(applied: Raw) -> None:
    gmv_max(applied, cost=8, net_cost=6, orders=3, gross_revenue=20)
    gmv_max(applied, campaign_id="11", cost=0, gross_revenue=5)
    query = (
        "select date::text, cost, net_cost, orders, gross_revenue, roi "
        "from tiktok_ads.gmv_max_daily order by campaign_id"
    )
    assert applied.read(query) == [
        ("2026-11-02", 8, 6, 3, 20, Decimal("2.5")),
        ("2026-11-02", 0, None, None, 5, None),
    ]


def test_shops_and_campaigns_have_names(applied: Raw) -> None:
    applied.insert("gmv_max_stores", advertiser_id="1", store_id="5", store_name="Shoes")
    applied.insert("gmv_max_campaigns", advertiser_id="1", campaign_id="10", campaign_name="New")
    gmv_max(applied, campaign_name="Old")
    gmv_max(applied, campaign_id="11", campaign_name="Gone")
    query = "select store_name, campaign_name from tiktok_ads.gmv_max_daily order by campaign_id"
    assert applied.read(query) == [("Shoes", "New"), ("Shoes", "Gone")]


def test_a_row_that_vanished_when_its_day_was_read_again_does_not_count(applied: Raw) -> None:
    gmv_max(applied, campaign_id="gone")
    gmv_max(applied, synced_at=AGAIN)
    applied.window("2026-11-01", "2026-11-20", AGAIN, report="gmv_max_report_daily")
    assert applied.read("select campaign_id from tiktok_ads.gmv_max_daily") == [("10",)]


def test_without_its_tables_the_view_is_empty(raw: Raw, metrics: Callable[..., Result]) -> None:
    raw.create("ad_report_daily")
    assert metrics("apply").status == 0
    assert raw.rows("gmv_max_daily") == []


def test_no_other_view_reads_gmv_max() -> None:
    layer = Layer(load_catalog(), declared_tables(), "raw", "views")
    readers = {
        view.name
        for view in all_views(layer)
        for table in view.query.find_all(exp.Table)
        if "gmv_max" in table.name
    }
    assert readers == {"tiktok_data_gmv_max", "gmv_max_daily"}
