"""Which metrics TikTok refuses for a report: it refuses the whole request for one of them."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from tap_tiktok_ads.api.lists import MAX_READS
from tap_tiktok_ads.errors import AccountRefusedError, MetricConflictError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tap_tiktok_ads.read_result import ReadResult

    Metrics = tuple[str, ...]
    Probe = Callable[[Metrics], object]

logger = logging.getLogger(__name__)

#: How TikTok says that the parts of a request do not fit together; its wording varies.
REFUSALS: Final = (MetricConflictError, AccountRefusedError)
#: Metrics of one request (reporting.md 1).
MAX_METRICS: Final = 100


class AcceptedMetrics:
    """The metrics of a report that TikTok accepts: all that are selected, until it refuses some.

    Args:
        stream: Name of the report, for messages.
        metrics: The selected metrics.
        core: A metric that every such report has.
    """

    def __init__(self, stream: str, metrics: Iterable[str], core: str) -> None:
        self._stream = stream
        self._selected = tuple(metrics)
        self._core = core
        self._refused: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def read(self, attempt: Callable[[Metrics], ReadResult], probe: Probe) -> ReadResult:
        """Read with all accepted metrics; if TikTok refuses, find out which and read again.

        Args:
            attempt: Reads with metrics.
            probe: Requests as little as possible with metrics.

        Raises:
            AccountError: If TikTok refuses for another reason than the metrics.
        """
        for number in range(1, MAX_READS + 1):
            refused = self._refused
            try:
                result = attempt(_without(refused, self._selected))
            except REFUSALS:
                if number == MAX_READS or not self._learn(refused, probe):
                    raise
            else:
                result.left_out = tuple(sorted(refused))
                return result
        raise AssertionError

    def _learn(self, known: frozenset[str], probe: Probe) -> bool:
        """Find out which metrics are refused; whether another attempt can succeed."""
        with self._lock:
            if self._refused != known:
                return True  # another thread has found out meanwhile
            accepted = _without(known, self._selected)
            if find_refused((self._core,), probe):
                return False
            refused = {
                name for group in metric_groups(accepted) for name in find_refused(group, probe)
            }
            if refused == set(accepted):
                return False
            if refused:
                logger.warning(
                    "%s: TikTok does not have these metrics for this report, so they are left out. "
                    "Deselect them: %s",
                    self._stream,
                    ", ".join(sorted(refused)),
                )
                self._refused = known | refused
            return True


def metric_groups(metrics: Sequence[str]) -> list[Metrics]:
    """Divide metrics into groups that fit one request each."""
    starts = range(0, len(metrics), MAX_METRICS)
    return [tuple(metrics[start : start + MAX_METRICS]) for start in starts]


def find_refused(metrics: Metrics, probe: Probe) -> frozenset[str]:
    """Return the refused ones among metrics, found by halving."""
    try:
        probe(metrics)
    except REFUSALS:
        if len(metrics) == 1:
            return frozenset(metrics)
    except TooLargeError:
        if len(metrics) == 1:
            return frozenset()
    else:
        return frozenset()
    middle = len(metrics) // 2
    return find_refused(metrics[:middle], probe) | find_refused(metrics[middle:], probe)


def _without(refused: frozenset[str], metrics: Metrics) -> Metrics:
    return tuple(name for name in metrics if name not in refused)
