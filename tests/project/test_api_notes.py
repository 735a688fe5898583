"""Every note on the API that the code cites, such as ``reporting.md 3``, exists in docs/api."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from docs.generator.tap import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTES: Final = {page.name: page for page in PROJECT.glob("docs/api/*.md")}
#: One note, or several sections of it: ``reporting.md 2 and 7``.
CITATION: Final = re.compile(r"\b([a-z0-9-]+\.md) (\d+(?:(?:, | and )\d+)*)\b")
SECTION: Final = re.compile(r"^(?:#+ )?(\d+)\. ", re.MULTILINE)
MARK: Final = re.compile(r"\[[OSLU](?:/[OSLU])*\]")


class Citation(NamedTuple):
    """A place in the code that cites a section of a note."""

    file: str
    note: str
    section: str


def citations() -> Iterator[Citation]:
    files = ("*.py", "*.json", "*.toml", "*.sql")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *files]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = PROJECT / name
        if path.is_file() and name != "tests/project/test_api_notes.py":
            for note, sections in CITATION.findall(path.read_text("utf-8")):
                for section in re.findall(r"\d+", sections):
                    yield Citation(name, note, section)


def test_the_code_cites_each_of_the_notes_that_explain_it() -> None:
    cited = {citation.note for citation in citations()}
    assert cited >= {"endpoints.md", "errors-and-limits.md", "reporting.md", "surprises.md"}


@pytest.mark.parametrize("cited", sorted(set(citations())), ids=" ".join)
def test_a_citation_leads_to_a_section(cited: Citation) -> None:
    assert cited.note in NOTES
    assert cited.section in SECTION.findall(NOTES[cited.note].read_text("utf-8"))


@pytest.mark.parametrize("note", sorted(NOTES.keys() - {"index.md"}))
def test_the_sections_of_a_note_are_numbered_in_order(note: str) -> None:
    numbers = [int(each) for each in SECTION.findall(NOTES[note].read_text("utf-8"))]
    assert numbers
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("note", sorted(NOTES.keys() - {"index.md"}))
def test_a_note_says_how_sure_its_facts_are(note: str) -> None:
    assert MARK.search(NOTES[note].read_text("utf-8"))
