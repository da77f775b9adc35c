"""Parses reStructuredText with docutils, with roles and directives of our own instead of those of docutils.

Sphinx and its extensions add roles and directives that docutils does not know, and those that it knows can read files
and change its global tables. Here each role becomes a node with its name, and each directive becomes its content:
nothing is executed, no file is read, and no table of docutils is used or changed.
"""

from __future__ import annotations

import copy
import csv
import re
from functools import cache
from typing import Any

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser, states
from docutils.statemachine import StringList

from runwright.guide.parse.inline import MAX_PARAGRAPH
from runwright.guide.parse.sphinx_names import ARGUMENT_IS_NO_TEXT, CODE, IMAGES, LIST_TABLES, NO_TEXT, TABS

_OPTION = re.compile(r":(?P<name>[\w-][\w -]*):(?:\s+(?P<value>.*))?$")
_LINE_ENDS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")
"""Characters that docutils takes for the end of a line, and editors do not."""


class Tab(nodes.General, nodes.Element):
    """One tab of a tab set, with the attributes `title` and `line`."""


class TableRow(nodes.General, nodes.Element):
    """A row of a list table or a CSV table; its children are the contents of its cells."""


class RoleText(nodes.Inline, nodes.TextElement):
    """The text of a role, with the attribute `role`."""


def _role_text(rawsource: str, text: str, role: str, lineno: int) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """The node of a role's text, and no message."""
    return [RoleText(rawsource, nodes.unescape(text), role=role or "")], []


class _BoundedParse:
    """Parses inline markup of paragraphs up to MAX_PARAGRAPH: docutils searches the rest for the end of each mark."""

    def __init__(self, inliner: states.Inliner) -> None:
        self._parse = inliner.parse

    def __call__(self, text: str, lineno: int, memo: Any, parent: Any) -> tuple[list[Any], list[Any]]:
        if len(text) > MAX_PARAGRAPH:
            return [nodes.Text(text)], []
        found: tuple[list[Any], list[Any]] = self._parse(text, lineno, memo, parent)
        return found


class _TextDirectives:
    """Overrides how the states of docutils handle directives. The states below are theirs with this in front."""

    nested_sm_cache: list[Any] = []  # noqa: RUF012  # docutils keeps state machines here; ours must not mix with its own

    def __init__(self, state_machine: Any, debug: bool = False) -> None:
        super().__init__(state_machine, debug)  # type: ignore[call-arg]
        self.nested_sm_kwargs = {"state_classes": text_states(), "initial_state": "Body"}

    def directive(self: Any, match: re.Match[str], **_: Any) -> tuple[list[nodes.Node], bool]:
        """The nodes of a directive, and whether a blank line ends it."""
        machine = self.state_machine
        line = machine.abs_line_offset() + 1
        block, _indent, offset, blank_finish = machine.get_first_known_indented(match.end(), strip_top=0)
        found = _Directive(match[1].lower(), block, offset, line)
        if isinstance(self, states.SubstitutionDef):
            return _inline(self, found), blank_finish
        return _nodes(self, found), blank_finish


class _Directive:
    """A directive: its name, argument, options and content."""

    def __init__(self, name: str, block: StringList, offset: int, line: int) -> None:
        self.name = name.rpartition(":")[2]
        self.line = line
        self.options: dict[str, str] = {}
        first = 0
        while first < len(block) and not block[first].strip():
            first += 1
        end = next((at for at in range(first, len(block)) if not block[at].strip()), len(block))
        options = next((at for at in range(first, end) if _OPTION.match(block[at])), end)
        name_of_option = ""
        for at in range(options, end):
            option = _OPTION.match(block[at])
            if option is not None:
                name_of_option = option["name"].lower()
                self.options[name_of_option] = option["value"] or ""
            elif name_of_option:
                self.options[name_of_option] += f"\n{block[at].strip()}"
        beside = first == 0 and len(block) > 0
        """Whether text stands on the line of the directive: its argument, if it takes one."""
        self.argument = block[first:options] if beside else block[:0]
        self.argument_offset = offset + first
        content = end if beside or options < end else first
        if not beside and first < options < end:  # a field list within the content
            content, self.options = first, {}
        self.content = block[content:]
        self.content_offset = offset + content

    @property
    def title(self) -> str:
        """The argument as one line."""
        return " ".join(" ".join(self.argument).split())


def _nodes(state: Any, found: _Directive) -> list[nodes.Node]:
    if found.name in IMAGES:
        return _image(state, found)
    if found.name in NO_TEXT:
        return []
    if found.name in CODE:
        return _code(found)
    if found.name in TABS:
        return _tab(state, found)
    if found.name in LIST_TABLES:
        return _list_table(state, found)
    if found.name == "csv-table":
        return _csv_table(state, found)
    box = nodes.container()
    if found.name not in ARGUMENT_IS_NO_TEXT and found.argument:
        state.nested_parse(found.argument, found.argument_offset, box)
    if found.content:
        state.nested_parse(found.content, found.content_offset, box)
    return [box]


