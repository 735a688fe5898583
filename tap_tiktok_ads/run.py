"""What the streams of one run share: the client, the accounts, and what could not be read."""

from __future__ import annotations

import logging
import sys
from collections import defaultdict
from datetime import timezone
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tap_tiktok_ads.api import accounts
from tap_tiktok_ads.api.client import Client
from tap_tiktok_ads.api.lists import ListReader
from tap_tiktok_ads.api.lookups import Lookups
from tap_tiktok_ads.api.rate_limit import RateLimiter
from tap_tiktok_ads.errors import AccountError, TapError
from tap_tiktok_ads.read_result import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from tap_tiktok_ads.read_result import ReadResult
    from tap_tiktok_ads.settings import Settings
    from tap_tiktok_ads.windows import Window

logger = logging.getLogger(__name__)


class FinishedWindow(NamedTuple):
    """A window of a report whose rows are all written."""

    stream: str
    advertiser_id: str
    window: Window
    result: ReadResult


class WindowLog(Protocol):
    """Keeps a record of finished windows."""

    def add(self, finished: FinishedWindow) -> None:
        """Note a finished window."""


class Run:
    """One run of the tap.

    Args:
        settings: The settings.
        now: The moment of the run, with its offset.
        second: Length of a second of waiting before another attempt; tests make it short.
    """

    #: Set by the stream that writes it.
    window_log: WindowLog

    def __init__(self, settings: Settings, now: datetime, *, second: float = 1.0) -> None:
        self.settings = settings
        self.now = now
        self._second = second
        #: Accounts that could not be read, with the reason, by stream.
        self.lost: defaultdict[str, dict[str, AccountError]] = defaultdict(dict)
        #: Accounts of which a stream does not know all rows, so that it marks none as deleted.
        self.unclear: defaultdict[str, set[str]] = defaultdict(set)
        #: What could not be read, by stream.
        self.unread: defaultdict[str, Unread] = defaultdict(Unread)
        #: Streams whose rows or sums are wrong without it.
        self.inexact: set[str] = set()

    @property
    def synced_at(self) -> str:
        """Start of the run, as it stands in every row."""
        return self.now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def version(self) -> int:
        """Marks the rows of this run in streams that are read whole."""
        return int(self.now.timestamp())

    @cached_property
    def client(self) -> Client:
        """The door to the API."""
        return Client(
            api_url=self.settings.api_url,
            access_token=self.settings.access_token,
            rate_limiter=RateLimiter(self.settings.requests_per_second, second=self._second),
            timeout=self.settings.request_timeout,
            max_response_mb=self.settings.max_response_mb,
            second=self._second,
        )

    @cached_property
    def lists(self) -> ListReader:
        """Reads lists, ahead of the streams that need them."""
        return ListReader(self.client, self.settings.max_concurrency)

    @cached_property
    def special(self) -> accounts.SpecialCampaigns:
        """The special kinds of campaigns of each account."""
        return accounts.SpecialCampaigns(self.client)

    @cached_property
    def lookups(self) -> Lookups:
        """Ids that several streams need."""
        return Lookups(self.lists, self.special, include_deleted=self.settings.include_deleted)

    @cached_property
    def advertiser_ids(self) -> Sequence[str]:
        """The accounts of this run, in the order of the setting."""
        if self.settings.advertiser_ids:
            return self.settings.advertiser_ids
        ids = accounts.granted(self.client, self.settings.app_id, self.settings.app_secret)
        if not ids:
            msg = "The token may not read any ad account. Authorise the app for one."
            raise TapError(msg)
        return ids

    @cached_property
    def described(self) -> list[accounts.Account | AccountError]:
        """TikTok's description of each account, or why there is none."""
        return list(accounts.describe(self.client, self.advertiser_ids))

    def accounts(self, stream: str) -> Iterator[accounts.Account]:
        """Yield the accounts that can be read; the stream loses the others."""
        for advertiser_id, account in zip(self.advertiser_ids, self.described, strict=True):
            if isinstance(account, AccountError):
                self.lose(stream, advertiser_id, account)
            else:
                yield account

    @property
    def first_readable(self) -> str | None:
        """The first account that can be read: it asks for what is the same for all."""
        readable = (each for each in self.described if isinstance(each, accounts.Account))
        return next((account.advertiser_id for account in readable), None)

    def lose(self, stream: str, advertiser_id: str, error: AccountError) -> None:
        """Continue a stream without an account that can't be read.

        Raises:
            AccountError: If the settings say to stop instead.
        """
        if self.settings.account_errors == "fail_fast":
            raise error
        if advertiser_id not in self.lost[stream]:
            self.lost[stream][advertiser_id] = error
            logger.warning("%s continues without account %s. %s", stream, advertiser_id, error)

    def keep(self, stream: str, advertiser_id: str, error: AccountError) -> None:
        """Continue a stream without an account's answer, which does not say what there is."""
        self.unclear[stream].add(advertiser_id)
        logger.warning("%s leaves account %s as it is. %s", stream, advertiser_id, error)

    def note(
        self, stream: str, advertiser_id: str, result: ReadResult, *, exact: bool = False
    ) -> None:
        """Remember what a read could not find or read.

        Args:
            stream: Name of the stream.
            advertiser_id: The account.
            result: The read.
            exact: Whether sums are wrong without a value, as in reports.
        """
        if result.incomplete:
            self.unclear[stream].add(advertiser_id)
        self.unread[stream].extend(result.unread)
        if result.unread.rows or (exact and result.unread):
            self.inexact.add(stream)

    def _warn_of_unread(self) -> None:
        """Log what could not be read."""
        for stream, unread in sorted(self.unread.items()):
            for column, (count, text) in sorted(unread.values.items()):
                logger.warning(
                    "%s: %d values do not fit the column %s and were loaded as null, for example "
                    "%.200s; the column unread has them.",
                    stream,
                    count,
                    column,
                    text,
                )
            if unread.rows:
                logger.warning(
                    "%s: %d rows were dropped, since their key can't be read, for example %.500s",
                    stream,
                    unread.rows,
                    unread.row,
                )

    def conclude(self) -> None:
        """Log which accounts and values were not read.

        Raises:
            TapError: If the settings make that an error.
        """
        self._warn_of_unread()
        streams: defaultdict[str, list[str]] = defaultdict(list)
        for stream, errors in self.lost.items():
            for advertiser_id in errors:
                streams[advertiser_id].append(stream)
        if not (streams or self.inexact):
            values = sum(each.count for each in self.unread.values())
            logger.info(
                "All %d accounts are complete: %d requests, %d of them retried%s.",
                len(self.advertiser_ids),
                self.client.requests,
                self.client.retries,
                f"; {values} values could not be read" if values else "",
            )
            return
        msg = ""
        if streams:
            names = "; ".join(f"{one} ({', '.join(streams[one])})" for one in sorted(streams))
            msg = f"{len(streams)} of {len(self.advertiser_ids)} accounts could not be read: "
            msg += f"{names}. "
        if self.inexact:
            counts = (f"{each} ({self.unread[each].count})" for each in sorted(self.inexact))
            msg += f"Values or rows could not be read in: {', '.join(counts)}. "
        msg += "The others are complete; the reasons are in the warnings above."
        if self.settings.account_errors == "fail_at_end":
            raise TapError(msg)
        logger.warning(msg)


def write_lines(lines: Iterable[bytes]) -> None:
    """Write messages that are already encoded to standard output."""
    sys.stdout.buffer.write(b"".join(lines))
    sys.stdout.flush()
