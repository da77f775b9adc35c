"""Failures of what a page shows: what was expected, what is there instead, lines to paste, and the failure class."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ElementHandle, Error, Page

from runwright.engine.browser import locate, navigation, snapshot, suggestions
from runwright.engine.browser.condition_checks import unmet, variable_values
from runwright.engine.browser.dom import box_of, shown
from runwright.engine.browser.list_loads import ListLoads
from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.tabs import CRASHED, Tabs
from runwright.engine.browser.unique_targets import frame_targets
from runwright.engine.errors import Candidate, StepFailed
from runwright.engine.secrets.vault import Vault
from runwright.engine.site_origins import Sites
from runwright.evidence.statuses import FailureClass
from runwright.language.conditions import (
    Absent,
    Address,
    AnyOf,
    Condition,
    Count,
    Holds,
    Loaded,
    Present,
    Title,
    resolve,
)
from runwright.language.pasted_lines import as_value
from runwright.language.targets import VALUES, Alternative, Target, named, quote

MOST_LINES = 20
"""Controls that an ambiguous target may mean, for which a line is suggested."""
_FIRST = frozenset({"dialog", "alertdialog", "alert", "status", "heading"})
"""Roles of what an act brings that say most about it."""
_LEVEL = """(element) => element.getAttribute('aria-level')
  ?? (/^H[1-6]$/.test(element.tagName) ? element.tagName[1] : 'none')"""
_VALUE_WORDS = {
    "exact": "the value {}",
    "not": "another value than {}",
    "starting": "a value starting {}",
    "containing": "a value containing {}",
    "pattern": "a value that matches {}",
}


class PageFailures:
    """Describes what is missing on the current page of a run."""

    def __init__(
        self, tabs: Tabs, network: NetworkMonitor, vault: Vault, sites: Sites, scope: Mapping[str, Any]
    ) -> None:
        """``scope`` is the run's own dictionary: values that are read later are seen here."""
        self._tabs = tabs
        self._network = network
        self._vault = vault
        self._sites = sites
        self._scope = scope
        self.loads = ListLoads(network)
        """Whether lists have come; conditions of the run ask it as well."""
        self.acted = 0.0
        """When the last step that acts began to act, by the monotonic clock; 0 before the first."""
        self._control: ElementHandle | None = None
        self._before: list[Candidate] = []

    @property
    def _page(self) -> Page:
        return self._tabs.page

    def not_found(self, target: Target, several: int = 0) -> StepFailed:
        """The failure for a target that matches no control, or ``several``."""
        there = snapshot.offered(self._page)
        if several:
            like = snapshot.fitting(target, there)[:several]
            message = f"{several} controls match {target}."
            lines = suggestions.distinguished(self._page, like[:MOST_LINES])
            return self._failure(message, str(target), lines, like)
        missing, lines, like = self._alternatives(target, there)
        message = f"No {target} found."
        if missing is not target:
            message += f" Missing: {missing}."
        return self._failure(message, str(target), lines, like)

    def unmet(self, condition: Condition, seconds: float) -> StepFailed:
        """The failure for a condition that did not hold within some seconds."""
        resolved = resolve(condition, self._scope)
        missing = next(unmet(resolved, self._page, self._sites, self._scope, self.loads.loaded), resolved)
        there = snapshot.offered(self._page)
        _, lines, like = self._alternatives(_named(missing), there)
        message = self._mismatch(missing) or f"Timed out after {seconds:g} s waiting for {missing}."
        if isinstance(missing, Loaded):
            message += self.loads.why_not(self._page, missing.target)
        failure = self._failure(message, str(missing), lines, like)
        failure.found = self._instead(missing)
        return failure

    def summary(self, condition: Condition) -> str:
        """The parts of a condition that do not hold at this moment, in sentences; an empty text if all hold."""
        with suppress(Error):
            resolved = resolve(condition, self._scope)
            missing = list(unmet(resolved, self._page, self._sites, self._scope, self.loads.loaded))
            return " ".join(map(self._instead, missing))
        return ""

    def _instead(self, condition: Condition) -> str:
        """What was expected and what was found instead, in sentences."""
        if isinstance(condition, Loaded) and (why := self.loads.why_not(self._page, condition.target)):
            return f"Expected {condition}.{why}"
        return self._mismatch(condition) or self._absence(condition)

    def _absence(self, condition: Condition) -> str:
        """What was expected and what is there instead, for a control that the page does not have."""
        like = []
        if isinstance(condition, Present):
            like = snapshot.nearest(condition.target, snapshot.offered(self._page), most=1, similar=True)
        return f"Expected {condition}; found {like[0].line if like else 'none'}."

    def page_messages(self) -> list[str]:
        """The texts of alerts and messages that the page shows; an HTTP error of the page itself comes first."""
        document = self._network.document(self._page.url)
        failed = document is not None and document.status >= 400
        messages = [f"(the server answered with status {document.status})"] if document is not None and failed else []
        if navigation.shows_browser_error(self._page):
            messages = [navigation.failed_page_message(self._network)]
        refused = dict.fromkeys(
            f"({each.method} {urlsplit(each.address).path} was answered with status {each.status})"
            for each in self._network.refused_since(self.acted)
        )
        return messages + list(refused)[:3] + self.messages() + self._tabs.dialog_messages[:5]

    def acting(self, control: ElementHandle | None, before: list[Candidate]) -> None:
        """Note that a step is about to act on a control, and what the page offered before."""
        self.acted = time.monotonic()
        self._control, self._before = control, before

    def appeared(self) -> list[str]:
        """Lines to paste for what the page offers since an act on a control: dialogs and messages first; at most 5.

        None after a page was opened, on which everything is new.
        """
        if self._control is None:
            return []
        old = Counter(each.line for each in self._before)
        new = [each for each in snapshot.offered(self._page) if not old[each.line] or old.subtract([each.line])]
        new.sort(key=lambda each: each.role not in _FIRST)
        return [as_value(line) for line in dict.fromkeys(each.line for each in new if each.name)][:5]

    def messages(self) -> list[str]:
        """The texts of alerts and errors that the page shows, without secrets, at most 300 characters of each."""
        seconds = time.monotonic() - self.acted if self.acted else None
        return [self._vault.clean(text)[:300] for text in suggestions.messages(self._page, self._control, seconds)]

    def page_gone(self, reason: str) -> StepFailed:
        """The failure for a page that crashed, or that was closed because it no longer responded."""
        crashed = reason == CRASHED
        return StepFailed(reason, failure_class=FailureClass.ENVIRONMENT if crashed else FailureClass.SITE_ERROR)

    def _failure(self, message: str, looked_for: str, lines: list[str], like: list[Candidate]) -> StepFailed:
        """A failure of what the page shows; its class depends on whether the page was loaded at all."""
        failure_class = navigation.failed_page_class(self._page, self._network) or FailureClass.PAGE_CHANGED
        return StepFailed(message, looked_for, lines, self.page_messages(), self._placed(like), failure_class)

    def _placed(self, like: list[Candidate]) -> list[Candidate]:
        """The controls with their boxes, as far as they are found again by role, name and place among equal ones."""
        earlier, placed = Counter[tuple[str, str, int | None]](), []
        for each in like:
            same = each.role, each.name, each.frame
            box = None
            with suppress(Error):
                handles = locate.matches(self._page, self._target_of(each))
                box = box_of(handles[earlier[same]]) if earlier[same] < len(handles) else None
            earlier[same] += 1
            placed.append(replace(each, box=box))
        return placed

    def _target_of(self, control: Candidate) -> Target:
        target = named(control.role, control.name) if control.name else Target((Alternative(control.role),))
        if control.frame is None:
            return target
        return replace(target, inside=frame_targets(self._page)[control.frame])

    def _alternatives(
        self, target: Target | None, there: list[Candidate]
    ) -> tuple[Target | None, list[str], list[Candidate]]:
        """The missing part of a target, lines to paste in its place, and the controls most similar to it."""
        missing = suggestions.missing(self._page, target) if target is not None else None
        like = snapshot.nearest(missing, there) if missing is not None else []
        return missing, suggestions.lines(self._page, missing, like), like

    def _mismatch(self, condition: Condition) -> str:
        """What was expected and what was found, in a sentence; an empty text if the control itself is missing."""
        if isinstance(condition, Holds):
            return f"Expected {condition} to be true{variable_values(condition.expression, self._scope)}."
        if isinstance(condition, Count):
            with suppress(Error):
                number = locate.count(self._page, condition.target)
                return f"Expected {condition.number} of {condition.target}; found {number}."
        if isinstance(condition, Absent):
            with suppress(Error):
                there = locate.matches(self._page, condition.target)
                return f"Expected {condition}; found {self._listed(condition.target, there)}."
        if isinstance(condition, Title):
            with suppress(Error):
                return f"Expected {condition}; found {quote(self._vault.clean(self._page.title())[:300])}."
        if isinstance(condition, Address):
            return f"Expected {condition}; found {self._vault.clean(self._page.url)}."
        if isinstance(condition, AnyOf):
            parts = [self._instead(each) for each in condition.conditions]
            return f"Expected one of {len(parts)}: {' '.join(parts)}"
        if isinstance(condition, Present) and len(condition.target.alternatives) == 1:
            with suppress(Error):  # the page navigated meanwhile
                return self._state_mismatch(condition.target)
        return ""

    def _listed(self, target: Target, there: list[ElementHandle]) -> str:
        """How many controls there are, and what the first ones say."""
        texts = []
        for each in there[:3]:
            hidden = each.evaluate("(element) => element.matches('input[type=password]')")
            text = "" if hidden else " ".join(shown(each).split())
            texts.append(quote(self._vault.clean(text)[:60]))
        return f"{len(there)}: {', '.join(texts)}" if any(text != '""' for text in texts) else str(len(there))

    def _state_mismatch(self, target: Target) -> str:
        (head,) = target.alternatives
        bare = replace(target, alternatives=(replace(head, states=()),))
        controls = locate.matches(self._page, bare) if head.states else []
        if len(controls) != 1:
            return ""
        for state, value in head.states:
            one = replace(target, alternatives=(replace(head, states=((state, value),)),))
            if locate.present(self._page, one):
                continue
            if state in VALUES:
                found = quote(self._vault.clean(" ".join(shown(controls[0]).split()))[:300])
                if controls[0].evaluate("(element) => element.matches('input[type=password]')"):
                    found = "another"
                expected = _VALUE_WORDS[VALUES[state]].format(quote(str(value)))
                return f"Expected {bare} to have {expected}; found {found}."
            if state == "level":
                level = controls[0].evaluate(_LEVEL)
                return f"Expected {bare} to have the level {value}; found {level}."
            expected, found = ("to be", "it is not") if value != "false" else ("not to be", "it is")
            return f"Expected {bare} {expected} {state}; {found}."
        return ""


def _named(condition: Condition) -> Target | None:
    """The target of which a condition expects a control; of several conditions the first one's."""
    match condition:
        case Present(target) | Count(target) | Loaded(target):
            return target
        case AnyOf(conditions):
            return next(filter(None, map(_named, conditions)), None)
    return None
