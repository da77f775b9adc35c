"""Text of pages as it is shown to people: no sign in it is unseen, and none is obeyed."""

from __future__ import annotations

import unicodedata


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
