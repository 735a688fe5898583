"""README and meltano.yml say what the tap says.

``python -m tests.test_project`` writes the README's generated parts anew.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tap_tiktok_ads.ask import Report
from tap_tiktok_ads.matrix import metric_columns
from tap_tiktok_ads.settings import JSON_SCHEMA
from tests.conftest import PROGRAMS, discovered

PROJECT = Path(__file__).parents[1]
README = PROJECT / "README.md"
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
    """The README's table of streams."""
    selected = {pattern.split(".")[0] for pattern in TAP["select"]}
    lines = ["| Stream | Key | Read | In the default pipeline |", "|---|---|---|---|"]
    for stream in json.loads(discovered())["streams"]:
        how = "whole" if stream["replication_method"] == "FULL_TABLE" else "by day, with look-back"
        name = stream["tap_stream_id"]
        if name == "sync_windows":
            how = "written with the reports"
        keys = ", ".join(stream["key_properties"])
        lines.append(f"| `{name}` | {keys} | {how} | {'yes' if name in selected else 'no'} |")
    return "\n".join(lines)


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


@pytest.mark.parametrize("level", ["ad", "campaign"])
def test_meltano_selects_the_default_metrics_and_the_names(level: str) -> None:
    stream = f"{level}_report_daily."
    selected = {each.removeprefix(stream) for each in TAP["select"] if each.startswith(stream)}
    metrics = metric_columns(Report(stream, level))
    default = {column.name for column in metrics if column.default}
    assert selected - default == {
        column.name for column in metrics if column.name in IDS_AND_NAMES[level]
    }
    assert default <= selected


IDS_AND_NAMES = {
    "ad": {"campaign_id", "campaign_name", "adgroup_id", "adgroup_name", "ad_name"},
    "campaign": {"campaign_name"},
}


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
