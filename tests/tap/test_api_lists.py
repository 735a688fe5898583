"""What is read ahead, in what order it is handed over, and when a list counts as complete."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tap_tiktok_ads.api.client import Answer
from tap_tiktok_ads.api.lists import ListReader
from tap_tiktok_ads.api.workers import Memo, Workers
from tap_tiktok_ads.decoding import EntityDecoder
from tap_tiktok_ads.errors import AmbiguousAnswerError, DriftError, TruncatedError
from tap_tiktok_ads.read_result import ReadResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: A guard against a test that hangs, not a measure.
PATIENCE = 30


def numbers(*numbers: int) -> Iterator[Callable[[], int]]:
    """Tasks that give these numbers."""
    for number in numbers:
        yield lambda number=number: number  # type: ignore[misc]


def test_results_come_in_the_tasks_order_whatever_ends_first() -> None:
    second_is_done = threading.Event()

    def first() -> str:
        assert second_is_done.wait(PATIENCE)
        return "first"

    def second() -> str:
        second_is_done.set()
        return "second"

    assert list(Workers(2).in_order([first, second])) == ["first", "second"]


def test_no_more_tasks_are_planned_ahead_than_run_at_once() -> None:
    planned: list[int] = []

    def plan() -> Iterator[Callable[[], int]]:
        for number, task in enumerate(numbers(*range(10))):
            planned.append(number)
            yield task

    results = Workers(3).in_order(plan())
    assert next(results) == 0
    assert planned == [0, 1, 2, 3]
    assert list(results) == list(range(1, 10))


def test_an_exception_is_raised_in_its_turn() -> None:
    def fails() -> int:
        raise LookupError

    results = Workers(2).in_order([*numbers(1), fails, *numbers(3)])
    assert next(results) == 1
    with pytest.raises(LookupError):
        next(results)


def test_what_was_planned_but_not_begun_is_dropped_when_the_reader_leaves() -> None:
    begun, may_end = threading.Event(), threading.Event()
    ran: list[str] = []

    def blocks() -> None:
        begun.set()
        assert may_end.wait(PATIENCE)

    workers = Workers(2)
    workers.submit(blocks)
    results = workers.in_order([lambda: None, blocks, lambda: ran.append("later"), lambda: None])
    next(results)
    assert begun.wait(PATIENCE)
    results.close()
    may_end.set()
    workers.submit(lambda: None).result(PATIENCE)
    workers.submit(lambda: None).result(PATIENCE)
    assert "later" not in ran


def test_a_memo_calls_once_for_all_who_ask_together() -> None:
    calls: list[str] = []
    may_answer = threading.Event()

    def answer(key: str) -> str:
        calls.append(key)
        assert may_answer.wait(PATIENCE)
        return key.upper()

    memo, found = Memo(answer), list[str]()
    threads = [threading.Thread(target=lambda: found.append(memo("a"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    may_answer.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == ["A"] * 5
    assert calls == ["a"]


def test_a_memo_raises_the_exception_for_all_who_ask() -> None:
    def fail(key: str) -> str:
        raise LookupError(key)

    memo = Memo(fail)
    for _ in range(2):
        with pytest.raises(LookupError):
            memo("a")


def test_a_reading_gives_back_its_rows_in_order() -> None:
    reading = ReadResult()
    rows = [b'"n":%d' % number for number in range(300_000)]
    reading.add(rows[:60_000])
    reading.add([])
    reading.add(rows[60_000:])
    chunks = list(reading.chunks())
    assert len(chunks) > 1
    assert [row for chunk in chunks for row in chunk] == rows


def test_a_reading_takes_in_another() -> None:
    one = ReadResult(total=2, requests=1, left_out=("likes",))
    other = ReadResult(total=1, requests=3, truncated=True, left_out=("follows", "likes"))
    one.add([b"1", b"2"])
    other.add([b"3"])
    one.extend(other)
    assert (one.rows, one.total, one.requests, one.truncated) == (3, 3, 4, True)
    assert one.left_out == ("follows", "likes")
    assert list(one.chunks()) == [[b"1", b"2", b"3"]]


class Pages:
    """Answers a list page by page, as the client would.

    Args:
        answers: For each time that the list is read: its pages' ids.
        info: Replaces members of page_info; None takes one away.
    """

    def __init__(self, *answers: list[list[int]], truncated: bool = False, **info: Any) -> None:
        self._answers = list(answers)
        self._truncated = truncated
        self._info = info
        self._lock = threading.Lock()
        self.asked: list[Mapping[str, Any]] = []

    def get(self, _: str, params: Mapping[str, Any]) -> Answer:
        with self._lock:
            self.asked.append(params)
            if params["page"] == 1 and len(self.asked) > 1:
                self._answers = self._answers[1:] or self._answers
        pages = self._answers[0]
        info = {"total_number": sum(map(len, pages)), "total_page": len(pages), **self._info}
        data = {
            "list": [{"id": str(number)} for number in pages[params["page"] - 1]] if pages else [],
            "page_info": {name: value for name, value in info.items() if value is not ...},
        }
        return Answer(msgspec.Raw(msgspec.json.encode(data)), self._truncated)


ROWS = EntityDecoder("things", {"id": "string"}, key=["id"])


def complete(pages: Pages, **options: Any) -> ReadResult:
    client: Any = pages
    return ListReader(client, 4).complete("/campaign/get/", {"page_size": 2}, ROWS.page, **options)


def ids(reading: ReadResult) -> list[int]:
    return [
        int(msgspec.json.decode(b"{" + row + b"}")["id"])
        for chunk in reading.chunks()
        for row in chunk
    ]


def test_all_pages_come_in_order() -> None:
    pages = Pages([[2 * number, 2 * number + 1] for number in range(50)])
    reading = complete(pages)
    assert ids(reading) == list(range(100))
    assert (reading.total, reading.requests) == (100, 50)
    assert sorted(each["page"] for each in pages.asked) == list(range(1, 51))


def test_an_empty_list_is_complete() -> None:
    reading = complete(Pages([]))
    assert (reading.rows, reading.total, reading.requests) == (0, 0, 1)


@pytest.mark.parametrize(
    "moved",
    [[[1, 2], [2, 3]], [[1, 2], [4]], [[1, 2], []]],
    ids=["a row twice", "a row too many", "a row too few"],
)
def test_a_list_that_moved_is_read_again_in_order(moved: list[list[int]]) -> None:
    pages = Pages(moved, [[1, 2], [3, 4]], total_number=4)
    reading = complete(pages, reread_params={"order_field": "id"})
    assert ids(reading) == [1, 2, 3, 4]
    assert [each.get("order_field") for each in pages.asked] == [None, None, "id", "id"]


def test_a_list_that_never_holds_still_is_an_error() -> None:
    with pytest.raises(DriftError, match=r"/campaign/get/: got 3 rows, 2 of them different, of 3"):
        complete(Pages([[1, 2], [2]]))


def test_a_row_that_is_missing_at_the_end_is_an_error() -> None:
    with pytest.raises(DriftError, match="of 4"):
        complete(Pages([[1, 2], [3]], total_number=4))


@pytest.mark.parametrize("total", [..., None])
def test_without_a_total_the_pages_are_all_there_is(total: Any) -> None:
    assert ids(complete(Pages([[1, 2], [3]], total_number=total))) == [1, 2, 3]


def test_a_full_page_without_any_count_is_not_taken_for_all() -> None:
    with pytest.raises(DriftError, match="a full page without page_info"):
        complete(Pages([[1, 2], [3]], total_number=None, total_page=None))


def test_numbers_may_be_text() -> None:
    assert ids(complete(Pages([[1, 2], [3]], total_number="3", total_page="2"))) == [1, 2, 3]


@pytest.mark.parametrize("pages", [..., None])
def test_pages_that_are_not_announced_are_missed(pages: Any) -> None:
    with pytest.raises(DriftError):
        complete(Pages([[1, 2], [3]], total_page=pages))


def test_an_answer_of_another_form_is_an_error_that_names_the_stream() -> None:
    with pytest.raises(AmbiguousAnswerError, match=r"things: .*page_info"):
        complete(Pages([[1]], total_page="many"))


def test_a_truncated_answer_is_an_error_unless_it_is_wanted() -> None:
    with pytest.raises(TruncatedError):
        complete(Pages([[1, 2], [3]], truncated=True))
    reading = complete(Pages([[1, 2], [3]], truncated=True), truncated=True)
    assert reading.truncated
    assert ids(reading) == [1, 2, 3]


def test_an_error_on_a_later_page_frees_its_place() -> None:
    lists = ListReader(Pages([[1, 2]] * 20, total_number=40), 2)  # type: ignore[arg-type]
    for _ in range(5):
        with pytest.raises(DriftError):
            lists.complete("/campaign/get/", {}, ROWS.page)
    whole = ListReader(Pages([[1, 2], [3]]), 2)  # type: ignore[arg-type]
    whole_reading = whole.complete("/campaign/get/", {}, ROWS.page)
    assert ids(whole_reading) == [1, 2, 3]
