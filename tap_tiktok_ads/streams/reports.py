"""Reports, and the account that is kept of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from typing_extensions import override

from tap_tiktok_ads.ask import Report
from tap_tiktok_ads.errors import AccountError, TapError
from tap_tiktok_ads.fetch import Reading
from tap_tiktok_ads.records import encoder
from tap_tiktok_ads.report import ReportReader
from tap_tiktok_ads.schema import ADVERTISER_ID, CURRENCY, SYNCED_AT, Column, metric_columns
from tap_tiktok_ads.streams.base import Read, TikTokStream
from tap_tiktok_ads.windows import DAY, first_day, parse_day, today, windows

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from datetime import date

    from tap_tiktok_ads.accounts import Account
    from tap_tiktok_ads.tap import TapTikTokAds
    from tap_tiktok_ads.windows import Window

#: History of an account that has none yet, where no start_date is set.
DEFAULT_HISTORY: Final = 90 * DAY
STAT_TIME_DAY: Final = Column("stat_time_day", "date", "Day in the account's time zone")


class SyncWindows(TikTokStream):
    """One row for each finished window of a report: what was read, and when."""

    name = "sync_windows"
    primary_keys = ("advertiser_id", "report", "start_date", "end_date")
    columns = (
        ADVERTISER_ID,
        Column("report", "string", "Name of the report's stream"),
        Column("start_date", "date", "First day of the window, in the account's time zone"),
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


class ReportStream(TikTokStream):
    """A report of one level, day by day."""

    level: ClassVar[str]
    primary_keys: ClassVar[tuple[str, ...]]
    replication_key = STAT_TIME_DAY.name
    always: ClassVar[tuple[str, ...]] = (CURRENCY.name,)

    def __init__(self, tap: TapTikTokAds) -> None:
        super().__init__(tap)
        self._unsaved = 0

    @override
    @property
    def columns(self) -> Sequence[Column]:
        own = Column(f"{self.level}_id", "string", f"Id of the {self.level}")
        ids = (ADVERTISER_ID,) if own.name == ADVERTISER_ID.name else (ADVERTISER_ID, own)
        return (*ids, STAT_TIME_DAY, *metric_columns(self.level), CURRENCY, SYNCED_AT)

    @override
    def plan(self) -> Iterator[Read]:
        metrics = {column.name for column in metric_columns(self.level)}
        selected = self.selected_columns.items()
        dimensions = {f"{self.level}_id": "string", STAT_TIME_DAY.name: STAT_TIME_DAY.type}
        reader = ReportReader(
            self._tap.fetcher,
            Report(self.name, self.level, dimensions, self.config["include_deleted"]),
            {name: kind for name, kind in selected if name in metrics},
            special=self._tap.special,
        )
        bookmarks = self._bookmarks()
        for account in self._tap.accounts(self.name):
            same = {"advertiser_id": account.advertiser_id, "currency": account.currency}
            same = {name: same[name] for name in same if name not in dimensions}
            try:
                for window in self._windows(account, bookmarks.get(account.advertiser_id)):
                    run = partial(reader.read, account.advertiser_id, window)
                    yield Read(account.advertiser_id, run, window, same)
            except AccountError as error:
                self._tap.lose(self.name, account.advertiser_id, error)

    def _windows(self, account: Account, bookmark: date | None) -> Iterator[Window]:
        """Windows from the look-back before the account's bookmark, or from the first day on."""
        now = today(self._tap.now, account.zone)
        start = self._tap.settings.start_date or now - DEFAULT_HISTORY
        end = min(self._tap.settings.end_date or now, now)
        return windows(first_day(start, bookmark, self.config["lookback_days"]), end)

    def _bookmarks(self) -> dict[str, date]:
        """Last day that earlier runs have read, for each account that has one.

        Raises:
            TapError: If the state is not one of this stream's.
        """
        found = {}
        for state in self.state_manager.get_state_partitions() or ():
            value = state.get("replication_key_value")
            try:
                if value:
                    found[state["context"]["advertiser_id"]] = parse_day(value)
            except (KeyError, TypeError, ValueError):
                msg = f"The state of {self.name} can't be used: {state!r} names no account and day."
                raise TapError(msg) from None
        return found

    @override
    def finished(self, read: Read, reading: Reading) -> None:
        self._tap.sync_windows.add(self.name, read, reading)
        if read.window is None:
            return
        state = self.get_context_state({"advertiser_id": read.advertiser_id})
        last = max(state.get("replication_key_value", ""), str(read.window.end))
        state.update(replication_key=self.replication_key, replication_key_value=last)
        # A STATE holds every bookmark of the run. It goes out once as many rows have, so that
        # state never outweighs the data, with one account or with thousands.
        self._unsaved += reading.rows + 1
        if self._unsaved >= self._tap.bookmarks:
            self._unsaved = 0
            self._write_state_message()


class AdvertiserReportDaily(ReportStream):
    """Delivery of accounts, a row per day."""

    name = "advertiser_report_daily"
    level = "advertiser"
    primary_keys = ("advertiser_id", "stat_time_day")
    selected_by_default = False


class CampaignReportDaily(ReportStream):
    """Delivery of campaigns, a row per campaign and day."""

    name = "campaign_report_daily"
    level = "campaign"
    primary_keys = ("advertiser_id", "campaign_id", "stat_time_day")


class AdGroupReportDaily(ReportStream):
    """Delivery of ad groups, a row per ad group and day."""

    name = "adgroup_report_daily"
    level = "adgroup"
    primary_keys = ("advertiser_id", "adgroup_id", "stat_time_day")
    always = ("campaign_id", CURRENCY.name)
    selected_by_default = False


class AdReportDaily(ReportStream):
    """Delivery of ads, a row per ad and day."""

    name = "ad_report_daily"
    level = "ad"
    primary_keys = ("advertiser_id", "ad_id", "stat_time_day")
    always = ("campaign_id", "adgroup_id", CURRENCY.name)
