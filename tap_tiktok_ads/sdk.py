"""The private members of the Singer SDK that the tap uses: all of them, and only here.

Other modules see public methods, so that a new version of the SDK can break this one alone. A test
names any member of `PRIVATE_MEMBERS` that the installed version lacks.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

from singer_sdk import Stream, Tap
from singer_sdk.exceptions import ConfigValidationError
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from types import FrameType

#: Why each member is used; checked with singer-sdk 0.54.
PRIVATE_MEMBERS: Final[Mapping[type, Mapping[str, str]]] = {
    Tap: {
        "_config": "Ids of ad accounts are normalised before the SDK validates them.",
        "_validate_config": "All settings are read once, and all errors are reported together.",
        "_handle_termination": "A run that was stopped must not look complete.",
    },
    Stream: {
        "_sync_records": "Rows of all accounts are read ahead and written in order.",
        "_write_schema_message": "A stream that others write to has one SCHEMA message.",
        "_write_record_message": "Stream maps and flattening are the SDK's.",
        "_write_state_message": "STATE goes out behind finished windows.",
        "_write_activate_version_message": "It belongs behind the rows that it is about.",
        "_stream_version": "The SDK puts it into RECORD messages.",
        "_check_max_record_limit": "`meltano config test` reads one record.",
    },
}


class SdkTap(Tap):
    """A tap that reads its settings itself."""

    @abstractmethod
    def normalize_config(self, config: dict[str, Any]) -> None:
        """Bring the configuration to the form that its JSON Schema describes."""

    @abstractmethod
    def read_config(self) -> list[str]:
        """Read the configuration, and return what is wrong with it."""

    @abstractmethod
    def hides_schema_error(self, text: str) -> bool:
        """Whether an error of the SDK's is not to be shown."""

    @abstractmethod
    def stopped(self, signum: int) -> None:
        """End the process after a signal."""

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        errors: list[str] = []
        self.normalize_config(self._config)
        try:
            super()._validate_config(raise_errors=True)
        except ConfigValidationError as error:
            errors = [text for text in error.errors if not self.hides_schema_error(text)]
        errors += self.read_config()
        if errors and raise_errors:
            summary = "The settings can't be used."
            raise ConfigValidationError(summary, errors=errors, schema=self.config_jsonschema)
        return errors

    @override
    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:
        self.stopped(signum)


class SdkStream(Stream):
    """A stream that writes its messages itself."""

    #: Version in the stream's RECORD messages, if they have one.
    version: int | None = None

    _has_schema = False

    @abstractmethod
    def sync_rows(self) -> None:
        """Read the stream and write its messages."""

    def write_record(self, record: dict[str, Any]) -> None:
        """Write a RECORD message through stream maps and flattening."""
        self._stream_version = self.version
        self._write_record_message(record)

    def write_schema(self) -> None:
        """Write the SCHEMA message, unless the stream has one already."""
        self._write_schema_message()

    def write_state(self) -> None:
        """Write a STATE message."""
        self._write_state_message()

    def write_activate_version(self, version: int) -> None:
        """Write an ACTIVATE_VERSION message."""
        self._write_activate_version_message(version)

    def count_for_test(self, rows: int) -> None:
        """End the stream if a connection test has read enough rows."""
        if self.ABORT_AT_RECORD_COUNT is not None:
            self._check_max_record_limit(rows)

    @override
    def _sync_records(
        self, context: Any = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        self.sync_rows()
        yield from ()

    @override
    def _write_schema_message(self) -> None:
        if not self._has_schema:
            self._has_schema = True
            super()._write_schema_message()
