"""Kept sessions in a run: which sign-ins it starts with, who is signed in meanwhile, and what is kept of them again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Response

from runwright.engine.browser.browser_state import BrowserState, VisitedOrigins, captured, seed_session_storage
from runwright.engine.browser.sign_in_state import binds_to_device, read_sign_in, same_person
from runwright.engine.errors import RunEnded, Stopped, first_line
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.site_origins import ResolvedSite, Sites
from runwright.evidence.page_events import SessionEvent, SessionKeptEvent
from runwright.evidence.statuses import FailureClass
from runwright.language.diagnostics import UserError
from runwright.language.origins import Origin

_log = logging.getLogger("runwright.sessions")


@dataclass(frozen=True)
class SeenSession:
    """What a run knows of a session at its end."""

    state: BrowserState = field(repr=False)
    """What the browser holds for the site's origins now."""
    person: str | None
    """The person whom the pages named."""
    bound: bool
    """Whether the site tied the session to a key of the device."""


@dataclass(frozen=True)
class SiteSession:
    """A kept sign-in at one site of a run."""

    site: str
    """The name of the site in the runbook."""
    account: str
    person: str | None
    """The person who signed in, as the pages named them; None if they name nobody."""
    since: str
    """When they signed in, in UTC."""
    state: BrowserState = field(repr=False)
    """What the run's browser starts with."""
    keep: Callable[[SeenSession], None] = field(repr=False)
    """Stores the session again. Raises OSError or one of the errors of runs."""


def combined(sessions: Iterable[SiteSession]) -> BrowserState:
    """The states of several sessions together."""
    state = BrowserState()
    for each in sessions:
        state = state.with_newer(each.state)
    return state


def register(scrub: Callable[[str, str], None], site: str, state: BrowserState) -> None:
    """Register the secret values of a session, so that nothing prints them. ``scrub`` takes a name and a value."""
    for value in state.secret_values():
        scrub(f"session at {site}", value)


