"""Targets: a control on a page, named on one line in the syntax of ARIA snapshots.

role "exact name" or "another name" [state] in TARGET near TARGET column "Slack" [nth=2]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NoReturn

from runwright.language.diagnostics import Mark, did_you_mean, nearest
from runwright.language.expressions import ExpressionError, Template, expression_end, template

ROLES = frozenset(
    """alert alertdialog application article banner blockquote button caption cell checkbox code columnheader
    combobox complementary contentinfo definition deletion dialog directory document emphasis feed figure form
    generic grid gridcell group heading img insertion link list listbox listitem log main marquee math meter
    menu menubar menuitem menuitemcheckbox menuitemradio navigation none note option paragraph presentation
    progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider
    spinbutton status strong subscript superscript switch tab table tablist tabpanel term textbox time timer
    toolbar tooltip tree treegrid treeitem""".split()  # noqa: SIM905
)
"""WAI-ARIA 1.2 roles, as Playwright's `get_by_role` knows them."""

CALLED_BY_TEXT = frozenset(
    """alert blockquote caption code definition deletion emphasis insertion listitem log note paragraph status strong
    term time""".split()  # noqa: SIM905
)
"""Roles that usually have no accessible name and are also matched by their whole text."""

OTHERS = {
    "text": "visible text",
    "label": "a field by its label",
    "placeholder": "a field by its placeholder",
    "iframe": "a frame by its title or name",
    "css": "a CSS selector, as the last resort",
}

STATES = ("checked", "unchecked", "disabled", "enabled", "expanded", "collapsed", "selected", "pressed")

Kind = Literal["exact", "starting", "containing", "pattern"]


_ROLE_FIRST = 'Write the role first: button "Save", link "Settings", textbox "Name", text "Done".'


class TargetError(ValueError):
    """A target line that cannot be parsed. ``at`` is the offset in the line."""

    def __init__(self, message: str, remedy: str = "", at: int = 0) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.at = at


@dataclass(frozen=True)
class Name:
    """How an accessible name is matched."""

    kind: Kind
    text: Template

    def __str__(self) -> str:
        if self.kind == "pattern":
            return f"/{self.text}/"
        quoted = quote(str(self.text))
        return quoted if self.kind == "exact" else f"{self.kind} {quoted}"


@dataclass(frozen=True)
class Alternative:
    """A role with its possible names."""

    role: str
    names: tuple[Name, ...] = ()
    states: tuple[tuple[str, str | Template], ...] = ()
    """State and value: ("checked", "true"), ("level", "2"), ("value", Template)."""

    def __str__(self) -> str:
        text = self.role
        if self.names:
            text += " " + " or ".join(str(name) for name in self.names)
        for state, value in self.states:
            match state, value:
                case "value", _:
                    text += f" [value={quote(str(value))}]"
                case _, "true":
                    text += f" [{state}]"
                case _:
                    text += f" [{state}={value}]"
        return text


@dataclass(frozen=True)
class Target:
    """One control, or one text, on a page."""

    alternatives: tuple[Alternative, ...]
    inside: Target | None = None
    near: Target | None = None
    column: Template | None = None
    nth: int | None = None
    mark: Mark | None = field(default=None, compare=False)

    def __str__(self) -> str:
        text = " or ".join(str(head) for head in self.alternatives)
        if self.nth is not None:
            text += f" [nth={self.nth}]"
        if self.column is not None:
            text += f" column {quote(str(self.column))}"
        if self.near is not None:
            text += f" near {self.near}"
        if self.inside is not None:
            text += f" in {self.inside}"
        return text

    def templates(self) -> Iterator[Template]:
        """All texts of the target that may contain expressions."""
        for head in self.alternatives:
            yield from (name.text for name in head.names)
            yield from (value for _, value in head.states if isinstance(value, Template))
        if self.column is not None:
            yield self.column
        for other in (self.inside, self.near):
            if other is not None:
                yield from other.templates()

    def resolve(self, scope: Mapping[str, Any]) -> Target:
        """The target with all expressions evaluated. Values are inserted unchanged, including quotes.

        Raises ExpressionError.
        """

        def evaluated(text: Template) -> Template:
            return text if text.fixed else Template((text.text(scope),), text.mark)

        return self.mapped(evaluated)

    def mapped(self, change: Callable[[Template], Template]) -> Target:
        """The target with ``change`` applied to each of its texts."""
        heads = tuple(
            Alternative(
                head.role,
                tuple(Name(name.kind, change(name.text)) for name in head.names),
                tuple((s, change(v) if isinstance(v, Template) else v) for s, v in head.states),
            )
            for head in self.alternatives
        )
        return replace(
            self,
            alternatives=heads,
            inside=self.inside.mapped(change) if self.inside else None,
            near=self.near.mapped(change) if self.near else None,
            column=change(self.column) if self.column else None,
        )


