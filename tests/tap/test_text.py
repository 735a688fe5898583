from __future__ import annotations

import json

import pytest

from tap_tiktok_ads.text import storable


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (r"a\u0000b", "a\ufffdb"),
        (r"a\ud83d", "a\ufffd"),
        (r"\uDE00a", "\ufffda"),
        (r"\ud83d\ud83d\ude00", "\ufffd😀"),
        (r"\ud83d\ude00", "😀"),
        (r"\\u0000", r"\u0000"),
        (r"\\\u0000", "\\\ufffd"),
        (r"\u00e9", "é"),
        ("é", "é"),
    ],
    ids=ascii,
)
def test_only_nul_and_lone_surrogates_are_replaced(text: str, stored: str) -> None:
    assert json.loads(storable(f'"{text}"'.encode())) == stored
