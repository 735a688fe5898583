"""What ``--discover`` offers, without settings and without a network."""

from __future__ import annotations

import json
import os
import subprocess
import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.reports.standard import standard_reports
from tap_tiktok_ads.streams import STREAMS as OWN_STREAMS
from tests.conftest import PROGRAMS, discovered

if TYPE_CHECKING:
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

NAMES = sorted(
    [vars(stream)["name"] for stream in OWN_STREAMS]
    + [report.stream for report in standard_reports()]
)


@cache
def streams() -> dict[str, dict[str, Any]]:
    """The catalogue's streams by name."""
    return {stream["tap_stream_id"]: stream for stream in json.loads(discovered())["streams"]}


def selected_by_default(stream: dict[str, Any]) -> set[str]:
    """Columns that are read when nobody chose."""
    return {
        entry["breadcrumb"][-1]
        for entry in stream["metadata"]
        if entry["breadcrumb"]
        and (
            entry["metadata"].get("inclusion") == "automatic"
            or entry["metadata"].get("selected-by-default", True)
        )
    }


@pytest.mark.parametrize("option", ["--discover", "--about", "--version", "--help"])
def test_looking_at_the_tap_needs_neither_settings_nor_a_home(option: str, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    program = [str(PROGRAMS / "tap-tiktok-ads"), option]
    done = subprocess.run(program, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0
    assert done.stdout
    assert "rror" not in done.stderr
    if option == "--discover":
        assert done.stdout == discovered()


def test_the_catalogue_has_every_declared_stream_and_report() -> None:
    assert sorted(streams()) == NAMES


METRICS = {metric["name"] for metric in (*facts("metrics"), *facts("gmv_max_metrics"))}


@pytest.mark.parametrize("name", NAMES)
def test_a_streams_catalogue_stays_as_it_is(name: str, snapshot: SnapshotAssertion) -> None:
    stream = streams()[name]
    keys = stream["key_properties"]
    measured = METRICS.difference(keys) if "_report_" in name else set()
    by_type: dict[str, list[str]] = {}
    for column, schema in stream["schema"]["properties"].items():
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        kind = schema.get("format", kinds[0])
        by_type.setdefault("metrics" if column in measured else kind, []).append(column)
    assert {
        "key": keys,
        "method": stream["replication_method"],
        "columns": {kind: lines(by_type[kind]) for kind in sorted(by_type)},
        "default": lines(sorted(selected_by_default(stream))),
    } == snapshot


def lines(names: list[str]) -> list[str]:
    """Names in lines that a person can compare."""
    return textwrap.wrap(" ".join(names), 120, break_long_words=False, break_on_hyphens=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_typed_and_described(name: str) -> None:
    for column, schema in streams()[name]["schema"]["properties"].items():
        assert schema["type"], column
        assert schema["description"], column


@pytest.mark.parametrize("name", NAMES)
def test_keys_begin_with_the_account_and_stand_first(name: str) -> None:
    keys = streams()[name]["key_properties"]
    assert (keys[0] == "advertiser_id") is (
        "advertiser_id" in streams()[name]["schema"]["properties"]
    )
    assert list(streams()[name]["schema"]["properties"])[: len(keys)] == keys


def test_reports_carry_ids_and_currency_whatever_is_selected() -> None:
    automatic = {
        entry["breadcrumb"][-1]
        for entry in streams()["ad_report_daily"]["metadata"]
        if entry["metadata"].get("inclusion") == "automatic" and entry["breadcrumb"]
    }
    assert automatic == {
        "advertiser_id",
        "ad_id",
        "stat_time_day",
        "campaign_id",
        "adgroup_id",
        "currency",
        "synced_at",
        "unread",
    }
