"""The catalogue of metrics, read from TOML and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from tiktok_ads_metrics.errors import MetricsError
from tiktok_ads_metrics.formula import FormulaError, parse, references
from tiktok_ads_metrics.raw_tables import report_metrics

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MONEY = "£"
"""The prefix that stands for the symbol of the account's currency."""

_BUILT_IN = Path(__file__).with_name("catalog.toml")

_Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[^{}\n]+$")]
_Decimals = Annotated[int, msgspec.Meta(ge=0, le=12)]


class Metric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metric: a column to sum, or a formula over other metrics.

    Attributes:
        key: Its column in the views.
        name: Its name, as formulas refer to it.
        about: What it means.
        group: "feed" or "extra" for built-in metrics, else "own".
        column: The column of ``tiktok_data_ad`` to sum.
        formula: Or the formula to compute.
        decimals: Decimals to show.
        prefix: What to show before the number.
        suffix: What to show after the number.
    """

    key: _Identifier
    name: _Name
    about: str = ""
    group: str = "own"
    column: _Identifier | None = None
    formula: str | None = None
    decimals: _Decimals = 0
    prefix: str = ""
    suffix: str = ""

    @property
    def kind(self) -> str:
        """Either "base" or "composite"."""
        return "composite" if self.formula else "base"


class Catalog(msgspec.Struct, frozen=True):
    """All metrics, in the order of display."""

    metrics: tuple[Metric, ...]

    def by_name(self, name: str) -> Metric:
        """Return the metric that formulas refer to by this name."""
        return next(metric for metric in self.metrics if metric.name == name)

    def by_key(self, key: str) -> Metric:
        """Return the metric with this column in the views."""
        for metric in self.metrics:
            if metric.key == key:
                return metric
        known = ", ".join(metric.key for metric in self.metrics)
        msg = f'there is no metric "{key}"; choose from: {known}'
        raise MetricsError(msg)

    @property
    def base(self) -> tuple[Metric, ...]:
        """The metrics that sum a column."""
        return tuple(metric for metric in self.metrics if metric.column)

    def base_of(self, metrics: Iterable[Metric]) -> tuple[Metric, ...]:
        """Return the base metrics that some metrics are computed from, in the catalogue's order."""
        needed = set()
        waiting = list(metrics)
        while waiting:
            metric = waiting.pop()
            needed.add(metric.key)
            if metric.formula:
                waiting += map(self.by_name, references(parse(metric.formula)))
        return tuple(metric for metric in self.base if metric.key in needed)


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    metric: list[Metric] = []


def load_catalog(metrics_file: str | None = None, *, reserved: Collection[str] = ()) -> Catalog:
    """Read the built-in metrics and, after them, the user's own.

    Args:
        metrics_file: A TOML file with more ``[[metric]]`` tables.
        reserved: Column names of the views that no metric may take.

    Returns:
        The catalogue.

    Raises:
        MetricsError: If a file is malformed; the message names the file and the metric.
    """
    documents = [(_BUILT_IN, _built_in())]
    if metrics_file:
        documents.append((Path(metrics_file), _read(Path(metrics_file))))
    catalog = Catalog(tuple(metric for _, document in documents for metric in document.metric))
    taken = set(reserved)
    for path, document in documents:
        for metric in document.metric:
            if problem := _problem(metric, taken, catalog):
                msg = f'{path}: metric "{metric.name}": {problem}'
                raise MetricsError(msg)
            taken |= {metric.key, metric.name}
    return catalog


@cache
def _built_in() -> _Document:
    return _read(_BUILT_IN)


def _read(path: Path) -> _Document:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_Document)
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
        raise MetricsError(msg) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        msg = f"{path}: {error}"
        raise MetricsError(msg) from error


def _problem(metric: Metric, taken: set[str], catalog: Catalog) -> str | None:
    if taken & {metric.key, metric.name}:
        return f'its name or its key "{metric.key}" is already taken'
    if bool(metric.column) == bool(metric.formula):
        return "it needs either a column or a formula"
    if metric.column and not _is_additive(metric.column):
        return f'the column "{metric.column}" cannot be summed over days or ads'
    try:
        return _reference_problem(metric, catalog)
    except FormulaError as error:
        return str(error)


def _is_additive(column: str) -> bool:
    # A person counted on two days, or by two ads, is one person; rates and costs do not add up.
    return report_metrics().get(column, {}).get("kind") not in ("unique", "ratio")


def _reference_problem(metric: Metric, catalog: Catalog, trail: tuple[str, ...] = ()) -> str | None:
    """Follow references; return the problem if one leads nowhere, or back to its metric."""
    if metric.name in trail:
        return f"its formula refers to itself: {' -> '.join((*trail, metric.name))}"
    names = {other.name for other in catalog.metrics}
    for name in references(parse(metric.formula)) if metric.formula else ():
        if name not in names:
            return f'formula {metric.formula!r}: there is no metric "{name}"'
        if problem := _reference_problem(catalog.by_name(name), catalog, (*trail, metric.name)):
            return problem
    return None
