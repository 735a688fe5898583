"""Threads that read ahead, and results that several threads share."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

T = TypeVar("T")


class Workers:
    """Threads that do not keep the process alive: when the tap ends, they end.

    Args:
        count: Number of tasks that run at once.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._threads = 0
        self._closed = False
        self._lock = threading.Lock()
        self._tasks: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()

    def submit(self, task: Callable[[], T]) -> Future[T]:
        """Run a task as soon as a thread is free; after closing it is cancelled."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                future.cancel()
                return future
            self._tasks.put((future, task))
        if self._threads < self.count:
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        return future

    def close(self) -> None:
        """Cancel the tasks that have not begun, and let the threads end after those that have."""
        with self._lock, suppress(Empty):
            self._closed = True
            while waiting := self._tasks.get_nowait():
                waiting[0].cancel()
        self._tasks.put(None)

    def _work(self) -> None:
        while (each := self._tasks.get()) is not None:
            future, task = each
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(task())
            except BaseException as error:  # noqa: BLE001 (raised where the result is asked for)
                future.set_exception(error)
            del each, future, task
        self._tasks.put(None)  # for the next thread

    def in_order(self, tasks: Iterable[Callable[[], T]]) -> Generator[T]:
        """Run tasks ahead of the reader and yield their results in the tasks' order.

        At most `count` results are under way or waiting. A task's exception is raised in its turn;
        tasks behind it are then not started.
        """
        waiting: deque[Future[T]] = deque()
        try:
            for task in tasks:
                if len(waiting) == self.count:
                    yield waiting.popleft().result()
                waiting.append(self.submit(task))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


class Memo(Generic[T]):
    """Remembers a function's result for each key; threads that ask together share one call.

    Args:
        function: What to remember.
    """

    def __init__(self, function: Callable[[str], T]) -> None:
        self._function = function
        self._results: dict[str, Future[T]] = {}
        self._lock = threading.Lock()

    def __call__(self, key: str) -> T:
        """Return the function's result, or raise its exception."""
        with self._lock:
            first = key not in self._results
            future = self._results.setdefault(key, Future())
        if first:
            try:
                future.set_result(self._function(key))
            except BaseException as error:  # noqa: BLE001 (raised below, for all who ask)
                future.set_exception(error)
        return future.result()
