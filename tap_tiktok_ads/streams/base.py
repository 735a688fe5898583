"""What all streams share: reads planned ahead, rows written in order, accounts that fail alone."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import closing
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from singer_sdk import Stream
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.singerlib.catalog import Metadata
from typing_extensions import override

from tap_tiktok_ads.columns import SYNCED_AT, json_schema
from tap_tiktok_ads.decoding import encoder
from tap_tiktok_ads.errors import AccountError
from tap_tiktok_ads.progress import Progress, told

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from singer_sdk.singerlib import MetadataMapping

    from tap_tiktok_ads.columns import Column
    from tap_tiktok_ads.read_result import Reading
    from tap_tiktok_ads.tap import TapTikTokAds
    from tap_tiktok_ads.windows import Window


class Read(NamedTuple):
    """One planned read.

    Attributes:
        advertiser_id: The account it is about.
        run: Does it; called in a thread.
        window: Days of a report.
        same: Columns that have one value for all its rows.
    """

    advertiser_id: str
    run: Callable[[], Reading]
    window: Window | None = None
    same: Mapping[str, Any] = {}

    @override
    def __str__(self) -> str:
        days = f", {self.window}" if self.window else ""
        return f"account {self.advertiser_id}{days}"


class TikTokStream(Stream):
    """A stream of TikTok's.

    A subclass says what it has (`columns`, `primary_keys`) and what it reads (`plan`).
    """

    #: Columns that can't be deselected, besides the key.
    always: tuple[str, ...] = ()
    #: Whether a run reads all there is, so that what it does not find is gone.
    whole = True

    _tap: TapTikTokAds

    def __init__(
        self, tap: TapTikTokAds, keys: Sequence[str] = (), name: str | None = None
    ) -> None:
        keys = keys or self.primary_keys
        super().__init__(tap, json_schema(self.columns, keys), name)
        self.primary_keys = keys

    @property
    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """All columns, in the order of the table."""

    @abstractmethod
    def plan(self) -> Iterator[Read]:
        """Plan the reads, in the order in which their rows are to come."""

    def finished(self, read: Read, reading: Reading) -> None:
        """Do what is to be done when a read's rows are all written."""

    def concluded(self) -> None:
        """Do what is to be done when the stream is read."""

    @override
    @property
    def metadata(self) -> MetadataMapping:
        mapping = super().metadata
        for name in (*self.always, SYNCED_AT.name):
            mapping["properties", name].inclusion = Metadata.InclusionType.AUTOMATIC
        for column in self.columns:
            if not column.default:
                mapping["properties", column.name].selected_by_default = False
        return mapping

    @property
    def selected_columns(self) -> dict[str, str]:
        """Type of each column that is selected."""
        offered = self.effective_schema["properties"]
        return {
            column.name: column.type
            for column in self.columns
            if column.name in offered and self.mask.get(("properties", column.name), True)
        }

    @override
    @property
    def partitions(self) -> list[dict[str, Any]] | None:
        return [{"advertiser_id": advertiser_id} for advertiser_id in self._tap.advertiser_ids]

    @override
    def get_replication_key_signpost(self, context: Any = None) -> None:
        """Bookmarks are set by finished windows; nothing has to hold them back."""

    @override
    def get_batch_config(self, config: Any) -> None:
        """Batches can't be tied to windows, so there are none."""

    @override
    @property
    def emit_activate_version_messages(self) -> bool:
        """Whether the SDK sends them; no, since they belong behind the rows they are about."""
        return False

    @override
    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:
        """Give an account's records."""
        for read in self.plan():
            if not context or read.advertiser_id == context["advertiser_id"]:
                for rows in read.run().chunks():
                    for line in self._lines(read, rows):
                        yield msgspec.json.decode(line)["record"]

    @override
    def _sync_records(
        self, context: Any = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        # A stream's own version, should rows be marked that this read no longer finds.
        full = self.replication_method == "FULL_TABLE"
        marks = full and self.whole and self.config.get("emit_activate_version_messages", False)
        self._stream_version = self._tap.version if marks else None
        lost = self._tap.lost[self.name]
        before = len(lost)
        reads = list(self.plan())
        tasks = (partial(_attempt, read) for read in reads if read.advertiser_id not in lost)
        with (
            self.get_record_counter() as counter,
            self.get_sync_timer(),
            told(Progress(self.name, len(reads)), self._tap.client, self.logger) as progress,
            closing(self._tap.fetcher.reads.in_order(tasks)) as results,
        ):
            for read, result in results:
                if isinstance(result, AccountError):
                    self._tap.lose(self.name, read.advertiser_id, result)
                elif read.advertiser_id not in lost:
                    # An account's later reads are dropped with an earlier one: no gap is left.
                    self._write(read, result)
                    counter.increment(result.rows)
                    progress.wrote(str(read), result.rows)
                    self.finished(read, result)
        self.concluded()
        if marks and len(lost) == before:
            self._write_activate_version_message(self._tap.version)
        self._write_state_message()
        yield from ()

    def _write(self, read: Read, reading: Reading) -> None:
        self.state_manager.is_flushed = False
        for rows in reading.chunks():
            lines = self._lines(read, rows)
            if self._is_plain:
                self._tap.write_lines(lines[: self.ABORT_AT_RECORD_COUNT])
            else:
                for line in lines[: self.ABORT_AT_RECORD_COUNT]:
                    self._write_record_message(msgspec.json.decode(line)["record"])
            if self.ABORT_AT_RECORD_COUNT is not None:
                self._check_max_record_limit(len(rows))

    @cached_property
    def _is_plain(self) -> bool:
        """Whether records go out as they are, without stream maps or flattening."""
        first, *more = self.stream_maps
        return not more and type(first) is SameRecordTransform and not first.flattening_enabled

    def _lines(self, read: Read, rows: Sequence[bytes]) -> list[bytes]:
        """Write rows as RECORD messages: only the middle differs from row to row."""
        same = {**read.same, SYNCED_AT.name: self._tap.synced_at}
        wanted = self.selected_columns
        members = encoder.encode({name: same[name] for name in same if name in wanted})[1:-1]
        head = b'{"type":"RECORD","stream":%b,"record":{%b,' % (encoder.encode(self.name), members)
        tail: dict[str, Any] = {"time_extracted": self._tap.synced_at}
        if self._stream_version is not None:
            tail["version"] = self._stream_version
        end = b"}," + encoder.encode(tail)[1:] + b"\n"
        return [head + row + end for row in rows]


def _attempt(read: Read) -> tuple[Read, Reading | AccountError]:
    try:
        return read, read.run()
    except AccountError as error:
        return read, error
