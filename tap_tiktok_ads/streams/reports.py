"""Reports of ``/report/integrated/get/``."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from tap_tiktok_ads.columns import CURRENCY
from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.reports.reader import ReportReader
from tap_tiktok_ads.reports.standard import PERIOD, columns, keys, metric_columns, parent_ids
from tap_tiktok_ads.streams.windowed import WindowedStream
from tap_tiktok_ads.windows import DAY, periods, repeats_an_hour

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from singer_sdk import Tap

    from tap_tiktok_ads.api.accounts import Account
    from tap_tiktok_ads.columns import Column
    from tap_tiktok_ads.read_result import ReadResult
    from tap_tiktok_ads.reports.report import Report
    from tap_tiktok_ads.run import Run
    from tap_tiktok_ads.windows import Window

#: Metrics that add up.
ADDITIVE: Final = frozenset(each["name"] for each in facts("metrics") if each["kind"] == "additive")
#: What most people want: delivery of ads, and of campaigns for its sums.
DEFAULT_STREAMS: Final = frozenset({"ad_report_daily", "campaign_report_daily"})


class ReportStream(WindowedStream):
    """A standard or custom report."""

    _history_is_bounded = False

    def __init__(self, tap: Tap, run: Run, report: Report) -> None:
        self.report = report
        self.max_days = report.max_days
        self.row_columns = tuple(report.row_dimensions)
        self.always = (*parent_ids(report.level), CURRENCY.name)
        self.selected_by_default = report.stream in DEFAULT_STREAMS or bool(report.metrics)
        # A period's rows stay valid when the next run reads other periods.
        self.reads_all = report.grain == "lifetime"
        super().__init__(tap, run, keys(report), report.stream)
        if report.time:
            self.replication_key = report.time.name
        else:
            self.state_partitioning_keys = ()

    @override
    @property
    def columns(self) -> Sequence[Column]:
        return columns(self.report)

    @cached_property
    def reader(self) -> ReportReader:
        """Reads windows of the report, with the selected metrics."""
        offered = {column.name for column in metric_columns(self.report)}
        return ReportReader(
            self.run.lists,
            replace(self.report, include_deleted=self.run.settings.include_deleted),
            {name: kind for name, kind in self.selected_columns.items() if name in offered},
            additive=ADDITIVE,
            special=self.run.special,
        )

    @override
    def read(self, account: Account, window: Window | None) -> ReadResult:
        hourly = self.report.grain == "hourly"
        repeated = bool(hourly and window and repeats_an_hour(window.start, account.zone))
        return self.reader.read(account.advertiser_id, window, repeated_hour=repeated)

    @override
    def windows(
        self, now: date, bookmark: date | None
    ) -> Iterator[tuple[Window | None, Mapping[str, str]]]:
        if self.report.grain == "lifetime":
            yield None, {}
        elif self.report.grain == "period":
            names = [column.name for column in PERIOD]
            for name, window in periods(self.end(now)).items():
                values = (name, str(window.start), str(window.end))
                yield window, dict(zip(names, values, strict=True))
        else:
            yield from super().windows(now, bookmark)

    @override
    def start(self, now: date) -> date:
        start = super().start(now)
        if self.report.grain != "hourly":
            return start
        # One request for each account and day: a long history has to be asked for.
        settings = self.run.settings
        days = settings.lookback_days + settings.hourly_history_days
        first = self.end(now) - DAY * days
        if settings.start_date and start < first and not self._history_is_bounded:
            self._history_is_bounded = True
            self.logger.warning(
                "%s begins with %s, not with start_date; hourly_history_days sets how far back.",
                self.name,
                first,
            )
        return max(start, first)
