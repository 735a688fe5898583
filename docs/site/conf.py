"""Configuration of Sphinx."""

from __future__ import annotations

import os

project = "tap-tiktok-ads"
html_title = project
html_theme = "furo"
extensions = ["myst_parser", "docs.site.links", "docs.site.names"]
exclude_patterns = ["_site", "generator", "site"]
#: GitHub's rule for the anchors of headings, so that links work there and here.
myst_heading_anchors = 3
html_show_copyright = False
html_theme_options = {
    "source_repository": "https://github.com/adsfeed/tap-tiktok-ads/",
    "source_branch": os.environ.get("GITHUB_REF_NAME", "main"),
    "source_directory": "docs/",
}
