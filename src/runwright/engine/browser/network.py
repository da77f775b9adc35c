"""What goes over the wire: requests under way, those that change something, and the guard over documents."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Frame, Page, Request, Response

from runwright.engine.browser.site_origins import Sites

_ENDLESS = ("eventsource", "websocket", "ping", "media", "beacon")
_ASIDE = ("ping", "beacon")
_LEFT = "net::ERR_ABORTED"
"""The page went elsewhere, and wanted no more of the answer."""
_OLD = 5.0
"""Seconds after which a request counts as a long poll and is no longer waited for."""


@dataclass
class Change:
    """A request other than GET, or where one was sent on to."""

    method: str
    address: str
    status: int | None = None
    """None where no answer came, or not all of it."""
    over: bool = False
    """Answered, or failed."""
    left: bool = False
    """The page went elsewhere, and wanted no answer any more."""
    aside: bool = False
    """A ping: no page waits for its answer, nor shows it."""

    def data(self) -> dict[str, Any]:
        return {"method": self.method, "address": self.address, "status": self.status}


@dataclass
class Blocked:
    """A document that was not requested, because its address belongs to none of the runbook's sites."""

    address: str
    frame: bool
    """It would have stood in a frame, not at the top."""


@dataclass
class Traffic:
    """Follows the requests of one browser context."""

    context: BrowserContext
    heard: Callable[[Change], None] | None = None
    """Is told of each request other than GET the moment it is sent."""
    _open: dict[Request, float] = field(default_factory=dict)
    _changes: dict[Request, Change] = field(default_factory=dict)
    _all: list[Change] = field(default_factory=list)
    _documents: dict[str, Response] = field(default_factory=dict)
    _coming: dict[Request, None] = field(default_factory=dict)
    """Requests for documents that have no answer yet."""

    def __post_init__(self) -> None:
        self.context.on("request", self._begun)
        self.context.on("requestfinished", self._ended)
        self.context.on("requestfailed", self._failed)
        self.context.on("response", self._answered)

    def under_way(self) -> bool:
        """A request is under way that is worth waiting for."""
        now = time.monotonic()
        return any(now - begun < _OLD for begun in self._open.values())

    def coming(self, page: Page) -> str | None:
        """The address that a page was asked to go to and that has not answered yet. Until it does, what is there
        answers no question: the browser holds them all back.
        """
        frame = page.main_frame
        return next((request.url for request in self._coming if _frame(request) == frame), None)

    def mark(self) -> int:
        """A point in time, for ``changes_since``."""
        return len(self._all)

    def changes_since(self, mark: int) -> list[Change]:
        """The requests other than GET that began after the mark."""
        return self._all[mark:]

    def document(self, address: str) -> Response | None:
        """The answer that brought the top-level document now at this address, if one was seen."""
        return self._documents.get(_bare(address))

    def _begun(self, request: Request) -> None:
        if request.resource_type not in _ENDLESS:
            self._open[request] = time.monotonic()
        if request.is_navigation_request():
            self._coming[request] = None
        if _first(request).method not in ("GET", "HEAD", "OPTIONS"):
            change = Change(request.method, request.url, aside=request.resource_type in _ASIDE)
            self._changes[request] = change
            self._all.append(change)
            if self.heard is not None:
                self.heard(change)

    def _answered(self, response: Response) -> None:
        request = response.request
        self._coming.pop(request, None)
        if request in self._changes:
            self._changes[request].status = response.status
            self._changes[request].over = True
        if request.resource_type == "document" and request.is_navigation_request():
            self._documents[_bare(response.url)] = response

    def _failed(self, request: Request) -> None:
        change = self._changes.get(request)
        if change is not None:
            change.left = request.failure == _LEFT
            if not change.left:
                change.status = None  # the rest of its answer did not come
        self._ended(request)

    def _ended(self, request: Request) -> None:
        self._open.pop(request, None)
        self._coming.pop(request, None)
        if request in self._changes:
            self._changes.pop(request).over = True


def _frame(request: Request) -> Frame | None:
    try:
        return request.frame
    except Error:  # a new window has none before its document is answered
        return None


def _first(request: Request) -> Request:
    """The request that led to this one by being sent on."""
    while (before := request.redirected_from) is not None:
        request = before
    return request


def _bare(address: str) -> str:
    return address.partition("#")[0]


class Guard:
    """Holds every document, in popups, frames and redirect hops too, to the runbook's sites before it is requested.

    It stands at the browser (CDP ``Fetch``), since Playwright's own routes do not see redirect hops.
    """

    def __init__(self, browser: Browser, sites: Sites, told: Callable[[Blocked], None]) -> None:
        self._sites = sites
        self._told = told
        self._session = browser.new_browser_cdp_session()
        self._session.on("Fetch.requestPaused", self._paused)
        self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "resourceType": "Document"}]})
        self.open = False
        """While a person acts in the window, documents are only followed, not held."""
        self.passed: list[str] = []
        """The addresses that went through while the guard was open."""

    def _paused(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        request = {"requestId": event["requestId"]}
        if self.open:
            self.passed.append(address)
        elif not self._sites.allow(address):
            self._session.send("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})
            self._told(Blocked(address, frame=not self._top(event.get("frameId"))))
            return
        self._session.send("Fetch.continueRequest", request)

    def _top(self, frame: str | None) -> bool:
        """A page's main frame bears the id of the page's target."""
        targets = self._session.send("Target.getTargets")["targetInfos"]
        return any(each["type"] == "page" and each["targetId"] == frame for each in targets)
