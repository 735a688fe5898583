"""Streams of what an endpoint lists: all of it, every time."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from typing_extensions import override

from tap_tiktok_ads.api.lists import as_objects, batches, object_decoder
from tap_tiktok_ads.columns import ADVERTISER_ID, SYNCED_AT, UNREAD, entity_columns
from tap_tiktok_ads.decoding import EntityDecoder
from tap_tiktok_ads.errors import REFUSED, AccountError, AmbiguousAnswerError
from tap_tiktok_ads.facts import endpoints
from tap_tiktok_ads.read_result import ReadResult
from tap_tiktok_ads.streams.base import PlannedRead, TikTokStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_tiktok_ads.columns import Column
    from tap_tiktok_ads.facts import Endpoint

#: Columns that are not taken from the API's rows.
CONSTANT_COLUMNS: Final = frozenset({ADVERTISER_ID.name, SYNCED_AT.name, UNREAD.name})


class ListRequest(NamedTuple):
    """One of the lists that make up an account's rows.

    Attributes:
        params: Query parameters besides the account.
        constants: Columns that have one value in all its rows.
        optional: Whether to continue without the list if TikTok refuses it.
    """

    params: Mapping[str, Any] = {}
    constants: Mapping[str, Any] = {}
    optional: bool = False


class EntityStream(TikTokStream):
    """Entities of an account, all of them, every time."""

    #: Name of the file of facts with its fields.
    entity: ClassVar[str]
    #: Path of the endpoint.
    endpoint: ClassVar[str]
    #: Type of what stands under the list key.
    form: ClassVar[Any] = list[Any]
    #: Names that some sources give to a column, and the column's.
    aliases: ClassVar[Mapping[str, str]] = {}
    state_partitioning_keys: Sequence[str] | None = ()

    @override
    @property
    def columns(self) -> Sequence[Column]:
        return entity_columns(self.entity)

    @property
    def api(self) -> Endpoint:
        """What is known about the endpoint."""
        return endpoints()[self.endpoint]

    @property
    def row_key(self) -> list[str]:
        """Columns of the key that the API's rows have."""
        return [name for name in self.primary_keys if name not in CONSTANT_COLUMNS]

    @cached_property
    def decoder(self) -> EntityDecoder:
        """Decodes the API's rows."""
        columns = self.selected_columns.items()
        return EntityDecoder(
            self.name,
            {name: kind for name, kind in columns if name not in CONSTANT_COLUMNS},
            key=self.row_key,
            list_key=self.api.list_key,
            form=self.form,
            unpack=self.unpack,
        )

    def unpack(self, listed: Any) -> Iterable[dict[str, Any]]:
        """Yield the rows in what stands under the list key."""
        for row in listed:
            for alias in self.aliases.keys() & row.keys():
                row.setdefault(self.aliases[alias], row.pop(alias))
            yield row

    @override
    def concluded(self) -> None:
        if new := self.decoder.unknown - {column.name for column in self.columns}:
            self.logger.warning(
                "%s: TikTok sends fields that this version does not know and does not load: %s",
                self.name,
                ", ".join(sorted(new)),
            )


class ListStream(EntityStream):
    """What an endpoint lists, account by account."""

    selected_by_default = False

    @override
    def plan(self) -> Iterator[PlannedRead]:
        _ = self.decoder  # made before threads share it
        for advertiser_id in self.run.advertiser_ids:
            constants = {"advertiser_id": advertiser_id}
            read = partial(self.read, advertiser_id)
            yield PlannedRead(advertiser_id, read, constants=constants)

    def requests(self, advertiser_id: str) -> Iterable[ListRequest]:  # noqa: ARG002 (overridden)
        """Return the lists that make up an account's rows."""
        return [ListRequest()]

    def read(self, advertiser_id: str) -> ReadResult:
        """Read an account's rows."""
        requests = self.requests(advertiser_id)
        if not self.api.page_size:
            return self.read_unpaged(advertiser_id, requests)
        result = ReadResult()
        for request in requests:
            result.extend(self.read_list(advertiser_id, request, self.decoder))
        return result

    def read_unpaged(self, advertiser_id: str, requests: Iterable[ListRequest]) -> ReadResult:
        """Read lists that have no pages."""
        account = {"advertiser_id": advertiser_id}
        # All are known before the first is sent: finding out may take requests, too.
        return self.run.lists.unpaged(
            [
                (
                    self.endpoint,
                    {**account, **request.params},
                    partial(self.decoder.page, constants=request.constants),
                )
                for request in requests
            ]
        )

    def read_list(
        self, advertiser_id: str, request: ListRequest, decoder: EntityDecoder
    ) -> ReadResult:
        """Read a list that has pages."""
        account = {"advertiser_id": advertiser_id, "page_size": self.api.page_size}
        decode = partial(decoder.page, constants=request.constants)
        try:
            return self.run.lists.union(self.endpoint, {**account, **request.params}, decode)
        except AmbiguousAnswerError as error:
            self.logger.warning("%s: skipped a list. %s", self.name, error)
            return ReadResult(incomplete=True)
        except REFUSED as error:
            if not request.optional:
                raise
            self.logger.warning("%s: skipped an optional list. %s", self.name, error)
            return ReadResult(incomplete=True)


