"""An API that answers what a test tells it to: for what no simulated world shows."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import requests
from typing_extensions import override

from tests.support.api import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Answer = Callable[..., dict[str, Any]]

ACCOUNT = "6900000000000000001"


class RefusedError(Exception):
    """What the API answers instead of data.

    Args:
        code: Its code.
        message: Its message.
    """

    def __init__(self, code: int, message: str = "Not today.") -> None:
        super().__init__(message)
        self.code = code


def account(**_: Any) -> dict[str, Any]:
    """The only account that there is."""
    zone = {"timezone": "Europe/London", "display_timezone": "Europe/London"}
    return {"list": [{"advertiser_id": ACCOUNT, "currency": "GBP", **zone}]}


def nothing(**_: Any) -> dict[str, Any]:
    """An empty list, whatever its key is."""
    return {"page_info": {"total_number": 0, "total_page": 0}}


@contextmanager
def answering(answers: Mapping[str, Answer]) -> Iterator[Simulator]:
    """An API with one account.

    Args:
        answers: A function for each endpoint, which takes its query parameters and gives ``data``;
            other endpoints have nothing.
    """
    known: dict[str, Answer] = {"/advertiser/info/": account, **answers}

    class Handler(BaseHTTPRequestHandler):
        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            params = {name: _value(text) for name, text in parse_qsl(address.query)}
            endpoint = address.path.removeprefix("/open_api/v1.3")
            envelope: dict[str, Any] = {"code": 0, "message": "OK", "request_id": "1"}
            answer: Answer = known.get(endpoint, nothing)
            try:
                envelope["data"] = answer(**params)
            except RefusedError as error:
                envelope |= {"code": error.code, "message": str(error), "data": {}}
            body = json.dumps(envelope).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, requests.Session() as session:
        # It looks every few milliseconds whether it is to end; by default, twice a second.
        thread = threading.Thread(target=server.serve_forever, args=(0.005,))
        thread.start()
        try:
            yield Simulator(f"http://127.0.0.1:{server.server_port}", session)
        finally:
            server.shutdown()
            thread.join()


def _value(text: str) -> Any:
    return json.loads(text) if text[:1] in "[{" else text
