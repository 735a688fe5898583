"""What a built site would load from other servers: there must be nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Attributes whose address the browser loads; links (`a`) are only followed.
LOADED: Final = ("src", "srcset", "data", "poster", "href")
OUTSIDE: Final = re.compile(r"^\s*(?:[a-z]+:)?//", re.IGNORECASE)
IN_STYLES: Final = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.found += [
                value or ""
                for name, value in attrs
                if name in LOADED and OUTSIDE.match(value or "")
            ]


def outside_resources(site: Path) -> Iterator[str]:
    """Yield each address that a page or a style sheet would load from elsewhere."""
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        parser = _Page()
        parser.feed(text)
        yield from (f"{page.name}: {each}" for each in [*parser.found, *IN_STYLES.findall(text)])
    for sheet in site.rglob("*.css"):
        yield from (f"{sheet.name}: {each}" for each in IN_STYLES.findall(sheet.read_text("utf-8")))
