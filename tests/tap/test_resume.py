"""A run that is cut off at any moment is gone on with, and nothing is lost or doubled."""

from __future__ import annotations

import json
import signal
import subprocess
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.conftest import settings
from tests.support.api import running
from tests.support.delivery import Facts, delivered, true_delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Tap
    from tests.support.api import Simulator

START, END = "2024-11-25", "2026-11-20"
STREAMS = ("ad_report_daily", "sync_windows")
REPORT = "/report/integrated/get/"
#: A guard against a test that hangs, not a measure.
PATIENCE = 120


@pytest.fixture(scope="module")
def _slow() -> Iterator[Simulator]:
    """A small world that answers late enough for a run to be cut off in the middle."""
    with running("--scenario", "small", "--latency", "0.05") as api:
        yield api


@pytest.fixture
def slow(_slow: Simulator) -> Simulator:
    _slow.control("POST", "/faults", {})
    _slow.control("DELETE", "/requests")
    return _slow


class Process:
    """Starts the tap and reads its output while it runs."""

    def __init__(self, tap: Tap, log: Path) -> None:
        self._tap = tap
        #: What the last process logged.
        self.log = log

    def __call__(
        self, config: dict[str, Any], state: dict[str, Any] | None = None
    ) -> subprocess.Popen[bytes]:
        command = self._tap.command(config, state=state, streams=STREAMS)
        with self.log.open("wb") as log:
            return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)

    def to_the_end(self, config: dict[str, Any], state: dict[str, Any] | None = None) -> bytes:
        """Run the tap to its end; return its output."""
        run = self._tap(config, state=state, streams=STREAMS)
        assert run.status == 0, run.err
        return run.out.encode()


@pytest.fixture
def start(tap: Tap, tmp_path: Path) -> Process:
    return Process(tap, tmp_path / "stderr")


def whole_lines(out: bytes) -> bytes:
    """What a loader makes of output that breaks off: the lines that are complete."""
    return out[: out.rfind(b"\n") + 1]


def last_state(out: bytes) -> dict[str, Any] | None:
    states = [json.loads(line) for line in out.splitlines() if b'"type":"STATE"' in line]
    return dict(states[-1]["value"]) if states else None


