"""Addresses of the API."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import requests

#: Path of the API unless `api_url` has another version (errors-and-limits.md 1).
BASE_PATH: Final = "/open_api/v1.3"
_VERSION_PATH: Final = re.compile(r"/open_api/v\d+(\.\d+)?")


def is_web_address(text: str) -> bool:
    """Whether requests can be sent to an address."""
    try:
        requests.Request("GET", text).prepare()
    except requests.RequestException:
        return False
    return text.startswith(("http://", "https://"))


def versioned(api_url: str) -> str:
    """Return the address of one version of the API: v1.3 unless the address has another.

    Raises:
        ValueError: If the address has another path, or a query.
    """
    url = urlsplit(api_url)
    path = url.path.rstrip("/")
    if url.query or url.fragment or (path and not _VERSION_PATH.fullmatch(path)):
        shown = api_url.removeprefix(f"{url.scheme}://{url.netloc}")
        msg = f"api_url: {shown!r} is not the path of a version of the API, such as {BASE_PATH}."
        raise ValueError(msg)
    return f"{url.scheme}://{url.netloc}{path or BASE_PATH}"


def is_exposed(api_url: str) -> bool:
    """Whether requests go to another machine without encryption."""
    url = urlsplit(api_url)
    host = url.hostname or ""
    return url.scheme == "http" and not (host in {"localhost", "::1"} or host.startswith("127."))
