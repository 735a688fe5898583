"""Links of pages: those that leave docs/ lead to GitHub, and the index's become the menu."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sphinx.application import Sphinx

REPOSITORY: Final = "https://github.com/adsfeed/tap-tiktok-ads/blob/main/"
LINK: Final = re.compile(r"(?<=\]\()(?!https?:|#)([^)\s]+)(?=\))")
PAGE: Final = re.compile(r"\]\(([\w/-]+)\.md\)")


def leave_for_github(docname: str, link: str) -> str:
    """Return where a link of a page leads on the site."""
    target = posixpath.normpath(posixpath.join("docs", posixpath.dirname(docname), link))
    return link if target.startswith("docs/") else REPOSITORY + target


def menu(index: str) -> str:
    """Return the menu: the pages that an index links to, by its bold headings if it has any."""
    trees = []
    for section in re.split(r"^(?=\*\*)", index, flags=re.MULTILINE):
        heading = section.partition("\n")[0]
        caption = f":caption: {heading.strip('*')}\n" if heading.startswith("**") else ""
        if pages := PAGE.findall(section):
            trees.append("\n".join(["```{toctree}", f":hidden:\n{caption}", *pages, "```\n"]))
    return "\n".join(trees)


def read_source(_: Sphinx, docname: str, source: list[str]) -> None:
    """Rewrite a page's links, and add the menu to the index."""
    text = source[0]
    source[0] = LINK.sub(lambda link: leave_for_github(docname, link[0]), text)
    if docname.endswith("index"):
        source[0] += "\n" + menu(text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", read_source)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
