"""What all streams share: planned reads, rows written in order, errors that cost one account."""

from __future__ import annotations

import logging
from abc import abstractmethod
from contextlib import closing
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.singerlib.catalog import Metadata
from typing_extensions import override

from tap_tiktok_ads.columns import SYNCED_AT, UNREAD, json_schema
from tap_tiktok_ads.decoding import UNREAD_MEMBER, encoder
from tap_tiktok_ads.errors import AccountError, AmbiguousAnswerError, MisfitError
from tap_tiktok_ads.progress import Progress, logged_progress
from tap_tiktok_ads.run import write_lines
from tap_tiktok_ads.sdk import SdkStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from singer_sdk import Tap
    from singer_sdk.singerlib import MetadataMapping

    from tap_tiktok_ads.columns import Column
    from tap_tiktok_ads.read_result import ReadResult
    from tap_tiktok_ads.run import Run
    from tap_tiktok_ads.windows import Window


logger = logging.getLogger(__name__)


class PlannedRead(NamedTuple):
    """One read that a stream plans.

    Attributes:
        advertiser_id: The account it is about.
        read: Reads; called in a thread.
        window: Days of a report.
        constants: Columns that have one value in all its rows.
    """

    advertiser_id: str
    read: Callable[[], ReadResult]
    window: Window | None = None
    constants: Mapping[str, Any] = {}

    @override
    def __str__(self) -> str:
        days = f", {self.window}" if self.window else ""
        return f"account {self.advertiser_id}{days}"


class TikTokStream(SdkStream):
    """A stream of TikTok's.

    A subclass says what it has (`columns`, `primary_keys`) and what it reads (`plan`).
    """

    #: Columns that can't be deselected, besides the key.
    always: tuple[str, ...] = ()
    #: Whether a run reads all rows there are, so that a row it does not find is gone.
    reads_all = True
    #: Whether an answer that does not say what there is leaves an account as it is, without error.
    keeps_unclear = True

    def __init__(
        self, tap: Tap, run: Run, keys: Sequence[str] = (), name: str | None = None
    ) -> None:
        keys = keys or self.primary_keys
        self.run = run
        super().__init__(tap, json_schema(self.columns, keys), name)
        self.primary_keys = keys

    @property
    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """All columns, in the order of the table."""

    @abstractmethod
    def plan(self) -> Iterator[PlannedRead]:
        """Yield the reads, in the order in which their rows are to be written."""

    def finished(self, planned: PlannedRead, result: ReadResult) -> None:
        """Do what follows the last row of a read."""

    def concluded(self) -> None:
        """Do what follows the last read."""

    @override
    @property
    def metadata(self) -> MetadataMapping:
        mapping = super().metadata
        for name in (*self.always, SYNCED_AT.name):
            mapping["properties", name].inclusion = Metadata.InclusionType.AUTOMATIC
        for column in self.columns:
            if column == UNREAD:
                mapping["properties", column.name].inclusion = Metadata.InclusionType.AUTOMATIC
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
        return [{"advertiser_id": advertiser_id} for advertiser_id in self.run.advertiser_ids]

    @override
    def get_replication_key_signpost(self, context: Any = None) -> None:
        """Return none: bookmarks are set by finished windows, so nothing has to hold them back."""

    @override
    def get_batch_config(self, config: Any) -> None:
        """Return none: batches can't be tied to windows."""

    @override
    @property
    def emit_activate_version_messages(self) -> bool:
        """Whether the SDK sends them: no, they belong behind the rows that they are about."""
        return False

    @override
    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:
        """Yield an account's records."""
        for planned in self.plan():
            if not context or planned.advertiser_id == context["advertiser_id"]:
                frame = self._frame(planned)
                for rows in planned.read().chunks():
                    for message in frame(rows):
                        yield msgspec.json.decode(message)["record"]

    @override
    def sync_rows(self) -> None:
        marks_deleted = self.run.settings.emit_activate_version_messages and (
            self.replication_method == "FULL_TABLE" and self.reads_all
        )
        self.version = self.run.version if marks_deleted else None
        lost = self.run.lost[self.name]
        unclear = self.run.unclear[self.name]
        lost_before = len(lost)
        plan = list(self.plan())
        tasks = (partial(_attempt, each) for each in plan if each.advertiser_id not in lost)
        with (
            self.get_record_counter() as counter,
            self.get_sync_timer(),
            logged_progress(
                Progress(self.name, len(plan)), self.run.client, self.logger
            ) as progress,
            closing(self.run.lists.workers.in_order(tasks)) as results,
        ):
            for planned, result in results:
                if isinstance(result, AmbiguousAnswerError) and self.keeps_unclear:
                    self.run.keep(self.name, planned.advertiser_id, result)
                elif isinstance(result, AccountError):
                    self.run.lose(self.name, planned.advertiser_id, result)
                elif planned.advertiser_id not in lost:
                    # Once a read failed, the account's later ones are dropped: no gap is left.
                    self.write(planned, result)
                    counter.increment(result.rows)
                    progress.wrote(str(planned), result.rows)
                    self.run.note(
                        self.name, planned.advertiser_id, result, exact=not self.keeps_unclear
                    )
                    self.finished(planned, result)
        self.concluded()
        if marks_deleted and len(lost) == lost_before and not unclear:
            self.write_activate_version(self.run.version)
        self.write_state()

    def write(self, planned: PlannedRead, result: ReadResult) -> None:
        """Write a result's rows as RECORD messages."""
        self.state_manager.is_flushed = False
        frame = self._frame(planned)
        for rows in result.chunks():
            messages = frame(rows)[: self.ABORT_AT_RECORD_COUNT]
            if self._writes_unchanged:
                write_lines(messages)
            else:
                for message in messages:
                    self.write_record(msgspec.json.decode(message)["record"])
            self.count_for_test(len(rows))

    @cached_property
    def _writes_unchanged(self) -> bool:
        """Whether records are written unchanged, without stream maps or flattening."""
        first, *more = self.stream_maps
        return not more and type(first) is SameRecordTransform and not first.flattening_enabled

    def _frame(self, planned: PlannedRead) -> Callable[[Sequence[bytes]], list[bytes]]:
        """Return a function that makes rows RECORD messages, which differ only in the middle."""
        selected = self.selected_columns
        constants = {**planned.constants, SYNCED_AT.name: self.run.synced_at}

        def head(**more: None) -> bytes:
            members = {
                name: each for name, each in {**constants, **more}.items() if name in selected
            }
            return b'{"type":"RECORD","stream":%b,"record":{%b,' % (
                encoder.encode(self.name),
                encoder.encode(members)[1:-1],
            )

        tail: dict[str, Any] = {"time_extracted": self.run.synced_at}
        if self.version is not None:
            tail["version"] = self.version
        end = b"}," + encoder.encode(tail)[1:] + b"\n"
        plain, with_unread = head(unread=None), head()

        def frame(rows: Sequence[bytes]) -> list[bytes]:
            return [(with_unread if UNREAD_MEMBER in row else plain) + row + end for row in rows]

        return frame


def _attempt(planned: PlannedRead) -> tuple[PlannedRead, ReadResult | AccountError]:
    try:
        return planned, planned.read()
    except AccountError as error:
        return planned, error
    except (MisfitError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Whatever TikTok sends must not end the run: it costs this account and stream.
        logger.debug("While reading %s", planned, exc_info=True)
        return planned, AccountError(f"TikTok's answer can't be understood: {error!r}.")
