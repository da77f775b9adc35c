"""Change addresses: pages whose loading is a change, because a step with `changes: true` requested them with GET.

Such a request is the change's own: no retry, look, reload or resumed run may send it again. The pages that it was
redirected to are not its own, and neither is what a page loads after a POST.
"""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import BrowserContext, Error, Frame, Request


class ChangeAddresses:
    """Recognizes the GET requests by which a step makes its change, and remembers their addresses."""

    def __init__(self) -> None:
        self._own: set[str] = set()
        self._loaded: set[str] = set()
        """Addresses of documents that were requested outside of changes: loading them is no change by itself."""
        self._active = False
        self._first = True
        self._none_sent = True
        """No page was requested since the change began, as far as the browser has asked."""
        self._posted = False
        self._frames: frozenset[Frame] = frozenset()

    def __contains__(self, address: str) -> bool:
        """Whether loading an address would send the request of a change again."""
        return bare(address) in self._own

    def remember(self, addresses: Iterable[str]) -> None:
        """Add the addresses by which earlier runs made changes."""
        self._own.update(map(bare, addresses))

    def begin(self, contexts: Iterable[BrowserContext]) -> None:
        """A change begins: from now on, requests for pages may be its own."""
        self._active, self._first, self._none_sent, self._posted = True, True, True, False
        self._frames = frozenset(frame for context in contexts for page in context.pages for frame in page.frames)

    def end(self) -> None:
        """The change is over."""
        self._active = False
        self._frames = frozenset()

    def may_be_own(self, address: str) -> bool:
        """Whether a page that is about to be requested with GET may be the current change: before it is sent.

        It is said of more pages than `note` finds, since it is not known yet what has requested them.
        """
        may = self._active and not self._posted and (self._none_sent or bare(address) not in self._loaded)
        self._none_sent = self._none_sent and not self._active
        return may

    def note(self, request: Request, posted: bool) -> bool:
        """Note a request that is sent; whether it is a change's own although it is a GET.

        ``posted`` is whether it is a request of another method that may be the change.
        """
        if not self._active:
            if request.is_navigation_request():
                self._loaded.add(bare(request.url))
            return False
        self._posted = self._posted or posted
        if self._posted or not self._leads_to_a_page(request):
            return False
        address = bare(request.url)
        own = self._first or address not in self._loaded  # a page may lead on to one that is only looked at
        if own:
            self._own.add(address)
        self._first = False
        return own

    def _leads_to_a_page(self, request: Request) -> bool:
        """Whether a request is for a page, or for a frame that was there before the change; redirects do not count."""
        if not request.is_navigation_request() or request.method != "GET" or request.redirected_from is not None:
            return False
        try:
            frame = request.frame
        except Error:  # a new window has no frame before its document is answered
            return True
        return frame.parent_frame is None or frame in self._frames


def bare(address: str) -> str:
    """An address without its fragment, which no server receives."""
    return address.partition("#")[0]
