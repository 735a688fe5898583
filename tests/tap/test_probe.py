"""The probe finds what differs from the facts, and writes nothing of the account's data."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tap_tiktok_ads.auth.command import main
from tests.conftest import settings
from tests.support.api import NOW, Simulator, running
from tests.support.tap import Run, run_here

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT = "7128270450317515000"
#: Fields that the simulator's lists do not take, and members that TikTok documents as duplicates.
KNOWN = {
    ("adgroups", "refused"),
    ("adgroups", "refused_name"),
    ("ads", "refused"),
    ("ads", "refused_name"),
    ("ad_reviews", "member"),
    ("regions", "member"),
}


def probed(api: Simulator, directory: Path) -> tuple[Run, dict[str, Any], str]:
    config, output = directory / "config.json", directory / "probe.json"
    config.write_text(json.dumps(settings(api)))
    api.control("DELETE", "/requests")
    arguments = ["probe", "--yes", "--account", ACCOUNT, "--config", str(config)]
    run = run_here(
        lambda: main,
        [*arguments, "--output", str(output), "--env-file", str(directory / ".env")],
    )
    assert run.status == 0, run.err
    text = output.read_text()
    return run, json.loads(text), text


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, ...]]:
    with running("--scenario", "demo") as api:
        yield (api, *probed(api, tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, ...]]:
    with running("--scenario", "demo", "--live") as api:
        yield (api, *probed(api, tmp_path_factory.mktemp("live")))


def test_answers_that_match_the_facts_show_no_differences(plain: tuple[Any, ...]) -> None:
    found = {(each["stream"], each["kind"]) for each in plain[2]["differences"]}
    assert {each for each in found if each[1] != "absent"} == KNOWN


def test_no_more_requests_are_sent_than_were_announced(plain: tuple[Any, ...]) -> None:
    api, run, content, _ = plain
    announced = int(re.search(r"up to (\d+) requests", run.out)[1])  # type: ignore[index]
    skipped = sum(each.get("no object to ask about", 0) for each in content["asked"].values())
    sent = api.control("GET", "/requests")["total"]
    assert sent == content["requests"] == announced - 2 * skipped


def test_live_differences_are_named(live: tuple[Any, ...]) -> None:
    found = {
        (each["stream"], each["kind"], each.get("name", "")) for each in live[2]["differences"]
    }
    assert found >= {
        ("all answers", "deprecated", "x-api-deprecation-info"),
        ("all answers", "envelope", "code"),
        ("all answers", "envelope", "message"),
        ("ads", "moved", ""),
        ("campaigns", "refused_name", "rta_bid_enabled"),
        ("portfolios", "refused", "40001"),
    }


@pytest.mark.parametrize("world", ["plain", "live"])
def test_the_file_holds_no_data(world: str, request: pytest.FixtureRequest) -> None:
    api, _, _, text = request.getfixturevalue(world)
    answer = api.session.get(f"{api.url}/__simulator__/truth/entities", params={"at": NOW})
    accounts = [each for each in answer.json()["accounts"] if ACCOUNT in json.dumps(each)]
    values = set(_texts(accounts))
    assert ACCOUNT in values
    known = {value for value in values if re.search(r"\d{5}|[^a-zA-Z_0-9]", value)}
    assert len(known) > 100
    assert [value for value in known if value in text] == []
    assert "demo-" not in text
    assert not re.search(r"\d{6}", text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and len(value) > 3:
        yield value
