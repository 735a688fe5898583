"""What the tap says of itself: ``--about``, ``--discover``, and the project's meltano.yml."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

PROJECT: Final = Path(__file__).parents[2]
#: Settings that the SDK adds to every tap.
SDK_SETTINGS: Final = frozenset(
    {
        "faker_config",
        "flattening_enabled",
        "flattening_max_depth",
        "flattening_max_key_length",
        "flattening_separator",
        "stream_map_config",
        "stream_maps",
    }
)


def _run(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tap_tiktok_ads", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)  # noqa: S603
    return dict(json.loads(done.stdout))


@cache
def about() -> dict[str, Any]:
    """Return what ``--about`` prints."""
    return _run("--about", "--format", "json")


@cache
def catalog() -> dict[str, dict[str, Any]]:
    """Return the streams that ``--discover`` prints, by name."""
    return {each["tap_stream_id"]: each for each in _run("--discover")["streams"]}


@cache
def selected_by_default() -> frozenset[str]:
    """Return the names of the streams that are read when nothing is selected."""
    return frozenset(
        name
        for name, stream in catalog().items()
        for entry in stream["metadata"]
        if not entry["breadcrumb"] and entry["metadata"].get("selected-by-default")
    )


def own_settings() -> dict[str, dict[str, Any]]:
    """Return the schema of each setting, without those that the SDK adds."""
    settings = about()["settings"]["properties"]
    return {name: each for name, each in settings.items() if name not in SDK_SETTINGS}


@cache
def meltano() -> dict[str, Any]:
    """Return the project's meltano.yml."""
    return dict(yaml.safe_load((PROJECT / "meltano.yml").read_text("utf-8")))


def extractor() -> dict[str, Any]:
    """Return the tap's definition in meltano.yml."""
    return dict(meltano()["plugins"]["extractors"][0])
