"""What one look at a page tells before and after a picture of it is taken."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from playwright.sync_api import ElementHandle, Error, Frame, Page

from runwright.engine.browser.locate import SCROLL, matches, plain
from runwright.engine.browser.redaction import Box
from runwright.engine.secrets.scrub import SHORT, well_known
from runwright.language.targets import Target

SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8").replace("SCROLL(", f"({SCROLL})(")
_INTO_VIEW = f"""(element) => {{
  const place = () => {{ const box = element.getBoundingClientRect(); return `${{box.left}} ${{box.top}}`; }};
  const before = place();
  ({SCROLL})(element);
  const tell = () => [element.isConnected, LOOK];
  if (place() === before) return tell();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  return frame().then(frame).then(tell);
}}"""
_ALONE = _INTO_VIEW.replace("LOOK]", "null]")
_AND_TELL = _INTO_VIEW.replace("LOOK]", f"({SCRIPT})(element)]")
_ONLY = """async (all) => {
  if (all.length !== 1) return [all.length, [false, null]];
  Object.defineProperty(window, Symbol.for('control'), { value: all[0], enumerable: false, configurable: true });
  return [1, await (INTO_VIEW)(all[0])];
}"""
_ONLY_ALONE = _ONLY.replace("INTO_VIEW", _ALONE)
_ONLY_AND_TELL = _ONLY.replace("INTO_VIEW", _AND_TELL)
_HAND_OVER = "() => { const key = Symbol.for('control'), one = window[key]; delete window[key]; return one; }"
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


Told: TypeAlias = tuple[str, int, list[tuple[str, str]], Box | None]
"""What a document tells of itself: title, changes, texts that may be credentials, the control's place."""


Sought: TypeAlias = tuple[ElementHandle, Told | None]
"""A control that is in view, and what its document tells where that was asked for, as `glance` asks for it."""


def seek(page: Page, target: Target, tell: bool) -> tuple[int, Sought | None]:
    """How many visible controls a worked-out target names at this moment; the one that it is to be, scrolled into view.

    The one is None, too, where the page puts another in its place when it is scrolled, as long lists do.
    """
    locator = plain(page, target)
    if locator is not None:
        with suppress(Error):  # the page goes elsewhere, or has put functions of its own in the place of the browser's
            number, (there, told) = locator.evaluate_all(_ONLY_AND_TELL if tell else _ONLY_ALONE)
            if number != 1:
                return number, None
            control = page.evaluate_handle(_HAND_OVER).as_element()
            if control is not None:
                return 1, (control, told) if there else None
    handles = matches(page, target)
    if len(handles) != 1:
        return len(handles), None
    there, told = handles[0].evaluate(_AND_TELL if tell else _ALONE)
    return 1, (handles[0], told) if there else None


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
    box: Box | None = None
    """Where the control is that was looked for, when it can be seen."""


def glance(page: Page, control: ElementHandle | None = None, told: Told | None = None) -> Glance:
    """Look at a page; a control of it is scrolled into view first. What its document ``told`` already is not asked.

    A frame that goes elsewhere meanwhile is left out: it is looked at again after the picture.
    """
    seen = Glance()
    if told is not None:
        seen.box = _shown(told[3])
    elif control is not None:
        told = _of_control(control, seen)
    for frame in page.frames:
        with suppress(Error):
            main = frame == page.main_frame
            title, changes, found, _ = told if main and told is not None else _ask(frame)
            if main:
                seen.title, seen.changes = title, changes
            for caption, text in found:
                known = [(kind, value) for kind, value in well_known(text) if len(value) >= SHORT]
                if not known and _CAPTION.search(caption) and looks_random(text):
                    known = [(caption, text)]
                seen.credentials += known
    return seen


def _ask(frame: Frame) -> Told:
    told: Told = frame.evaluate(SCRIPT)
    return told


def _of_control(control: ElementHandle, seen: Glance) -> Told | None:
    """What the page's document tells, asked through the control; None when the control is gone or in a frame."""
    told: Told | None = None
    with suppress(Error):  # the control is gone, as after a click that leaves the page
        told = control.evaluate(SCRIPT)
        if told is not None:
            seen.box = told[3]
        elif (there := control.bounding_box()) is not None:
            seen.box = there["x"], there["y"], there["width"], there["height"]
    seen.box = _shown(seen.box)
    return told


def _shown(box: Box | None) -> Box | None:
    """The place of what can be seen; what is not shown has no size."""
    return box if box is not None and box[2] > 0 and box[3] > 0 else None
