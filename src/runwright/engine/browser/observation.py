"""Page observation: title, count of DOM changes, likely credentials and the control's box, in one round trip."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from playwright.sync_api import ElementHandle, Error, Frame, Page

from runwright.engine.browser.dom import box_of
from runwright.engine.browser.locate import SCROLL, matches, query
from runwright.engine.browser.page_scripts import KEPT
from runwright.engine.browser.redaction import Box
from runwright.engine.secrets.credential_patterns import MIN_WORD, CredentialPatterns
from runwright.engine.secrets.secret_forms import SHORT
from runwright.engine.spans import timed
from runwright.language.targets import Target

SCRIPT = (
    Path(__file__)
    .with_suffix(".js")
    .read_text("utf-8")
    .replace("SCROLL(", f"({SCROLL})(")
    .replace("MIN_WORD", str(MIN_WORD))
)
_INTO_VIEW = f"""(element) => {{
  const place = () => {{ const box = element.getBoundingClientRect(); return `${{box.left}} ${{box.top}}`; }};
  const before = place();
  ({SCROLL})(element);
  const result = () => [element.isConnected, OBSERVE];
  if (place() === before) return result();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  return frame().then(frame).then(result);
}}"""
_ALONE = _INTO_VIEW.replace("OBSERVE]", "null]")
_AND_OBSERVE = _INTO_VIEW.replace("OBSERVE]", f"({SCRIPT})(element)]")
_ONLY = """async (found, options) => {
  const all = options ? (KEPT)(found, options) : found;
  if (all.length !== 1) return [all.length, [false, null]];
  Object.defineProperty(window, Symbol.for('control'), { value: all[0], enumerable: false, configurable: true });
  return [1, await (INTO_VIEW)(all[0])];
}"""
_READ = """async () => {
  const read = window[Symbol.for('offered')], one = read?.only;
  if (!one || read.changed() || !one.checkVisibility()) return null;
  Object.defineProperty(window, Symbol.for('control'), { value: one, enumerable: false, configurable: true });
  return await (INTO_VIEW)(one);
}"""
_READ_SCRIPTS = {True: _READ.replace("INTO_VIEW", _AND_OBSERVE), False: _READ.replace("INTO_VIEW", _ALONE)}
"""Takes the control that the last reading of the page found, unless the page has changed since."""
_SCRIPTS = {
    (narrowed, observed): _ONLY.replace("INTO_VIEW", _AND_OBSERVE if observed else _ALONE).replace(
        "(KEPT)", f"({KEPT})" if narrowed else "(null)"
    )
    for narrowed in (False, True)
    for observed in (False, True)
}
"""Finds the only control that a query means: whether the query is narrowed by a script, whether it is observed."""
_TAKE_CONTROL = "() => { const key = Symbol.for('control'), one = window[key]; delete window[key]; return one; }"
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


PageObservation: TypeAlias = tuple[str, int, list[tuple[str, str]], Box | None]
"""One document: its title, count of DOM changes, texts that may be credentials with their labels, the control's box."""


FoundControl: TypeAlias = tuple[ElementHandle, PageObservation | None]
"""A control scrolled into view, and the observation of its document if one was requested."""


@timed("finding the control")
def find_one(
    page: Page, target: Target, with_observation: bool, singled: bool = False
) -> tuple[int, FoundControl | None]:
    """How many visible controls a resolved target matches now, and the control if it is the only one, in view.

    The control is also None if the page replaces it while it is scrolled, as long lists do. If a reading of what the
    page offers ``singled`` it out, and the page has not changed since, it is not looked for again.
    """
    if singled:
        with suppress(Error):  # the page navigates
            read = page.evaluate(_READ_SCRIPTS[with_observation])
            control = page.evaluate_handle(_TAKE_CONTROL).as_element() if read is not None else None
            if read is not None and control is not None:
                return 1, (control, read[1]) if read[0] else None
    single = query(page, target)
    if single is not None:
        with suppress(Error):  # the page navigates, or replaced functions of the browser with its own
            script = _SCRIPTS[single.options is not None, with_observation]
            number, (connected, observation) = single.locator.evaluate_all(script, single.options)
            if number != 1:
                return number, None
            control = page.evaluate_handle(_TAKE_CONTROL).as_element()
            if control is not None:
                return 1, (control, observation) if connected else None
    handles = matches(page, target)
    if len(handles) != 1:
        return len(handles), None
    connected, observation = handles[0].evaluate(_AND_OBSERVE if with_observation else _ALONE)
    return 1, (handles[0], observation) if connected else None


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
            title, changes, found, _ = observation if main and observation is not None else _of_frame(frame)
            if main:
                seen.title, seen.changes = title, changes
            for label, text in found:
                known = [(kind, value) for kind, value in credentials.find(text) if len(value) >= SHORT]
                if not known and _SECRET_LABEL.search(label) and looks_random(text):
                    known = [(label, text)]
                seen.credentials += known
    return seen


def _of_frame(frame: Frame) -> PageObservation:
    observation: PageObservation = frame.evaluate(SCRIPT)
    return observation


def _of_control(control: ElementHandle, seen: Observation) -> PageObservation | None:
    """Observe the main document through a control; None if it is gone or in a frame. Sets the box of ``seen``."""
    observation: PageObservation | None = None
    with suppress(Error):  # the control is gone, as after a click that leaves the page
        observation = control.evaluate(SCRIPT)
        if observation is not None:
            seen.box = observation[3]
        else:
            seen.box = box_of(control)
    seen.box = _visible(seen.box)
    return observation


def _visible(box: Box | None) -> Box | None:
    """The box, or None if it has no size: then the control is not shown."""
    return box if box is not None and box[2] > 0 and box[3] > 0 else None
