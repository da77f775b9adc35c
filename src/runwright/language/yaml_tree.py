"""Parses YAML into a tree whose nodes know their positions. Strict where YAML surprises people.

All scalars stay text; their field decides what `no` or `1.10` means. Anchors, tags and duplicate keys are errors.
`yaml_hints` explains syntax errors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias, cast

import yaml

from runwright.language import yaml_hints
from runwright.language.bounded_file import FileTooLarge, read_bounded
from runwright.language.diagnostics import Diagnostic, DiagnosticList, Mark, UserError

MOST_BYTES = 1_000_000
DEEPEST = 50
MOST_VALUES = 50_000
"""The most keys, values and entries of lists of a file."""
MOST_KEYS = 1_000
"""The most keys of one table."""
_PARSED_AGAIN = 5_000_000
"""How many bytes are parsed at most to find further syntax errors."""
_TOO_DEEP = f"The file has more than {DEEPEST} levels."
_FLATTER = "Reduce the nesting, or move steps into a block."

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlText(str):
    """A scalar."""

    __slots__ = ("mark", "plain")
    mark: Mark
    plain: bool
    """Written without quotes."""

    def __new__(cls, value: str, mark: Mark, plain: bool = False) -> YamlText:
        self = super().__new__(cls, value)
        self.mark = mark
        self.plain = plain
        return self


class YamlTable(dict["YamlText", "Node"]):
    """A mapping."""

    __slots__ = ("flow", "mark")

    def __init__(self, mark: Mark, flow: bool) -> None:
        super().__init__()
        self.mark = mark
        self.flow = flow

    def key(self, name: str) -> YamlText | None:
        """The key with its position in the file; None if it is missing."""
        return next((key for key in self if key == name), None)

    def at(self, name: str) -> Node | None:
        """The value of a key; None if it is missing."""
        return self.get(cast("YamlText", name))  # the lookup compares the text only


class YamlList(list["Node"]):
    """A sequence."""

    __slots__ = ("mark",)

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark


Node: TypeAlias = YamlText | YamlTable | YamlList


def read(path: Path) -> tuple[str, Node | None, DiagnosticList]:
    """Read a file: its text, its tree (None if it cannot be parsed) and its errors.

    Raises UserError if the file cannot be read, is not UTF-8, is larger than 1 MB, or has too many errors.
    """
    try:
        data = read_bounded(path, MOST_BYTES)
    except FileTooLarge as error:
        has = f"{error.size:,} bytes" if error.size is not None else "more than 1 MB"
        message = f"The file has {has}; a runbook can have at most 1 MB."
        raise UserError(Diagnostic(message, "Split it into several runbooks.", path=path)) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise UserError(Diagnostic(f"Cannot read the file: {why}.", "Pass the path of a file.", path=path)) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = "The file is not UTF-8 text."
        diagnostic = Diagnostic(message, "Save it as UTF-8.", Mark(line, column), path)
        raise UserError(diagnostic) from None
    return text, *compose(text, path)


def compose(text: str, path: Path) -> tuple[Node | None, DiagnosticList]:
    """The tree of a YAML text. After a syntax error, parsing continues with the corrected line to find more errors."""
    lines = text.splitlines()
    diagnostics = DiagnosticList(path, text.splitlines())
    for hint in list(yaml_hints.comments(lines)):
        diagnostics.add(hint.mark, hint.message, hint.remedy)
        lines[hint.mark.line - 1] = hint.corrected or ""
    corrected: set[int] = set()
    for _ in range(max(1, min(50, _PARSED_AGAIN // (len(text) + 1)))):
        reported = len(diagnostics.found)
        try:
            return _Composer("\n".join(lines) + "\n", diagnostics).tree(), diagnostics
        except yaml.YAMLError as error:
            if "nesting depth" in str(getattr(error, "problem", "")):  # newer parsers limit the depth themselves
                diagnostics.add(Mark(1, 1), _TOO_DEEP, _FLATTER)
                return None, diagnostics
            hint = yaml_hints.explain_flow(error, lines) or yaml_hints.explain(error, lines)
            if hint.corrected is not None and hint.corrected != lines[hint.mark.line - 1]:
                del diagnostics.found[reported:]  # the whole text is parsed again with the corrected line
            if hint.mark.line in corrected and hint.corrected is None:
                return None, diagnostics  # the correction itself is invalid
            diagnostics.add(hint.mark, hint.message, hint.remedy)
            if hint.corrected is None or hint.corrected == lines[hint.mark.line - 1]:
                return None, diagnostics
            corrected.add(hint.mark.line)
            lines[hint.mark.line - 1] = hint.corrected
        except _TooLarge as large:
            diagnostics.add(large.mark, large.message, large.remedy)
            return None, diagnostics
    return None, diagnostics


class _TooLarge(Exception):
    def __init__(self, mark: Mark, message: str, remedy: str) -> None:
        self.mark = mark
        self.message = message
        self.remedy = remedy


def _mark(event: Any) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1)


class _Composer:
    """Builds the tree from the parser's events; unlike the parser's own composer, it cannot exhaust the stack."""

    def __init__(self, text: str, diagnostics: DiagnosticList) -> None:
        self._events = iter(_Loader(text).get_event, None)
        self._diagnostics = diagnostics
        self._values = 0

    def tree(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "A second YAML document starts here."
                    self._diagnostics.add(_mark(event), message, "Keep one runbook per file: remove the `---`.")
                    return root
                root = self._node(next(self._events), 1)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        mark = _mark(event)
        if depth > DEEPEST:
            raise _TooLarge(mark, _TOO_DEEP, _FLATTER)
        self._values += 1
        if self._values > MOST_VALUES:
            raise _TooLarge(mark, f"The file has more than {MOST_VALUES:,} keys and values.", "Split it.")
        if type(event) is yaml.AliasEvent:
            message = f"`*{event.anchor}` is a YAML alias; runbooks do not support aliases."
            remedy = 'Put a text in quotes: "*…". To share steps, write a block.'
            self._diagnostics.add(mark, message, remedy)
            return YamlText("", mark)
        if event.anchor is not None:
            message = f"`&{event.anchor}` is a YAML anchor; runbooks do not support anchors."
            self._diagnostics.add(mark, message, 'Put a text in quotes: "&…". To share steps, write a block.')
        if event.tag is not None:
            message = f"`{event.tag}` is a YAML tag; runbooks do not support tags."
            self._diagnostics.add(mark, message, 'Put a text in quotes: "!…".')
        if type(event) is yaml.ScalarEvent:
            return YamlText(event.value, mark, plain=event.style is None or event.style == "")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(mark, depth)
        return self._table(event, mark, depth)

    def _list(self, mark: Mark, depth: int) -> YamlList:
        items = YamlList(mark)
        for event in self._events:
            if type(event) is yaml.SequenceEndEvent:
                break
            items.append(self._node(event, depth + 1))
        return items

    def _table(self, start: yaml.Event, mark: Mark, depth: int) -> YamlTable | YamlText:
        table = YamlTable(mark, flow=bool(getattr(start, "flow_style", False)))
        for event in self._events:
            if type(event) is yaml.MappingEndEvent:
                break
            key = self._node(event, depth + 1)
            if len(table) >= MOST_KEYS:
                raise _TooLarge(key.mark, f"A table has more than {MOST_KEYS:,} keys.", "Remove what is not needed.")
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, YamlText):
                message, remedy = yaml_hints.odd_key(key.mark, self._diagnostics.lines)
                self._diagnostics.add(key.mark, message, remedy)
                continue
            earlier = table.key(key) if key in table else None
            if earlier is not None:
                message = f"Duplicate key `{key}`; the first is on line {earlier.mark.line}."
                self._diagnostics.add(key.mark, message, "Keep one of the two.")
                continue
            if table.flow and isinstance(value, YamlText) and value == "" and value.plain:
                line = self._diagnostics.lines[mark.line - 1] if mark.line <= len(self._diagnostics.lines) else ""
                word = yaml_hints.lone_word(line, mark.column)
                if word is not None:
                    message = f"`{word}` is a table in YAML, and its key has no value."
                    self._diagnostics.add(mark, message, f"Put a text in quotes: {yaml_hints.quoted(word)}")
                    next(self._events)
                    return YamlText(word, mark)
                message = f"Inside braces a comma ends the value, so `{key}` is read as a key without a value."
                remedy = "Put the value that holds the comma in quotes, or write one `key: value` per line."
                self._diagnostics.add(key.mark, message, remedy)
                continue
            table[key] = value
        return table
