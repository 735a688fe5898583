"""The server: routes, envelope, token and the control endpoints."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from simulator.faults import Faults
from simulator.ledger import Budget, Ledger
from simulator.live.answers import Live
from simulator.live.switches import read_switches
from simulator.oauth import PORTAL, Authorisation, form
from simulator.query import ApiError, Query
from simulator.reports.answer import Answer, ReportAnswers
from simulator.reports.request import read_report
from simulator.routes import REPORT, TOKEN, routes
from simulator.truth.entities import true_entities
from simulator.truth.gmv_max import gmv_truth
from simulator.truth.rows import true_rows
from simulator.truth.totals import truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from granian._granian import RSGIHTTPProtocol
    from granian.rsgi import Scope

    from simulator.world.model import World

API = "/open_api/v1.3"
NEXT_API = "/open_api/v2.0"
CONTROL = "/__simulator__"

Headers = list[tuple[str, str]]
JSON: Headers = [("content-type", "application/json")]
TEXT: Headers = [("content-type", "text/plain")]
HTML: Headers = [("content-type", "text/html")]
THROTTLED = ("X-Tt-Ads-Throttle", "Number of ad ids is equal or more than the limit")
"""The only sign that a report leaves ads out."""

GATEWAY = {
    "http_502": (502, HTML, b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    "http_504": (504, HTML, b"<html><body><h1>504 Gateway Time-out</h1></body></html>"),
}
NO_PATH = b'{"code":40006,"message":"The API path is invalid.","request_id":"0","data":{}}'
"""How v2.0 answers paths that it does not have, with HTTP 403; it has none of v1.3."""

OVER_BUDGET = ApiError(40100, "App reaches the QPS limit.")


@dataclass
class Settings:
    """How the server behaves, whatever the world."""

    token: str = "demo-token"  # noqa: S105  the simulator's well-known token
    app_id: str = "demo-app"
    secret: str = "demo-secret"  # noqa: S105
    now: datetime | None = None
    latency: float = 0.0
    per_second: int | None = None
    per_minute: int | None = None
    faults: dict[str, Any] = field(default_factory=dict)
    live: frozenset[str] = frozenset()


class Simulator:
    """One world behind one address."""

    def __init__(self, world: World, settings: Settings) -> None:
        self.world = world
        self.settings = settings
        self.ledger = Ledger()
        self.budget = Budget(settings.per_second, settings.per_minute)
        self.faults = Faults(world.seed, settings.faults)
        self.live = Live(world.seed, settings.live)
        self.reports = ReportAnswers()
        self.authorisation = Authorisation(settings.app_id, settings.secret, settings.token)
        self.answered = 0
        self.endpoints = routes(self.authorisation, self._report)

    @property
    def now(self) -> datetime:
        """The clock, to the minute."""
        now = self.settings.now or datetime.now(timezone.utc)
        return now.replace(second=0, microsecond=0)

    async def __call__(self, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        """Answer one request."""
        if scope.path.startswith(CONTROL):
            body = await protocol() if scope.method == "POST" else b""
            status, found = self._control(scope, body)
            protocol.response_bytes(status, JSON, json.dumps(found, ensure_ascii=False).encode())
            return
        if scope.path == PORTAL:
            self._consent(scope, protocol)
            return
        path = scope.path.removeprefix(API)
        if scope.path.startswith(NEXT_API):
            protocol.response_bytes(403, JSON, NO_PATH)
        elif path == scope.path or path not in self.endpoints:
            protocol.response_str(404, TEXT, "404 page not found")
        elif scope.method != ("POST" if path == TOKEN else "GET"):
            protocol.response_str(405, TEXT, "405 method not allowed")
        else:
            await self._call(path, scope, protocol)

    async def _call(self, path: str, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        """Answer a request to one of the API's endpoints."""
        moment = asyncio.get_running_loop().time()
        sent = await protocol() if path == TOKEN else b""
        self.ledger.note(path, scope.query_string, scope.client, moment)
        if self.settings.latency:
            await asyncio.sleep(self.settings.latency)
        self.faults.draw()
        fault, options = self.faults.transport(path)
        if fault == "stall":
            await asyncio.sleep(options["seconds"])
        if fault in GATEWAY:
            protocol.response_bytes(*GATEWAY[fault])
            return
        headers, body = self.answer(path, scope, moment, sent)
        if fault == "reset":
            # The promised length never comes: the connection breaks in the middle of the body.
            promised = [*headers, ("content-length", str(len(body)))]
            stream = protocol.response_stream(200, promised)
            await stream.send_bytes(body[: len(body) // 2])
            return
        kept = {"truncated_json": len(body) // 2, "empty_body": 0}.get(fault or "", len(body))
        protocol.response_bytes(200, headers, body[:kept])

    def answer(self, path: str, scope: Scope, moment: float, sent: bytes) -> tuple[Headers, bytes]:
        """Return headers and envelope, with the data or the reason why there is none."""
        code, message, data = 0, "OK", b"{}"
        headers = [*JSON, *self.live.headers]
        try:
            if not self.budget.takes(path, moment):
                raise OVER_BUDGET
            self.faults.refuse(path, moment)
            if path != TOKEN:
                self._check_token(scope.headers.get("access-token"))
            self.faults.refuse_module(path)
            query = Query(form(sent) if path == TOKEN else scope.query_string)
            self.faults.refuse_account(query.advertisers())
            self.live.refuse(self.world, path, query)
            found = self.endpoints[path](self.world, query, self.now, **self.faults.limits(path))
            if isinstance(found, Answer):
                data = found.data
                if found.truncated:
                    headers.append(THROTTLED)
                    self.faults.fired["truncate"] += 1
            else:
                data = _dump(self.live.data(path, query, found))
            data = self.faults.empty(path, data)
        except ApiError as error:
            code, message = error.code, error.message
        self.answered += 1
        head = {"code": code, "message": message, "request_id": f"{self.answered:032d}"}
        envelope = _dump(self.live.envelope(head))
        # Where data is null, it is left out.
        return headers, envelope if data == b"null" else b'%b,"data":%b}' % (envelope[:-1], data)

    def _check_token(self, token: str | None) -> None:
        if not token:
            raise ApiError(40104, "Access token is empty.")
        if token != self.settings.token:
            raise ApiError(40105, "Access token is incorrect or has been revoked.")

    def _consent(self, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        """Redirect the person who opened the consent page back to the app."""
        try:
            address = self.authorisation.consent(Query(scope.query_string), self.now)
        except ApiError as error:
            protocol.response_str(400, TEXT, error.message)
        else:
            protocol.response_empty(302, [("location", address)])

    def _report(self, world: World, query: Query, now: datetime) -> Answer:
        """Answer `/report/integrated/get/`."""
        report = self.live.change_report(read_report(world, query))
        report = self.faults.change_report(report, REPORT, query.string)
        return self.reports.answer(report, now - timedelta(minutes=self.faults.late_minutes))

    def _control(self, scope: Scope, body: bytes) -> tuple[int, Any]:
        """Answer one of the simulator's own endpoints; no token needed."""
        tasks: dict[tuple[str, str], Callable[[], Any]] = {
            ("GET", "/truth"): lambda: truth(self.world, Query(scope.query_string), self.now),
            ("GET", "/truth/report"): lambda: true_rows(
                self.world, Query(scope.query_string), self.now
            ),
            ("GET", "/truth/entities"): lambda: self._true_entities(Query(scope.query_string)),
            ("GET", "/truth/gmv_max"): lambda: gmv_truth(
                self.world, Query(scope.query_string), self.now
            ),
            ("GET", "/clock"): lambda: {"now": self.now.isoformat()},
            ("POST", "/clock"): lambda: self._set_clock(json.loads(body)["now"]),
            ("GET", "/faults"): self.faults.summary,
            ("POST", "/faults"): lambda: self._set_faults(json.loads(body)),
            ("GET", "/live"): self.live.summary,
            ("POST", "/live"): lambda: self._set_live(json.loads(body)["on"]),
            ("GET", "/requests"): lambda: (
                self.ledger.summary() | {"over_budget": dict(self.budget.refused)}
            ),
            ("DELETE", "/requests"): self._forget_requests,
        }
        task = tasks.get((scope.method, scope.path.removeprefix(CONTROL)))
        if task is None:
            return 404, {"error": f"{scope.method} {scope.path} is not a control endpoint"}
        try:
            return 200, task()
        except (ApiError, ValueError, KeyError, TypeError, AttributeError) as error:
            return 400, {"error": str(error)}

    def _true_entities(self, query: Query) -> Any:
        at = query.text("at", "now") or "now"
        return true_entities(self.world, query, self.now if at == "now" else parse_clock(at))

    def _set_clock(self, text: str) -> Any:
        self.settings.now = parse_clock(text)
        return {"now": self.now.isoformat()}

    def _set_faults(self, given: dict[str, Any]) -> Any:
        self.faults = Faults(self.world.seed, given)
        return self.faults.summary()

    def _set_live(self, text: str) -> Any:
        self.live = Live(self.world.seed, read_switches(text))
        return self.live.summary()

    def _forget_requests(self) -> Any:
        self.ledger = Ledger()
        self.budget.refused.clear()
        return {}


def parse_clock(text: str) -> datetime:
    """Return a moment given with its offset, such as 2026-11-20T10:00:00Z."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc)


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
