"""The SDK's own tests of a tap, against the simulator."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from typing_extensions import override

from tap_tiktok_ads.streams.reports import ReportStream
from tap_tiktok_ads.tap import TapTikTokAds
from tests.conftest import settings

if TYPE_CHECKING:
    from tap_tiktok_ads.streams.base import TikTokStream
    from tests.support.api import Simulator

# Some columns are empty in a world this small.
pytestmark = pytest.mark.filterwarnings("ignore:No records were available to test:UserWarning")

#: One report of each kind; the others differ in what `tests/tap/test_reports.py` looks at.
REPORTS = {
    "ad_report_daily",
    "campaign_report_hourly",
    "campaign_report_daily_by_age_gender",
    "campaign_report_lifetime",
    "advertiser_report_period",
    "smart_plus_ad_report_daily",
}
CONFIG: dict[str, Any] = {"access_token": "demo-token", "advertiser_ids": "1"}


@pytest.fixture(scope="module", autouse=True)
def _against_the_simulator(small: Simulator) -> None:
    """The class below is made before any simulator runs, so it learns the address here."""
    CONFIG.clear()
    CONFIG.update(settings(small, start_date="2026-11-01"))


class SomeReports(TapTikTokAds):
    """The tap with fewer reports."""

    clock = staticmethod(lambda: datetime(2026, 11, 20, 10, tzinfo=timezone.utc))

    @override
    def _setup_signal_handlers(self) -> None:
        """Leave signals to pytest: the SDK's tests make taps in its main thread."""

    @override
    def discover_streams(self) -> list[TikTokStream]:
        return [
            stream
            for stream in super().discover_streams()
            if not isinstance(stream, ReportStream) or stream.name in REPORTS
        ]


def everything() -> dict[str, Any]:
    """The catalogue with all its streams and columns selected."""
    catalog: dict[str, Any] = SomeReports(config=CONFIG, validate_config=False).catalog_dict
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            entry["metadata"]["selected"] = True
    return catalog


TestTapTikTokAds = get_tap_test_class(
    tap_class=SomeReports,
    config=CONFIG,
    catalog=everything(),
    parse_env_config=False,
    # A test for each of some 4,000 columns would say no more than the one of whole records.
    include_stream_attribute_tests=False,
    # A world this small has no apps.
    suite_config=SuiteConfig(
        max_records_limit=5000, ignore_no_records_for_streams=["apps", "app_events"]
    ),
)
