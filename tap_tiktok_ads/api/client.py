"""The one door to the network: token, envelope, errors, retries."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import backoff
import msgspec
import requests

from tap_tiktok_ads.api.address import is_exposed, versioned
from tap_tiktok_ads.api.envelope import decode_envelope
from tap_tiktok_ads.api.transport import (
    DEADLINE_FACTOR,
    DeadlineError,
    Response,
    TooManyBytesError,
    Transport,
)
from tap_tiktok_ads.errors import (
    EXCEPTIONS,
    AccountRefusedError,
    AccountTroubleError,
    ApiError,
    RateLimitError,
    RefusedError,
    RetriableError,
    TooLargeError,
    UnreadableAnswerError,
    describe_request,
    judge,
)
from tap_tiktok_ads.log_safety import hide, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_tiktok_ads.api.rate_limit import RateLimiter

logger = logging.getLogger(__name__)
# The app's secret is part of one query string, which urllib3 would log at DEBUG.
logging.getLogger("urllib3").setLevel(logging.WARNING)

#: Attempts at a request while TikTok is in trouble, with waits of up to 1, 2, 4, ... 60 seconds.
MAX_ATTEMPTS: Final = 9
MAX_WAIT: Final = 60
#: Before the API has answered at all, its address is more likely wrong than its service down.
MAX_FIRST_ATTEMPTS: Final = 4
#: Attempts at an answer that is not JSON: half a body comes whole, but a wrong one stays wrong.
MAX_UNREADABLE_ATTEMPTS: Final = 5
#: Endpoints and accounts given up in a row, with no answer in between, after which the run ends.
MAX_TROUBLED: Final = 5
#: Most characters of a message of TikTok's that are shown.
MAX_MESSAGE: Final = 500
#: Seconds to go on after "too many requests" (errors-and-limits.md 5).
RATE_LIMIT_BUDGET: Final = 15 * 60
#: The only sign that a report left ads out (reporting.md 3).
TRUNCATED_HEADER: Final = "X-Tt-Ads-Throttle"
DEPRECATION_HEADER: Final = "X-Api-Deprecation-Info"
TIMEOUT_STATUSES: Final = frozenset({408, 504})
#: A report that times out must not be repeated unchanged: TikTok blocks the app for it.
REPORT_PREFIXES: Final = ("/report/", "/gmv_max/report/")


class Answer(msgspec.Struct):
    """A successful answer.

    Attributes:
        data: The JSON text of ``data``; ``null`` if the answer has none.
        truncated: Whether TikTok says that the report leaves ads out.
    """

    data: msgspec.Raw
    truncated: bool


class Client:
    """Sends requests from any number of threads.

    Args:
        api_url: Address of the API, with or without the path of a version.
        access_token: The token; empty for none.
        rate_limiter: Budget of requests, shared by all threads.
        timeout: Seconds without a byte after which a request is given up.
        max_response_mb: Most megabytes of an answer.
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
        max_response_mb: float = 64,
        second: float = 1.0,
        max_attempts: int = MAX_ATTEMPTS,
        observe: Callable[[Response], object] | None = None,
    ) -> None:
        hide(access_token)
        self._url = versioned(api_url)
        self._timeout = timeout
        self._max_response_mb = max_response_mb
        self._transport = Transport(access_token, timeout, max_response_mb)
        self._rate_limiter = rate_limiter
        self._second = second
        self._max_attempts = max_attempts
        self._observe = observe
        self.requests = 0
        self.retries = 0
        self._timeouts = 0
        self._reached = False
        self._answered = False
        self._succeeded = False
        self._troubled: set[tuple[str, str]] = set()
        self._is_deprecated = False
        self._lock = threading.Lock()
        if is_exposed(api_url):
            logger.warning("api_url is not https: the token can be read on its way to %s.", api_url)

    def get(self, endpoint: str, params: Mapping[str, Any]) -> Answer:
        """Send a GET request until it is answered or another attempt is pointless.

        Args:
            endpoint: Path below ``/open_api/v1.3``, with both slashes.
            params: Query parameters; arrays and objects are sent as JSON text.

        Raises:
            AccountError: The account can't be read this way. Its subclasses `TooLargeError` and
                `MetricConflictError` say that another request may succeed, and
                `AccountTroubleError` that TikTok answers for other accounts.
            RefusedError: TikTok refuses a request that is not about one account.
            ApiError: The token is not valid, or the trouble does not end.
        """
        retry_unreadable = backoff.on_exception(
            backoff.expo,
            UnreadableAnswerError,
            max_tries=min(self._max_attempts, MAX_UNREADABLE_ATTEMPTS),
            factor=self._second,
            on_backoff=self._note_retry,
            logger=None,
        )(self._send)
        patient = self._reached and not self._troubled
        retry_trouble = backoff.on_exception(
            backoff.expo,
            RetriableError,
            max_tries=self._max_attempts if patient else MAX_FIRST_ATTEMPTS,
            factor=self._second,
            max_value=MAX_WAIT * self._second,
            on_backoff=self._note_retry,
            logger=None,
        )(retry_unreadable)
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
        except (RetriableError, UnreadableAnswerError) as error:
            raise self._given_up(endpoint, params, str(error)) from None
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

    def _given_up(self, endpoint: str, params: Mapping[str, Any], message: str) -> ApiError:
        """Return the error for trouble that stays: one account's, while others are answered."""
        with self._lock:
            self._troubled.add((endpoint, str(params.get("advertiser_id"))))
            alone = self._succeeded and len(self._troubled) < MAX_TROUBLED
        if alone and "advertiser_id" in params:
            return AccountTroubleError(message)
        return RetriableError(message)

    def _send(
        self, endpoint: str, params: Mapping[str, Any], body: Mapping[str, Any] | None = None
    ) -> Answer:
        backoffs = self._rate_limiter.acquire(endpoint)
        with self._lock:
            self.requests += 1
        where = describe_request(endpoint, params)
        try:
            response = self._transport.send(self._url + endpoint, _query(params), body)
        except DeadlineError:
            message = f"{where}: no answer within {self._timeout:g} s, or no whole answer within "
            message += f"{self._timeout * DEADLINE_FACTOR:g} s."
            raise self._timed_out(endpoint, message) from None
        except TooManyBytesError:
            message = f"{where}: the answer is larger than {self._max_response_mb:g} MB. "
            message += "If it may be, raise max_response_mb."
            raise self._too_large(endpoint, params, message) from None
        except requests.RequestException as trouble:
            # The text of these exceptions holds the query string, so only their kind is told.
            message = f"No connection ({type(trouble).__name__}) to {self._url} while reading "
            message += f"{where}."
            raise RetriableError(message) from None
        self._reached = True
        if self._observe:
            self._observe(response)
        return self._judge(response, endpoint, params, backoffs)

    def _judge(
        self, response: Response, endpoint: str, params: Mapping[str, Any], backoffs: int
    ) -> Answer:
        where = describe_request(endpoint, params)
        self._warn_of_deprecation(endpoint, response)
        envelope = decode_envelope(response.content)
        if envelope is None:
            raise self._not_an_envelope(response, endpoint, where, backoffs)
        code = int(envelope.code)
        message = "" if envelope.message is None else str(envelope.message)
        verdict = judge(code, message, endpoint)
        self._answered = True
        if verdict.action == "ok":
            self._rate_limiter.succeeded(endpoint)
            if endpoint.startswith(REPORT_PREFIXES):
                self._timeouts = 0
            with self._lock:
                self._succeeded = True
                self._troubled.clear()
            return Answer(envelope.data, TRUNCATED_HEADER in response.headers)
        text = f"{where}: TikTok answers {code} ({verdict.meaning}): "
        text += f"{safe(message[:MAX_MESSAGE])!r} "
        text += f"[request_id {safe(str(envelope.request_id)[:MAX_MESSAGE])}]. {verdict.advice}"
        if verdict.action in ("slow_down", "restricted"):
            restricted = verdict.action == "restricted"
            self._rate_limiter.refused(endpoint, backoffs, restricted=restricted)
        if verdict.action == "timeout":
            raise self._timed_out(endpoint, text)
        if verdict.action == "version" and not self._succeeded:
            raise ApiError(text)
        if verdict.action in ("fail", "version") and "advertiser_id" in params:
            raise AccountRefusedError(text)
        raise EXCEPTIONS[verdict.action](text)

    def _warn_of_deprecation(self, endpoint: str, response: Response) -> None:
        notice = response.headers.get(DEPRECATION_HEADER)
        with self._lock:
            if not notice or self._is_deprecated:
                return
            self._is_deprecated = True
        logger.warning(
            "TikTok announces that %s will be switched off: %.500s. Look for a newer version of "
            "the tap.",
            endpoint,
            notice,
        )

    def _too_large(self, endpoint: str, params: Mapping[str, Any], message: str) -> ApiError:
        if endpoint.startswith(REPORT_PREFIXES):
            return TooLargeError(message)
        return (AccountRefusedError if "advertiser_id" in params else RefusedError)(message)

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
        self, response: Response, endpoint: str, where: str, backoffs: int
    ) -> ApiError:
        """Return the error for HTML from a gateway, half a body, or a wrong address."""
        status = response.status
        if status in TIMEOUT_STATUSES:
            return self._timed_out(endpoint, f"{where}: no answer in time (HTTP {status}).")
        if status == requests.codes.too_many_requests:
            self._rate_limiter.refused(endpoint, backoffs, restricted=False)
            return RateLimitError(f"{where}: too many requests (HTTP {status}).")
        if requests.codes.multiple_choices <= status < requests.codes.server_error:
            if self._answered:
                # The address is right, so it is this request that a gateway does not let through.
                return AccountRefusedError(f"{where}: not answered by the API (HTTP {status}).")
            redirects = status < requests.codes.bad_request
            what = "redirects" if redirects else "is not TikTok's API"
            return ApiError(f"{where}: {self._url} {what} (HTTP {status}). Check api_url.")
        kind = RetriableError if status >= requests.codes.server_error else UnreadableAnswerError
        size = len(response.content)
        return kind(f"{where}: HTTP {status} with {size} bytes that are not JSON of TikTok's API.")


def _query(params: Mapping[str, Any]) -> dict[str, str]:
    """Encode parameters as the API wants them: everything but text as JSON."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in params.items()
    }
