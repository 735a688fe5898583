"""Text that loaders can store."""

from __future__ import annotations

import re
from typing import Final

#: U+FFFD, as JSON text.
REPLACEMENT: Final = rb"\ufffd"
#: An escaped backslash, NUL, a pair of surrogates, or a lone one.
_ESCAPES: Final = re.compile(
    rb"\\\\|\\u0000|\\u[dD][89abAB]..(?:\\u[dD][c-fC-F]..)?|\\u[dD][c-fC-F].."
)
PAIR: Final = len(rb"\ud83d\ude00")


def storable(text: bytes) -> bytes:
    """Replace NUL and lone surrogates in JSON text: PostgreSQL and UTF-8 have neither."""
    # Most answers have no escape at all, which one byte tells in no time.
    if b"\\" not in text:
        return text
    if b"\\u0000" in text or b"\\ud" in text or b"\\uD" in text:
        return _ESCAPES.sub(_storable_escape, text)
    return text


def _storable_escape(match: re.Match[bytes]) -> bytes:
    escape = match[0]
    return escape if escape == rb"\\" or len(escape) == PAIR else REPLACEMENT
