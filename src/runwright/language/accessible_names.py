"""How a name in a runbook is held against a name on a page: what is no difference, here and in the browser.

’ and ' are the same. Signs that nobody reads out are none: characters of icon fonts (private use), marks of direction
and of form. A keyboard shortcut behind a name (`Save Ctrl+S`) may be left out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from runwright.language.targets import Name

_UNREAD = r"\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\ue000-\uf8ff"
_ICON = r"[\udb80-\udbff][\udc00-\udfff]"
"""A character of the two private planes as browsers see it: a pair of surrogates."""
_GAP = rf"(?:[\s{_UNREAD}]|{_ICON})"
_APOSTROPHES = "'’‘"
_UNREAD_HERE = re.compile(rf"[{_UNREAD}\U000f0000-\U0010fffd]")

_HELD = r"(?:Ctrl|Control|Strg|Cmd|Command|Shift|Alt|Option|Meta|Win)\s?\+\s?|(?:Ctrl|Strg|Cmd)[\s-]|[⌘⌥⇧⌃]\s?\+?\s?"
_KEY = (
    r"(?:F\d{1,2}|Enter|Return|Esc(?:ape)?|Tab|Space|Del(?:ete)?|Backspace|Home|End|Page ?Up|Page ?Down|PgUp|PgDn"
    r"|Up|Down|Left|Right|[A-Z0-9←→↑↓⏎⌫.,=+-])"
)
_SHORTCUT = rf"(?:[(\[]?(?:{_HELD})+{_KEY}[)\]]?)?"
"""A shortcut behind a name. A lone key is none: `Server F2` is a name."""


def plain(text: str) -> str:
    """The text without signs that nobody reads out, with one kind of blank; as it is where it holds nothing else."""
    return " ".join(_UNREAD_HERE.sub(" ", text).split()) or text


@lru_cache(maxsize=2_000)
def in_browser(name: Name) -> re.Pattern[str]:
    """The pattern that a name on a page must fit, in signs that Python and JavaScript read alike."""
    if name.kind == "pattern":
        return re.compile(str(name.text))
    words = rf"{_GAP}+".join("".join(_sign(sign) for sign in word) for word in plain(str(name.text)).split())
    match name.kind:
        case "exact":
            return re.compile(rf"^{_GAP}*{words}{_GAP}*{_SHORTCUT}{_GAP}*$")
        case "starting":
            return re.compile(rf"^{_GAP}*{words}")
        case _:
            return re.compile(words)


def fits(name: Name, text: str) -> bool:
    """Whether a name that was read off a page is one that the runbook means."""
    if name.kind == "pattern":
        return re.search(str(name.text), text) is not None
    pattern = in_browser(name)  # a name that is icons alone is found in the text as it is
    return (pattern.search(plain(text)) or pattern.search(text)) is not None


def _sign(sign: str) -> str:
    if sign in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    return sign if sign.isalnum() or not sign.isascii() else f"\\x{ord(sign):02x}"
