"""Comparing a label of a guide with a name on the page: equal, or how they differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

Difference = Literal["case", "hyphen", "typing", "wording"]

_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "\u00a0": " ", "–": "-", "‐": "-", "‑": "-", "—": "-"}
)
_EDGE = re.compile(r"^[\s:：*＊…․.,;+>›»▸▾▼▲↓→←←|\-•·]+|[\s:：*＊…․.,;+>›»▸▾▼▲↓→←|\-•·]+$")
_EDGE_KEEPING_SIGNS = re.compile(r"^[\s:：*＊…]+|[\s:：*＊…]+$")

_SHORTCUT = re.compile(
    r"(?<=\S)\s+[(\[]?(?:(?:(?:ctrl|control|strg|cmd|command|alt|option|opt|shift|meta|win)\s?[-+]\s?|[⌘⇧⌥⌃]\s?\+?\s?)+"
    r"(?:[^\W_]{1,9}|[^\w\s)\]])|f\d{1,2})[)\]]?$",
    re.IGNORECASE,
)
"""The keyboard shortcut at the end of the name of a menu entry."""
_JOINTS = (" -", ":", "–", "—", ",", "(", "|", "/")
"""What stands before the own name at the end of a longer one."""


def printable(name: str) -> str:
    """The name as a guide can print it: without icon characters and without a keyboard shortcut.

    Empty when nothing is left that a reader could type or say.
    """
    text = "".join(" " if unicodedata.category(sign) in ("Co", "Cf", "Cn") else sign for sign in name)
    text = _SHORTCUT.sub("", " ".join(text.split()))
    while text and unicodedata.category(text[0]) == "So":
        text = text[1:].lstrip()
    while text and unicodedata.category(text[-1]) == "So":
        text = text[:-1].rstrip()
    return text if any(sign.isalnum() for sign in text) else ""


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    """The name normalised for comparison: no colon, asterisk, ellipsis, icon or shortcut at the ends, one kind of
    quotes."""
    name = _SHORTCUT.sub("", name.rstrip())
    text = unicodedata.normalize("NFKC", name.translate(_QUOTES)).translate(_QUOTES)
    text = "".join(" " if unicodedata.category(sign) in ("Co", "So", "Cf", "Sk") else sign for sign in text)
    text = " ".join(text.split())
    bare = _EDGE.sub("", text)
    return bare or _EDGE_KEEPING_SIGNS.sub("", text)


def same(label: str, name: str) -> bool:
    """Whether label and name are equal. A label in all capitals also matches: CSS can capitalize a name."""
    first, second = plain(label), plain(name)
    if not first or not second:
        return False
    return first == second or (first == first.upper() and len(first) > 1 and first == second.upper())


def begins(label: str, name: str) -> bool:
    """Whether a long name, one that continues with a description of six words or more, begins with the label."""
    first, second = plain(label), plain(name)
    rest = second[len(first) :]
    return second.startswith(first) and len(first) > 2 and rest.startswith(" ") and len(rest.split()) >= 6


def ends(label: str, name: str) -> bool:
    """Whether a longer name ends in the label, after a sign that joins them or after four words or more."""
    first, second = plain(label), plain(name)
    if len(first) < 3 or not second.endswith(f" {first}"):
        return False
    lead = second.removesuffix(first).rstrip()
    return lead.endswith(_JOINTS) or len(lead.split()) >= 4


@lru_cache(maxsize=100_000)
def names(label: str, name: str) -> bool:
    """Whether a label names the control with this name: it is the name, or begins or ends a longer one."""
    return same(label, name) or begins(label, name) or ends(label, name)


@lru_cache(maxsize=50_000)
def difference(label: str, name: str) -> Difference | None:
    """How a label and a similar name differ; None when they have too little in common."""
    first, second = plain(label), plain(name)
    if not first or not second:
        return None
    if first.casefold() == second.casefold():
        return "case"
    if _flat(first) == _flat(second):
        return "hyphen"
    if _part(first, second) or _part(second, first):
        return "wording"
    if len(second) > 2 * len(first) + 3:
        return None
    short = min(len(first), len(second))
    alike = fuzz.ratio(first.casefold(), second.casefold())
    if short >= 4 and alike >= (84 if short >= 8 else 74):
        return "typing"
    if short < 4 and alike >= 66 and abs(len(first) - len(second)) <= 1:
        return "typing"
    one, two = first.casefold().split(), second.casefold().split()
    if len(one) == len(two) >= 2 and sum(a != b for a, b in zip(one, two, strict=True)) == 1:
        return "wording"
    return None


def nearest(label: str, known: Iterable[str]) -> str | None:
    """The most similar of the known names; None when none is similar."""
    near = [(alike, name) for name in known if (alike := _likeness(label, name)) > 0]
    return max(near, key=lambda each: each[0])[1] if near else None


def _likeness(label: str, name: str) -> float:
    if difference(label, name) is None:
        return 0.0
    return fuzz.ratio(plain(label), plain(name)) + fuzz.ratio(plain(label).casefold(), plain(name).casefold())


def mentions(text: str, name: str) -> bool:
    """Whether the text contains the name, word for word. Names under three characters never count."""
    bare = plain(name)
    if len(bare) < 3:
        return False
    words = _normalized(text)
    if bare not in words:
        return False
    return re.search(rf"(?<![A-Za-z0-9_-]){re.escape(bare)}(?![A-Za-z0-9_-])", words) is not None


@lru_cache(maxsize=5_000)
def _normalized(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text.translate(_QUOTES)).split())


def label_like(label: str) -> bool:
    """Whether words look like the name of a control, not like emphasis: at most nine, with no lower-case start."""
    text = plain(label)
    words = text.split()
    if not text or len(words) > 9:
        return False
    return not text[0].islower() or "_" in text or "-" in text


def _part(short: str, long: str) -> bool:
    """Whether one name is a part of the other, which has at most twice its words, or three."""
    few, many = short.casefold().split(), long.casefold().split()
    if not len(few) < len(many) <= max(2 * len(few), 3) or len(short) < 4:
        return False
    return any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))


def _flat(text: str) -> str:
    return re.sub(r"[\s_\-]+", "", text).casefold()