class MergedStream(ListStream):
    """Entities that may stand in several of the lists, and have one row."""

    @override
    def read(self, advertiser_id: str) -> ReadResult:
        key = self.row_key
        untyped = EntityDecoder(
            self.name, None, key=key, list_key=self.api.list_key, unpack=self.unpack
        )
        rows: dict[str, dict[str, Any]] = {}
        result = ReadResult()
        for request in self.requests(advertiser_id):
            part = self.read_list(advertiser_id, request, untyped)
            result.requests += part.requests
            result.incomplete |= part.incomplete
            for row in as_objects(part):
                rows.setdefault(" ".join(str(row.get(name)) for name in key), row)
        result.requests += self.add_details(advertiser_id, rows)
        members = [self.decoder.members(row, result.unread) for row in rows.values()]
        result.add([each for each in members if each is not None])
        result.total = result.rows
        return result

    def add_details(
        self,
        advertiser_id: str,  # noqa: ARG002 (overridden)
        rows: dict[str, dict[str, Any]],  # noqa: ARG002 (overridden)
    ) -> int:
        """Add to rows what the lists leave out.

        Args:
            advertiser_id: The account.
            rows: The rows by their ids.

        Returns:
            The number of requests that it took.
        """
        return 0


class DetailedStream(MergedStream):
    """Entities that are listed briefly; another endpoint has their details by id."""

    #: Path of the endpoint with the details.
    details_endpoint: ClassVar[str]

    @override
    def add_details(self, advertiser_id: str, rows: dict[str, dict[str, Any]]) -> int:
        chunks = list(batches(list(rows), endpoints()[self.details_endpoint].ids_per_request))
        answers = self.run.lists.together(
            partial(self._details, advertiser_id, chunk) for chunk in chunks
        )
        refused = []
        for answer in answers:
            if isinstance(answer, Exception):
                refused.append(answer)
                continue
            for row in answer:
                known = {name: value for name, value in row.items() if value is not None}
                rows.setdefault(str(row.get(self.primary_keys[-1])), {}).update(known)
        if refused and len(refused) == len(chunks):
            raise refused[-1]
        for error in refused:
            self.logger.warning("%s: skipped some details. %s", self.name, error)
        return len(chunks) - len(refused)

    def _details(
        self, advertiser_id: str, ids: Sequence[str]
    ) -> list[dict[str, Any]] | AccountError:
        """Return details, or why TikTok refuses them.

        Raises:
            AccountError: If they can't be read for another reason.
        """
        details = endpoints()[self.details_endpoint]
        value = ids if details.ids_per_request > 1 else ids[0]
        params = {"advertiser_id": advertiser_id, details.id_parameter: value}
        try:
            data = self.run.client.get(self.details_endpoint, params).data
        except REFUSED as error:
            return error
        try:
            return list(self.unpack(self.detailed(object_decoder.decode(data))))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            msg = (
                f"{self.details_endpoint}: TikTok's answer does not have the form it should have. "
            )
            msg += repr(error)
            raise AmbiguousAnswerError(msg) from None

    def detailed(self, data: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Return the entities in an answer with details."""
        return [data]
