"""Whether a page may hold a closed shadow root, in which the browser must be asked to look for each secret itself."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Error, Page, Response

from runwright.engine.browser.dom import RootsSeen
from runwright.engine.browser.network import NetworkMonitor

WATCH_ROOTS = Path(__file__).with_name("closed_roots.js").read_text("utf-8")
"""The script that every document runs before its own scripts."""
_DECLARED = b"shadowrootmode"
"""How a document declares a shadow root in its source.

Source: https://html.spec.whatwg.org/multipage/scripting.html#attr-template-shadowrootmode
"""


class ClosedRoots:
    """Knows of the documents of a run whether they may hold a closed root. In any doubt they may."""

    def __init__(self, network: NetworkMonitor) -> None:
        self._network = network
        self._declares: dict[str, tuple[Response, bool]] = {}
        """For the address of a document: its latest answer, and whether that may declare a root."""

    def possible(self, page: Page, seen: RootsSeen) -> bool:
        """Whether the page may hold a closed shadow root, its frames included; ``seen`` is from its observation."""
        attached, address = seen
        if attached is not False or len(page.frames) > 1:
            return True
        try:
            response = self._network.whole_document(address)
            return response is None or self._declared(address, response)
        except Error:  # the page navigates, or the browser has not kept the source
            return True

    def _declared(self, address: str, response: Response) -> bool:
        """Whether the source of a document may declare a root; read once. Raises Error if it is not kept."""
        known, declares = self._declares.get(address, (None, True))
        if known is not response:
            declares = _DECLARED in response.body().replace(b"\0", b"").lower()
            self._declares[address] = response, declares
        return declares
