"""The tables and the advice of docs/troubleshooting.md."""

from __future__ import annotations

from typing import Any, Final

from docs.generator.markdown import table
from tap_tiktok_ads.facts import mapping

ERRORS: Final[dict[str, Any]] = mapping("errors")
#: Heading of docs/troubleshooting.md that explains each action of errors.json.
HEADINGS: Final = {
    "account": "Account",
    "app": "Another app",
    "conflict": "Metrics",
    "fail": "Refused",
    "narrow": "Too large",
    "permission": "Permission",
    "reauthorise": "Authorisation",
    "restricted": "On hold",
    "retry": "TikTok in trouble",
    "slow_down": "Too many requests",
    "stop": "Elsewhere",
    "timeout": "TikTok in trouble",
    "version": "Version",
}
#: One action for each heading; those that share a heading share the advice.
ADVISED: Final = tuple({heading: action for action, heading in HEADINGS.items()}.values())


def _link(action: str) -> str:
    heading = HEADINGS[action]
    return f"[{heading}](#{heading.lower().replace(' ', '-')})"


def codes() -> str:
    """Return the table of codes."""
    rows = [
        (code, entry["meaning"], _link(entry["action"]))
        for code, entry in ERRORS["codes"].items()
        if entry["action"] != "ok"
    ]
    return table(("Code", "Meaning", "Kind"), rows)


def messages() -> str:
    """Return the table of messages that give a code another meaning."""
    rows = [
        (str(rule["code"]), rule["contains"], _link(rule["action"])) for rule in ERRORS["messages"]
    ]
    return table(("Code", "The message contains", "Kind"), rows)


def advice(action: str) -> str:
    """Return what an error of this kind advises, as a quotation."""
    return f"> {ERRORS['advice'][action]}".replace("{module}", "…")
