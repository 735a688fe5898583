"""The private members of the Singer SDK that the tap uses are known, and all in one module."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
from singer_sdk import Stream, Tap

import tap_tiktok_ads
from tap_tiktok_ads.sdk import PRIVATE_MEMBERS

PACKAGE = Path(inspect.getfile(tap_tiktok_ads)).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
USED = [(owner, name) for owner, members in PRIVATE_MEMBERS.items() for name in members]


def private_names(module: Path) -> set[str]:
    """Single-underscore names of methods, and of attributes of ``self``, ``cls`` or ``super()``."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


def members(owner: type) -> set[str]:
    """What instances of a class of the SDK have, also what only its constructor sets."""
    source = "".join(
        inspect.getsource(each) for each in owner.__mro__[:-1] if "singer_sdk" in each.__module__
    )
    assigned = {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    return {*dir(owner), *assigned}


@pytest.mark.parametrize(("owner", "name"), USED)
def test_the_installed_sdk_has_each_private_member_that_is_used(owner: type, name: str) -> None:
    assert name in members(owner)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_other_module_uses_a_private_member_of_the_sdk(module: Path) -> None:
    of_the_sdk = members(Tap) | members(Stream)
    used = private_names(module) & of_the_sdk
    allowed = {name for _, name in USED} if module.name == "sdk.py" else set()
    assert used <= allowed


def test_every_listed_member_is_used() -> None:
    assert {name for _, name in USED} <= private_names(PACKAGE / "sdk.py")
