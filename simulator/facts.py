"""The facts about the API that live as data beside the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent


def load(name: str) -> Any:
    """Read one JSON file of the package.

    Args:
        name: Path below the package, such as `data/metrics.json`.

    Returns:
        What the file holds.
    """
    return json.loads((PACKAGE / name).read_text(encoding="utf-8"))


METRICS: dict[str, dict[str, Any]] = load("data/metrics.json")
KINDS: dict[str, dict[str, Any]] = load("data/kinds.json")
FILTERS: dict[str, dict[str, dict[str, Any]]] = load("data/filters.json")
WORDS: dict[str, Any] = load("data/words.json")
ASSETS: list[dict[str, Any]] = load("data/assets.json")
TARGETING: list[dict[str, Any]] = load("data/targeting.json")
REFERENCES: dict[str, list[dict[str, Any]]] = load("data/references.json")
SCENARIOS: dict[str, dict[str, Any]] = load("scenarios.json")
TEMPLATES: dict[str, dict[str, Any]] = {
    level: load(f"data/{level}.json")
    for level in (
        "advertiser",
        "campaign",
        "adgroup",
        "ad",
        "smart_plus_campaign",
        "smart_plus_adgroup",
        "smart_plus_ad",
    )
}
