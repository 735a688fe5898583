"""Run a program as a process and measure what it used."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BIN = Path(sys.executable).parent
PROJECT = Path(__file__).parents[1]
MAX_LOG_LINES = 20
KIBIBYTES_PER_MEGABYTE = 1_000_000 / 1024


class Usage(NamedTuple):
    """What a process used, including the children that it waited for.

    Attributes:
        seconds: Wall time.
        cpu: User and system time.
        megabytes: Peak resident memory of the largest process.
    """

    seconds: float
    cpu: float
    megabytes: float


class MeasuredProcess:
    """A process, measured from its start.

    Args:
        command: Program and arguments.
        env: Further environment variables.
        log: File for its output; the last lines are shown if it fails.
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
        self._started = time.perf_counter()
        with log.open("wb") as file:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
                command,
                cwd=PROJECT,
                env={**environment(), **(env or {})},
                **{"stdout": file, "stderr": file, **options},
            )

    def wait(self) -> Usage:
        """Wait for the end and return what was used.

        Raises:
            SystemExit: If the program failed.
        """
        # Popen.wait() discards the usage of this one process.
        _, status, usage = os.wait4(self.process.pid, 0)
        seconds = time.perf_counter() - self._started
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode:
            program = " ".join(map(str, self._command))
            log = self._log.read_text("utf-8", "replace").splitlines()[-MAX_LOG_LINES:]
            msg = "\n".join([f"{program} failed with status {self.process.returncode}.", *log])
            raise SystemExit(msg)
        cpu = usage.ru_utime + usage.ru_stime
        return Usage(seconds, cpu, usage.ru_maxrss / KIBIBYTES_PER_MEGABYTE)


def environment() -> dict[str, str]:
    """Return an environment in which bytecode is kept, as for a program that runs every day."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**env, "PATH": f"{BIN}{os.pathsep}{env['PATH']}"}
