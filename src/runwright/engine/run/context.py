"""What a verb has before it: the page, the control that was found, the values read so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from math import inf
from threading import Event
from typing import Any, NoReturn, TypeVar

from playwright.sync_api import ElementHandle, Error, Page

from runwright.engine.browser import locate, navigation, snapshot, suggestions
from runwright.engine.browser.condition_checks import holds, unmet, values_told
from runwright.engine.browser.dom import caret_behind
from runwright.engine.browser.downloads import Taken, take
from runwright.engine.browser.error_translation import elsewhere
from runwright.engine.browser.navigation import READY
from runwright.engine.browser.network import Blocked, Traffic
from runwright.engine.browser.observation import Sought, Told, seek
from runwright.engine.browser.settle import settle
from runwright.engine.browser.site_origins import ResolvedSite
from runwright.engine.browser.tabs import Tabs, Tell
from runwright.engine.browser.watchdog import HURRIED, SILENT, Watchdog
from runwright.engine.errors import Candidate, Interrupted, NotUsable, SignedOut, StepFailed, Stopped
from runwright.engine.run.operator import Person
from runwright.engine.run.plan import Plan
from runwright.engine.secrets.vault import Refused, Vault
from runwright.language.conditions import Address, Condition, Holds, Present, resolve
from runwright.language.fields import Place
from runwright.language.secret_value import Secret
from runwright.language.targets import Target

ACTION = 5.0
"""Seconds for finding a control, for acting on it, and for an `expect`."""
MOST = 5000
"""Controls of a page among which the nearest names are looked for."""
KEPT = 50
"""Controls of earlier steps that browser and driver keep; then they are let go all at once, which costs less."""
Found = TypeVar("Found")


class Stage:
    """One run's browser, as verbs and the loop use it."""

    def __init__(
        self,
        plan: Plan,
        tabs: Tabs,
        traffic: Traffic,
        vault: Vault,
        tell: Tell,
        interrupt: Event,
        person: Person,
    ) -> None:
        self.plan = plan
        self.tabs = tabs
        self.traffic = traffic
        self.vault = vault
        self.tell = tell
        self.person = person
        self.scope: dict[str, Any] = {**plan.scope(), **vault.known()}
        self.blocked: list[Blocked] = []
        self.timeout = ACTION
        """Seconds that the step at hand has."""
        self.only_looks: Callable[[], bool] = lambda: False
        """Whether the step at hand has asked for nothing but pages, so that a page may be loaded again."""
        self.rests = True
        """Whether the page came to rest when it was last waited for; some never do."""
        self._interrupt = interrupt
        self._watchdog = Watchdog(tabs, self._patience)
        self._control: ElementHandle | None = None
        self._done_with: list[ElementHandle] = []

    # What verbs use

    @property
    def page(self) -> Page:
        """The current page."""
        return self.tabs.page

    @property
    def control(self) -> ElementHandle:
        """The control that the verb's target names; it was found and is the only one."""
        assert self._control is not None, "the verb has no target"
        return self._control

    @control.setter
    def control(self, handle: ElementHandle | None) -> None:
        if self._control is not None:
            self._done_with.append(self._control)
        if len(self._done_with) == KEPT:
            for control in self._done_with:
                with suppress(Error):  # the page that it stood on may be gone
                    control.dispose()
            self._done_with.clear()
        self._control = handle
        self.tabs.asked.clear()  # another step has begun
        self.tabs.declined = False

    @property
    def interrupted(self) -> bool:
        """Whether the run is to be ended."""
        return self._interrupt.is_set()

    def open(self, place: Place) -> None:
        """Go to a place. Tries again while the server is starting; raises NotUsable when it does not answer."""
        self.goto(self.address(place))

    def address(self, place: Place) -> str:
        """The whole address of a place."""
        return self.plan.sites[place.site].url + place.path.text(self.scope)

    def find(self, target: Target) -> ElementHandle:
        """The one control that a target names, in view. Raises StepFailed when there is none, or more than one."""
        return self.find_and_tell(target, False)[0]

    def find_and_tell(self, target: Target, tell: bool) -> Sought:
        """The same, and what the page tells of itself and the control in the same question, where that is wanted."""
        target = target.resolve(self.scope)
        several, since = 0, 0.0

        def look() -> Sought | bool:
            nonlocal several, since
            several, sought = seek(self.page, target, tell)
            if several <= 1:
                since = 0.0
                return sought or False
            since = since or time.monotonic()
            # a page that is being replaced may hold both the old and the new for a moment
            return time.monotonic() - since > min(1.0, self.timeout)

        sought = self.until(look, self.timeout)
        if isinstance(sought, tuple):
            return sought
        raise self.not_found(target, several)

    def matches(self, target: Target) -> list[ElementHandle]:
        """All controls that a target names at this moment."""
        return locate.matches(self.page, target.resolve(self.scope))

    def not_found(self, target: Target, several: int = 0) -> StepFailed:
        """What to say when a target names no control, or several."""
        there = snapshot.offered(self.page, most=MOST)
        if several:
            like = [each for each in there if locate.fits(target, each.role, each.name)][:several]
            message = f"{several} controls fit {target}."
            lines = [f"{each.line} [nth={number}]" for number, each in enumerate(like, 1)]
            return StepFailed(message, str(target), lines, self.page_says(there), like)
        lacks, lines, like = self._instead(target, there)
        message = f"There is no {target} on the page."
        if lacks is not target:
            message += f" What is missing is {lacks}."
        return StepFailed(message, str(target), lines, self.page_says(there), like)

    def _instead(
        self, target: Target | None, there: list[Candidate]
    ) -> tuple[Target | None, list[str], list[Candidate]]:
        """Which part of a target is missing, lines to paste in its place, and what is most like it."""
        lacks = suggestions.missing(self.page, target) if target is not None else None
        like = snapshot.nearest(lacks, there) if lacks is not None else []
        return lacks, suggestions.lines(self.page, lacks, like), like

    def page_says(self, there: list[Candidate] | None = None) -> list[str]:
        """The texts of alerts and messages that the page shows; first of all, that it is no page but a fault."""
        document = self.traffic.document(self.page.url)
        fault = document is not None and document.status >= 400
        says = [f"(the server answered with status {document.status})"] if document is not None and fault else []
        if navigation.is_lost(self.page):
            says = ["(the browser could not load the page that was asked for)"]
        return says + self.messages() + self.tabs.asked[:5]

    def messages(self) -> list[str]:
        """The texts of alerts and errors that the page shows, without secrets; no more of each than one reads."""
        return [self.vault.clean(text)[:300] for text in suggestions.messages(self.page)]

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds at this moment."""
        return self._holds(resolve(condition, self.scope))

    def caret_behind(self) -> None:
        """Give the control the focus, the caret behind its text, so that what is typed goes there."""
        caret_behind(self.control)

    def download(self, act: Callable[[], None]) -> Taken:
        """Do what begins a download and take its file. Raises StepFailed when none comes."""
        return take(self.tabs, act, self.until, self.timeout)

    keep: Callable[[Taken], None] = staticmethod(lambda taken: None)
    """Stores a file that was taken with the evidence, where it holds no secret."""

    def expect(self, condition: Condition, timeout: float | None = None) -> None:
        """Wait for a condition. Raises StepFailed when it does not come to hold."""
        if not self.comes(condition, self.timeout if timeout is None else timeout):
            raise self.unmet(condition)

    def comes(self, condition: Condition, timeout: float) -> bool:
        """Wait for a condition; whether it came to hold."""
        wanted = resolve(condition, self.scope)
        return bool(self.until(lambda: self._holds(wanted), timeout))

    def unmet(self, condition: Condition) -> StepFailed:
        """What to say when a condition did not come to hold."""
        wanted = resolve(condition, self.scope)
        missing = next(unmet(wanted, self.page, self.plan.sites, self.scope), wanted)
        there = snapshot.offered(self.page)
        _, lines, like = self._instead(missing.target if isinstance(missing, Present) else None, there)
        message = f"This did not come: {missing}."
        if isinstance(missing, Address):
            message += f" The address is {self.page.url}."
        if isinstance(missing, Holds):
            message = f"This is not so: {missing}.{values_told(missing.expression, self.scope)}"
        return StepFailed(message, str(missing), lines, self.page_says(there), like)

    def not_so(self, condition: Condition) -> str:
        """What of a condition does not hold at this moment, in a sentence for people; without any: nothing."""
        with suppress(Error):
            wanted = resolve(condition, self.scope)
            missing = [str(each) for each in unmet(wanted, self.page, self.plan.sites, self.scope)]
            return f"This is not so: {'; '.join(missing)}." if missing else ""
        return ""

    def set(self, name: str, value: str) -> None:
        """Give a name a value; one that is declared as a secret is registered before anything can print it."""
        self.scope[name] = self.vault.put(name, value) if name in self.vault else value

    def reveal(self, value: str | Secret) -> str:
        """The text to type into the control; a secret only where `typed_at` allows. Raises StepFailed."""
        if isinstance(value, str):
            return value
        frame = self.control.owner_frame()
        try:
            return self.vault.reveal(value, self.plan.sites, frame.url if frame else "", self.page.url)
        except Refused as refused:
            raise StepFailed(str(refused)) from None

    def pause(self, seconds: float) -> None:
        """Let the browser's events come in for a moment. Raises Interrupted."""
        if self.interrupted:
            raise Interrupted
        page = self.page
        try:
            page.wait_for_timeout(seconds * 1000)
        except Error:
            if not page.is_closed():  # a window that closes by itself: its opener is the page now
                raise

    def until(self, check: Callable[[], Found], timeout: float) -> Found | None:
        """Ask again and again until ``check`` answers with something true; None when it never did.

        Meanwhile banners are dismissed, signs of a sign-in page looked for, and a page that the server answered with
        a fault is loaded again, for as long as a page has to come. Raises SignedOut, Interrupted,
        and StepFailed when the page went somewhere it may not, crashed, or answers nothing any more.
        """
        begun = time.monotonic()
        deadline = begun + timeout
        wait, next_look = 0.02, begun + 0.2
        while True:
            self._alive()
            with suppress(Error):  # the page went elsewhere while it was asked
                found = check()
                if found:
                    return found
            now = time.monotonic()
            if now >= next_look or now >= deadline:
                next_look = now + 0.25
                if not self.dismiss():
                    self.signed_in()
                if now < begun + READY and self._loaded_again():
                    deadline = max(deadline, now + 2.0)
            if now >= deadline:
                return None
            self.pause(min(wait, max(deadline - now, 0.001)))
            wait = min(wait * 1.5, 0.1)

    def _loaded_again(self) -> bool:
        """Load a page anew that is none, where the step at hand asks for nothing but pages."""
        page = self.page
        if not navigation.is_none(page, self.traffic) or not self.only_looks():
            return False
        self.pause(0.5)
        navigation.reload(page)
        return True

    def settle(self, watch: Callable[[], None] | None = None, control: ElementHandle | None = None) -> Told | None:
        """Wait until the page is at rest; ``watch`` is called meanwhile. What it tells then, where a control of it is
        to be looked at.
        """
        self._arrive()
        rest = settle(self.page, self.traffic, watch=watch, control=control)
        self.rests = rest.came
        self._alive()
        return rest.told

    def _arrive(self) -> None:
        """Wait for a page that was asked for. Raises NotUsable when it does not come."""
        deadline = time.monotonic() + READY
        while (address := self.traffic.coming(self.page)) is not None:
            self._alive()
            if time.monotonic() > deadline:
                self.tabs.fresh()  # the one that is there would answer nothing any more
                raise NotUsable(f"{address} does not answer.", navigation.remedy())
            self.pause(0.02)

    def reload(self) -> None:
        """Load the page again; one that was sent a form is asked for anew, and the form not sent again."""
        address, document = self.page.url, self.traffic.document(self.page.url)
        if document is not None and document.request.method != "GET":
            self.goto(address)
            return
        navigation.reload(self.page)
        self.settle()

    # Signing in, and what a person does

    def signed_out(self) -> ResolvedSite | None:
        """The site of the page when it shows that nobody is signed in."""
        site = self.plan.sites.at(self.page.url)
        with suppress(Error):
            if site is not None and site.signed_out_when is not None and self.holds(site.signed_out_when):
                return site
        return None

    def signed_in(self) -> None:
        """Raises SignedOut when the page shows that nobody is signed in."""
        site = self.signed_out()
        if site is not None:
            raise SignedOut(site.name, site.url)

    def stop(self, sentence: str, redo: str | None = None) -> NoReturn:
        """End the run, because somebody must act where no window of it helps. Raises Stopped.

        ``redo`` is the title of a section that is to be done again then.
        """
        raise Stopped(sentence, redo=redo)

    def by_person(self, sentence: str, until: Callable[[], bool]) -> None:
        """Hand over to the person until a condition holds. Raises Stopped without a window."""
        self.person.acts(sentence, until, self.pause)

    def ask(self, question: str, into: str) -> None:
        """Give a name the person's answer, hidden as they type a secret. Raises Stopped without a terminal."""
        self.set(into, self.person.answers(question, into in self.vault, self.pause))

    # What the loop uses

    def dismiss(self) -> bool:
        """Click away a banner that is declared under `dismiss`; whether there was one."""
        for banner in self.plan.runbook.dismiss:
            with suppress(Error):
                if locate.count(self.page, banner.seen.resolve(self.scope)) == 0:
                    continue
                handles = locate.matches(self.page, banner.click.resolve(self.scope))
                if len(handles) == 1:
                    handles[0].click(timeout=1000)
                    self.tell("dismissed", target=str(banner.seen))
                    return True
        return False

    def goto(self, address: str) -> None:
        """Load an address and wait until the page rests."""
        deadline = time.monotonic() + READY
        while True:
            problem = navigation.load(self.tabs, address, self._alive)
            if problem is None:
                break
            if time.monotonic() > deadline:
                raise NotUsable(f"{address} cannot be loaded: {problem}.", navigation.remedy(problem))
            self.pause(1.0)
        self.settle()

    def _alive(self) -> None:
        self._watchdog.progress()
        if self.interrupted:
            raise Interrupted
        top = next((each for each in self.blocked if not each.frame), None)
        if top is not None:
            self.blocked.clear()
            raise elsewhere(self.plan.sites, top.address)
        if self.tabs.ended is not None:
            raise StepFailed(self.tabs.ended)

    def _patience(self) -> float:
        """Seconds that a page has to answer; one in which a person acts has all the time it wants."""
        if self.interrupted:
            return HURRIED
        return inf if self.person.guard.open else SILENT

    def _holds(self, resolved: Condition) -> bool:
        return holds(resolved, self.page, self.plan.sites, self.scope)
