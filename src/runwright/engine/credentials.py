"""Credentials that nobody declared, noticed on a page before a picture of it is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Page

from runwright.evidence.scrub import SHORT, well_known

_SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
_CAPTION = re.compile(
    r"\b(?:token|secret|password|passphrase|credentials?|(?:api|private|access|signing|secret)[ -]?key)\b",
    re.IGNORECASE,
)
"""What stands beside a value that must not be shown."""
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_.=+/~-]{20,}")
"""A value that nobody would write by hand: letters and digits, twenty at least, no space."""


def noticed(page: Page) -> Iterator[tuple[str, str]]:
    """What each credential is and its value, in all frames of a page and their open shadow roots.

    A credential is known by its look (Slack's tokens and webhook addresses, `code=` and `state=` in addresses), or is a
    value that looks random beside a caption such as *Verification Token*.
    """
    for frame in page.frames:
        with suppress(Error):  # the frame went elsewhere while it was asked; it is asked again after the picture
            for caption, text in frame.evaluate(_SCRIPT):
                known = [(kind, value) for kind, value in well_known(text) if len(value) >= SHORT]
                yield from known
                if not known and _CAPTION.search(caption) and _RANDOM.fullmatch(text):
                    yield caption, text
