"""Log lines of a long run: progress every ten seconds, and a summary for each stream."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator

    from tap_tiktok_ads.api.client import Client

#: Seconds between two lines.
INTERVAL: Final = 10


@dataclass
class Progress:
    """How far a stream has come.

    Attributes:
        stream: Its name.
        planned: Number of reads.
        done: Reads that are finished.
        rows: Rows written.
        at: What was written last: account and days.
    """

    stream: str
    planned: int
    done: int = 0
    rows: int = 0
    at: str = ""

    def wrote(self, at: str, rows: int) -> None:
        """Note a finished read."""
        self.done += 1
        self.rows += rows
        self.at = at


@contextmanager
def logged_progress(
    progress: Progress,
    client: Client,
    log: logging.Logger,
    *,
    interval: float = INTERVAL,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Progress]:
    """Log a stream's progress while it is read, and a summary at the end.

    Args:
        progress: How far the stream has come; the reader keeps it up to date.
        client: Counts the requests.
        log: The logger; each line also carries its figures as ``extra``.
        interval: Seconds between two lines.
        clock: Monotonic seconds.
    """
    began, requests, retries, waited = clock(), client.requests, client.retries, client.waited

    def figures() -> dict[str, Any]:
        seconds = max(clock() - began, 0.001)
        return {
            "stream": progress.stream,
            "rows": progress.rows,
            "reads_done": progress.done,
            "reads_planned": progress.planned,
            "requests": client.requests - requests,
            "requests_per_second": round((client.requests - requests) / seconds, 1),
            "retries": client.retries - retries,
            "held_back": round(client.waited - waited, 1),
            "seconds": round(seconds, 1),
            "seconds_left": round(seconds / progress.done * (progress.planned - progress.done))
            if progress.done
            else None,
        }

    def log_progress() -> None:
        while not finished.wait(interval):
            now = figures()
            left = "" if now["seconds_left"] is None else f", about {now['seconds_left']} s left"
            log.info(
                "%s: read %d of %d%s; %d rows, %d requests, %.1f a second%s",
                progress.stream,
                progress.done,
                progress.planned,
                f" ({progress.at})" if progress.at else "",
                now["rows"],
                now["requests"],
                now["requests_per_second"],
                left,
                extra=now,
            )

    finished = threading.Event()
    threading.Thread(target=log_progress, daemon=True).start()
    try:
        yield progress
    finally:
        finished.set()
        total = figures()
        log.info(
            "%s: %d rows in %d requests, %.1f s; %d retried, held back for %.1f s",
            progress.stream,
            total["rows"],
            total["requests"],
            total["seconds"],
            total["retries"],
            total["held_back"],
            extra=total,
        )
