"""A server that means harm: raw HTTP answers that no API sends, and that a client must survive.

    with hostile({"/campaign/get/": gzip_bomb(1 << 30)}) as url:
        ...

An answer is a function that takes the request and yields the bytes that go over the wire, so it
can break every rule. `/advertiser/info/` answers with one account unless a test says otherwise;
all other endpoints have empty lists.
"""

from __future__ import annotations

import json
import threading
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import repeat
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from typing_extensions import override

from tests.support.canned import account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Answer = Callable[["Request"], Iterator[bytes]]

API = "/open_api/v1.3"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mred"
BIDI = "invoice\u202egnp.exe\u2066\u200f"
FORGED_LINE = "Summer\n2026-11-20 10:00:00 | ERROR | forged\r\nby a name"
NAMES = (ESCAPES, BIDI, FORGED_LINE, "nul\x00byte", "\u009b31mC1", "\u2028separator")
"""Names that do harm where they are printed."""


@dataclass(frozen=True)
class Request:
    """What the client sent.

    Attributes:
        path: Path of the endpoint, without the version.
        params: Query parameters, or members of the JSON body.
        headers: Headers by lower-case name.
        closing: Set when the server is about to stop.
    """

    path: str
    params: dict[str, str]
    headers: dict[str, str]
    closing: threading.Event = field(repr=False)


