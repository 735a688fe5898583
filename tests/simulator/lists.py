"""The lists of the API, as a client reads them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support.api import ALL

if TYPE_CHECKING:
    from tests.support.api import Simulator

Rows = list[dict[str, Any]]


class List(NamedTuple):
    """A paged list: where it is, what it is called, and its rows' id and name."""

    path: str
    key: str
    id: str
    name: str | None
    most: int


EVERYTHING: dict[str, Any] = {"filtering": {"primary_status": ALL}}
SMART_PLUS = {
    "smart_plus_campaign": List(
        "/smart_plus/campaign/get/", "list", "campaign_id", "campaign_name", 1000
    ),
    "smart_plus_adgroup": List(
        "/smart_plus/adgroup/get/", "list", "adgroup_id", "adgroup_name", 1000
    ),
    "smart_plus_ad": List("/smart_plus/ad/get/", "list", "smart_plus_ad_id", "ad_name", 100),
}
ASSETS = {
    "video": List("/file/video/ad/search/", "list", "video_id", "file_name", 100),
    "image": List("/file/image/ad/search/", "list", "image_id", "file_name", 100),
    "music": List("/file/music/get/", "musics", "music_id", "file_name", 1000),
    "portfolio": List(
        "/creative/portfolio/list/", "creative_portfolios", "creative_portfolio_id", None, 100
    ),
    "identity": List("/identity/get/", "identity_list", "identity_id", "display_name", 100),
    "custom_audience": List("/dmp/custom_audience/list/", "list", "audience_id", "name", 100),
    "saved_audience": List(
        "/dmp/saved_audience/list/",
        "saved_audiences",
        "saved_audience_id",
        "saved_audience_name",
        100,
    ),
    "pixel": List("/pixel/list/", "pixels", "pixel_id", "pixel_name", 20),
}
UNPAGED = {
    "app": List("/app/list/", "apps", "app_id", "app_name", 0),
    "offline_event_set": List("/offline/get/", "event_set_list", "event_set_id", "name", 0),
}
REFERENCES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "region": (
        "/tool/region/",
        "region_info",
        "location_id",
        {"placements": ["PLACEMENT_TIKTOK"], "objective_type": "TRAFFIC"},
    ),
    "interest_category": (
        "/tool/interest_category/",
        "interest_categories",
        "interest_category_id",
        {},
    ),
    "action_category": ("/tool/action_category/", "action_categories", "action_category_id", {}),
    "language": ("/tool/language/", "languages", "code", {}),
    "device_model": ("/tool/device_model/", "device_models", "device_model_id", {}),
    "timezone": ("/tool/timezone/", "timezones", "timezone", {}),
}


def read(simulator: Simulator, advertiser_id: str, family: str) -> Rows:
    """Everything that one account has of a family."""
    account = {"advertiser_id": advertiser_id}
    if family in SMART_PLUS:
        found = SMART_PLUS[family]
        return simulator.rows(found.path, found.most, found.key, **account, **EVERYTHING)
    if family in ASSETS:
        found = ASSETS[family]
        return simulator.rows(found.path, found.most, found.key, **account)
    rows: Rows = simulator.data(UNPAGED[family].path, **account)[UNPAGED[family].key]
    return rows


def posts(simulator: Simulator, advertiser_id: str) -> Rows:
    """All authorised posts of an account."""
    return simulator.rows("/tt_video/list/", 50, advertiser_id=advertiser_id)


def reference(simulator: Simulator, advertiser_id: str, family: str) -> Rows:
    """A reference list."""
    if family == "os_version":
        return [
            row
            for system in ("ANDROID", "IOS")
            for row in simulator.data(
                "/tool/os_version/", advertiser_id=advertiser_id, os_type=system
            )["os_versions"]
        ]
    path, key, _, parameters = REFERENCES[family]
    rows: Rows = simulator.data(path, advertiser_id=advertiser_id, **parameters)[key]
    return rows


def true_accounts(simulator: Simulator, **asked: str) -> list[dict[str, Any]]:
    """What the generator says of the entities of each account."""
    answer = simulator.session.get(f"{simulator.url}/__simulator__/truth/entities", params=asked)
    assert answer.status_code == 200, answer.text
    accounts: list[dict[str, Any]] = answer.json()["accounts"]
    return accounts
