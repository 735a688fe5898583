"""What is wrong is told in one clear line, without a traceback, and the exit status fails."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tap_tiktok_ads.api.client import MAX_FIRST_ATTEMPTS
from tests.conftest import PROGRAMS, settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run, Tap
    from tests.support.api import Simulator


def says_one_line(run: Run, text: str) -> None:
    assert run.status == 1
    assert len(run.errors) == 1, run.err
    assert text in run.errors[0]
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"access_token": None}, "access_token is not set"),
        ({"app_secret": None}, "advertiser_ids is not set"),
        (
            {"advertiser_ids": "690000000000000x"},
            "'690000000000000x' is not the id of an ad account",
        ),
        ({"start_date": "2026-11-02", "end_date": "2026-11-01"}, "is after end_date"),
        ({"start_date": "2031-01-01"}, "start_date 2031-01-01 is in the future"),
        ({"start_date": "yesterday"}, "start_date: 'yesterday' is not a date"),
        ({"lookback_days": -1}, "lookback_days"),
        ({"account_errors": "ignore"}, "account_errors"),
    ],
    ids=str,
)
def test_a_wrong_setting(tap: Tap, small: Simulator, change: dict[str, Any], text: str) -> None:
    config = {key: value for key, value in settings(small, **change).items() if value is not None}
    says_one_line(tap.process(config), text)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("LOOKBACK_DAYS", "five", "'five'"),
        ("REPORTS", "[{", "can't be read"),
        ("REPORTS", '[{"name": "x"}]', "reports, x: level is missing"),
        ("ADVERTISER_IDS", "1,two", "'two' is not the id of an ad account"),
    ],
)
def test_a_wrong_setting_in_the_environment(
    tap: Tap, small: Simulator, name: str, text: str, said: str
) -> None:
    config = settings(small)
    run = tap.process(config, "--config", "ENV", env={f"TAP_TIKTOK_ADS_{name}": text})
    says_one_line(run, said)


def test_ids_in_the_environment_are_separated_by_commas(tap: Tap, small: Simulator) -> None:
    ids = list(small.accounts().values())
    env = {"TAP_TIKTOK_ADS_ADVERTISER_IDS": ", ".join(ids)}
    run = tap.process(settings(small), "--config", "ENV", env=env, streams=("advertisers",))
    assert run.status == 0, run.err
    assert [record["advertiser_id"] for record in run.records["advertisers"]] == ids


@pytest.mark.parametrize("several", [True, False])
def test_ids_may_be_numbers(tap: Tap, small: Simulator, several: Any) -> None:
    ids = [int(each) for each in small.accounts().values()]
    config = settings(small, advertiser_ids=ids if several else ids[0])
    run = tap(config, streams=("advertisers",))
    assert run.status == 0, run.err
    assert len(run.records["advertisers"]) == (len(ids) if several else 1)


def test_a_wrong_token(tap: Tap, small: Simulator) -> None:
    run = tap(settings(small, access_token="expired-token"))
    says_one_line(run, "Authorise the app again")
    assert run.out == ""


def test_an_account_that_the_token_may_not_read(tap: Tap, small: Simulator) -> None:
    mine = list(small.accounts().values())
    run = tap(settings(small, advertiser_ids=[*mine, "6900000000000000001"]))
    says_one_line(run, "1 of 3 accounts could not be read: 6900000000000000001")
    assert {row["advertiser_id"] for row in run.records["ad_report_daily"]} == set(mine)


def test_a_wrong_token_when_only_trying_the_connection(tap: Tap, small: Simulator) -> None:
    run = tap.process(settings(small, access_token="expired-token"), "--test")
    assert run.status == 1
    assert "Authorise the app again" in run.errors[-1]
    assert "Traceback" not in run.err


def test_an_unreachable_api(tap: Tap, small: Simulator) -> None:
    run = tap({**settings(small), "api_url": "http://127.0.0.1:9"}, hurry=1000)
    says_one_line(run, "No connection (ConnectionError) to http://127.0.0.1:9")
    assert run.err.count("failed: No connection") == MAX_FIRST_ATTEMPTS - 1


def test_an_address_that_is_not_the_api(tap: Tap, small: Simulator) -> None:
    says_one_line(
        tap({**settings(small), "api_url": f"{small.url}/open_api/v0.9"}), "Check api_url"
    )


def test_a_state_that_is_not_the_taps(tap: Tap, small: Simulator) -> None:
    partitions = [{"context": {"advertiser_id": "1"}, "replication_key_value": "soon"}]
    state = {"bookmarks": {"ad_report_daily": {"partitions": partitions}}}
    run = tap(settings(small), state=state)
    assert run.status == 1
    assert "The state of ad_report_daily can't be used" in run.errors[-1]
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("option", "content"),
    [
        ("--config", "{"),
        ("--state", "{"),
        ("--state", "[]"),
        ("--catalog", "{"),
        ("--catalog", "{}"),
    ],
)
def test_a_file_that_does_not_hold_what_it_should(
    tmp_path: Path, option: str, content: str
) -> None:
    broken, config = tmp_path / "broken.json", tmp_path / "config.json"
    broken.write_text(content)
    config.write_text(json.dumps({"access_token": "x", "advertiser_ids": "1"}))
    program = [str(PROGRAMS / "tap-tiktok-ads"), option, str(broken)]
    if option != "--config":
        program += ["--config", str(config)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "broken.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_ends_the_tap_quietly(tap: Tap, small: Simulator) -> None:
    command = tap.command(settings(small))
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode != 0
    assert "Traceback" not in errors


def test_a_stream_of_the_catalog_that_does_not_exist_is_named(tap: Tap, small: Simulator) -> None:
    catalog = tap.catalog("languages")
    catalog["streams"].append({**catalog["streams"][0], "tap_stream_id": "tongues"})
    run = tap(settings(small), "--catalog", tap.file(catalog))
    assert run.status == 0, run.err
    assert "The catalog has a stream tongues, which does not exist." in run.err
    assert run.records["languages"]
