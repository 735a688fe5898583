"""Values of entities in other forms than the documentation names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from simulator.live.refusals import thumbnail_id

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]

WORDS = ("None", "null", "-", "--", "")
ZERO_TIME = "0000-00-00 00:00:00"
ZERO_IDS = {
    "identity_authorized_bc_id",
    "catalog_id",
    "custom_conversion_id",
    "product_set_id",
    "tracking_pixel_id",
}
COUNTS = ("_count", "_num", "_days", "_threshold", "size", "width", "height", "fps", "conversions")


def _zero_id(key: str, value: Any) -> Any:
    return "0" if key in ZERO_IDS and value in {None, "", 0} else value


def _zero_time(key: str, value: Any) -> Any:
    return ZERO_TIME if key.endswith("_time") and value is None else value


def _word(key: str, value: Any) -> Any:
    return WORDS[crc32(key.encode()) % len(WORDS)] if value is None else value


def _flag(_: str, value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _boolean_text(_: str, value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _decimal(key: str, value: Any) -> Any:
    # A boolean is an int.
    return float(value) if type(value) is int and key.endswith(COUNTS) else value


VALUES: dict[str, Callable[[str, Any], Any]] = {
    "zero-ids": _zero_id,
    "zero-times": _zero_time,
    "words-for-nothing": _word,
    "flags-as-numbers": _flag,
    "booleans-as-text": _boolean_text,
    "decimal-counts": _decimal,
}
"""What changes a value of a key, by switch, in this order."""


def change_values(data: Any, changes: dict[str, Callable[[str, Any], Any]], key: str = "") -> Any:
    """Return data with every value in its other form.

    Args:
        data: A JSON value.
        changes: Some of `VALUES`.
        key: What the value is called.
    """
    if isinstance(data, dict):
        return {
            name: found if name == "page_info" else change_values(found, changes, name)
            for name, found in data.items()
        }
    if isinstance(data, list):
        return [change_values(each, changes, key) for each in data]
    for name, change in changes.items():
        # Where both forms of booleans are on, each key keeps to one of them.
        if name == "flags-as-numbers" and "booleans-as-text" in changes and crc32(key.encode()) % 2:
            continue
        data = change(key, data)
    return data


def name_thumbnails(path: str, data: Row) -> None:
    """Name the thumbnail of its video among the images of an ad."""
    for row in data["list"] if path == "/ad/get/" else ():
        if row.get("video_id") and row.get("image_ids"):
            row["image_ids"] = [*row["image_ids"], thumbnail_id(row["video_id"])]


def show_sources_as_objects(path: str, data: Row) -> None:
    """Show the sources of music as objects."""
    for row in data["musics"] if path == "/file/music/get/" else ():
        row["sources"] = [{"type": source} for source in row["sources"]]


def show_iso_times(path: str, data: Row) -> None:
    """Show the time of a pixel's creation as ISO 8601 with a Z."""
    for row in data["pixels"] if path == "/pixel/list/" else ():
        row["create_time"] = f"{row['create_time'].replace(' ', 'T')}Z"


def show_batch_times(data: Row) -> None:
    """Show what shares a batch with the same times: the first moment of their month."""
    for row in data.get("list", ()):
        for key in ("create_time", "modify_time"):
            if row.get(key):
                row[key] = f"{row[key][:8]}01{row[key][10]}00:00:00{row[key][19:]}"
