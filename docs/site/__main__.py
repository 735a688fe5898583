"""``make docs-site``: build the site, and prove that it needs nothing from elsewhere."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Final

from docs.site.resources import outside_resources

PROJECT: Final = Path(__file__).parents[2]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m docs.site", description=__doc__)
    parser.add_argument("site", nargs="?", type=Path, default=PROJECT / "docs" / "_site")
    site = parser.parse_args().site
    options = ("--fail-on-warning", "--fresh-env", "--quiet", "--conf-dir", "docs/site")
    command = [sys.executable, "-m", "sphinx", *options, "docs", str(site)]
    if subprocess.run(command, cwd=PROJECT, check=False).returncode:  # noqa: S603
        sys.exit("The site could not be built; see the warnings above.")
    if found := sorted(outside_resources(site)):
        sys.exit("\n".join(["The site loads what is not part of it:", *found]))
    print(f"The site is in {site}/index.html.")  # noqa: T201


if __name__ == "__main__":
    main()
