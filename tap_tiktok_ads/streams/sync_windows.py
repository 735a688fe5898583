"""The account that is kept of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_tiktok_ads.columns import ADVERTISER_ID, SYNCED_AT, Column
from tap_tiktok_ads.decoding import encoder
from tap_tiktok_ads.read_result import Reading
from tap_tiktok_ads.streams.base import Read, TikTokStream

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator


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
        Column("truncated", "boolean", "TikTok left ads out, and could not be asked more finely"),
        Column("left_out", "string", "Selected metrics that TikTok does not have for this report"),
        SYNCED_AT,
    )
    state_partitioning_keys = ()

    _announced = False

    @override
    def plan(self) -> Iterator[Read]:
        """Plan nothing: the reports write the rows while they are read."""
        yield from ()

    @override
    def _sync_records(
        self, context: Any = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        yield from ()

    @override
    def _write_schema_message(self) -> None:
        if not self._announced:
            self._announced = True
            super()._write_schema_message()

    def add(self, report: str, read: Read, reading: Reading) -> None:
        """Write the row of a finished window."""
        if not (self.selected and read.window):
            return
        self._write_schema_message()
        row = {
            "report": report,
            "start_date": str(read.window.start),
            "end_date": str(read.window.end),
            "rows": reading.rows,
            "total_number": reading.total,
            "requests": reading.requests,
            "truncated": reading.truncated,
            "left_out": ", ".join(reading.left_out) or None,
        }
        wanted = self.selected_columns
        own = Reading()
        own.add([encoder.encode({name: row[name] for name in row if name in wanted})[1:-1]])
        same = {"advertiser_id": read.advertiser_id}
        self._write(read._replace(same=same), own)
