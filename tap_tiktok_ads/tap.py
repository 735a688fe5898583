"""The Singer plugin: its options, its streams, and errors in one line."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import datetime, timezone
from functools import cached_property, partial
from typing import IO, TYPE_CHECKING, Any, ClassVar

import click
from singer_sdk import Tap
from singer_sdk.contrib.msgspec import MsgSpecWriter
from singer_sdk.helpers.capabilities import PluginCapabilities
from typing_extensions import override

from tap_tiktok_ads.cli_errors import errors_in_one_line
from tap_tiktok_ads.errors import TapError
from tap_tiktok_ads.input_files import read_catalog, read_state
from tap_tiktok_ads.log_safety import hide
from tap_tiktok_ads.reports.standard import standard_reports
from tap_tiktok_ads.run import Run
from tap_tiktok_ads.sdk import SdkTap
from tap_tiktok_ads.settings import JSON_SCHEMA, SECRETS, normalize_ids, read_settings
from tap_tiktok_ads.streams import STREAMS
from tap_tiktok_ads.streams.reports import ReportStream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_tiktok_ads.streams.base import TikTokStream


class TapTikTokAds(SdkTap):
    """Singer tap for TikTok Ads: accounts, campaigns, ad groups, ads and daily reports."""

    name = "tap-tiktok-ads"
    package_name = "adsfeed-tap-tiktok-ads"
    config_jsonschema = JSON_SCHEMA
    message_writer_class = MsgSpecWriter
    capabilities: ClassVar[list[Any]] = [
        capability for capability in Tap.capabilities if capability != PluginCapabilities.BATCH
    ]

    #: Names of the streams that are no reports.
    _entity_streams: ClassVar[frozenset[str]] = frozenset(vars(each)["name"] for each in STREAMS)
    #: Returns the moment; tests set it.
    clock: ClassVar[Callable[[], datetime]] = partial(datetime.now, timezone.utc)
    #: Length of a second of waiting before another attempt; tests make it short.
    unit: ClassVar[float] = 1.0

    def __init__(self, **arguments: Any) -> None:
        self.now = type(self).clock()
        try:
            super().__init__(**arguments)
        except ValueError as error:
            # The SDK reads numbers and JSON from environment variables.
            msg = f"A setting from the environment can't be read: {error}."
            raise TapError(msg) from None

    @cached_property
    def run(self) -> Run:
        """What the streams of this run share."""
        return Run(self.settings, self.now, second=self.unit)

    @override
    def discover_streams(self) -> Sequence[TikTokStream]:
        reports = [*standard_reports(), *self.settings.reports]
        if self.input_catalog:
            # With all their columns, reports that are not in the catalog would take a second.
            wanted = {entry.tap_stream_id for entry in self.input_catalog.streams}
            known = self._entity_streams.union(each.stream for each in reports)
            for name in sorted(wanted - known):
                self.logger.warning("The catalog has a stream %s, which does not exist.", name)
            reports = [report for report in reports if report.stream in wanted]
        return [
            *(stream(self, self.run) for stream in STREAMS),
            *(ReportStream(self, self.run, report) for report in reports),
        ]

    @override
    def normalize_config(self, config: dict[str, Any]) -> None:
        normalize_ids(config)

    @override
    def read_config(self) -> list[str]:
        names = self._entity_streams.union(each.stream for each in standard_reports())
        self.settings, errors = read_settings(self.config, self.now, names)
        hide(self.settings.access_token, self.settings.app_id, self.settings.app_secret)
        return errors

    @override
    def hides_schema_error(self, text: str) -> bool:
        # A message about a secret would show it, and `read_settings` says better what is missing.
        return any(name in text for name in SECRETS)

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
        with errors_in_one_line(cls.logger.error):
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
        with errors_in_one_line(cls.logger.error):
            super().cb_test(ctx, param, value)

    @override
    def stopped(self, signum: int) -> None:
        """End at once; the last STATE message holds what is finished.

        A STATE written here could fall into the middle of another message.
        """
        self.logger.warning(
            "Stopped by signal %d; the next run continues where this one stopped.", signum
        )
        sys.exit(128 + signum)

    def sync(self) -> None:
        """Read all selected streams.

        Raises:
            TapError: If the run can't go on, or if it went on without an account.
        """
        with closing(self.run.lists):
            # Before any stream, so that a wrong token or address is one plain message.
            _ = self.run.described, self.run.lookups
            self.sync_all()
        self.run.conclude()
