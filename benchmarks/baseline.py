"""Read report pages with as little work as possible: fetch, decode, convert, encode, write.

``python -m benchmarks.baseline`` reads page addresses from its input, one per line, and writes
Singer records to ``/dev/null``. It checks nothing, keeps no state, and uses one thread. It prints
the CPU seconds used before the first request, and the number of records.
"""

from __future__ import annotations

import os
import sys
import time
from decimal import Decimal
from typing import Any

import msgspec
import requests

from benchmarks.simulated import METRICS

TYPES = {"integer": int | None, "number": Decimal | None, "string": str | None}
HEAD = b'{"type":"RECORD","stream":"ad_report_daily","record":{"currency":"GBP",'
TAIL = b'},"time_extracted":"2026-03-02T10:00:00Z"}\n'


def decoder() -> msgspec.json.Decoder[Any]:
    """Return a decoder of one page that converts text to numbers."""
    dimensions = msgspec.defstruct("Dimensions", [("ad_id", str), ("stat_time_day", str)])
    metrics = msgspec.defstruct("Metrics", [(name, TYPES[kind]) for name, kind in METRICS.items()])
    row = msgspec.defstruct("Row", [("dimensions", dimensions), ("metrics", metrics)])
    data = msgspec.defstruct("Data", [("list", list[row])])  # type: ignore[valid-type]
    return msgspec.json.Decoder(msgspec.defstruct("Answer", [("data", data)]), strict=False)


def main() -> None:
    """Read the pages."""
    addresses = sys.stdin.read().split()
    decode, encode = decoder().decode, msgspec.json.Encoder(decimal_format="number").encode
    records = 0
    with requests.Session() as session, open(os.devnull, "wb") as out:  # noqa: PTH123
        session.headers["Access-Token"] = "demo-token"
        cpu_before = time.process_time()
        for address in addresses:
            text = session.get(address).content.replace(b':"-"', b":null")
            lines = []
            for row in decode(text).data.list:
                row.dimensions.stat_time_day = row.dimensions.stat_time_day[:10]
                members = encode(row.dimensions)[1:-1] + b"," + encode(row.metrics)[1:-1]
                lines.append(HEAD + members + TAIL)
            out.write(b"".join(lines))
            records += len(lines)
    print(cpu_before, records)  # noqa: T201


if __name__ == "__main__":
    main()
