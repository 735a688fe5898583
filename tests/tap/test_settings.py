from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from tap_tiktok_ads.settings import JSON_SCHEMA, parse_ids, read_settings

NOW = datetime(2026, 11, 20, 10, tzinfo=timezone.utc)
PROPERTIES = JSON_SCHEMA["properties"].items()
DEFAULTS = {name: each["default"] for name, each in PROPERTIES if "default" in each}
GOOD = {**DEFAULTS, "access_token": "secret", "advertiser_ids": "1"}


def errors(**config: Any) -> list[str]:
    return read_settings({**GOOD, **config}, NOW, ())[1]


@pytest.mark.parametrize(
    "value",
    ["1, 2,3", "1,2,3,", '["1", "2", "3"]', "[1, 2, 3]", ["1", "2", "3"], [1, 2, 3], "1,2,2,3,1"],
)
def test_account_ids_are_trimmed_text_each_once(value: Any) -> None:
    assert parse_ids(value) == ("1", "2", "3")


def test_a_single_account_id_may_be_a_number() -> None:
    assert parse_ids(6900000000000000001) == ("6900000000000000001",)


@pytest.mark.parametrize("value", [None, "", " , ", [], "[]"])
def test_no_account_ids_are_none(value: Any) -> None:
    assert parse_ids(value) == ()


@pytest.mark.parametrize("value", ["1;2", "abc", "[1, 2", "12a", ["x"], '{"a": 1}', "1.5", "²"])
def test_malformed_account_ids_are_refused_by_name(value: Any) -> None:
    with pytest.raises(ValueError, match="advertiser_ids"):
        parse_ids(value)


def test_good_settings_have_no_errors() -> None:
    assert errors(start_date="2026-01-01", end_date="2026-11-20T00:00:00Z") == []


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"access_token": None}, "access_token is not set"),
        ({"access_token": ""}, "access_token is not set"),
        ({"advertiser_ids": None}, "advertiser_ids is not set"),
        ({"advertiser_ids": "x"}, "advertiser_ids: 'x' is not the id"),
        ({"start_date": "2026-02-30"}, "start_date: '2026-02-30' is not a date"),
        ({"end_date": "soon"}, "end_date: 'soon' is not a date"),
        ({"start_date": "2026-11-02", "end_date": "2026-11-01"}, "is after end_date 2026-11-01"),
        ({"start_date": "2026-11-22"}, "start_date 2026-11-22 is in the future"),
        ({"api_url": "business-api.tiktok.com"}, "api_url"),
        (
            {"api_url": "https://host/elsewhere"},
            "api_url: '/elsewhere' is not the path",
        ),
        ({"requests_per_second": 0}, "requests_per_second"),
        ({"requests_per_second": "fast"}, "requests_per_second"),
    ],
)
def test_each_wrong_setting_is_one_line_that_names_it(config: dict[str, Any], says: str) -> None:
    found = errors(**config)
    assert len(found) == 1
    assert says in found[0]


def test_a_secret_that_is_not_text_is_refused_without_being_shown() -> None:
    found = errors(access_token=1234567890)
    assert found == ["access_token must be text."]


def test_the_app_may_stand_in_for_account_ids() -> None:
    assert errors(advertiser_ids=None, app_id="1", app_secret="2") == []


def test_a_start_that_is_today_somewhere_is_not_in_the_future() -> None:
    assert errors(start_date="2026-11-21") == []
