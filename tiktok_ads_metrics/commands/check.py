"""``check``: report problems of the data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tiktok_ads_metrics.database import NOT_APPLIED, database
from tiktok_ads_metrics.errors import MetricsError
from tiktok_ads_metrics.layer import open_layer
from tiktok_ads_metrics.levels import LEVELS, SMART_PLUS_AD

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from tiktok_ads_metrics.layer import Layer


class Finding(NamedTuple):
    """A problem, or something to know about the data.

    Attributes:
        is_error: Whether numbers are wrong or missing.
        text: What was found, and what to do.
    """

    is_error: bool
    text: str


_ERRORS = {
    "never_read": "{report}: account {advertiser_id} has no completed read.",
    "missing_days": "{report}: account {advertiser_id} lacks days between {first_day} and "
    "{last_day}: {missing_days}; run the tap again with a start_date before them.",
    "truncated_days": "{report}: account {advertiser_id} has days that TikTok truncated: "
    "{truncated_days}; their totals are too low.",
    "differing_levels": "account {advertiser_id}: the {level} level differs from the sum of the "
    "{lowest_level} level on {days} of the days from {first_day} to {last_day}, by {spend} "
    "{currency}, {impressions} impressions and {clicks} clicks.",
}
"""The queries in ``sql/check`` whose rows are errors, and the message for each row."""


def run(options: argparse.Namespace) -> int:
    """Print findings, and exit with 1 if one of them is an error."""
    with database() as connection:
        layer = open_layer(connection, options)
        try:
            findings = list(find(connection, layer))
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            raise MetricsError(NOT_APPLIED.format(error.diag.message_primary)) from error
    for finding in findings:
        sys.stdout.write(f"{'error' if finding.is_error else 'note'}: {finding.text}\n")
    errors = sum(finding.is_error for finding in findings)
    notes = len(findings) - errors
    sys.stdout.write(
        f"{errors} {'error' if errors == 1 else 'errors'}, "
        f"{notes} {'note' if notes == 1 else 'notes'}.\n"
    )
    return int(errors > 0)


def find(connection: psycopg.Connection, layer: Layer) -> Iterator[Finding]:
    """Yield what makes numbers wrong, and what to know when reading them."""
    yield from _tables(layer)
    yield from _duplicates(connection, layer)
    for name, text in _ERRORS.items():
        for row in _rows(connection, layer, name):
            yield Finding(is_error=True, text=text.format(**row))
    for row in _rows(connection, layer, "facts_without_entity"):
        name = "and without a name" if row["is_nameless"] else "named as in their report"
        text = "{level}s with delivery but not loaded, {name}: {entities}, such as {example}."
        yield Finding(bool(row["is_nameless"]), text.format(name=name, **row))
    for row in _rows(connection, layer, "orphans"):
        text = "{level}s whose {parent} was not loaded: {entities}, such as {example}."
        yield Finding(is_error=False, text=text.format(**row))
    for row in _rows(connection, layer, "unknown_targets"):
        text = "{kind} of ad groups without a label: {ids}, such as {example}."
        yield Finding(is_error=False, text=text.format(**row))


def _tables(layer: Layer) -> Iterator[Finding]:
    absent = [table for table in layer.tables.values() if not table.existing]
    for table in absent:
        if not table.is_optional:
            text = f"the table {layer.raw_schema}.{table.name} is missing; its views are empty."
            yield Finding(is_error=True, text=text)
    if names := [table.name for table in absent if table.is_optional]:
        text = f"not loaded, so empty in the views: {', '.join(names)}."
        yield Finding(is_error=False, text=text)
    for table in layer.tables.values():
        missing = [name for name in table.declared if name not in table.existing]
        if table.existing and missing:
            # Without these, rows cannot be distinguished, or the newest not be determined.
            vital = [name for name in (*table.key, "synced_at") if name in missing]
            text = f"{table.name} lacks columns: {', '.join(missing)}; they are NULL in the views."
            yield Finding(bool(vital), text)


def _duplicates(connection: psycopg.Connection, layer: Layer) -> Iterator[Finding]:
    """Count rows with the key of another, in tables whose keys the database does not enforce."""
    levels = (*LEVELS, SMART_PLUS_AD)
    views = {level.table: level.view for level in levels}
    names = [*(level.name for level in levels), "gmv_max"]
    views |= {f"{name}_report_daily": f"tiktok_data_{name}" for name in names}
    views |= {f"{level.name}_report_period": f"reach_{level.name}" for level in LEVELS}
    for name, view in views.items():
        table = layer.tables[name]
        if table.is_unique or not set(table.key) <= set(table.existing):
            continue
        for schema, relation in ((layer.raw_schema, name), (layer.schema, view)):
            query = sql.SQL("select coalesce(sum(n - 1), 0) from ({}) as key").format(
                sql.SQL("select count(*) as n from {} group by {}").format(
                    sql.Identifier(schema, relation),
                    sql.SQL(", ").join(map(sql.Identifier, table.key)),
                )
            )
            row = connection.execute(query).fetchone()
            duplicates = row[0] if row else 0
            if duplicates and relation == name:
                text = f"{name} has {duplicates} older versions of rows; views use the newest."
                yield Finding(is_error=False, text=text)
            elif duplicates:
                yield Finding(is_error=True, text=f"{view} has {duplicates} duplicate rows.")


def _rows(connection: psycopg.Connection, layer: Layer, name: str) -> list[dict[str, object]]:
    query = layer.dialect.render(layer.sql(f"check/{name}"))
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query).fetchall()
