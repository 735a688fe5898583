"""Trouble on request: seeded, counted, and of the kinds that the real API makes.

A fault is a rule, a JSON object. `rate` is the share of requests that it strikes (all, where
it is not given), drawn from seed and request number; `times` is how often it strikes at most;
`paths` are the endpoints it strikes (all). The other members belong to the fault.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.query import BAD_PARAMETER, ApiError
from simulator.reports.dimensions import CONFLICT
from simulator.world.building import hash64

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.reports.request import Report

TOO_MANY = ApiError(40100, "Too many requests. Please retry in some time.")
RESTRICTED = ApiError(
    40100,
    "Due to too many requests, requests from App demo-app are temporarily restricted.",
)
NO_SCOPE = ApiError(40001, "No permission to access this API. Please check the app's scopes.")
TOO_LARGE = ApiError(40067, "The query is too large. Please shorten the date range.")
ERRORS = {
    "rate_limit": [TOO_MANY],
    "system_error": [ApiError(50000, "System error")],
    "internal": [
        ApiError(40700, "Internal validation failed."),
        ApiError(50002, "Error occurred while processing the request."),
        ApiError(51010, "Internal error."),
    ],
}
TIMEOUTS = [ApiError(50002, "Request timed out."), ApiError(51001, "Internal service timeout.")]
LOST_ACCOUNTS = {
    "revoked": (40001, "No permission to operate advertiser {}."),
    "suspended": (40300, "The advertiser {} cannot be found or has been suspended."),
    "deleted": (BAD_PARAMETER, "The advertiser {} doesn't exist or has been deleted."),
}
TRANSPORT = ("http_502", "http_504", "truncated_json", "empty_body", "reset", "stall")
"""Faults below the API."""

EMPTY = {"no_data": b"null", "no_list": b"{}"}
"""What is answered in place of data, with code 0."""

SEARCHES = ("/file/video/ad/search/", "/file/image/ad/search/")

MAIN_OPTIONS = {
    **dict.fromkeys(
        [*ERRORS, *TRANSPORT, *EMPTY, "restricted", "drift", "no_daily_interests"], "rate"
    ),
    **dict.fromkeys(LOST_ACCOUNTS, "advertiser_ids"),
    "query_too_large": "most",
    "report_timeout": "days",
    "truncate": "ads",
    "late_rows": "minutes",
    "metric_conflict": "metrics",
    "no_scope": "modules",
    "search_limit": "files",
}
"""Every fault, and the option that a plain value sets."""

DEFAULTS = {"restricted": {"seconds": 30}, "stall": {"seconds": 90}}


class Rule(NamedTuple):
    """One fault as it was asked for."""

    rate: float
    times: float
    paths: tuple[str, ...]
    options: dict[str, Any]


def read_rules(given: dict[str, Any]) -> dict[str, Rule]:
    """Read faults by name.

    Args:
        given: For each fault an object, or only the value of its main option: mostly its rate.

    Returns:
        The rules.

    Raises:
        ValueError: There is no such fault, or a number is none.
    """
    rules = {}
    for name, value in given.items():
        if name not in MAIN_OPTIONS:
            msg = f"no fault {name!r}; there are: {', '.join(sorted(MAIN_OPTIONS))}"
            raise ValueError(msg)
        options = value if isinstance(value, dict) else {MAIN_OPTIONS[name]: value}
        options = DEFAULTS.get(name, {}) | options
        rules[name] = Rule(
            float(options.pop("rate", 1)),
            float(options.pop("times", inf)),
            tuple(options.pop("paths", ())),
            options,
        )
        if MAIN_OPTIONS[name] not in {"rate", *options}:
            msg = f"the fault {name!r} needs {MAIN_OPTIONS[name]!r}"
            raise ValueError(msg)
    return rules


def parse(texts: Iterable[str]) -> dict[str, Any]:
    """Read the faults of a command line, each `NAME=RATE` or `NAME={"option": ...}`."""
    pairs = (text.partition("=") for text in texts)
    return {name: json.loads(value or "1") for name, _, value in pairs}


class Faults:
    """Decides which request meets which fault."""

    def __init__(self, seed: int, given: dict[str, Any]) -> None:
        self.rules = read_rules(given)
        self._given = given
        self.fired: Counter[str] = Counter()
        self._seed = seed
        self._drawn = 0
        self._restricted_until = 0.0
        self._timed_out: Counter[str] = Counter()
        self._drifted: set[Any] = set()

    def summary(self) -> dict[str, Any]:
        """Return the rules, how often each fired, and how often one report timed out."""
        return {
            "rules": self._given,
            "fired": dict(self.fired),
            "same_report_timed_out": max(self._timed_out.values(), default=0),
        }

    def draw(self) -> None:
        """Move on to the next request."""
        self._drawn += 1

    def refuse(self, path: str, moment: float) -> None:
        """Raise the error that this request meets, if any.

        Args:
            path: Its endpoint.
            moment: Seconds on a clock that only goes forward.

        Raises:
            ApiError: The error.
        """
        if self._strikes("restricted", path):
            self._restricted_until = moment + self._option("restricted", "seconds", 0)
        if moment < self._restricted_until:
            raise RESTRICTED
        for name, errors in ERRORS.items():
            if self._strikes(name, path):
                raise errors[self._drawn % len(errors)]

    def transport(self, path: str) -> tuple[str | None, dict[str, Any]]:
        """Return the fault that this request meets below the API, if any, and its options."""
        for name in TRANSPORT:
            if self._strikes(name, path):
                return name, self.rules[name].options
        return None, {}

    def refuse_account(self, advertiser_ids: Iterable[str]) -> None:
        """Raise the error of an account that can no longer be read."""
        for name, (code, message) in LOST_ACCOUNTS.items():
            gone = self._option(name, "advertiser_ids", ())
            for advertiser_id in advertiser_ids:
                if advertiser_id in gone:
                    self.fired[name] += 1
                    raise ApiError(code, message.format(advertiser_id))

    def change_report(self, report: Report, path: str, query_string: str) -> Report:
        """Refuse a report, or change what is answered to it.

        Args:
            report: The request.
            path: Its endpoint.
            query_string: How it was asked, for telling repeated requests.

        Returns:
            The report to answer.

        Raises:
            ApiError: The report is refused.
        """
        self._refuse_metrics(report, path)
        self._refuse_time(report, path)
        self._refuse_size(report, path, query_string)
        newest = self._option("truncate", "ads", None)
        if newest is not None and report.level != "advertiser":
            report = replace(report, newest=newest)
        whole = replace(report, page=1)
        can_drift = report.page > 1 and report.order_field is None and whole not in self._drifted
        if can_drift and self._strikes("drift", path):
            self._drifted.add(whole)
            return replace(report, shift=1)
        return report

    def empty(self, path: str, data: bytes) -> bytes:
        """Return the data of an answer, or what comes in their place."""
        for name, nothing in EMPTY.items():
            if self._strikes(name, path):
                return nothing
        return data

    def refuse_module(self, path: str) -> None:
        """Raise the error of a token that has no permission for a part of the API."""
        modules = tuple(self._option("no_scope", "modules", ()))
        if path.startswith(modules) and self._strikes("no_scope", path):
            raise NO_SCOPE

    def limits(self, path: str) -> dict[str, int]:
        """Return further arguments for the function that answers a path."""
        found = self._option("search_limit", "files", None)
        return {"newest": int(found)} if path in SEARCHES and found is not None else {}

    @property
    def late_minutes(self) -> int:
        """How long delivery takes to show in reports."""
        return int(self._option("late_rows", "minutes", 0))

    def _refuse_metrics(self, report: Report, path: str) -> None:
        bad = self._option("metric_conflict", "metrics", ())
        if not set(report.names).isdisjoint(bad) and self._strikes("metric_conflict", path):
            raise ApiError(BAD_PARAMETER, CONFLICT)

    def _refuse_time(self, report: Report, path: str) -> None:
        daily_unconfirmed = report.time and report.shape.rules.get("daily_unconfirmed")
        if daily_unconfirmed and self._strikes("no_daily_interests", path):
            message = f"dimensions: {report.shape.breakdown[0]} cannot be used with {report.time}"
            raise ApiError(BAD_PARAMETER, message)

    def _refuse_size(self, report: Report, path: str, query_string: str) -> None:
        days = 0 if report.lifetime else report.last - report.first + 1
        most = self._option("query_too_large", "most", inf)
        if days * len(report.names) > most and self._strikes("query_too_large", path):
            raise TOO_LARGE
        longest = self._option("report_timeout", "days", inf)
        if days > longest and self._strikes("report_timeout", path):
            self._timed_out[query_string] += 1
            raise TIMEOUTS[self._drawn % len(TIMEOUTS)]

    def _option(self, name: str, option: str, default: Any) -> Any:
        """Return what a rule says, or the default where there is no such rule."""
        return self.rules[name].options[option] if name in self.rules else default

    def _strikes(self, name: str, path: str) -> bool:
        """Whether a fault strikes this request; if so, count it."""
        rule = self.rules.get(name)
        if not rule or self.fired[name] >= rule.times or (rule.paths and path not in rule.paths):
            return False
        if rule.rate < 1 and hash64(self._seed, name, self._drawn) % 1_000_000 >= rule.rate * 1e6:
            return False
        self.fired[name] += 1
        return True
