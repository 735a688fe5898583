"""Facts about the API, as data: one JSON file each, and their one loader."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def facts(name: str) -> list[dict[str, Any]]:
    """Read one of the files in ``facts/`` that are a list."""
    return list(_load(name))


@cache
def mapping(name: str) -> dict[str, Any]:
    """Read one of those that are an object."""
    return dict(_load(name))


def _load(name: str) -> Any:
    text = resources.files("tap_tiktok_ads.facts").joinpath(f"{name}.json").read_text("utf-8")
    return json.loads(text)
