"""Parses target lines, and reports what is wrong in one, with the offset and a remedy."""

from __future__ import annotations

import re
from typing import NoReturn

from runwright.language.diagnostics import Mark, did_you_mean, nearest
from runwright.language.expressions import ExpressionError, Template, expression_end, template
from runwright.language.fields import FieldError
from runwright.language.patterns import parse_pattern
from runwright.language.targets import OTHERS, ROLES, STATES, Alternative, Name, Target, TargetError

_ROLE_FIRST = 'Write the role first: button "Save", link "Settings", textbox "Name", text "Done".'


def parse_target(line: str, mark: Mark | None = None) -> Target:
    """Parse a target line. Raises TargetError with the offset and a remedy."""
    if len(line) > MOST_CHARACTERS:
        message = f"The target has {len(line):,} characters; it can have at most {MOST_CHARACTERS:,}."
        raise TargetError(message, "Name the control by a part of its text: `starting`, `containing`.")
    reader = _Reader(line, mark)
    target = reader.target()
    reader.end()
    return target


MOST_CHARACTERS = 4_000
"""The longest line of a target."""
DEEPEST = 20
"""The most targets that stand behind each other by `in`, `near` and `before`."""
MOST_NAMES = 100
"""The most roles and names of one target."""
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]*")
_WITHIN_WORD = re.compile(r"[\w-]")
_PLAIN = re.compile(r'"([^"\\$]*)"')
_CODE = re.compile(r"\\(?:u(?![dD][89a-fA-F])([0-9a-fA-F]{4})|U(00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}))")
"""A character by its code, as messages and lists write those that cannot be seen, such as an icon of a font."""
_VALUE = re.compile(r"\[\s*value(?![\w-])\s*(?P<how>!=|=|/|(?:starting|containing)(?![\w-]))?")
_CHECKED = frozenset(["checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio", "option", "treeitem"])
_OF_CONTROLS = {"checked": _CHECKED, "unchecked": _CHECKED, "pressed": frozenset({"button"})}
"""States that only some roles have."""
_WITHOUT_VALUE = frozenset(
    ["text", "heading", "paragraph", "label", "img", "dialog", "group", "region", "row", "listitem"]
)
"""Roles of anchors in which a person reads no value."""
_STATE = re.compile(r"\[\s*(?P<name>[A-Za-z]+)\s*+(?:=\s*+(?P<value>\"(?:[^\"\\]|\\.)*\"|[^\]\s]+))?\s*+\]")


