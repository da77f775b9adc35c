"""Page observation: title, count of DOM changes, likely credentials and the control's box, in one round trip."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import ElementHandle, Error, Frame, Page

from runwright.engine.browser.dom import Box, PageObservation, RootsSeen, box_of
from runwright.engine.browser.page_scripts import OBSERVE
from runwright.engine.secrets.credential_patterns import CredentialPatterns
from runwright.engine.secrets.secret_forms import SHORT

_SECRET_LABEL = re.compile(
    r"\b(?:token|secret|password|passphrase|credentials?|(?:api|private|access|signing|secret)[ -]?key)\b",
    re.IGNORECASE,
)
"""A label of a value that must not be shown."""
_VALUE = re.compile(r"[A-Za-z0-9_.=+/~-]{20,}")
"""A value of at least 20 characters, without spaces."""


def looks_random(text: str) -> bool:
    """Whether a text looks generated: at least 20 characters, with letters and digits, or with both cases mixed.

    One in 65 random texts of 24 characters has no digit. In those, at least a fifth of the letters is of either case;
    names that people join from several words do not reach that.
    """
    if _VALUE.fullmatch(text) is None:
        return False
    letters = [character for character in text if character.isalpha()]
    if any(character.isdigit() for character in text):
        return bool(letters)
    capitals = sum(character.isupper() for character in letters)
    return len(letters) <= 5 * min(capitals, len(letters) - capitals)


@dataclass
class Observation:
    """The state of a page, with all its frames, at one moment."""

    title: str = ""
    changes: int = 0
    """The DOM changes of the main document since it started to load."""
    credentials: list[tuple[str, str]] = field(default_factory=list)
    """Kind and value of each undeclared credential, in all frames and their open shadow roots.

    A credential has a known format, or is a value that looks random and has a label such as *Verification Token*.
    """
    box: Box | None = None
    """The box of the control, if it is visible."""
    roots: RootsSeen = (None, "")
    """What the main document knows of closed shadow roots."""


def observe(
    page: Page,
    credentials: CredentialPatterns,
    control: ElementHandle | None = None,
    observation: PageObservation | None = None,
) -> Observation:
    """Observe a page after scrolling ``control`` into view. Pass an ``observation`` of its document to reuse it.

    ``credentials`` are the formats that are looked for.

    A frame that navigates meanwhile is skipped: it is observed again after the screenshot.
    """
    seen = Observation()
    if observation is not None:
        seen.box = _visible(observation[3])
    elif control is not None:
        observation = _of_control(control, seen)
    for frame in page.frames:
        with suppress(Error):
            main = frame == page.main_frame
            title, changes, found, _, roots = observation if main and observation is not None else _of_frame(frame)
            if main:
                seen.title, seen.changes, seen.roots = title, changes, (roots[0], roots[1])
            for label, text in found:
                known = [(kind, value) for kind, value in credentials.find(text) if len(value) >= SHORT]
                if not known and _SECRET_LABEL.search(label) and looks_random(text):
                    known = [(label, text)]
                seen.credentials += known
    return seen


def _of_frame(frame: Frame) -> PageObservation:
    observation: PageObservation = frame.evaluate(OBSERVE)
    return observation


def _of_control(control: ElementHandle, seen: Observation) -> PageObservation | None:
    """Observe the main document through a control; None if it is gone or in a frame. Sets the box of ``seen``."""
    observation: PageObservation | None = None
    with suppress(Error):  # the control is gone, as after a click that leaves the page
        observation = control.evaluate(OBSERVE)
        if observation is not None:
            seen.box = observation[3]
        else:
            seen.box = box_of(control)
    seen.box = _visible(seen.box)
    return observation


def _visible(box: Box | None) -> Box | None:
    """The box, or None if it has no size: then the control is not shown."""
    return box if box is not None and box[2] > 0 and box[3] > 0 else None
