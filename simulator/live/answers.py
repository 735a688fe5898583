"""How the switched behaviours change requests and answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.endpoints.paging import Listing
from simulator.live import lists, values
from simulator.live.refusals import GMV_MAX_REPORT, REFUSALS
from simulator.live.switches import SWITCHES
from simulator.world.building import hash64

if TYPE_CHECKING:
    from simulator.query import Query
    from simulator.reports.request import Report
    from simulator.world.model import World

Row = dict[str, Any]

DEPRECATED = ("X-Api-Deprecation-Info", "v1.3 will be deprecated. Please move to v2.0.")
FILES = ("/file/video/ad/info/", "/file/image/ad/info/")


class Live:
    """The behaviours that are on. None of them changes what is true.

    Args:
        seed: The world's.
        on: Names of switches.
    """

    def __init__(self, seed: int, on: frozenset[str]) -> None:
        self.on = on
        self._seed = seed
        self._answered = 0

    def summary(self) -> Row:
        """Return which switches are on, and what there are."""
        return {"on": sorted(self.on), "switches": SWITCHES}

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Further headers of every answer."""
        return [DEPRECATED] if "deprecation-header" in self.on else []

    def refuse(self, world: World, path: str, query: Query) -> None:
        """Raise the error that this request meets, if any."""
        self._answered += 1
        for name, refusal in REFUSALS.items():
            if name in self.on and not self._is_silent(name, query):
                refusal(world, path, query)

    def _is_silent(self, name: str, query: Query) -> bool:
        """Whether a request about thumbnails is answered, where both switches are on."""
        both = name == "thumbnails-refused" and "thumbnails-silent" in self.on
        return both and hash64(query.string) % 2 == 0

    def change_report(self, report: Report) -> Report:
        """Return the report to answer."""
        return replace(
            report,
            zero_rows="zero-rows" in self.on,
            dash_rows="dash-rows" in self.on,
            disorder=self._draw() if "unstable-reports" in self.on else None,
        )

    def data(self, path: str, query: Query, found: Any) -> Any:
        """Return `data` of an answer, None if it has none.

        Args:
            path: The endpoint.
            query: The request.
            found: What the endpoint answers.
        """
        data = self._page(path, query, found) if isinstance(found, Listing) else found
        if path == GMV_MAX_REPORT or path.startswith("/oauth2/"):
            return data
        absent = sorted(self.on & {"absent-data", "absent-list"})
        if absent and lists.is_empty(data):
            # Where both are on, each list keeps to one of them.
            return None if absent[hash64(path) % len(absent)] == "absent-data" else {}
        self._change_rows(path, query, data)
        changes = {name: change for name, change in values.VALUES.items() if name in self.on}
        return values.change_values(data, changes) if changes else data

    def envelope(self, head: Row) -> Row:
        """Return an envelope, without its data, in the form that is on."""
        if "bare-envelope" in self.on and not head["code"]:
            head = {"code": 0}
        return head | {"code": str(head["code"])} if "code-as-text" in self.on else head

    def _draw(self) -> int:
        """Return a number that differs between requests."""
        return hash64(self._seed, "live", self._answered)

    def _page(self, path: str, query: Query, found: Listing) -> Row:
        if "unstable-lists" in self.on:
            lists.reorder(path, query, found, self._draw())
        if "dash-rows" in self.on:
            lists.add_dash_row(path, query, found)
        if "bc-identities" in self.on:
            lists.drop_bc_identities(path, query, found)
        data = found.data()
        if "wrong-totals" in self.on:
            lists.miscount(path, query, data)
        if "identity-counts" in self.on:
            lists.forget_identity_counts(path, query, data)
        if "no-page-info" in self.on:
            lists.forget_page_info(path, found, data)
        return data

    def _change_rows(self, path: str, query: Query, data: Row) -> None:
        if "closed-stores" in self.on:
            lists.add_closed_store(path, query, data)
        if "unstable-lists" in self.on and path in {*lists.SORTED_BY_TIME, *FILES}:
            values.show_batch_times(data)
        if self.on & {"thumbnails-refused", "thumbnails-silent"}:
            values.name_thumbnails(path, data)
        if "music-source-objects" in self.on:
            values.show_sources_as_objects(path, data)
        if "pixel-iso-times" in self.on:
            values.show_iso_times(path, data)
