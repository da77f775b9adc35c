"""The data model of a parsed guide: headings and items with their lines, labels, values, links and digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

LabelKind = Literal["bold", "quoted", "kbd"]


@dataclass(frozen=True)
class Label:
    """Text that the guide marks as the name of a control. Line and column count from 1."""

    text: str
    kind: LabelKind
    line: int
    column: int
    before: str = ""
    """The item's text before the label."""
    after: str = ""
    """The item's text between the label and the next label."""
    width: int = 0
    """The number of source characters; larger than the length of the text if the source has escapes or entities."""


@dataclass(frozen=True)
class Value:
    """Text that the guide formats as code: what a reader types, chooses or compares."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Link:
    """A URL that the guide sends its reader to."""

    text: str
    address: str
    line: int
    column: int


@dataclass(frozen=True)
class GuideImage:
    """An image in the guide."""

    address: str
    alt: str
    line: int


@dataclass(frozen=True)
class Heading:
    """A heading below the guide's title. Number 0 represents the text before the first heading."""

    number: int
    level: int
    text: str
    line: int
    anchors: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The heading's name in references: its first anchor, else its words joined with hyphens."""
        return self.anchors[0] if self.anchors else slug(self.text)


@dataclass(frozen=True)
class Item:
    """One numbered instruction, or a sentence of prose that contains a label."""

    number: tuple[int, ...]
    """Heading, item, sub-item: (2, 5) or (3, 2, 1)."""
    line: int
    end: int
    """The last line of the item."""
    text: str
    labels: tuple[Label, ...] = ()
    values: tuple[Value, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[GuideImage, ...] = ()
    optional: bool | None = None
    """Whether the item is optional; None if unknown."""
    branch: bool | None = None
    """Whether the item is one of several alternatives, of which a reader follows one; None if unknown."""
    blocks: tuple[Value, ...] = ()
    """Its blocks of code, each as it is written, at its first line."""

    @cached_property
    def address(self) -> str:
        """The number in dotted form: `2.5` or `3.2.1`."""
        return ".".join(str(part) for part in self.number)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The texts of its labels and values."""
        return (*(label.text for label in self.labels), *(value.text for value in self.values))

    @cached_property
    def digest(self) -> str:
        """The first 16 hex digits of the SHA-256 of the item's text, with white space normalized."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Guide:
    """One guide file in one language."""

    path: Path
    title: str
    language: str | None
    headings: tuple[Heading, ...]
    items: tuple[Item, ...]
    lines: tuple[str, ...] = field(repr=False)
    sha256: str = ""

    def item(self, number: tuple[int, ...]) -> Item | None:
        """The item with this number; None if there is none."""
        return self._by_number.get(number)

    @cached_property
    def _by_number(self) -> dict[tuple[int, ...], Item]:
        return {item.number: item for item in reversed(self.items)}

    def heading(self, number: int) -> Heading | None:
        """The heading with this number; None if there is none."""
        return next((heading for heading in self.headings if heading.number == number), None)

    def below(self, number: tuple[int, ...]) -> list[Item]:
        """The items whose number starts with this one, including the item itself."""
        return list(self._below(number))

    def _below(self, number: tuple[int, ...]) -> tuple[Item, ...]:
        known: dict[tuple[int, ...], tuple[Item, ...]] = self.__dict__.setdefault("_known_below", {})
        if number not in known:
            known[number] = tuple(item for item in self.items if item.number[: len(number)] == number)
        return known[number]


def slug(words: str) -> str:
    """The anchor form of a text: lowercase letters of any script and digits, joined with hyphens."""
    kept = "".join(char if char.isalnum() else " " for char in words.lower())
    return "-".join(kept.split())
