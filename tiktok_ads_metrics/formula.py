"""Formulas of composite metrics: ``{Clicks [TikTok]} / {Impressions [TikTok]} * 100``.

Grammar::

    sum     = product (("+" | "-") product)*
    product = factor (("*" | "/") factor)*
    factor  = NUMBER | "{" NAME "}" | "(" sum ")"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from tiktok_ads_metrics.errors import MetricsError

if TYPE_CHECKING:
    from collections.abc import Iterator

Operator: TypeAlias = Literal["+", "-", "*", "/"]


@dataclass(frozen=True)
class Number:
    """A number, as it was written."""

    text: str


@dataclass(frozen=True)
class Reference:
    """The name of another metric."""

    name: str


@dataclass(frozen=True)
class Operation:
    """Two formulas and what is done with them."""

    operator: Operator
    left: Formula
    right: Formula


Formula: TypeAlias = "Number | Reference | Operation"

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>\d+(?:\.\d+)?)|\{(?P<reference>[^{}]+)\}|(?P<sign>[-+*/()])",
    re.ASCII,
)
_MAX_DEPTH = 50


class FormulaError(MetricsError):
    """A formula that cannot be read, with the place."""


@cache
def parse(text: str) -> Formula:
    """Read a formula.

    Args:
        text: The formula.

    Returns:
        Its tree.

    Raises:
        FormulaError: If it does not follow the grammar; the message says at which character.
    """
    return _Parser(text).formula()


def references(formula: Formula) -> Iterator[str]:
    """Name the metrics that a formula refers to, from left to right."""
    if isinstance(formula, Reference):
        yield formula.name
    elif isinstance(formula, Operation):
        yield from references(formula.left)
        yield from references(formula.right)


class _Parser:
    """A recursive descent over the tokens, one token ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.token: re.Match[str] | None = None
        self.at = 0
        self._advance(0)

    def formula(self) -> Formula:
        tree = self._sum()
        if self.token:
            raise FormulaError(self._problem("an operator or the end"))
        return tree

    def _sum(self) -> Formula:
        tree = self._product()
        while operator := self._take("+", "-"):
            tree = Operation(operator, tree, self._product())
        return tree

    def _product(self) -> Formula:
        tree = self._factor()
        while operator := self._take("*", "/"):
            tree = Operation(operator, tree, self._factor())
        return tree

    def _factor(self) -> Formula:
        token = self.token
        if token and token["number"]:
            self._advance(token.end())
            return Number(token["number"])
        if token and token["reference"]:
            self._advance(token.end())
            return Reference(token["reference"].strip())
        if token and token["sign"] == "(" and self.depth < _MAX_DEPTH:
            self._advance(token.end())
            self.depth += 1
            tree = self._sum()
            self.depth -= 1
            if not (self.token and self.token["sign"] == ")"):
                raise FormulaError(self._problem('an operator or ")"'))
            self._advance(self.token.end())
            return tree
        raise FormulaError(self._problem('a number, a {reference} or "("'))

    def _take(self, *operators: Operator) -> Operator | None:
        if self.token and self.token["sign"] in operators:
            operator = cast("Operator", self.token["sign"])
            self._advance(self.token.end())
            return operator
        return None

    def _advance(self, position: int) -> None:
        token = _TOKEN.match(self.text, position)
        if token and token["space"]:
            position = token.end()
            token = _TOKEN.match(self.text, position)
        self.at, self.token = position, token
        if token is None and position < len(self.text):
            raise FormulaError(
                self._problem("a number, a {reference}, an operator or a parenthesis")
            )

    def _problem(self, expected: str) -> str:
        found = f'"{self.text[self.at]}"' if self.at < len(self.text) else "its end"
        return f"formula {self.text!r}, character {self.at + 1}: expected {expected}, found {found}"
