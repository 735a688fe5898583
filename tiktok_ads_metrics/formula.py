"""Formulas of composite metrics: ``{Clicks [TikTok]} / {Impressions [TikTok]} * 100``.

A formula consists of numbers, references to metrics in braces, ``+ - * /`` and parentheses.
sqlglot parses it as SQL, with the references as quoted columns.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sqlglot import ParseError, exp, parse_one

from tiktok_ads_metrics.errors import MetricsError

if TYPE_CHECKING:
    from collections.abc import Iterator

_REFERENCE = re.compile(r"\{([^{}]+)\}")
_OPERAND = r"(?:\d+(?:\.\d+)?|\{[^{}]+\})"

_SHAPE = re.compile(
    rf"(?:[\s(]*{_OPERAND}[\s)]*[-+*/])*[\s(]*(?P<last>{_OPERAND}[\s)]*)?", re.ASCII
)
"""Operands with an operator between each two, as far as they go; ``last`` is there if complete.

SQL would allow more: signs, comments, functions, aliases and several statements.
"""


class FormulaError(MetricsError):
    """A formula that cannot be read, with the place."""


@cache
def parse(text: str) -> exp.Expr:
    """Read a formula.

    Args:
        text: The formula.

    Returns:
        Its tree of ``Column`` (a reference), ``Literal``, ``Paren`` and the four operations. It is
        shared: do not change it.

    Raises:
        FormulaError: If it is malformed; the message says at which character.
    """
    shape = _SHAPE.match(text)
    end = shape.end() if shape else 0
    is_complete = bool(shape and shape["last"])
    if end < len(text) or not is_complete:
        expected = "an operator or the end" if is_complete else 'a number, a {reference} or "("'
        found = f'"{text[end]}"' if end < len(text) else "its end"
        msg = f"formula {text!r}, character {end + 1}: expected {expected}, found {found}"
        raise FormulaError(msg)
    try:
        return parse_one(_REFERENCE.sub(_quote, text))
    except ParseError as error:
        msg = f"formula {text!r}: its parentheses do not match"
        raise FormulaError(msg) from error
    except RecursionError as error:
        msg = f"formula {text!r}: too many nested parentheses"
        raise FormulaError(msg) from error


def references(formula: exp.Expr) -> Iterator[str]:
    """Yield the metrics that a formula refers to, from left to right."""
    for column in formula.find_all(exp.Column, bfs=False):
        yield column.name


def _quote(reference: re.Match[str]) -> str:
    return exp.to_identifier(reference[1].strip(), quoted=True).sql()