def upserted(out: bytes) -> Facts:
    """What a loader that upserts by key makes of the output."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for line in out.splitlines():
        message = json.loads(line, parse_float=str)
        if message["type"] == "RECORD" and message["stream"] == "ad_report_daily":
            row = message["record"]
            rows[row["advertiser_id"], row["ad_id"], row["stat_time_day"]] = row
    return delivered(list(rows.values()))


def cut_off(process: subprocess.Popen[bytes], after: int) -> bytes:
    """Read so many bytes and kill the process."""
    with process:
        assert process.stdout
        out = process.stdout.read(after)
        process.kill()
    return whole_lines(out)


def ended(process: subprocess.Popen[bytes]) -> bytes:
    """Wait for the end of a process; the rest of its output."""
    assert process.stdout
    with process:
        out = process.stdout.read()
        process.wait(PATIENCE)
    return out


def in_pieces(
    start: Process, config: dict[str, Any], lengths: Iterator[int]
) -> tuple[bytes, list[dict[str, Any] | None]]:
    """Run until killed, go on from the last state, and so on; the last run ends by itself."""
    out, state = b"", None
    states = []
    for length in lengths:
        out += cut_off(start(config, state), length)
        state = last_state(out)
        states.append(state)
    return out + start.to_the_end(config, state), states


@pytest.mark.parametrize("after", [10_000, 200_000, 900_000, 1_700_000, 2_600_000, 3_900_000])
def test_a_run_that_is_killed_goes_on_where_it_was(
    start: Process, slow: Simulator, after: int
) -> None:
    config = settings(slow, start_date=START)
    out, _ = in_pieces(start, config, iter([after]))
    assert upserted(out) == true_delivery(slow, START, END)


def test_a_run_that_is_killed_again_and_again_ends_complete(
    start: Process, slow: Simulator, load: Callable[[str], None], database_url: str
) -> None:
    config = settings(slow, start_date=START, max_concurrency=4)
    out, states = in_pieces(start, config, iter([600_001, 1_200_003, 80_007, 1_500_011]))
    load(out.decode())
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "select advertiser_id, ad_id, stat_time_day::text, spend, impressions, clicks,"
            " conversion, video_views_p100 from tap_tiktok_ads.ad_report_daily"
        ).fetchall()
    rows = {row[:3]: row[3:] for row in found if any(row[3:])}
    assert len({row[:3] for row in found}) == len(found)
    assert rows == true_delivery(slow, START, END)
    assert len({json.dumps(state) for state in states}) > 1


def test_what_was_finished_before_the_kill_is_not_read_again(
    start: Process, slow: Simulator
) -> None:
    config = settings(slow, start_date="2025-11-25", max_concurrency=2)
    before = cut_off(start(config), 700_000)
    state = last_state(before)
    assert state
    slow.control("DELETE", "/requests")
    start.to_the_end(config, state)
    again = slow.control("GET", "/requests")["paths"][REPORT]
    slow.control("DELETE", "/requests")
    start.to_the_end(config)
    whole = slow.control("GET", "/requests")["paths"][REPORT]
    assert again < whole


def bookmarks(state: dict[str, Any]) -> dict[str, str]:
    return {
        each["context"]["advertiser_id"]: each["replication_key_value"]
        for each in state["bookmarks"]["ad_report_daily"]["partitions"]
        if "replication_key_value" in each
    }


def days(records: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Days with rows, by account."""
    found = defaultdict(set)
    for row in records:
        found[row["advertiser_id"]].add(row["stat_time_day"])
    return found


def state_at(**days_by_account: str) -> dict[str, Any]:
    partitions = [
        {
            "context": {"advertiser_id": account.lstrip("_")},
            "replication_key": "stat_time_day",
            "replication_key_value": day,
        }
        for account, day in days_by_account.items()
    ]
    return {"bookmarks": {"ad_report_daily": {"partitions": partitions}}}


@pytest.mark.parametrize(("lookback", "first"), [(0, "2026-11-10"), (5, "2026-11-05")])
def test_the_look_back_is_read_again_and_no_more(
    tap: Tap, small: Simulator, lookback: int, first: str
) -> None:
    ids = list(small.accounts().values())
    state = state_at(**{f"_{each}": "2026-11-10" for each in ids})
    config = settings(small, start_date=START, lookback_days=lookback)
    run = tap(config, state=state, streams=STREAMS)
    assert {each["start_date"] for each in run.records["sync_windows"]} == {first}
    assert delivered(run.records["ad_report_daily"]) == true_delivery(small, first, END)


def test_the_look_back_never_goes_before_the_start_date(tap: Tap, small: Simulator) -> None:
    ids = list(small.accounts().values())
    state = state_at(**{f"_{each}": "2026-11-10" for each in ids})
    config = settings(small, start_date="2026-11-08", lookback_days=28)
    run = tap(config, state=state, streams=STREAMS)
    assert min(set.union(*days(run.records["ad_report_daily"]).values())) == "2026-11-08"


def test_a_new_account_gets_its_own_history(tap: Tap, small: Simulator) -> None:
    old, new = small.accounts().values()
    state = state_at(**{f"_{old}": "2026-11-18"})
    run = tap(settings(small, start_date="2026-09-01"), state=state, streams=STREAMS)
    read = days(run.records["ad_report_daily"])
    assert min(read[old]) == "2026-11-13"
    assert min(read[new]) == "2026-09-01"
    assert set(bookmarks(run.state)) == {old, new}


def test_a_later_start_date_leaves_a_gap_only_before_it(tap: Tap, small: Simulator) -> None:
    ids = list(small.accounts().values())
    state = state_at(**{f"_{each}": "2026-10-01" for each in ids})
    run = tap(settings(small, start_date="2026-11-01"), state=state, streams=STREAMS)
    assert run.status == 0
    assert delivered(run.records["ad_report_daily"]) == true_delivery(small, "2026-11-01", END)