class SignIns:
    """Who is signed in at the sites of a run."""

    def __init__(
        self,
        sites: Sites,
        sessions: Sequence[SiteSession],
        begun: Mapping[str, str],
        scrub: Callable[[str, str], None],
    ) -> None:
        """``begun`` is the person at each origin with whom the run began that this one resumes."""
        self.sessions = sessions
        self._sites = sites
        self._scrub = scrub
        self._begun: dict[str, str] = {each.site: each.person for each in sessions if each.person is not None}
        for address, person in begun.items():
            if (site := sites.at(address)) is not None:
                self._begun[site.name] = person
        self._other: tuple[ResolvedSite, str] | None = None
        """The site that names somebody else, and whom."""
        self._signed_in: dict[str, bool] = {}
        self._persons: dict[str, str] = {}
        self._bound: set[str] = set()
        self._visited: VisitedOrigins | None = None
        self._state = combined(sessions)

    def register(self, scrub: Callable[[str, str], None]) -> None:
        """Register the secret values of the sessions, now and when they are renewed."""
        self._scrub = scrub
        for each in self.sessions:
            register(scrub, each.site, each.state)

    def follow(self, context: BrowserContext) -> None:
        """Follow the run's first browser context, which has no page yet."""
        if self.sessions:
            self._visited = VisitedOrigins(context)
            context.on("response", self._answered)

    def prepare(self, page: Page) -> None:
        """Give a new page of the first context the session storage that was kept."""
        seed_session_storage(page, self._state)

    def replace(self, site: str, state: BrowserState) -> None:
        """Note what a person's sign-in has left: new pages get its session storage, and nothing prints its values."""
        self._state = self._state.with_newer(state)
        register(self._scrub, site, state)

    def events(self) -> list[SessionEvent]:
        """The sessions that the run starts with, as the journal records them."""
        return [
            SessionEvent(site=each.site, account=each.account, person=each.person, since=each.since)
            for each in self.sessions
        ]

    def sentences(self) -> list[str]:
        """The same for the person beside the run."""
        return [
            f"Session “{each.account}” at {self._sites[each.site].url}: "
            f"signed in{f' as “{each.person}”' if each.person else ''} at {each.since}."
            for each in self.sessions
        ]

    def to_sign_in(self, site: ResolvedSite) -> NextAction:
        """What a person does who is to sign in at a site: for the account whose session the run has started with."""
        account = next((each.account for each in self.sessions if each.site == site.name), None)
        return NextAction(ActionKind.SIGN_IN, site=site.url, site_name=site.name, account=account)

    def seen(self, site: ResolvedSite, person: str) -> None:
        """Note that a page of a site names a person."""
        person = " ".join(person.split())
        self._signed_in[site.name], self._persons[site.name] = True, person
        if not same_person(self._begun.setdefault(site.name, person), person):
            self._other = site, person

    def signed_out(self, site: str) -> None:
        """Note that a site shows that nobody is signed in."""
        self._signed_in[site] = False

    def check(self) -> None:
        """Raises Stopped if a page named somebody else than the person with whom the run began."""
        if self._other is None:
            return
        site, person = self._other
        stopped = Stopped(
            f"The run began as “{self._begun[site.name]}” at {site.url}, and the page now names “{person}”.",
            failure_class=FailureClass.SIGN_IN,
            next_actions=(self.to_sign_in(site),),
        )
        stopped.remedy = f"Sign in there as “{self._begun[site.name]}”."
        raise stopped

    def look(self, page: Page | None, scope: Mapping[str, Any]) -> None:
        """Note what the current page shows, if a session of its site is in use."""
        site = self._sites.at(page.url) if page is not None else None
        if page is None or site is None or all(each.site != site.name for each in self.sessions):
            return
        with suppress(Error):  # the page navigates, or is gone
            reading = read_sign_in(page, site, self._sites, scope)
            if reading.person is not None:
                self.seen(site, reading.person)
            elif reading.signed_in is not None:
                self._signed_in[site.name] = reading.signed_in

    def keep(self, context: BrowserContext, page: Page | None) -> list[SessionKeptEvent]:
        """Keep the sessions again at whose sites somebody is signed in still; the events that say so.

        Sites that the run did not visit are left as they are. ``page`` leaves its document.
        """
        visited = [each for each in self.sessions if each.site in self._signed_in]
        problem, state = "", BrowserState()
        if any(self._signed_in[each.site] for each in visited):
            try:
                origins = [own for each in visited for own in _origins(self._sites[each.site])]
                state = captured(context, page, {*(self._visited or ()), *self._state.session_storage}, origins)
            except Error as error:
                problem = f"The browser's storage cannot be read: {first_line(error)}"
        return [self._kept(each, state, problem) for each in visited]

    def _kept(self, session: SiteSession, state: BrowserState, problem: str) -> SessionKeptEvent:
        site = self._sites[session.site]
        person = self._persons.get(session.site)
        if not self._signed_in[session.site]:
            problem = "Nobody is signed in any more."
        elif session.person is not None and person is not None and not same_person(session.person, person):
            problem = f"The pages name “{person}” instead of “{session.person}”."
        elif not problem:
            own = state.within(_origins(site))
            register(self._scrub, session.site, own)
            try:
                session.keep(SeenSession(own, person or session.person, session.site in self._bound))
            except (OSError, RunEnded, UserError) as error:
                _log.warning("The session at %s is not kept again: %s", site.url, error)
                problem = str(error)
        return SessionKeptEvent(site=session.site, account=session.account, kept=not problem, reason=problem or None)

    def _answered(self, response: Response) -> None:
        if binds_to_device(response.headers) and (site := self._sites.at(response.url)) is not None:
            self._bound.add(site.name)


def _origins(site: ResolvedSite) -> tuple[Origin, ...]:
    return site.home, *site.also
