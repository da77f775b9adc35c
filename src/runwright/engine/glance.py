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
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_.=+/~-]{20,}")
"""A value that nobody would write by hand: letters and digits, twenty at least, no space."""


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
                if not known and _CAPTION.search(caption) and _RANDOM.fullmatch(text):
                    known = [(caption, text)]
                seen.credentials += known
    return seen


def _ask(frame: Frame) -> tuple[str, int, list[tuple[str, str]]]:
    told: tuple[str, int, list[tuple[str, str]]] = frame.evaluate(_SCRIPT)
    return told
