"""Sanitizes text that comes from pages, before it reaches a journal, a report or a terminal."""

from __future__ import annotations

import unicodedata
from typing import Any, Protocol


class SecretFilter(Protocol):
    """Removes the values of secrets from data that is about to be written. The engine supplies the implementation."""

    def exempt(self, text: str) -> None:
        """Leave this exact text unchanged from now on."""

    def text(self, text: str) -> str: ...

    def data(self, data: Any) -> Any: ...

    def clean_bytes(self, data: bytes) -> bytes: ...

    def secrets_in(self, data: bytes) -> list[str]: ...


def clean(text: str) -> str:
    """The text with control and format characters (line feeds, bidi marks, escapes) as visible escape sequences."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) if _invisible(character) else character for character in text)


def _invisible(character: str) -> bool:
    noncharacter = ord(character) & 0xFFFE == 0xFFFE  # code points that Unicode never assigns
    return noncharacter or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _escaped(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def for_terminal(text: str) -> str:
    """The text with control and format characters escaped: a page's title may hold some, and a terminal obeys them.

    Line feeds stay.
    """
    return "".join(
        character if character.isprintable() or character == "\n" else f"\\u{ord(character):04x}" for character in text
    )
