"""Targets that mean exactly one control of a page: its role and name, narrowed where several have them.

The one mechanism for inspections and for the lines that failures suggest. Each target is tried on the page, as a step
would find it, before it is returned.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from playwright.sync_api import Error, Frame, Page

from runwright.engine.browser import locate
from runwright.engine.browser.page_scripts import KEEP, MARKUP, PLACES, UNIQUE
from runwright.engine.browser.possible_targets import EqualControls, Placed, PlacedControl, possible_targets
from runwright.engine.browser.snapshot import CONTROLS
from runwright.language import accessible_names
from runwright.language.targets import CALLED_BY_TEXT, Alternative, Target, named

LISTED = CONTROLS - {"img", "iframe", "row", "columnheader", "dialog", "alertdialog"}
"""The roles of the controls that get a target."""
_SCRIPT = PLACES.replace("ROLE_NAMES", " ".join(sorted(LISTED))).replace("MARKUP", MARKUP)
_IS = "(element, index) => window[Symbol.for('inspected')]?.[index] === element"
_FIRST = 4
"""Possible targets of a control that are tried in one query, after the plainest one."""
SLOW = 100
"""Targets that need queries of their own, such as those beside a text, which are tried on a page."""
READING = 15_000
"""Milliseconds within which the controls of a document are read, with the places that they are in."""
SLOW_SECONDS = 3.0
"""Seconds that these queries may take in all: on a page of thousands of controls each takes long."""
AT_ONCE = 2000
"""Controls of a document whose targets are found at once: if the time is over, those before are listed."""
SECONDS = 30
"""Seconds within which the targets of a page are found; the controls that are left then are counted."""
_FRAME_NAMES = "(all) => all.map((one) => one.title || one.name || one.getAttribute('aria-label') || '')"


@dataclass(frozen=True)
class _PlacedDocument:
    frame: Frame
    controls: list[PlacedControl]
    left_out: int
    equals: EqualControls
    kept: set[str] = field(default_factory=set)
    """The roles whose elements are kept in the page."""


class UniqueTargets:
    """The controls of a page at one moment, and a target for each."""

    def __init__(self, page: Page) -> None:
        """Raises Playwright's Error when the page navigates meanwhile."""
        self._page = page
        self._slow, self._slow_seconds = SLOW, SLOW_SECONDS
        self.left_out = 0
        """Controls that are not listed, since the time was over."""
        self._documents = [_document(page.main_frame, None, None)]
        for number, frame, target in _frames(page):
            with suppress(Error):
                self._documents.append(_document(frame, target, number))
        self.left_out += sum(each.left_out for each in self._documents)
        self._deadline = time.monotonic() + SECONDS

    @property
    def controls(self) -> list[PlacedControl]:
        """All controls, those of the main document first."""
        return [each for document in self._documents for each in document.controls]

    def all(self) -> Iterator[tuple[PlacedControl, Target | None]]:
        """Each control with its target; None where no narrowing makes it unique."""
        for document in self._documents:
            for first in range(0, len(document.controls), AT_ONCE):
                some = document.controls[first : first + AT_ONCE]
                found = self._targets(document, some)
                yield from ((each, found.get(each.index)) for each in some if each.index in found)

    def of(self, role: str, name: str, frame: int | None = None) -> list[tuple[PlacedControl, Target]]:
        """The controls of a role and name, with the targets that distinguish them."""
        pairs = []
        for document in self._documents:
            asked = [
                each for each in document.controls if (each.role, each.name, each.frame_number) == (role, name, frame)
            ]
            found = self._targets(document, asked) if asked else {}
            pairs += [(each, target) for each in asked if (target := found.get(each.index)) is not None]
        return pairs

    def _targets(self, document: _PlacedDocument, controls: Sequence[PlacedControl]) -> dict[int, Target | None]:
        """By index, the first of each control's possible targets that means it alone; without those left out."""
        found: dict[int, Target | None] = {}
        left = {each.index: (each, possible_targets(each, document.equals)) for each in controls}
        waiting: dict[int, Target] = {}
        most = 1
        while left:
            asked: dict[int, list[Target]] = {}
            for index, (_, possible) in left.items():
                asked[index] = list(_until_slow(possible, most, waiting, index))
            numbers = self._first_unique(document, asked)
            for index, number in numbers.items():
                control, _ = left[index]
                slow = waiting.pop(index, None)
                if number >= 0:
                    found[index] = _framed(asked[index][number], control)
                elif number == _TIME_OVER:
                    self.left_out += 1
                elif slow is not None and min(self._slow, self._slow_seconds) > 0 and self._is_unique(slow, control):
                    found[index] = _framed(slow, control)
                elif slow is None and len(asked[index]) < most:
                    found[index] = None
                else:
                    continue
                del left[index]
            most = _FIRST
        return found

    def _is_unique(self, target: Target, control: PlacedControl) -> bool:
        self._slow -= 1
        started = time.monotonic()
        try:
            return self.means(_framed(target, control), control)
        except Error:
            return False
        finally:
            self._slow_seconds -= time.monotonic() - started

    def _first_unique(self, document: _PlacedDocument, asked: Mapping[int, list[Target]]) -> dict[int, int]:
        """By index, the number of the first target that means the control alone, -1 or `_TIME_OVER`; in one query."""
        places: dict[str, int] = {}
        described: list[dict[str, Any]] = []

        def place(target: Target | None) -> int | None:
            if target is None:
                return None
            key = str(target)
            if key not in places:
                data = describe(target)
                places[key] = len(described)
                described.append(data)
            return places[key]

        def describe(target: Target) -> dict[str, Any]:
            (head,) = target.alternatives
            names = [(each.kind, accessible_names.words_of(each)) for each in head.names]
            alone = head.with_text is None and target.column is None
            idle = alone and target.near is None and target.nth is None
            return {
                "role": head.role,
                "names": names,
                "inside": place(target.inside),
                "near": place(target.near),
                "nth": target.nth,
                "alone": alone,
                "idle": idle,
                "options": None if idle else _without_names(locate.script_options(target)),
            }

        pairs = [(index, [describe(each) for each in targets]) for index, targets in asked.items()]
        roles = {each["role"] for each in described} | {each["role"] for _, each_pair in pairs for each in each_pair}
        for role in sorted(roles - document.kept):
            locate.of_role(document.frame, role).evaluate_all(KEEP, role)
            document.kept.add(role)
        left = max(self._deadline - time.monotonic(), 0) * 1000
        text = json.dumps({"asked": pairs, "places": described, "parts": accessible_names.PARTS})
        return dict(zip(asked, document.frame.evaluate(UNIQUE, [text, left]), strict=True))

    def means(self, target: Target, control: PlacedControl) -> bool:
        """Whether a target means this control and no other, as a step would find it."""
        handles = locate.matches(self._page, target)
        return len(handles) == 1 and bool(handles[0].evaluate(_IS, control.index))


