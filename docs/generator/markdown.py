"""Tables in Markdown, and the marked parts of a page that hold them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; characters that are markup are escaped."""
    lines = [header, ["---"] * len(header)]
    lines += [[cell.replace("|", "\\|").replace("<", "&lt;") for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def has_part(text: str, name: str) -> bool:
    """Whether a page has the marks of a generated part."""
    return f"<!-- {name} -->\n" in text and f"<!-- /{name} -->" in text


def replace_part(text: str, name: str, content: str) -> str:
    """Return the page with new content between the marks of a part."""
    marks = re.compile(
        rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL
    )
    return marks.sub(lambda found: f"{found[1]}{content.rstrip()}\n{found[2]}", text)