def test_a_removed_account_keeps_its_bookmark_and_is_not_asked_for(
    tap: Tap, small: Simulator
) -> None:
    kept, removed = small.accounts().values()
    state = state_at(**{f"_{kept}": "2026-11-18", f"_{removed}": "2026-11-01"})
    config = settings(small, start_date=START, advertiser_ids=[kept])
    run = tap(config, state=state, streams=STREAMS)
    assert run.status == 0
    assert set(days(run.records["ad_report_daily"])) == {kept}
    assert bookmarks(run.state) == {kept: END, removed: "2026-11-01"}


@pytest.mark.parametrize("day", [END, "2026-11-25"])
def test_a_bookmark_at_today_or_later_reads_the_look_back_and_stays(
    tap: Tap, small: Simulator, day: str
) -> None:
    ids = list(small.accounts().values())
    state = state_at(**{f"_{each}": day for each in ids})
    run = tap(settings(small, start_date=START), state=state, streams=STREAMS)
    assert run.status == 0
    assert set(bookmarks(run.state).values()) == {day}
    assert END in set.union(*days(run.records["ad_report_daily"]).values())


def test_rows_that_came_late_are_there_after_the_next_run(tap: Tap, slow: Simulator) -> None:
    slow.control("POST", "/faults", {"late_rows": {"minutes": 40 * 60}})
    first = tap(settings(slow, start_date="2026-11-10"), streams=STREAMS)
    slow.control("POST", "/faults", {})
    second = tap(settings(slow, start_date="2026-11-10"), state=first.state, streams=STREAMS)
    true = true_delivery(slow, "2026-11-10", END)
    assert upserted(first.out.encode()) != true
    assert upserted(first.out.encode() + second.out.encode()) == true


def test_a_lost_account_keeps_its_bookmark_and_is_made_up_for(tap: Tap, slow: Simulator) -> None:
    gone, other = slow.accounts().values()
    state = state_at(**{f"_{each}": "2026-11-01" for each in (gone, other)})
    slow.control("POST", "/faults", {"revoked": [gone]})
    first = tap(settings(slow, start_date="2026-10-27"), state=state, streams=STREAMS)
    slow.control("POST", "/faults", {})
    second = tap(settings(slow, start_date="2026-10-27"), state=first.state, streams=STREAMS)
    assert bookmarks(first.state) == {gone: "2026-11-01", other: END}
    assert second.status == 0
    both = first.out.encode() + second.out.encode()
    assert upserted(both) == true_delivery(slow, "2026-10-27", END)


def test_ctrl_c_ends_the_tap_with_a_state_to_go_on_from(start: Process, slow: Simulator) -> None:
    config = settings(slow, start_date=START, max_concurrency=4)
    process = start(config)
    assert process.stdout
    out = process.stdout.read(800_000)
    process.send_signal(signal.SIGINT)
    out = whole_lines(out + ended(process))
    assert "Traceback" not in start.log.read_text()
    out += start.to_the_end(config, last_state(out))
    assert upserted(out) == true_delivery(slow, START, END)


def test_ctrl_c_while_requests_hang_ends_the_tap(start: Process, slow: Simulator) -> None:
    slow.control("POST", "/faults", {"stall": {"seconds": 20, "paths": [REPORT]}})
    process = start(settings(slow, start_date=START))
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out = ended(process)
    slow.control("POST", "/faults", {})
    assert b'"type":"RECORD"' not in out
    assert "Traceback" not in start.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_stopped_does_not_pass_for_a_complete_one(
    start: Process, slow: Simulator, number: signal.Signals
) -> None:
    process = start(settings(slow, start_date=START))
    assert process.stdout
    process.stdout.readline()
    process.send_signal(number)
    ended(process)
    assert process.returncode == 128 + number
