"""The table of docs/custom-reports.md."""

from __future__ import annotations

from docs.generator.markdown import table
from tap_tiktok_ads.facts import facts
from tap_tiktok_ads.reports.custom import AUDIENCE_GRAINS


def dimensions() -> str:
    """Return the table of the dimensions that a custom report may have."""
    rows = []
    for each in facts("dimensions"):
        if each["report_types"]:
            audience = each["report_types"] == ["AUDIENCE"]
            rows.append(
                (
                    f"`{each['name']}`",
                    ", ".join(each["report_types"]),
                    ", ".join(each.get("levels", ["all"])),
                    ", ".join(each.get("grains", AUDIENCE_GRAINS if audience else ["all"])),
                    ", ".join(f"`{other}`" for other in each.get("pairs", ())),
                    each["description"],
                )
            )
    return table(("Dimension", "Kind", "Levels", "Grains", "Pairs with", "Meaning"), rows)
