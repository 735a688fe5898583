"""Runs the tap: in the test's own process, or as a program where the process is what is tested."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import warnings
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from tap_tiktok_ads.api.workers import Workers
from tap_tiktok_ads.tap import TapTikTokAds
from tests.support.api import NOW
from tests.support.tap_at import tap_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from click import Command

    from tests.support.api import Simulator

PROGRAMS = Path(sys.executable).parent
#: A guard against a test that hangs, not a measure.
PATIENCE = 60


@dataclass
class Run:
    """What a run of a program left behind."""

    status: int
    out: str
    err: str

    @cached_property
    def messages(self) -> list[dict[str, Any]]:
        """All Singer messages, amounts as text so that no digit is lost."""
        return [json.loads(line, parse_float=str) for line in self.out.splitlines()]

    @cached_property
    def records(self) -> dict[str, list[dict[str, Any]]]:
        """Records by stream."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for message in self.messages:
            if message["type"] == "RECORD":
                found[message["stream"]].append(message["record"])
        return found

    @property
    def state(self) -> dict[str, Any]:
        """The last state."""
        states = [each["value"] for each in self.messages if each["type"] == "STATE"]
        return dict(states[-1])

    @property
    def errors(self) -> list[str]:
        """What was logged as an error, without time and place."""
        lines = [line for line in self.err.splitlines() if "| ERROR " in line]
        return [line.split(" | ", 3)[3] for line in lines]


class Tap:
    """Runs the tap.

    Args:
        directory: Where the files are written that the tap reads.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count()

    def __call__(
        self,
        config: dict[str, Any],
        *options: str,
        now: str = NOW,
        hurry: int = 1,
        state: dict[str, Any] | None = None,
        streams: tuple[str, ...] = (),
        env: dict[str, str] | None = None,
    ) -> Run:
        """Run the tap in this process, which takes a tenth of the time of a process.

        Args:
            config: Settings.
            options: Further options.
            now: The moment of the run.
            hurry: Factor by which its waits are shorter.
            state: State to resume from.
            streams: Streams to select, with their default columns; without it, the default ones.
            env: Further environment variables.
        """
        arguments = self.arguments(config, *options, state=state, streams=streams)
        return run_here(lambda: tap_at(now, hurry).cli, arguments, env)

    def process(
        self, config: dict[str, Any], *options: str, env: dict[str, str] | None = None, **more: Any
    ) -> Run:
        """Run the tap in a process of its own; takes what a call takes."""
        done = subprocess.run(
            self.command(config, *options, **more),
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(env or {})},
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def command(
        self, config: dict[str, Any], *options: str, now: str = NOW, hurry: int = 1, **more: Any
    ) -> list[str]:
        """Return the command line of such a process."""
        program = [sys.executable, "-m", "tests.support.tap_at", now, str(hurry)]
        return [*program, *self.arguments(config, *options, **more)]

    def arguments(
        self,
        config: dict[str, Any],
        *options: str,
        state: dict[str, Any] | None = None,
        streams: tuple[str, ...] = (),
    ) -> list[str]:
        """Return the tap's arguments, and write the files that they name."""
        arguments = ["--config", self.file(config), *options]
        if state is not None:
            arguments += ["--state", self.file(state)]
        if streams:
            arguments += ["--catalog", self.file(self.catalog(*streams))]
        return arguments

    def catalog(self, *streams: str) -> dict[str, Any]:
        """Discover, and select streams; others are not in it, which is quicker to read."""
        chosen = [json.loads(_offered()[stream]) for stream in streams]
        for stream in chosen:
            root = next(each for each in stream["metadata"] if not each["breadcrumb"])
            root["metadata"]["selected"] = True
        return {"streams": chosen}

    def file(self, content: dict[str, Any]) -> str:
        """Write a JSON file; return its path."""
        path = self._directory / f"{next(self._numbers)}.json"
        path.write_text(json.dumps(content))
        return str(path)


def run_here(
    command: Callable[[], Command],
    arguments: Sequence[str],
    env: Mapping[str, str | None] | None = None,
) -> Run:
    """Run a command in a thread of this process; when it has ended, so have its own threads.

    In a thread the SDK sets no signal handlers, so Ctrl-C and SIGTERM end pytest, not the tap.

    Args:
        command: Makes the command; the SDK sets up its logging with it.
        arguments: The command's arguments.
        env: Further environment variables; None removes one.
    """
    before = set(threading.enumerate())
    thread = Workers(1)
    try:
        run = thread.submit(partial(_main, command, arguments, env)).result()
    finally:
        thread.close()
    for other in set(threading.enumerate()) - before:
        other.join(PATIENCE)
        assert not other.is_alive(), f"{other} outlives the run"
    return run


def _main(
    command: Callable[[], Command], arguments: Sequence[str], env: Mapping[str, str | None] | None
) -> Run:
    with CliRunner().isolation(env=env) as (out, err, _), _own_logging():
        status: Any = 0
        try:
            made = command()
            made.main(arguments, prog_name=made.name)
        except SystemExit as end:
            status = end.code or 0
        sys.stdout.flush()
        sys.stderr.flush()
    return Run(status, out.getvalue().decode(), err.getvalue().decode())


@contextmanager
def _own_logging() -> Iterator[None]:
    """Undo what the SDK's command changes for the whole process."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers, root.level
    root.handlers = []
    with warnings.catch_warnings():
        try:
            yield
        finally:
            logging.captureWarnings(capture=False)
            root.handlers = handlers
            root.setLevel(level)
            sys.excepthook = hook


@cache
def discovered() -> str:
    """What ``--discover`` prints."""
    run = run_here(lambda: TapTikTokAds.cli, ["--discover"])
    assert run.status == 0, run.err
    return run.out


@cache
def _offered() -> dict[str, str]:
    """Each stream of the catalogue, as JSON by its name."""
    streams = json.loads(discovered())["streams"]
    return {stream["tap_stream_id"]: json.dumps(stream) for stream in streams}


def settings(api: Simulator, **more: Any) -> dict[str, Any]:
    """Settings for all accounts of a simulator."""
    return {
        "api_url": api.url,
        "access_token": "demo-token",
        "app_id": "demo-app",
        "app_secret": "demo-secret",
        "requests_per_second": 1000,
        **more,
    }
