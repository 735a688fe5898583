"""Creatives: the files, posts and identities that ads are made of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_tiktok_ads.api.lists import portions
from tap_tiktok_ads.streams.lists import Ask, DetailedStream, ListStream, MergedStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import msgspec

    from tap_tiktok_ads.decoding import Page
    from tap_tiktok_ads.read_result import Reading


class FileStream(ListStream):
    """Files of an account: the newest are listed, others that ads name are asked for by id."""

    page_size = 100
    #: Where files are told by their ids, how the ids are given, and how many at once.
    info: ClassVar[str]
    id_parameter: ClassVar[str]
    ids_per_request: ClassVar[int] = 100

    @override
    def read(self, advertiser_id: str) -> Reading:
        found = set[int]()
        reading = self._tap.fetcher.complete(
            self.endpoint,
            {"advertiser_id": advertiser_id, "page_size": self.page_size},
            partial(self._page, found),
            most=self.most,
        )
        named = self._tap.parents.named_by_ads(advertiser_id)[self.id_parameter]
        ids = [file_id for file_id in named if hash((file_id,)) not in found]
        older = self._tap.fetcher.answers(
            (self.info, {"advertiser_id": advertiser_id, **self.by_id(some)}, self.rows.page)
            for some in portions(ids, self.ids_per_request)
        )
        reading.extend(older)
        return reading

    def _page(self, found: set[int], data: msgspec.Raw) -> Page:
        page = self.rows.page(data)
        found.update(page.keys)
        return page

    def by_id(self, ids: Sequence[str]) -> dict[str, Any]:
        """Give the parameters that ask for files by their ids."""
        return {self.id_parameter: ids}


class Videos(FileStream):
    """Videos."""

    name = "videos"
    entity = "video"
    endpoint = "/file/video/ad/search/"
    most = 10_000
    primary_keys = ("advertiser_id", "video_id")
    info = "/file/video/ad/info/"
    id_parameter = "video_ids"
    ids_per_request = 60


class Images(FileStream):
    """Images."""

    name = "images"
    entity = "image"
    endpoint = "/file/image/ad/search/"
    most = 10_000
    primary_keys = ("advertiser_id", "image_id")
    info = "/file/image/ad/info/"
    id_parameter = "image_ids"


class Music(FileStream):
    """Music, uploaded or TikTok's own."""

    name = "music"
    entity = "music"
    endpoint = "/file/music/get/"
    list_key = "musics"
    page_size = 1000
    most = 100_000
    primary_keys = ("advertiser_id", "music_id")
    info = "/file/music/get/"
    id_parameter = "music_ids"

    @override
    def by_id(self, ids: Sequence[str]) -> dict[str, Any]:
        search = {"music_scene": "CAROUSEL_ADS", "search_type": "SEARCH_BY_MUSIC_ID"}
        return {**search, "filtering": super().by_id(ids), "page_size": self.page_size}


class Portfolios(DetailedStream):
    """Portfolios: calls to action, cards and other add-ons, with their contents."""

    name = "portfolios"
    entity = "portfolio"
    endpoint = "/creative/portfolio/list/"
    list_key = "creative_portfolios"
    page_size = 100
    primary_keys = ("advertiser_id", "creative_portfolio_id")
    details = "/creative/portfolio/get/"
    id_parameter = "creative_portfolio_id"


class Identities(MergedStream):
    """Identities that ads are shown under, of all kinds."""

    name = "identities"
    entity = "identity"
    endpoint = "/identity/get/"
    list_key = "identity_list"
    page_size = 100
    primary_keys = ("advertiser_id", "identity_id", "identity_type")
    aliases = {"username": "user_name"}  # noqa: RUF012 (as the base class declares it)

    @override
    def asks(self, advertiser_id: str) -> Iterator[Ask]:
        yield Ask()
        # Those of a Business Center that the account has no part in may have to be asked for by it.
        for bc_id in self._tap.parents.named_by_ads(advertiser_id)["bc_ids"]:
            same = {"identity_authorized_bc_id": bc_id}
            yield Ask({"identity_type": "BC_AUTH_TT", **same}, same, optional=True)


class SparkPosts(ListStream):
    """TikTok posts that their owners let the account advertise with."""

    name = "spark_posts"
    entity = "spark_post"
    endpoint = "/tt_video/list/"
    page_size = 50
    primary_keys = ("advertiser_id", "item_id")

    @override
    def unpack(self, listed: Any) -> Iterable[dict[str, Any]]:
        for post in listed:
            row = dict(post.get("item_info") or {})
            # A credential: whoever has it can advertise with the post.
            row.pop("auth_code", None)
            for part in ("user_info", "auth_info", "video_info"):
                inner = row.pop(part, None)
                row |= post.get(part) or inner or {}
            yield row
