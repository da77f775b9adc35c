"""The types of fields that the language knows beside text, numbers and switches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from runwright.language.expressions import Template, template


class FieldError(ValueError):
    """A value that its field cannot take."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class Variable(str):
    """A name that the step gives a value to."""


class BlockName(str):
    """The name of a block, whose steps stand in the step's place."""


class SectionTitle(str):
    """The title of a section of the same runbook."""


class Keys(str):
    """A key, or several that are pressed together: `Enter`, `Control+a`."""


class Seconds(float):
    """A stretch of time, written `500ms`, `10s`, `2m`."""


@dataclass(frozen=True)
class _NotEmpty:
    """Marks a field that wants a text, or one item of a list at least."""


NOT_EMPTY = _NotEmpty()
Words = Annotated[str, NOT_EMPTY]
"""A text of which something must be there."""


@dataclass(frozen=True)
class Point:
    """A place in a control, written `120, 40`: CSS pixels to the right of its corner at the top left, and below it."""

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
        return Place(self.site, Template((self.path.text(scope),), self.path.mark))


NOWHERE = Place("", Template(("/",)))
"""Stands for a place that could not be read, which is told already."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)
_POINT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) *, *(-?[0-9]+(?:\.[0-9]+)?)")
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min)")


def parse_variable(text: str) -> Variable:
    """Raises FieldError when the text is no name."""
    if not _NAME.fullmatch(text):
        raise FieldError(f"`{text}` is no name.", "A name has letters, digits and `_`: client_id.")
    return Variable(text)


def parse_seconds(text: str) -> Seconds:
    """Raises FieldError when the text is no stretch of time."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise FieldError(f"`{text}` is no stretch of time.", "Write a number with its unit: 500ms, 10s, 2m.")
    seconds = float(found[1]) * {"ms": 0.001, "s": 1, "m": 60, "min": 60}[found[2]]
    if seconds == 0:
        raise FieldError(f"`{text}` is no time at all.", "Write how long it may take at most: 500ms, 10s, 2m.")
    return Seconds(seconds)


def parse_point(text: str) -> Point:
    """Raises FieldError when the text is no two numbers."""
    found = _POINT.fullmatch(text.strip())
    if found is None:
        remedy = "Write pixels to the right and down from the control's top left corner: `120, 40`."
        raise FieldError(f"`{text}` is no place in a control.", remedy)
    return Point(float(found[1]), float(found[2]))


def parse_place(text: str, mark: Any = None) -> Place:
    """Raises FieldError when the text is no `site /path`."""
    site, _, path = text.strip().partition(" ")
    path = path.strip()
    if re.match(r"https?:", site):
        raise FieldError(
            "A place is a site's name and a path.", "Declare the site under `sites:`, write `slack /apps`."
        )
    if not _NAME.fullmatch(site):
        raise FieldError(f"`{site}` is no site's name.", "Write a site's name and a path: `slack /apps`.")
    path = path or "/"
    if not path.startswith(("/", "${")):
        raise FieldError(f"The path `{path}` does not begin with `/`.", f"Write `{site} /{path}`.")
    return Place(site, template(path, mark))
