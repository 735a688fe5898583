"""``make docs``: write the generated files, or with ``--check`` name those that are stale."""

from __future__ import annotations

import argparse
import sys

from docs.generator.files import stale_files
from docs.generator.tap import PROJECT


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m docs.generator", description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit with 1 if a file is stale",
    )
    check = parser.parse_args().check
    stale = stale_files()
    for name, text in stale.items():
        if check:
            print(f"{name} is stale: run `make docs`")  # noqa: T201
        else:
            (PROJECT / name).write_text(text, "utf-8")
            print(f"wrote {name}")  # noqa: T201
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
