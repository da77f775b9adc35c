"""Targets that mean exactly one control of a page: its role and name, narrowed where several have them.

The one mechanism for inspections and for the lines that failures suggest. Each target is tried on the page, as a step
would find it, before it is returned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import Error, Frame, Page

from runwright.engine.browser import locate
from runwright.engine.browser.page_scripts import KEEP, NEAR_KEPT, PLACES
from runwright.engine.browser.snapshot import CONTROLS, MARKUP
from runwright.language import accessible_names
from runwright.language.expressions import Template
from runwright.language.targets import CALLED_BY_TEXT, Alternative, Name, Target, named

Box = tuple[float, float, float, float]
LISTED = CONTROLS - {"img", "iframe", "row", "columnheader", "dialog", "alertdialog"}
"""The roles of the controls that get a target."""
_SCRIPT = PLACES.replace("ROLE_NAMES", " ".join(sorted(LISTED))).replace("MARKUP", MARKUP)
_UNITED = 40
"""Names that are looked for in one query."""
_IS = "(element, index) => window[Symbol.for('inspected')]?.[index] === element"
_WHICH = "(all) => all.map((one) => (window[Symbol.for('inspected')] ?? []).indexOf(one))"
_HITS = """([patterns, names]) => {
  const letters = (text) => text.replace(/[^\\p{L}\\p{N}]/gu, '');
  const all = names.map((name) => [name, letters(name)]);
  return patterns.map((pattern, at) => {
    const tested = new RegExp(pattern), own = all[at][1];
    return all.filter(([name, plain]) => plain.includes(own) && tested.test(name)).length;
  });
}"""
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


@dataclass(frozen=True)
class _PlacedDocument:
    frame: Frame
    controls: list[PlacedControl]


class UniqueTargets:
    """The controls of a page at one moment, and a target for each."""

    def __init__(self, page: Page) -> None:
        """Raises Playwright's Error when the page navigates meanwhile."""
        self._page = page
        self._kept: set[str] = set()
        self._known: dict[int, Target] = {}
        """The targets of controls of the main document whose role and name are unique."""
        self._documents = [_PlacedDocument(page.main_frame, _controls(page.main_frame, None, None))]
        for number, frame, target in _frames(page):
            with suppress(Error):
                self._documents.append(_PlacedDocument(frame, _controls(frame, target, number)))

    @property
    def controls(self) -> list[PlacedControl]:
        """All controls, those of the main document first."""
        return [each for document in self._documents for each in document.controls]

    def all(self) -> Iterator[tuple[PlacedControl, Target | None]]:
        """Each control with its target; None where no narrowing makes it unique."""
        for document in self._documents:
            known = self._by_name(document)
            self._known |= known
            for control in document.controls:
                yield control, known.get(control.index) or self._narrowed(document, control)

    def of(self, role: str, name: str, frame: int | None = None) -> list[tuple[PlacedControl, Target]]:
        """The controls of a role and name, with the targets that distinguish them."""
        found = []
        for document in self._documents:
            for control in document.controls:
                if (control.role, control.name, control.frame_number) == (role, name, frame):
                    target = self._narrowed(document, control)
                    found += [(control, target)] if target is not None else []
        return found

    def _by_name(self, document: _PlacedDocument) -> dict[int, Target]:
        """The targets of those controls whose role and name are unique, found with one query for each role."""
        found: dict[int, Target] = {}
        roles: dict[str, list[PlacedControl]] = {}
        for control in document.controls:
            if control.name and control.role not in CALLED_BY_TEXT and control.frame is None:
                roles.setdefault(control.role, []).append(control)
        for role, controls in roles.items():
            targets = {each.index: _target(each) for each in controls}
            patterns = [
                accessible_names.in_browser(targets[each.index].alternatives[0].names[0]).pattern for each in controls
            ]
            hits = document.frame.evaluate(_HITS, [patterns, [each.name for each in controls]])
            single = {
                each.index: pattern for each, pattern, count in zip(controls, patterns, hits, strict=True) if count == 1
            }
            if not single:
                continue
            expected, every = sorted(single), Target((Alternative(role),))
            if len(single) <= _UNITED:
                union = "|".join(f"(?:{pattern})" for pattern in single.values())
                every = Target((Alternative(role, (Name("pattern", Template((union,))),)),))
            else:  # such a pattern would take minutes; the names are Playwright's as it is
                expected = [each.index for each in document.controls if each.role == role]
            query = locate.query(self._page, every)
            if query is not None and sorted(query.locator.evaluate_all(_WHICH)) == expected:
                found |= {index: targets[index] for index in single}
        return found

    def _narrowed(self, document: _PlacedDocument, control: PlacedControl) -> Target | None:
        """The first of the possible targets that means this control and no other."""
        for target in _candidates(control, document.controls):
            with suppress(Error):
                if self.means(target, control):
                    return target
        return None

    def means(self, target: Target, control: PlacedControl) -> bool:
        """Whether a target means this control and no other."""
        quick = self._means_quickly(target, control)
        if quick is not None:
            return quick
        handles = locate.matches(self._page, target)
        return len(handles) == 1 and bool(handles[0].evaluate(_IS, control.index))

    def _means_quickly(self, target: Target, control: PlacedControl) -> bool | None:
        """The same for a target with a known heading or a number alone: of many with its name, all are found once."""
        if target.inside is not None or target.column is not None or control.frame is not None:
            return None
        anchor = control.heading.id if control.heading is not None and target.near is not None else None
        if (target.near is None) == (target.nth is None) or (
            anchor is not None and self._known.get(anchor) != target.near
        ):
            return None
        base = replace(target, near=None, nth=None)
        candidates = locate.plain_query(self._page, base)
        if candidates is None or (target.near is not None and anchor is None):
            return None
        key = str(base)
        if key not in self._kept:
            candidates.evaluate_all(KEEP, key)
            self._kept.add(key)
        arguments = [key, anchor, control.index, locate.script_options(target)]
        return bool(self._page.evaluate(NEAR_KEPT, arguments))


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


