from __future__ import annotations

import json
import os
import signal
import subprocess
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from pipeline.postgres import database, for_sqlalchemy
from tests.support.api import Simulator, running
from tests.support.tap import PROGRAMS, Run, Tap, discovered, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["PROGRAMS", "Run", "Tap", "discovered", "load_messages", "new_database", "settings"]

_databases = count()
#: What a test of `make test-quick` may use: nothing that starts a program or the tap.
QUICK_FIXTURES = {"request", "monkeypatch", "tmp_path", "caplog"}


def pytest_configure() -> None:
    """End as by Ctrl-C when asked to terminate, so that fixtures end what they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a file's tests in one worker, since they share simulators, unless marked otherwise.

    In `make test-quick` only tests without a simulator, a database or a program run.
    """
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        fixtures = set(getattr(item, "fixturenames", ())) - set(parameters) - QUICK_FIXTURES
        if any(not name.startswith("_") for name in fixtures):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _signals_stay_pytests() -> Iterator[None]:
    """No tap leaves the SDK's handlers in this process."""
    yield
    assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler


@pytest.fixture
def tap(tmp_path: Path) -> Tap:
    """Runs the tap."""
    return Tap(tmp_path)


@pytest.fixture(scope="session")
def small() -> Iterator[Simulator]:
    """A small world; who changes it puts it back."""
    with running("--scenario", "small") as simulator:
        yield simulator


@pytest.fixture(scope="session")
def _postgres() -> Iterator[str]:
    # Not below pytest's own directory, which another pytest closes to the server's user. Short,
    # since the path of a socket has 107 characters at most.
    with TemporaryDirectory(prefix="postgres-") as name, database(Path(name) / "data") as url:
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
