"""The tap's settings in the environment and in .env."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final

from dotenv import load_dotenv

from tap_tiktok_ads.errors import TapError
from tap_tiktok_ads.settings import JSON_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX: Final = "TAP_TIKTOK_ADS_"


def read(config: Path | None, env_file: Path) -> dict[str, Any]:
    """Read the tap's settings: the environment goes before .env, and both before a file.

    Raises:
        TapError: If something is not even JSON.
    """
    load_dotenv(env_file)
    try:
        given = dict(json.loads(config.read_text("utf-8"))) if config else {}
    except (TypeError, ValueError) as error:
        msg = f"{config} does not hold settings as a JSON object: {error}"
        raise TapError(msg) from None
    for name, setting in JSON_SCHEMA["properties"].items():
        variable = f"{PREFIX}{name.upper()}"
        if text := os.environ.get(variable):
            try:
                given[name] = text if "string" in setting["type"] else json.loads(text.lower())
            except ValueError:
                msg = f"{variable}: {text!r} is none of {', '.join(setting['type'])}."
                raise TapError(msg) from None
    return given


def write(env_file: Path, values: Mapping[str, str]) -> None:
    """Set values in a file that only its owner may read, and leave its other lines as they are."""
    env_file = env_file.resolve()
    lines = env_file.read_text("utf-8").splitlines() if env_file.exists() else []
    for name, value in values.items():
        start = f"{PREFIX}{name.upper()}="
        at = next((at for at, line in enumerate(lines) if line.startswith(start)), len(lines))
        lines[at : at + 1] = [start + shlex.quote(value)]
    # A temporary file is its owner's alone, and takes the place of the old one at once.
    with NamedTemporaryFile("w", encoding="utf-8", dir=env_file.parent, delete=False) as new:
        new.writelines(f"{line}\n" for line in lines)
    Path(new.name).replace(env_file)