def _controls(frame: Frame, target: Target | None, number: int | None) -> list[PlacedControl]:
    return [_control(index, each, target, number) for index, each in enumerate(frame.evaluate(_SCRIPT))]


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
    )


def _target(control: PlacedControl) -> Target:
    if control.name:
        return named(control.role, accessible_names.plain(control.name))
    return Target((Alternative(control.role),))


def _candidates(control: PlacedControl, all_controls: Sequence[PlacedControl]) -> Iterator[Target]:
    """Targets that may mean a control alone, the plainest first."""
    for target in _in_document(control, all_controls):
        yield target if control.frame is None else _within(target, control.frame)


def _in_document(control: PlacedControl, all_controls: Sequence[PlacedControl]) -> Iterator[Target]:
    base = _target(control)
    same = [each for each in all_controls if each.role == control.role and control.name in ("", each.name)]
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
    shared = [(control.row, [each for each in same if each.row == control.row], boxes[0])] if control.row_texts else []
    if group is not None and control.group is not None:
        number = control.group.id
        shared.append((number, [each for each in same if each.group and each.group.id == number], group))
    if dialog is not None and control.dialog is not None:
        number = control.dialog.id
        shared.append((number, [each for each in same if each.dialog and each.dialog.id == number], dialog))
    for _, those, box in shared:
        yield replace(base, inside=box, nth=those.index(control) + 1)
    yield replace(base, nth=same.index(control) + 1)


def _container(place: Placed | None) -> Target | None:
    if place is None:
        return None
    return named(place.role, accessible_names.plain(place.name)) if place.name else Target((Alternative(place.role),))


def _within(target: Target, frame: Target) -> Target:
    """The target in a frame, whatever it is in already."""
    if target.inside is None:
        return replace(target, inside=frame)
    return replace(target, inside=_within(target.inside, frame))
