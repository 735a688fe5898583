"""The pipeline from a simulator into Postgres, run with different setups."""

from __future__ import annotations

import json
import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from benchmarks.process import BIN, PROJECT, MeasuredProcess
from benchmarks.reading import DELIVERY, END, first_day
from benchmarks.scratch_database import scratch_database
from benchmarks.simulated import METRICS, catalog_of, simulator
from pipeline.postgres import for_sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.simulated import Simulator

SCHEMA = "tap_tiktok_ads"
FACTS = sql.Identifier(SCHEMA, "ad_report_daily")
COPIED = sql.Identifier(SCHEMA, "copied")
ACCOUNTS, ADS, DAYS = 8, 600, 30
MEBIBYTE = 1024 * 1024
#: As in meltano.yml, which `tap | target` does not read.
LOADER_CONFIG = {"use_copy": True, "validate_records": False}


@dataclass(frozen=True)
class Setup:
    """How tap and loader are run.

    Attributes:
        name: Name in the table.
        shards: Number of pipelines run in parallel, each with its share of the accounts.
        meltano: Whether Meltano runs them; otherwise the tap is piped into the loader.
        loader: Settings of target-postgres that differ from the project's.
        env: Further environment variables.
    """

    name: str
    shards: int = 1
    meltano: bool = True
    loader: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)


class LoadPipeline:
    """Tap, loader and database; every run starts with empty tables.

    Args:
        api: The simulator that the tap reads.
        url: URL of the database.
        directory: Directory for the files of the runs.
    """

    def __init__(self, api: Simulator, url: str, directory: Path) -> None:
        self._api = api
        self._url = url
        self._directory = directory
        self._numbers = count()
        self.rows_per_day = api.ads_on(END)
        # Create the tables first: two loaders that create one at the same time may collide.
        self.run(Setup("create tables"), days=1)

    def run(self, setup: Setup, days: int = DAYS) -> float:
        """Load some days of all accounts and return the seconds it took.

        Raises:
            SystemExit: If rows are missing.
        """
        self._empty()
        start = self._meltano if setup.meltano else self._pipe
        shards = [self._api.advertiser_ids[at :: setup.shards] for at in range(setup.shards)]
        started = time.perf_counter()
        processes = [
            process
            for ids in shards
            for process in start(
                setup, self._api.settings(first_day(days), END, advertiser_ids=ids)
            )
        ]
        for process in processes:
            process.wait()
        seconds = time.perf_counter() - started
        if (rows := self._count()) != self.rows_per_day * days:
            msg = f"{setup.name}: {rows} rows are in the database, not {self.rows_per_day * days}."
            raise SystemExit(msg)
        return seconds

    def _meltano(self, setup: Setup, settings: Mapping[str, Any]) -> list[MeasuredProcess]:
        loader = {"sqlalchemy_url": for_sqlalchemy(self._url), **LOADER_CONFIG, **setup.loader}
        number = next(self._numbers)
        columns = [f"ad_report_daily.{name}" for name in METRICS]
        env = {
            **_variables("TAP_TIKTOK_ADS", settings),
            **_variables("TARGET_POSTGRES", loader),
            "TAP_TIKTOK_ADS__SELECT": json.dumps(["advertisers.*", "sync_windows.*", *columns]),
            "TAP_TIKTOK_ADS__SELECT_FILTER": json.dumps(DELIVERY),
            "MELTANO_SYS_DIR_ROOT": str(self._meltano_directory(number)),
            "MELTANO_DATABASE_URI": f"sqlite:///{self._directory}/meltano.db",
            **setup.env,
        }
        command = [BIN / "meltano", "--environment=demo", "run"]
        command += [f"--state-id-suffix=bench-{number}", "tap-tiktok-ads", "target-postgres"]
        return [self._start(command, env)]

    def _meltano_directory(self, number: int) -> Path:
        """Create a system directory for one run of Meltano that links to the installed plugins.

        Meltano keeps an extractor's catalog in one file of that directory: parallel runs that share
        it fail when one of them removes the file.
        """
        root = self._directory / f"meltano-{number}"
        root.mkdir()
        for kind in ("extractors", "loaders"):
            installed = PROJECT / ".meltano" / kind
            installed.mkdir(parents=True, exist_ok=True)
            (root / kind).symlink_to(installed)
        return root

    def _pipe(self, setup: Setup, settings: Mapping[str, Any]) -> list[MeasuredProcess]:
        loader = {
            "sqlalchemy_url": for_sqlalchemy(self._url),
            "default_target_schema": SCHEMA,
            **LOADER_CONFIG,
            **setup.loader,
        }
        read_end, write_end = os.pipe()
        target = [BIN / "target-postgres", "--config", self._file(loader)]
        tap = [BIN / "tap-tiktok-ads", "--config", self._file(settings)]
        tap += ["--catalog", self._file(catalog_of(DELIVERY))]
        processes = [
            self._start(tap, setup.env, stdout=write_end),
            self._start(target, setup.env, stdin=read_end),
        ]
        os.close(read_end)
        os.close(write_end)
        return processes

    def _start(self, command: list[Any], env: Mapping[str, str], **streams: int) -> MeasuredProcess:
        log = self._directory / f"{next(self._numbers)}.log"
        return MeasuredProcess(command, env, log=log, **streams)

    def _file(self, content: Any) -> Path:
        path = self._directory / f"{next(self._numbers)}.json"
        path.write_text(json.dumps(content))
        return path

    def _empty(self) -> None:
        with psycopg.connect(self._url) as connection:
            tables = connection.execute(
                "select tablename from pg_tables where schemaname = %s", [SCHEMA]
            ).fetchall()
            for (table,) in tables:
                connection.execute(sql.SQL("truncate {}").format(sql.Identifier(SCHEMA, table)))

    def _count(self) -> int:
        with psycopg.connect(self._url) as connection:
            row = connection.execute(sql.SQL("select count(*) from {}").format(FACTS)).fetchone()
            return int(row[0]) if row else 0

    def copy(self) -> float:
        """Copy the loaded rows into a table like theirs and return the seconds it took."""
        file = self._directory / "rows.copy"
        with psycopg.connect(self._url) as connection:
            with (
                file.open("wb") as rows,
                connection.cursor().copy(sql.SQL("copy {} to stdout").format(FACTS)) as source,
            ):
                for block in source:
                    rows.write(block)
            like = sql.SQL("create table {} (like {} including all)").format(COPIED, FACTS)
            connection.execute(like)
            connection.commit()
            started = time.perf_counter()
            with (
                file.open("rb") as rows,
                connection.cursor().copy(sql.SQL("copy {} from stdin").format(COPIED)) as sink,
            ):
                for block in iter(partial(rows.read, MEBIBYTE), b""):
                    sink.write(block)
            connection.commit()
            seconds = time.perf_counter() - started
            connection.execute(sql.SQL("drop table {}").format(COPIED))
        return seconds


def _variables(prefix: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """Return settings as the environment variables that Meltano reads."""
    return {
        f"{prefix}_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }


@contextmanager
def load_pipeline() -> Iterator[LoadPipeline]:
    """Yield a pipeline from a new simulator into a scratch database."""
    with (
        tempfile.TemporaryDirectory(prefix="bench") as directory,
        scratch_database() as url,
        simulator("--scenario", "bulk", "--accounts", str(ACCOUNTS), "--ads", str(ADS)) as api,
    ):
        yield LoadPipeline(api, url, Path(directory))
