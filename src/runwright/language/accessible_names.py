"""Compares names in a runbook with accessible names on a page, in Python and in the browser by the same rules.

’ and ' are equal, and so are all kinds of white space. Characters without a form are ignored: soft hyphens, zero width
spaces, direction marks, variation selectors. At the ends of a whole name the page may have icons (private use, arrows,
shapes, dingbats; no emoji), the mark of a required field, and a keyboard shortcut (`Save Ctrl+S`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from runwright.language.expressions import Template
from runwright.language.patterns import Pattern
from runwright.language.targets import Name

_SILENT = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
"""Characters without a form, also within words."""
_FONT = "\ue000-\uf8ff"
_ICON = r"[\udb80-\udbff][\udc00-\udfff]"
"""A character of the two private planes as browsers represent it: a surrogate pair."""
_GAP = rf"(?:[\s{_SILENT}{_FONT}]|{_ICON})"
_SYMBOLS = "\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u29ff\u2b00-\u2bff\u2039\u203a\u00ab\u00bb\u00d7"
"""Arrows, shapes, dingbats: what pages use as icons."""
_MARKS = "*\uff0a\u2217"
"""The marks of required fields."""
_START = rf"(?:[{_MARKS}](?=\s))?(?:[{_SYMBOLS}]|{_GAP})*"
_END = rf"(?:[{_SYMBOLS}{_MARKS}]|{_GAP})*"
_APOSTROPHES = "'’‘"
_SILENT_IN_PYTHON = re.compile(rf"[{_SILENT}]")
_FONT_IN_PYTHON = re.compile(rf"[{_FONT}\U000f0000-\U0010fffd]")
_REQUIRED = re.compile(rf"^[{_MARKS}]\s+(?=\S)|(?<=\S)\s*[{_MARKS}]$")

_HOLD = r"(?:Ctrl|Control|Strg|Cmd|Command|Shift|Alt|Option|Meta|Win)\s?\+\s?|(?:Ctrl|Strg|Cmd)[\s-]|[⌘⌥⇧⌃]\s?\+?\s?"
_KEY = (
    r"(?:F\d{1,2}|Enter|Return|Esc(?:ape)?|Tab|Space|Del(?:ete)?|Backspace|Home|End|Page ?Up|Page ?Down|PgUp|PgDn"
    r"|Up|Down|Left|Right|[A-Z0-9←→↑↓⏎⌫.,=+?/-])"
)
_SMALL_KEY = r"(?:f\d{1,2}|enter|esc|tab|space|del|home|end|up|down|left|right|[a-z0-9.,=+?/-])"
_SMALL = rf"\s(?:(?:ctrl|cmd|shift|alt|option|meta)[+-])+{_SMALL_KEY}(?:\s{_SMALL_KEY})?"
"""As some pages write it, `Import ctrl-i`, with a second key perhaps: `Columns ctrl-g c`."""
_SHORTCUT = rf"(?:[(\[]?(?:{_HOLD})+{_KEY}[)\]]?|{_SMALL})?"
"""A shortcut after a name. A single key is not a shortcut: `Server F2` is a name."""


PARTS = {
    "gap": f"{_GAP}+",
    "silent": f"[{_SILENT}]*",
    "apostrophes": _APOSTROPHES,
    "start": f"^{_START}",
    "end": f"{_END}{_SHORTCUT}{_END}$",
}
"""What `source` joins the words of a name with, for scripts that join those of many names."""


def plain(text: str) -> str:
    """The text without silent characters and with single spaces; unchanged if nothing would remain."""
    return " ".join(_FONT_IN_PYTHON.sub(" ", _SILENT_IN_PYTHON.sub("", text)).split()) or text


@lru_cache(maxsize=2_000)
def in_browser(name: Name) -> re.Pattern[str]:
    """The pattern that a name on a page must match, in syntax that Python and JavaScript interpret alike."""
    return re.compile(source(name))


def source(name: Name) -> str:
    """The text of that pattern. Python takes several milliseconds to compile it."""
    if name.kind == "pattern":
        return str(name.text)
    words = PARTS["gap"].join(PARTS["silent"].join(map(_escaped, word)) for word in words_of(name).split())
    match name.kind:
        case "exact":
            return f"{PARTS['start']}{words}{PARTS['end']}"
        case "starting":
            return f"{PARTS['start']}{words}"
        case _:
            return words


def words_of(name: Name) -> str:
    """The text that a name on a page must have, apart from a pattern."""
    text = plain(str(name.text))
    return _REQUIRED.sub("", text) if name.kind == "exact" else text


def fits(name: Name, text: str) -> bool:
    """Whether a name read from a page matches the name in the runbook."""
    if name.kind == "pattern":
        return Pattern(str(name.text)).search(text)
    pattern = in_browser(name)  # a name of icons only is found in the unchanged text
    return (pattern.search(plain(text)) or pattern.search(text)) is not None


def is_name(text: str, wanted: str) -> bool:
    """Whether a text of a page is the wanted name as a whole, with the differences that make none."""
    return fits(Name("exact", Template((wanted,))), text)


def _escaped(char: str) -> str:
    if char in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    return char if char.isalnum() or not char.isascii() else f"\\x{ord(char):02x}"
