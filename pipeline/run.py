"""Read a real account into the database: ``python -m pipeline.run``, settings from ``.env``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dotenv import load_dotenv

from pipeline.postgres import database, for_sqlalchemy

PROJECT = Path(__file__).parents[1]
STEPS = ("tap-tiktok-ads", "target-postgres", "tiktok-ads-metrics:apply")


def call(program: str, *arguments: str, url: str, **settings: str) -> int:
    """Call an installed program with a database; give its exit status.

    Args:
        program: Its name.
        arguments: Its arguments.
        url: The database.
        settings: Further environment variables.
    """
    here = Path(sys.executable).parent
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "TARGET_POSTGRES_SQLALCHEMY_URL": for_sqlalchemy(url),
        "PATH": f"{here}{os.pathsep}{os.environ['PATH']}",
        **settings,
    }
    command = [str(here / program), *arguments]
    return subprocess.run(command, cwd=PROJECT, env=env, check=False).returncode  # noqa: S603


def run(environment: str, url: str, **settings: str) -> int:
    """Run the pipeline with Meltano and show the metrics.

    Args:
        environment: Meltano's environment; each has its own state.
        url: The database.
        settings: Further environment variables.

    Returns:
        The exit status.
    """
    return call(
        "meltano", f"--environment={environment}", "run", *STEPS, url=url, **settings
    ) or call("tiktok-ads-metrics", "show", "--by", "campaign", url=url)


if __name__ == "__main__":
    load_dotenv(PROJECT / ".env")
    with database(PROJECT / ".meltano" / "postgres") as address:
        sys.exit(run("prod", address))
