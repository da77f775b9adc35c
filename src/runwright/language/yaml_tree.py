"""YAML text becomes a tree whose every node knows where it stands. Strict where YAML surprises people.

All scalars stay text: what `no` or `1.10` mean is said by the field they stand in. Anchors, tags and
duplicate keys are refused. Faults of syntax are told in the words of ``slips``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias, cast

import yaml

from runwright.language import yaml_hints
from runwright.language.diagnostics import Fault, Faults, Mark, UserError

MOST_BYTES = 1_000_000
DEEPEST = 50
_TOO_DEEP = f"More than {DEEPEST} levels."
_FLATTER = "Write it flatter, or move steps into a block."

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(str):
    """A scalar."""

    __slots__ = ("mark", "plain")
    mark: Mark
    plain: bool
    """Written without quotes."""

    def __new__(cls, value: str, mark: Mark, plain: bool = False) -> Text:
        self = super().__new__(cls, value)
        self.mark = mark
        self.plain = plain
        return self


class Table(dict["Text", "Node"]):
    """A mapping."""

    __slots__ = ("flow", "mark")

    def __init__(self, mark: Mark, flow: bool) -> None:
        super().__init__()
        self.mark = mark
        self.flow = flow

    def key(self, name: str) -> Text | None:
        """The key as it stands in the file."""
        return next((key for key in self if key == name), None)

    def at(self, name: str) -> Node | None:
        """The value of a key, None when it does not stand there."""
        return self.get(cast("Text", name))  # a text is found by its signs


class Row(list["Node"]):
    """A sequence."""

    __slots__ = ("mark",)

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark


Node: TypeAlias = Text | Table | Row


def read(path: Path) -> tuple[str, Node | None, Faults]:
    """Read a file: its text, its tree (None when it is broken beyond reading on) and what is wrong with it.

    Raises UserError when there is no such file, or it is no UTF-8, or larger than 1 MB.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise UserError(Fault(f"Cannot read the file: {why}.", "Give the path of a file.", path=path)) from None
    if len(data) > MOST_BYTES:
        message = f"The file has {len(data):,} bytes; a runbook has at most 1 MB."
        raise UserError(Fault(message, "Split it into several runbooks.", path=path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = "The file is not UTF-8 text."
        fault = Fault(message, "Save it as UTF-8.", Mark(line, column), path)
        raise UserError(fault) from None
    return text, *compose(text, path)


def compose(text: str, path: Path) -> tuple[Node | None, Faults]:
    """The tree of a YAML text. After a fault of syntax the line is mended and read on, to find the next."""
    lines = text.splitlines()
    faults = Faults(path, text.splitlines())
    for slip in list(yaml_hints.comments(lines)):
        faults.add(slip.mark, slip.message, slip.remedy)
        lines[slip.mark.line - 1] = slip.mended or ""
    mended: set[int] = set()
    for _ in range(50):
        told = len(faults.found)
        try:
            return _Composer("\n".join(lines) + "\n", faults).tree(), faults
        except yaml.YAMLError as error:
            if "nesting depth" in str(getattr(error, "problem", "")):  # newer parsers count for themselves
                faults.add(Mark(1, 1), _TOO_DEEP, _FLATTER)
                return None, faults
            slip = yaml_hints.explain_flow(error, lines) or yaml_hints.explain(error, lines)
            if slip.mended is not None and slip.mended != lines[slip.mark.line - 1]:
                del faults.found[told:]  # all is read again, that line as it was meant
            if slip.mark.line in mended and slip.mended is None:
                return None, faults  # what is broken now is what was put there
            faults.add(slip.mark, slip.message, slip.remedy)
            if slip.mended is None or slip.mended == lines[slip.mark.line - 1]:
                return None, faults
            mended.add(slip.mark.line)
            lines[slip.mark.line - 1] = slip.mended
        except _TooDeep as deep:
            faults.add(deep.mark, _TOO_DEEP, _FLATTER)
            return None, faults
    return None, faults


class _TooDeep(Exception):
    def __init__(self, mark: Mark) -> None:
        self.mark = mark


def _mark(event: Any) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1)


class _Composer:
    """Builds the tree out of the parser's events, which cannot run out of stack as its own composer can."""

    def __init__(self, text: str, faults: Faults) -> None:
        self._events = iter(_Loader(text).get_event, None)
        self._faults = faults

    def tree(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "A second document begins here."
                    self._faults.add(_mark(event), message, "Keep one runbook a file: take the `---` out.")
                    return root
                root = self._node(next(self._events), 1)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        mark = _mark(event)
        if depth > DEEPEST:
            raise _TooDeep(mark)
        if type(event) is yaml.AliasEvent:
            message = f"`*{event.anchor}` is a YAML alias; runbooks have none."
            remedy = 'Put the text in quotes if it is meant to be text: "*…"; to share steps, write a block.'
            self._faults.add(mark, message, remedy)
            return Text("", mark)
        if event.anchor is not None:
            message = f"`&{event.anchor}` is a YAML anchor; runbooks have none."
            self._faults.add(mark, message, 'Put the text in quotes: "&…"; to share steps, write a block.')
        if event.tag is not None:
            message = f"`{event.tag}` is a YAML tag; runbooks have none."
            self._faults.add(mark, message, 'Put the text in quotes: "!…".')
        if type(event) is yaml.ScalarEvent:
            return Text(event.value, mark, plain=event.style is None or event.style == "")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._row(mark, depth)
        return self._table(event, mark, depth)

    def _row(self, mark: Mark, depth: int) -> Row:
        row = Row(mark)
        for event in self._events:
            if type(event) is yaml.SequenceEndEvent:
                break
            row.append(self._node(event, depth + 1))
        return row

    def _table(self, start: yaml.Event, mark: Mark, depth: int) -> Table | Text:
        table = Table(mark, flow=bool(getattr(start, "flow_style", False)))
        for event in self._events:
            if type(event) is yaml.MappingEndEvent:
                break
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Text):
                message, remedy = yaml_hints.odd_key(key.mark, self._faults.lines)
                self._faults.add(key.mark, message, remedy)
                continue
            earlier = table.key(key) if key in table else None
            if earlier is not None:
                message = f"`{key}` stands twice; the first is on line {earlier.mark.line}."
                self._faults.add(key.mark, message, "Keep one of the two.")
                continue
            if table.flow and isinstance(value, Text) and value == "" and value.plain:
                line = self._faults.lines[mark.line - 1] if mark.line <= len(self._faults.lines) else ""
                word = yaml_hints.lone_word(line, mark.column)
                if word is not None:
                    message = f"`{word}` is a table in YAML, whose key has no value."
                    self._faults.add(
                        mark, message, f"Put it in quotes if it is meant to be text: {yaml_hints.quoted(word)}"
                    )
                    next(self._events)
                    return Text(word, mark)
                message = f"Inside braces a comma ends the value, so `{key}` is read as a key without a value."
                remedy = "Put the value that holds the comma in quotes, or write one `key: value` a line."
                self._faults.add(key.mark, message, remedy)
                continue
            table[key] = value
        return table
