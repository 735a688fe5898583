"""How fast the metrics are over 1.8 million fact rows: ``python -m benchmarks.metrics_speed``.

Fills a scratch database, in the server of ``DATABASE_URL`` or in an embedded PostgreSQL, with what
360 days of 20 accounts of 250 ads leave behind, applies the views, and prints the best and the
median of five runs of each question. Times of commands include the start of Python.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from pipeline.postgres import database
from tiktok_ads_metrics.raw import declared_columns, declared_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCOUNTS, ADS, DAYS = 20, 250, 360
RUNS = 5
COMMAND = str(Path(sys.executable).with_name("tiktok-ads-metrics"))

ENTITIES = """
    insert into tap_tiktok_ads.advertisers (advertiser_id, name, currency)
    select '7000' || a, 'Account ' || a, (array['GBP', 'USD', 'EUR'])[a % 3 + 1]
    from generate_series(101, 100 + {accounts}) as a;

    insert into tap_tiktok_ads.campaigns (advertiser_id, campaign_id, campaign_name)
    select '7000' || a, '1800' || a || c, 'Campaign ' || c || ' of account ' || a
    from generate_series(101, 100 + {accounts}) as a, generate_series(10, 9 + {ads} / 25) as c;

    insert into tap_tiktok_ads.sync_windows (report, advertiser_id, start_date, end_date, synced_at)
    select 'ad_report_daily', '7000' || a, day - 5, day, day + time '05:00'
    from generate_series(101, 100 + {accounts}) as a,
        generate_series(0, {days} + 4) as n, lateral (select date '2025-01-01' + n as day) as d
"""

# Every day was last read five days later. The rows lie as daily runs leave them, day after day,
# or as one back-fill does, account after account.
FACTS = """
    insert into tap_tiktok_ads.ad_report_daily (
        advertiser_id, ad_id, stat_time_day, campaign_id, campaign_name, adgroup_id, adgroup_name,
        ad_name, currency, synced_at, {metrics}
    )
    select '7000' || a, '1700' || a || lpad(ad::text, 4, '0'), day, '1800' || a || 10 + ad / 25,
        'Campaign ' || 10 + ad / 25 || ' of account ' || a, '1900' || a || ad / 5,
        'Ad group ' || ad / 5, 'Ad ' || ad, (array['GBP', 'USD', 'EUR'])[a % 3 + 1],
        day + 5 + time '05:00', {values}
    from generate_series(101, 100 + {accounts}) as a, generate_series(0, {ads} - 1) as ad,
        generate_series(0, {days} - 1) as n, lateral (select date '2025-01-01' + n as day) as d,
        lateral (select abs(hashint8(a * 1000000000::bigint + ad * 1000 + n)) as h) as seed
    order by {order}
"""


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--layout", choices=("daily", "backfill"), default="daily")
    parser.add_argument("--append-only", action="store_true", help="no keys, each row twice")
    options = parser.parse_args()
    with scratch() as url:
        os.environ["DATABASE_URL"] = url
        with psycopg.connect(url, autocommit=True) as connection:
            rows = fill(connection, options)
            table = Table("", "best", "median", "aim", title=f"{rows:,} fact rows")
            for name, aim, run in questions(connection):
                times = [timed(run) for _ in range(RUNS if name != "apply, first" else 1)]
                best, median = min(times), statistics.median(times)
                table.add_row(name, f"{best:.0f} ms", f"{median:.0f} ms", aim)
        Console().print(table)


def questions(connection: psycopg.Connection) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """What is measured: name, aim, and how it is run."""

    def command(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([COMMAND, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    def query(text: str) -> Callable[[], object]:
        return lambda: connection.execute(text).fetchall()  # type: ignore[call-overload]

    month = "where date between '2025-06-01' and '2025-06-30'"
    yield "apply, first", "2,000 ms", command("apply")
    yield "apply, again", "2,000 ms", command("apply")
    yield (
        "metrics_campaign_day, a month",
        "300 ms",
        query(
            f"select * from tiktok_ads.metrics_campaign_day {month}"  # noqa: S608
        ),
    )
    yield "show --by month, the year", "2,000 ms", command("show", "--by", "month")
    yield (
        "show --by campaign,month, the year",
        "2,000 ms",
        command("show", "--by", "campaign,month"),
    )
    yield "metrics_ad_day, a month", "", query(f"select * from tiktok_ads.metrics_ad_day {month}")  # noqa: S608
    yield (
        "metrics_campaign_week, the year",
        "",
        query("select * from tiktok_ads.metrics_campaign_week"),
    )
    yield (
        "metrics_advertiser_month, the year",
        "",
        query("select * from tiktok_ads.metrics_advertiser_month"),
    )


def fill(connection: psycopg.Connection, options: argparse.Namespace) -> int:
    """Make the raw tables as the loader does, and fill them."""
    connection.execute("create schema tap_tiktok_ads")
    for table in declared_tables().values():
        columns = ", ".join(f'"{name}" {type_}' for name, type_ in table.columns.items())
        key = "" if options.append_only else f", primary key ({', '.join(table.key)})"
        connection.execute(f"create table tap_tiktok_ads.{table.name} ({columns}{key})")  # type: ignore[call-overload]
    size = {"accounts": ACCOUNTS, "ads": ADS, "days": DAYS}
    facts = declared_tables()["ad_report_daily"]
    types = declared_columns()
    first = list(facts.columns).index("spend")
    metrics = [
        name
        for name in list(facts.columns)[first:]
        if types[name]["type"] in ("bigint", "numeric") and not name.startswith("_")
    ]
    values = [
        "h % 90000 / 100.0" if types[name]["type"] == "numeric" else f"h % {1000 - number}"
        for number, name in enumerate(metrics)
    ]
    order = "day, a, ad" if options.layout == "daily" else "a, n / 30, ad, day"
    connection.execute(ENTITIES.format(**size))  # type: ignore[call-overload]
    insert = FACTS.format(**size, metrics=", ".join(metrics), values=", ".join(values), order=order)
    for _ in range(2 if options.append_only else 1):
        connection.execute(insert)  # type: ignore[call-overload]
    connection.execute("vacuum analyze")
    row = connection.execute("select count(*) from tap_tiktok_ads.ad_report_daily").fetchone()
    return int(row[0]) if row else 0


def timed(run: Callable[[], object]) -> float:
    """Milliseconds that a run takes."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


@contextmanager
def scratch() -> Iterator[str]:
    """Give a database of its own and drop it afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="bench") as directory,
        database(Path(directory) / "pg") as url,
    ):
        name = sql.Identifier("tiktok_ads_metrics_speed")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(name))
        before, _, after = url.partition("?")
        yield f"{before.rsplit('/', 1)[0]}/tiktok_ads_metrics_speed" + (
            f"?{after}" if after else ""
        )
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))


if __name__ == "__main__":
    main()