_TIME_OVER = -2


def _without_names(options: dict[str, Any]) -> dict[str, Any]:
    """The options of the script for candidates that were found by their names already."""
    return {**options, "heads": [{**each, "names": None} for each in options["heads"]]}


def _until_slow(possible: Iterator[Target], most: int, waiting: dict[int, Target], index: int) -> Iterator[Target]:
    """The next targets, at most ``most``; one that needs a query of its own ends them, and is ``waiting`` then."""
    for target in islice(possible, most):
        if _is_slow(target):
            waiting[index] = target
            return
        yield target


def _is_slow(target: Target) -> bool:
    """Whether only Playwright finds the target, by a text."""
    (head,) = target.alternatives
    if head.role == "text" or (head.role in CALLED_BY_TEXT and head.names):
        return True
    return any(_is_slow(each) for each in (target.inside, target.near) if each is not None)


def _framed(target: Target, control: PlacedControl) -> Target:
    return target if control.frame is None else _within(target, control.frame)


def frame_targets(page: Page) -> list[Target]:
    """The target of each visible frame of the page's own document."""
    names = page.locator("css=iframe, frame").filter(visible=True).evaluate_all(_FRAME_NAMES)
    if len(names) == 1:
        return [Target((Alternative("iframe"),))]
    several = Counter(names)
    return [
        named("iframe", name) if name and several[name] == 1 else Target((Alternative("iframe"),), nth=number)
        for number, name in enumerate(names, 1)
    ]


def _frames(page: Page) -> Iterator[tuple[int, Frame, Target]]:
    """The visible frames of the page's own document: number, frame and target."""
    if len(page.frames) < 2:
        return
    targets = frame_targets(page)
    handles = page.locator("css=iframe, frame").filter(visible=True).element_handles()
    for number, (handle, target) in enumerate(zip(handles, targets, strict=False)):
        frame = handle.content_frame()
        if frame is not None:
            yield number, frame, target


def _document(frame: Frame, target: Target | None, number: int | None) -> _PlacedDocument:
    found, left = frame.evaluate(_SCRIPT, READING)
    controls = [_control(index, each, target, number) for index, each in enumerate(json.loads(found))]
    return _PlacedDocument(frame, controls, left, EqualControls(controls))


def _control(index: int, data: Mapping[str, Any], frame: Target | None, number: int | None) -> PlacedControl:
    def placed(key: str) -> Placed | None:
        found = data[key]
        return Placed(found["id"], found["role"], found.get("name") or found.get("text") or "") if found else None

    row = data["row"] or {}
    return PlacedControl(
        index,
        data["role"],
        data["name"],
        tuple(data["states"]),
        data["value"],
        data["secret"],
        data["checked"],
        placed("heading"),
        placed("dialog"),
        placed("table"),
        row.get("id"),
        tuple(row.get("texts", ())),
        data["column"],
        placed("group"),
        placed("item"),
        data["beside"],
        tuple(data["box"]),
        frame,
        number,
        row.get("head", ""),
    )


def _within(target: Target, frame: Target) -> Target:
    """The target in a frame, whatever it is in already."""
    if target.inside is None:
        return replace(target, inside=frame)
    return replace(target, inside=_within(target.inside, frame))
