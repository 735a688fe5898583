"""Reading a window of a report completely, whatever TikTok makes of the request.

A report that is too large is asked for in halves, of days and then of metrics. A report that
leaves ads out is asked for again by campaigns, ad groups and ads. Metrics that TikTok refuses for
this report are found, left out and named.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from tap_tiktok_ads.api.accounts import TOP_VIEW
from tap_tiktok_ads.api.lists import READS, TruncatedError
from tap_tiktok_ads.decoding import ReportRows
from tap_tiktok_ads.errors import DriftError, TooLargeError
from tap_tiktok_ads.read_result import Reading
from tap_tiktok_ads.reports.merging import JOINT, added_up, side_by_side, spend
from tap_tiktok_ads.reports.refused_metrics import REFUSALS, Refusals, groups
from tap_tiktok_ads.reports.report import DIMENSIONS
from tap_tiktok_ads.reports.request import ENDPOINT, Ask, order, parameters
from tap_tiktok_ads.reports.splitting import Parts
from tap_tiktok_ads.windows import each_day

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from tap_tiktok_ads.api.accounts import Special
    from tap_tiktok_ads.api.lists import Fetcher
    from tap_tiktok_ads.reports.report import Report
    from tap_tiktok_ads.windows import Window

logger = logging.getLogger(__name__)

#: What every ad that delivers has, and what adds up to the account's.
SPEND: Final = "spend"


class ReportReader:
    """Reads windows of one report.

    Args:
        fetcher: Reads lists.
        report: What to ask for.
        metrics: Type of each selected metric.
        additive: Metrics that may be added up.
        special: Tells which campaigns that must be asked for by name an account has.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        report: Report,
        metrics: Mapping[str, str],
        *,
        additive: Collection[str] = (),
        special: Special,
    ) -> None:
        self._fetcher = fetcher
        self._report = report
        self._types = dict(metrics)
        self._additive = additive
        self._special = special
        self._parts = Parts(fetcher, special)
        self._refusals = Refusals(report.stream, metrics, core=SPEND)
        #: What is asked for in fact: without the day, where TikTok does not take it.
        self._asked = report
        self._rows = lru_cache(maxsize=16)(self._make_rows)

    def read(self, advertiser_id: str, window: Window | None, *, repeats: bool = False) -> Reading:
        """Read a window, TopView included where the account has it (surprises.md 13).

        Args:
            advertiser_id: The account.
            window: The days; none for all time.
            repeats: Whether one of its hours comes twice.

        Raises:
            AccountError: If TikTok refuses the report for this account.
            ApiError: If the run can't go on.
        """
        ask = Ask(advertiser_id, window, (), repeats=repeats)
        return self._refusals.read(
            lambda metrics: self._with_top_view(replace(ask, metrics=metrics)),
            lambda metrics: self._probe(self._asked, replace(ask, metrics=metrics)),
            lambda: self._goes_without_days(replace(ask, metrics=(SPEND,))),
        )

    def _with_top_view(self, ask: Ask) -> Reading:
        chosen = any(each.field_name == "buying_type" for each in self._report.conditions)
        if chosen or not self._special.has(TOP_VIEW, ask.advertiser_id):
            return self._all_metrics(ask)
        asks = (ask, replace(ask, top_view=True))
        if self._report.level == "advertiser":
            # Both have a row for the same account.
            parts = [self._all_metrics(each, JOINT) for each in asks]
            return added_up(parts, self._additive, b",")
        return _joined([self._all_metrics(each) for each in asks])

    def _all_metrics(self, ask: Ask, joint: bytes = b",") -> Reading:
        parts = groups(ask.metrics)
        if len(parts) > 1:
            return self._merged(self._whole, ask, parts, joint)
        return self._whole(ask, joint)

    def _whole(self, ask: Ask, joint: bytes = b",") -> Reading:
        """Read what is asked for in one request, or in as many as it takes."""
        report = self._asked
        if report.grain == self._report.grain or not ask.window:
            return self._narrowed(report, ask, joint)
        whole = Reading()
        for day in each_day(ask.window):
            prefix = f'"stat_time_day":"{day.start}",'.encode()
            whole.extend(self._narrowed(report, replace(ask, window=day), joint), prefix)
        return whole

    def _narrowed(self, report: Report, ask: Ask, joint: bytes) -> Reading:
        rows = self._rows(report, ask.metrics)
        read = partial(self._narrowed, report)
        complete = partial(
            self._fetcher.complete,
            ENDPOINT,
            parameters(report, ask),
            partial(rows.page, joint=JOINT if ask.repeats else joint, repeats=ask.repeats),
            again=order(ask.metrics, self._types),
        )
        try:
            reading = complete()
        except TooLargeError as error:
            logger.info("Asking in parts, because of: %s", error)
            if report.time and ask.window and ask.window.days > 1:
                halves = [replace(ask, window=half) for half in ask.window.halves()]
                return _joined([read(half, joint) for half in halves])
            if len(ask.metrics) > 1:
                middle = len(ask.metrics) // 2
                halved = [ask.metrics[:middle], ask.metrics[middle:]]
                return self._merged(read, ask, halved, joint)
            if whole := self._by_ids(report, ask, joint):
                return whole
            raise
        except TruncatedError:
            if whole := self._by_ids(report, ask, joint):
                return whole
            logger.warning(
                "%s: TikTok leaves ads out of %s of account %s, and no finer request is possible.",
                report.stream,
                ask.window or "the lifetime",
                ask.advertiser_id,
            )
            reading = complete(truncated=True)
        return added_up([reading], self._additive, joint) if ask.repeats else reading

    def _by_ids(self, report: Report, ask: Ask, joint: bytes) -> Reading | None:
        """Ask by campaigns, ad groups or ads, if there is a finer request."""
        parts = self._parts.finer(report, ask)
        if not parts:
            return None
        whole = _joined([self._narrowed(report, part, joint) for part in parts])
        return whole if ask.scope else self._proved(ask, whole)

    def _proved(self, ask: Ask, parts: Reading) -> Reading:
        """Compare the parts with the account's spend, since some ids may be listed no longer."""
        if SPEND not in self._types or self._report.breakdown or self._report.conditions:
            # A breakdown need not add up to the account's (surprises.md 17), a filter does not.
            parts.truncated = True
            return parts
        if SPEND not in ask.metrics:
            return parts
        proved = Reading(total=parts.total, requests=parts.requests, truncated=parts.truncated)
        found = Decimal()
        for rows in parts.chunks():
            found += spend(rows)
            proved.add(rows)
        account = ReportReader(
            self._fetcher,
            replace(self._report, level="advertiser", own_id=""),
            {SPEND: "number"},
            special=self._special,
        )
        true = sum(map(spend, account._whole(replace(ask, metrics=(SPEND,))).chunks()), Decimal())
        if found != true:
            proved.truncated = True
            logger.warning(
                "%s: the ads that TikTok lists for account %s spent %s in %s, the account %s: "
                "the delivery of ads that are listed no longer is missing.",
                self._report.stream,
                ask.advertiser_id,
                found,
                ask.window or "their lifetime",
                true,
            )
        return proved

    def _merged(
        self,
        read: Callable[[Ask, bytes], Reading],
        ask: Ask,
        parts: Sequence[tuple[str, ...]],
        joint: bytes,
    ) -> Reading:
        """Read groups of metrics one by one and put each row's together."""
        for _ in range(READS):
            readings = [read(replace(ask, metrics=part), JOINT) for part in parts]
            if merged := side_by_side(readings, joint):
                return merged
        msg = (
            f"{self._report.stream}: account {ask.advertiser_id}, {ask.window}: the rows of "
            f"several requests do not match, {READS} times. Run again later."
        )
        raise DriftError(msg)

    def _goes_without_days(self, ask: Ask) -> bool:
        """Find out whether it is the day that TikTok does not take with these dimensions.

        One client says so of brands and interests, no official text does (endpoints.md 12).
        """
        dimensions = [DIMENSIONS[name] for name in self._asked.breakdown]
        if not (self._asked.time and any(each.get("perhaps_undated") for each in dimensions)):
            return False
        plain = replace(self._asked, grain="period")
        try:
            self._probe(plain, ask)
        except REFUSALS:
            return False
        logger.info("%s: asked for day by day.", self._report.stream)
        self._asked = plain
        return True

    def _probe(self, report: Report, ask: Ask) -> None:
        """Ask for one row of one day, to see whether TikTok takes the request."""
        if ask.window:
            ask = replace(ask, window=ask.window._replace(start=ask.window.end))
        params = {**parameters(report, ask), "page_size": 1, "page": 1}
        self._fetcher.client.get(ENDPOINT, params)

    def _make_rows(self, report: Report, metrics: tuple[str, ...]) -> ReportRows:
        types = {name: self._types[name] for name in metrics}
        return ReportRows(report.stream, report.answered, types)


def _joined(readings: Sequence[Reading]) -> Reading:
    whole = readings[0]
    for reading in readings[1:]:
        whole.extend(reading)
    return whole
