from __future__ import annotations

import logging
import threading
from typing import Any

from typing_extensions import override

from tap_tiktok_ads.api.client import Client
from tap_tiktok_ads.api.rate_limit import RateLimiter
from tap_tiktok_ads.progress import Progress, logged_progress


class Lines(logging.Handler):
    """Keeps what is logged, and tells when something is."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.told = threading.Event()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.told.set()


def client() -> Client:
    return Client(
        api_url="http://127.0.0.1:9", access_token="", rate_limiter=RateLimiter(1), timeout=1
    )


def told_lines(**options: Any) -> list[logging.LogRecord]:
    lines, log = Lines(), logging.getLogger("test_progress")
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    try:
        with logged_progress(Progress("ads", planned=4), client(), log, **options) as progress:
            progress.wrote("account 1, 2026-11-01 to 2026-11-20", 1000)
            if options:
                assert lines.told.wait(30)
    finally:
        log.removeHandler(lines)
    return lines.records


def test_a_long_read_tells_where_it_is_and_how_long_it_takes() -> None:
    first, *_ = told_lines(interval=0.01)
    text = first.getMessage()
    assert text.startswith("ads: read 1 of 4 (account 1, 2026-11-01 to 2026-11-20); 1000 rows")
    assert "s left" in text


def test_a_read_ends_with_a_summary() -> None:
    (only,) = told_lines()
    assert only.getMessage().startswith("ads: 1000 rows in 0 requests")


def test_each_line_carries_its_figures_for_machines() -> None:
    (only,) = told_lines()
    assert only.__dict__["rows"] == 1000
    assert only.__dict__["reads_planned"] == 4
