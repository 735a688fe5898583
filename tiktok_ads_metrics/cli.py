"""The command ``tiktok-ads-metrics``."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from tiktok_ads_metrics.errors import MetricsError

if TYPE_CHECKING:
    from collections.abc import Sequence

DIALECTS = ("postgres", "duckdb", "bigquery", "snowflake", "clickhouse", "spark")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line; the process's own if not given.

    Returns:
        The exit status: 0, or 1 after an error or if ``check`` found one.
    """
    options = _parser().parse_args(arguments)
    try:
        command = import_module(f"tiktok_ads_metrics.commands.{options.command}")
        status: int = command.run(options)
        sys.stdout.flush()
    except MetricsError as error:
        sys.stderr.write(f"tiktok-ads-metrics: {error}\n")
        return 1
    except BrokenPipeError:
        # The reader, such as head, has seen enough; Python's own flush at exit would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tiktok-ads-metrics",
        description="Views and metrics over the tables that tap-tiktok-ads loads. "
        "The database is that of DATABASE_URL or of libpq's variables.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)

    common = argparse.ArgumentParser(add_help=False)
    _add_setting(common, "--raw-schema", "tap_tiktok_ads", "schema of the loaded tables")
    _add_setting(common, "--schema", "tiktok_ads", "schema of the views")
    _add_setting(common, "--catalog", "", "TOML file with more metrics")

    commands.add_parser("apply", parents=[common], help="create or update the views")

    show = commands.add_parser("show", parents=[common], help="print metrics")
    show.add_argument(
        "--by",
        default="campaign",
        metavar="A,B",
        help="account, campaign, adgroup, ad; day, week or month; currency (default: %(default)s)",
    )
    show.add_argument("--metrics", metavar="A,B", help='keys from "list", or "all"')
    show.add_argument("--from", dest="first_day", type=_day, metavar="DAY", help="first day")
    show.add_argument("--to", dest="last_day", type=_day, metavar="DAY", help="last day")
    show.add_argument(
        "--account", action="append", default=[], metavar="ID", help="only this one; repeatable"
    )
    show.add_argument("--format", choices=("table", "csv", "json"), default="table")

    list_ = commands.add_parser("list", parents=[common], help="print the metrics and the views")
    list_.add_argument("--format", choices=("table", "markdown"), default="table")

    commands.add_parser(
        "check",
        parents=[common],
        help="look for missing, doubled, truncated and differing data; exits with 1 if there are",
    )

    sql = commands.add_parser("sql", parents=[common], help="print the views for a SQL engine")
    sql.add_argument("--dialect", choices=DIALECTS, default="postgres")
    return parser


def _add_setting(parser: argparse.ArgumentParser, option: str, default: str, about: str) -> None:
    variable = f"TIKTOK_ADS_METRICS_{option.strip('-').replace('-', '_').upper()}"
    parser.add_argument(
        option,
        default=os.environ.get(variable) or default,
        metavar="FILE" if option == "--catalog" else "NAME",
        help=f"{about} (default: {default or 'none'}; or {variable})",
    )


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is no day such as 2026-01-31"
        raise argparse.ArgumentTypeError(msg) from error
