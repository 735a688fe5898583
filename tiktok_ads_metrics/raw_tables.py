"""The raw tables: which columns tables.toml declares, which exist, and how the views read them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from sqlglot import exp

from tap_tiktok_ads.facts import facts
from tiktok_ads_metrics.errors import MetricsError

if TYPE_CHECKING:
    import psycopg

_NO_CAST = {("text", "character varying"), ("timestamp", "timestamp with time zone")}
"""Pairs of a declared and an existing type that need no cast."""

_EXISTING = """
    select table_name.relname, attribute.attname,
        format_type(attribute.atttypid, null),
        coalesce(attribute.attnum = any (key.indkey), false)
    from pg_catalog.pg_class as table_name
    join pg_catalog.pg_namespace as namespace on namespace.oid = table_name.relnamespace
    join pg_catalog.pg_attribute as attribute
        on attribute.attrelid = table_name.oid and attribute.attnum > 0
        and not attribute.attisdropped
    left join pg_catalog.pg_index as key on key.indrelid = table_name.oid and key.indisprimary
    where namespace.nspname = %s and table_name.relname = any (%s)
        and table_name.relkind in ('r', 'p', 'v', 'm', 'f')
    order by table_name.relname, attribute.attnum
"""


@dataclass(frozen=True)
class Table:
    """A declared raw table, and what exists of it in the database.

    Attributes:
        name: The table, named as its stream.
        key: The columns that make a row unique.
        columns: The declared columns, the key's first, with their types.
        existing: The columns that the loader made, with their types.
        primary_key: The columns of the existing table's primary key.
        is_optional: Whether the layer is complete without it.
    """

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]
    existing: dict[str, str] = field(default_factory=dict)
    primary_key: frozenset[str] = frozenset()
    is_optional: bool = False

    @property
    def is_unique(self) -> bool:
        """Whether the database enforces that the key is unique."""
        return bool(self.primary_key) and self.primary_key <= set(self.key)

    @property
    def declared(self) -> list[str]:
        """The declared columns, without the loader's own."""
        return [name for name in self.columns if not name.startswith("_sdc_")]

    @property
    def extra(self) -> list[str]:
        """The columns beyond the declared ones, without the loader's own."""
        return [
            name
            for name in self.existing
            if name not in self.columns and not name.startswith("_sdc_")
        ]

    @property
    def shown(self) -> list[str]:
        """The columns that a view over the table has."""
        return [*self.declared, *self.extra]


@cache
def report_metrics() -> dict[str, dict[str, Any]]:
    """Return what the tap knows of each metric of TikTok's reports, by its column."""
    return {
        metric["name"]: metric for name in ("gmv_max_metrics", "metrics") for metric in facts(name)
    }


def column_comments() -> dict[str, str]:
    """Return what columns of raw tables and views hold, for people."""
    document = _document()
    reported = {name: f"{metric['description']}." for name, metric in report_metrics().items()}
    declared = {
        name: column["about"] for name, column in document["columns"].items() if "about" in column
    }
    return reported | declared | document["computed"]


@cache
def declared_tables(*, is_unique: bool = True) -> dict[str, Table]:
    """Return the declared tables as if all columns exist.

    Args:
        is_unique: Whether the database enforces their keys.
    """
    document = _document()
    types = {name: column["type"] for name, column in document["columns"].items()}
    loader = [name for name in types if name.startswith("_sdc_")]
    tables = {}
    for name, table in document["tables"].items():
        columns = {column: types[column] for column in (*table["key"], *table["columns"], *loader)}
        tables[name] = Table(
            name,
            tuple(table["key"]),
            columns,
            existing=columns,
            primary_key=frozenset(table["key"] if is_unique else ()),
            is_optional=table.get("optional", False),
        )
    return tables


def read_tables(connection: psycopg.Connection, schema: str) -> dict[str, Table]:
    """Look up which of the declared tables and columns exist.

    Args:
        connection: The database.
        schema: The schema that the loader writes to.

    Returns:
        The declared tables, with what exists of each.

    Raises:
        MetricsError: If none of them exists.
    """
    declared = declared_tables()
    existing: dict[str, dict[str, str]] = {name: {} for name in declared}
    keys: dict[str, set[str]] = {name: set() for name in declared}
    rows = connection.execute(_EXISTING, (schema, list(declared))).fetchall()
    for table, column, type_, in_key in rows:
        existing[table][column] = type_
        if in_key:
            keys[table].add(column)
    if not rows:
        msg = (
            f'the schema "{schema}" has no tables loaded from TikTok Ads; '
            "run the tap first, or pass their schema as --raw-schema"
        )
        raise MetricsError(msg)
    return {
        name: replace(table, existing=existing[name], primary_key=frozenset(keys[name]))
        for name, table in declared.items()
    }


def projection(table: Table, schema: str) -> exp.Select:
    """Select the columns of a raw table that the views rely on, whether or not they exist.

    Declared columns that do not exist are NULL, types are the declared ones, times become
    ``timestamptz``, and JSON null, which the loader writes for a missing object, becomes NULL.

    Args:
        table: The table.
        schema: The schema it is in.

    Returns:
        The query.
    """
    names = [*table.columns, *table.extra]
    columns = [_typed(table, name).as_(name, quoted=True, copy=False) for name in names]
    query = exp.select(*columns, copy=False)
    if table.existing:
        return query.from_(exp.table_(table.name, db=schema, quoted=True), copy=False)
    return query.where(exp.false(), copy=False)


def _typed(table: Table, name: str) -> exp.Expr:
    column: exp.Expr = exp.column(name, quoted=True)
    declared, existing = table.columns.get(name), table.existing.get(name)
    if existing is None:
        column, existing = exp.null(), "null"
    if existing == "jsonb":
        column = exp.func("nullif", column, exp.cast(exp.Literal.string("null"), "jsonb"))
    elif declared and declared != existing and (declared, existing) not in _NO_CAST:
        column, existing = exp.cast(column, declared), declared
    if existing in ("timestamp", "timestamp without time zone"):
        return exp.AtTimeZone(this=column, zone=exp.Literal.string("UTC"))
    return column


@cache
def _document() -> dict[str, dict[str, Any]]:
    return msgspec.toml.decode(
        Path(__file__).with_name("tables.toml").read_bytes(), type=dict[str, dict[str, Any]]
    )
