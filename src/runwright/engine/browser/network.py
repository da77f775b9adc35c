"""Network: requests in flight, and requests that change something."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Frame, Page, Request, Response, WebSocket

from runwright.engine.browser.change_addresses import ChangeAddresses, bare
from runwright.engine.browser.connection_gateway import ConnectionGateway

_ENDLESS = ("eventsource", "websocket", "ping", "media", "beacon")
_BACKGROUND = ("ping", "beacon")
_ABANDONED = "net::ERR_ABORTED"
"""The page navigated away and dropped the rest of the response."""
_UNREAD = 1.5
"""Seconds after an answer's head; then its body counts as left unread, and settling no longer waits for it."""
_LONG_POLL = 5.0
"""Seconds after which a request counts as a long poll; settling no longer waits for it."""


@dataclass
class ChangeRequest:
    """A request other than GET, HEAD and OPTIONS, or for a page by which a step with `changes: true` makes its change;
    or a request to which one was redirected.
    """

    method: str
    address: str
    status: int | None = None
    """None where no response came, or only a part of it."""
    finished: bool = False
    """The request was answered or failed."""
    abandoned: bool = False
    """The page navigated away before the response was complete."""
    background: bool = False
    """A ping: no page waits for its response or shows it."""
    own: bool = False
    """The first request of a change that is made with GET: what loads this address makes the change."""


@dataclass(frozen=True)
class RefusedRequest:
    """A request of a page's scripts, of any method, that was answered with an error."""

    method: str
    address: str
    status: int
    at: float
    """When the answer came, by the monotonic clock."""


