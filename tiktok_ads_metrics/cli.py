"""The command ``tiktok-ads-metrics``."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from tiktok_ads_metrics.dialects import DIALECTS, POSTGRES
from tiktok_ads_metrics.errors import MetricsError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line; by default, the process's.

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
        # The reader, such as head, has closed the pipe; Python's flush at exit would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tiktok-ads-metrics",
        description="Views and metrics over the tables that tap-tiktok-ads loads. Connects to the "
        "database in DATABASE_URL or in libpq's variables.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)

    common = argparse.ArgumentParser(add_help=False)
    _add_setting(common, "--raw-schema", "tap_tiktok_ads", "schema of the loaded tables")
    _add_setting(common, "--schema", "tiktok_ads", "schema of the views")
    common.add_argument(
        "--metrics-file",
        default=os.environ.get("TIKTOK_ADS_METRICS_FILE")
        or os.environ.get("TIKTOK_ADS_METRICS_CATALOG"),
        metavar="FILE",
        help="TOML file with your own metrics (default: none; or TIKTOK_ADS_METRICS_FILE)",
    )
    # What --metrics-file was called before; Singer gives --catalog another meaning.
    common.add_argument(
        "--catalog", dest="metrics_file", default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )

    commands.add_parser("apply", parents=[common], help="create or update the views")

    show = commands.add_parser("show", parents=[common], help="print metrics")
    show.add_argument(
        "--by",
        default="campaign",
        metavar="A,B",
        help="account, campaign, adgroup, ad; day, week or month; currency (default: %(default)s)",
    )
    show.add_argument(
        "--metrics", metavar="A,B", help='keys from the "list" command, or "all" that have values'
    )
    show.add_argument(
        "--from", dest="first_day", type=_day, metavar="DAY", help="first day, as YYYY-MM-DD"
    )
    show.add_argument(
        "--to", dest="last_day", type=_day, metavar="DAY", help="last day, as YYYY-MM-DD"
    )
    show.add_argument(
        "--account",
        action="append",
        default=[],
        metavar="ID",
        help="only this ad account; can be repeated",
    )
    show.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        default="table",
        help="output format (default: %(default)s); csv and json have all digits and no totals",
    )

    list_ = commands.add_parser("list", parents=[common], help="print all metrics and views")
    list_.add_argument(
        "--format",
        choices=("table", "markdown"),
        default="table",
        help="output format (default: %(default)s)",
    )

    commands.add_parser(
        "check",
        parents=[common],
        help="report missing, duplicate, truncated or inconsistent data; exits with 1 on errors",
    )

    sql = commands.add_parser("sql", parents=[common], help="print the views for a SQL engine")
    sql.add_argument(
        "--dialect",
        choices=DIALECTS,
        default=POSTGRES.name,
        metavar="NAME",
        help=f"SQL engine: {', '.join(DIALECTS)} (default: %(default)s)",
    )
    return parser


def _add_setting(parser: argparse.ArgumentParser, option: str, default: str, about: str) -> None:
    variable = f"TIKTOK_ADS_METRICS_{option.strip('-').replace('-', '_').upper()}"
    parser.add_argument(
        option,
        default=os.environ.get(variable) or default,
        metavar="NAME",
        help=f"{about} (default: {default}; or {variable})",
    )


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is not a date such as 2026-01-31"
        raise argparse.ArgumentTypeError(msg) from error
