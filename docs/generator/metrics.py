"""The metrics and views of docs/metrics.md."""

from __future__ import annotations

from tiktok_ads_metrics.catalog import load_catalog
from tiktok_ads_metrics.commands.list import markdown_metrics, markdown_views
from tiktok_ads_metrics.layer import Layer
from tiktok_ads_metrics.raw_tables import declared_tables
from tiktok_ads_metrics.views import all_views


def catalogue() -> str:
    """Return the table of metrics."""
    return markdown_metrics(load_catalog())


def views() -> str:
    """Return the table of views."""
    layer = Layer(load_catalog(), declared_tables(), "tap_tiktok_ads", "tiktok_ads")
    return markdown_views(all_views(layer))
