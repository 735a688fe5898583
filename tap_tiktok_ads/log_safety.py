"""What people read in logs and terminals: on one line, without secrets or control characters.

Names and messages come from a server. They may hold a secret that was sent to it, or characters
that forge a line, drive a terminal, or turn the direction of text.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any, Final
from urllib.parse import quote_plus

from singer_sdk.metrics import METRICS_LOGGER_NAME

#: Control characters of ASCII and Latin-1, marks of direction, line separators, lone surrogates.
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
#: What is shorter would mask parts of ordinary words and numbers.
SHORTEST_SECRET: Final = 6
MASK: Final = "***"

_secrets: set[str] = set()


def hide(*secrets: str) -> None:
    """Mask secrets from now on, in all log records of the process and in `safe`."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            _secrets.update((secret, quote_plus(secret)))
    if logging.getLogRecordFactory() is not _safe_record:
        logging.setLogRecordFactory(_safe_record)


def safe(text: str) -> str:
    """Return text with secrets masked and unsafe characters escaped."""
    return _UNSAFE.sub(_escape, _masked(text))


def _masked(text: str) -> str:
    # Longest first, since one secret may begin with another.
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


_plain_record: Final = logging.getLogRecordFactory()


def _safe_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Make a log record; neither a later handler nor a formatter sees what came from outside.

    Handlers are replaced when logging is configured, and filters of a logger do not see the records
    of its children; every record passes here.
    """
    record = _plain_record(*args, **kwargs)
    # The SDK's filters look at the arguments of metrics, which hold names of streams only.
    if record.name != METRICS_LOGGER_NAME:
        record.msg, record.args = safe(record.getMessage().rstrip()), ()
    if record.exc_info and record.exc_info[0]:
        lines = "".join(traceback.format_exception(*record.exc_info)).splitlines()
        record.exc_text = "\n".join(map(safe, lines))
        record.exc_info = None
    return record
