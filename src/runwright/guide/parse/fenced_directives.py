"""Reduces the directives of MyST, written as fences, and the tabs of GitLab to plain Markdown, line for line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from runwright.guide.parse.guide_model import GuideImage
from runwright.guide.parse.sphinx_names import ARGUMENT_IS_NO_TEXT, CODE, IMAGES, LIST_TABLES, NO_TEXT, TABS

MAY_HAVE = re.compile(r"(?:`{3,}|~{3,}|:{3,})[ ]?\{|^[ \t]*::Tabs[ \t]*$|^\([^()\s]+\)=[ \t]*$", re.MULTILINE)
"""Whether a text has anything that this module reduces."""
_FENCE = re.compile(
    r"(?P<lead>[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*"
    r"(?:\{(?P<name>[\w:+.-]+)\}[ \t]*(?P<argument>.*)|(?P<other>.*))$"
)
_OPTION = re.compile(r"[ \t>]*:(?P<name>[\w-]+):[ \t]*(?P<value>.*)$")
_TARGET = re.compile(r"\((?P<name>[^()\s]+)\)=[ \t]*$")
_GITLAB = re.compile(r"(?P<lead>[ \t>]*)(?:(?P<set>::Tabs|::EndTabs)|:::TabTitle(?P<title>[ \t].*)?)[ \t]*$")
_CELL = re.compile(r"(?P<row>[ \t>]*[*+-][ \t]+)?(?P<lead>[ \t>]*)[*+-](?=[ \t]|$)")


@dataclass
class _Open:
    """A fence that is open: its sign and length, and how its lines are read."""

    sign: str
    length: int
    kind: str
    """`text`, `tab`, `code`, `none` (no text), `table` (a list table) or `other` (no directive)."""
    options: bool = True
    """Whether the next line can still be an option."""
    header_rows: int = 0


class FencedDirectives:
    """Reduces a text; ``anchor``, ``image`` and ``tab`` receive what is removed from it, with the line.

    ``tab`` is called with the title, the line and the number of tabs around it, and returns the mark of the tab;
    ``tab_end`` is the mark for the end of one.
    """

    def __init__(
        self,
        anchor: Callable[[str, int], None],
        image: Callable[[GuideImage], None],
        tab: Callable[[str, int, int], str],
        tab_end: str,
    ) -> None:
        self._anchor = anchor
        self._image = image
        self._tab = tab
        self._tab_end = tab_end
        self._open: list[_Open] = []
        self._lines: list[str] = []
        self._gitlab: list[bool] = []
        """For each open tab set of GitLab, whether one of its tabs is open."""

    def reduce(self, text: str) -> str:
        """The text with the same lines, without fences and options of directives."""
        for number, line in enumerate(text.split("\n"), 1):
            self._lines.append(self._line(line, number))
        return "\n".join(self._lines)

    @property
    def _depth(self) -> int:
        return sum(each.kind == "tab" for each in self._open) + sum(self._gitlab)

    def _line(self, line: str, number: int) -> str:
        top = self._open[-1] if self._open else None
        fence = _FENCE.match(line)
        if fence is not None and top is not None and self._closes(fence):
            return self._close(line, fence)
        if top is not None and (top.kind in ("code", "none") or (top.kind == "other" and top.sign != ":")):
            return line if top.kind == "other" else self._within(top, line)
        if fence is not None and (fence["name"] or fence["fence"][0] != ":" or fence["other"].strip()):
            gitlab = _GITLAB.match(line)
            return self._gitlab_line(gitlab, line, number) if gitlab is not None else self._start(line, fence, number)
        if top is not None and top.kind != "other":
            return self._within(top, line)
        target = _TARGET.match(line)
        if target is not None:
            self._anchor(target["name"], number)
            return " " * len(line)
        gitlab = _GITLAB.match(line)
        return self._gitlab_line(gitlab, line, number) if gitlab is not None else line

    def _closes(self, fence: re.Match[str]) -> bool:
        top = self._open[-1]
        sign, length = fence["fence"][0], len(fence["fence"])
        return not fence["name"] and not fence["other"].strip() and sign == top.sign and length >= top.length

    def _close(self, line: str, fence: re.Match[str]) -> str:
        ended = self._open.pop()
        if ended.kind == "other":
            return line
        if ended.kind == "code":
            return f"{fence['lead']}{'`' * max(3, ended.length)}"
        return fence["lead"] + (self._tab_end if ended.kind == "tab" else "")

    def _start(self, line: str, fence: re.Match[str], number: int) -> str:
        sign, length = fence["fence"][0], len(fence["fence"])
        if not fence["name"]:
            self._open.append(_Open(sign, length, "other"))
            return line
        name, argument = fence["name"].lower().rpartition(":")[2], fence["argument"].strip()
        kind = "text"
        if name in IMAGES:
            self._image(GuideImage(argument, "", number))
        elif name in NO_TEXT:
            kind = "none"
        elif name in CODE:
            kind = "code"
        elif name in TABS:
            kind = "tab"
        elif name in LIST_TABLES:
            kind = "table"
        mark = self._tab(argument, number, self._depth) if kind == "tab" else ""
        self._open.append(_Open(sign, length, kind))
        if mark:
            return fence["lead"] + mark
        if kind == "code":
            return f"{fence['lead']}{'`' * max(3, length)}"
        if kind != "text" or name in IMAGES or name in ARGUMENT_IS_NO_TEXT:
            return fence["lead"]
        return fence["lead"] + " " * (len(line) - len(fence["lead"]) - len(fence["argument"])) + fence["argument"]

    def _within(self, top: _Open, line: str) -> str:
        """A line in the innermost directive."""
        option = _OPTION.match(line) if top.options else None
        if option is not None:
            if option["name"] == "header-rows" and option["value"].strip().isdecimal():
                top.header_rows = int(option["value"])
            if top.kind == "code":  # the block starts behind its options
                fence = self._lines[-1]
                self._lines[-1] = fence.rstrip("`")
                return fence
            return ""
        if top.kind == "code":
            top.options = False
            return line
        if line.strip():
            top.options = False
        if top.kind == "none":
            return ""
        return self._cell(top, line) if top.kind == "table" else line

    def _cell(self, top: _Open, line: str) -> str:
        """A line of a list table: the marks of rows stay, those of cells become blanks."""
        cell = _CELL.match(line)
        if cell is None:
            return line if top.header_rows >= 0 else ""
        if cell["row"] is not None:
            top.header_rows -= 1
        if top.header_rows >= 0:
            return ""
        return f"{cell['row'] or ''}{cell['lead']} {line[cell.end() :]}"

    def _gitlab_line(self, mark: re.Match[str], line: str, number: int) -> str:
        lead = mark["lead"]
        if mark["set"] == "::Tabs":
            self._gitlab.append(False)
            return ""
        if not self._gitlab:
            return line
        if mark["set"]:
            return lead + self._tab_end if self._gitlab.pop() else ""
        self._gitlab[-1] = False
        start = lead + self._tab((mark["title"] or "").strip(), number, self._depth)
        self._gitlab[-1] = True
        return start
