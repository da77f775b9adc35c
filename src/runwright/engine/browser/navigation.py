"""Pages are asked for: an address, and once more a page that the server answered with a fault or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, Page

from runwright.engine.browser.network import Traffic
from runwright.engine.browser.tabs import Tabs, first_line
from runwright.engine.errors import NotUsable

READY = 30.0
"""Seconds for a page to come."""
_LASTING = ("NAME_NOT_RESOLVED", "CERT", "INVALID", "TOO_MANY_REDIRECTS", "SSL", "Download is starting")
"""Signs of what another try does not mend."""

PROXY = "Write them into the variable https_proxy: http://NAME:PASSWORD@HOST:PORT. `runwright doctor` looks at it."
"""What helps where a proxy refuses who asks."""
_OF_A_PROXY = ("PROXY", "TUNNEL_CONNECTION")
"""Signs of an error that stands between the browser and the server."""


def remedy(problem: str = "") -> str:
    """What helps where a page did not come, whatever was tried."""
    if any(sign in problem for sign in _OF_A_PROXY):
        return "Look at the proxy that the environment names; `runwright doctor` says more."
    if "ERR_ABORTED" in problem:
        return "The server answered with no page: with nothing (204), or with a file. `download` takes a file."
    return "Look whether the server is up."


def load(tabs: Tabs, address: str, alive: Callable[[], None]) -> str | None:
    """One try to load an address in the current page; what is wrong when another may help.

    ``alive`` raises what else ends the step, as a page that may not be gone to. Raises NotUsable when no try will help.
    """
    if tabs.ended is not None:
        tabs.fresh()
    try:
        response = tabs.page.goto(address, wait_until="commit", timeout=READY * 1000)
    except Error as error:
        alive()
        problem = first_line(error).removeprefix("Page.goto: ").split(" at http")[0]
        tabs.fresh()
        if any(sign in problem for sign in _LASTING):
            raise NotUsable(f"{address} cannot be loaded: {problem}.", "Look at the address.") from None
        return problem
    if response is not None and response.status == 407:
        tabs.fresh()  # the browser still goes to its own page about it
        raise NotUsable(f"{address} cannot be loaded: the proxy wants a name and a password that it knows.", PROXY)
    if response is not None and _fault(response.status):
        return f"the server answers {response.status}"
    return None


def reload(page: Page) -> None:
    """Ask for a page again; it may not be there still."""
    with suppress(Error):
        page.reload(wait_until="commit", timeout=READY * 1000)


def is_none(page: Page, traffic: Traffic) -> bool:
    """Whether a page is none: the server answered with a fault, or not at all. What a form was sent to is not asked."""
    document = traffic.document(page.url)
    faulty = document is not None and document.request.method == "GET" and _fault(document.status)
    return faulty or is_lost(page)


def is_lost(page: Page) -> bool:
    """Whether the browser shows a page of its own, because the one that was asked for could not be loaded."""
    return page.url.startswith("chrome-error:")


def _fault(status: int) -> bool:
    """Whether an answer says that the server cannot answer now."""
    return status >= 500 or status == 429