@dataclass
class NetworkMonitor:
    """Follows all requests of one browser context."""

    context: BrowserContext
    gateway: ConnectionGateway | None = None
    """None if the context's connections do not pass through one."""
    on_change: Callable[[ChangeRequest], None] | None = None
    """Called with each change request as soon as it is sent."""
    sent: int = 0
    """The number of requests and of messages through WebSockets that were sent."""
    _open: dict[Request, float] = field(default_factory=dict)
    _endless: set[Request] = field(default_factory=set)
    _answers: dict[Request, float] = field(default_factory=dict)
    """When the answer's head came, of the requests that are open."""
    _changes: dict[Request, ChangeRequest] = field(default_factory=dict)
    _all: list[ChangeRequest] = field(default_factory=list)
    _own: set[Request] = field(default_factory=set)
    """Requests with GET by which the current step makes its change."""
    counts: Callable[[str], bool] = lambda address: True
    """Whether a request to an address may be a change of the run: whether one of its sites has it."""
    _documents: dict[str, Response] = field(default_factory=dict)
    _refused: deque[RefusedRequest] = field(default_factory=lambda: deque(maxlen=50))
    _given_up: set[str | None] = field(default_factory=set)
    """The hosts of requests that failed without an answer since the last change began: some may still be under way."""
    _pending: dict[Request, None] = field(default_factory=dict)
    """Requests for documents that have no response yet."""
    _contexts: list[BrowserContext] = field(default_factory=list)
    _last: dict[Frame, str] = field(default_factory=dict)
    """The address that was requested last for each page's main frame."""
    addresses: ChangeAddresses = field(default_factory=ChangeAddresses)
    """The addresses whose loading makes a change."""
    failed_page: str = ""
    """Why the last page that could not be loaded was not, in the browser's words."""

    def __post_init__(self) -> None:
        self.follow(self.context)

    def follow(self, context: BrowserContext) -> None:
        """Follow the requests of another context as well."""
        self._contexts.append(context)
        context.on("close", lambda _: self._contexts.remove(context))
        context.on("page", lambda page: page.on("websocket", self._websocket))
        context.on("request", self._started)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def change_begins(self) -> None:
        """From now on, the browser sends no request a second time by itself; see ConnectionGateway."""
        self.addresses.begin(self._contexts)
        self._given_up.clear()
        if self.gateway is not None:
            self.gateway.prevent_resending(_hosts((*self._open, *self._endless)))

    def change_over(self) -> None:
        """End of `change_begins`."""
        self.addresses.end()
        if self.gateway is not None:
            unanswered = (each for each in self._open if each not in self._answers)
            self.gateway.allow_resending(_hosts((*unanswered, *self._endless)) | self._given_up)

    def explain(self, message: str, address: str) -> str:
        """A message of the browser about an address, with the reason that the gateway knows."""
        return self.gateway.explain(message, address) if self.gateway is not None else message

    def server_address(self, response: Response) -> str | None:
        """IP address and port of the server that sent a response. Raises Error if the document is gone."""
        if self.gateway is not None:
            return self.gateway.server_address(response.url)
        found = response.server_addr()
        return f"{found['ipAddress']}:{found['port']}" if found else None

    def under_way(self) -> bool:
        """Whether a request is in flight that is worth waiting for."""
        now = time.monotonic()
        return any(
            now - started < _LONG_POLL and now - self._answers.get(request, now) < _UNREAD
            for request, started in self._open.items()
        )

    def unanswered(self) -> bool:
        """Whether a request is in flight that has no answer yet. Pages may leave the body of an answer unread."""
        now = time.monotonic()
        return any(now - start < _LONG_POLL for request, start in self._open.items() if request not in self._answers)

    def pending_navigation(self, page: Page) -> str | None:
        """The address to which a page is navigating and which has not answered yet; None without one.

        Until it answers, the browser holds back every query to the page.
        """
        frame = page.main_frame
        return next((request.url for request in self._pending if _frame(request) == frame), None)

    def mark(self) -> int:
        """A point in time, for ``changes_since``."""
        return len(self._all)

    def changes_since(self, mark: int) -> list[ChangeRequest]:
        """The change requests that started after the mark."""
        return self._all[mark:]

    def refused_since(self, at: float) -> list[RefusedRequest]:
        """The requests of scripts that were answered with an error since a time of the monotonic clock."""
        return [each for each in self._refused if each.at >= at]

    def is_change(self, page: Page) -> bool:
        """Whether loading a page again would send the request of a change again."""
        return self.requested(page) in self.addresses

    def requested(self, page: Page) -> str:
        """The address of a page; of the browser's own error page, the one that could not be loaded."""
        return self._last.get(page.main_frame, "") if page.url.startswith("chrome-error:") else page.url

    def verified_certificate(self, response: Response) -> str | None:
        """The SHA-256 of a server's certificate that the gateway has verified; None where the browser did."""
        return self.gateway.certificate(response.url) if self.gateway is not None else None

    def document(self, address: str) -> Response | None:
        """The latest response that brought a document at this address; None if none was seen."""
        return self._documents.get(bare(address))

    def whole_document(self, address: str) -> Response | None:
        """The same, if all of it has come."""
        response = self.document(address)
        return response if response is not None and response.request not in self._open else None

    def _websocket(self, socket: WebSocket) -> None:
        self.sent += 1
        socket.on("framesent", lambda _: self._message())

    def _message(self) -> None:
        self.sent += 1

    def _started(self, request: Request) -> None:
        self.sent += 1
        if request.resource_type not in _ENDLESS:
            self._open[request] = time.monotonic()
        else:
            self._endless.add(request)
        if request.is_navigation_request():
            self._pending[request] = None
            self._note_page(request)
        background = request.resource_type in _BACKGROUND
        first = _first(request)
        posted = first.method not in ("GET", "HEAD", "OPTIONS")
        own = self.addresses.note(request, posted and not background and self.counts(first.url))
        if posted or own or first in self._own:
            change = ChangeRequest(request.method, request.url, background=background, own=own)
            if own:
                self._own.add(request)
            self._changes[request] = change
            self._all.append(change)
            if self.on_change is not None:
                self.on_change(change)

    def _note_page(self, request: Request) -> None:
        """Note what is requested for a page: the browser's own error page has another address."""
        frame = _frame(request)
        if frame is not None and request.redirected_from is None:
            self._last[frame] = request.url

    def _answered(self, response: Response) -> None:
        request = response.request
        self._pending.pop(request, None)
        if request in self._open:
            self._answers[request] = time.monotonic()
        if request in self._changes:
            self._changes[request].status = response.status
            self._changes[request].finished = True
        if response.status >= 400 and request.resource_type in ("fetch", "xhr"):
            self._refused.append(RefusedRequest(request.method, request.url, response.status, time.monotonic()))
        if request.resource_type == "document" and request.is_navigation_request():
            self._documents[bare(response.url)] = response

    def _failed(self, request: Request) -> None:
        if request.is_navigation_request() and request.failure not in (None, _ABANDONED):
            self.failed_page = f"{request.failure}"
        if request not in self._answers:
            self._given_up |= _hosts([request])
        change = self._changes.get(request)
        if change is not None:
            change.abandoned = request.failure == _ABANDONED
            if not change.abandoned:
                change.status = None  # the rest of the response did not come
        self._ended(request)

    def _ended(self, request: Request) -> None:
        self._open.pop(request, None)
        self._endless.discard(request)
        self._answers.pop(request, None)
        self._pending.pop(request, None)
        if request in self._changes:
            self._changes.pop(request).finished = True


def _hosts(requests: Iterable[Request]) -> set[str | None]:
    return {urlsplit(each.url).hostname for each in requests}


def _frame(request: Request) -> Frame | None:
    try:
        return request.frame
    except Error:  # a new window has no frame before its document is answered
        return None


def _first(request: Request) -> Request:
    """The first request of the redirect chain that led to this one."""
    while (previous := request.redirected_from) is not None:
        request = previous
    return request
