"""How things are read that TikTok lists: all of them, every time."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from typing_extensions import override

from tap_tiktok_ads.api.lists import as_objects, object_decoder, portions
from tap_tiktok_ads.columns import ADVERTISER_ID, SYNCED_AT, entity_columns
from tap_tiktok_ads.decoding import EntityRows
from tap_tiktok_ads.errors import AccountRefusedError
from tap_tiktok_ads.read_result import Reading
from tap_tiktok_ads.streams.base import Read, TikTokStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_tiktok_ads.columns import Column

#: Columns that are not taken from the API's rows.
SAME: Final = frozenset({ADVERTISER_ID.name, SYNCED_AT.name})


class Ask(NamedTuple):
    """One list among those that make up an account's rows.

    Attributes:
        params: Query parameters besides the account.
        same: Columns that have one value for all its rows.
        optional: An API that does not know this list has nothing on it.
    """

    params: Mapping[str, Any] = {}
    same: Mapping[str, Any] = {}
    optional: bool = False


class EntityStream(TikTokStream):
    """Things of an account, all of them, every time."""

    #: Name of the file of its fields.
    entity: ClassVar[str]
    #: Where in the answer they stand, and in what form.
    list_key: ClassVar[str] = "list"
    form: ClassVar[Any] = list[dict[str, Any]]
    #: Names that some sources give to a column, and the one it has here.
    aliases: ClassVar[Mapping[str, str]] = {}
    state_partitioning_keys: Sequence[str] | None = ()

    @override
    @property
    def columns(self) -> Sequence[Column]:
        return entity_columns(self.entity)

    @cached_property
    def rows(self) -> EntityRows:
        """The reader of the API's rows."""
        columns = self.selected_columns.items()
        return EntityRows(
            self.name,
            {name: kind for name, kind in columns if name not in SAME},
            key=[name for name in self.primary_keys if name not in SAME],
            list_key=self.list_key,
            form=self.form,
            unpack=self.unpack,
        )

    def unpack(self, listed: Any) -> Iterable[dict[str, Any]]:
        """Make rows of what stands in an answer."""
        for row in listed:
            for alias in self.aliases.keys() & row.keys():
                row.setdefault(self.aliases[alias], row.pop(alias))
            yield row

    @override
    def concluded(self) -> None:
        if new := self.rows.unknown - {column.name for column in self.columns}:
            self.logger.warning(
                "%s: TikTok sends fields that this version does not know and does not load: %s",
                self.name,
                ", ".join(sorted(new)),
            )


class ListStream(EntityStream):
    """Things that an endpoint lists, account by account."""

    endpoint: ClassVar[str]
    #: The most rows of a page; 0 for a list that has no pages (errors-and-limits.md 6).
    page_size: ClassVar[int] = 0
    #: Rows after which the list ends, whatever TikTok counts.
    most: ClassVar[float] = float("inf")
    selected_by_default = False

    @override
    def plan(self) -> Iterator[Read]:
        _ = self.rows  # made before threads share it
        for advertiser_id in self._tap.advertiser_ids:
            same = {"advertiser_id": advertiser_id}
            yield Read(advertiser_id, partial(self.read, advertiser_id), same=same)

    def asks(self, advertiser_id: str) -> Iterable[Ask]:  # noqa: ARG002 (subclasses need it)
        """Tell which lists make up an account's rows."""
        return [Ask()]

    def read(self, advertiser_id: str) -> Reading:
        """Read an account's rows."""
        if not self.page_size:
            return self.answers(advertiser_id, self.asks(advertiser_id))
        reading = Reading()
        for ask in self.asks(advertiser_id):
            reading.extend(self._list(advertiser_id, ask, self.rows))
        return reading

    def answers(self, advertiser_id: str, asks: Iterable[Ask]) -> Reading:
        """Read lists that have no pages."""
        same = {"advertiser_id": advertiser_id}
        # All asks are known before the first is sent: to learn one may take requests of its own.
        return self._tap.fetcher.answers(
            [
                (self.endpoint, {**same, **ask.params}, partial(self.rows.page, same=ask.same))
                for ask in asks
            ]
        )

    def _list(self, advertiser_id: str, ask: Ask, rows: EntityRows) -> Reading:
        same = {"advertiser_id": advertiser_id, "page_size": self.page_size}
        decode = partial(rows.page, same=ask.same)
        params = {**same, **ask.params}
        try:
            return self._tap.fetcher.complete(self.endpoint, params, decode, most=self.most)
        except AccountRefusedError as error:
            if not ask.optional:
                raise
            self.logger.warning("%s goes on without a list. %s", self.name, error)
            return Reading()


class MergedStream(ListStream):
    """Things that may stand in several of the lists, and have one row."""

    @override
    def read(self, advertiser_id: str) -> Reading:
        key = [name for name in self.primary_keys if name not in SAME]
        listed = EntityRows(self.name, None, key=key, list_key=self.list_key, unpack=self.unpack)
        rows: dict[str, dict[str, Any]] = {}
        reading = Reading()
        for ask in self.asks(advertiser_id):
            part = self._list(advertiser_id, ask, listed)
            reading.requests += part.requests
            for row in as_objects(part):
                rows.setdefault(" ".join(str(row[name]) for name in key), row)
        reading.requests += self.complete(advertiser_id, rows)
        reading.add([self.rows.members(row) for row in rows.values()])
        reading.total = reading.rows
        return reading

    def complete(self, advertiser_id: str, rows: dict[str, dict[str, Any]]) -> int:  # noqa: ARG002
        """Add to rows what the lists leave out.

        Args:
            advertiser_id: The account.
            rows: The rows by their ids.

        Returns:
            The number of requests that it took.
        """
        return 0


class DetailedStream(MergedStream):
    """Things that are listed briefly; the rest is told by id."""

    #: Where the rest is told, how the ids are given, and how many at once.
    details: ClassVar[str]
    id_parameter: ClassVar[str]
    ids_per_request: ClassVar[int] = 1

    @override
    def complete(self, advertiser_id: str, rows: dict[str, dict[str, Any]]) -> int:
        chunks = list(portions(list(rows), self.ids_per_request))
        answers = self._tap.fetcher.together(
            partial(self._details, advertiser_id, chunk) for chunk in chunks
        )
        refused = []
        for answer in answers:
            if isinstance(answer, AccountRefusedError):
                refused.append(answer)
                continue
            for row in answer:
                known = {name: value for name, value in row.items() if value is not None}
                rows.setdefault(str(row[self.primary_keys[-1]]), {}).update(known)
        if refused and len(refused) == len(chunks):
            raise refused[-1]
        for error in refused:
            self.logger.warning("%s goes on without some details. %s", self.name, error)
        return len(chunks) - len(refused)

    def _details(
        self, advertiser_id: str, ids: Sequence[str]
    ) -> list[dict[str, Any]] | AccountRefusedError:
        value = ids if self.ids_per_request > 1 else ids[0]
        params = {"advertiser_id": advertiser_id, self.id_parameter: value}
        try:
            data = self._tap.fetcher.client.get(self.details, params).data
        except AccountRefusedError as error:
            return error
        return list(self.unpack(self.described(object_decoder.decode(data))))

    def described(self, data: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Find the things in an answer about them."""
        return [data]
