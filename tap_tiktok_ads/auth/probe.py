"""The probe: what TikTok answers today, compared with the facts that the tap is built on."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tap_tiktok_ads.api.address import BASE_PATH
from tap_tiktok_ads.api.client import Client
from tap_tiktok_ads.api.rate_limit import RateLimiter
from tap_tiktok_ads.auth.differences import (
    DEPRECATION_HEADER,
    Difference,
    Envelope,
    describe,
    envelope_differences,
    list_differences,
    names_offered,
    read_envelope,
    refused_names,
    row_differences,
)
from tap_tiktok_ads.auth.questions import ACCOUNT_INFO, no_ids
from tap_tiktok_ads.columns import ADVERTISER_ID
from tap_tiktok_ads.errors import ApiError, RateLimitError
from tap_tiktok_ads.facts import endpoints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tap_tiktok_ads.api.transport import Response
    from tap_tiktok_ads.auth.questions import Question
    from tap_tiktok_ads.settings import Settings

    Row = Mapping[str, Any]

WIDTH: Final = 80
#: How many differences of one kind a person is shown for one stream; the file has all.
SHOWN: Final = 5
#: Metrics that any report has, to ask again when others were refused without a name.
CORE_METRICS: Final = ("spend", "cost")
#: Headers of every HTTP answer, and those of TikTok's that are known (errors-and-limits.md).
KNOWN_HEADERS: Final = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "server",
        "transfer-encoding",
        "x-tt-ads-throttle",
        "x-tt-logid",
        "x-tt-trace-id",
    }
)
#: Stands for a stream where a difference concerns any answer.
ALL: Final = "all answers"


class Probe:
    """Asks questions, and collects how the answers differ from the facts.

    Args:
        settings: Settings of the tap.
    """

    def __init__(self, settings: Settings) -> None:
        #: Trouble is a finding, not a reason to ask more often than was announced.
        self.client = Client(
            api_url=settings.api_url,
            access_token=settings.access_token,
            rate_limiter=RateLimiter(settings.requests_per_second),
            timeout=settings.request_timeout,
            max_attempts=1,
            observe=self._observe,
        )
        self.differences: Counter[Difference] = Counter()
        self.codes: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.headers: set[str] = set()
        #: How often each stream's questions were answered with rows, without, or not at all.
        self.asked: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._ids = no_ids()
        self._fields: defaultdict[str, set[str]] = defaultdict(set)
        self._envelopes: list[Envelope] = []

    def _observe(self, response: Response) -> None:
        self._envelopes.append(read_envelope(response))

    def run(self, questions: Iterable[Question]) -> None:
        """Ask all questions, unless the app's requests are used up.

        Raises:
            ApiError: If the token or the address is wrong.
        """
        answered = []
        try:
            for question in questions:
                self._ask(question)
                answered.append(question)
        except RateLimitError:
            self._note(question, "failed", "too many requests; nothing was asked after this")
        for question in answered:
            self._note_absent(question)

    def _ask(self, question: Question) -> None:
        """Ask a question; whatever goes wrong with it is a difference."""
        params = question.params(self._ids)
        if params is None:
            self.asked[question.name]["no object to ask about"] += 1
            return
        rows = self._request(question, params)
        if rows is None and question.varied == "metrics":
            params = {**params, "metrics": self._accepted(question)}
        again = self._request(question, params)
        if rows and again and _keys(question, rows) != _keys(question, again):
            self._note(question, "moved")
        if question.varied == "fields":
            self._request(question, {**params, "fields": list(question.wanted)})

    def _note_absent(self, question: Question) -> None:
        """Note the fields that no row of the stream had."""
        seen = self._fields[question.name]
        if seen and question.complete:
            for name in question.types.keys() - seen - {ADVERTISER_ID.name}:
                self.differences[Difference("", question.name, "absent", name)] = 1

    def _note(self, question: Question, kind: str, name: str = "", detail: str = "") -> None:
        self.differences[Difference(question.endpoint, question.name, kind, name, detail)] += 1

    def _request(self, question: Question, params: Mapping[str, Any]) -> list[Row] | None:
        """Send a request; return the rows of its answer, or None if it has none to be read."""
        self._envelopes.clear()
        failure = "no response"
        try:
            self.client.get(question.endpoint, params)
        except RateLimitError:
            raise
        except ApiError as error:
            if type(error) is ApiError and question.endpoint == ACCOUNT_INFO:
                raise  # the token or the address is wrong
            failure = type(error).__name__
        except Exception as error:  # noqa: BLE001 (an answer that the client does not expect)
            failure = type(error).__name__
        if not self._envelopes:
            self._note(question, "failed", failure)
            self.asked[question.name]["failed"] += 1
            return None
        envelope = self._envelopes[-1]
        self._note_headers(envelope)
        self.codes[question.endpoint][envelope.code] += 1
        if envelope.code != "0":
            self._note_refusal(question, params, envelope)
            self.asked[question.name]["refused"] += 1
            return None
        rows = self._rows(question, envelope)
        self.asked[question.name]["with rows" if rows else "without rows"] += 1
        return rows

    def _note_headers(self, envelope: Envelope) -> None:
        if DEPRECATION_HEADER in envelope.headers:
            self.differences[Difference("", ALL, "deprecated", DEPRECATION_HEADER)] += 1
        for name in {*envelope.headers} - KNOWN_HEADERS - {DEPRECATION_HEADER}:
            self.differences[Difference("", ALL, "header", name)] += 1
        self.headers.update(envelope.headers)

    def _note_refusal(
        self, question: Question, params: Mapping[str, Any], envelope: Envelope
    ) -> None:
        self._note(question, "refused", envelope.code)
        for parameter in ("dimensions", "metrics", "fields"):
            sent = params.get(parameter, ())
            for name in refused_names(envelope.message, sent):
                self._note(question, "refused_name", name, parameter)
            for name in names_offered(envelope.message, sent) if sent else ():
                self._note(question, "unknown_name", name)

    def _accepted(self, question: Question) -> list[str]:
        """Return the metrics that the last refusal did not name, or one that can't be wrong."""
        message = self._envelopes[-1].message if self._envelopes else ""
        refused = set(refused_names(message, question.wanted))
        left = [name for name in question.wanted if name not in refused]
        return left if refused and left else [CORE_METRICS["gmv_max" in question.endpoint]]

    def _rows(self, question: Question, envelope: Envelope) -> list[Row] | None:
        """Return the rows of an answer, and note what is unusual in it."""
        found = list(envelope_differences(envelope))
        data = (envelope.members or {}).get("data")
        rows: list[Row] | None = None
        if isinstance(data, dict):
            paged = bool(endpoints()[question.endpoint].page_size)
            if question.list_key:
                found += list_differences(data, question.list_key, paged=paged)
            try:
                rows = list(question.rows(data)) if question.list_key in ("", *data) else []
                report = question.varied == "metrics"
                found += row_differences(rows, question.types, report=report)
                self._remember(question, rows)
            except Exception as error:  # noqa: BLE001 (an answer that nobody expects)
                found.append(("unformed", type(error).__name__, ""))
        for kind, name, detail in found:
            if kind == "envelope" and name in ("code", "message", "request_id"):
                self.differences[Difference("", ALL, kind, name, detail)] += 1
            else:
                self._note(question, kind, name, detail)
        return rows

    def _remember(self, question: Question, rows: list[Row]) -> None:
        """Remember ids to ask about, and the names of fields."""
        name = endpoints()[question.endpoint].id
        ids = self._ids[question.name]
        ids += [str(row[name]) for row in rows if row.get(name) and str(row[name]) not in ids]
        for row in rows:
            self._fields[question.name].update(row)


