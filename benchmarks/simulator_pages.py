"""Measure how many report pages per second the simulator serves.

``python -m benchmarks.simulator_pages [--accounts 4] [--ads 1500]`` reads all pages (1,000 rows,
30 metrics) of a 30-day window for a few accounts over one connection. Each page is read once, so
none comes from a cache. The simulator must be fast enough not to limit the other benchmarks.
"""

from __future__ import annotations

import argparse
import http.client
import json
import resource
import time
from urllib.parse import urlencode, urlsplit

from pipeline.demo import simulator

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
    """Read the window of one account; return the number of pages and bytes."""
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
    """Read the pages and print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=4)
    parser.add_argument("--ads", type=int, default=1500)
    options = parser.parse_args()
    scenario = (
        "--scenario",
        "bulk",
        "--accounts",
        str(options.accounts),
        "--ads",
        str(options.ads),
    )
    with simulator(*scenario, "--now", "2026-11-20T10:00:00Z") as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        accounts = json.loads(_get(connection, "/oauth2/advertiser/get/", **APP))["data"]["list"]
        start, pages, size = time.perf_counter(), 0, 0
        for account in accounts:
            read, read_bytes = _read(connection, account["advertiser_id"])
            pages, size = pages + read, size + read_bytes
        seconds = time.perf_counter() - start
        connection.close()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = usage.ru_utime + usage.ru_stime
    print(  # noqa: T201
        f"{pages} pages, {size / 1e6:.0f} MB: {pages / cpu:.0f} pages/CPU-second "
        f"({cpu:.1f} s, start-up included), {pages / seconds:.0f} pages/s of wall time, "
        f"peak memory {usage.ru_maxrss / 1024:.0f} MB"
    )


if __name__ == "__main__":
    main()
