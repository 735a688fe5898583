"""Creatives: the files, posts and identities that ads are made of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_tiktok_ads.api.lists import batches
from tap_tiktok_ads.errors import REFUSED, AmbiguousAnswerError
from tap_tiktok_ads.facts import endpoints
from tap_tiktok_ads.read_result import ReadResult
from tap_tiktok_ads.streams.lists import DetailedStream, ListRequest, ListStream, MergedStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import msgspec

    from tap_tiktok_ads.read_result import Page


class FileStream(ListStream):
    """Files of an account: the newest are listed, others that ads name are read by id."""

    #: Path of the endpoint that returns files by id.
    info_endpoint: ClassVar[str]

    @override
    def read(self, advertiser_id: str) -> ReadResult:
        info = endpoints()[self.info_endpoint]
        found = set[int]()
        result = self.run.lists.union(
            self.endpoint,
            {"advertiser_id": advertiser_id, "page_size": self.api.page_size},
            partial(self._page, found),
        )
        try:
            named = self.run.lookups.named_by_ads(advertiser_id)[info.id_parameter]
        except AmbiguousAnswerError as error:
            self.logger.warning("%s: skipped those that only ads name. %s", self.name, error)
            named, result.incomplete = [], True
        ids = [file_id for file_id in named if hash((file_id,)) not in found]
        for some in batches(ids, info.ids_per_request):
            for part in self._by_id(advertiser_id, some):
                result.extend(part)
        return result

    def _by_id(self, advertiser_id: str, ids: Sequence[str]) -> Iterator[ReadResult]:
        """Read files by id; an id that TikTok refuses costs only itself (live-2026.md 10)."""
        request = (self.info_endpoint, {"advertiser_id": advertiser_id, **self.by_id(ids)})
        try:
            yield self.run.lists.unpaged([(*request, self.decoder.page)])
        except REFUSED as error:
            if len(ids) == 1:
                self.logger.warning("%s: skipped %s. %s", self.name, ids[0], error)
                yield ReadResult(incomplete=True)
                return
            middle = len(ids) // 2
            yield from self._by_id(advertiser_id, ids[:middle])
            yield from self._by_id(advertiser_id, ids[middle:])

    def _page(self, found: set[int], data: msgspec.Raw) -> Page:
        page = self.decoder.page(data)
        found.update(page.keys)
        return page

    def by_id(self, ids: Sequence[str]) -> dict[str, Any]:
        """Return the parameters that ask for files by their ids."""
        return {endpoints()[self.info_endpoint].id_parameter: ids}


class Videos(FileStream):
    """Videos."""

    name = "videos"
    entity = "video"
    endpoint = "/file/video/ad/search/"
    primary_keys = ("advertiser_id", "video_id")
    info_endpoint = "/file/video/ad/info/"


class Images(FileStream):
    """Images."""

    name = "images"
    entity = "image"
    endpoint = "/file/image/ad/search/"
    primary_keys = ("advertiser_id", "image_id")
    info_endpoint = "/file/image/ad/info/"


class Music(FileStream):
    """Music, uploaded or TikTok's own."""

    name = "music"
    entity = "music"
    endpoint = "/file/music/get/"
    primary_keys = ("advertiser_id", "music_id")
    info_endpoint = "/file/music/get/"

    @override
    def by_id(self, ids: Sequence[str]) -> dict[str, Any]:
        search = {"music_scene": "CAROUSEL_ADS", "search_type": "SEARCH_BY_MUSIC_ID"}
        return {**search, "filtering": super().by_id(ids), "page_size": self.api.page_size}


class Portfolios(DetailedStream):
    """Portfolios: calls to action, cards and other add-ons, with their contents."""

    name = "portfolios"
    entity = "portfolio"
    endpoint = "/creative/portfolio/list/"
    primary_keys = ("advertiser_id", "creative_portfolio_id")
    details_endpoint = "/creative/portfolio/get/"


class Identities(MergedStream):
    """Identities that ads are shown under, of all kinds."""

    name = "identities"
    entity = "identity"
    endpoint = "/identity/get/"
    primary_keys = ("advertiser_id", "identity_id", "identity_type")
    aliases = {"username": "user_name"}  # noqa: RUF012 (as the base class declares it)

    @override
    def requests(self, advertiser_id: str) -> Iterator[ListRequest]:
        yield ListRequest()
        # Those of a Business Center that the account is not part of may need a list of their own.
        try:
            bc_ids = self.run.lookups.named_by_ads(advertiser_id)["bc_ids"]
        except AmbiguousAnswerError as error:
            self.run.keep(self.name, advertiser_id, error)
            return
        for bc_id in bc_ids:
            constants = {"identity_authorized_bc_id": bc_id}
            params = {"identity_type": "BC_AUTH_TT", **constants}
            yield ListRequest(params, constants, optional=True)


class SparkPosts(ListStream):
    """TikTok posts that their owners let the account advertise with."""

    name = "spark_posts"
    entity = "spark_post"
    endpoint = "/tt_video/list/"
    primary_keys = ("advertiser_id", "item_id")

    @override
    def unpack(self, listed: Any) -> Iterable[dict[str, Any]]:
        for post in listed:
            row = dict(post.get("item_info") or {})
            # A credential: whoever has it can advertise with the post.
            row.pop("auth_code", None)
            for part in ("user_info", "auth_info", "video_info"):
                inner = row.pop(part, None)
                members = post.get(part) or inner
                row |= members if isinstance(members, dict) else {}
            yield row
