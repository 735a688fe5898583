"""The record of what was read of each report, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_tiktok_ads.columns import ADVERTISER_ID, SYNCED_AT, Column
from tap_tiktok_ads.decoding import encoder
from tap_tiktok_ads.read_result import ReadResult
from tap_tiktok_ads.streams.base import PlannedRead, TikTokStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk import Tap

    from tap_tiktok_ads.run import FinishedWindow, Run


class SyncWindows(TikTokStream):
    """One row for each finished window of a report: what was read, and when."""

    name = "sync_windows"
    primary_keys = ("advertiser_id", "report", "start_date", "end_date")
    columns = (
        ADVERTISER_ID,
        Column("report", "string", "Name of the report's stream"),
        Column(
            "start_date",
            "date",
            "First day of the window, in the account's time zone (of pixel events: in UTC)",
        ),
        Column("end_date", "date", "Last day of the window"),
        Column("rows", "integer", "Rows that were read"),
        Column("total_number", "integer", "Rows that TikTok says there are"),
        Column("requests", "integer", "Requests that were answered for it"),
        Column(
            "truncated", "boolean", "TikTok left ads or shops out, and there is no finer request"
        ),
        Column("left_out", "string", "Selected metrics that TikTok does not have for this report"),
        Column("unread_values", "integer", "Values and rows that could not be read"),
        SYNCED_AT,
    )
    state_partitioning_keys = ()

    def __init__(self, tap: Tap, run: Run) -> None:
        super().__init__(tap, run)
        run.window_log = self

    @override
    def plan(self) -> Iterator[PlannedRead]:
        """Plan nothing: the rows are written while reports are read."""
        yield from ()

    @override
    def sync_rows(self) -> None:
        """Write nothing: `add` does."""

    def add(self, finished: FinishedWindow) -> None:
        """Write the row of a finished window."""
        if not self.selected:
            return
        self.write_schema()
        result = finished.result
        row = {
            "report": finished.stream,
            "start_date": str(finished.window.start),
            "end_date": str(finished.window.end),
            "rows": result.rows,
            "total_number": result.total,
            "requests": result.requests,
            "truncated": result.truncated,
            "left_out": ", ".join(result.left_out) or None,
            "unread_values": result.unread.count,
        }
        selected = self.selected_columns
        record = ReadResult()
        record.add([encoder.encode({name: row[name] for name in row if name in selected})[1:-1]])
        constants = {"advertiser_id": finished.advertiser_id}
        planned = PlannedRead(finished.advertiser_id, lambda: record, constants=constants)
        self.write(planned, record)
