"""Reading a window of a report completely, however TikTok answers.

A report that is too large is requested in halves, of days and then of metrics. A report that
leaves ads out is requested by campaigns, ad groups and ads. Metrics that TikTok refuses for this
report are found, left out and named.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from tap_tiktok_ads.api.accounts import TOP_VIEW
from tap_tiktok_ads.api.lists import MAX_READS
from tap_tiktok_ads.errors import DriftError, TooLargeError, TruncatedError
from tap_tiktok_ads.read_result import ReadResult
from tap_tiktok_ads.reports.decoder import ReportDecoder
from tap_tiktok_ads.reports.merging import (
    joined,
    merge_metric_groups,
    sum_duplicates,
    total_spend,
)
from tap_tiktok_ads.reports.refused_metrics import REFUSALS, AcceptedMetrics, metric_groups
from tap_tiktok_ads.reports.report import DIMENSIONS
from tap_tiktok_ads.reports.request import ENDPOINT, ReportRequest, parameters, sort_order
from tap_tiktok_ads.reports.splitting import Splitter
from tap_tiktok_ads.windows import each_day

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from tap_tiktok_ads.api.accounts import SpecialCampaigns
    from tap_tiktok_ads.api.lists import ListReader
    from tap_tiktok_ads.reports.report import Report
    from tap_tiktok_ads.windows import Window

logger = logging.getLogger(__name__)

#: What every ad that delivers has, and what adds up to the account's.
SPEND: Final = "spend"


class ReportReader:
    """Reads windows of one report.

    Args:
        lists: Reads lists.
        report: The report.
        metrics: Type of each selected metric.
        additive: Metrics that add up.
        special: The special kinds of campaigns of each account.
    """

    def __init__(
        self,
        lists: ListReader,
        report: Report,
        metrics: Mapping[str, str],
        *,
        additive: Collection[str],
        special: SpecialCampaigns,
    ) -> None:
        self._lists = lists
        self._report = report
        self._types = {SPEND: "number", **metrics}
        self._selects_spend = SPEND in metrics
        self._additive = additive
        self._special = special
        self._splitter = Splitter(lists, special)
        self._accepted = AcceptedMetrics(report.stream, metrics, core=SPEND)
        #: The report as TikTok takes it: without the day, where that is refused.
        self._requested = report
        self._decoder = lru_cache(maxsize=16)(self._make_decoder)

    def read(
        self, advertiser_id: str, window: Window | None, *, repeated_hour: bool = False
    ) -> ReadResult:
        """Read a window, TopView included where the account has it (surprises.md 13).

        Args:
            advertiser_id: The account.
            window: The days; None for all time.
            repeated_hour: Whether one of its hours comes twice.

        Raises:
            AccountError: If TikTok refuses the report for this account.
            ApiError: If the run can't go on.
        """

        def request(metrics: tuple[str, ...]) -> ReportRequest:
            return ReportRequest(
                self._requested, advertiser_id, window, metrics, repeated_hour=repeated_hour
            )

        def attempt(metrics: tuple[str, ...]) -> ReadResult:
            return self._read_all_buying_types(request(metrics))

        def probe(metrics: tuple[str, ...]) -> None:
            self._probe(request(metrics))

        try:
            return self._accepted.read(attempt, probe)
        except REFUSALS:
            if not self._switch_to_single_days(request((SPEND,))):
                raise
        return self._accepted.read(attempt, probe)

    def _read_all_buying_types(self, request: ReportRequest) -> ReadResult:
        filtered = any(each.field_name == "buying_type" for each in self._report.filters)
        if filtered or not self._special.has(TOP_VIEW, request.advertiser_id):
            return self._read_all_metrics(request)
        requests = (request, replace(request, top_view=True))
        results = [self._read_all_metrics(each) for each in requests]
        if self._report.level == "advertiser":
            # Both have a row for the same account.
            return sum_duplicates(results, self._additive)
        return joined(results)

    def _read_all_metrics(self, request: ReportRequest) -> ReadResult:
        groups = metric_groups(request.metrics)
        if len(groups) > 1:
            return self._read_groups(self._read_days, request, groups)
        return self._read_days(request)

    def _read_days(self, request: ReportRequest) -> ReadResult:
        """Read the window, day by day where TikTok does not take the dimension of the day."""
        if request.report is self._report or not request.window:
            return self._read_split(request)
        whole = ReadResult()
        for day in each_day(request.window):
            dimension = f'"stat_time_day":"{day.start}",'.encode()
            whole.extend(self._read_split(replace(request, window=day)), dimension)
        return whole

    def _read_split(self, request: ReportRequest) -> ReadResult:
        """Read a request, in parts if it is too large or its answer leaves ads out."""
        try:
            return self._read_whole(request)
        except TooLargeError as error:
            logger.info("Splitting the request: %s", error)
            result = self._read_halves(request) or self._read_by_ids(request)
            if result is None:
                raise
        except DriftError as error:
            # What fits one page has no boundary that rows could cross (live-2026.md 2).
            logger.info("Splitting the request: %s", error)
            result = self._read_half_windows(request)
            if result is None and not request.ids:
                result = self._read_by_ids(request)
            if result is None:
                raise
        except TruncatedError:
            result = self._read_by_ids(request)
            if result is None:
                logger.warning(
                    "%s: TikTok leaves ads out of %s of account %s, and there is no finer request.",
                    self._report.stream,
                    request.window or "the lifetime",
                    request.advertiser_id,
                )
                result = self._read_whole(request, truncated=True)
        return result

    def _read_whole(self, request: ReportRequest, *, truncated: bool = False) -> ReadResult:
        decoder = self._decoder(request.report, request.metrics)
        result = self._lists.complete(
            ENDPOINT,
            parameters(request),
            partial(decoder.page, duplicate_keys=request.repeated_hour),
            reread_params=sort_order(request.metrics, self._types),
            truncated=truncated,
        )
        return sum_duplicates([result], self._additive) if request.repeated_hour else result

    def _read_halves(self, request: ReportRequest) -> ReadResult | None:
        """Read half the days at a time, or half the metrics."""
        if result := self._read_half_windows(request):
            return result
        if len(request.metrics) > 1:
            middle = len(request.metrics) // 2
            groups = [request.metrics[:middle], request.metrics[middle:]]
            return self._read_groups(self._read_split, request, groups)
        return None

    def _read_half_windows(self, request: ReportRequest) -> ReadResult | None:
        if request.report.time and request.window and request.window.days > 1:
            halves = [replace(request, window=half) for half in request.window.halves()]
            return joined([self._read_split(half) for half in halves])
        return None

    def _read_groups(
        self,
        read: Callable[[ReportRequest], ReadResult],
        request: ReportRequest,
        groups: Sequence[tuple[str, ...]],
    ) -> ReadResult:
        """Read groups of metrics one by one and merge their rows."""
        for _ in range(MAX_READS):
            results = [read(replace(request, metrics=group)) for group in groups]
            if merged := merge_metric_groups(results):
                return merged
        msg = (
            f"{self._report.stream}: account {request.advertiser_id}, {request.window}: the rows "
            f"of several requests do not match, {MAX_READS} times. Run again later."
        )
        raise DriftError(msg)

    def _read_by_ids(self, request: ReportRequest) -> ReadResult | None:
        """Read by campaigns, ad groups or ads, if there is a finer request."""
        parts = self._splitter.split(request)
        if not parts:
            return None
        result = joined([self._read_split(part) for part in parts])
        return result if request.ids_level else self._compared_with_account(request, result)

    def _compared_with_account(self, request: ReportRequest, parts: ReadResult) -> ReadResult:
        """Compare the parts with the account's spend, since TikTok may no longer list some ids."""
        if not self._selects_spend or self._report.breakdown or self._report.filters:
            # A breakdown need not add up to the account's (surprises.md 17), a filter does not.
            parts.truncated = True
            return parts
        if SPEND not in request.metrics:
            return parts
        account = replace(self._report, level="advertiser", level_id="")
        true = total_spend(self._read_split(replace(request, report=account, metrics=(SPEND,))))
        found = total_spend(parts)
        if found != true:
            parts.truncated = True
            logger.warning(
                "%s: the ads that TikTok lists for account %s spent %s in %s, the account %s: "
                "the delivery of ads that TikTok no longer lists is missing.",
                self._report.stream,
                request.advertiser_id,
                found,
                request.window or "their lifetime",
                true,
            )
        return parts

    def _switch_to_single_days(self, request: ReportRequest) -> bool:
        """Leave out the dimension of the day if it is what TikTok refuses; whether it is.

        One client says so of brands and interests, no official text does (endpoints.md 12).
        """
        dimensions = [DIMENSIONS[name] for name in self._report.breakdown]
        if not (self._report.time and any(each.get("perhaps_undated") for each in dimensions)):
            return False
        undated = replace(self._report, grain="period")
        try:
            self._probe(replace(request, report=undated))
        except REFUSALS:
            return False
        logger.info("%s: requested day by day.", self._report.stream)
        # Threads that get here together set the same value.
        self._requested = undated
        return True

    def _probe(self, request: ReportRequest) -> None:
        """Request one row of one day, to see whether TikTok takes the request."""
        if request.window:
            request = replace(request, window=request.window._replace(start=request.window.end))
        params = {**parameters(request), "page_size": 1, "page": 1}
        self._lists.client.get(ENDPOINT, params)

    def _make_decoder(self, report: Report, metrics: tuple[str, ...]) -> ReportDecoder:
        types = {name: self._types[name] for name in metrics}
        return ReportDecoder(report.stream, report.row_dimensions, types)
