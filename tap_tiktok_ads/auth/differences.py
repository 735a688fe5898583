"""How an answer differs from the facts, in words that hold no data.

What is kept: names of endpoints, streams, fields, parameters and headers, types, codes and counts
of differences. Names that TikTok sends are kept only if they look like names of an API.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from tap_tiktok_ads.errors import MisfitError
from tap_tiktok_ads.values import MISSING, convert

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_tiktok_ads.api.transport import Response

#: Names of fields; a longer run of digits could be an id.
_NAME: Final = re.compile(r"(?!.*\d{5})[a-z_0-9][a-zA-Z_0-9]{0,79}", re.ASCII)
_HEADER: Final = re.compile(r"(?!.*\d{5})[a-z0-9-]{1,60}", re.ASCII)
_WORD: Final = re.compile(r"[a-z_0-9]+", re.ASCII)
ODD_NAME: Final = "(a name that could be data)"
_RIGHT_NAMES: Final = re.compile(r"correct is \[([^]]*)")
#: The members of an envelope, and of ``page_info``.
ENVELOPE: Final = ("code", "message", "request_id", "data")
PAGE_INFO: Final = ("page", "page_size", "total_number", "total_page")
DEPRECATION_HEADER: Final = "x-api-deprecation-info"
#: Types of which ``null`` and absence are usual.
_EXACT: Final[Mapping[str, frozenset[str]]] = {
    "boolean": frozenset({"boolean"}),
    "object": frozenset({"object"}),
    "array<integer>": frozenset({"array"}),
    "array<object>": frozenset({"array"}),
    "array<string>": frozenset({"array"}),
    "integer": frozenset({"number", "text"}),
    "number": frozenset({"number", "decimal number", "text"}),
}

_decoder: Final = msgspec.json.Decoder(float_hook=Decimal)


class Difference(NamedTuple):
    """One way in which TikTok's answers differ from the facts.

    Attributes:
        endpoint: Path of the endpoint.
        stream: The stream that reads it.
        kind: One of `KINDS`.
        name: The field, metric, parameter, header or code that it is about.
        detail: Types.
    """

    endpoint: str
    stream: str
    kind: str
    name: str = ""
    detail: str = ""


#: What each kind of difference says, and what stands where.
KINDS: Final[Mapping[str, str]] = {
    "absent": "no row has the field {name}",
    "deprecated": "the header {name} says that the API will end",
    "envelope": "{name} is {detail}",
    "failed": "no usable answer: {name}",
    "form": "{name} should be {detail}",
    "header": "new header {name}",
    "member": "new member {name} beside the list",
    "misfit": "{name} does not fit its type: {detail}",
    "moved": "rows of a page changed between two reads",
    "page_info": "page_info: {name} is {detail}",
    "refused": "refused with code {name}",
    "refused_name": "TikTok refuses the name {name} in {detail}",
    "unformed": "rows do not have the form they should have ({name})",
    "unknown": "new field {name}: {detail}",
    "unknown_name": "TikTok names a field that the facts lack: {name}",
}


def describe(difference: Difference) -> str:
    """Return a difference in words."""
    return KINDS[difference.kind].format(**difference._asdict())


class Envelope(NamedTuple):
    """A response of HTTP, read without any expectation.

    Attributes:
        headers: Names of its headers.
        status: Its status.
        members: The members of the JSON object that it holds; None if it holds none.
    """

    headers: tuple[str, ...]
    status: int
    members: dict[str, Any] | None

    @property
    def code(self) -> str:
        """TikTok's code, or the status of HTTP; "other" for what could be anything."""
        if self.members is None:
            return f"HTTP {self.status}"
        code = str(self.members.get("code"))
        return code if re.fullmatch(r"-?\d{1,6}", code, re.ASCII) else "other"

    @property
    def message(self) -> str:
        """TikTok's words."""
        return str((self.members or {}).get("message"))


