"""The documentation site, built by Sphinx from the pages in docs/."""
