"""Page snapshots: the visible controls and headings of a page, and those most similar to a target."""

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
"""The roles that a snapshot keeps: those that people act on, and those that show them where they are."""

_LINE = re.compile(
    r"^\s*- (?P<quote>'?)(?P<role>[a-z]+)"
    r"(?: (?P<name>\"(?:[^\"\\]|\\.)*\"|/.*?/))?(?P<marks>(?: \[[^\]]*\])*)(?P=quote)"
)
_MARK = re.compile(r"\[([a-z]+)(?:=([^\]]*))?\]")


def offered(page: Page, most: int = 400) -> list[Candidate]:
    """Role, name, states and box of the page's visible controls and headings, without values; at most ``most``.

    Empty for a page that is too busy or too large to be read within 3 s.
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
    """The candidates most similar to a target, at most ``most``: by name, and those of its role first."""
    from rapidfuzz import fuzz, utils

    roles = {head.role for head in target.alternatives}
    names = [str(name.text) for head in target.alternatives for name in head.names]
    scored = []
    for index, candidate in enumerate(there):
        similarity = max(
            (fuzz.WRatio(name, candidate.name, processor=utils.default_process) for name in names),
            default=0.0,
        )
        same_role = candidate.role in roles
        if same_role or similarity >= 80:
            scored.append((similarity + (25 if same_role else 0), -index, candidate))
    scored.sort(key=lambda entry: entry[:2], reverse=True)
    unique = dict.fromkeys(candidate.line for _, _, candidate in scored)
    by_line = {candidate.line: candidate for _, _, candidate in reversed(scored)}
    return [by_line[line] for line in unique][:most]
