"""The one door to the API: token, envelope, errors, retries."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Any, Final

import backoff
import msgspec
import requests

from tap_tiktok_ads.errors import (
    EXCEPTIONS,
    AccountRefusedError,
    ApiError,
    RateLimitError,
    RetriableError,
    TooLargeError,
    judge,
    place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_tiktok_ads.api.rate_limit import Pace

logger = logging.getLogger(__name__)
# The app's secret is part of one query string, which urllib3 would log at DEBUG.
logging.getLogger("urllib3").setLevel(logging.WARNING)

BASE_PATH: Final = "/open_api/v1.3"
CONNECT_SECONDS: Final = 10
#: A request in trouble is tried so often: with waits of up to 1, 2, 4, ... 60 seconds.
TRIES: Final = 9
LONGEST_WAIT: Final = 60
#: Before the API has answered at all, its address is more likely wrong than its service down.
FIRST_TRIES: Final = 4
#: How long to go on after "too many requests" (errors-and-limits.md 5).
PATIENCE: Final = 15 * 60
#: The only sign that a report left ads out (reporting.md 3).
TRUNCATED: Final = "X-Tt-Ads-Throttle"
TOO_MANY_REQUESTS: Final = 429
TIMED_OUT: Final = frozenset({408, 504})
#: A report that times out must not be repeated unchanged: TikTok blocks the app for it.
REPORTS: Final = ("/report/", "/gmv_max/report/")


class _Envelope(msgspec.Struct):
    code: int
    message: str = ""
    request_id: str = ""
    data: msgspec.Raw = msgspec.Raw(b"{}")


class Answer(msgspec.Struct):
    """A successful answer.

    Attributes:
        data: The JSON text of ``data``.
        truncated: TikTok says that the report leaves ads out.
    """

    data: msgspec.Raw
    truncated: bool


_envelope = msgspec.json.Decoder(_Envelope)


class Client:
    """Sends requests from any number of threads.

    Args:
        api_url: Scheme and host of the API.
        access_token: The token; empty for none.
        pace: Budget of requests, shared by all threads.
        timeout: Seconds without an answer after which a request is given up.
        unit: Length of a second of waiting before another try; tests make it short.
    """

    def __init__(
        self,
        *,
        api_url: str,
        access_token: str,
        pace: Pace,
        timeout: float,
        unit: float = 1.0,
    ) -> None:
        self._url = api_url.rstrip("/") + BASE_PATH
        self._token = access_token
        self._timeout = (CONNECT_SECONDS, timeout)
        self._sessions: LifoQueue[requests.Session] = LifoQueue()
        self._pace = pace
        self._unit = unit
        self.requests = 0
        self.retries = 0
        self._timeouts = 0
        self._reached = False
        self._answered = False
        self._lock = threading.Lock()

    def get(self, endpoint: str, params: Mapping[str, Any]) -> Answer:
        """Send a GET request until it is answered or there is no point in going on.

        Args:
            endpoint: Path below ``/open_api/v1.3``, with both slashes.
            params: Query parameters; arrays and objects are sent as JSON text.

        Raises:
            AccountError: The account can't be read this way; its kinds `TooLargeError` and
                `MetricConflictError` tell that it can in another.
            RefusedError: Something is wrong with a request that is not about one account.
            ApiError: The token is not valid, or trouble does not end.
        """
        patient = backoff.on_exception(
            backoff.expo,
            RetriableError,
            max_tries=TRIES if self._reached else FIRST_TRIES,
            factor=self._unit,
            max_value=LONGEST_WAIT * self._unit,
            on_backoff=self._note_retry,
            logger=None,
        )(self._send)
        polite = backoff.on_exception(
            backoff.constant,
            RateLimitError,
            interval=0,
            jitter=None,
            max_time=PATIENCE * self._unit,
            on_backoff=self._note_retry,
            logger=None,
        )(patient)
        try:
            answer: Answer = polite(endpoint, params)
        except RateLimitError as error:
            message = f"{error} Given up after {PATIENCE // 60} minutes. Try again in a quarter of "
            message += "an hour, or after midnight UTC if the day's requests are used up."
            raise RateLimitError(message) from None
        return answer

    def post(self, endpoint: str, body: Mapping[str, Any]) -> Answer:
        """Send a POST request once: what it changes must not happen twice.

        Args:
            endpoint: Path below ``/open_api/v1.3``, with both slashes.
            body: What is sent as JSON.

        Raises:
            ApiError: It was not answered, or refused.
        """
        return self._send(endpoint, {}, body)

    @property
    def waited(self) -> float:
        """Seconds for which TikTok held back an endpoint, or all of them."""
        return self._pace.waited

    def _note_retry(self, details: Any) -> None:
        with self._lock:
            self.retries += 1
        logger.info("Try %d failed: %s", details["tries"], details["exception"])

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        """Lend a connection that nobody uses; sessions are not made for sharing."""
        try:
            session = self._sessions.get_nowait()
        except Empty:
            session = requests.Session()
            if self._token:
                session.headers["Access-Token"] = self._token
        try:
            yield session
        finally:
            self._sessions.put(session)

    def _send(
        self, endpoint: str, params: Mapping[str, Any], body: Mapping[str, Any] | None = None
    ) -> Answer:
        in_round = self._pace.turn(endpoint)
        with self._lock:
            self.requests += 1
        try:
            with self._session() as session:
                response = session.request(
                    "GET" if body is None else "POST",
                    self._url + endpoint,
                    params=_query(params),
                    json=body,
                    timeout=self._timeout,
                    # The token is a header of our own, which a redirect would carry to any host.
                    allow_redirects=False,
                )
        except requests.ReadTimeout:
            message = f"{place(endpoint, params)}: no answer within {self._timeout[1]:g} s."
            raise self._timed_out(endpoint, message) from None
        except requests.RequestException as trouble:
            # The text of these exceptions holds the query string, so only their kind is told.
            message = f"No connection ({type(trouble).__name__}) to {self._url} "
            message += f"while reading {place(endpoint, params)}."
            raise RetriableError(message) from None
        self._reached = True
        return self._judge(response, endpoint, params, in_round)

    def _judge(
        self, response: requests.Response, endpoint: str, params: Mapping[str, Any], in_round: int
    ) -> Answer:
        where = place(endpoint, params)
        try:
            envelope = _envelope.decode(response.content)
        except msgspec.DecodeError:
            raise self._not_an_envelope(response, endpoint, where, in_round) from None
        verdict = judge(envelope.code, envelope.message)
        self._answered = True
        if verdict.action == "ok":
            self._pace.succeeded(endpoint)
            if endpoint.startswith(REPORTS):
                self._timeouts = 0
            return Answer(envelope.data, TRUNCATED in response.headers)
        said = envelope.message.replace(self._token, "***") if self._token else envelope.message
        text = f"{where}: TikTok answers {envelope.code} ({verdict.meaning}): {said!r}"
        text += f" [request_id {envelope.request_id}]. {verdict.advice}"
        if verdict.action in ("slow_down", "restricted"):
            restricted = verdict.action == "restricted"
            self._pace.refused(endpoint, in_round, restricted=restricted)
        if verdict.action == "timeout":
            raise self._timed_out(endpoint, text)
        if verdict.action == "fail" and "advertiser_id" in params:
            raise AccountRefusedError(text)
        raise EXCEPTIONS[verdict.action](text)

    def _timed_out(self, endpoint: str, message: str) -> ApiError:
        """Tell a report that is too large from other requests, which may be repeated.

        While no report at all is answered in time, TikTok is in trouble: the wait before the next
        part grows, since many time-outs in a row are punished (errors-and-limits.md 5).
        """
        if not endpoint.startswith(REPORTS):
            return RetriableError(message)
        with self._lock:
            longest = min(2**self._timeouts, LONGEST_WAIT)
            self._timeouts += 1
        time.sleep(backoff.full_jitter(longest) * self._unit)
        return TooLargeError(message)

    def _not_an_envelope(
        self, response: requests.Response, endpoint: str, where: str, in_round: int
    ) -> ApiError:
        """HTML from a gateway, half a body, or a wrong address."""
        status = response.status_code
        if status in TIMED_OUT:
            return self._timed_out(endpoint, f"{where}: no answer in time (HTTP {status}).")
        if status == TOO_MANY_REQUESTS:
            self._pace.refused(endpoint, in_round, restricted=False)
            return RateLimitError(f"{where}: too many requests (HTTP {status}).")
        if status == requests.codes.not_found and self._answered:
            return AccountRefusedError(f"{where}: this API has no such endpoint (HTTP 404).")
        if requests.codes.bad_request <= status < requests.codes.server_error:
            return ApiError(
                f"{where}: HTTP {status} from {self._url}, not an answer of TikTok's API. "
                "Check api_url."
            )
        if requests.codes.multiple_choices <= status < requests.codes.bad_request:
            return ApiError(f"{where}: {self._url} redirects (HTTP {status}). Check api_url.")
        size = len(response.content)
        return RetriableError(f"{where}: HTTP {status} with {size} bytes that are not JSON.")


def _query(params: Mapping[str, Any]) -> dict[str, str]:
    """Write parameters as the API wants them: everything but text as JSON."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in params.items()
    }
