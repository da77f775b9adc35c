"""Field types of the language beyond text, numbers and switches, with their parsers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from runwright.language.expressions import Template, template


class FieldError(ValueError):
    """A value that its field does not accept."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class Variable(str):
    """The name of the variable that the step sets."""


class BlockName(str):
    """The name of a block, whose steps replace the step."""


class SectionName(str):
    """The name of a section of the same runbook."""


class Keys(str):
    """A key or a combination: `Enter`, `Control+a`."""


class Seconds(float):
    """A duration, written `500ms`, `10s`, `2m`."""


@dataclass(frozen=True)
class _NotEmpty:
    """Marks a field that must not be empty: text, or a list with at least one item."""


NOT_EMPTY = _NotEmpty()
Words = Annotated[str, NOT_EMPTY]
"""Text that must not be empty."""


@dataclass(frozen=True)
class Point:
    """A position in a control, written `120, 40`: CSS pixels to the right of its top left corner, and below it."""

    right: float
    below: float

    def __str__(self) -> str:
        return f"{self.right:g}, {self.below:g}"


@dataclass(frozen=True)
class Place:
    """A site and a path on it: `slack /apps`."""

    site: str
    path: Template

    def __str__(self) -> str:
        return f"{self.site} {self.path}"

    def resolve(self, scope: Mapping[str, Any]) -> Place:
        """The place with its path evaluated. Raises ExpressionError."""
        return Place(self.site, Template((self.path.text(scope),), self.path.mark))


NOWHERE = Place("", Template(("/",)))
"""Replaces a place that could not be parsed and is reported already."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)
_POINT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) *, *(-?[0-9]+(?:\.[0-9]+)?)")
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min)")


def parse_variable(text: str) -> Variable:
    """Parse a name. Raises FieldError."""
    if not _NAME.fullmatch(text):
        raise FieldError(f"Invalid name `{text}`.", "Use letters, digits and `_`, as in client_id.")
    return Variable(text)


def parse_seconds(text: str) -> Seconds:
    """Parse a duration into seconds. Raises FieldError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        number = text.strip() if text.strip().isdecimal() else "5"
        message = f"Invalid duration `{text}`: write `{number}s` or `2m`."
        raise FieldError(message, "The units are ms, s and m.")
    seconds = float(found[1]) * {"ms": 0.001, "s": 1, "m": 60, "min": 60}[found[2]]
    if seconds == 0:
        raise FieldError(
            f"Invalid duration `{text}`: it must be longer than zero.",
            "Write the longest time it may take: 500ms, 10s, 2m.",
        )
    return Seconds(seconds)


def parse_point(text: str) -> Point:
    """Parse two numbers of pixels. Raises FieldError."""
    found = _POINT.fullmatch(text.strip())
    if found is None:
        remedy = "Write the pixels right and down from the control's top left corner: `120, 40`."
        raise FieldError(f"Invalid point `{text}`.", remedy)
    return Point(float(found[1]), float(found[2]))


def parse_place(text: str, mark: Any = None) -> Place:
    """Parse `site /path`. Raises FieldError or ExpressionError."""
    site, _, path = text.strip().partition(" ")
    path = path.strip()
    if re.match(r"https?:", site):
        raise FieldError(
            "Write a site's name and a path, not a URL.", "Declare the site under `sites:` and write `slack /apps`."
        )
    if not _NAME.fullmatch(site):
        raise FieldError(f"Invalid site name `{site}`.", "Write a site's name and a path: `slack /apps`.")
    path = path or "/"
    if not path.startswith(("/", "${")):
        raise FieldError(f"The path `{path}` does not start with `/`.", f"Write `{site} /{path}`.")
    return Place(site, template(path, mark))
