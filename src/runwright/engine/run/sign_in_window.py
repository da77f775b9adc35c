"""The window in which a person signs in outside of a run, and the clean one that proves what was kept of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Response

from runwright.engine.browser.browser_state import (
    NOTHING,
    BrowserState,
    ContextOf,
    VisitedOrigins,
    captured,
    seed_session_storage,
)
from runwright.engine.browser.sign_in_state import IN_USE, SignInReading, binds_to_device, read_sign_in, same_person
from runwright.engine.errors import EnvironmentFailure, Stopped, first_line
from runwright.engine.run.operator import PATIENCE
from runwright.engine.run.plan import Plan
from runwright.engine.site_origins import ResolvedSite
from runwright.evidence.statuses import FailureClass

LEFT_ALONE = 5.0
"""Seconds without activity on a page other than a sign-in page after which a sign-in counts as complete."""
SIGNED_OUT = 10.0
"""Seconds for which a clean context shows that nobody is signed in, after which it is not waited for."""
SEEN_AGAIN = 30.0
"""Seconds within which a clean context must show that it is signed in."""
STEADY = 1.0
"""Seconds for which it must show it."""
_POLL = 200
Interrupted = Callable[[], bool]
"""Whether the person has asked the command to end."""


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that is complete."""

    state: BrowserState = field(repr=False)
    person: str | None
    """The person whom the page names; None if the site has no `signed_in_as`."""
    bound: bool = False
    """Whether the site tied the session to a key of the device."""
    elsewhere: tuple[str, ...] = ()
    """The origins outside of the site that the person came by, of which nothing is kept."""


@dataclass(frozen=True)
class SignInPlace:
    """Where a person signs in."""

    plan: Plan
    """A plan with the site, for the settings of the browser."""
    site: ResolvedSite
    address: str
    """The page to begin with."""
    scope: Mapping[str, Any] = field(default_factory=dict)
    """The names and values that the site's conditions use."""


class _Window:
    """One browser context, with what it has shown."""

    def __init__(self, place: SignInPlace, context: BrowserContext, state: BrowserState) -> None:
        self._place = place
        self._context = context
        self._visited = VisitedOrigins(context)
        self._bound = False
        self._state = state
        context.on("response", self._answered)
        self.page = context.new_page()
        seed_session_storage(self.page, state)

    def open(self) -> None:
        """Load the page to begin with. Raises EnvironmentFailure."""
        address = self._place.address
        try:
            self.page.goto(address, wait_until="commit")
        except Error as error:
            if "interrupted by another navigation" in str(error):
                return  # the page leads on by itself
            message = f"{address} cannot be opened: {first_line(error)}"
            raise EnvironmentFailure(message, "", failure_class=FailureClass.NETWORK) from None

    def reading(self) -> tuple[Page, SignInReading] | None:
        """What the first page says that tells anything. Raises Error once all pages are closed."""
        signed_out = None
        for page in self._context.pages:
            with suppress(Error):  # it navigates
                reading = read_sign_in(page, self._place.site, self._place.plan.sites, self._place.scope)
                if reading.signed_in:
                    return page, reading
                if reading.signed_in is not None:
                    signed_out = page, reading
        if not self._context.pages:
            raise Error("no page is open")
        return signed_out

    def wait(self) -> None:
        """Process the browser's events for a moment."""
        pages = self._context.pages
        if pages:
            with suppress(Error):  # it closes; if it was the last, the next reading says so
                pages[-1].wait_for_timeout(_POLL)

    def result(self, page: Page, person: str | None) -> SignedIn:
        """What the context holds now, read in a page. Raises Error."""
        site = self._place.site
        visited = {*self._visited, *self._state.session_storage}
        state = captured(self._context, page, visited, (site.home, *site.also))
        elsewhere = tuple(sorted(each for each in visited if not site.covers(each)))
        return SignedIn(state, person, self._bound, elsewhere)

    def _answered(self, response: Response) -> None:
        if self._place.site.covers(response.url):
            self._bound = self._bound or binds_to_device(response.headers)


@contextmanager
def _window(place: SignInPlace, new_context: ContextOf, state: BrowserState) -> Iterator[_Window]:
    with new_context(state) as context:
        yield _Window(place, context, state)


