"""Text of pages as it is shown to people: no sign in it is unseen, and none is obeyed."""

from __future__ import annotations

import unicodedata
from typing import Any, Protocol


class SecretFilter(Protocol):
    """Takes secrets out of what is about to be written; the engine brings the one that knows the values."""

    def spare(self, text: str) -> None:
        """Leave this text as it is from now on."""

    def text(self, text: str) -> str: ...

    def data(self, data: Any) -> Any: ...

    def stored(self, data: bytes) -> bytes: ...

    def held_in(self, data: bytes) -> list[str]: ...


def clean(text: str) -> str:
    """The text with control and format signs (line feeds, bidi marks, escapes) written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_written_out(sign) if _unseen(sign) else sign for sign in text)


def _unseen(sign: str) -> bool:
    none = ord(sign) & 0xFFFE == 0xFFFE  # the code points that Unicode gives to no sign, ever
    return none or unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _written_out(sign: str) -> str:
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def for_terminal(text: str) -> str:
    """The text without control and format characters, which a page's title may hold and a terminal would obey.

    Line feeds stay.
    """
    return "".join(sign if sign.isprintable() or sign == "\n" else f"\\u{ord(sign):04x}" for sign in text)
