"""The envelope of every answer, read loosely."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from tap_tiktok_ads.text import storable

NOTHING: Final = msgspec.Raw(b"null")


class Envelope(msgspec.Struct):
    """What every answer has: only the code decides, and it may be text.

    Attributes:
        code: 0 for success.
        message: What TikTok says about it.
        request_id: Identifies the request for TikTok's support.
        data: The JSON text of the data; ``null`` if there are none.
    """

    code: int | str
    message: Any = ""
    request_id: Any = ""
    data: msgspec.Raw = NOTHING


_envelope_decoder: Final = msgspec.json.Decoder(Envelope)


def decode_envelope(content: bytes) -> Envelope | None:
    """Decode an answer, or return None; what is not UTF-8 in it becomes U+FFFD."""
    if not content.isascii():
        content = content.decode("utf-8-sig", "replace").encode()
    try:
        envelope = _envelope_decoder.decode(storable(content))
        int(envelope.code)
    # Deep nesting ends in a RecursionError.
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return envelope