def by_person(
    place: SignInPlace, new_context: ContextOf, interrupted: Interrupted, known: BrowserState = NOTHING
) -> SignedIn:
    """Open a window, and wait until its page shows that the person has signed in. The window closes afterwards.

    ``known`` is what an earlier sign-in has left: a site that remembers the device asks for less.

    Raises Stopped if they close it or need more than 15 minutes, EnvironmentFailure if the page cannot be opened,
    KeyboardInterrupt once the person has ``interrupted``.
    """
    with _window(place, new_context, known) as window:
        try:
            window.open()
            page, person = _complete(place, window, interrupted)
            return window.result(page, person)
        except Error:
            message = f"The window was closed before the sign-in at {place.site.url} was complete."
            raise Stopped(message, failure_class=FailureClass.SIGN_IN) from None


def _complete(place: SignInPlace, window: _Window, interrupted: Interrupted) -> tuple[Page, str | None]:
    """The page that shows the sign-in, and whom it names. Raises Stopped after 15 minutes."""
    started = time.monotonic()
    shown, since = "", started
    while time.monotonic() - started < PATIENCE:
        if interrupted():
            raise KeyboardInterrupt
        found = window.reading()
        now = time.monotonic()
        if found is None or not found[1].signed_in:
            shown = ""
        else:
            page, reading = found
            with suppress(Error):
                named = reading.person is not None
                at = f"{page.url} {reading.person}"
                if at != shown or (not named and page.evaluate(IN_USE)):
                    shown, since = at, now
                if now - since >= (STEADY if named else LEFT_ALONE):
                    return page, reading.person
        window.wait()
    message = f"The sign-in at {place.site.url} was not complete after {PATIENCE / 60:.0f} minutes."
    raise Stopped(message, failure_class=FailureClass.SIGN_IN)


def proven(place: SignInPlace, new_context: ContextOf, first: SignedIn, interrupted: Interrupted) -> SignedIn:
    """What a clean context holds after it was seen signed in as the same person with what was kept.

    Raises Stopped if it is not within 30 seconds. The site may have renewed the session meanwhile, so only this result
    is of use.
    """
    with _window(place, new_context, first.state) as window:
        try:
            window.open()
            page, seen = _again(window, interrupted)
            if page is None:
                raise _unproven(place, first, "it shows that nobody is signed in" if seen else "no page shows it")
            if first.person is not None and (seen is None or not same_person(first.person, seen)):
                raise _unproven(place, first, f"it names “{seen}”")
            second = window.result(page, first.person)
        except Error as error:
            raise EnvironmentFailure(f"The browser closed: {first_line(error)}") from None
    return replace(second, bound=first.bound or second.bound, elsewhere=first.elsewhere)


def _again(window: _Window, interrupted: Interrupted) -> tuple[Page | None, str | None]:
    """The page that shows a sign-in and whom it names; without a page, a word if it shows that nobody is signed in."""
    deadline = time.monotonic() + SEEN_AGAIN
    shown, since = SignInReading(None), time.monotonic()
    while time.monotonic() < deadline:
        if interrupted():
            raise KeyboardInterrupt
        found = window.reading()
        reading = found[1] if found is not None else SignInReading(None)
        if reading != shown:
            shown, since = reading, time.monotonic()
        elif found is not None and reading.signed_in and time.monotonic() - since >= STEADY:
            return found[0], reading.person
        if reading == shown and reading.signed_in is False and time.monotonic() - since >= SIGNED_OUT:
            break
        window.wait()
    return None, "signed out" if shown.signed_in is False else None


def _unproven(place: SignInPlace, first: SignedIn, instead: str) -> Stopped:
    who = f" as “{first.person}”" if first.person is not None else ""
    stopped = Stopped(
        f"Not saved: a clean browser with what was kept is not signed in at {place.site.url}{who}; {instead}.",
        failure_class=FailureClass.SIGN_IN,
    )
    if first.bound:
        stopped.remedy = "The site ties its sessions to a key of this device: they work in no other browser."
    elif first.elsewhere:
        origins = ", ".join(first.elsewhere)
        stopped.remedy = f"Only the site's own origins are kept. Add to `also` what else it needs of: {origins}."
    return stopped
