"""meltano.yml says what the tap says, and no file names what does not belong to the project."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from docs.generator.tap import PROJECT, extractor, meltano, selected_by_default
from tap_tiktok_ads.reports.report import Report
from tap_tiktok_ads.reports.standard import metric_columns

TAP = extractor()


def test_the_pipeline_reads_the_streams_that_are_selected_by_default() -> None:
    assert {pattern.split(".")[0] for pattern in TAP["select"]} == selected_by_default()


@pytest.mark.parametrize(
    ("level", "ids"), [("ad", {"campaign_id", "adgroup_id"}), ("campaign", set())]
)
def test_meltano_selects_what_is_selected_by_default(level: str, ids: set[str]) -> None:
    stream = f"{level}_report_daily."
    selected = {each.removeprefix(stream) for each in TAP["select"] if each.startswith(stream)}
    metrics = metric_columns(Report(stream, level))
    assert selected == {column.name for column in metrics if column.default} | ids


def test_the_jobs_are_scheduled_at_five_and_at_seven() -> None:
    schedules = {each["job"]: each["interval"] for each in meltano()["schedules"]}
    assert schedules == {
        "tiktok-ads-delivery-import": "0 5 * * *",
        "tiktok-ads-meta-refresh": "0 7 * * *",
    }
    assert {job["name"] for job in meltano()["jobs"]} == set(schedules)


def test_no_file_names_a_package_registry_or_a_machines_path() -> None:
    listed = subprocess.run(
        [
            "git",
            "ls-files",
            "-z",
            "*.py",
            "*.md",
            "*.toml",
            "*.yml",
            "*.yaml",
            "*.json",
            "Makefile",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    forbidden = re.compile(r"pypi\.org|pythonhosted|/work/|/root/|/home/\w+/")
    for name in filter(None, listed.split("\0")):
        path = PROJECT / name
        if path != Path(__file__) and path.exists():
            assert not forbidden.search(path.read_text("utf-8")), name
