"""How a request that leaves ads out is split: by campaigns, ad groups and ads."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tap_tiktok_ads.api.lists import batches
from tap_tiktok_ads.api.lookups import campaign_lists
from tap_tiktok_ads.api.workers import Memo
from tap_tiktok_ads.reports.report import ID_LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_tiktok_ads.api.accounts import SpecialCampaigns
    from tap_tiktok_ads.api.lists import ListReader
    from tap_tiktok_ads.reports.request import ReportRequest

#: Ids of one filter when an answer was truncated: 100 at most, 30 advised (reporting.md 3).
MAX_IDS: Final = 30
#: Filters that name the objects a report is about.
ID_FILTERS: Final = frozenset({"campaign_ids", "adgroup_ids", "ad_ids", "ad_ids_v2"})


class Splitter:
    """Splits requests of reports.

    Args:
        lists: Reads lists.
        special: The special kinds of campaigns of each account.
    """

    def __init__(self, lists: ListReader, special: SpecialCampaigns) -> None:
        self._lists = lists
        self._special = special
        self._campaign_ids = Memo(partial(self._ids, "campaign"))

    def split(self, request: ReportRequest) -> list[ReportRequest]:
        """Split by fewer ids, or one id by the ids one level below it, down to the report's level.

        Returns:
            The parts; none if there is no finer request.
        """
        ids: Sequence[str]
        report = request.report
        if len(request.ids) > 1:
            level, ids, size = request.ids_level, request.ids, (len(request.ids) + 1) // 2
        else:
            depth = ID_LEVELS.index(request.ids_level) + 1 if request.ids_level else 0
            has_id_filter = any(each.field_name in ID_FILTERS for each in report.filters)
            # A filter by creatives does not go with the ids of Smart+ ads (reporting.md 4).
            levels = ID_LEVELS[: 2 if report.level_id else 3]
            if has_id_filter or report.level not in ID_LEVELS[depth:] or depth == len(levels):
                return []
            level, size = ID_LEVELS[depth], MAX_IDS
            if request.ids_level:
                parents = {f"{request.ids_level}_ids": request.ids}
                ids = self._ids(level, request.advertiser_id, parents)
            else:
                ids = self._campaign_ids(request.advertiser_id)
        return [replace(request, ids_level=level, ids=tuple(some)) for some in batches(ids, size)]

    def _ids(
        self, level: str, advertiser_id: str, parents: Mapping[str, Any] | None = None
    ) -> list[str]:
        """List the ids of a level: of all kinds of campaigns, deleted ones included."""
        endpoint, name = f"/{level}/get/", f"{level}_id"
        ids = []
        special = self._special(advertiser_id)
        for params in campaign_lists(endpoint, special, include_deleted=True):
            filtering = {**params.pop("filtering", {}), **(parents or {})}
            own = {"advertiser_id": advertiser_id, "fields": [name], "filtering": filtering}
            ids += [str(row[name]) for row in self._lists.objects(endpoint, {**own, **params})]
        return ids
