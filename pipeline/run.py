"""Load real accounts into the database: ``python -m pipeline.run``, with settings from ``.env``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from dotenv import load_dotenv

from pipeline.postgres import database, for_sqlalchemy

PROJECT: Final = Path(__file__).parents[1]
STEPS: Final = ("tap-tiktok-ads", "target-postgres", "tiktok-ads-metrics:apply")


def run_program(program: str, *arguments: str, url: str, **env: str) -> int:
    """Run an installed program and return its exit status.

    Args:
        program: Its name.
        arguments: Its arguments.
        url: URL of the database.
        env: Further environment variables.
    """
    bin_directory = Path(sys.executable).parent
    whole_env = {
        **os.environ,
        "DATABASE_URL": url,
        "TARGET_POSTGRES_SQLALCHEMY_URL": for_sqlalchemy(url),
        "PATH": f"{bin_directory}{os.pathsep}{os.environ['PATH']}",
        **env,
    }
    command = [str(bin_directory / program), *arguments]
    return subprocess.run(command, cwd=PROJECT, env=whole_env, check=False).returncode  # noqa: S603


def run_pipeline(environment: str, url: str, **env: str) -> int:
    """Run the pipeline with Meltano, print the metrics and return the exit status.

    Args:
        environment: Meltano environment; each keeps its own state.
        url: URL of the database.
        env: Further environment variables.
    """
    return run_program(
        "meltano", f"--environment={environment}", "run", *STEPS, url=url, **env
    ) or run_program("tiktok-ads-metrics", "show", "--by", "campaign", url=url)


if __name__ == "__main__":
    load_dotenv(PROJECT / ".env")
    with database(PROJECT / ".meltano" / "postgres") as database_url:
        sys.exit(run_pipeline("prod", database_url))
