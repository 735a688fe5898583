"""Every generated file, and what generates it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks import backfill
from docs.generator import errors, fields, metrics, reports, settings, streams
from docs.generator.markdown import has_part, replace_part
from docs.generator.tap import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

#: The generated parts of pages, by page and mark.
PARTS: Final[dict[str, dict[str, Callable[[], str]]]] = {
    "custom-reports.md": {"dimensions": reports.dimensions},
    "fields.md": {
        "report columns": fields.report_columns,
        "valid": fields.valid,
        "metrics": fields.offered_metrics,
        "gmv max": fields.gmv_max_metrics,
        "not offered": fields.not_offered_metrics,
        "columns": fields.other_columns,
    },
    "limits.md": {"backfill": backfill.table},
    "metrics.md": {"catalogue": metrics.catalogue, "views": metrics.views},
    "settings.md": {"settings": settings.settings_table},
    "streams.md": {
        "entities": streams.entity_streams,
        "reports": streams.report_streams,
        "breakdowns": streams.breakdown_streams,
    },
    "troubleshooting.md": {
        "codes": errors.codes,
        "messages": errors.messages,
        **{f"advice {each}": partial(errors.advice, each) for each in errors.ADVISED},
    },
}


def _page(parts: Mapping[str, Callable[[], str]], text: str) -> str:
    for name, generate in parts.items():
        if not has_part(text, name):
            msg = f"the marks of the generated part {name!r} are missing"
            raise ValueError(msg)
        text = replace_part(text, name, generate())
    return text


#: Generates a file's text from its present one.
GENERATED: Final[dict[str, Callable[[str], str]]] = {
    **{f"docs/{page}": partial(_page, parts) for page, parts in PARTS.items()},
    "plugin.yaml": settings.plugin_yaml,
    "meltano.yml": settings.meltano_yml,
    ".env.example": settings.env_example,
}


def stale_files(root: Path = PROJECT) -> dict[str, str]:
    """Return the generated files that are not up to date, each with the text it should have."""
    found = {}
    for name, generate in GENERATED.items():
        path = root / name
        present = path.read_text("utf-8") if path.exists() else ""
        text = generate(present)
        if text != present:
            found[name] = text
    return found
