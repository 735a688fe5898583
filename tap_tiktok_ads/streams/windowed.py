"""What is read window by window, with a bookmark for each account."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from tap_tiktok_ads.errors import AccountError, TapError
from tap_tiktok_ads.streams.base import Read, TikTokStream
from tap_tiktok_ads.windows import DAY, MAX_DAYS, first_day, parse_day, today, windows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from tap_tiktok_ads.api.accounts import Account
    from tap_tiktok_ads.read_result import Reading
    from tap_tiktok_ads.windows import Window

#: History of an account that has none yet, where no start_date is set.
DEFAULT_HISTORY: Final = 90 * DAY


class WindowedStream(TikTokStream):
    """Days of an account, read again from the look-back before its bookmark."""

    #: Most days of a request.
    max_days = MAX_DAYS
    #: Columns that rows have of their own.
    in_rows: Collection[str] = ()

    _unsaved = 0

    @abstractmethod
    def read(self, account: Account, window: Window | None) -> Reading:
        """Read a window of an account; called in threads."""

    @override
    def plan(self) -> Iterator[Read]:
        bookmarks = self._bookmarks()
        for account in self._tap.accounts(self.name):
            same = {"advertiser_id": account.advertiser_id, "currency": account.currency}
            same = {name: same[name] for name in same if name not in self.in_rows}
            try:
                now = today(self._tap.now, account.zone)
            except AccountError as error:
                self._tap.lose(self.name, account.advertiser_id, error)
                continue
            for window, period in self.spans(now, bookmarks.get(account.advertiser_id)):
                run = partial(self.read, account, window)
                yield Read(account.advertiser_id, run, window, {**same, **period})

    def spans(
        self, now: date, bookmark: date | None
    ) -> Iterator[tuple[Window | None, Mapping[str, str]]]:
        """Give the windows to read, each with what is the same in all its rows.

        Args:
            now: The account's today.
            bookmark: The last day that was read before.
        """
        start = first_day(self.start(now), bookmark, self.config["lookback_days"])
        for window in windows(start, self.end(now), self.max_days):
            yield window, {}

    def start(self, now: date) -> date:
        """Day with which an account begins that has no bookmark."""
        return self._tap.settings.start_date or now - DEFAULT_HISTORY

    def end(self, now: date) -> date:
        """Last day to read."""
        return min(self._tap.settings.end_date or now, now)

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
        if read.window is None or not self.replication_key:
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
