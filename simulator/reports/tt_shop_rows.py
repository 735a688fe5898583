"""Reports of type TT_SHOP: what GMV Max spends, by account and campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from simulator.reports.report_rows import ReportRows
from simulator.world.gmv_max import Campaign, campaigns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.world.model import Account, Ad, Entity


class TikTokShopRows(ReportRows):
    """The rows of such a report. It cannot be filtered, so deleted campaigns are in it."""

    @override
    def _things(self) -> Sequence[Account | Entity]:
        account = self.report.account
        return [account] if self.report.level == "advertiser" else campaigns(account)

    @override
    def _below(self, thing: Account | Entity) -> Sequence[Ad]:
        if isinstance(thing, Campaign):
            return thing.items
        return [item for campaign in campaigns(self.report.account) for item in campaign.items]

    @override
    def _shows(self, entity: Entity) -> bool:
        return entity.born <= self.now
