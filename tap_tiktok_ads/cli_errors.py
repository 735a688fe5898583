"""Errors on the command line: a line for each, no traceback, exit status 1."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from singer_sdk.exceptions import ConfigValidationError

from tap_tiktok_ads.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def errors_in_one_line(show: Callable[[str], object]) -> Iterator[None]:
    """Exit with status 1 on an error that a person can do something about.

    Args:
        show: Called with each error message.
    """
    try:
        yield
    except ConfigValidationError as error:
        messages = error.errors
    except BrokenPipeError:
        # The reader of the output is gone. Python would flush stdout at exit and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        messages = []
    except (OSError, TapError) as error:
        messages = [str(error)]
    else:
        return
    for message in messages:
        show(message)
    sys.exit(1)
