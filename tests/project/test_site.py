"""The documentation site builds without a warning, loads nothing, and finds every name."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from docs.generator.tap import PROJECT, catalog, own_settings
from docs.site.links import REPOSITORY, leave_for_github, menu
from docs.site.resources import outside_resources
from tap_tiktok_ads.facts import facts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with warnings as errors."""
    pytest.importorskip("sphinx", reason="Sphinx no longer supports this Python")
    site = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "docs.site", str(site)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return site


@pytest.fixture(scope="module")
def results(site: Path) -> dict[str, tuple[str, str]]:
    """The names that the site's search finds, each with its page and anchor."""
    text = (site / "searchindex.js").read_text("utf-8")
    index: dict[str, Any] = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    return {
        f"{prefix}.{name}".lstrip("."): (index["docnames"][page], anchor)
        for prefix, objects in index["objects"].items()
        for page, _, _, anchor, name in objects
    }


def test_the_search_finds_every_stream(results: dict[str, tuple[str, str]]) -> None:
    assert set(catalog()) <= set(results)


def test_the_search_finds_every_metric_and_column(results: dict[str, tuple[str, str]]) -> None:
    assert {metric["name"] for metric in facts("metrics")} <= set(results)
    columns = catalog()["campaigns"]["schema"]["properties"]
    assert {f"campaigns.{column}" for column in columns} <= set(results)


def test_the_search_finds_every_setting(results: dict[str, tuple[str, str]]) -> None:
    assert set(own_settings()) <= set(results)


def test_a_search_result_leads_to_a_row(site: Path, results: dict[str, tuple[str, str]]) -> None:
    for name in ("campaigns.budget", "spend", "lookback_days", "ad_report_daily_by_age"):
        page, anchor = results[name]
        html = (site / f"{page}.html").read_text("utf-8")
        assert re.search(rf'<tr [^>]*id="{anchor}"', html)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("page.html", '<script src="https://example.org/x.js"></script>'),
        ("page.html", '<link rel="stylesheet" href="//example.org/x.css">'),
        ("page.html", '<img src="http://example.org/x.png">'),
        ("page.html", "<style>@import 'https://example.org/x.css'</style>"),
        ("style.css", "@font-face { src: url(https://example.org/font.woff2) }"),
    ],
)
def test_what_a_site_would_load_from_elsewhere_is_found(
    tmp_path: Path, file: str, content: str
) -> None:
    (tmp_path / file).write_text(content)
    (found,) = outside_resources(tmp_path)
    assert found.startswith(f"{file}: ")


def test_links_and_resources_of_the_site_itself_are_allowed(tmp_path: Path) -> None:
    page = '<a href="https://example.org">there</a><script src="_static/x.js"></script>'
    (tmp_path / "page.html").write_text(page)
    assert list(outside_resources(tmp_path)) == []


@pytest.mark.parametrize(
    ("page", "link", "target"),
    [
        ("index", "streams.md", "streams.md"),
        ("index", "../README.md#settings", f"{REPOSITORY}README.md#settings"),
        ("api/index", "../troubleshooting.md", "../troubleshooting.md"),
        ("api/index", "../../CONTRIBUTING.md", f"{REPOSITORY}CONTRIBUTING.md"),
    ],
)
def test_only_links_that_leave_the_pages_lead_to_github(page: str, link: str, target: str) -> None:
    assert leave_for_github(page, link) == target


def test_the_menu_has_the_pages_of_the_index_under_its_headings() -> None:
    text = menu("See [it](../README.md).\n\n**First**\n\n[A](a.md) and [B](api/b.md)\n")
    assert ":caption: First\n\na\napi/b\n" in text
    assert text.count("toctree") == 1
