"""All settings of the tap: what they are, and how they are read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from singer_sdk import typing as th

from tap_tiktok_ads.api.address import is_web_address, versioned
from tap_tiktok_ads.reports.custom import read_reports
from tap_tiktok_ads.windows import parse_day

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from tap_tiktok_ads.reports.report import Report

SECRETS: Final = ("access_token", "app_id", "app_secret")
#: Zones reach as far as 14 hours ahead of UTC.
FARTHEST_ZONE: Final = timedelta(hours=14)

JSON_SCHEMA: Final[dict[str, Any]] = th.PropertiesList(
    th.Property(
        "access_token",
        th.StringType,
        required=True,
        secret=True,
        title="Access token",
        description="Long-lived access token of TikTok's Marketing API.",
    ),
    th.Property(
        "advertiser_ids",
        th.StringType,
        title="Ad account ids",
        description=(
            "Ad accounts to read: ids separated by commas, or an array of ids. If not set, all "
            "accounts that the token may read; this needs app_id and app_secret."
        ),
    ),
    th.Property(
        "app_id",
        th.StringType,
        secret=True,
        title="App id",
        description="Id of the developer app; needed to list the accounts that the token may read.",
    ),
    th.Property(
        "app_secret",
        th.StringType,
        secret=True,
        title="App secret",
        description="Secret of the developer app; needed together with app_id.",
    ),
    th.Property(
        "start_date",
        th.StringType,
        title="Start date",
        description=(
            "First day of reports, such as 2026-01-31; 90 days ago if not set. Campaigns, ad "
            "groups and ads are always read in full."
        ),
    ),
    th.Property(
        "end_date",
        th.StringType,
        title="End date",
        description="Last day of reports; today in each account's time zone if not set.",
    ),
    th.Property(
        "lookback_days",
        th.IntegerType(minimum=0),
        default=5,
        title="Look-back days",
        description=(
            "Days before the bookmark that every run reads again, because TikTok restates them; "
            "conversions can grow for 28 days."
        ),
    ),
    th.Property(
        "hourly_history_days",
        th.IntegerType(minimum=0),
        default=7,
        title="Hourly history days",
        description=(
            "Days before the look-back at which hourly reports begin, or start_date if that is "
            "later: they take one request per account and day."
        ),
    ),
    th.Property(
        "reports",
        th.CustomType({"type": ["array", "string"], "items": {"type": "object"}}),
        default=[],
        title="Custom reports",
        description=(
            "Custom reports, each of which becomes a stream: a list of objects with name, level, "
            "grain, dimensions, metrics and filters. docs/custom-reports.md has the rules."
        ),
    ),
    th.Property(
        "include_deleted",
        th.BooleanType,
        default=True,
        title="Include deleted",
        description="Whether to read deleted campaigns, ad groups and ads, and their delivery.",
    ),
    th.Property(
        "api_url",
        th.StringType,
        default="https://business-api.tiktok.com",
        title="API address",
        description=(
            "Address of the API; the sandbox is https://sandbox-ads.tiktok.com. A path such as "
            "/open_api/v1.3, the default, chooses the version."
        ),
    ),
    th.Property(
        "requests_per_second",
        # Text as well, since Meltano 4.4 can't hand over a decimal setting.
        th.CustomType({"type": ["number", "string"]}),
        default=8,
        title="Requests per second",
        description="Request budget for each endpoint path; TikTok's basic tier allows 10.",
    ),
    th.Property(
        "max_concurrency",
        th.IntegerType(minimum=1, maximum=128),
        default=16,
        title="Concurrent requests",
        description="Maximum number of requests in flight.",
    ),
    th.Property(
        "request_timeout",
        th.IntegerType(minimum=1),
        default=60,
        title="Request time-out",
        description=(
            "Seconds to wait for a response to begin or continue; all of it may take five times as "
            "long."
        ),
    ),
    th.Property(
        "max_response_mb",
        th.IntegerType(minimum=1),
        default=64,
        title="Response size limit",
        description="Maximum size of a response in megabytes, before and after decompression.",
    ),
    th.Property(
        "account_errors",
        th.StringType,
        allowed_values=["fail_at_end", "warn", "fail_fast"],
        default="fail_at_end",
        title="Account errors",
        description=(
            "What to do if an account can't be read: fail_at_end reads the others, then exits "
            "with an error that names it; warn only logs a warning; fail_fast stops at once."
        ),
    ),
    th.Property(
        "emit_activate_version_messages",
        th.BooleanType,
        default=False,
        title="Mark missing rows",
        description=(
            "Whether to send ACTIVATE_VERSION after each full-table stream, so that the loader "
            "marks rows that TikTok no longer returns."
        ),
    ),
).to_dict()


@dataclass(frozen=True)
class Settings:
    """All settings, with their types; `JSON_SCHEMA` describes them.

    Attributes:
        access_token: The token; empty where none is needed, as for ``--discover``.
        advertiser_ids: Accounts to read; empty for all that the token may read.
        app_id: Id of the developer app, or empty.
        app_secret: Secret of the developer app, or empty.
        start_date: First day of reports, if set.
        end_date: Last day of reports, if set.
        lookback_days: Days before the bookmark that are read again.
        hourly_history_days: Days before the look-back with which hourly reports begin.
        reports: The custom reports.
        include_deleted: Whether to read deleted objects.
        api_url: Address of the API.
        requests_per_second: Budget of each endpoint path.
        max_concurrency: Most requests in flight.
        request_timeout: Seconds to wait for an answer.
        max_response_mb: Most megabytes of an answer.
        account_errors: What an account that can't be read does to the run.
        emit_activate_version_messages: Whether to mark rows that TikTok no longer returns.
    """

    access_token: str
    advertiser_ids: tuple[str, ...]
    app_id: str
    app_secret: str
    start_date: date | None
    end_date: date | None
    lookback_days: int
    hourly_history_days: int
    reports: tuple[Report, ...]
    include_deleted: bool
    api_url: str
    requests_per_second: float
    max_concurrency: int
    request_timeout: float
    max_response_mb: float
    account_errors: str
    emit_activate_version_messages: bool


def normalize_ids(config: dict[str, Any]) -> None:
    """Turn account ids that are an array or a number into the text that the schema asks for."""
    ids = config.get("advertiser_ids")
    if isinstance(ids, list):
        config["advertiser_ids"] = ",".join(map(str, ids))
    elif isinstance(ids, int):
        config["advertiser_ids"] = str(ids)


def read_settings(
    config: Mapping[str, Any], now: datetime, stream_names: Collection[str]
) -> tuple[Settings, list[str]]:
    """Read the settings from a configuration that has its defaults.

    Args:
        config: The configuration.
        now: The moment, with its offset.
        stream_names: Names that a custom report can't take.

    Returns:
        The settings, as far as they can be read, and one line for each error.
    """
    errors = [
        f"{name} must be text." for name in SECRETS if not isinstance(config.get(name) or "", str)
    ]
    if not config.get("access_token"):
        errors.append("access_token is not set: the tap needs a token of TikTok's Marketing API.")
    start, end = (_day(config, name, errors) for name in ("start_date", "end_date"))
    if start and end and start > end:
        errors.append(f"start_date {start} is after end_date {end}.")
    if start and start > (now + FARTHEST_ZONE).date():
        errors.append(f"start_date {start} is in the future.")
    errors += _address_errors(str(config["api_url"]))
    reports, report_errors = read_reports(config.get("reports") or [], stream_names)
    settings = Settings(
        access_token=str(config.get("access_token") or ""),
        advertiser_ids=_advertiser_ids(config, errors),
        app_id=str(config.get("app_id") or ""),
        app_secret=str(config.get("app_secret") or ""),
        start_date=start,
        end_date=end,
        lookback_days=config["lookback_days"],
        hourly_history_days=config["hourly_history_days"],
        reports=reports,
        include_deleted=config["include_deleted"],
        api_url=str(config["api_url"]),
        requests_per_second=_requests_per_second(config, errors),
        max_concurrency=config["max_concurrency"],
        request_timeout=config["request_timeout"],
        max_response_mb=config["max_response_mb"],
        account_errors=config["account_errors"],
        emit_activate_version_messages=config["emit_activate_version_messages"],
    )
    return settings, [*errors, *report_errors]


def _advertiser_ids(config: Mapping[str, Any], errors: list[str]) -> tuple[str, ...]:
    try:
        ids = parse_ids(config.get("advertiser_ids"))
    except ValueError as error:
        errors.append(str(error))
        return ()
    if not ids and not (config.get("app_id") and config.get("app_secret")):
        errors.append(
            "advertiser_ids is not set: name the ad accounts to read, or set app_id and "
            "app_secret to read all accounts that the token may read."
        )
    return ids


def _day(config: Mapping[str, Any], name: str, errors: list[str]) -> date | None:
    try:
        return parse_day(str(config[name])) if config.get(name) else None
    except ValueError:
        errors.append(f"{name}: {config[name]!r} is not a date such as 2026-01-31.")
        return None


def _address_errors(api_url: str) -> list[str]:
    if not is_web_address(api_url):
        return [f"api_url: {api_url!r} is not a web address."]
    try:
        versioned(api_url)
    except ValueError as error:
        return [str(error)]
    return []


def _requests_per_second(config: Mapping[str, Any], errors: list[str]) -> float:
    value = config["requests_per_second"]
    try:
        rate = float(value or 0)
    except ValueError:
        rate = 0
    if rate <= 0:
        errors.append(f"requests_per_second: {value!r} is not a number above 0.")
    return rate


def parse_ids(value: Any) -> tuple[str, ...]:
    """Read account ids from ``"1, 2,3"``, from a JSON array as text, or from an array.

    Returns:
        The ids as text, each once, in their order.

    Raises:
        ValueError: If one of them is not a number.
    """
    if isinstance(value, str) and value.strip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            msg = f"advertiser_ids: {value!r} is neither ids separated by commas nor a JSON array."
            raise ValueError(msg) from None
    parts = value if isinstance(value, list) else str(value or "").split(",")
    ids = [str(part).strip() for part in parts]
    for advertiser_id in filter(None, ids):
        if not (advertiser_id.isascii() and advertiser_id.isdigit()):
            msg = f"advertiser_ids: {advertiser_id!r} is not the id of an ad account (digits only)."
            raise ValueError(msg)
    return tuple(dict.fromkeys(filter(None, ids)))
