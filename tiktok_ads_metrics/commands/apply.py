"""``apply``: create or update the views."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from psycopg import errors, sql

from tiktok_ads_metrics.database import database
from tiktok_ads_metrics.errors import MetricsError
from tiktok_ads_metrics.layer import open_layer
from tiktok_ads_metrics.views import all_views

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    import psycopg

    from tiktok_ads_metrics.layer import Layer
    from tiktok_ads_metrics.views import View

_DEPENDENTS = """
    with recursive dependent as (
        select to_regclass(%(view)s)::oid as oid
        union
        select rewrite.ev_class
        from dependent
        join pg_catalog.pg_depend as depend
            on depend.refobjid = dependent.oid and depend.classid = 'pg_rewrite'::regclass
        join pg_catalog.pg_rewrite as rewrite on rewrite.oid = depend.objid
    )
    select format('%%I.%%I', namespace.nspname, relation.relname)
    from dependent
    join pg_catalog.pg_class as relation using (oid)
    join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
    where not (namespace.nspname = %(schema)s and relation.relname = any (%(names)s))
    order by 1
"""

_COMMENTS = """
    select relation.relname, coalesce(attribute.attname, ''), description.description
    from pg_catalog.pg_description as description
    join pg_catalog.pg_class as relation
        on relation.oid = description.objoid and description.classoid = 'pg_class'::regclass
    left join pg_catalog.pg_attribute as attribute
        on attribute.attrelid = relation.oid and attribute.attnum = description.objsubid
        and description.objsubid > 0
    where relation.relnamespace = to_regnamespace(quote_ident(%s))
"""


def run(options: argparse.Namespace) -> int:
    """Create or update the views over the tables that exist."""
    with database() as connection:
        layer = open_layer(connection, options)
        views = list(all_views(layer))
        apply_views(connection, layer, views)
    sys.stdout.write(f"{len(views)} views in schema {layer.schema} are up to date.\n")
    return 0


def apply_views(connection: psycopg.Connection, layer: Layer, views: Sequence[View]) -> None:
    """Create or update the views, all or none.

    A view that is up to date is not touched, nor is what others built on it. A view whose columns
    changed in a way that PostgreSQL cannot replace is dropped and created again.

    Args:
        connection: The database.
        layer: Where the views are.
        views: The views, each after those that it reads.

    Raises:
        MetricsError: If a view must be dropped on which something outside this layer was built.
    """
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext('tiktok_ads_metrics'))")
        schema = sql.Identifier(layer.schema)
        exists = "select 1 from pg_catalog.pg_namespace where nspname = %s"
        if not connection.execute(exists, (layer.schema,)).fetchone():
            # Not "if not exists", which requires the right to create schemas even if it exists.
            connection.execute(sql.SQL("create schema {}").format(schema))
        names = [view.name for view in views]
        for view in views:
            _create(connection, layer, view, names)
        _comment(connection, layer, views)
        _index(connection, layer)


def _create(connection: psycopg.Connection, layer: Layer, view: View, names: list[str]) -> None:
    name = sql.Identifier(layer.schema, view.name)
    query = sql.SQL(layer.dialect.render(view.query))
    replace = sql.SQL("create or replace view {} as {}").format(name, query)
    path = name.as_string(connection)
    if _definition(connection, path):
        # The server's text of the query shows whether the view differs.
        connection.execute(sql.SQL("create temporary view candidate as {}").format(query))
        unchanged = _definition(connection, path) == _definition(connection, "pg_temp.candidate")
        connection.execute("drop view pg_temp.candidate")
        if unchanged:
            return
    try:
        with connection.transaction():
            connection.execute(replace)
    except errors.InvalidTableDefinition:
        options = {"view": path, "schema": layer.schema, "names": names}
        if others := [row[0] for row in connection.execute(_DEPENDENTS, options)]:
            msg = (
                f"cannot change the columns of {path}: it is used by {', '.join(others)}; "
                'drop that, run "tiktok-ads-metrics apply" again, then recreate it'
            )
            raise MetricsError(msg) from None
        connection.execute(sql.SQL("drop view {} cascade").format(name))
        connection.execute(replace)


def _definition(connection: psycopg.Connection, path: str) -> str | None:
    row = connection.execute("select pg_get_viewdef(to_regclass(%s))", (path,)).fetchone()
    return row[0] if row else None


def _comment(connection: psycopg.Connection, layer: Layer, views: Sequence[View]) -> None:
    rows = connection.execute(_COMMENTS, (layer.schema,))
    known = {(view, column): text for view, column, text in rows}
    statements = []
    for view in views:
        for column, text in {"": view.about, **view.columns}.items():
            if known.get((view.name, column)) == text:
                continue
            names = (layer.schema, view.name, column) if column else (layer.schema, view.name)
            statements.append(
                sql.SQL("comment on {} {} is {}").format(
                    sql.SQL("column" if column else "view"), sql.Identifier(*names), text
                )
            )
    if statements:
        connection.execute(sql.SQL("; ").join(statements))


def _index(connection: psycopg.Connection, layer: Layer) -> None:
    """Index the days of the facts, so that reading a month does not scan all years."""
    facts = layer.tables["ad_report_daily"]
    if "stat_time_day" not in facts.existing:
        return
    statement = sql.SQL("create index if not exists {} on {} (stat_time_day)").format(
        sql.Identifier(f"{facts.name}_stat_time_day"), sql.Identifier(layer.raw_schema, facts.name)
    )
    try:
        with connection.transaction():
            connection.execute(statement)
    except (errors.InsufficientPrivilege, errors.WrongObjectType):
        # Views over tables of another owner work without the index, only slower.
        return
