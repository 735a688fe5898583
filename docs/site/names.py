"""Names in tables, such as columns and settings, become search results that lead to their row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

#: Pages with tables of names, and what the names are.
KINDS: Final = {
    "custom-reports": "dimension",
    "fields": "column or metric",
    "metrics": "SQL metric or view",
    "settings": "setting",
    "streams": "stream",
}
#: What a name looks like; ``{level}`` and ``{day,week}`` stand for several.
NAME: Final = re.compile(r"[a-z{][a-z0-9_{,}]+")
LEVELS: Final = ("advertiser", "campaign", "adgroup", "ad")


def name_of(row: nodes.row) -> str:
    """Return the name that a row explains: code that fills its first or second cell."""
    for entry in list(row.findall(nodes.entry))[:2]:
        for literal in entry.findall(nodes.literal):
            text = str(literal.astext())
            if text == entry.astext() and NAME.fullmatch(text):
                return text
    return ""


def owner_of(row: nodes.row) -> str:
    """Return the stream whose columns a table lists; it is the section's title."""
    section = row.parent
    while not isinstance(section, nodes.section):
        section = section.parent
    title = section[0].astext()
    return f"{title}." if title.islower() and " " not in title else ""


def expanded(name: str, row: nodes.row) -> Iterator[str]:
    """Yield a name, or for a breakdown the name of each level's stream."""
    if "{level}" in name:
        levels = row[2].astext()
        for level in LEVELS if levels == "all" else levels.split(", "):
            yield name.replace("{level}", level)
    else:
        yield name


def note_names(app: Sphinx, document: nodes.document) -> None:
    """Note the names in the tables of a page."""
    docname = app.env.current_document.docname
    standard = app.env.domains.standard_domain
    for row in document.findall(nodes.row) if docname in KINDS else ():
        if not (name := name_of(row)):
            continue
        full = owner_of(row) + name
        anchor = f"name-{nodes.make_id(full)}"
        for each in expanded(full, row):
            if (docname, each) not in standard.objects:
                standard.note_object(docname, each, anchor, location=row)
        if anchor not in row["ids"]:
            row["ids"].append(anchor)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for page, kind in KINDS.items():
        app.add_object_type(page, page, objname=kind)
    app.connect("doctree-read", note_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
