"""Measure the SQL layer over 1.8 million fact rows: ``python -m benchmarks.metrics_speed``.

Fills a scratch database with 360 days of 20 accounts of 250 ads, applies the views, and prints the
best and the median of five runs of each measurement. A query ends when all rows have arrived; the
time of a command includes the start of Python.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks.process import BIN
from benchmarks.scratch_database import scratch_database
from tiktok_ads_metrics.raw_tables import declared_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZE = {"accounts": 20, "ads": 250, "days": 360}
RUNS = 5
PROGRAM = BIN / "tiktok-ads-metrics"

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

# Every day was last read five days later.
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
#: Physical order of the rows: as daily runs leave it, or as a back-fill does, account by account.
ORDERS = {"daily": "day, a, ad", "backfill": "a, n / 30, ad, day"}

MONTH = "where date between '2025-06-01' and '2025-06-30'"


class Measurement(NamedTuple):
    """What is measured.

    Attributes:
        name: Name in the table.
        action: What to measure.
        target: The target, as text, if there is one.
        runs: How many times it runs.
    """

    name: str
    action: Callable[[], object]
    target: str = ""
    runs: int = RUNS


def main() -> None:
    """Fill the database, measure, and print the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--layout", choices=ORDERS, default="daily")
    parser.add_argument("--append-only", action="store_true", help="without keys, every row twice")
    options = parser.parse_args()
    with scratch_database() as url, psycopg.connect(url, autocommit=True) as connection:
        os.environ["DATABASE_URL"] = url
        rows = fill(connection, ORDERS[options.layout], keyed=not options.append_only)
        table = Table("", "best", "median", "target", title=f"{rows:,} fact rows, {options.layout}")
        for each in measurements(connection):
            times = [milliseconds(each.action) for _ in range(each.runs)]
            best, median = min(times), statistics.median(times)
            table.add_row(each.name, f"{best:,.0f} ms", f"{median:,.0f} ms", each.target)
    Console().print(table)


def measurements(connection: psycopg.Connection) -> Iterator[Measurement]:
    """Yield what is measured, in this order."""

    def command(*arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run([PROGRAM, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    def view(name: str, where: str = "") -> Callable[[], object]:
        # psycopg's conversion of numbers would take longer than many of the queries.
        query = f"select * from tiktok_ads.{name} {where}"  # noqa: S608 (constants of this module)
        return lambda: connection.pgconn.exec_(query.encode())

    yield Measurement("apply, first", command("apply"), "2,000 ms", 1)
    yield Measurement("apply, again", command("apply"), "2,000 ms")
    yield Measurement(
        "metrics_campaign_day, a month", view("metrics_campaign_day", MONTH), "300 ms"
    )
    yield Measurement("show --by month, the year", command("show", "--by", "month"), "2,000 ms")
    yield Measurement("show --by campaign,month", command("show", "--by", "campaign,month"))
    yield Measurement("check", command("check"))
    yield Measurement("metrics_ad_day, a month", view("metrics_ad_day", MONTH))
    yield Measurement("metrics_campaign_week, the year", view("metrics_campaign_week"))
    yield Measurement("metrics_advertiser_month, the year", view("metrics_advertiser_month"))


def fill(connection: psycopg.Connection, order: str, *, keyed: bool) -> int:
    """Create the raw tables as the loader does, fill them, and return the number of fact rows."""
    connection.execute("create schema tap_tiktok_ads")
    for table in declared_tables().values():
        columns = ", ".join(f'"{name}" {type_}' for name, type_ in table.columns.items())
        key = f", primary key ({', '.join(table.key)})" if keyed else ""
        connection.execute(f"create table tap_tiktok_ads.{table.name} ({columns}{key})".encode())
    types = declared_tables()["ad_report_daily"].columns
    metrics = [
        name
        for name, type_ in types.items()
        if type_ in ("bigint", "numeric") and not name.startswith("_")
    ]
    values = [
        "h % 90000 / 100.0" if types[name] == "numeric" else f"h % {1000 - number}"
        for number, name in enumerate(metrics)
    ]
    connection.execute(ENTITIES.format(**SIZE).encode())
    facts = FACTS.format(**SIZE, metrics=", ".join(metrics), values=", ".join(values), order=order)
    for _ in range(1 if keyed else 2):
        connection.execute(facts.encode())
    connection.execute("vacuum analyze")
    row = connection.execute("select count(*) from tap_tiktok_ads.ad_report_daily").fetchone()
    return int(row[0]) if row else 0


def milliseconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
