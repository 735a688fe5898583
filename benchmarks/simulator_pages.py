"""How many report pages a second the simulator makes, so that it never is what is measured.

Starts `python -m simulator --scenario bulk` and reads every page of 1,000 rows and 30 metrics
of one 30-day window for a few accounts over one connection, each page once, so that nothing is
answered from memory. Prints pages for each second of the server's own CPU time and for each
second on the clock.

    python benchmarks/simulator_pages.py [--accounts 4] [--ads 1500]
"""

from __future__ import annotations

import argparse
import http.client
import json
import resource
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode

METRICS = [
    *("campaign_name", "adgroup_name", "ad_name", "spend", "impressions", "clicks", "ctr", "cpc"),
    *("cpm", "reach", "frequency", "conversion", "cost_per_conversion", "conversion_rate_v2"),
    *("video_play_actions", "video_watched_2s", "video_watched_6s", "video_views_p25"),
    *("video_views_p50", "video_views_p75", "video_views_p100", "average_video_play", "likes"),
    *("comments", "shares", "follows", "profile_visits", "button_click", "complete_payment"),
    "real_time_conversion",
]
APP = {"app_id": "demo-app", "secret": "demo-secret"}
HEADERS = {"Access-Token": "demo-token"}


def _get(connection: http.client.HTTPConnection, path: str, **parameters: object) -> bytes:
    connection.request("GET", f"/open_api/v1.3{path}?{urlencode(parameters)}", headers=HEADERS)
    return connection.getresponse().read()


def _read(connection: http.client.HTTPConnection, advertiser_id: str) -> tuple[int, int]:
    """Read one account's window; gives pages and bytes."""
    page, pages, size = 1, 1, 0
    while page <= pages:
        body = _get(
            connection,
            "/report/integrated/get/",
            advertiser_id=advertiser_id,
            report_type="BASIC",
            data_level="AUCTION_AD",
            dimensions='["ad_id","stat_time_day"]',
            metrics=json.dumps(METRICS),
            start_date="2026-09-01",
            end_date="2026-09-30",
            page_size=1000,
            page=page,
        )
        size += len(body)
        if page == 1:
            pages = json.loads(body)["data"]["page_info"]["total_page"]
        page += 1
    return pages, size


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=4)
    parser.add_argument("--ads", type=int, default=1500)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "simulator", "--port", str(port), "--scenario", "bulk"]
    command += ["--now", "2026-11-20T10:00:00Z"]
    command += ["--accounts", str(options.accounts), "--ads", str(options.ads)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:  # noqa: S603
        if server.stdout is None or not server.stdout.readline():
            sys.exit("the simulator did not start")
        connection = http.client.HTTPConnection("127.0.0.1", port)
        listed = _get(connection, "/oauth2/advertiser/get/", **APP)
        start, pages, size = time.perf_counter(), 0, 0
        for account in json.loads(listed)["data"]["list"]:
            read, read_bytes = _read(connection, account["advertiser_id"])
            pages, size = pages + read, size + read_bytes
        seconds = time.perf_counter() - start
        server.terminate()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = usage.ru_utime + usage.ru_stime
    print(  # noqa: T201
        f"{pages} pages, {size / 1e6:.0f} MB: {pages / cpu:.0f} pages/CPU-second "
        f"({cpu:.1f} s, start included), {pages / seconds:.0f} pages/s on the clock, "
        f"peak memory {usage.ru_maxrss / 1024:.0f} MB"
    )


if __name__ == "__main__":
    main()
