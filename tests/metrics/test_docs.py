"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.metrics.conftest import Raw, Result

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")


def block(language: str, begin: str = "") -> str:
    """The page's only block of code in a language, or the one that begins so."""
    (found,) = re.findall(f"```{language}\n({begin}.+?)```", PAGE, re.DOTALL)
    return str(found)


def test_the_pages_own_metrics_work(
    applied: Raw, metrics: Callable[..., Result], tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(block("toml"))
    assert metrics("apply", "--metrics-file", str(own)).status == 0
    assert (
        applied.read("select app_installs, cost_per_install from tiktok_ads.metrics_ad_day") == []
    )


def test_the_pages_reader_sees_views_and_no_raw_tables(applied: Raw, database_url: str) -> None:
    role = f"dashboard_{applied.connection.info.backend_pid}"
    applied.report(spend=1)
    try:
        applied.execute(block("sql", "create role").replace("dashboard", role))
        applied.execute("create view tiktok_ads.made_later as select 1")
        reader = psycopg.conninfo.make_conninfo(database_url, user=role, password="...")
        with psycopg.connect(reader, autocommit=True) as connection:
            query = "select spend from tiktok_ads.metrics_ad_day"
            assert connection.execute(query).fetchall() == [(1,)]
            connection.execute("select * from tiktok_ads.made_later")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("select * from tap_tiktok_ads.ad_report_daily")
    finally:
        applied.execute(f"drop owned by {role}")
        applied.execute(f"drop role {role}")