def quote(text: str) -> str:
    """The text in double quotes, as in a target line."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def named(role: str, name: str, kind: Kind = "exact") -> Target:
    """A target with one role and one name; the name is taken literally."""
    return Target((Alternative(role, (Name(kind, Template((name,))),)),))


def parse_target(line: str, mark: Mark | None = None) -> Target:
    """Parse a target line. Raises TargetError with the offset and a remedy."""
    reader = _Reader(line, mark)
    target = reader.target()
    reader.end()
    return target


_WORD = re.compile(r"[A-Za-z][A-Za-z_-]*")
_WITHIN_WORD = re.compile(r"[\w-]")
_PLAIN = re.compile(r'"([^"\\$]*)"')
_STATE = re.compile(r"\[\s*(?P<name>[A-Za-z]+)\s*(?:=\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|[^\]\s]+))?\s*\]")


class _Reader:
    """Parses a target line from left to right."""

    def __init__(self, line: str, mark: Mark | None) -> None:
        self._line = line
        self._mark = mark
        self._at = 0

    def target(self) -> Target:
        heads, nth = [], None
        while True:
            head, number = self._head()
            heads.append(head)
            nth = number if number is not None else nth
            if not self._take("or"):
                break
        inside = near = None
        column = None
        while self._at < len(self._line):
            if self._take("in"):
                inside = self.target()
            elif self._take("near"):
                near = self.target()
            elif self._take("column"):
                column = self._string('column "Slack"')
            else:
                break
            found = self._states()
            nth = next((int(v) for s, v in found if s == "nth" and isinstance(v, str)), nth)
        return Target(tuple(heads), inside, near, column, nth, self._mark)

    def end(self) -> None:
        self._space()
        if self._at < len(self._line):
            rest = self._line[self._at :]
            raise TargetError(
                f"Unexpected text after the target: `{rest}`.",
                "After a name, write `or`, `[state]`, `in`, `near` or `column`. Put names in double quotes.",
                self._at,
            )

    def _head(self) -> tuple[Alternative, int | None]:
        role = self._role()
        names: list[Name] = []
        states: list[tuple[str, str | Template]] = []
        nth: int | None = None
        first = self._name()
        if first is not None:
            names.append(first)
            while True:
                before = self._at
                if not self._take("or"):
                    break
                another = self._name()
                if another is None:
                    self._at = before
                    break
                names.append(another)
        elif role in OTHERS and role != "iframe":
            self._fail(f"`{role}` needs a text.", f'Write {role} "…".')
        for state, value in self._states():
            if state == "nth":
                nth = int(str(value))
            else:
                states.append((state, value))
        return Alternative(role, tuple(names), tuple(states)), nth

    def _role(self) -> str:
        self._space()
        if self._at == len(self._line):
            self._fail("A target is missing.", 'Write a role and a name, such as button "Save".')
        found = _WORD.match(self._line, self._at)
        if found is None:
            self._fail("A target must start with a role.", _ROLE_FIRST)
        word = found[0]
        if word not in ROLES and word not in OTHERS:
            if word.lower() in ROLES | OTHERS.keys():
                self._fail(f"Unknown role `{word}`.", f"Write it in lower case: `{word.lower()}`.")
            known = {
                "input": "textbox",
                "field": "textbox",
                "dropdown": "combobox",
                "select": "combobox",
                "toggle": "switch",
                "a": "link",
                "title": "heading",
                "popup": "dialog",
                "modal": "dialog",
                "frame": "iframe",
                "image": "img",
                "tick": "checkbox",
            }
            if word.lower() in known:
                self._fail(f"Unknown role `{word}`.", f"Write `{known[word.lower()]}`.")
            near = nearest(word, sorted(ROLES | OTHERS.keys()))
            self._fail(f"Unknown role `{word}`.", f"Did you mean `{near[0]}`?" if near else _ROLE_FIRST)
        self._at = found.end()
        return word

    def _name(self) -> Name | None:
        self._space()
        if self._peek('"'):
            return Name("exact", self._string('"…"'))
        if self._peek("'") or self._peek("“"):
            self._fail("A name must be in straight double quotes.", 'Write "…".')
        for kind in ("starting", "containing"):
            if self._take(kind):
                return Name(kind, self._string(f'{kind} "…"'))
        if self._peek("/"):
            start = self._at
            end = re.compile(r"/((?:[^/\\]|\\.)*)/").match(self._line, start)
            if end is None:
                self._fail("The pattern is not closed.", "Write the pattern between two slashes: /Save.*/.")
            try:
                re.compile(end[1])
            except re.error as error:
                self._fail(f"Invalid pattern: {error}.", "Write a Python regular expression.")
            self._at = end.end()
            return Name("pattern", Template((end[1],), self._mark))
        return None

    def _states(self) -> list[tuple[str, str | Template]]:
        found: list[tuple[str, str | Template]] = []
        while True:
            self._space()
            if not self._peek("["):
                return found
            state = _STATE.match(self._line, self._at)
            if state is None:
                self._fail("Invalid state.", 'Write [checked], [level=2] or [value="…"].')
            name, value = state["name"], state["value"]
            if name in ("level", "nth"):
                if value is None or not value.isdigit() or value == "0":
                    self._fail(f"`{name}` needs a number, 1 or more.", f"Write [{name}=2].")
                found.append((name, value))
            elif name == "value":
                if value is None or not value.startswith('"'):
                    self._fail("`value` needs a text.", 'Write [value="…"].')
                self._at = state.start("value")
                found.append((name, self._string('[value="…"]')))
                self._space()
                if not self._peek("]"):
                    self._fail("A `]` is missing.", 'Write [value="…"].')
                self._at += 1
                continue
            elif name in STATES:
                if value not in (None, "true", "false", "mixed"):
                    self._fail(f"Invalid value for the state `{name}`.", f"Write [{name}].")
                found.append((name, value or "true"))
            else:
                self._fail(f"Unknown state `{name}`.", did_you_mean(name, (*STATES, "level", "value", "nth")))
            self._at = state.end()

    def _string(self, form: str) -> Template:
        self._space()
        if not self._peek('"'):
            self._fail("Expected a text in double quotes.", f"Write {form}.")
        start = self._at
        plain = _PLAIN.match(self._line, start)
        if plain is not None:
            self._at = plain.end()
            return Template((plain[1],), self._mark)
        index = start + 1
        text = ""
        while index < len(self._line):
            char = self._line[index]
            if char == "\\" and index + 1 < len(self._line):
                text += self._line[index + 1]
                index += 2
            elif self._line.startswith("${", index) and (end := expression_end(self._line, index + 2)):
                text += self._line[index : end + 1]
                index = end + 1
            elif char == '"':
                self._at = index + 1
                try:
                    return template(text, self._mark)
                except ExpressionError as error:
                    raise TargetError(str(error), error.remedy, start + 1 + error.at) from None
            else:
                text += char
                index += 1
        raise TargetError(
            "The name is not closed.", 'End it with a double quote; write \\" for a quote inside it.', self._at
        )

    def _space(self) -> None:
        while self._line[self._at : self._at + 1].isspace():
            self._at += 1

    def _peek(self, text: str) -> bool:
        return self._line.startswith(text, self._at)

    def _take(self, word: str) -> bool:
        if self._at == len(self._line):
            return False
        self._space()
        if not self._peek(word) or _WITHIN_WORD.match(self._line, self._at + len(word)):
            return False
        self._at += len(word)
        return True

    def _fail(self, message: str, remedy: str) -> NoReturn:
        raise TargetError(message, remedy, self._at)
