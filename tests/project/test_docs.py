"""The pages: their links lead somewhere, and their commands and names are those of the project."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import pytest

from docs.generator.errors import ERRORS, HEADINGS
from docs.generator.tap import PROJECT, catalog, own_settings
from tap_tiktok_ads.facts import facts
from tests.conftest import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES: Final = [
    *PROJECT.glob("*.md"),
    *PROJECT.glob("docs/**/*.md"),
    PROJECT / ".github" / "pull_request_template.md",
]


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


each_page = pytest.mark.parametrize("page", PAGES, ids=name_of)

# Links

FENCE: Final = re.compile(r"^([ ]*)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
HEADING: Final = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> Iterator[str]:
    """Where a page's links and pictures lead."""
    yield from LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    shown = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", each) for each in HEADING.findall(prose(page)))
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in shown}


@each_page
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    for link in links(page):
        if urlsplit(link).scheme:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.is_file(), link
        if anchor:
            assert anchor in anchors(target), link


@each_page
def test_links_to_the_outside_are_whole_and_encrypted(page: Path) -> None:
    for address in map(urlsplit, links(page)):
        if address.scheme:
            assert address.scheme == "https", address.geturl()
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", address.netloc), address.geturl()


PATH: Final = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")


def test_contributing_names_paths_that_exist() -> None:
    paths = PATH.findall((PROJECT / "CONTRIBUTING.md").read_text("utf-8"))
    assert paths
    assert [path for path in paths if not (PROJECT / path).exists()] == []


# Commands

#: Stands right before a block of commands that no test can run, and says so to readers, too.
ACCOUNT: Final = re.compile(r"<!-- needs a real account --><em>Needs .+</em>")
SHELL: Final = {"", "bash", "console", "sh", "shell"}
ASSIGNMENT: Final = re.compile(r"(export )?(\w+=\S* ?)+")
#: Commands that this file runs as they stand.
RUN_HERE: Final = {
    "python -m benchmarks.backfill": "| Report of ads |",
    "tap-tiktok-ads --discover > catalog.json": '"ad_report_daily"',
    "tiktok-ads-metrics list": "Clicks [TikTok]",
}
#: What else the pages name, and what runs it: a script that has this line, or a test.
RUN_ELSEWHERE: Final = {
    ".venv/bin/python -m pytest tests/tap/test_windows.py": ".ci/run::make test",
    "docker build --tag tap-tiktok-ads .": (
        ".github/workflows/tests.yml::docker build --tag tap-tiktok-ads ."
    ),
    "make demo": "tests/project/test_docs.py::test_make_demo_prints_metrics",
    "make docs-site": ".github/workflows/docs.yml::make docs-site",
    "make lint": ".ci/run::make lint",
    "make test": ".ci/run::make test",
    "python -m simulator --port 8000 --scenario demo": (
        "tests/project/test_docs.py::test_make_demo_prints_metrics"
    ),
    "tap-tiktok-ads --config config.json --catalog catalog.json | target-jsonl": (
        "tests/project/test_loaders.py::test_target_jsonl_writes_what_was_read"
    ),
    "tiktok-ads-metrics apply": "tests/metrics/test_apply.py::test_all_views_are_made",
    "tiktok-ads-metrics check": "tests/metrics/test_check.py::test_nothing_wrong",
    "tiktok-ads-metrics show --by campaign,week --metrics spend,ctr,cpc --from 2026-11-01": (
        "tests/metrics/test_show.py::test_only_some_days_and_accounts"
    ),
}
#: Targets of make that are too slow, or change the project: their recipe is looked up.
DRY: Final = {"make bench", "make docs", "make format", "make install"}


class Block(NamedTuple):
    """Commands of a page.

    Attributes:
        before: The line right before.
        commands: Its lines, without comments.
    """

    before: str
    commands: list[str]


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        if found[2] in SHELL:
            lines = found[3].replace("\\\n", " ").splitlines()
            commands = (" ".join(shlex.split(line, comments=True)) for line in lines)
            before = text[: found.start()].rstrip("\n").rpartition("\n")[2].strip()
            yield Block(
                before, [each for each in commands if each and not ASSIGNMENT.fullmatch(each)]
            )


@each_page
def test_every_command_is_run_by_a_test_or_marked_as_needing_an_account(page: Path) -> None:
    known = {*RUN_HERE, *RUN_ELSEWHERE, *DRY}
    for block in blocks(page):
        if not ACCOUNT.fullmatch(block.before):
            assert set(block.commands) <= known


@pytest.mark.parametrize("command", RUN_HERE)
def test_a_command_of_the_pages_works(command: str) -> None:
    program, *arguments = shlex.split(command.partition(" > ")[0])
    done = subprocess.run(
        [PROGRAMS / program, *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert RUN_HERE[command] in done.stdout


@pytest.mark.parametrize("command", RUN_ELSEWHERE)
def test_what_runs_a_command_exists(command: str) -> None:
    file, _, place = RUN_ELSEWHERE[command].partition("::")
    text = (PROJECT / file).read_text("utf-8")
    if file.endswith(".py"):
        tests = {each.name for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)}
        assert place in tests
    else:
        assert place in [line.strip().removeprefix("- run: ") for line in text.splitlines()]


@pytest.mark.parametrize("command", sorted(DRY))
def test_make_knows_what_the_pages_have_it_make(command: str) -> None:
    subprocess.run([*command.split(), "--dry-run"], cwd=PROJECT, capture_output=True, check=True)


def test_make_demo_prints_metrics(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("MELTANO_DATABASE_URI", f"sqlite:///{tmp_path}/meltano.db")
    done = subprocess.run(
        ["make", "demo"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Impressions" in done.stdout
    assert "£" in done.stdout


# Names and advice

TROUBLESHOOTING: Final = PROJECT / "docs" / "troubleshooting.md"
MIGRATING: Final = PROJECT / "docs" / "migrating.md"


@pytest.mark.parametrize("action", HEADINGS)
def test_each_kind_of_error_is_explained_with_the_taps_own_advice(action: str) -> None:
    sections = re.split(r"^### ", TROUBLESHOOTING.read_text("utf-8"), flags=re.MULTILINE)
    (section,) = (each for each in sections if each.startswith(f"{HEADINGS[action]}\n"))
    assert ERRORS["advice"][action].replace("{module}", "…") in section


def names_for(column: str) -> set[str]:
    """What docs/migrating.md names in the second column of tables with a certain first one."""
    tables = re.findall(r"(?:^\|.*\n)+", MIGRATING.read_text("utf-8"), re.MULTILINE)
    rows = [row for table in tables if table.startswith(column) for row in table.splitlines()[2:]]
    return {name for row in rows for name in re.findall("`([^`]+)`", row.split(" | ")[1])}


def test_who_moves_here_is_sent_to_streams_that_exist() -> None:
    assert names_for("| There | Here |") - {"reports"} <= set(catalog())


def test_who_moves_here_is_sent_to_settings_that_exist() -> None:
    assert names_for("| Setting there | Setting here |") <= set(own_settings())


def test_who_moves_here_is_sent_to_columns_that_exist() -> None:
    metrics = {metric["name"] for metric in facts("metrics")}
    assert names_for("| Column there | Column here |") - {"synced_at"} <= metrics
