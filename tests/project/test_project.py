"""README and meltano.yml say what the tap says.

``python -m tests.project.test_project`` writes the README's generated parts anew.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from tap_tiktok_ads.reports.report import LEVELS, Report
from tap_tiktok_ads.reports.request import ENDPOINT
from tap_tiktok_ads.reports.standard import metric_columns
from tap_tiktok_ads.settings import JSON_SCHEMA
from tap_tiktok_ads.streams import STREAMS
from tests.conftest import PROGRAMS, discovered

PROJECT = Path(__file__).parents[2]
README = PROJECT / "README.md"
LEVEL = re.compile(r"^(advertiser|campaign|adgroup|ad)_report_")
#: Where streams come from that are not reports of the matrix, in the order of their declaration.
ENDPOINTS = {vars(stream)["name"]: f"`{getattr(stream, 'endpoint', '')}`" for stream in STREAMS} | {
    "sync_windows": "written with the reports"
}
MELTANO = yaml.safe_load((PROJECT / "meltano.yml").read_text("utf-8"))
TAP = MELTANO["plugins"]["extractors"][0]
#: What the SDK adds to every tap.
BUILT_IN = {
    "faker_config",
    "flattening_enabled",
    "flattening_max_depth",
    "flattening_max_key_length",
    "flattening_separator",
    "stream_map_config",
    "stream_maps",
}
# The SDK adds its own to the same dictionary as soon as a tap is made.
OWN = {name: each for name, each in JSON_SCHEMA["properties"].items() if name not in BUILT_IN}


def about() -> dict[str, Any]:
    """What ``--about`` says."""
    program = [str(PROGRAMS / "tap-tiktok-ads"), "--about", "--format", "json"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def settings_table() -> str:
    """The README's table of settings."""
    lines = ["| Setting | Default | Meaning |", "|---|---|---|"]
    for name, setting in OWN.items():
        default = f"`{json.dumps(setting['default'])}`" if "default" in setting else ""
        secret = " Secret." if setting.get("secret") else ""
        lines.append(f"| `{name}` | {default} | {setting['description']}{secret} |")
    return "\n".join(lines)


def streams_table() -> str:
    """The README's table of streams; reports that differ in their level alone are one line."""
    chosen = selected_by_default()
    lines = [
        "| Stream | Endpoint | Key | Read | Selected by default |",
        "|---|---|---|---|---|",
    ]
    for family, streams in sorted(families().items(), key=lambda each: "_report_" in each[0]):
        levels = [stream["tap_stream_id"].partition("_report_")[0] for stream in streams]
        some = "level" if len(levels) == len(LEVELS) else ",".join(levels)
        name = family.replace("*", f"{{{some}}}" if levels[1:] else levels[0])
        key = ", ".join(streams[0]["key_properties"])
        if levels[1:]:
            key = key.replace(f" {levels[0]}_id", " {level}_id")
        how = "whole" if streams[0]["replication_method"] == "FULL_TABLE" else "by day"
        endpoint = ENDPOINTS.get(streams[0]["tap_stream_id"], f"`{ENDPOINT}`")
        default = ", ".join(f"`{name}`" for name in sorted(family_names(streams) & chosen))
        default = "yes" if default and not levels[1:] else default or "no"
        lines.append(f"| `{name}` | {endpoint} | {key} | {how} | {default} |")
    return "\n".join(lines)


def families() -> dict[str, list[dict[str, Any]]]:
    """Streams by name, a report's level replaced by a star."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    order = {name: number for number, name in enumerate(ENDPOINTS)}
    streams = json.loads(discovered())["streams"]
    for stream in sorted(streams, key=lambda each: order.get(each["tap_stream_id"], len(order))):
        found[LEVEL.sub("*_report_", stream["tap_stream_id"])].append(stream)
    return found


def family_names(streams: list[dict[str, Any]]) -> set[str]:
    """Names of streams."""
    return {stream["tap_stream_id"] for stream in streams}


def selected_by_default() -> set[str]:
    """Streams that are read when nobody chose."""
    return {
        stream["tap_stream_id"]
        for stream in json.loads(discovered())["streams"]
        for entry in stream["metadata"]
        if not entry["breadcrumb"] and entry["metadata"].get("selected-by-default")
    }


GENERATED = {"settings": settings_table, "streams": streams_table}


def with_part(text: str, name: str, part: str) -> str:
    """Put a part between its marks."""
    mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return mark.sub(lambda found: f"{found[1]}{part}\n{found[2]}", text)


@pytest.mark.parametrize("name", GENERATED)
def test_the_readmes_generated_parts_are_up_to_date(name: str) -> None:
    text = README.read_text("utf-8")
    assert f"<!-- {name} -->" in text
    assert with_part(text, name, GENERATED[name]()) == text


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
    schedules = {each["job"]: each["interval"] for each in MELTANO["schedules"]}
    assert schedules == {
        "tiktok-ads-delivery-import": "0 5 * * *",
        "tiktok-ads-meta-refresh": "0 7 * * *",
    }
    assert {job["name"] for job in MELTANO["jobs"]} == set(schedules)


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


if __name__ == "__main__":
    content = README.read_text("utf-8")
    for part, make in GENERATED.items():
        content = with_part(content, part, make())
    README.write_text(content, "utf-8")
