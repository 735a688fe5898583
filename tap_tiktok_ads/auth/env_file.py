"""Settings of the tap in the environment and in .env."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING, Any, Final

from dotenv import load_dotenv, set_key

from tap_tiktok_ads.errors import TapError
from tap_tiktok_ads.settings import JSON_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PREFIX: Final = "TAP_TIKTOK_ADS_"


def read_settings(config: Path | None, env_file: Path) -> dict[str, Any]:
    """Read the tap's settings: the environment overrides .env, and both override a JSON file.

    The SDK's parser would let .env override the environment, and doesn't name a wrong variable.

    Raises:
        TapError: If a value can't be parsed.
    """
    load_dotenv(env_file)
    try:
        settings = dict(json.loads(config.read_text("utf-8"))) if config else {}
    except (TypeError, ValueError) as error:
        msg = f"{config} is not a JSON object of settings: {error}"
        raise TapError(msg) from None
    for name, schema in JSON_SCHEMA["properties"].items():
        variable = f"{PREFIX}{name.upper()}"
        if text := os.environ.get(variable):
            try:
                settings[name] = text if "string" in schema["type"] else json.loads(text.lower())
            except ValueError:
                msg = f"{variable}: {text!r} is not of type {' or '.join(schema['type'])}."
                raise TapError(msg) from None
    return settings


def write_settings(env_file: Path, settings: Mapping[str, str]) -> None:
    """Set settings in .env, make it readable for its owner only, and keep its other lines."""
    # Before the first secret is in it; set_key replaces the file atomically and keeps the mode.
    env_file.touch(mode=0o600)
    env_file.chmod(0o600)
    for name, value in settings.items():
        set_key(
            env_file,
            f"{PREFIX}{name.upper()}",
            # Plain values stay without quotes, which `docker run --env-file` would keep.
            shlex.quote(value),
            quote_mode="never",
            follow_symlinks=True,
        )
