"""docs/streams.md and docs/fields.md have all that ``--discover`` offers."""

from __future__ import annotations

import re
from typing import Final

from docs.generator.fields import METRICS, NOT_OFFERED
from docs.generator.streams import LEVELS, REPORTS
from docs.generator.tap import PROJECT, catalog

STREAMS: Final = PROJECT / "docs" / "streams.md"
FIELDS: Final = PROJECT / "docs" / "fields.md"


def listed_streams() -> list[str]:
    """The streams of the page's tables, one for each level of a breakdown."""
    found = []
    for row in re.findall(r"^\| (`.*)", STREAMS.read_text("utf-8"), re.MULTILINE):
        name, _, levels = (cell.strip() for cell in row.split("|")[:3])
        named = LEVELS if levels == "all" else re.findall(r"`(\w+)`", levels)
        found += (
            [name.strip("`").replace("{level}", level) for level in named]
            if "{level}" in name
            else [name.strip("`")]
        )
    return found


def test_the_page_of_streams_has_every_stream_once() -> None:
    assert sorted(listed_streams()) == sorted(catalog())


def test_the_page_of_fields_has_every_column() -> None:
    text = FIELDS.read_text("utf-8")
    found = {name for stream in catalog().values() for name in stream["schema"]["properties"]}
    assert [name for name in found if f"\n| `{name}` | " not in text] == []


def test_a_metric_that_is_not_offered_is_in_no_report() -> None:
    refused = {m["name"] for m in METRICS if not NOT_OFFERED.isdisjoint(m["valid"])}
    offered = {name for report in REPORTS for name in catalog()[report]["schema"]["properties"]}
    assert refused
    assert refused & offered == set()


def test_the_examples_on_the_page_select_columns_that_exist() -> None:
    chosen = re.findall(r"^ +- (\w+)\.(\w+)$", FIELDS.read_text("utf-8"), re.MULTILINE)
    assert chosen
    for stream, column in chosen:
        assert column in catalog()[stream]["schema"]["properties"]
