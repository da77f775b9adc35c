"""CDP sessions of pages and of frames in other processes, each with an isolated world that reads its texts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Error, Frame, Page

_FIELDS = ("INPUT", "TEXTAREA", "SELECT")
"""Elements that hold their text in a shadow root of the browser's own, and clip text that is too long for them."""
_TEXTS = Path(__file__).with_name("page_texts.js").read_text("utf-8")
_WORLD = "runwright"


class CdpSession:
    """A CDP session with the DOM of a page, or of a frame that runs in another process."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._above: dict[int, tuple[int, Mapping[str, Any]]] = {}
        """For each node that a search returned: its parent, or the host of its shadow root, and its description."""
        self.covered = False
        """Whether messages of the browser's own are replaced in the document."""
        self._texts: str | None = None
        """The object of `page_texts.js` in the document; it goes with its document, and a call of it then fails."""
        self._frame: str | None = None
        """The id of the session's outermost frame, once it was asked for."""
        session.on("DOM.setChildNodes", self._received)
        session.send("DOM.enable")  # stays enabled across navigations

    def send(self, method: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._session.send(method, values)
        return answer

    def detach(self) -> None:
        self._session.detach()

    def begin(self) -> None:
        """Start to assign ids to nodes; earlier search results are dropped."""
        self._above.clear()
        self.send("DOM.getDocument", {"depth": 0})

    def _received(self, event: Mapping[str, Any]) -> None:
        for node in event["nodes"]:
            self._add(node, event["parentId"])

    def _add(self, node: Mapping[str, Any], parent: int) -> None:
        self._above[node["nodeId"]] = parent, node
        for each in (*node.get("children", ()), *node.get("shadowRoots", ())):
            self._add(each, node["nodeId"])

    def texts(self, function: str, *arguments: Any, by_value: bool = True) -> Any:
        """Call a function of `page_texts.js` in the document that was read last; its result, or a remote object.

        Raises Playwright's Error if that document is gone.
        """
        call = {
            "objectId": self._texts,
            "functionDeclaration": f"function (...all) {{ return this.{function}(...all); }}",
            "arguments": [{"value": each} for each in arguments],
            "returnByValue": by_value,
            "awaitPromise": True,
        }
        answer = self.send("Runtime.callFunctionOn", call)
        if "exceptionDetails" in answer:
            raise Error(f"page_texts.js: {answer['exceptionDetails'].get('text')}")
        return answer["result"].get("value") if by_value else answer["result"]["objectId"]

    def read_texts(self, last: bool) -> dict[str, Any]:
        """What the document of now shows, by the function `read` of `page_texts.js`.

        Raises Playwright's Error while the document is being replaced.
        """
        if self._texts is not None:
            with suppress(Error):  # its document is gone
                return self.texts("read", last)  # type: ignore[no-any-return]
        context = self._world()
        made = self.send("Runtime.evaluate", {"expression": _TEXTS, "contextId": context})
        self._texts = made["result"]["objectId"]
        return self.texts("read", last)  # type: ignore[no-any-return]

    def _world(self) -> int:
        """The isolated world of the document, in which a page's scripts have replaced nothing."""
        if self._frame is not None:
            with suppress(Error):  # the frame has moved to another process, and has another id
                return self._world_in(self._frame)
        self._frame = str(self.send("Page.getFrameTree")["frameTree"]["frame"]["id"])
        return self._world_in(self._frame)

    def _world_in(self, frame: str) -> int:
        world = {"frameId": frame, "worldName": _WORLD, "grantUniveralAccess": True}
        return int(self.send("Page.createIsolatedWorld", world)["executionContextId"])

    def nodes(self, function: str, *arguments: Any) -> list[str]:
        """The same for a function that returns nodes: the remote object of each."""
        listed = self.texts(function, *arguments, by_value=False)
        found = self.send("Runtime.getProperties", {"objectId": listed, "ownProperties": True})["result"]
        return [each["value"]["objectId"] for each in found if each["name"].isdigit()]

    def field(self, node: int) -> int | None:
        """The field that shows a text node; None if no field shows it."""
        while node in self._above:
            parent, description = self._above[node]
            if description.get("shadowRootType") == "user-agent":
                _, host = self._above.get(parent, (0, {}))
                return parent if host.get("nodeName") in _FIELDS else None
            node = parent
        return None


class CdpSessions:
    """CDP sessions of pages, and of those frames that run in other processes."""

    def __init__(self) -> None:
        self._of: dict[Page | Frame, CdpSession] = {}

    def of(self, page: Page) -> CdpSession:
        """The session of a page."""
        if page not in self._of:
            self._of = {each: session for each, session in self._of.items() if not _gone(each)}
            self._begin(page)
        return self._of[page]

    def of_frame(self, frame: Frame) -> CdpSession | None:
        """The session of a frame; None if it runs in its parent's process, so that the parent's session covers it."""
        if frame in self._of:
            try:
                self._of[frame].send("Page.getFrameTree")
                return self._of[frame]
            except Error:  # it has moved to another process
                self.drop(frame)
        with suppress(Error):
            self._begin(frame)
            return self._of[frame]
        return None

    def open(self, page: Page) -> list[CdpSession]:
        """The sessions of a page and its frames that were needed so far."""
        return [self._of[one] for one in (page, *page.frames) if one in self._of]

    def _begin(self, one: Page | Frame) -> None:
        context = one.context if isinstance(one, Page) else one.page.context
        self._of[one] = CdpSession(context.new_cdp_session(one))

    def drop(self, one: Page | Frame) -> None:
        """End a session; pending calls of it raise an error."""
        session = self._of.pop(one, None)
        with suppress(Error):  # the page may have closed
            if session is not None:
                session.detach()


def _gone(one: Page | Frame) -> bool:
    return one.is_closed() if isinstance(one, Page) else one.is_detached()
