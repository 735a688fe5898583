"""Whole lists: their pages fetched ahead, and proved complete.

All reads of a stream are known in advance: account by account, window by window, page by page.
Several of them run at once, each in a thread, and their results are handed over in the order in
which they were planned, so that the tap's output does not depend on timing.
"""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from contextlib import closing
from decimal import Decimal
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.api.workers import Workers
from tap_tiktok_ads.decoding import EntityDecoder
from tap_tiktok_ads.errors import AmbiguousAnswerError, DriftError, TruncatedError, describe_request
from tap_tiktok_ads.facts import endpoints
from tap_tiktok_ads.read_result import ReadResult

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from tap_tiktok_ads.api.client import Client
    from tap_tiktok_ads.api.workers import T
    from tap_tiktok_ads.read_result import Page

    Decode = Callable[[msgspec.Raw], Page]

logger = logging.getLogger(__name__)

#: How often a list is read until its pages agree with each other.
MAX_READS: Final = 3
#: Pages that are read beyond those that TikTok counts, while they are full and bring new rows.
MAX_UNCOUNTED_PAGES: Final = 1000

object_decoder: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


class ListReader:
    """Reads whole lists through the client.

    Args:
        client: Sends the requests.
        concurrency: Requests in flight; at most as many pages wait in memory.
    """

    def __init__(self, client: Client, concurrency: int) -> None:
        self.client = client
        #: Threads for whole reads; the pages of a read have threads of their own.
        self.workers = Workers(concurrency)
        self._page_workers = Workers(concurrency)
        self._slots = threading.Semaphore(concurrency)

    def close(self) -> None:
        """End the threads."""
        self.workers.close()
        self._page_workers.close()

    def pages(
        self,
        endpoint: str,
        params: Mapping[str, Any],
        decode: Decode,
        *,
        truncated: bool = False,
        until_short: bool = False,
    ) -> Iterator[Page]:
        """Yield a list's pages in order; those that TikTok counts are fetched together.

        They end at a page without new rows, however many TikTok counts.

        Args:
            endpoint: Path of the list.
            params: Query parameters, without the page.
            decode: Decodes an answer.
            truncated: Whether to accept an answer that leaves ads out.
            until_short: Whether to go on beyond the pages that TikTok counts until one is not full.

        Raises:
            TruncatedError: If an answer leaves ads out.
            DriftError: If the list does not end.
        """

        def page(number: int) -> Page:
            answer = self.client.get(endpoint, {**params, "page": number})
            if answer.truncated and not truncated:
                msg = f"{describe_request(endpoint, params)}: TikTok leaves ads out of the answer."
                raise TruncatedError(msg)
            return decode(answer.data)

        with self._slots:
            current = page(1)
        max_pages = endpoints()[endpoint].max_rows / params.get("page_size", 1)
        counted = int(min(current.info.total_page or 1, max_pages))
        following = self.together(partial(page, number) for number in range(2, counted + 1))
        seen: set[int] = set()
        with closing(following):
            for number in count(1):
                yield current
                found = {*current.keys, *current.dropped}
                if found <= seen:
                    return
                seen |= found
                if number < counted:
                    current = next(following)
                elif until_short and current.size >= params["page_size"] and number < max_pages:
                    if number - counted == MAX_UNCOUNTED_PAGES:
                        msg = f"{describe_request(endpoint, params)}: the list does not end: "
                        msg += f"TikTok counts {counted} pages, {number} were full."
                        raise DriftError(msg)
                    with self._slots:
                        current = page(number + 1)
                else:
                    return

    def together(self, requests: Iterable[Callable[[], T]]) -> Generator[T]:
        """Make requests ahead of the reader, as slots allow, and yield the answers in order."""
        following = iter(requests)
        waiting: deque[Future[T]] = deque()
        request = next(following, None)
        try:
            while waiting or request is not None:
                # Never wait for a slot while holding one: two lists could wait for each other.
                while request is not None and self._slots.acquire(blocking=not waiting):
                    waiting.append(self._page_workers.submit(request))
                    request = next(following, None)
                try:
                    yield waiting.popleft().result()
                finally:
                    self._slots.release()
        finally:
            for future in waiting:
                future.add_done_callback(lambda _: self._slots.release())

    def unpaged(self, requests: Iterable[tuple[str, Mapping[str, Any], Decode]]) -> ReadResult:
        """Read lists without pages: one request each, given with its decoder.

        Raises:
            DriftError: If an answer says that there are more pages.
        """

        def answer(
            endpoint: str, params: Mapping[str, Any], decode: Decode
        ) -> Page | AmbiguousAnswerError:
            try:
                page = decode(self.client.get(endpoint, params).data)
            except AmbiguousAnswerError as error:
                return error
            if (page.info.total_page or 1) > 1:
                msg = f"{describe_request(endpoint, params)}: {page.info.total_page} pages of a "
                msg += "list that has one."
                raise DriftError(msg)
            return page

        result = ReadResult()
        for page in self.together(partial(answer, *request) for request in requests):
            if isinstance(page, AmbiguousAnswerError):
                logger.warning("Skipped a list. %s", page)
                result.incomplete = True
            else:
                result.add_page(page)
        result.total = result.rows
        return result

    def complete(
        self,
        endpoint: str,
        params: Mapping[str, Any],
        decode: Decode,
        reread_params: Mapping[str, Any] | None = None,
        *,
        truncated: bool = False,
    ) -> ReadResult:
        """Read a list and prove it complete: as many rows as TikTok counts, none twice.

        A list that moved between its pages is read again.

        Args:
            endpoint: Path of the list.
            params: Query parameters, without the page.
            decode: Decodes an answer.
            reread_params: Parameters to add when the list is read again, such as a sort order.
            truncated: Whether to accept an answer that leaves ads out.

        Raises:
            TruncatedError: If an answer leaves ads out.
            DriftError: If the list did not hold still.
        """
        max_rows = endpoints()[endpoint].max_rows
        sent = dict(params)
        for _ in range(MAX_READS):
            result, keys = ReadResult(truncated=truncated), set[int]()
            listed = 0
            for page in self.pages(endpoint, sent, decode, truncated=truncated):
                result.add_page(page)
                listed += page.size
                keys.update(page.keys, page.dropped)
                total = page.info.total_number
                uncounted = total is page.info.total_page is None
                if uncounted and page.size >= params.get("page_size", math.inf):
                    msg = f"{describe_request(endpoint, params)}: a full page without page_info, "
                    msg += "so that it is unknown whether more rows follow."
                    raise DriftError(msg)
                result.total = listed if total is None else int(min(total, max_rows))
            if listed == len(keys) == result.total:
                return result
            sent = {**params, **(reread_params or {})}
        msg = (
            f"{describe_request(endpoint, params)}: got {listed} rows, {len(keys)} of them "
            f"different, of {result.total}; the list moved during each of {MAX_READS} reads. "
            "Run again later."
        )
        raise DriftError(msg)

    def union(self, endpoint: str, params: Mapping[str, Any], decode: Decode) -> ReadResult:
        """Read a list of entities that may move while it is read (live-2026.md 1).

        Reads are added up until they have as many different rows as TikTok counts. Its count may be
        wrong, so pages are read until one is not full. `ReadResult.incomplete` says that rows are
        missing after `MAX_READS` further reads.

        Args:
            endpoint: Path of the list.
            params: Query parameters, without the page.
            decode: Decodes an answer.
        """
        max_rows = endpoints()[endpoint].max_rows
        rows: dict[int, bytes] = {}
        dropped: set[int] = set()
        whole = ReadResult()
        for attempt in range(1 + MAX_READS):
            listed = 0
            for page in self.pages(endpoint, params, decode, until_short=True):
                whole.requests += 1
                if not attempt:
                    whole.unread.extend(page.unread)
                rows.update(zip(page.keys, page.rows, strict=True))
                dropped.update(page.dropped)
                listed += page.size
                whole.total = int(min(page.info.total_number or listed, max_rows))
            found = len(rows) + len(dropped)
            if found >= whole.total and (attempt or found == listed):
                break
        else:
            whole.incomplete = True
            logger.warning(
                "%s: %d of %d rows were found in %d reads, since the list moves while it is read. "
                "Nothing that was loaded before is marked as deleted.",
                describe_request(endpoint, params),
                found,
                whole.total,
                1 + MAX_READS,
            )
        whole.add(list(rows.values()))
        return whole

    def objects(self, endpoint: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Read a whole list as objects, as TikTok sends them."""
        facts = endpoints()[endpoint]
        decode = EntityDecoder(endpoint, None, key=[facts.id], list_key=facts.list_key).page
        if not facts.page_size:
            page = decode(self.client.get(endpoint, params).data)
            return [object_decoder.decode(b"{%b}" % row) for row in page.rows]
        return as_objects(self.union(endpoint, {"page_size": facts.page_size, **params}, decode))


def as_objects(result: ReadResult) -> list[dict[str, Any]]:
    """Return the rows of a result as objects."""
    return [object_decoder.decode(b"{%b}" % row) for rows in result.chunks() for row in rows]


def batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield ids in batches that one request may name."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
