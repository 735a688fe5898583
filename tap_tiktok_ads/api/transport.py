"""Requests over HTTP that end: in time, and within a size."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import Self, override
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONNECT_SECONDS: Final = 10
#: An answer may take this many times the time-out from the connection to its last byte.
DEADLINE_FACTOR: Final = 5
CHUNK: Final = 1 << 16
MEGABYTE: Final = 1 << 20


class DeadlineError(Exception):
    """An answer did not begin, go on or end in time."""


class TooManyBytesError(Exception):
    """An answer is larger than the limit."""


class Response(NamedTuple):
    """A whole HTTP response."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class _Deadline:
    """Cuts the connection of the thread's request when its time is up."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self.connection: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _thread.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _thread.deadline = None

    def watch(self, connection: socket.socket) -> None:
        self.connection = connection
        if self.expired:
            self._cut()

    def _cut(self) -> None:
        self.expired = True
        if self.connection:
            with suppress(OSError):
                # Not the method of a TLS socket, which another thread may be reading.
                socket.socket.shutdown(self.connection, socket.SHUT_RDWR)


class _Thread(threading.local):
    deadline: _Deadline | None = None


_thread: Final = _Thread()


class _Connection(HTTPConnection):
    @override
    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        _watch(self)


class _TlsConnection(HTTPSConnection):
    @override
    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        _watch(self)


def _watch(connection: HTTPConnection) -> None:
    if _thread.deadline and connection.sock:
        _thread.deadline.watch(connection.sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    @override
    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager


class Transport:
    """Sends requests from any number of threads.

    Args:
        access_token: Sent with each request; empty for none.
        timeout: Seconds without a byte after which a request is given up.
        max_mb: Most megabytes of an answer, before and after decompression.
    """

    def __init__(self, access_token: str, timeout: float, max_mb: float) -> None:
        self._token = access_token
        self._timeout = timeout
        self._max_bytes = int(max_mb * MEGABYTE)
        self._sessions: LifoQueue[requests.Session] = LifoQueue()

    def send(
        self, url: str, params: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> Response:
        """Send a request, with POST if it has a body.

        Raises:
            DeadlineError: The answer is not there in time.
            TooManyBytesError: The answer is too large.
            requests.RequestException: There is no connection, or it broke.
        """
        with self._session() as session, _Deadline(self._timeout * DEADLINE_FACTOR) as deadline:
            try:
                with session.request(
                    "GET" if body is None else "POST",
                    url,
                    params=params,
                    json=body,
                    timeout=(CONNECT_SECONDS, self._timeout),
                    # The token is a header of our own, which a redirect would carry to any host.
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    content = self._read(response)
            except requests.ReadTimeout:
                raise DeadlineError from None
            except requests.RequestException as trouble:
                # While the body is read, a time-out comes as a ConnectionError.
                if deadline.expired or "timed out" in str(trouble):
                    raise DeadlineError from None
                raise
            if deadline.expired:
                raise DeadlineError
        return Response(response.status_code, response.headers, content)

    def _read(self, response: requests.Response) -> bytes:
        content = bytearray()
        for piece in response.iter_content(CHUNK):
            content += piece
            if max(len(content), response.raw.tell()) > self._max_bytes:
                raise TooManyBytesError
        return bytes(content)

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        """Lend an idle session; threads can't share one."""
        try:
            session = self._sessions.get_nowait()
        except Empty:
            session = requests.Session()
            for scheme in ("http://", "https://"):
                session.mount(scheme, _Adapter())
            if self._token:
                session.headers["Access-Token"] = self._token
        try:
            yield session
        finally:
            self._sessions.put(session)