def read_envelope(response: Response) -> Envelope:
    """Read a response, whatever it holds."""
    try:
        members = _decoder.decode(response.content)
    except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError):
        members = None
    return Envelope(
        tuple(map(header_name, response.headers)),
        response.status,
        members if isinstance(members, dict) else None,
    )


def field_name(name: Any) -> str:
    """Return the name of a field, unless it could be data."""
    return name if isinstance(name, str) and _NAME.fullmatch(name) else ODD_NAME


def header_name(name: str) -> str:
    """Return the name of a header, unless it could be data."""
    return name.lower() if _HEADER.fullmatch(name.lower()) else ODD_NAME


def json_type(value: Any) -> str:
    """Return what kind of JSON a value is."""
    if isinstance(value, str):
        return "a word for nothing" if value in MISSING else "text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Decimal):
        return "decimal number"
    names = {int: "number", dict: "object", list: "array", type(None): "null"}
    return names.get(type(value), "other")


def envelope_differences(envelope: Envelope) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and detail of what is unusual around the data of a successful answer."""
    members = envelope.members or {}
    if not isinstance(members.get("code"), int):
        yield "envelope", "code", json_type(members.get("code"))
    for name in ENVELOPE[1:]:
        if name not in members:
            yield "envelope", name, "missing"
    if "data" in members and not isinstance(members["data"], dict):
        yield "envelope", "data", json_type(members["data"])
    for name in members.keys() - set(ENVELOPE):
        yield "envelope", field_name(name), "new"


def list_differences(
    data: Mapping[str, Any], list_key: str, *, paged: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and detail of what is unusual around a list."""
    if list_key not in data:
        yield "envelope", f"data.{list_key}", "missing"
    for name in data.keys() - {list_key, "page_info"}:
        yield "member", field_name(name), ""
    info = data.get("page_info")
    if not isinstance(info, dict):
        if paged:
            yield "page_info", "page_info", "missing" if info is None else json_type(info)
        return
    for name in PAGE_INFO:
        if name not in info:
            yield "page_info", name, "missing"
        elif type(info[name]) is not int:
            yield "page_info", name, json_type(info[name])
    for name in info.keys() - set(PAGE_INFO):
        yield "page_info", field_name(name), "new"
    yield from _count_differences(info, data.get(list_key), paged=paged)


def _count_differences(
    info: Mapping[str, Any], listed: Any, *, paged: bool
) -> Iterator[tuple[str, str, str]]:
    total, pages = info.get("total_number"), info.get("total_page")
    if isinstance(listed, list) and isinstance(total, int):
        if total < len(listed):
            yield "page_info", "total_number", "less than the rows of the page"
        elif pages == 1 and total != len(listed):
            yield "page_info", "total_number", "not the number of rows of the only page"
    if not paged and isinstance(pages, int) and pages > 1:
        yield "page_info", "total_page", "more than 1 for a list without pages"


def row_differences(
    rows: Sequence[Mapping[str, Any]], types: Mapping[str, str], *, report: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and detail of what is unusual in each value of some rows."""
    for row in rows:
        for name, value in row.items():
            if name not in types:
                yield "unknown", field_name(name), json_type(value)
                continue
            kind = types[name]
            try:
                convert(kind, value)
            except MisfitError:
                yield "misfit", name, f"{json_type(value)} for {kind}"
                continue
            found = json_type(value)
            if value is not None and not report and found not in _EXACT.get(kind, {found}):
                yield "form", name, f"{kind}, is {found}"


def refused_names(message: str, sent: Sequence[str]) -> list[str]:
    """Return those of the names sent that a refusal is about."""
    if right := _RIGHT_NAMES.search(message):
        return sorted(set(sent).difference(_WORD.findall(right[1])))
    return sorted(set(sent).intersection(_WORD.findall(message)))


def names_offered(message: str, sent: Sequence[str]) -> list[str]:
    """Return the names that a refusal lists as right ones and that were not sent."""
    right = _RIGHT_NAMES.search(message)
    names = map(field_name, _WORD.findall(right[1])) if right else ()
    return sorted(set(names) - {ODD_NAME, *sent})
