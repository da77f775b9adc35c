"""What verbs and the step loop use of a run: the page, the control that was found, the values read so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from playwright.sync_api import ElementHandle, Error, Page

from runwright.engine.browser import locate, navigation
from runwright.engine.browser.condition_checks import holds
from runwright.engine.browser.document_guard import BlockedRequest
from runwright.engine.browser.dom import PageObservation, focus_at_end
from runwright.engine.browser.downloads import DownloadedFile, take_download
from runwright.engine.browser.error_translation import blocked_navigation
from runwright.engine.browser.find_control import find_one
from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.settle import settle
from runwright.engine.browser.tabs import Tabs
from runwright.engine.browser.target_search import FoundControl
from runwright.engine.browser.watchdog import INTERRUPTED_AFTER, UNRESPONSIVE_AFTER, Watchdog
from runwright.engine.errors import Interrupted, SignedOut, StepFailed, Stopped
from runwright.engine.run.evidence_writer import EvidenceWriter
from runwright.engine.run.kept_sessions import SignIns
from runwright.engine.run.operator import Operator
from runwright.engine.run.options import RunSetup
from runwright.engine.run.page_failures import PageFailures
from runwright.engine.run.run_secrets import RunSecrets
from runwright.engine.run.site_access import SiteAccess
from runwright.engine.run.step_state import OldControls, StepState
from runwright.engine.run.typed_fields import TypedFields
from runwright.engine.secrets.vault import Vault
from runwright.engine.site_origins import ResolvedSite
from runwright.evidence.page_events import DismissedEvent
from runwright.evidence.statuses import FailureClass
from runwright.language.conditions import Condition, resolve
from runwright.language.fields import Place
from runwright.language.secret_value import Secret
from runwright.language.targets import Target

Found = TypeVar("Found")


class RunContext:
    """The browser of one run, as verbs and the step loop use it."""

    def __init__(
        self,
        setup: RunSetup,
        evidence: EvidenceWriter,
        vault: Vault,
        tabs: Tabs,
        network: NetworkMonitor,
        person: Operator,
        sign_ins: SignIns,
    ) -> None:
        self.plan = plan = setup.plan
        self.tabs = tabs
        self.network = network
        self.vault = vault
        self.emit = evidence.emit
        self._store = evidence.download
        self.person = person
        self.sign_ins = sign_ins
        self.scope: dict[str, Any] = {**plan.scope(), **vault.known()}
        self.access = SiteAccess(tabs, network, person.notify, plan.sites)
        self.failures = PageFailures(tabs, network, vault, plan.sites, self.scope)
        self.secrets = RunSecrets(vault, plan, evidence.emit, person.notify)
        self.typed = TypedFields(vault, plan.sites, self.matches)
        self.blocked: list[BlockedRequest] = []
        self.step = StepState()
        self.rests = True
        """Whether the page came to rest the last time it was waited for; some pages never do."""
        self._interrupt = setup.interrupt
        self._watchdog = Watchdog(tabs, self._patience)
        self._old_controls = OldControls()

    # What verbs use

    @property
    def page(self) -> Page:
        """The current page."""
        return self.tabs.page

    @property
    def control(self) -> ElementHandle:
        """The one control that matches the verb's target."""
        assert self.step.control is not None, "the verb has no target"
        return self.step.control

    @property
    def timeout(self) -> float:
        """The time limit of the step in seconds."""
        return self.step.timeout

    def begin(self, step: StepState) -> None:
        """Begin a step; its predecessor is over."""
        self._old_controls.add(self.step.control)
        self.step = step
        self.tabs.forget_dialogs()

    @property
    def interrupted(self) -> bool:
        """Whether the user has asked the run to end."""
        return self._interrupt.is_set()

    def open(self, place: Place) -> None:
        """Open a place. Retries while the server is starting; raises EnvironmentFailure if it never answers."""
        self.goto(self.address(place))

    def open_beside(self, place: Place) -> None:
        """Open a place in a window of its own, which is the current page until it is closed."""
        self.tabs.open_beside()
        self.open(place)

    def address(self, place: Place) -> str:
        """The full address of a place."""
        return self.plan.sites[place.site].url + place.path.text(self.scope)

    def find(self, target: Target) -> ElementHandle:
        """The one control that matches a target, scrolled into view. Raises StepFailed if none or several match."""
        return self.find_and_observe(target, False)[0]

    def relocate(self, target: Target) -> ElementHandle:
        """The control of the step once more, by its target, after the page replaced it. Raises StepFailed."""
        self._old_controls.add(self.step.control)
        self.step.control = self.find(target)
        return self.step.control

    def find_and_observe(self, target: Target, observe: bool, singled: bool = False) -> FoundControl:
        """The same, with an observation of the page from the same round trip if ``observe`` is set.

        ``singled`` if the reading right before found exactly one control that the target means.
        """
        target = target.resolve(self.scope)
        several, since = 0, 0.0

        def search() -> FoundControl | bool:
            nonlocal several, since
            several, sought = find_one(self.page, target, observe, singled)
            if several <= 1:
                since = 0.0
                return sought or False
            since = since or time.monotonic()
            # a page that is being replaced may hold both the old and the new for a moment
            return time.monotonic() - since > min(1.0, self.timeout)

        sought = self.until(search, self.timeout)
        if isinstance(sought, tuple):
            return sought
        raise self.not_found(target, several)

    def matches(self, target: Target) -> list[ElementHandle]:
        """All controls that match a target at this moment."""
        return locate.matches(self.page, target.resolve(self.scope))

    def not_found(self, target: Target, several: int = 0) -> StepFailed:
        """The failure for a target that matches no control, or ``several``."""
        return self.failures.not_found(target, several)

    def holds(self, condition: Condition, within: float | None = None) -> bool:
        """Whether a condition holds at this moment, or comes to hold within some seconds."""
        return self._holds(resolve(condition, self.scope)) if within is None else self.comes(condition, within)

    def focus_at_end(self) -> None:
        """Focus the control with the caret behind its text, so that typed keys go there."""
        focus_at_end(self.control)

    def download(self, act: Callable[[], None]) -> DownloadedFile:
        """Perform ``act``, which starts a download, and return the file. Raises StepFailed if no download starts."""
        return take_download(self.tabs, act, self.until, self.timeout)

    def keep(self, file: DownloadedFile) -> None:
        """Store a downloaded file with the evidence, unless it contains a secret."""
        self._store(file)

    def wait_until_settled(self) -> None:
        """Wait until the page is at rest."""
        self.settle()

    def close_popups(self) -> None:
        """Close all windows that the page has opened."""
        self.tabs.close_popups()

    def answer_dialogs(self, answer: str | None) -> None:
        """The answer to each JavaScript dialog of this step."""
        self.tabs.answer = answer

    def requests_sent(self) -> int:
        """The number of requests other than GET and HEAD that the run has sent."""
        return self.network.mark()

    def busy(self) -> bool:
        """Whether a request is in progress that is worth waiting for."""
        return self.network.under_way()

    def file(self, name: str) -> Path:
        """The path of a file that the runbook names relative to its own folder."""
        return self.plan.runbook.path.parent / name

    def is_secret(self, name: str) -> bool:
        """Whether a name is a declared secret."""
        return name in self.vault

    def clean(self, text: str) -> str:
        """A text without secrets, to be shown."""
        return self.vault.clean(text)

    def expect(self, condition: Condition, timeout: float | None = None) -> None:
        """Wait for a condition. Raises StepFailed if it does not hold in time."""
        if not self.comes(condition, self.timeout if timeout is None else timeout):
            raise self.unmet(condition, timeout)

    def comes(self, condition: Condition, timeout: float) -> bool:
        """Wait for a condition for ``timeout`` seconds; whether it held."""
        resolved = resolve(condition, self.scope)
        return bool(self.until(lambda: self._holds(resolved), timeout))

    def unmet(self, condition: Condition, seconds: float | None = None) -> StepFailed:
        """The failure for a condition that did not hold within some seconds, the step's own time limit by default."""
        return self.failures.unmet(condition, self.timeout if seconds is None else seconds)

    def set(self, name: str, value: str) -> None:
        """Assign a value to a name. A declared secret is registered for redaction before anything can print it."""
        self.scope[name] = self.secrets.put(name, value) if name in self.vault else value

    def reveal(self, value: str | Secret, control: ElementHandle | None = None) -> str:
        """The text to type into a control. Raises StepFailed for a secret that `typed_at` does not allow there."""
        field, target = (self.control, self.step.target) if control is None else (control, None)
        self.access.typing(field)
        if isinstance(value, str):
            return value
        self.secrets.prepare(value, self.step, self.pause, self.network.document(self.page.url))
        return self.typed.reveal(value, field, target, self.page)

    def time_limit(self, default: float) -> float:
        """Seconds for a verb with a time limit of its own: the step's `timeout`, else the verb's ``default``."""
        return self.step.declared_timeout or default

    def pause(self, seconds: float) -> None:
        """Process the browser's events for some seconds. Raises Interrupted."""
        if self.interrupted:
            raise Interrupted
        page = self.page
        try:
            page.wait_for_timeout(seconds * 1000)
        except Error:
            if not page.is_closed():  # a window that closed itself: its opener is now the current page
                raise

    def until(self, check: Callable[[], Found], timeout: float) -> Found | None:
        """Poll ``check`` until it returns something true; None if it never does within ``timeout`` seconds.

        Meanwhile banners are dismissed, sign-in pages detected, and pages with a server error loaded again, for 5 s at
        least, and for a restart of its site. Raises SignedOut, Interrupted, and StepFailed if the page left
        the sites, crashed, or does not respond.
        """
        started = time.monotonic()
        deadline = started + timeout
        wait, next_care = 0.02, started + 0.2
        while True:
            self._alive()
            with suppress(Error):  # the page navigated meanwhile
                found = check()
                if found:
                    return found
            now = time.monotonic()
            if now >= next_care or now >= deadline:
                next_care = now + 0.25
                if not self.dismiss():
                    self.signed_in()
                self.access.allowed()
                if now < started + max(timeout, self.access.time_to_restart(self.page)) and self._reload_failed_page():
                    deadline = max(deadline, now + 2.0)
            if now >= deadline:
                return None
            self.pause(min(wait, max(deadline - now, 0.001)))
            wait = min(wait * 1.5, 0.1)

    def _reload_failed_page(self) -> bool:
        """Load a page again that failed to load, if the current step has requested nothing but pages."""
        page, sent = self.page, self.step.changes or self.network.changes_since(self.step.mark)
        if sent or not navigation.failed_to_load(page, self.network) or self.network.is_change(page):
            return False
        self.pause(0.5)
        navigation.reload(page)
        return True

    def settle(
        self, watch: Callable[[], None] | None = None, control: ElementHandle | None = None
    ) -> PageObservation | None:
        """Wait until the page is at rest, calling ``watch`` several times a second.

        Returns an observation of the page with ``control``, if there is one, from the same round trip.
        """
        self.access.arrive(self._alive, self.pause)
        rest = settle(self.page, self.network, watch=watch, control=control)
        self.rests = rest.at_rest
        self._alive()
        return rest.observation

    def reload(self) -> None:
        """Load the page again; one that answered a form with GET. Raises OutcomeUnknown if that makes a change."""
        document = self.network.document(self.page.url)
        if document is not None and document.request.method != "GET":
            self.goto(self.page.url)
            return
        self.access.reload()
        self.settle()

    # Sign-in and people

    def signed_out(self) -> ResolvedSite | None:
        """The site of the current page, if the page shows that no user is signed in."""
        site = self.plan.sites.at(self.page.url)
        with suppress(Error):
            if site is not None and site.signed_out_when is not None and self.holds(site.signed_out_when):
                return site
        return None

    def signed_in(self) -> None:
        """Raises SignedOut if the page shows that no user is signed in."""
        site = self.signed_out()
        if site is not None:
            raise SignedOut(site.name, site.url)

    def stop(self, sentence: str, redo: str | None = None) -> NoReturn:
        """End the run because a person must act outside of its window. Raises Stopped.

        ``redo`` names a section to run again afterwards.
        """
        raise Stopped(sentence, redo=redo)

    def by_person(
        self, sentence: str, until: Callable[[], bool], failure_class: FailureClass = FailureClass.PERSON
    ) -> None:
        """Let a person act in the window until a condition holds. Raises Stopped without a window, or after 15 min."""
        self.person.act(sentence, until, self.pause, failure_class)

    def ask(self, question: str, into: str) -> None:
        """Assign the person's answer to a name; a secret is not echoed. Raises Stopped without a terminal."""
        self.set(into, self.person.answer(question, into in self.vault, self.pause))

    # What the step loop uses

    def dismiss(self) -> bool:
        """Close a banner that is declared under `dismiss`; whether there was one."""
        for banner in self.plan.runbook.dismiss:
            with suppress(Error):
                seen = banner.seen.resolve(self.scope)
                if locate.count(self.page, seen) == 0:
                    continue
                handles = locate.matches(self.page, banner.click.resolve(self.scope))
                if len(handles) == 1:
                    handles[0].click(timeout=1000)
                    self.emit(DismissedEvent(target=str(seen)))
                    return True
        return False

    def goto(self, address: str) -> None:
        """Load an address and wait until the page is at rest. Raises EnvironmentFailure or Stopped if that fails."""
        self.access.load(address, self._alive, self.pause)
        self.settle()

    def _alive(self) -> None:
        """Raises Interrupted, or StepFailed if the page left the runbook's sites or is gone."""
        self._watchdog.progress()
        if self.interrupted:
            raise Interrupted
        top = next((each for each in self.blocked if not each.frame), None)
        if top is not None:
            self.blocked.clear()
            raise blocked_navigation(self.plan.sites, top.address)
        if self.tabs.ended is not None:
            raise self.failures.page_gone(self.tabs.ended)

    def close(self) -> None:
        """End what watches the pages."""
        self._watchdog.stop()

    def _patience(self) -> float:
        """Seconds after which a silent page is closed; unlimited while a person acts in it."""
        if self.interrupted:
            return INTERRUPTED_AFTER
        return inf if self.person.guard.open else UNRESPONSIVE_AFTER

    def _holds(self, resolved: Condition) -> bool:
        return holds(resolved, self.page, self.plan.sites, self.scope, self.failures.loads.loaded)
