"""A guide as it was read: headings and items, each knowing its line, its labels and its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

LabelKind = Literal["bold", "quoted", "kbd"]


@dataclass(frozen=True)
class Label:
    """Words that the guide sets apart as the name of a control. Line and column count from 1."""

    text: str
    kind: LabelKind
    line: int
    column: int
    before: str = ""
    """The item's text up to the label."""
    after: str = ""
    """The item's text from the label's end up to the next label."""
    width: int = 0
    """How many signs of the source it takes; more than its text has where that writes escapes or entities."""


@dataclass(frozen=True)
class Value:
    """Words that the guide sets as code: what is typed, chosen or compared."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Link:
    """An address that the guide sends its reader to."""

    text: str
    address: str
    line: int
    column: int


@dataclass(frozen=True)
class Picture:
    """A picture that the guide shows."""

    address: str
    alt: str
    line: int


@dataclass(frozen=True)
class Heading:
    """A heading below the guide's title. Number 0 stands for what comes before the first."""

    number: int
    level: int
    text: str
    line: int
    anchors: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """How an address names the heading: its anchor, else its words with hyphens between them."""
        return self.anchors[0] if self.anchors else slug(self.text)


@dataclass(frozen=True)
class Item:
    """One numbered instruction, or a sentence of prose that carries a label."""

    number: tuple[int, ...]
    """Heading, item, sub-item: (2, 5) or (3, 2, 1)."""
    line: int
    end: int
    """The last line that belongs to it."""
    text: str
    labels: tuple[Label, ...] = ()
    values: tuple[Value, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    optional: bool | None = None
    """Whether it may be left out; None where the words do not tell."""
    branch: bool | None = None
    """Whether it is one of several ways, of which a reader goes one; None where the words do not tell."""

    @property
    def address(self) -> str:
        """`2.5` or `3.2.1`."""
        return ".".join(str(part) for part in self.number)

    @property
    def digest(self) -> str:
        """SHA-256 of the item's words, spaces and line breaks between them unseen; the first 16 digits."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Guide:
    """One file of a guide, in one language."""

    path: Path
    title: str
    language: str | None
    headings: tuple[Heading, ...]
    items: tuple[Item, ...]
    lines: tuple[str, ...] = field(repr=False)
    sha256: str = ""

    def item(self, number: tuple[int, ...]) -> Item | None:
        """The item of this number, None where there is none."""
        return next((item for item in self.items if item.number == number), None)

    def heading(self, number: int) -> Heading | None:
        """The heading of this number, None where there is none."""
        return next((heading for heading in self.headings if heading.number == number), None)

    def below(self, number: tuple[int, ...]) -> list[Item]:
        """The items whose number begins with this one, itself included."""
        return [item for item in self.items if item.number[: len(number)] == number]


def slug(words: str) -> str:
    """Words as anchors are made of them: small letters of any script and digits, hyphens between them."""
    kept = "".join(sign if sign.isalnum() else " " for sign in words.lower())
    return "-".join(kept.split())
