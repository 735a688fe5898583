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


def run(environment: str, url: str, **settings: str) -> int:
    """Run the pipeline with Meltano and show the metrics.

    Args:
        environment: Meltano's environment; each has its own state.
        url: The database.
        settings: Further environment variables.

    Returns:
        The exit status.
    """
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "TARGET_POSTGRES_SQLALCHEMY_URL": for_sqlalchemy(url),
        **settings,
    }
    here = Path(sys.executable).parent
    env["PATH"] = f"{here}{os.pathsep}{env['PATH']}"
    commands: tuple[list[str | Path], ...] = (
        [here / "meltano", f"--environment={environment}", "run", *STEPS],
        [here / "tiktok-ads-metrics", "show", "--by", "campaign,week"],
    )
    for command in commands:
        status = subprocess.run(command, cwd=PROJECT, env=env, check=False).returncode  # noqa: S603
        if status:
            return status
    return 0


if __name__ == "__main__":
    load_dotenv(PROJECT / ".env")
    with database(PROJECT / ".meltano" / "postgres") as address:
        sys.exit(run("prod", address))
