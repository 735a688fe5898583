"""The tap: its settings, its streams, and what they share in a run."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from functools import cached_property, partial
from typing import IO, TYPE_CHECKING, Any, ClassVar, cast

import click
from singer_sdk import Tap
from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import PluginCapabilities
from typing_extensions import override

from tap_tiktok_ads.api import accounts
from tap_tiktok_ads.api.accounts import Special
from tap_tiktok_ads.api.client import Client
from tap_tiktok_ads.api.lists import Fetcher
from tap_tiktok_ads.api.lookups import Parents
from tap_tiktok_ads.api.rate_limit import Pace
from tap_tiktok_ads.errors import AccountError, TapError
from tap_tiktok_ads.input_files import read_catalog, read_state
from tap_tiktok_ads.reports.custom import read_reports
from tap_tiktok_ads.reports.standard import standard_reports
from tap_tiktok_ads.settings import JSON_SCHEMA, SECRETS, as_text, read_settings
from tap_tiktok_ads.streams import STREAMS
from tap_tiktok_ads.streams.reports import ReportStream
from tap_tiktok_ads.streams.sync_windows import SyncWindows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType

    from tap_tiktok_ads.streams.base import TikTokStream


class TapTikTokAds(Tap):
    """Singer tap for TikTok Ads: accounts, campaigns, ad groups, ads and daily reports."""

    name = "tap-tiktok-ads"
    package_name = "adsfeed-tap-tiktok-ads"
    config_jsonschema = JSON_SCHEMA
    message_writer_class = MsgSpecWriter
    capabilities: ClassVar[list[Any]] = [
        capability for capability in Tap.capabilities if capability != PluginCapabilities.BATCH
    ]

    #: Names of the streams that are not reports of the matrix.
    _own: ClassVar[frozenset[str]] = frozenset(vars(stream)["name"] for stream in STREAMS)
    #: Tells the moment; tests set it.
    clock: ClassVar[Callable[[], datetime]] = partial(datetime.now, timezone.utc)
    #: Length of a second of waiting before another try; tests make it short.
    unit: ClassVar[float] = 1.0

    def __init__(self, **arguments: Any) -> None:
        self.now = type(self).clock()
        self.lost: defaultdict[str, dict[str, AccountError]] = defaultdict(dict)
        try:
            super().__init__(**arguments)
        except ValueError as error:
            # Numbers and JSON in environment variables are read by the SDK.
            msg = f"A setting from the environment can't be read: {error}."
            raise TapError(msg) from None

    @override
    def discover_streams(self) -> Sequence[TikTokStream]:
        reports = [*standard_reports(), *self.custom_reports]
        if self.input_catalog:
            # With all their columns, the reports that nobody wants would take a second to make.
            wanted = {entry.tap_stream_id for entry in self.input_catalog.streams}
            for name in sorted(wanted.difference(self._own, (each.stream for each in reports))):
                self.logger.warning("The catalog has a stream %s, which does not exist.", name)
            reports = [report for report in reports if report.stream in wanted]
        return [
            *(stream(self) for stream in STREAMS),
            *(ReportStream(self, report) for report in reports),
        ]

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        errors = []
        as_text(self._config)
        try:
            super()._validate_config(raise_errors=True)
        except ConfigValidationError as error:
            # A message about a secret would show it, and what is missing is told better below.
            errors = [text for text in error.errors if not any(name in text for name in SECRETS)]
        self.settings, more = read_settings(self.config, self.now)
        taken = self._own.union(each.stream for each in standard_reports())
        self.custom_reports, wrong = read_reports(self.config.get("reports") or [], taken)
        errors += [*more, *wrong]
        if errors and raise_errors:
            summary = "The settings can't be used."
            raise ConfigValidationError(summary, errors=errors, schema=JSON_SCHEMA)
        return errors

    @property
    def synced_at(self) -> str:
        """Start of the run, as it stands in every row."""
        return self.now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def version(self) -> int:
        """What marks the rows of this run in streams that are read whole."""
        return int(self.now.timestamp())

    @property
    def bookmarks(self) -> int:
        """Number of bookmarks that a STATE message holds."""
        streams = self.state.get("bookmarks", {}).values()
        return sum(len(stream.get("partitions", ())) for stream in streams)

    @property
    def sync_windows(self) -> SyncWindows:
        """The stream that keeps account of reports."""
        return cast("SyncWindows", self.streams[SyncWindows.name])

    @cached_property
    def client(self) -> Client:
        """The door to the API."""
        return Client(
            api_url=self.config["api_url"],
            access_token=self.config["access_token"],
            pace=Pace(self.settings.requests_per_second, unit=self.unit),
            timeout=self.config["request_timeout"],
            unit=self.unit,
        )

    @cached_property
    def fetcher(self) -> Fetcher:
        """Reads lists, ahead of who needs them."""
        return Fetcher(self.client, self.config["max_concurrency"])

    @cached_property
    def advertiser_ids(self) -> Sequence[str]:
        """The accounts of this run, in the order of the setting."""
        if self.settings.advertiser_ids:
            return self.settings.advertiser_ids
        ids = accounts.granted(self.client, self.config["app_id"], self.config["app_secret"])
        if not ids:
            msg = "The token may not read any ad account. Authorise the app for one."
            raise TapError(msg)
        return ids

    @cached_property
    def _described(self) -> list[accounts.Account | AccountError]:
        return list(accounts.describe(self.client, self.advertiser_ids))

    def accounts(self, stream: str) -> Iterator[accounts.Account]:
        """Give the accounts that can be read; the others are lost for the stream."""
        for advertiser_id, account in zip(self.advertiser_ids, self._described, strict=True):
            if isinstance(account, AccountError):
                self.lose(stream, advertiser_id, account)
            else:
                yield account

    @cached_property
    def special(self) -> Special:
        """Which special kinds of campaigns an account has."""
        return Special(self.client)

    @property
    def first_readable(self) -> str | None:
        """The first account that can be read: it asks for what is the same for all."""
        readable = (each for each in self._described if isinstance(each, accounts.Account))
        return next((account.advertiser_id for account in readable), None)

    @cached_property
    def parents(self) -> Parents:
        """Ids that several streams need."""
        return Parents(self.fetcher, self.special, include_deleted=self.config["include_deleted"])

    def lose(self, stream: str, advertiser_id: str, error: AccountError) -> None:
        """Go on without an account that can't be read, unless the run is to fail fast."""
        if self.config["account_errors"] == "fail_fast":
            raise error
        if advertiser_id not in self.lost[stream]:
            self.lost[stream][advertiser_id] = error
            self.logger.warning("%s goes on without account %s. %s", stream, advertiser_id, error)

    def _account_for_losses(self) -> None:
        """Say at the end which accounts were not read.

        Raises:
            TapError: If that is to end the run with an error.
        """
        streams: defaultdict[str, list[str]] = defaultdict(list)
        for stream, errors in self.lost.items():
            for advertiser_id in errors:
                streams[advertiser_id].append(stream)
        if not streams:
            self.logger.info(
                "All %d accounts are complete: %d requests, %d of them tried again.",
                len(self.advertiser_ids),
                self.client.requests,
                self.client.retries,
            )
            return
        names = "; ".join(f"{one} ({', '.join(streams[one])})" for one in sorted(streams))
        msg = f"{len(streams)} of {len(self.advertiser_ids)} accounts could not be read: {names}. "
        msg += "The others are complete; the reasons are in the warnings above."
        if self.config["account_errors"] == "fail_at_end":
            raise TapError(msg)
        self.logger.warning(msg)

    def write_lines(self, lines: Iterable[bytes]) -> None:
        """Write messages that are encoded already."""
        sys.stdout.buffer.write(b"".join(lines))
        sys.stdout.flush()

    @override
    @classmethod
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        try:
            return super().cb_config(ctx, param, value)
        except (OSError, ValueError) as error:
            msg = f"{', '.join(value)}: {error}"
            raise click.BadParameter(msg) from None

    @override
    @classmethod
    def invoke(  # type: ignore[override]  # as the SDK's own
        cls,
        *,
        about: bool = False,
        about_format: str | None = None,
        config: Any = None,
        state: IO[str] | None = None,
        catalog: IO[str] | None = None,
    ) -> None:
        super(Tap, cls).invoke(about=about, about_format=about_format)
        with cls._errors_in_one_line():
            tap = cls(
                config=config.config,
                state=read_state(state) if state else None,
                catalog=read_catalog(catalog) if catalog else None,
                parse_env_config=config.parse_env,
            )
            tap.sync()

    @override
    @classmethod
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        with cls._errors_in_one_line():
            super().cb_test(ctx, param, value)

    @classmethod
    @contextmanager
    def _errors_in_one_line(cls) -> Iterator[None]:
        """Tell what is wrong without a traceback, and end with a failing exit status."""
        try:
            yield
        except ConfigValidationError as error:
            for text in error.errors:
                cls.logger.error(text)  # noqa: TRY400 (a line for people, not a traceback)
        except TapError as error:
            cls.logger.error("%s", error)  # noqa: TRY400
        except BrokenPipeError:
            # Whoever read the output is gone; nothing is to be flushed at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        else:
            return
        sys.exit(1)

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        """End at once; what is not finished must not pass for complete.

        The last STATE that went out holds what is: one written here could fall into the middle of
        a message.
        """
        self.logger.warning(
            "Stopped by signal %d; the next run goes on where this one was.", signum
        )
        sys.exit(128 + signum)

    def sync(self) -> None:
        """Read all selected streams.

        Raises:
            TapError: If the run can't go on, or if it went on without an account.
        """
        with closing(self.fetcher):
            # Before any stream, so that a wrong token or address is one plain message.
            _ = self._described, self.parents
            self.sync_all()
        self._account_for_losses()