@contextmanager
def hostile(answers: Mapping[str, Answer], requests: list[Request] | None = None) -> Iterator[str]:
    """Serve some answers, by path of endpoint; `"*"` stands for all others.

    Args:
        answers: What to answer.
        requests: Where to note the requests, if anywhere.

    Yields:
        The address of the server.
    """
    closing = threading.Event()
    known = {"/advertiser/info/": envelope(account()), "*": envelope(EMPTY), **answers}

    class Handler(StreamRequestHandler):
        @override
        def handle(self) -> None:
            request = _read(self, closing)
            if requests is not None:
                requests.append(request)
            # A client that has had enough hangs up.
            with suppress(OSError):
                for piece in known.get(request.path, known["*"])(request):
                    if closing.is_set():
                        return
                    self.wfile.write(piece)

    class Server(ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            closing.set()
            server.shutdown()
            thread.join()


def _read(handler: StreamRequestHandler, closing: threading.Event) -> Request:
    line = handler.rfile.readline().decode("latin-1").split(" ")
    headers: dict[str, str] = {}
    while (header := handler.rfile.readline().decode("latin-1").strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    target = urlsplit(line[1] if len(line) > 1 else "/")
    params = dict(parse_qsl(target.query))
    if body := handler.rfile.read(int(headers.get("content-length", "0"))):
        params |= {name: str(value) for name, value in json.loads(body).items()}
    return Request(target.path.removeprefix(API), params, headers, closing)


EMPTY = {
    "list": [],
    "page_info": {"page": 1, "page_size": 1000, "total_number": 0, "total_page": 0},
}


def head(length: int | None = None, *, status: str = "200 OK", **headers: str) -> bytes:
    """Return the head of an HTTP answer; without a length, the connection's end ends the body."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def body(text: str | bytes, **headers: str) -> Answer:
    """Answer with any text in place of an envelope."""
    content = text if isinstance(text, bytes) else text.encode()
    return lambda _: iter([head(len(content), **headers), content])


def envelope(data: Any, code: Any = 0, message: str = "OK", **headers: str) -> Answer:
    """Answer with an envelope that is well formed."""
    found = {"code": code, "message": message, "request_id": "1", "data": data}
    return body(json.dumps(found), **headers)


def named(rows: list[dict[str, Any]], key: str = "list") -> Answer:
    """Answer with one page of rows."""
    info = {"page": 1, "page_size": 1000, "total_number": len(rows), "total_page": 1}
    return envelope({key: rows, "page_info": info})


def slow_bytes(pause: float, answer: Answer | None = None) -> Answer:
    """Send the body byte by byte, so that no single wait is long; the default has no end.

    Args:
        pause: Seconds between two bytes.
        answer: What to send; spaces without end if None.
    """

    def pieces(request: Request) -> Iterator[bytes]:
        if answer is None:
            yield head()
            content: Iterator[bytes] = repeat(b" ")
        else:
            first, *others = answer(request)
            yield first
            content = (bytes([each]) for piece in others for each in piece)
        for piece in content:
            yield piece
            if request.closing.wait(pause):
                return

    return pieces


def endless_body(*, compressed: bool = False) -> Answer:
    """Send a body that has no end and never pauses.

    Args:
        compressed: Whether it is gzip, of which each kilobyte becomes a megabyte.
    """

    def pieces(_: Request) -> Iterator[bytes]:
        yield head(Content_Encoding="gzip") if compressed else head()
        yield from _gzip(repeat(SPACES)) if compressed else repeat(SPACES)

    return pieces


def gzip_bomb(size: int) -> Answer:
    """Send a small body, well formed, that becomes `size` bytes of JSON."""

    def pieces(_: Request) -> Iterator[bytes]:
        yield head(Content_Encoding="gzip")
        spaces = repeat(SPACES, size // len(SPACES))
        yield from _gzip(iter([b'{"code": 0, "data": {"list": [],', *spaces, b'"x": 0}}']))

    return pieces


SPACES = b" " * (1 << 20)


def _gzip(content: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=31)
    for piece in content:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def endless_pages(
    row: Callable[[int], dict[str, Any]], *, page_size: int = 1000, says_so: bool = True
) -> Answer:
    """Answer every page with a full one.

    Args:
        row: Makes a row of its number. The same row for every number is a list that repeats
            itself, a new one a list that never ends.
        page_size: How many rows a page has.
        says_so: Whether the counts speak of a million pages; otherwise of one more than asked for.
    """

    def pieces(request: Request) -> Iterator[bytes]:
        page = int(request.params.get("page", "1"))
        total = 1_000_000 if says_so else page + 1
        info = {"page": page, "page_size": page_size, "total_page": total}
        info["total_number"] = total * page_size
        first = (page - 1) * page_size
        rows = [row(first + number) for number in range(page_size)]
        yield from envelope({"list": rows, "page_info": info})(request)

    return pieces


def nested(depth: int, inside: str = "value") -> Answer:
    """Answer with arrays in arrays, as a member of `data`."""
    arrays = "[" * depth + "]" * depth
    return body(f'{{"code": 0, "message": "OK", "data": {{"list": [], "{inside}": {arrays}}}}}')


def literal(rows: str) -> Answer:
    """Answer with rows as JSON text, for numbers such as `1e999999` that Python can't write."""
    info = '"page_info": {"page": 1, "page_size": 1000, "total_number": 1, "total_page": 1}'
    return body(f'{{"code": 0, "message": "OK", "data": {{"list": [{rows}], {info}}}}}')


def redirect(to: str, status: str = "302 Found") -> Answer:
    """Redirect to another address; to the same path, without end, if it is a loop."""
    return lambda _: iter([head(0, status=status, Location=to)])


def echo(code: int = 40002) -> Answer:
    """Refuse with a message, and with data, that hold everything secret the client sent."""

    def pieces(request: Request) -> Iterator[bytes]:
        secrets = secrets_of(request)
        text = " ".join(secrets)
        data = {"list": [{"name": text, text: text}], "error": secrets}
        yield from envelope(data, code, f"Bad request: {text}", X_Echo=text)(request)

    return pieces


def secrets_of(request: Request) -> list[str]:
    """Return the access token, the app and its secret, as far as the request has them."""
    names = ("app_id", "secret", "auth_code")
    found = [request.headers.get("access-token"), *map(request.params.get, names)]
    return [each for each in found if each]
