"""The one door to the network: token, envelope, errors, retries."""

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
    describe_request,
    judge,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tap_tiktok_ads.api.rate_limit import RateLimiter

logger = logging.getLogger(__name__)
# The app's secret is part of one query string, which urllib3 would log at DEBUG.
logging.getLogger("urllib3").setLevel(logging.WARNING)

BASE_PATH: Final = "/open_api/v1.3"
CONNECT_SECONDS: Final = 10
#: Attempts at a request while TikTok is in trouble, with waits of up to 1, 2, 4, ... 60 seconds.
MAX_ATTEMPTS: Final = 9
MAX_WAIT: Final = 60
#: Before the API has answered at all, its address is more likely wrong than its service down.
MAX_FIRST_ATTEMPTS: Final = 4
#: Seconds to go on after "too many requests" (errors-and-limits.md 5).
RATE_LIMIT_BUDGET: Final = 15 * 60
#: The only sign that a report left ads out (reporting.md 3).
TRUNCATED_HEADER: Final = "X-Tt-Ads-Throttle"
TIMEOUT_STATUSES: Final = frozenset({408, 504})
#: A report that times out must not be repeated unchanged: TikTok blocks the app for it.
REPORT_PREFIXES: Final = ("/report/", "/gmv_max/report/")


class _Envelope(msgspec.Struct):
    code: int
    message: str = ""
    request_id: str = ""
    data: msgspec.Raw = msgspec.Raw(b"{}")


class Answer(msgspec.Struct):
    """A successful answer.

    Attributes:
        data: The JSON text of ``data``.
        truncated: Whether TikTok says that the report leaves ads out.
    """

    data: msgspec.Raw
    truncated: bool


_envelope_decoder: Final = msgspec.json.Decoder(_Envelope)


