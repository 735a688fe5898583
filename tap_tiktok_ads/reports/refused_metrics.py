"""Going on without metrics that TikTok refuses: it refuses the whole request for one of them."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

from tap_tiktok_ads.api.lists import READS
from tap_tiktok_ads.errors import AccountRefusedError, MetricConflictError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tap_tiktok_ads.read_result import Reading

logger = logging.getLogger(__name__)

#: How TikTok says that a request does not fit together; the wording is not always the same.
REFUSALS: Final = (MetricConflictError, AccountRefusedError)
#: Metrics of one request (reporting.md 1).
MAX_METRICS: Final = 100


class Refusals:
    """Which metrics of a report are asked for, and which turned out to be refused.

    Args:
        stream: Name of the report, for messages.
        metrics: Metrics to ask for.
        core: One that every such report has.
    """

    def __init__(self, stream: str, metrics: Iterable[str], core: str) -> None:
        self._stream = stream
        self._metrics = tuple(metrics)
        self._core = core
        self._refused: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def read(
        self,
        attempt: Callable[[tuple[str, ...]], Reading],
        probe: Callable[[tuple[str, ...]], object],
        otherwise: Callable[[], bool] = lambda: False,
    ) -> Reading:
        """Read with all metrics that TikTok takes, and find out which these are if need be.

        Args:
            attempt: Reads with metrics.
            probe: Asks for metrics as briefly as can be.
            otherwise: Tells whether to ask in another way from now on, if not even the core
                metric is taken.

        Raises:
            AccountError: If it is not the metrics.
        """
        tries = 0
        while True:
            tries += 1
            left_out = self._refused
            try:
                reading = attempt(tuple(name for name in self._metrics if name not in left_out))
            except REFUSALS:
                with self._lock:
                    learnt = self._refused != left_out or self._learns(probe, otherwise)
                if tries == READS or not learnt:
                    raise
            else:
                reading.left_out = tuple(sorted(left_out))
                return reading

    def _learns(
        self, probe: Callable[[tuple[str, ...]], object], otherwise: Callable[[], bool]
    ) -> bool:
        """Find out what is refused; whether it is worth another try."""
        if _refused(probe, (self._core,)):
            return otherwise()
        metrics = tuple(name for name in self._metrics if name not in self._refused)
        found = frozenset[str]().union(*(_refused(probe, group) for group in groups(metrics)))
        if found == set(metrics):
            return False
        if found:
            logger.warning(
                "%s: TikTok does not have these metrics for this report, so they are left out. "
                "Deselect them: %s",
                self._stream,
                ", ".join(sorted(found)),
            )
            self._refused |= found
        return True


def groups(metrics: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut metrics into what fits one request each."""
    starts = range(0, len(metrics), MAX_METRICS)
    return [tuple(metrics[start : start + MAX_METRICS]) for start in starts]


def _refused(
    probe: Callable[[tuple[str, ...]], object], metrics: tuple[str, ...]
) -> frozenset[str]:
    """Find the refused ones among metrics, half by half."""
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
    return _refused(probe, metrics[:middle]) | _refused(probe, metrics[middle:])
