"""Page snapshots: the visible controls and headings of a page, and those most similar to a target."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Error, Frame, Page

from runwright.engine.browser.page_function import PageFunction
from runwright.engine.browser.page_scripts import MARKUP, OFFERED
from runwright.engine.browser.target_plans import by_name
from runwright.engine.errors import Candidate
from runwright.engine.spans import timed
from runwright.evidence.event_parts import OfferedOptions
from runwright.language import accessible_names
from runwright.language.targets import CALLED_BY_TEXT, OTHERS, Target

CONTROLS = frozenset(
    """button link textbox searchbox combobox listbox option checkbox radio switch slider spinbutton tab menuitem
    menuitemcheckbox menuitemradio treeitem heading dialog alertdialog alert status iframe img row
    columnheader""".split()  # noqa: SIM905
)
"""The roles that a snapshot keeps: those that people act on, and those that show them where they are."""
MOST = 5000
"""Controls of a page that a snapshot keeps."""
_LISTS = frozenset({"combobox", "listbox"})
READING = 3000
"""Milliseconds within which a document is read; what is left then comes with the next readings."""
_OFFERED = PageFunction(OFFERED.replace("ROLE_NAMES", " ".join(sorted(CONTROLS))).replace("MARKUP", MARKUP))
_FRAME_AT = "(element) => window[Symbol.for('offered')]?.frames.indexOf(element) ?? -1"
_CHILDREN = 20
"""Frames in one document that are read."""


@dataclass
class _DocumentState:
    """What a document offered at the last reading."""

    token: str = ""
    """The page's word for it: the next reading brings only the difference, if the page still knows it."""
    controls: list[Candidate] = field(default_factory=list)
    outer: int | None = None
    """The page's own frame that the document is in."""


class PageReader:
    """Reads what pages offer, one after the other. An unchanged control is the same object in the next reading."""

    def __init__(self) -> None:
        self._documents: dict[Frame, _DocumentState] = {}
        self.incomplete: str | None = None
        """Why the last reading is not complete; None if it is."""
        self.singled = False
        """Whether the last reading found exactly one control that its target means: `find_one` takes that one."""

    @timed("reading what the page offers")
    def read(self, page: Page, target: Target | None = None, wanted: Sequence[str] = ()) -> list[Candidate]:
        """The visible controls and headings in document order, without values; at most ``MOST``.

        Of a long list that ``target`` names, the options most similar to one that is ``wanted`` come with it. Empty for
        a page that navigates away twice meanwhile.
        """
        for _ in range(2):
            self.incomplete, self.singled = None, False
            frames = set(page.frames)
            self._documents = {frame: each for frame, each in self._documents.items() if frame in frames}
            with suppress(Error):
                heads = by_name(target) if target is not None else None
                found = self._document(page.main_frame, None, _names(target), wanted, heads)
                if len(found) > MOST:
                    self.incomplete = f"{len(found) - MOST} more controls are left out."
                return found[:MOST]
        self.incomplete = "The page navigated while it was read."
        return []

    def _document(
        self,
        frame: Frame,
        outer: int | None,
        names: list[tuple[str, str | None]],
        wanted: Sequence[str],
        heads: list[tuple[str, list[str]]] | None = None,
    ) -> list[Candidate]:
        state = self._documents.setdefault(frame, _DocumentState())
        if state.outer != outer:
            state.token, state.outer = "", outer
        query = [state.token, list(wanted), names or None, READING, heads]
        token, first, last, new, left, only = _OFFERED.call(frame, query)
        self.singled = self.singled or only
        if left:
            self.incomplete = f"{left} elements were not read, as the page is too large to read them in time."
        before = state.controls
        between = [_candidate(each, outer) for each in json.loads(new)]
        state.controls = [*before[:first], *between, *before[len(before) - last :]] if first or last else between
        state.token = token
        if len(frame.child_frames) > _CHILDREN:
            self.incomplete = f"{len(frame.child_frames) - _CHILDREN} more frames are left out."
        inner = {at: child for child in frame.child_frames[:_CHILDREN] if (at := _place(child)) >= 0}
        if not inner:
            return state.controls
        found: list[Candidate] = []
        number = 0
        for control in state.controls:
            found.append(control)
            if control.role == "iframe":
                if number in inner:
                    try:
                        found += self._document(inner[number], number if outer is None else outer, names, wanted)
                    except Error:
                        self.incomplete = "A frame navigated while it was read."
                number += 1
        return found


def offered(page: Page, most: int = MOST) -> list[Candidate]:
    """What a page offers, read once."""
    return PageReader().read(page)[:most]


def fitting(target: Target, there: Sequence[Candidate]) -> list[Candidate]:
    """The controls that have role and name of a target, whatever narrows it."""
    return [
        each
        for each in there
        if any(
            head.role == each.role
            and (not head.names or any(accessible_names.fits(name, each.name) for name in head.names))
            for head in target.alternatives
        )
    ]


def fits(target: Target, there: Sequence[Candidate]) -> int | None:
    """How many controls have role and name of a target; None where that does not follow from roles and names."""
    if any(head.role in CALLED_BY_TEXT or head.role in OTHERS for head in target.alternatives):
        return None
    if any(head.role not in CONTROLS or head.role == "option" for head in target.alternatives):
        return None
    return len(fitting(target, there))


def nearest(target: Target, there: Sequence[Candidate], most: int = 5, *, similar: bool = False) -> list[Candidate]:
    """The candidates most similar to a target, at most ``most``: by name, and those of its role first.

    With ``similar``, only those whose names are alike.
    """
    from rapidfuzz import fuzz, utils

    roles = {head.role for head in target.alternatives}
    names = [str(name.text) for head in target.alternatives for name in head.names]
    scored = []
    for index, candidate in enumerate(_with_options(there) if "option" in roles else there):
        similarity = max(
            (fuzz.WRatio(name, candidate.name, processor=utils.default_process) for name in names),
            default=0.0,
        )
        same_role = candidate.role in roles
        if similarity >= 80 or (same_role and not similar):
            scored.append((similarity + (25 if same_role else 0), -index, candidate))
    scored.sort(key=lambda entry: entry[:2], reverse=True)
    unique = dict.fromkeys(candidate.line for _, _, candidate in scored)
    by_line = {candidate.line: candidate for _, _, candidate in reversed(scored)}
    return [by_line[line] for line in unique][:most]


def _with_options(there: Sequence[Candidate]) -> Iterator[Candidate]:
    """The controls, and behind each list its options as far as they are known."""
    for each in there:
        yield each
        if each.options is not None:
            names = dict.fromkeys((*each.options.chosen, *each.options.nearest))
            yield from (Candidate("option", name, frame=each.frame) for name in names)


def _names(target: Target | None) -> list[tuple[str, str | None]]:
    """Role and name pattern of each list that a target may mean."""
    heads = [head for head in target.alternatives if head.role in _LISTS] if target is not None else []
    pairs: list[tuple[str, str | None]] = []
    for head in heads:
        pairs += [(head.role, accessible_names.in_browser(name).pattern) for name in head.names] or [(head.role, None)]
    return pairs


def _candidate(data: list[Any], frame: int | None) -> Candidate:
    role, name, states, label, count, chosen, near = data
    options = OfferedOptions(count, tuple(chosen), tuple(near)) if count is not None else None
    return Candidate(role, name, tuple(states), None, frame, label, options)


def _place(frame: Frame) -> int:
    """The place of a frame among the frames of its parent's last reading; -1 where it is not visible or gone."""
    with suppress(Error):
        return int(frame.frame_element().evaluate(_FRAME_AT))
    return -1
