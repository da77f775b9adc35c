"""Site access: loads addresses, gives up on a site that is down, and notices refused sign-ins.

A site that has answered in this run gets the time of a restart; one that never did is given up within seconds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import ElementHandle, Error, Page

from runwright.engine.browser import navigation
from runwright.engine.browser.navigation import READY
from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.page_scripts import SIGN_IN_FORM
from runwright.engine.browser.tabs import Tabs
from runwright.engine.errors import EnvironmentFailure, OutcomeUnknown, Stopped
from runwright.engine.site_origins import Sites
from runwright.evidence.statuses import FailureClass
from runwright.language.origins import Origin, origin

DOWN = 5.0
"""Seconds that a site gets to answer if it has not answered in this run."""
_RESTARTING = (502, 503, 504)
"""What is answered in place of a server that is down for a moment."""
_UNREACHED = ("CONNECTION_REFUSED", "CONNECTION_RESET", "CONNECTION_CLOSED", "EMPTY_RESPONSE")
"""What the browser says when nothing answers in its place."""
_CHALLENGE = re.compile(r"^\s*([A-Za-z][\w-]*)", re.MULTILINE)
_REALM = re.compile(r'realm="([^"]*)"', re.IGNORECASE)


class SiteAccess:
    """What one run knows about the availability of its sites."""

    def __init__(self, tabs: Tabs, network: NetworkMonitor, notify: Callable[[str], None], sites: Sites) -> None:
        """``notify`` shows a sentence to the person beside the run."""
        self._tabs = tabs
        self._network = network
        self._notify = notify
        self._sites = sites
        self._answered: set[Origin | None] = set()
        self._typed: int | None = None
        """The number of change requests when a secret was typed into a password field."""

    def patience(self, address: str) -> float:
        """Seconds that the site of an address gets to answer without an error."""
        return READY if origin(address) in self._answered else DOWN

    def time_to_restart(self, page: Page) -> float:
        """Seconds in which a page that failed to load is loaded again: longer where its site seems to be restarting."""
        address = self._network.requested(page)
        if navigation.shows_browser_error(page):
            problem = self._network.explain(self._network.failed_page, address)
            restarts = any(code in problem for code in _UNREACHED)
        else:
            document = self._network.document(address)
            restarts = document is not None and document.status in _RESTARTING
        return self.patience(address) if restarts else DOWN

    def load(self, address: str, alive: Callable[[], None], pause: Callable[[float], None]) -> None:
        """Load an address in the current page; again, while its site may be starting.

        ``alive`` raises what else ends the step; ``pause`` processes the browser's events for some seconds. Raises
        EnvironmentFailure if it cannot be loaded, Stopped if the site asks for HTTP authentication, OutcomeUnknown for
        the address of a change.
        """
        self.not_a_change(address)
        patience = self.patience(address)
        deadline, silent = time.monotonic() + patience, True
        while (problem := navigation.load(self._tabs, address, self._network, alive)) is not None:
            if time.monotonic() > deadline:
                raise problem.failure(address)
            if silent and patience > DOWN:
                self._notify(f"{address} cannot be loaded: {problem.message}. Trying again for {patience:g} s.")
            silent = False
            pause(min(1.0, max(deadline - time.monotonic(), 0.05)))
        self.allowed()
        self._answered.add(origin(address))

    def arrive(self, alive: Callable[[], None], pause: Callable[[float], None]) -> None:
        """Wait for a page that the current one has requested. Raises EnvironmentFailure if it does not arrive."""
        deadline = time.monotonic() + READY
        while (address := self._network.pending_navigation(self._tabs.page)) is not None:
            alive()
            if time.monotonic() > deadline:
                self._tabs.replace_all()  # the old page no longer responds
                remedy = navigation.remedy()
                raise EnvironmentFailure(f"{address} does not answer.", remedy, failure_class=FailureClass.NETWORK)
            pause(0.02)

    def not_a_change(self, address: str) -> None:
        """Raises OutcomeUnknown if loading an address would send the request of a change again."""
        if address in self._network.addresses:
            raise _makes_a_change(address)

    def reload(self) -> None:
        """Load the current page again. Raises OutcomeUnknown if that would send the request of a change again."""
        if self._network.is_change(self._tabs.page):
            raise _makes_a_change(self._tabs.page.url)
        navigation.reload(self._tabs.page)

    def allowed(self) -> None:
        """Raises Stopped if the site answered the current page with a request for HTTP authentication."""
        address = self._tabs.page.url
        document = self._network.document(address)
        if document is None or document.status != 401:
            return
        challenge = document.headers.get("www-authenticate")
        if not challenge:
            return
        schemes, realm = dict.fromkeys(_CHALLENGE.findall(challenge)), _REALM.search(challenge)
        asked = ", ".join([*schemes, *([f"“{realm[1]}”"] if realm and realm[1] else [])])
        stopped = Stopped(
            f"{address.partition('?')[0]} answered 401: it asks for HTTP authentication ({asked}), not on a page.",
            failure_class=FailureClass.SIGN_IN,
        )
        site = next((each for each in self._sites if each.home == origin(address)), None)
        if site is not None and site.basic_auth is not None:
            user, secret = site.basic_auth
            stopped.args = (f"{stopped} It refused the name “{user}” and the secret `{secret}` of `basic_auth`.",)
            stopped.remedy = "Check both. They were given once, and are not tried again."
        elif {"basic", "digest"} & {each.lower() for each in schemes}:
            stopped.remedy = (
                "Declare it at the site: `basic_auth: { user: NAME, password: SECRET }`; SECRET is a secret's name."
            )
        else:
            stopped.remedy = "No step can sign in there. Have the site offer a page to sign in, or go by its proxy."
        raise stopped

    def typing(self, control: ElementHandle) -> None:
        """Note that a text is about to be typed into a control, which may be a field for a password."""
        with suppress(Error):
            if control.evaluate("(element) => element.matches('input[type=password]')"):
                self._typed = self._network.mark()

    def refused_sign_in(self, signed_out: bool) -> str | None:
        """The sentence for a sign-in that the site refused: the password was sent, and the page asks for it again.

        ``signed_out`` is whether the page meets its site's `signed_out_when`.
        """
        sent = self._network.changes_since(self._typed) if self._typed is not None else []
        if not sent:
            return None
        with suppress(Error):
            page = self._tabs.page
            denied = any(each.status == 401 for each in sent)
            if page.evaluate(SIGN_IN_FORM, denied or signed_out):
                answer = next((f" It answered {each.status}." for each in sent if (each.status or 0) >= 400), "")
                return f"The sign-in at {origin(page.url)} was refused.{answer}"
        return None


def _makes_a_change(address: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"{address} is the address by which a change was made: to load it would make the change again. "
        "Check on the page whether the change was made: runwright never makes a change twice on its own."
    )
