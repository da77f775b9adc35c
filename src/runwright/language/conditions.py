"""Conditions: what a page shows. A target is present or absent, the URL, the title, and combinations of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from runwright.language.expressions import Expression, ExpressionError, Template, template
from runwright.language.target_reader import parse_target
from runwright.language.targets import Target, TargetError, quote


@dataclass(frozen=True)
class Present:
    """The page has at least one match for the target."""

    target: Target

    def __str__(self) -> str:
        return str(self.target)


@dataclass(frozen=True)
class Absent:
    """The page has no match for the target. Also true while the page is loading, so it never proves readiness."""

    target: Target

    def __str__(self) -> str:
        return f"no {self.target}"


@dataclass(frozen=True)
class Loaded:
    """The page has the target, and what the target holds has come: entries, or none."""

    target: Target

    def __str__(self) -> str:
        return f"loaded {self.target}"


@dataclass(frozen=True)
class Count:
    """The page has this many matches for the target."""

    target: Target
    number: Template

    def __str__(self) -> str:
        return f"count of {self.target} is {self.number}"

    @property
    def expected(self) -> int:
        """The number, once the condition is resolved. Raises ExpressionError."""
        text = str(self.number).strip()
        if not text.isdecimal():
            raise ExpressionError(f"`{text}` is not a number of controls.")
        return int(text)


@dataclass(frozen=True)
class Address:
    """The page's URL matches a pattern with `*`: a path on the same site, or a full URL."""

    pattern: Template

    def __str__(self) -> str:
        return f"url {self.pattern}"


@dataclass(frozen=True)
class Title:
    """The page's title is this text."""

    text: Template

    def __str__(self) -> str:
        return f"title {quote(str(self.text))}"


@dataclass(frozen=True)
class Holds:
    """An expression is true. Does not look at a page."""

    expression: Expression
    value: bool | None = None
    """The result; None until the expression is evaluated."""

    def __str__(self) -> str:
        return str(self.expression)


@dataclass(frozen=True)
class All:
    """All of the conditions hold."""

    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(str(condition) for condition in self.conditions)


@dataclass(frozen=True)
class AnyOf:
    """At least one of the conditions holds."""

    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return "any of: " + "; ".join(str(condition) for condition in self.conditions)


@dataclass(frozen=True)
class Every:
    """A condition holds for each item of a list."""

    variable: str
    items: Expression
    condition: Condition

    def __str__(self) -> str:
        return f"for every {self.variable} in {self.items}: {self.condition}"


Condition: TypeAlias = Present | Absent | Loaded | Count | Address | Title | Holds | All | AnyOf | Every
CONDITIONS = (Present, Absent, Loaded, Count, Address, Title, Holds, All, AnyOf, Every)


def parse_condition(line: str, mark: Any = None) -> Condition:
    """Parse a condition of one line. Raises TargetError or ExpressionError."""
    words = line.strip()
    if words.startswith("${") and words.endswith("}"):
        whole = template(words, mark)
        if len(whole.parts) == 1 and isinstance(whole.parts[0], Expression):
            return Holds(whole.parts[0])
    first, _, rest = words.partition(" ")
    match first:
        case "no" | "loaded":
            try:
                target = parse_target(rest, mark)
            except TargetError as error:
                error.at += len(first) + 1
                raise
            return Absent(target) if first == "no" else Loaded(target)
        case "count":
            return _count(words, mark)
        case "url":
            return Address(template(rest.strip().strip('"'), mark))
        case "title":
            return Title(template(rest.strip().strip('"'), mark))
        case _:
            return Present(parse_target(words, mark))


_COUNT_OF = re.compile(r"count +of +")
_NUMBER = re.compile(r"[0-9]+|\$\{.+\}")


def _count(words: str, mark: Any) -> Count:
    start = _COUNT_OF.match(words)
    named, found, number = words.rpartition(" is ")
    if start is None or not found or len(named) < start.end() or not _NUMBER.fullmatch(number.strip(" ")):
        raise TargetError("Invalid count.", 'Write `count of row containing "prod" is 3`.')
    try:
        target = parse_target(named[start.end() :].rstrip(" "), mark)
        return Count(target, template(number.strip(" "), mark))
    except TargetError as error:
        error.at += start.end()
        raise


def resolve(condition: Condition, scope: Mapping[str, Any]) -> Condition:
    """The condition with all expressions evaluated; `Every` becomes one condition per item. Raises ExpressionError."""
    match condition:
        case Present(target):
            return Present(target.resolve(scope))
        case Absent(target):
            return Absent(target.resolve(scope))
        case Loaded(target):
            return Loaded(target.resolve(scope))
        case Count(target, number):
            return Count(target.resolve(scope), Template((number.text(scope),), number.mark))
        case Address(pattern):
            return Address(Template((pattern.text(scope),), pattern.mark))
        case Title(text):
            return Title(Template((text.text(scope),), text.mark))
        case Holds():
            return replace(condition, value=bool(condition.expression.value(scope)))
        case All(conditions):
            return All(tuple(resolve(each, scope) for each in conditions))
        case AnyOf(conditions):
            return AnyOf(tuple(resolve(each, scope) for each in conditions))
        case Every(variable, items, inner):
            values = items.value(scope)
            if not isinstance(values, list):
                raise ExpressionError(f"`{items}` is not a list.")
            return All(tuple(resolve(inner, {**scope, variable: value}) for value in values))


def targets(condition: Condition) -> Iterator[Target]:
    """All targets in the condition."""
    match condition:
        case Present(target) | Absent(target) | Loaded(target) | Count(target):
            yield target
        case All(conditions) | AnyOf(conditions):
            for each in conditions:
                yield from targets(each)
        case Every(condition=inner):
            yield from targets(inner)


def expressions(condition: Condition) -> Iterator[tuple[Expression, frozenset[str]]]:
    """All expressions in the condition, each with the loop variables that the condition defines around it."""
    nothing: frozenset[str] = frozenset()
    match condition:
        case Present(target) | Absent(target) | Loaded(target):
            for text in target.templates():
                yield from ((each, nothing) for each in text.expressions)
        case Count(target, number):
            for text in (*target.templates(), number):
                yield from ((each, nothing) for each in text.expressions)
        case Address(pattern):
            yield from ((each, nothing) for each in pattern.expressions)
        case Title(text):
            yield from ((each, nothing) for each in text.expressions)
        case Holds(expression):
            yield expression, nothing
        case All(conditions) | AnyOf(conditions):
            for inner in conditions:
                yield from expressions(inner)
        case Every(variable, items, inner):
            yield items, nothing
            for each, own in expressions(inner):
                yield each, own | {variable}


def positive(condition: Condition) -> bool:
    """Whether the condition only holds when the page shows something, as `ready` and `signed_out_when` require."""
    match condition:
        case Present() | Loaded():
            return True
        case Count(number=number):
            return not number.fixed or number.text({}).strip("0 ") != ""
        case All(conditions):
            return any(positive(each) for each in conditions)
        case AnyOf(conditions):
            return bool(conditions) and all(positive(each) for each in conditions)
        case Every(condition=inner):
            return positive(inner)
        case _:
            return False
