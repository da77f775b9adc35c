"""What one look at a page tells before and after a picture of it is taken."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Frame, Page

from runwright.evidence.scrub import SHORT, well_known

_SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
_CAPTION = re.compile(
    r"\b(?:token|secret|password|passphrase|credentials?|(?:api|private|access|signing|secret)[ -]?key)\b",
    re.IGNORECASE,
)
"""What stands beside a value that must not be shown."""
_VALUE = re.compile(r"[A-Za-z0-9_.=+/~-]{20,}")
"""A value of twenty signs at least, without a space."""


def looks_random(text: str) -> bool:
    """Whether nobody would write a text by hand: twenty signs at least, letters and digits, or both cases mixed.

    Of random letters one in 65 texts of 24 has no digit; then a fifth of them, at the least, is of either case, which
    the names that people join of several words do not reach.
    """
    if _VALUE.fullmatch(text) is None:
        return False
    letters = [sign for sign in text if sign.isalpha()]
    if any(sign.isdigit() for sign in text):
        return bool(letters)
    capitals = sum(sign.isupper() for sign in letters)
    return len(letters) <= 5 * min(capitals, len(letters) - capitals)


@dataclass
class Glance:
    """A page at a moment."""

    title: str = ""
    changes: int = 0
    """How many changes of the DOM there were since the document was begun."""
    credentials: list[tuple[str, str]] = field(default_factory=list)
    """What each credential is that nobody declared, and its value; in all frames and their open shadow roots.

    A credential is known by its look (Slack's tokens and webhook addresses, `code=` and `state=` in addresses), or is a
    value that looks random beside a caption such as *Verification Token*.
    """


def glance(page: Page) -> Glance:
    """Look at a page. A frame that goes elsewhere meanwhile is left out: it is looked at again after the picture."""
    seen = Glance()
    for frame in page.frames:
        with suppress(Error):
            title, changes, found = _ask(frame)
            if frame == page.main_frame:
                seen.title, seen.changes = title, changes
            for caption, text in found:
                known = [(kind, value) for kind, value in well_known(text) if len(value) >= SHORT]
                if not known and _CAPTION.search(caption) and looks_random(text):
                    known = [(caption, text)]
                seen.credentials += known
    return seen


def _ask(frame: Frame) -> tuple[str, int, list[tuple[str, str]]]:
    told: tuple[str, int, list[tuple[str, str]]] = frame.evaluate(_SCRIPT)
    return told
