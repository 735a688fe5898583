"""Reading a window of a report completely, whatever TikTok makes of the request.

A report that is too large is asked for in halves, of days and then of metrics. A report that
leaves ads out is asked for again by campaigns, ad groups and ads. Metrics that TikTok refuses for
this report are found, left out and named.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.accounts import SPECIAL, TOP_VIEW
from tap_tiktok_ads.ask import ENDPOINT, LEVELS, Ask, order, parameters
from tap_tiktok_ads.errors import DriftError, MetricConflictError, TooLargeError
from tap_tiktok_ads.fetch import READS, Memo, Reading, TruncatedError
from tap_tiktok_ads.records import EntityRows, ReportRows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_tiktok_ads.ask import Report
    from tap_tiktok_ads.fetch import Fetcher
    from tap_tiktok_ads.windows import Window

logger = logging.getLogger(__name__)

#: Metrics of one request (reporting.md 1).
MAX_METRICS: Final = 100
#: Ids of one filter when an answer was truncated: 100 at most, 30 advised (reporting.md 3).
MAX_IDS: Final = 30
#: TopView ad groups come 100 a page at most (errors-and-limits.md 6).
IDS_PAGE_SIZE: Final = 100
#: What every ad that delivers has, and what adds up to the account's.
SPEND: Final = "spend"
#: Stands between the dimensions and the metrics of a row that waits to be merged.
JOINT: Final = b"\0,"


class _Spent(msgspec.Struct):
    spend: Decimal | None = None


_spent: Final = msgspec.json.Decoder(list[_Spent])


class ReportReader:
    """Reads windows of one report.

    Args:
        fetcher: Reads lists.
        report: What to ask for.
        metrics: Type of each selected metric.
        special: Tells which campaigns that must be asked for by name an account has.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        report: Report,
        metrics: Mapping[str, str],
        *,
        special: Callable[[str], frozenset[str]],
    ) -> None:
        self._fetcher = fetcher
        self._report = report
        self._types = dict(metrics)
        self._special = special
        self._refused: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._campaigns = Memo(partial(self._children, "campaign"))
        self._rows = lru_cache(maxsize=16)(self._make_rows)

    def read(self, advertiser_id: str, window: Window) -> Reading:
        """Read a window, TopView included where the account has it (surprises.md 13).

        Raises:
            AccountError: If TikTok refuses the report for this account.
            ApiError: If the run can't go on.
        """
        conflicts = 0
        while True:
            refused = self._refused
            metrics = tuple(name for name in self._types if name not in refused)
            ask = Ask(advertiser_id, window, metrics)
            try:
                reading = self._all_metrics(ask)
                if TOP_VIEW in self._special(advertiser_id):
                    reading.extend(self._all_metrics(replace(ask, top_view=True)))
            except MetricConflictError:
                conflicts += 1
                if conflicts == READS:
                    raise
                with self._lock:
                    if self._refused == refused:
                        for group in _groups(metrics):
                            self._refused |= self._refused_of(replace(ask, metrics=group))
            else:
                reading.left_out = tuple(sorted(refused))
                return reading

    def _all_metrics(self, ask: Ask) -> Reading:
        groups = _groups(ask.metrics)
        return self._merged(ask, groups) if len(groups) > 1 else self._whole(ask)

    def _whole(self, ask: Ask, joint: bytes = b",") -> Reading:
        """Read what is asked for in one request, or in as many as it takes."""
        complete = partial(
            self._fetcher.complete,
            ENDPOINT,
            parameters(self._report, ask),
            partial(self._rows(ask.metrics).page, joint=joint),
            again=order(ask.metrics, self._types),
        )
        try:
            return complete()
        except TooLargeError as error:
            logger.info("Asking in parts, because of: %s", error)
            if ask.window.days > 1:
                halves = [replace(ask, window=half) for half in ask.window.halves()]
                return _joined([self._whole(half, joint) for half in halves])
            if len(ask.metrics) > 1:
                middle = len(ask.metrics) // 2
                return self._merged(ask, [ask.metrics[:middle], ask.metrics[middle:]], joint)
            raise
        except TruncatedError:
            parts = self._finer(ask)
            if parts:
                whole = _joined([self._whole(part, joint) for part in parts])
                return whole if ask.scope else self._proved(ask, whole)
            logger.warning(
                "%s: TikTok leaves ads out of %s of account %s, and no finer request is possible.",
                self._report.stream,
                ask.window,
                ask.advertiser_id,
            )
            return complete(truncated=True)

    def _finer(self, ask: Ask) -> list[Ask]:
        """Split by fewer ids; a single one by the ids one level below it, down to the report's."""
        if len(ask.ids) > 1:
            scope, ids, size = ask.scope, ask.ids, (len(ask.ids) + 1) // 2
        else:
            depth = LEVELS.index(ask.scope) + 1 if ask.scope else 0
            if self._report.level not in LEVELS[depth:]:
                return []
            scope, size = LEVELS[depth], MAX_IDS
            if ask.scope:
                ids = self._children(scope, ask.advertiser_id, {f"{ask.scope}_ids": ask.ids})
            else:
                ids = self._campaigns(ask.advertiser_id)
        return [
            replace(ask, scope=scope, ids=ids[at : at + size]) for at in range(0, len(ids), size)
        ]

    def _proved(self, ask: Ask, parts: Reading) -> Reading:
        """Compare the parts with the account's spend, since some ids may be listed no longer."""
        if SPEND not in self._types:
            parts.truncated = True
            return parts
        if SPEND not in ask.metrics:
            return parts
        proved = Reading(total=parts.total, requests=parts.requests, truncated=parts.truncated)
        found = Decimal()
        for rows in parts.chunks():
            found += _spend(rows)
            proved.add(rows)
        dimensions = {**self._report.dimensions, "advertiser_id": "string"}
        del dimensions[f"{self._report.level}_id"]
        account = ReportReader(
            self._fetcher,
            replace(self._report, level="advertiser", dimensions=dimensions),
            {SPEND: "number"},
            special=self._special,
        )
        true = sum(map(_spend, account._whole(replace(ask, metrics=(SPEND,))).chunks()), Decimal())
        if found != true:
            proved.truncated = True
            logger.warning(
                "%s: the ads that TikTok lists for account %s spent %s in %s, the account %s: "
                "the delivery of ads that are listed no longer is missing.",
                self._report.stream,
                ask.advertiser_id,
                found,
                ask.window,
                true,
            )
        return proved

    def _children(
        self, level: str, advertiser_id: str, parents: Mapping[str, Any] | None = None
    ) -> tuple[str, ...]:
        """List the ids of a level: of all kinds of campaigns, deleted things included."""
        rows = EntityRows(level, {f"{level}_id": "string"}, key=[f"{level}_id"])
        kinds = [SPECIAL[kind] for kind in sorted(self._special(advertiser_id))]
        readings = []
        for kind in ({}, *kinds):
            params = {
                "advertiser_id": advertiser_id,
                "filtering": {**(parents or {}), **kind, "primary_status": "STATUS_ALL"},
                "page_size": IDS_PAGE_SIZE,
            }
            readings.append(self._fetcher.complete(f"/{level}/get/", params, rows.page))
        return tuple(
            msgspec.json.decode(b"{" + row + b"}")[f"{level}_id"]
            for chunk in _joined(readings).chunks()
            for row in chunk
        )

    def _merged(self, ask: Ask, groups: Sequence[tuple[str, ...]], joint: bytes = b",") -> Reading:
        """Read groups of metrics one by one and put each row's together."""
        for _ in range(READS):
            parts = [self._whole(replace(ask, metrics=group), JOINT) for group in groups]
            rows: dict[bytes, list[bytes]] = {}
            for part in parts:
                for chunk in part.chunks():
                    for row in chunk:
                        key, metrics = row.split(JOINT, 1)
                        rows.setdefault(key, []).append(metrics)
            if all(len(found) == len(groups) for found in rows.values()):
                merged = Reading(
                    total=len(rows),
                    requests=sum(part.requests for part in parts),
                    truncated=any(part.truncated for part in parts),
                )
                merged.add([key + joint + b",".join(found) for key, found in rows.items()])
                return merged
        msg = (
            f"{self._report.stream}: account {ask.advertiser_id}, {ask.window}: the rows of "
            f"several requests do not match, {READS} times. Run again later."
        )
        raise DriftError(msg)

    def _refused_of(self, ask: Ask) -> frozenset[str]:
        """Find the metrics that TikTok does not have for this report, half by half."""
        probe = replace(ask, window=ask.window._replace(start=ask.window.end))
        single = len(ask.metrics) <= 1
        try:
            self._fetcher.client.get(
                ENDPOINT, {**parameters(self._report, probe), "page_size": 1, "page": 1}
            )
        except MetricConflictError:
            if single:
                if not set(self._types) - self._refused - set(ask.metrics):
                    raise
                logger.warning(
                    "%s: TikTok has no %s for this report; it is left out. Deselect it.",
                    self._report.stream,
                    *ask.metrics,
                )
                return frozenset(ask.metrics)
        except TooLargeError:
            if single:
                return frozenset()
        else:
            return frozenset()
        middle = len(ask.metrics) // 2
        return self._refused_of(replace(ask, metrics=ask.metrics[:middle])) | self._refused_of(
            replace(ask, metrics=ask.metrics[middle:])
        )

    def _make_rows(self, metrics: tuple[str, ...]) -> ReportRows:
        types = {name: self._types[name] for name in metrics}
        return ReportRows(self._report.stream, self._report.dimensions, types)


def _groups(metrics: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Cut metrics into what fits one request each."""
    return [metrics[at : at + MAX_METRICS] for at in range(0, len(metrics), MAX_METRICS)]


def _spend(rows: Sequence[bytes]) -> Decimal:
    """Add up the spend of rows."""
    found = _spent.decode(b"[%b]" % b",".join(b"{%b}" % row.replace(JOINT, b",") for row in rows))
    return sum((row.spend or Decimal() for row in found), Decimal())


def _joined(readings: Sequence[Reading]) -> Reading:
    whole = readings[0]
    for reading in readings[1:]:
        whole.extend(reading)
    return whole
