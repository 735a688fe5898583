"""Programs run as processes of their own, and what each of them took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAMS = Path(sys.executable).parent
PROJECT = Path(__file__).parents[1]
LAST_LINES = 20
KIBIBYTES_OF_MEGABYTE = 1_000_000 / 1024


class Usage(NamedTuple):
    """What a process took, with the children that it waited for.

    Attributes:
        seconds: Wall time.
        cpu: User and system time.
        megabytes: Peak resident memory of one process.
    """

    seconds: float
    cpu: float
    megabytes: float


class Running:
    """A process from its start on.

    Args:
        command: Program and arguments.
        env: Further environment variables.
        log: Where its log goes; the end is shown if it fails.
        options: Further options of `subprocess.Popen`.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        *,
        log: Path = Path(os.devnull),
        **options: Any,
    ) -> None:
        self._command = command
        self._log = log
        self._began = time.perf_counter()
        with log.open("wb") as file:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
                command,
                cwd=PROJECT,
                env={**environment(), **(env or {})},
                **{"stdout": file, "stderr": file, **options},
            )

    def wait(self) -> Usage:
        """Wait for the end.

        Raises:
            SystemExit: If the program failed.
        """
        _, status, used = os.wait4(self.process.pid, 0)
        seconds = time.perf_counter() - self._began
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode:
            program = " ".join(str(word) for word in self._command)
            said = self._log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
            msg = "\n".join([f"{program} ended with status {self.process.returncode}.", *said])
            raise SystemExit(msg)
        return Usage(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / KIBIBYTES_OF_MEGABYTE)


def environment() -> dict[str, str]:
    """Give the environment of a program that runs every day: its bytecode is kept."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**env, "PATH": f"{PROGRAMS}{os.pathsep}{env['PATH']}"}
