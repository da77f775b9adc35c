"""What a page offers at a moment: its visible controls and headings, and which of them is most like a target."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Error, Page

from runwright.engine.errors import Candidate
from runwright.language.targets import Target

CONTROLS = frozenset(
    """button link textbox searchbox combobox listbox option checkbox radio switch slider spinbutton tab menuitem
    menuitemcheckbox menuitemradio treeitem heading dialog alertdialog alert status iframe img row
    columnheader""".split()  # noqa: SIM905
)
"""What a snapshot of a page keeps: what people act on, and what tells them where they are."""

_LINE = re.compile(
    r"^\s*- (?P<quote>'?)(?P<role>[a-z]+)"
    r"(?: (?P<name>\"(?:[^\"\\]|\\.)*\"|/.*?/))?(?P<marks>(?: \[[^\]]*\])*)(?P=quote)"
)
_MARK = re.compile(r"\[([a-z]+)(?:=([^\]]*))?\]")


def offered(page: Page, most: int = 400) -> list[Candidate]:
    """What the page offers: role, name, state and box of its visible controls and headings, no values.

    A page that is too busy or too large to be read in 3 s offers nothing.
    """
    try:
        snapshot = page.aria_snapshot(mode="ai", boxes=True, timeout=3000)
    except Error:
        return []
    found: list[Candidate] = []
    frame, frames, depth = None, 0, 0
    for line in snapshot.splitlines():
        parts = _LINE.match(line)
        indent = len(line) - len(line.lstrip())
        if frame is not None and indent <= depth:
            frame = None
        if parts is None or parts["role"] not in CONTROLS:
            continue
        name = (parts["name"] or '""')[1:-1]
        if parts["quote"]:
            name = name.replace("''", "'")
        name = name.replace('\\"', '"').replace("\\\\", "\\")
        states, box = [], None
        for state, value in _MARK.findall(parts["marks"]):
            if state == "box":
                x, y, width, height = (float(number) for number in value.split(","))
                box = (x, y, width, height)
            elif state not in ("ref", "cursor", "active"):
                states.append(f"{state}={value}" if value else state)
        found.append(Candidate(parts["role"], name, tuple(states), box, frame))
        if parts["role"] == "iframe" and frame is None:
            frame, frames, depth = frames, frames + 1, indent
        if len(found) == most:
            break
    return found


def nearest(target: Target, there: Sequence[Candidate], most: int = 5) -> list[Candidate]:
    """What is on the page and most like the target: first of its role, then the same name under another role."""
    from rapidfuzz import fuzz, utils

    roles = {head.role for head in target.heads}
    names = [str(name.text) for head in target.heads for name in head.names]
    scored = []
    for index, candidate in enumerate(there):
        alike = max(
            (fuzz.WRatio(name, candidate.name, processor=utils.default_process) for name in names),
            default=0.0,
        )
        same_role = candidate.role in roles
        if same_role or alike >= 80:
            scored.append((alike + (25 if same_role else 0), -index, candidate))
    scored.sort(key=lambda entry: entry[:2], reverse=True)
    unique = dict.fromkeys(candidate.line for _, _, candidate in scored)
    by_line = {candidate.line: candidate for _, _, candidate in reversed(scored)}
    return [by_line[line] for line in unique][:most]
