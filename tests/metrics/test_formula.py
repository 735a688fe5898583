"""Formulas are read as people mean them, and refused with the place where they go wrong."""

from __future__ import annotations

import pytest

from tiktok_ads_metrics.formula import (
    FormulaError,
    Number,
    Operation,
    Reference,
    parse,
    references,
)

A, B, C = Reference("A"), Reference("B"), Reference("C")


def test_operators_of_one_rank_are_taken_from_left_to_right() -> None:
    assert parse("{A} / {B} * 100") == Operation("*", Operation("/", A, B), Number("100"))
    assert parse("{A} - {B} - {C}") == Operation("-", Operation("-", A, B), C)


def test_multiplication_comes_before_addition() -> None:
    assert parse("{A} + {B} * {C}") == Operation("+", A, Operation("*", B, C))


def test_parentheses_come_first() -> None:
    assert parse("({A} + {B}) * {C}") == Operation("*", Operation("+", A, B), C)


def test_names_may_have_any_sign_but_braces() -> None:
    assert parse("{Video Views - 100% [TikTok]}") == Reference("Video Views - 100% [TikTok]")


def test_references_are_named_from_left_to_right() -> None:
    assert list(references(parse("({B} + {A}) / {B} * 2"))) == ["B", "A", "B"]


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("", 'character 1: expected a number, a {reference} or "(", found its end'),
        ("{A} +", 'character 6: expected a number, a {reference} or "(", found its end'),
        ("{A} {B}", 'character 5: expected an operator or the end, found "{"'),
        ("({A}", 'character 5: expected an operator or ")", found its end'),
        ("{A})", 'character 4: expected an operator or the end, found ")"'),
        ("-{A}", 'character 1: expected a number, a {reference} or "(", found "-"'),
        ("{A} % 2", "character 5: expected a number, a {reference}, an operator or a paren"),
        ("sum(x)", "character 1: expected a number, a {reference}, an operator or a paren"),
        ("1; drop table x", "character 2: expected a number, a {reference}, an operator"),
        ("1.", "character 2: expected a number, a {reference}, an operator"),
        ("{}", "character 1: expected a number, a {reference}, an operator"),
        ("(" * 99, 'character 51: expected a number, a {reference} or "("'),
    ],
)
def test_anything_else_is_an_error_with_its_place(formula: str, place: str) -> None:
    with pytest.raises(FormulaError) as error:
        parse(formula)
    assert place in str(error.value)
