"""Formulas are read as people mean them, and refused with the place where they go wrong."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from tiktok_ads_metrics.formula import FormulaError, parse, references

VALUES = {"A": Fraction(3), "B % [b]": Fraction(7, 2), 'C "c" \\': Fraction(-5)}
OPERATIONS = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}

operands = st.sampled_from([f"{{{name}}}" for name in VALUES]) | st.decimals(0, 1000, places=2).map(
    str
)
formulas = st.recursive(
    operands,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=4).flatmap(
            lambda parts: st.lists(
                st.sampled_from([" + ", "-", "*", " / "]),
                min_size=len(parts) - 1,
                max_size=len(parts) - 1,
            ).map(lambda signs: "".join(map("".join, zip(parts, [*signs, ""], strict=True))))
        )
        | inner.map("( {} )".format)
    ),
    max_leaves=12,
)


def value(tree: Any) -> Fraction:
    """Compute a parsed formula."""
    if isinstance(tree, exp.Paren):
        return value(tree.this)
    if isinstance(tree, exp.Column):
        return VALUES[tree.name]
    if isinstance(tree, exp.Literal):
        return Fraction(Decimal(tree.name))
    left, right = value(tree.left), value(tree.right)
    operations = {
        exp.Add: Fraction.__add__,
        exp.Sub: Fraction.__sub__,
        exp.Mul: Fraction.__mul__,
        exp.Div: Fraction.__truediv__,
    }
    return operations[type(tree)](left, right)


@given(formulas)
def test_a_formula_means_what_it_means_in_arithmetic(formula: str) -> None:
    python = re.sub(r"\{(.+?)\}", lambda name: f"VALUES[{name[1]!r}]", formula)
    python = re.sub(r"\b\d+\.\d+\b", lambda number: f"Fraction({number[0]!r})", python)
    try:
        expected = eval(python)  # noqa: S307 - Python has the same precedence
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            value(parse(formula))
    else:
        assert value(parse(formula)) == expected


def outline(tree: Any) -> str:
    """Write a tree with parentheses around every operation."""
    if isinstance(tree, exp.Paren):
        return outline(tree.this)
    if isinstance(tree, exp.Binary):
        return f"({outline(tree.left)} {OPERATIONS[type(tree)]} {outline(tree.right)})"
    return str(tree.name)


@pytest.mark.parametrize(
    ("formula", "meaning"),
    [
        ("{A} / {B} * 100", "((A / B) * 100)"),
        ("{A} - {B} - {C}", "((A - B) - C)"),
        ("{A} + {B} * {C}", "(A + (B * C))"),
        ("({A} + {B}) * {C}", "((A + B) * C)"),
        ("\t( ({A})/2.50 )\n", "(A / 2.50)"),
        ("{Video Views - 100% [TikTok]}", "Video Views - 100% [TikTok]"),
        ("{ A } * 007", "(A * 007)"),
        ("{\"} + {--} + {/* x */} + {'} + {;}", "((((\" + --) + /* x */) + ') + ;)"),
    ],
)
def test_operators_are_taken_by_rank_and_then_from_left_to_right(
    formula: str, meaning: str
) -> None:
    assert outline(parse(formula)) == meaning


def test_references_are_named_from_left_to_right() -> None:
    assert list(references(parse("({B} + {A}) / {B} * 2"))) == ["B", "A", "B"]


OPERAND = 'expected a number, a {reference} or "("'
OPERATOR = "expected an operator or the end"


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("", f"character 1: {OPERAND}, found its end"),
        ("{A} +", f"character 6: {OPERAND}, found its end"),
        ("{A} {B}", f'character 5: {OPERATOR}, found "{{"'),
        ("{A} ({B})", f'character 5: {OPERATOR}, found "("'),
        ("({A}", "its parentheses do not match"),
        ("{A})", "its parentheses do not match"),
        ("({A})) + (({B})", "its parentheses do not match"),
        ("()", f'character 2: {OPERAND}, found ")"'),
        ("-{A}", f'character 1: {OPERAND}, found "-"'),
        ("+{A}", f'character 1: {OPERAND}, found "+"'),
        ("{A} - -{B}", f'character 7: {OPERAND}, found "-"'),
        ("{A} -- {B}", f'character 6: {OPERAND}, found "-"'),
        ("{A} /* {B} */", f'character 6: {OPERAND}, found "*"'),
        ("{A} // {B}", f'character 6: {OPERAND}, found "/"'),
        ("{A} ** 2", f'character 6: {OPERAND}, found "*"'),
        ("{A} % 2", f'character 5: {OPERATOR}, found "%"'),
        ("{A} as b", f'character 5: {OPERATOR}, found "a"'),
        ("{A}::int", f'character 4: {OPERATOR}, found ":"'),
        ("{A}.{B}", f'character 4: {OPERATOR}, found "."'),
        ('"A"', f'character 1: {OPERAND}, found """'),
        ("sum(x)", f'character 1: {OPERAND}, found "s"'),
        ("1; drop table x", f'character 2: {OPERATOR}, found ";"'),
        ("{A};", f'character 4: {OPERATOR}, found ";"'),
        ("1.", f'character 2: {OPERATOR}, found "."'),
        (".5", f'character 1: {OPERAND}, found "."'),
        ("1.2.3", f'character 4: {OPERATOR}, found "."'),
        ("1e5", f'character 2: {OPERATOR}, found "e"'),
        ("1_000", f'character 2: {OPERATOR}, found "_"'),
        ("\u0661", f'character 1: {OPERAND}, found "\u0661"'),
        ("{}", f'character 1: {OPERAND}, found "{{"'),
        ("{A", f'character 1: {OPERAND}, found "{{"'),
        ("{A{B}}", f'character 1: {OPERAND}, found "{{"'),
        ("{A}}", f'character 4: {OPERATOR}, found "}}"'),
        ("(" * 99, f"character 100: {OPERAND}, found its end"),
        ("(" * 999 + "1" + ")" * 999, "too many nested parentheses"),
    ],
)
def test_anything_else_is_an_error_with_its_place(formula: str, place: str) -> None:
    with pytest.raises(FormulaError) as error:
        parse(formula)
    assert str(error.value).startswith(f"formula {formula!r}")
    assert str(error.value).endswith(place)