class Client:
    """Sends requests from any number of threads.

    Args:
        api_url: Scheme and host of the API.
        access_token: The token; empty for none.
        rate_limiter: Budget of requests, shared by all threads.
        timeout: Seconds without an answer after which a request is given up.
        second: Length of a second of waiting before another attempt; tests make it short.
        max_attempts: Attempts at a request while TikTok is in trouble.
        observe: Called with every response of HTTP.
    """

    def __init__(
        self,
        *,
        api_url: str,
        access_token: str,
        rate_limiter: RateLimiter,
        timeout: float,
        second: float = 1.0,
        max_attempts: int = MAX_ATTEMPTS,
        observe: Callable[[requests.Response], object] | None = None,
    ) -> None:
        self._url = api_url.rstrip("/") + BASE_PATH
        self._token = access_token
        self._timeout = (CONNECT_SECONDS, timeout)
        self._sessions: LifoQueue[requests.Session] = LifoQueue()
        self._rate_limiter = rate_limiter
        self._second = second
        self._max_attempts = max_attempts
        self._observe = observe
        self.requests = 0
        self.retries = 0
        self._timeouts = 0
        self._reached = False
        self._answered = False
        self._lock = threading.Lock()

    def get(self, endpoint: str, params: Mapping[str, Any]) -> Answer:
        """Send a GET request until it is answered or another attempt is pointless.

        Args:
            endpoint: Path below ``/open_api/v1.3``, with both slashes.
            params: Query parameters; arrays and objects are sent as JSON text.

        Raises:
            AccountError: The account can't be read this way. Its subclasses `TooLargeError` and
                `MetricConflictError` say that another request may succeed.
            RefusedError: TikTok refuses a request that is not about one account.
            ApiError: The token is not valid, or the trouble does not end.
        """
        retry_trouble = backoff.on_exception(
            backoff.expo,
            RetriableError,
            max_tries=self._max_attempts if self._reached else MAX_FIRST_ATTEMPTS,
            factor=self._second,
            max_value=MAX_WAIT * self._second,
            on_backoff=self._note_retry,
            logger=None,
        )(self._send)
        retry_rate_limit = backoff.on_exception(
            backoff.constant,
            RateLimitError,
            interval=0,
            jitter=None,
            max_time=RATE_LIMIT_BUDGET * self._second,
            on_backoff=self._note_retry,
            logger=None,
        )(retry_trouble)
        try:
            answer: Answer = retry_rate_limit(endpoint, params)
        except RateLimitError as error:
            message = f"{error} Given up after {RATE_LIMIT_BUDGET // 60} minutes. Try again in 15 "
            message += "minutes, or after midnight UTC if the day's requests are used up."
            raise RateLimitError(message) from None
        return answer

    def post(self, endpoint: str, body: Mapping[str, Any]) -> Answer:
        """Send a POST request once, since what it changes must not happen twice.

        Args:
            endpoint: Path below ``/open_api/v1.3``, with both slashes.
            body: Sent as JSON.

        Raises:
            ApiError: It was refused or not answered.
        """
        return self._send(endpoint, {}, body)

    @property
    def waited(self) -> float:
        """Seconds for which TikTok held back an endpoint, or all of them."""
        return self._rate_limiter.waited

    def _note_retry(self, details: Any) -> None:
        with self._lock:
            self.retries += 1
        logger.info("Attempt %d failed: %s", details["tries"], details["exception"])

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        """Lend an idle session; threads can't share one."""
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
        backoffs = self._rate_limiter.acquire(endpoint)
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
            message = (
                f"{describe_request(endpoint, params)}: no answer within {self._timeout[1]:g} s."
            )
            raise self._timed_out(endpoint, message) from None
        except requests.RequestException as trouble:
            # The text of these exceptions holds the query string, so only their kind is told.
            message = f"No connection ({type(trouble).__name__}) to {self._url} "
            message += f"while reading {describe_request(endpoint, params)}."
            raise RetriableError(message) from None
        self._reached = True
        if self._observe:
            self._observe(response)
        return self._judge(response, endpoint, params, backoffs)

    def _judge(
        self, response: requests.Response, endpoint: str, params: Mapping[str, Any], backoffs: int
    ) -> Answer:
        where = describe_request(endpoint, params)
        try:
            envelope = _envelope_decoder.decode(response.content)
        except msgspec.DecodeError:
            raise self._not_an_envelope(response, endpoint, where, backoffs) from None
        verdict = judge(envelope.code, envelope.message)
        self._answered = True
        if verdict.action == "ok":
            self._rate_limiter.succeeded(endpoint)
            if endpoint.startswith(REPORT_PREFIXES):
                self._timeouts = 0
            return Answer(envelope.data, TRUNCATED_HEADER in response.headers)
        said = envelope.message.replace(self._token, "***") if self._token else envelope.message
        text = f"{where}: TikTok answers {envelope.code} ({verdict.meaning}): {said!r}"
        text += f" [request_id {envelope.request_id}]. {verdict.advice}"
        if verdict.action in ("slow_down", "restricted"):
            restricted = verdict.action == "restricted"
            self._rate_limiter.refused(endpoint, backoffs, restricted=restricted)
        if verdict.action == "timeout":
            raise self._timed_out(endpoint, text)
        if verdict.action == "fail" and "advertiser_id" in params:
            raise AccountRefusedError(text)
        raise EXCEPTIONS[verdict.action](text)

    def _timed_out(self, endpoint: str, message: str) -> ApiError:
        """Return the error for a request that timed out: a report must be split, others repeated.

        While no report at all is answered in time, TikTok is in trouble. The wait before the next
        part then grows, since many time-outs in a row are punished (errors-and-limits.md 5).
        """
        if not endpoint.startswith(REPORT_PREFIXES):
            return RetriableError(message)
        with self._lock:
            longest = min(2**self._timeouts, MAX_WAIT)
            self._timeouts += 1
        time.sleep(backoff.full_jitter(longest) * self._second)
        return TooLargeError(message)

    def _not_an_envelope(
        self, response: requests.Response, endpoint: str, where: str, backoffs: int
    ) -> ApiError:
        """Return the error for HTML from a gateway, half a body, or a wrong address."""
        status = response.status_code
        if status in TIMEOUT_STATUSES:
            return self._timed_out(endpoint, f"{where}: no answer in time (HTTP {status}).")
        if status == requests.codes.too_many_requests:
            self._rate_limiter.refused(endpoint, backoffs, restricted=False)
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
    """Encode parameters as the API wants them: everything but text as JSON."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in params.items()
    }
