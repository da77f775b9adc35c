"""Targets that mean exactly one control of a page: its role and name, narrowed where several have them.

The one mechanism for inspections and for the lines that failures suggest. Each target is tried on the page, as a step
would find it, before it is returned.
"""

from __future__ import annotations

import json
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from playwright.sync_api import Error, Frame, Page

from runwright.engine.browser import locate
from runwright.engine.browser.page_scripts import KEEP, PLACES, UNIQUE
from runwright.engine.browser.snapshot import CONTROLS, MARKUP
from runwright.language import accessible_names
from runwright.language.expressions import Template
from runwright.language.targets import CALLED_BY_TEXT, Alternative, Target, named

Box = tuple[float, float, float, float]
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
class Placed:
    """Something that narrows: a heading, dialog, table, row, group or list item."""

    id: int
    """Distinguishes it from the others of its document."""
    role: str = ""
    name: str = ""


@dataclass(frozen=True)
class PlacedControl:
    """A control of a page with its state and the places that it is in."""

    index: int
    """Its place among the controls of its document."""
    role: str
    name: str
    states: tuple[str, ...]
    value: str | None
    """What a person reads in a field or list; None for any other control, and for a secret."""
    secret: bool
    """Whether its value is a password or masked otherwise; it is never read."""
    checked: str | None
    heading: Placed | None
    dialog: Placed | None
    table: Placed | None
    row: int | None
    row_texts: tuple[str, ...]
    column: str
    group: Placed | None
    item: Placed | None
    beside: str
    box: Box
    frame: Target | None = None
    """The frame that it is in."""
    frame_number: int | None = None
    row_head: str = ""
    """The role of the cell that has the first of the texts of its row."""


@dataclass(frozen=True)
class _PlacedDocument:
    frame: Frame
    controls: list[PlacedControl]
    left_out: int
    equals: EqualControls
    kept: set[str] = field(default_factory=set)
    """The roles whose elements are kept in the page."""


class EqualControls:
    """The controls of a document by role and name, and the places among equal ones."""

    def __init__(self, controls: Sequence[PlacedControl]) -> None:
        self._groups: dict[tuple[str, str], list[PlacedControl]] = defaultdict(list)
        self._places: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for each in controls:
            for key in {(each.role, each.name), (each.role, "")}:
                self._groups[key].append(each)
                for kind in ("page", "row", "group", "dialog"):
                    place = _place_id(each, kind)
                    if place is not None:
                        self._places[(*key, kind, place)].append(each.index)

    def of(self, control: PlacedControl) -> list[PlacedControl]:
        """All controls of its role and name; of its role, if it has no name."""
        return self._groups[control.role, control.name]

    def number(self, control: PlacedControl, kind: str) -> int:
        """Its number, from 1, among those in the same row, group or dialog, or on the page."""
        places = self._places[control.role, control.name, kind, _place_id(control, kind)]
        return bisect_left(places, control.index) + 1


def _place_id(control: PlacedControl, kind: str) -> int | None:
    if kind == "row":
        return control.row
    place = {"group": control.group, "dialog": control.dialog}.get(kind)
    return place.id if place is not None else (0 if kind == "page" else None)


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
        left = {each.index: (each, _in_document(each, document.equals)) for each in controls}
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


def _target(control: PlacedControl) -> Target:
    if control.name:
        return named(control.role, accessible_names.plain(control.name))
    return Target((Alternative(control.role),))


def _in_document(control: PlacedControl, equals: EqualControls) -> Iterator[Target]:
    """Targets that may mean a control alone, the plainest first."""
    base = _target(control)
    same = equals.of(control)
    if control.name and len(same) == 1:
        yield base
    dialog = _container(control.dialog)
    boxes: list[Target] = []
    if dialog is not None:
        yield replace(base, inside=dialog)
    for texts in (control.row_texts[:1], control.row_texts[:2]):
        if control.row is None or not texts:
            continue
        row: Target = named("row", texts[0], "containing")
        if len(texts) == 2:
            row = replace(row, alternatives=(replace(row.alternatives[0], with_text=Template((texts[1],))),))
        boxes.append(row)
        yield replace(base, inside=row)
        if control.column:
            yield replace(base, inside=row, column=Template((control.column,)))
    if control.row is not None and control.row_texts and control.row_head in ("rowheader", "cell", "gridcell"):
        head = named(control.row_head, accessible_names.plain(control.row_texts[0]))  # another row may contain its text
        if control.column:
            yield replace(base, near=head, column=Template((control.column,)))
        yield replace(base, near=head)
    group = _container(control.group)
    if group is not None:
        boxes.append(group)
        yield replace(base, inside=group)
    heading = (
        named("heading", accessible_names.plain(control.heading.name))
        if control.heading and control.heading.name
        else None
    )
    if heading is not None:
        yield replace(base, near=heading)
    if control.item is not None and control.item.name:
        text = Template((control.item.name,))
        boxes.append(Target((Alternative(control.item.role, with_text=text),)))
        yield replace(base, inside=boxes[-1])
    if control.beside and accessible_names.plain(control.beside) not in {each.name for each in same}:
        yield replace(base, near=named("text", control.beside))
    if not control.name and len(same) == 1:
        yield base
    if dialog is not None:
        yield from (replace(base, inside=replace(box, inside=dialog)) for box in boxes)
        if heading is not None:
            yield replace(base, near=heading, inside=dialog)
    shared = [("row", boxes[0])] if control.row_texts and control.row is not None else []
    shared += [("group", group)] if group is not None else []
    shared += [("dialog", dialog)] if dialog is not None else []
    for kind, box in shared:
        yield replace(base, inside=box, nth=equals.number(control, kind))
    yield replace(base, nth=equals.number(control, "page"))


def _container(place: Placed | None) -> Target | None:
    if place is None:
        return None
    return named(place.role, accessible_names.plain(place.name)) if place.name else Target((Alternative(place.role),))


def _within(target: Target, frame: Target) -> Target:
    """The target in a frame, whatever it is in already."""
    if target.inside is None:
        return replace(target, inside=frame)
    return replace(target, inside=_within(target.inside, frame))
