"""The catalogue of metrics, read from TOML and checked."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tiktok_ads_metrics.errors import MetricsError
from tiktok_ads_metrics.formula import Formula, FormulaError, parse, references

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

MONEY = "£"
"""The prefix that stands for the symbol of the account's currency."""

_OWN_FILE = Path(__file__).with_name("catalog.toml")
_FIELDS = {
    "key": str,
    "name": str,
    "column": str,
    "formula": str,
    "decimals": int,
    "prefix": str,
    "suffix": str,
    "about": str,
    "group": str,
}
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Metric:
    """One metric: a column to sum, or a formula over other metrics."""

    key: str
    name: str
    about: str
    group: str
    column: str | None = None
    formula: str | None = None
    tree: Formula | None = None
    decimals: int = 0
    prefix: str = ""
    suffix: str = ""

    @property
    def kind(self) -> str:
        """Either base or composite."""
        return "composite" if self.tree else "base"


@dataclass(frozen=True)
class Catalog:
    """All metrics, in the order in which they are shown."""

    metrics: tuple[Metric, ...]

    def by_name(self, name: str) -> Metric:
        """Find a metric by the name that formulas use."""
        return next(metric for metric in self.metrics if metric.name == name)

    def by_key(self, key: str) -> Metric:
        """Find a metric by the name of its column in the views."""
        for metric in self.metrics:
            if metric.key == key:
                return metric
        known = ", ".join(metric.key for metric in self.metrics)
        msg = f'there is no metric "{key}"; there are: {known}'
        raise MetricsError(msg)

    @property
    def base(self) -> tuple[Metric, ...]:
        """The metrics that are sums of a column."""
        return tuple(metric for metric in self.metrics if metric.column)

    def parts(self, metrics: Iterable[Metric]) -> tuple[Metric, ...]:
        """The base metrics that some metrics are made of, in the catalogue's order."""
        needed: set[str] = set()
        waiting = list(metrics)
        while waiting:
            metric = waiting.pop()
            if metric.tree:
                waiting += [self.by_name(name) for name in references(metric.tree)]
            else:
                needed.add(metric.key)
        return tuple(metric for metric in self.base if metric.key in needed)


def load_catalog(own: str | None = None, *, reserved: Collection[str] = ()) -> Catalog:
    """Read the built-in catalogue and, after it, the user's own metrics.

    Args:
        own: A TOML file with more ``[[metric]]`` tables.
        reserved: Column names of the views that no metric may take.

    Returns:
        The catalogue.

    Raises:
        MetricsError: If a file is malformed; the message names the file and the metric.
    """
    metrics: list[Metric] = []
    for path in (_OWN_FILE, Path(own)) if own else (_OWN_FILE,):
        for table in _tables(path):
            metric = _metric(table, path)
            taken = {known.key for known in metrics} | set(reserved)
            if metric.key in taken or metric.name in {known.name for known in metrics}:
                msg = f'{path}: metric "{metric.name}": its name or key "{metric.key}" is taken'
                raise MetricsError(msg)
            metrics.append(metric)
    catalog = Catalog(tuple(metrics))
    _check_references(catalog)
    return catalog


def _tables(path: Path) -> Iterator[dict[str, Any]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path}: cannot be read: {error.strerror}"
        raise MetricsError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: not valid TOML: {error}"
        raise MetricsError(msg) from error
    tables = document.pop("metric", [])
    if document or not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        msg = f"{path}: expected [[metric]] tables and nothing else"
        raise MetricsError(msg)
    yield from tables


def _metric(table: dict[str, Any], path: Path) -> Metric:
    place = f'{path}: metric "{table.get("name") or table.get("key") or "?"}"'
    for field, value in table.items():
        if field not in _FIELDS:
            msg = f'{place}: unknown field "{field}"; known are {", ".join(_FIELDS)}'
            raise MetricsError(msg)
        if type(value) is not _FIELDS[field]:
            msg = f'{place}: "{field}" must be of type {_FIELDS[field].__name__}'
            raise MetricsError(msg)
    if problem := _problem(table):
        msg = f"{place}: {problem}"
        raise MetricsError(msg)
    try:
        tree = parse(table["formula"]) if "formula" in table else None
    except FormulaError as error:
        msg = f"{place}: {error}"
        raise MetricsError(msg) from error
    own = "feed" if path == _OWN_FILE else "own"
    return Metric(**{"about": "", "group": own, **table}, tree=tree)


def _problem(table: dict[str, Any]) -> str | None:
    if not table.get("name") or set(table["name"]) & set("{}"):
        return '"name" is missing, or has a brace in it'
    for field in ("key", "column"):
        if field in table and not _IDENTIFIER.fullmatch(table[field]):
            return f'"{field}" must be of lower-case letters, digits and _, 63 at most'
    if "key" not in table:
        return '"key", the name of its column in the views, is missing'
    if ("column" in table) == ("formula" in table):
        return 'give either "column" or "formula"'
    if not 0 <= table.get("decimals", 0) <= 12:  # noqa: PLR2004 - the most that a table can show
        return '"decimals" must be from 0 to 12'
    return None


def _check_references(catalog: Catalog) -> None:
    trees = {metric.name: metric.tree for metric in catalog.metrics}
    sound: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            msg = f'metric "{name}" refers to itself: {" -> ".join((*trail, name))}'
            raise MetricsError(msg)
        if name in sound:
            return
        tree = trees[name]
        for reference in references(tree) if tree else ():
            if reference not in trees:
                msg = f'metric "{name}": its formula refers to "{reference}", which is no metric'
                raise MetricsError(msg)
            visit(reference, (*trail, name))
        sound.add(name)

    for name in trees:
        visit(name, ())
