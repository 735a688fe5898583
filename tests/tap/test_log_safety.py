"""Nothing from outside forges a line, drives a terminal or shows a secret."""

from __future__ import annotations

import io
import logging

import pytest

from tap_tiktok_ads.log_safety import hide, safe
from tests.support.hostile import NAMES

SECRET = "sec-77e24f9a1c"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_becomes_printable(name: str) -> None:
    assert all(character.isprintable() for character in safe(name))


def test_ordinary_names_stay() -> None:
    assert safe("Été 夏 👍 \\n") == "Été 夏 👍 \\n"


def test_a_record_is_safe_for_every_handler() -> None:
    hide(SECRET)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("test_log_safety")
    logger.addHandler(handler)
    try:
        raise ValueError(f"{SECRET}\x1b[2J")  # noqa: EM102, TRY301
    except ValueError:
        logger.exception("read %s", f"{SECRET}\nforged")
    finally:
        logger.removeHandler(handler)
    assert SECRET not in stream.getvalue()
    assert "\x1b" not in stream.getvalue()
    assert stream.getvalue().startswith("read ***\\nforged\n")