class _Reader:
    """Parses a target line from left to right."""

    def __init__(self, line: str, mark: Mark | None) -> None:
        self._line = line
        self._mark = mark
        self._at = 0
        self._depth = 0
        self._names = 0

    def target(self, anchor: bool = False) -> Target:
        """A target. As an ``anchor`` of another it leaves `column` and `[nth=…]` behind its name to that other."""
        heads, nth = [], None
        while True:
            head, number = self._head(anchor)
            heads.append(head)
            nth = number if number is not None else nth
            if not self._take("or"):
                break
        found: dict[str, Target] = {}
        column, front = None, False
        while self._at < len(self._line):
            at = self._at
            if self._take("in") and self._take("front"):
                front = True
                continue
            self._at = at
            word = next((each for each in ("in", "near", "before") if self._take(each)), None)
            if word is not None:
                if word in found:
                    self._fail(f"`{word}` stands twice.", "Keep one; put the target behind it in parentheses.")
                found[word] = self._anchor()
            elif not anchor and self._take("column"):
                if column is not None:
                    self._fail("`column` stands twice.", "Keep one.")
                column = self._string('column "Slack"')
            else:
                break
            if not anchor:
                nth = self._number() or nth
        inside, near, before = (found.get(each) for each in ("in", "near", "before"))
        return Target(tuple(heads), inside, near, before, column, nth, self._mark, front)

    def _anchor(self) -> Target:
        """The target behind `in`, `near` or `before`; one in parentheses is read by itself."""
        self._space()
        self._depth += 1
        if self._depth > DEEPEST:
            self._fail(f"The target has more than {DEEPEST} levels.", "Name fewer places around the control.")
        if not self._peek("("):
            target = self.target(anchor=True)
            self._depth -= 1
            return target
        self._at += 1
        target = self.target()
        self._depth -= 1
        self._space()
        if not self._peek(")"):
            self._fail("The parenthesis is not closed.", 'Write `in (row "prod-1" [nth=2])`.')
        self._at += 1
        return target

    def _number(self) -> int | None:
        """`[nth=2]` behind the narrowing; it counts for the whole target, as everything else behind an anchor."""
        self._space()
        if not self._peek("["):
            return None
        at = self._at
        (state, value), *others = self._states(()) or [("", "")]
        if state != "nth" or others:
            self._at = at
            self._fail("A state must stand behind its control's name.", 'Write checkbox "A" [checked] in row "B".')
        return int(str(value))

    def end(self) -> None:
        self._space()
        if self._at < len(self._line):
            rest = self._line[self._at :]
            raise TargetError(
                f"Unexpected text after the target: `{rest}`.",
                "After a name, write `or`, `with_text`, `[state]`, `in front`, `in`, `near`, `before` or `column`. "
                "Put names in double quotes.",
                self._at,
            )

    def _head(self, anchor: bool) -> tuple[Alternative, int | None]:
        self._count()
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
                self._count()
                another = self._name()
                if another is None:
                    self._at = before
                    break
                names.append(another)
        elif role in OTHERS and role != "iframe":
            self._fail(f"`{role}` needs a text.", f'Write {role} "…".')
        with_text = None
        if self._take("with_text"):
            if role in OTHERS:
                self._fail(f"`with_text` needs a role, not `{role}`.", 'Write row with_text "prod-1".')
            with_text = self._string('with_text "…"')
        # a number behind an anchor without a name identifies the anchor: nothing else does
        own_number = not anchor or not (names or with_text is not None)
        for state, value in self._states(() if own_number else ("nth",)):
            if state == "nth":
                nth = int(str(value))
                continue
            if anchor and state in _OF_CONTROLS and role not in _OF_CONTROLS[state]:
                message = f"The state `{state}` belongs to the control, not to the `{role}` behind it."
                self._fail(message, f'Write it right after the name: checkbox "A" [checked] in {role} …')
            if anchor and state.startswith("value") and role in _WITHOUT_VALUE:
                message = f"The value belongs to the control, not to the `{role}` behind it."
                self._fail(message, f'Write it before the anchor: textbox "A" [value="…"] near {role} …')
            states.append((state, value))
        return Alternative(role, tuple(names), tuple(states), with_text), nth

    def _count(self) -> None:
        self._names += 1
        if self._names > MOST_NAMES:
            self._fail(f"The target has more than {MOST_NAMES} names.", "Match them by `starting` or /pattern/.")

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
        pattern = self._pattern()
        return Name("pattern", pattern) if pattern is not None else None

    def _pattern(self) -> Template | None:
        """A regular expression between slashes."""
        self._space()
        if not self._peek("/"):
            return None
        start = self._at
        end = re.compile(r"/((?:[^/\\]|\\.)*)/").match(self._line, start)
        if end is None:
            self._fail("The pattern is not closed.", "Write the pattern between two slashes: /Save.*/.")
        try:
            parse_pattern(end[1])
            re.compile(end[1])  # Playwright takes it in this form to the page
        except FieldError as error:
            self._fail(str(error), error.remedy)
        except (re.error, RecursionError, OverflowError) as error:
            reason = "it is nested too deep" if isinstance(error, RecursionError) else error
            self._fail(f"Invalid pattern: {reason}.", "Write a shorter regular expression.")
        self._at = end.end()
        return Template((end[1],), self._mark)

    def _states(self, left: tuple[str, ...]) -> list[tuple[str, str | Template]]:
        """The states in brackets; those that are ``left`` end them."""
        found: list[tuple[str, str | Template]] = []
        while True:
            self._space()
            if not self._peek("["):
                return found
            value = self._value()
            if value is not None:
                found.append(value)
                continue
            state = _STATE.match(self._line, self._at)
            if state is None:
                self._fail("Invalid state.", 'Write [checked], [level=2] or [value="…"].')
            name, text = state["name"], state["value"]
            if name in left:
                return found
            if name in ("level", "nth"):
                if text is None or not text.isdigit() or text == "0":
                    self._fail(f"`{name}` needs a number, 1 or more.", f"Write [{name}=2].")
                found.append((name, text))
            elif name in STATES:
                if text not in (None, "true", "false", "mixed"):
                    self._fail(f"Invalid value for the state `{name}`.", f"Write [{name}].")
                found.append((name, text or "true"))
            else:
                self._fail(f"Unknown state `{name}`.", did_you_mean(name, (*STATES, "level", "value", "nth")))
            self._at = state.end()

    def _value(self) -> tuple[str, Template] | None:
        """`[value="…"]`, `[value!="…"]`, `[value containing "…"]`, `[value starting "…"]` or `[value /…/]`."""
        start = _VALUE.match(self._line, self._at)
        if start is None:
            return None
        self._at = start.end()
        how = start["how"]
        self._space()
        if how == "/":
            self._at = start.start("how")
            text = self._pattern()
            assert text is not None
        elif self._peek('"') and how is not None:
            text = self._string('[value="…"]')
        else:
            self._fail(
                "`value` needs a text.", 'Write [value="…"], [value!="…"], [value containing "…"] or [value /…/].'
            )
        self._space()
        if not self._peek("]"):
            self._fail("A `]` is missing.", 'Write [value="…"].')
        self._at += 1
        return {"=": "value", "!=": "value not", "/": "value pattern"}.get(how, f"value {how}"), text

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
            if (code := _CODE.match(self._line, index)) is not None:
                text += chr(int(code[1] or code[2], 16))
                index = code.end()
            elif char == "\\" and index + 1 < len(self._line):
                text += self._line[index + 1]
                index += 2
            elif self._line.startswith("$${", index):  # a literal `${`
                text += "$${"
                index += 3
            elif self._line.startswith("${", index):
                end = expression_end(self._line, index + 2)
                if end is None:
                    message = "This `${` is not closed."
                    raise TargetError(message, "Close it with `}`, or write `$${` for a literal `${`.", index)
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
