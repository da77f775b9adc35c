"""The document guard: no document outside the runbook's sites is requested; with `requests: own`, nothing is."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, WebSocket

from runwright.engine.browser.http_sign_in import HttpSignIn
from runwright.engine.site_origins import Sites
from runwright.evidence.atomic_io import EvidenceError

_SPECULATION = Path(__file__).with_name("speculation.js").read_text("utf-8")
_RULES = "application/speculationrules+json"
"""The media type of the file that a `Speculation-Rules` header names."""
MOST = 300
"""Blocked requests of scripts that the journal lists, each address once."""


@dataclass(frozen=True)
class BlockedRequest:
    """What was not requested, because its address belongs to none of the runbook's sites."""

    address: str
    frame: bool
    """Not a document for a page: it was requested for a frame, ahead, or by a script, and the page goes on without."""
    kind: Literal["document", "speculation", "request"] = "document"


class DocumentGuard:
    """Blocks every document outside of the runbook's sites before it is requested: popups, frames, redirect hops too.

    It uses the browser's CDP ``Fetch`` domain, since Playwright's own routes do not see redirect hops. What the browser
    would fetch ahead by speculation rules passes through no such domain, so the rules are removed from the pages. With
    `requests: own` it blocks requests of every kind; the gateway refuses what has a connection of its own.
    """

    def __init__(
        self,
        browser: Browser,
        sites: Sites,
        on_blocked: Callable[[BlockedRequest], None],
        sign_in: HttpSignIn | None = None,
    ) -> None:
        """``sign_in`` answers the sites that ask for HTTP authentication; None leaves them to the browser."""
        self._sites = sites
        self._on_blocked = on_blocked
        self._mark = f"speculation rules {secrets.token_hex(8)} "
        self._listed: set[str] = set()
        self._session = browser.new_browser_cdp_session()
        self._session.on("Fetch.requestPaused", self._paused)
        pattern = {"urlPattern": "*"} if sites.own_requests else {"urlPattern": "*", "resourceType": "Document"}
        rules = {"urlPattern": "*", "resourceType": "Other", "requestStage": "Response"}
        patterns = [*(sign_in.patterns if sign_in is not None else []), pattern, rules]
        self._sign_in = sign_in if len(patterns) > 2 else None
        if self._sign_in is not None:
            self._session.on("Fetch.authRequired", self._challenged)
        self._session.send("Fetch.enable", {"patterns": patterns, "handleAuthRequests": self._sign_in is not None})
        self.open = False
        """While a person acts in the window, the guard lists documents and blocks none."""
        self.passed: list[str] = []
        """The addresses that passed while the guard was open."""
        self.before_document: Callable[[str], None] | None = None
        """Called with the address of a document before it is requested with GET, not of a redirect."""

    def follow(self, context: BrowserContext) -> None:
        """Guard the pages of a browser context, which has none yet, against speculation rules."""
        script = _SPECULATION.replace("MARK", self._mark).replace("OWN", json.dumps(self._sites.own_requests))
        context.add_init_script(script)
        context.on("console", self._console)
        if self._sites.own_requests:
            context.on("page", lambda page: page.on("websocket", self._websocket))

    def _paused(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        request = {"requestId": event["requestId"]}
        if "responseStatusCode" in event or "responseErrorReason" in event:
            self._answered(event, request)
        elif event["resourceType"] != "Document":
            if self._sites.allow(address):
                self._session.send("Fetch.continueRequest", request)
            else:
                self._session.send("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})
                self._list(address, "request")
        elif self.open:
            self.passed.append(address)
            self._session.send("Fetch.continueRequest", request)
        elif not self._sites.allow(address):
            self._session.send("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})
            self._on_blocked(BlockedRequest(address, frame=not self._top(event.get("frameId"))))
        else:
            try:
                first = event["request"]["method"] == "GET" and "redirectedRequestId" not in event
                if first and self.before_document is not None:
                    self.before_document(address)
            except EvidenceError:  # what cannot be written is not done; the run ends with its next event
                self._session.send("Fetch.failRequest", {**request, "errorReason": "Failed"})
                return
            self._session.send("Fetch.continueRequest", request)

    def _challenged(self, event: dict[str, Any]) -> None:
        """Answer a site that asks for HTTP authentication."""
        assert self._sign_in is not None
        answer = {"requestId": event["requestId"], "authChallengeResponse": self._sign_in.answer(event)}
        self._session.send("Fetch.continueWithAuth", answer)

    def _answered(self, event: dict[str, Any], request: dict[str, str]) -> None:
        """Drop the rules that a header names: they may list documents of any site."""
        types = [each["value"] for each in event.get("responseHeaders", []) if each["name"].lower() == "content-type"]
        if any(each.partition(";")[0].strip().lower() == _RULES for each in types):
            self._session.send("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})
            self._list(event["request"]["url"], "speculation")
        else:
            self._session.send("Fetch.continueRequest", request)

    def _console(self, message: ConsoleMessage) -> None:
        """Journal the speculation rules that were removed from a page: the addresses outside of the sites."""
        if message.type != "debug" or not message.text.startswith(self._mark):
            return
        page, addresses = json.loads(message.text.removeprefix(self._mark))
        for address in addresses or [page]:  # rules for the links of a document name no address
            if address == page or not self._sites.allow(address):
                self._list(address, "speculation")

    def _websocket(self, socket: WebSocket) -> None:
        if not self._sites.allow_connection(socket.url):
            self._list(socket.url, "request")

    def refused(self, host: str, port: int) -> None:
        """List a connection that the gateway has refused, unless a request to it is listed."""
        if not any(f"//{host}:{port}/" in each or f"//{host}/" in each for each in self._listed):
            self._list(f"{host}:{port}", "request")

    def _list(self, address: str, kind: Literal["speculation", "request"]) -> None:
        if address not in self._listed and len(self._listed) < MOST:
            self._listed.add(address)
            self._on_blocked(BlockedRequest(address, True, kind))

    def close(self) -> None:
        """End the session: the browser no longer asks this guard."""
        with suppress(Error):  # the browser may be gone
            self._session.detach()

    def _top(self, frame: str | None) -> bool:
        """Whether a frame id is that of a page: a main frame has the id of the page's CDP target."""
        targets = self._session.send("Target.getTargets")["targetInfos"]
        return any(each["type"] == "page" and each["targetId"] == frame for each in targets)
