"""What is asked next, and how far ahead.

All requests of a stream are known in advance: account by account, window by window, page by page.
Several of these reads run at once, each in a thread, and their results are handed over in the
order in which they were planned, so that the tap's output does not depend on timing.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.api.workers import T, Workers
from tap_tiktok_ads.decoding import EntityRows
from tap_tiktok_ads.errors import DriftError, place
from tap_tiktok_ads.read_result import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from tap_tiktok_ads.api.client import Client
    from tap_tiktok_ads.decoding import Page


#: How often a list is read until its pages agree with each other.
READS: Final = 3


class TruncatedError(Exception):
    """The answer leaves ads out."""


class Fetcher:
    """Reads whole lists through the client.

    Args:
        client: Sends the requests.
        concurrency: Requests in flight; as many pages, at most, wait in memory.
    """

    def __init__(self, client: Client, concurrency: int) -> None:
        self.client = client
        self.reads = Workers(concurrency)
        self._pages = Workers(concurrency)
        self._slots = threading.Semaphore(concurrency)

    def close(self) -> None:
        """End the threads."""
        self.reads.close()
        self._pages.close()

    def pages(
        self,
        endpoint: str,
        params: Mapping[str, Any],
        decode: Callable[[msgspec.Raw], Page],
        *,
        truncated: bool = False,
        most: float = math.inf,
    ) -> Iterator[Page]:
        """Give a list's pages in order; those after the first are fetched together.

        Raises:
            TruncatedError: If an answer says that it leaves ads out, and is not to be `truncated`.
        """

        def page(number: int) -> Page:
            answer = self.client.get(endpoint, {**params, "page": number})
            if answer.truncated and not truncated:
                raise TruncatedError
            return decode(answer.data)

        with self._slots:
            first = page(1)
        yield first
        last = min(first.info.total_page or 1, most / params.get("page_size", 1))
        yield from self.together(partial(page, number) for number in range(2, int(last) + 1))

    def together(self, requests: Iterable[Callable[[], T]]) -> Iterator[T]:
        """Make requests ahead of the reader, as there are slots, and give the answers in order."""
        following = iter(requests)
        waiting: deque[Future[T]] = deque()
        request = next(following, None)
        try:
            while waiting or request is not None:
                # Waiting for a slot while holding none: so no two lists can wait for each other.
                while request is not None and self._slots.acquire(blocking=not waiting):
                    waiting.append(self._pages.submit(request))
                    request = next(following, None)
                try:
                    yield waiting.popleft().result()
                finally:
                    self._slots.release()
        finally:
            for future in waiting:
                future.add_done_callback(lambda _: self._slots.release())

    def answers(
        self, asks: Iterable[tuple[str, Mapping[str, Any], Callable[[msgspec.Raw], Page]]]
    ) -> Reading:
        """Read what has no pages: each request, given with its decoder, is answered at once.

        Raises:
            DriftError: If an answer says that there are more pages.
        """

        def answer(
            endpoint: str, params: Mapping[str, Any], decode: Callable[[msgspec.Raw], Page]
        ) -> Page:
            page = decode(self.client.get(endpoint, params).data)
            if (page.info.total_page or 1) > 1:
                msg = f"{place(endpoint, params)}: {page.info.total_page} pages of a list with one."
                raise DriftError(msg)
            return page

        reading = Reading()
        for page in self.together(partial(answer, *ask) for ask in asks):
            reading.add(page.rows)
            reading.requests += 1
        reading.total = reading.rows
        return reading

    def complete(
        self,
        endpoint: str,
        params: Mapping[str, Any],
        decode: Callable[[msgspec.Raw], Page],
        again: Mapping[str, Any] | None = None,
        *,
        truncated: bool = False,
        most: float = math.inf,
    ) -> Reading:
        """Read a list and prove it complete: as many rows as TikTok counts, none twice.

        A list that moved between its pages is read again.

        Args:
            endpoint: Path of the list.
            params: Query parameters, without the page.
            decode: Converts an answer.
            again: Parameters to add when the list is read again, such as a sort order.
            truncated: Whether to take an answer that leaves ads out.
            most: Rows after which TikTok ends the list, however many it counts.

        Raises:
            TruncatedError: If an answer says that it leaves ads out.
            DriftError: If the list did not hold still.
        """
        asked = dict(params)
        for _ in range(READS):
            reading, keys = Reading(truncated=truncated), set[int]()
            for page in self.pages(endpoint, asked, decode, truncated=truncated, most=most):
                reading.add(page.rows)
                reading.requests += 1
                keys.update(page.keys)
                total = page.info.total_number
                uncounted = total is page.info.total_page is None
                if uncounted and len(page.rows) >= params.get("page_size", math.inf):
                    msg = f"{place(endpoint, params)}: a full page, and no word of how many follow."
                    raise DriftError(msg)
                reading.total = reading.rows if total is None else int(min(total, most))
            if reading.rows == len(keys) == reading.total:
                return reading
            asked = {**params, **(again or {})}
        msg = (
            f"{place(endpoint, params)}: got {reading.rows} rows, {len(keys)} of them different, "
            f"of {reading.total}; {READS} times the list moved while it was read. Run again later."
        )
        raise DriftError(msg)


object_decoder: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def listed(
    fetcher: Fetcher,
    endpoint: str,
    params: Mapping[str, Any],
    key: str,
    list_key: str = "list",
) -> list[dict[str, Any]]:
    """Read a list for its ids: rows as they come, of the pages that there are."""
    decode = EntityRows(endpoint, None, key=[key], list_key=list_key).page
    if "page_size" in params:
        return as_objects(fetcher.complete(endpoint, params, decode))
    return as_objects(fetcher.answers([(endpoint, params, decode)]))


def as_objects(reading: Reading) -> list[dict[str, Any]]:
    """Give the rows of a reading as objects."""
    return [object_decoder.decode(b"{%b}" % row) for rows in reading.chunks() for row in rows]


def portions(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Cut ids into portions that one request may name."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
