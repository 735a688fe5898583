"""How a report that leaves ads out is split: by campaigns, ad groups and ads."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.api.accounts import SPECIAL
from tap_tiktok_ads.api.workers import Memo
from tap_tiktok_ads.decoding import EntityRows
from tap_tiktok_ads.read_result import Reading
from tap_tiktok_ads.reports.report import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_tiktok_ads.api.accounts import Special
    from tap_tiktok_ads.api.lists import Fetcher
    from tap_tiktok_ads.reports.report import Report
    from tap_tiktok_ads.reports.request import Ask

#: Ids of one filter when an answer was truncated: 100 at most, 30 advised (reporting.md 3).
MAX_IDS: Final = 30
#: TopView ad groups come 100 a page at most (errors-and-limits.md 6).
IDS_PAGE_SIZE: Final = 100
#: Filters that name what a report is about.
ID_FILTERS: Final = frozenset({"campaign_ids", "adgroup_ids", "ad_ids", "ad_ids_v2"})


class Parts:
    """Splits requests of one report.

    Args:
        fetcher: Reads lists.
        special: Tells which campaigns that must be asked for by name an account has.
    """

    def __init__(self, fetcher: Fetcher, special: Special) -> None:
        self._fetcher = fetcher
        self._special = special
        self._campaigns = Memo(partial(self._children, "campaign"))

    def finer(self, report: Report, ask: Ask) -> list[Ask]:
        """Split by fewer ids; a single one by the ids one level below it, down to the report's.

        Returns:
            The parts; none if there is no finer request.
        """
        if len(ask.ids) > 1:
            scope, ids, size = ask.scope, ask.ids, (len(ask.ids) + 1) // 2
        else:
            depth = LEVELS.index(ask.scope) + 1 if ask.scope else 0
            named = any(each.field_name in ID_FILTERS for each in report.conditions)
            # A filter by creatives does not go with the ids of Smart+ ads (reporting.md 4).
            levels = LEVELS[: 2 if report.own_id else 3]
            if named or report.level not in LEVELS[depth:] or depth == len(levels):
                return []
            scope, size = LEVELS[depth], MAX_IDS
            if ask.scope:
                ids = self._children(scope, ask.advertiser_id, {f"{ask.scope}_ids": ask.ids})
            else:
                ids = self._campaigns(ask.advertiser_id)
        return [
            replace(ask, scope=scope, ids=ids[at : at + size]) for at in range(0, len(ids), size)
        ]

    def _children(
        self, level: str, advertiser_id: str, parents: Mapping[str, Any] | None = None
    ) -> tuple[str, ...]:
        """List the ids of a level: of all kinds of campaigns, deleted things included."""
        rows = EntityRows(level, {f"{level}_id": "string"}, key=[f"{level}_id"])
        kinds = [SPECIAL[kind] for kind in sorted(self._special(advertiser_id))]
        whole = Reading()
        for kind in ({}, *kinds):
            params = {
                "advertiser_id": advertiser_id,
                "filtering": {**(parents or {}), **kind, "primary_status": "STATUS_ALL"},
                "page_size": IDS_PAGE_SIZE,
            }
            whole.extend(self._fetcher.complete(f"/{level}/get/", params, rows.page))
        return tuple(
            msgspec.json.decode(b"{" + row + b"}")[f"{level}_id"]
            for chunk in whole.chunks()
            for row in chunk
        )
