"""Streams that are read window by window, with a bookmark for each account."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from tap_tiktok_ads.errors import AccountError, TapError
from tap_tiktok_ads.run import FinishedWindow
from tap_tiktok_ads.streams.base import PlannedRead, TikTokStream
from tap_tiktok_ads.windows import DAY, MAX_DAYS, first_day, parse_day, today, windows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from tap_tiktok_ads.api.accounts import Account
    from tap_tiktok_ads.read_result import ReadResult
    from tap_tiktok_ads.windows import Window

#: History of an account without a bookmark, where no start_date is set.
DEFAULT_HISTORY: Final = 90 * DAY


class WindowedStream(TikTokStream):
    """Days of an account, read again from the look-back before its bookmark."""

    #: Most days of a request.
    max_days = MAX_DAYS
    #: Columns that the API's rows have, so that they are no constants of a window.
    row_columns: Collection[str] = ()

    keeps_unclear = False

    _rows_since_state = 0

    @abstractmethod
    def read(self, account: Account, window: Window | None) -> ReadResult:
        """Read a window of an account; called in threads."""

    @override
    def plan(self) -> Iterator[PlannedRead]:
        bookmarks = self._bookmarks()
        for account in self.run.accounts(self.name):
            constants = {"advertiser_id": account.advertiser_id, "currency": account.currency}
            constants = {k: v for k, v in constants.items() if k not in self.row_columns}
            try:
                now = today(self.run.now, account.zone)
            except AccountError as error:
                self.run.lose(self.name, account.advertiser_id, error)
                continue
            bookmark = bookmarks.get(account.advertiser_id)
            for window, period in self.windows(now, bookmark):
                read = partial(self.read, account, window)
                yield PlannedRead(account.advertiser_id, read, window, {**constants, **period})

    def windows(
        self, now: date, bookmark: date | None
    ) -> Iterator[tuple[Window | None, Mapping[str, str]]]:
        """Yield the windows to read, each with the columns that are constant in it.

        Args:
            now: The account's today.
            bookmark: The last day that was read before.
        """
        start = first_day(self.start(now), bookmark, self.run.settings.lookback_days)
        for window in windows(start, self.end(now), self.max_days):
            yield window, {}

    def start(self, now: date) -> date:
        """First day of an account that has no bookmark."""
        return self.run.settings.start_date or now - DEFAULT_HISTORY

    def end(self, now: date) -> date:
        """Last day to read."""
        return min(self.run.settings.end_date or now, now)

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
    def finished(self, planned: PlannedRead, result: ReadResult) -> None:
        if planned.window is None:
            return
        self.run.window_log.add(
            FinishedWindow(self.name, planned.advertiser_id, planned.window, result)
        )
        if not self.replication_key:
            return
        state = self.get_context_state({"advertiser_id": planned.advertiser_id})
        last = max(state.get("replication_key_value", ""), str(planned.window.end))
        state.update(replication_key=self.replication_key, replication_key_value=last)
        # A STATE holds every bookmark of the run. It goes out after as many rows, so that state
        # never outweighs the data, with one account or with thousands.
        self._rows_since_state += result.rows + 1
        if self._rows_since_state >= self._bookmark_count:
            self._rows_since_state = 0
            self.write_state()

    @property
    def _bookmark_count(self) -> int:
        """Number of bookmarks that a STATE message holds."""
        streams = self.tap_state.get("bookmarks", {}).values()
        return sum(len(stream.get("partitions", ())) for stream in streams)
