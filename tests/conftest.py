from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from pipeline.postgres import database, for_sqlalchemy
from tests.support.api import NOW, Simulator, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAMS = Path(sys.executable).parent

_databases = count()


@dataclass
class Run:
    """What a run of the tap left behind."""

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
    """Runs the tap in a process of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = count()

    def __call__(
        self,
        config: dict[str, Any],
        *options: str,
        now: str | None = NOW,
        hurry: int = 1,
        state: dict[str, Any] | None = None,
        streams: tuple[str, ...] = (),
        env: dict[str, str] | None = None,
    ) -> Run:
        """Run the tap; with `now` at that moment, else as the installed program.

        Args:
            config: Settings.
            options: Further options.
            now: The moment of the run.
            hurry: How much shorter its waits are.
            state: State to go on from.
            streams: Streams to select, with their default columns; without it, the default ones.
            env: Further environment variables.
        """
        program = [str(PROGRAMS / "tap-tiktok-ads")]
        if now:
            program = [sys.executable, "-m", "tests.support.tap_at", now, "--hurry", str(hurry)]
        options = ("--config", self.file(config), *options)
        if state is not None:
            options += ("--state", self.file(state))
        if streams:
            options += ("--catalog", self.file(self.catalog(*streams)))
        done = subprocess.run(
            [*program, *options],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(env or {})},
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def catalog(self, *streams: str) -> dict[str, Any]:
        """Discover, and select streams; others are not in it, which is quicker to read."""
        chosen = [json.loads(offered()[stream]) for stream in streams]
        for stream in chosen:
            root = next(each for each in stream["metadata"] if not each["breadcrumb"])
            root["metadata"]["selected"] = True
        return {"streams": chosen}

    def file(self, content: dict[str, Any]) -> str:
        path = self._directory / f"{next(self._numbers)}.json"
        path.write_text(json.dumps(content))
        return str(path)


@cache
def discovered() -> str:
    """What ``--discover`` prints."""
    program = [str(PROGRAMS / "tap-tiktok-ads"), "--discover"]
    return subprocess.run(program, capture_output=True, text=True, check=True).stdout


@cache
def offered() -> dict[str, str]:
    """Each stream of the catalogue, as JSON by its name."""
    streams = json.loads(discovered())["streams"]
    return {stream["tap_stream_id"]: json.dumps(stream) for stream in streams}


@pytest.fixture
def tap(tmp_path: Path) -> Tap:
    """Runs the tap in a process of its own."""
    return Tap(tmp_path)


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


@pytest.fixture(scope="session")
def small() -> Iterator[Simulator]:
    """A small world; no test changes it."""
    with running("--scenario", "small") as simulator:
        yield simulator


@pytest.fixture(scope="session")
def _postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # A short path: sockets have one of 107 characters at most.
    with database(tmp_path_factory.mktemp("pg") / "data") as url:
        yield url


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """A database for a while."""
    name = f"test_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    yield _with_database(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database_url(_postgres: str) -> Iterator[str]:
    """A database of the test's own."""
    with new_database(_postgres) as url:
        yield url


def _with_database(url: str, name: str) -> str:
    before, _, options = url.partition("?")
    return f"{before.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")


def load_messages(messages: str, database_url: str, directory: Path) -> None:
    """Load messages with target-postgres, as meltano.yml configures it."""
    config = directory / "target.json"
    config.write_text(
        json.dumps(
            {
                "sqlalchemy_url": for_sqlalchemy(database_url),
                "default_target_schema": "tap_tiktok_ads",
                "use_copy": True,
                "validate_records": False,
            }
        )
    )
    subprocess.run(
        [PROGRAMS / "target-postgres", "--config", config],
        input=messages,
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture
def load(database_url: str, tmp_path: Path) -> Callable[[str], None]:
    """Loads messages into the test's database."""
    return partial(load_messages, database_url=database_url, directory=tmp_path)
