"""Generated files are up to date, and ``make docs-check`` names those that are not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from docs.generator.files import GENERATED, PARTS, stale_files
from docs.generator.markdown import has_part, replace_part, table
from docs.generator.tap import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the generated files."""
    for name in GENERATED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def test_no_generated_file_is_stale() -> None:
    assert list(stale_files()) == []


def test_the_check_of_generated_files_passes_without_a_word() -> None:
    command = [sys.executable, "-m", "docs.generator", "--check"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("page", "part"), [(page, part) for page in PARTS for part in PARTS[page]])
def test_a_page_has_the_marks_of_its_generated_parts(page: str, part: str) -> None:
    assert has_part((PROJECT / "docs" / page).read_text("utf-8"), part)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("docs/streams.md", "| `campaigns` |", "| `campaign` |"),
        ("docs/fields.md", "| `spend` |", "| `cost` |"),
        ("docs/settings.md", "`lookback_days` | `5`", "`lookback_days` | `7`"),
        ("docs/metrics.md", "sum of `spend`", "sum of `cost`"),
        ("docs/troubleshooting.md", "| 40001 |", "| 40003 |"),
        ("plugin.yaml", "variant: adsfeed", "variant: other"),
        ("meltano.yml", "value: 5", "value: 7"),
        (".env.example", "LOOKBACK_DAYS=5", "LOOKBACK_DAYS=7"),
    ],
)
def test_a_changed_file_is_stale_and_is_restored(copy: Path, name: str, old: str, new: str) -> None:
    path = copy / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert stale_files(copy) == {name: text}


def test_prose_around_a_generated_part_is_kept() -> None:
    page = "Before\n<!-- part -->\nold\n<!-- /part -->\nAfter\n"
    assert replace_part(page, "part", "new\n") == page.replace("old", "new")


def test_a_page_without_its_marks_is_an_error(copy: Path) -> None:
    page = copy / "docs" / "settings.md"
    page.write_text("# Settings\n", "utf-8")
    with pytest.raises(ValueError, match="the marks of the generated part 'settings' are missing"):
        stale_files(copy)


def test_a_table_escapes_markup() -> None:
    assert table(["A"], [["x | <y>"]]) == "| A |\n| --- |\n| x \\| &lt;y> |\n"
