"""The SDK's own tests of a tap, against the simulator."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.testing import SuiteConfig, get_tap_test_class

from tap_tiktok_ads.tap import TapTikTokAds
from tests.conftest import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.api import Simulator

# Some columns are empty in a world this small.
pytestmark = pytest.mark.filterwarnings("ignore:No records were available to test:UserWarning")

CONFIG: dict[str, Any] = {"access_token": "demo-token", "advertiser_ids": "1"}


@pytest.fixture(scope="module", autouse=True)
def _against_the_simulator(small: Simulator) -> Iterator[None]:
    """The class below is made before any simulator runs, so it learns the address here."""
    real = TapTikTokAds.clock
    TapTikTokAds.clock = lambda: datetime(2026, 11, 20, 10, tzinfo=timezone.utc)
    CONFIG.clear()
    CONFIG.update(settings(small, start_date="2026-11-01"))
    yield
    TapTikTokAds.clock = real


def everything() -> dict[str, Any]:
    """The catalogue with all its streams and columns selected."""
    catalog: dict[str, Any] = TapTikTokAds(config=CONFIG, validate_config=False).catalog_dict
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            entry["metadata"]["selected"] = True
    return catalog


TestTapTikTokAds = get_tap_test_class(
    tap_class=TapTikTokAds,
    config=CONFIG,
    catalog=everything(),
    parse_env_config=False,
    suite_config=SuiteConfig(max_records_limit=5000),
)