def _inline(state: Any, found: _Directive) -> list[nodes.Node]:
    """What a substitution stands for: inline nodes only."""
    if found.name in IMAGES or found.name in NO_TEXT:
        return []
    text = " ".join(line for block in (found.argument, found.content) for line in block)
    children, _messages = state.inline_text(text, found.line)
    return list(children)


def _image(state: Any, found: _Directive) -> list[nodes.Node]:
    image = nodes.image(uri="".join(found.title.split()), alt=found.options.get("alt", ""))
    image.line = found.line
    box = nodes.container("", image)
    if found.content:
        state.nested_parse(found.content, found.content_offset, box)
    return [box]


def _code(found: _Directive) -> list[nodes.Node]:
    lines = list(found.content)
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return []
    text = "\n".join(lines[first:]).rstrip()
    block = nodes.literal_block(text, text)
    block.line = _line(found.content, first)
    return [block]


def _tab(state: Any, found: _Directive) -> list[nodes.Node]:
    words = found.title.split(maxsplit=1)
    title = (words[1:] or words or [""])[0] if found.name == "code-tab" else found.title
    tab = Tab(title=title)
    tab.line = found.line
    if found.name == "code-tab":
        tab += _code(found)
    elif found.content:
        state.nested_parse(found.content, found.content_offset, tab)
    return [tab]


def _list_table(state: Any, found: _Directive) -> list[nodes.Node]:
    box = nodes.container()
    if found.content:
        state.nested_parse(found.content, found.content_offset, box)
    rows: list[nodes.Node] = []
    for row in (item for each in box.children if isinstance(each, nodes.bullet_list) for item in each.children):
        cells = [cell for each in row.children if isinstance(each, nodes.bullet_list) for cell in each.children]
        node = TableRow("", *(child for cell in cells for child in cell.children))
        node.line = row.line
        rows.append(node)
    return rows[_count(found.options.get("header-rows")) :]


def _csv_table(state: Any, found: _Directive) -> list[nodes.Node]:
    delimiter = {"tab": "\t", "space": " "}.get(found.options.get("delim", ""), found.options.get("delim", ""))
    reader = csv.reader(list(found.content), delimiter=delimiter if len(delimiter) == 1 else ",", skipinitialspace=True)
    rows: list[nodes.Node] = []
    before = 0
    try:
        for cells in reader:
            row = TableRow()
            row.line = _line(found.content, before)
            for cell in filter(str.strip, cells):
                children, _messages = state.inline_text(cell, row.line)
                paragraph = nodes.paragraph(cell, "", *children)
                paragraph.line = row.line
                row += paragraph
            if cells:
                rows.append(row)
            before = reader.line_num
    except csv.Error:
        return rows
    return rows[_count(found.options.get("header-rows")) :]


def _count(option: str | None) -> int:
    return int(option) if option is not None and option.strip().isdecimal() and len(option) < 4 else 0


def _line(block: StringList, at: int) -> int:
    """The line of the source of a line of a block."""
    offset = block.offset(at)
    return int(offset) + 1 if offset is not None else 1


@cache
def text_states() -> tuple[type, ...]:
    """The states of docutils' parser, with directives handled by `_TextDirectives`."""
    explicit = copy.copy(states.Body.explicit)
    explicit.constructs = [
        (_TextDirectives.directive if method is states.Body.directive else method, pattern)
        for method, pattern in states.Body.explicit.constructs
    ]
    return tuple(
        type(state.__name__, (_TextDirectives, state), {"explicit": explicit}) for state in states.state_classes
    )


@cache
def _default_settings() -> Any:
    settings = frontend.get_default_settings(Parser)
    settings.file_insertion_enabled = False
    settings.raw_enabled = False
    settings.report_level = 5
    settings.halt_level = 6
    settings.warning_stream = ""
    settings.line_length_limit = 10_000_000
    settings.tab_width = 8
    return settings


def parse_rest(text: str) -> nodes.document:
    """The document tree of a text, before any transformation. Raises RecursionError for text nested too deeply."""
    document = utils.new_document("guide", copy.copy(_default_settings()))
    inliner: Any = states.Inliner()
    inliner.interpreted = _role_text  # a subclass would not do: docutils reads the namespace of the class itself
    inliner.parse = _BoundedParse(inliner)
    parser = Parser(inliner=inliner)
    parser.state_classes = text_states()
    parser.parse(text.translate(_LINE_ENDS), document)
    return document
