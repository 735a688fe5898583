"""One pipeline from a simulator into Postgres, run in one arrangement or another."""

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

from benchmarks.process import PROGRAMS, PROJECT, Running
from benchmarks.reading import DELIVERY, END, since
from benchmarks.scratch import scratch
from benchmarks.world import METRICS, selected, world
from pipeline.postgres import for_sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.world import World

SCHEMA = "tap_tiktok_ads"
FACTS = sql.Identifier(SCHEMA, "ad_report_daily")
COPIED = sql.Identifier(SCHEMA, "copied")
ACCOUNTS, ADS, DAYS = 8, 600, 30
MEBIBYTE = 1024 * 1024
#: What meltano.yml sets; `tap | target` knows nothing of it.
PROJECTS_LOADER = {"use_copy": True, "validate_records": False}


@dataclass(frozen=True)
class Arrangement:
    """How tap and loader are run.

    Attributes:
        what: Its name, for people.
        shards: Pipelines that run at once, each with its share of the accounts.
        meltano: Whether Meltano runs them; else the tap writes straight into the loader.
        loader: Settings of target-postgres that differ from the project's.
        env: Further environment variables.
    """

    what: str
    shards: int = 1
    meltano: bool = True
    loader: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)


class Pipeline:
    """Tap, loader and database, with a scratch schema that every run finds empty.

    Args:
        api: What the tap reads.
        url: The database.
        directory: For files of the runs.
    """

    def __init__(self, api: World, url: str, directory: Path) -> None:
        self._api = api
        self._url = url
        self._directory = directory
        self._numbers = count()
        self.rows_a_day = api.ads_on(END)
        # The tables are there before two loaders would make them at once.
        self.run(Arrangement("tables"), days=1)

    def run(self, how: Arrangement, days: int = DAYS) -> float:
        """Load some days of all accounts.

        Returns:
            Seconds.

        Raises:
            SystemExit: If rows are missing.
        """
        self._empty()
        start = self._pipe if not how.meltano else self._meltano
        shards = [self._api.advertiser_ids[at :: how.shards] for at in range(how.shards)]
        began = time.perf_counter()
        running = [
            each
            for ids in shards
            for each in start(how, self._api.settings(since(days), END, advertiser_ids=ids))
        ]
        for each in running:
            each.wait()
        seconds = time.perf_counter() - began
        if (rows := self._count()) != self.rows_a_day * days:
            msg = f"{how.what}: {rows} rows of {self.rows_a_day * days} are in the database."
            raise SystemExit(msg)
        return seconds

    def _meltano(self, how: Arrangement, settings: Mapping[str, Any]) -> list[Running]:
        loader = {"sqlalchemy_url": for_sqlalchemy(self._url), **PROJECTS_LOADER, **how.loader}
        number = next(self._numbers)
        columns = [f"ad_report_daily.{name}" for name in METRICS]
        env = {
            **_variables("TAP_TIKTOK_ADS", settings),
            **_variables("TARGET_POSTGRES", loader),
            "TAP_TIKTOK_ADS__SELECT": json.dumps(["advertisers.*", "sync_windows.*", *columns]),
            "TAP_TIKTOK_ADS__SELECT_FILTER": json.dumps(DELIVERY),
            "MELTANO_SYS_DIR_ROOT": str(self._meltano_directory(number)),
            "MELTANO_DATABASE_URI": f"sqlite:///{self._directory}/meltano.db",
            **how.env,
        }
        command = [PROGRAMS / "meltano", "--environment=demo", "run"]
        command += [f"--state-id-suffix=bench-{number}", "tap-tiktok-ads", "target-postgres"]
        return [self._quietly(command, env)]

    def _meltano_directory(self, number: int) -> Path:
        """Make a directory for one run of Meltano, with the plugins that are installed.

        Runs of one extractor write its catalog to one file of that directory, and one that removes
        it makes the others fail.
        """
        own = self._directory / f"meltano-{number}"
        own.mkdir()
        for kind in ("extractors", "loaders"):
            installed = PROJECT / ".meltano" / kind
            installed.mkdir(parents=True, exist_ok=True)
            (own / kind).symlink_to(installed)
        return own

    def _pipe(self, how: Arrangement, settings: Mapping[str, Any]) -> list[Running]:
        loader = {
            "sqlalchemy_url": for_sqlalchemy(self._url),
            "default_target_schema": SCHEMA,
            **PROJECTS_LOADER,
            **how.loader,
        }
        reading, writing = os.pipe()
        target = [PROGRAMS / "target-postgres", "--config", self._file(loader)]
        tap = [PROGRAMS / "tap-tiktok-ads", "--config", self._file(settings)]
        tap += ["--catalog", self._file(selected(DELIVERY))]
        running = [
            self._quietly(tap, how.env, stdout=writing),
            self._quietly(target, how.env, stdin=reading),
        ]
        os.close(reading)
        os.close(writing)
        return running

    def _quietly(self, command: list[Any], env: Mapping[str, str], **streams: int) -> Running:
        log = self._directory / f"{next(self._numbers)}.log"
        return Running(command, env, log=log, **streams)

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
        """Copy the rows that are loaded into a table of the same kind; gives the seconds."""
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
            began = time.perf_counter()
            with (
                file.open("rb") as rows,
                connection.cursor().copy(sql.SQL("copy {} from stdin").format(COPIED)) as sink,
            ):
                for block in iter(partial(rows.read, MEBIBYTE), b""):
                    sink.write(block)
            connection.commit()
            seconds = time.perf_counter() - began
            connection.execute(sql.SQL("drop table {}").format(COPIED))
        return seconds


def _variables(prefix: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """Write settings as Meltano reads them from the environment."""
    return {
        f"{prefix}_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }


@contextmanager
def pipeline() -> Iterator[Pipeline]:
    """Give a pipeline from a simulator into a database of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="bench") as directory,
        scratch() as url,
        world("--scenario", "bulk", "--accounts", str(ACCOUNTS), "--ads", str(ADS)) as api,
    ):
        yield Pipeline(api, url, Path(directory))