def _keys(question: Question, rows: list[Row]) -> list[Any]:
    """Return what tells rows apart, in their order."""
    name = endpoints()[question.endpoint].id
    if question.varied != "metrics":
        return [row.get(name) for row in rows]
    dimensions = [each for each in question.types if each not in question.wanted]
    return [[row.get(each) for each in dimensions] for row in rows]


def report(probe: Probe, version: str) -> bytes:
    """Return the file for an issue as JSON."""
    content = {
        "version": version.partition("+")[0],
        "api": BASE_PATH,
        "requests": probe.client.requests,
        "asked": probe.asked,
        "codes": probe.codes,
        "headers": sorted(probe.headers),
        "differences": [
            {**{k: v for k, v in each._asdict().items() if v}, "count": count}
            for each, count in sorted(probe.differences.items())
        ],
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def lines(probe: Probe) -> Iterator[str]:
    """Yield what differs, in words."""
    by_place: defaultdict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for each, count in sorted(probe.differences.items()):
        by_place[each.stream, each.endpoint, each.kind][describe(each)] = count
    place = ("", "")
    for (stream, endpoint, _), told in sorted(by_place.items()):
        if place != (stream, endpoint):
            place = (stream, endpoint)
            yield f"{stream} ({endpoint})" if endpoint else stream
        for text, count in list(told.items())[:SHOWN]:
            times = f" ({count} times)" if count > 1 else ""
            yield from textwrap.wrap(
                f"{text}{times}", WIDTH, initial_indent="  - ", subsequent_indent="    "
            )
        if len(told) > SHOWN:
            yield f"    and {len(told) - SHOWN} more like it; the file has all"
