"""Targets: a control on a page, named on one line in the syntax of ARIA snapshots.

role "exact name" or "another" with_text "…" [state] [nth=2] column "Slack" in front near TARGET before TARGET in TARGET

`target_reader` parses such lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from runwright.language.diagnostics import Mark
from runwright.language.expressions import Template

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

NAMED_BY_AUTHOR = frozenset(
    """alertdialog article complementary dialog figure form group main radiogroup region tabpanel toolbar""".split()  # noqa: SIM905
)
"""Roles that get a name only if the page's author gave them one; `containing` matches their text, too."""

Kind = Literal["exact", "starting", "containing", "pattern"]
VALUES: dict[str, Kind | Literal["not"]] = {
    "value": "exact",
    "value starting": "starting",
    "value containing": "containing",
    "value pattern": "pattern",
    "value not": "not",
}
"""The states that compare a control's value, and how each compares it."""


TOGGLES = frozenset(["checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"])
"""Roles of what is either on or off."""
_FLAGS = {"true": "on", "false": "off"}


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
        quoted = quote(self.text.written())
        return quoted if self.kind == "exact" else f"{self.kind} {quoted}"


@dataclass(frozen=True)
class Alternative:
    """A role with its possible names."""

    role: str
    names: tuple[Name, ...] = ()
    states: tuple[tuple[str, str | Template], ...] = ()
    """State and value: ("checked", "true"), ("level", "2"), ("value", Template), ("value containing", Template)."""
    with_text: Template | None = None
    """A text that the element contains, where a person sees it."""

    def __str__(self) -> str:
        text = self.role
        if self.names:
            text += " " + " or ".join(str(name) for name in self.names)
        if self.with_text is not None:
            text += f" with_text {quote(self.with_text.written())}"
        for state, value in self.states:
            written = value.written() if isinstance(value, Template) else value
            match state, value:
                case "value", _:
                    text += f" [value={quote(written)}]"
                case "value not", _:
                    text += f" [value!={quote(written)}]"
                case "value pattern", _:
                    text += f" [value /{value}/]"
                case "value starting" | "value containing", _:
                    text += f" [{state} {quote(written)}]"
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
    before: Target | None = None
    column: Template | None = None
    nth: int | None = None
    mark: Mark | None = field(default=None, compare=False)
    front: bool = False
    """Only what nothing lies over, such as the controls of the dialog that is open."""

    def __str__(self) -> str:
        text = " or ".join(str(head) for head in self.alternatives)
        if self.nth is not None:
            text += f" [nth={self.nth}]"
        if self.column is not None:
            text += f" column {quote(self.column.written())}"
        if self.front:
            text += " in front"
        narrowed = [(word, each) for word, each in self.narrowing() if each is not None]
        for number, (word, other) in enumerate(narrowed, 1):
            text += f" {word} {_anchor(other, number == len(narrowed))}"
        return text

    def templates(self) -> Iterator[Template]:
        """All texts of the target that may contain expressions."""
        for head in self.alternatives:
            yield from (name.text for name in head.names)
            yield from (value for _, value in head.states if isinstance(value, Template))
            if head.with_text is not None:
                yield head.with_text
        if self.column is not None:
            yield self.column
        for other in self.others():
            yield from other.templates()

    def narrowing(self) -> tuple[tuple[str, Target | None], ...]:
        """The words that narrow the target to a place, with the target behind each."""
        return ("near", self.near), ("before", self.before), ("in", self.inside)

    def others(self) -> Iterator[Target]:
        """The targets that narrow this one: its anchors, and what it is in."""
        yield from (other for _, other in self.narrowing() if other is not None)

    def resolve(self, scope: Mapping[str, Any]) -> Target:
        """The target with all expressions evaluated. Values are inserted unchanged, including quotes.

        Raises ExpressionError.
        """

        def evaluated(text: Template) -> Template:
            return text if text.fixed else Template((text.text(scope),), text.mark)

        resolved = self.mapped(evaluated)
        heads = zip(self.alternatives, resolved.alternatives, strict=True)
        return replace(resolved, alternatives=tuple(_flags_as_shown(written, head) for written, head in heads))

    def mapped(self, change: Callable[[Template], Template]) -> Target:
        """The target with ``change`` applied to each of its texts."""
        heads = tuple(
            Alternative(
                head.role,
                tuple(Name(name.kind, change(name.text)) for name in head.names),
                tuple((s, change(v) if isinstance(v, Template) else v) for s, v in head.states),
                change(head.with_text) if head.with_text is not None else None,
            )
            for head in self.alternatives
        )
        return replace(
            self,
            alternatives=heads,
            inside=self.inside.mapped(change) if self.inside else None,
            near=self.near.mapped(change) if self.near else None,
            before=self.before.mapped(change) if self.before else None,
            column=change(self.column) if self.column else None,
        )


def _flags_as_shown(written: Alternative, resolved: Alternative) -> Alternative:
    """The head with flags as a person reads them in a checkbox or switch: `on` or `off`."""
    if resolved.role not in TOGGLES:
        return resolved
    states = []
    for (_, before), (state, value) in zip(written.states, resolved.states, strict=True):
        flag = _FLAGS.get(str(value)) if state in ("value", "value not") else None
        evaluated = isinstance(before, Template) and not before.fixed
        states.append((state, Template((flag,)) if flag and evaluated else value))
    return replace(resolved, states=tuple(states))


def _anchor(target: Target, last: bool) -> str:
    """A target behind `in`, `near` or `before`; in parentheses where what follows it would be read as its own part,
    or its own parts as those of the control."""
    (head, *more) = target.alternatives
    identified = not more and not head.names and head.with_text is None
    numbered = target.nth is not None and not identified
    return f"({target})" if numbered or target.column is not None or not last else str(target)


def quote(text: str) -> str:
    """The text in double quotes, as in a target line."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def named(role: str, name: str, kind: Kind = "exact") -> Target:
    """A target with one role and one name; the name is taken literally."""
    return Target((Alternative(role, (Name(kind, Template((name,))),)),))
