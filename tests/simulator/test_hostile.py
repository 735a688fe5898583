"""The hostile server does the harm that it promises."""

from __future__ import annotations

import gzip
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.support import hostile as server
from tests.support.hostile import hostile

if TYPE_CHECKING:
    from tests.support.hostile import Answer, Request

PATH = "/campaign/get/"


def get(url: str, path: str = PATH, **options: Any) -> requests.Response:
    return requests.get(f"{url}/open_api/v1.3{path}", timeout=10, **options)


def raw(url: str, size: int) -> bytes:
    """The first bytes of an answer as they come over the wire."""
    address = urlsplit(url)
    with socket.create_connection((str(address.hostname), address.port or 0), 10) as connection:
        connection.sendall(f"GET /open_api/v1.3{PATH} HTTP/1.1\r\n\r\n".encode())
        found = b""
        while len(found) < size and (piece := connection.recv(size - len(found))):
            found += piece
    return found


def test_what_is_not_hostile_is_an_account_without_anything() -> None:
    with hostile({}) as url:
        assert len(get(url, "/advertiser/info/").json()["data"]["list"]) == 1
        assert get(url).json()["data"]["list"] == []


def test_slow_bytes_never_let_a_single_wait_be_long() -> None:
    with hostile({PATH: server.slow_bytes(0.01, server.envelope({"list": [1]}))}) as url:
        assert get(url).json()["data"] == {"list": [1]}
    with hostile({PATH: server.slow_bytes(0.01)}) as url:
        assert set(raw(url, 100).partition(b"\r\n\r\n")[2]) == set(b" ")


def test_a_stop_does_not_wait_for_slow_bytes() -> None:
    with hostile({PATH: server.slow_bytes(3600)}) as url:
        assert raw(url, 50)


def test_a_small_gzip_body_becomes_a_large_one() -> None:
    with hostile({PATH: server.gzip_bomb(8 << 20)}) as url:
        packed = raw(url, 1 << 20).partition(b"\r\n\r\n")[2]
    assert len(packed) < 20_000
    assert len(gzip.decompress(packed)) > 8 << 20


@pytest.mark.parametrize("compressed", [True, False])
def test_a_body_may_have_no_end(*, compressed: bool) -> None:
    with hostile({PATH: server.endless_body(compressed=compressed)}) as url:
        assert len(raw(url, 1 << 16)) == 1 << 16


@pytest.mark.parametrize("says_so", [True, False])
def test_pages_may_have_no_end(*, says_so: bool) -> None:
    pages = server.endless_pages(lambda n: {"campaign_id": str(n)}, page_size=2, says_so=says_so)
    with hostile({PATH: pages}) as url:
        data = get(url, params={"page": 7}).json()["data"]
    assert data["list"] == [{"campaign_id": "12"}, {"campaign_id": "13"}]
    assert data["page_info"]["total_page"] > 7


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (server.nested(100_000), "[" * 100_000),
        (server.literal('{"budget": 1e999999}'), "1e999999"),
        (server.body("<html>"), "<html>"),
    ],
)
def test_bodies_hold_what_json_libraries_fear(answer: Answer, text: str) -> None:
    with hostile({PATH: answer}) as url:
        assert text in get(url).text


def test_a_redirect_leads_elsewhere() -> None:
    with hostile({PATH: server.redirect("http://elsewhere.example/")}) as url:
        answer = get(url, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://elsewhere.example/")


def test_secrets_come_back_in_message_data_and_headers() -> None:
    seen: list[Request] = []
    with hostile({PATH: server.echo()}, seen) as url:
        answer = get(url, headers={"Access-Token": "hush"}, params={"secret": "quiet"})
    assert answer.json()["message"] == "Bad request: hush quiet"
    assert answer.json()["data"]["error"] == ["hush", "quiet"]
    assert answer.headers["X-Echo"] == "hush quiet"
    assert seen[0].path == PATH


def test_names_hold_escapes_marks_and_line_feeds() -> None:
    with hostile({PATH: server.named([{"campaign_name": name} for name in server.NAMES])}) as url:
        rows = get(url).json()["data"]["list"]
    assert [row["campaign_name"] for row in rows] == list(server.NAMES)
    assert any("\x1b" in name for name in server.NAMES)
    assert any("\n" in name for name in server.NAMES)
    assert any("\u202e" in name for name in server.NAMES)
