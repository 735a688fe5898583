"""``sql``: print the views for a SQL engine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sqlglot import exp

from tiktok_ads_metrics.dialects import DIALECTS
from tiktok_ads_metrics.layer import declared_layer
from tiktok_ads_metrics.views import all_views

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print statements that create all views over tables that have all declared columns."""
    dialect = DIALECTS[options.dialect]
    layer = declared_layer(options, dialect)
    sys.stdout.write(f"-- Views over the tables of tap-tiktok-ads. {dialect.note}\n\n")
    schema = exp.Table(db=exp.to_identifier(layer.schema, quoted=True))
    create_schema = exp.Create(this=schema, kind="SCHEMA", exists=True)
    sys.stdout.write(f"{dialect.render(create_schema)};\n\n")
    for view in all_views(layer):
        create = exp.Create(
            this=layer.view(view.name), kind="VIEW", replace=True, expression=view.query
        )
        sys.stdout.write(f"{dialect.render(create, pretty=True)};\n\n")
    return 0
