"""Pictures of the page as it is seen, with secrets found before a picture leaves the process."""

from __future__ import annotations

import base64
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, ElementHandle, Error, Frame, Page

from runwright.engine import find
from runwright.evidence.paint import paint
from runwright.language.secret import Secret
from runwright.language.targets import Target

STILL = 5.0
"""Seconds in which a page must stand still for a picture."""
_TRIES = 4
_INTO_VIEW = """(element) => {
  const box = element.getBoundingClientRect(), room = Math.min(120, innerHeight / 6);
  if (box.top < room || box.bottom > innerHeight - room)
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
}"""
"""Bars that stick to the top or bottom of a page must not hide the control."""

Box = tuple[float, float, float, float]
"""x, y, width, height in CSS pixels, from the viewport's corner."""


@dataclass
class Shot:
    """A picture of the viewport."""

    png: bytes | None
    """None when it is withheld, since what it shows of a secret could not be painted over."""
    size: tuple[int, int]
    """Width and height in device pixels."""
    scale: float
    """Device pixels per CSS pixel."""
    box: Box | None
    """Where the control is that was acted on."""
    painted: list[tuple[str, Box]] = field(default_factory=list)
    """What was painted over: the secret's name and where."""
    withheld: list[str] = field(default_factory=list)
    """The secrets for whose sake the picture was withheld."""


@dataclass(frozen=True)
class Hidden:
    """A place on the page that no picture may show: the four corners of it, in CSS pixels."""

    name: str
    corners: tuple[float, ...]

    @property
    def box(self) -> Box:
        across, down = self.corners[0::2], self.corners[1::2]
        return min(across), min(down), max(across) - min(across), max(down) - min(down)

    def polygon(self, scale: float) -> list[tuple[float, float]]:
        return [(x * scale, y * scale) for x, y in zip(self.corners[0::2], self.corners[1::2], strict=True)]


class Camera:
    """Takes pictures over CDP, which is twice as fast as Playwright's own way."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._sessions: dict[Page, CDPSession] = {}

    def shoot(
        self,
        page: Page,
        control: ElementHandle | None,
        secrets: Iterable[Secret],
        concealed: Iterable[tuple[str, Target]],
    ) -> Shot:
        """Take a picture with the control scrolled into it; every place that shows a secret is painted over.

        The places are looked for before and after the capture; where they moved, it is taken again.
        """
        box = _box(control)
        known, targets = list(secrets), list(concealed)
        if not known and not targets:
            png = self._capture(page)
            return Shot(png, _size(png), _scale(png, page), box)
        for _ in range(_TRIES):
            before = self._hidden(page, known, targets)
            png = self._capture(page)
            if before is not None and before == self._hidden(page, known, targets):
                scale = _scale(png, page)
                if before:
                    png = paint(png, [place.polygon(scale) for place in before])
                painted = [(place.name, place.box) for place in before]
                return Shot(png, _size(png), scale, _box(control), painted)
            page.wait_for_timeout(50)
        names = [secret.name for secret in known] + [name for name, _ in targets]
        return Shot(None, _size(png), _scale(png, page), box, withheld=list(dict.fromkeys(names)))

    def _capture(self, page: Page) -> bytes:
        """The viewport as it is. Raises playwright's Error when the page does not stand still for it.

        Chromium never answers when the page navigates in the middle: then the question is taken back and asked anew.
        """

        def take_back(frame: Frame) -> None:
            if frame == page.main_frame:
                session = self._sessions.pop(page, None)
                with suppress(Error):  # the page may have closed
                    if session is not None:
                        session.detach()

        deadline = time.monotonic() + STILL
        while True:
            session = self._session(page)
            page.on("framenavigated", take_back)
            try:
                answer = session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
                return base64.b64decode(answer["data"])
            except Error:
                if page.is_closed() or time.monotonic() > deadline:
                    raise
            finally:
                page.remove_listener("framenavigated", take_back)
            page.wait_for_timeout(50)

    def _session(self, page: Page) -> CDPSession:
        if page not in self._sessions:
            for closed in [one for one in self._sessions if one.is_closed()]:
                del self._sessions[closed]
            self._sessions[page] = self._context.new_cdp_session(page)
        return self._sessions[page]

    def _hidden(self, page: Page, secrets: list[Secret], targets: list[tuple[str, Target]]) -> list[Hidden] | None:
        """Where secrets can be seen; None when the page could not be asked."""
        try:
            places = [place for name, target in targets for place in _of_target(page, name, target)]
            session = self._session(page)
            if secrets:
                session.send("DOM.enable")
                session.send("DOM.getDocument", {"depth": 0})
            for secret in secrets:
                places += self._of_text(session, secret)
            return places
        except Error:
            return None

    def _of_text(self, session: CDPSession, secret: Secret) -> list[Hidden]:
        """The places of a value in text, fields and closed shadow roots of the page and its frames."""
        search = {"query": secret.reveal(), "includeUserAgentShadowDOM": True}
        found = session.send("DOM.performSearch", search)
        try:
            total = found["resultCount"]
            if total == 0:
                return []
            window = {"searchId": found["searchId"], "fromIndex": 0, "toIndex": total}
            nodes: list[int] = session.send("DOM.getSearchResults", window)["nodeIds"]
        finally:
            session.send("DOM.discardSearchResults", {"searchId": found["searchId"]})
        places = []
        for node in nodes:
            with suppress(Error):  # a node without a box cannot be seen
                quads: list[list[float]] = session.send("DOM.getContentQuads", {"nodeId": node})["quads"]
                places += [Hidden(secret.name, tuple(quad)) for quad in quads]
        return places


def _of_target(page: Page, name: str, target: Target) -> list[Hidden]:
    places = []
    for handle in find.matches(page, target):
        box = handle.bounding_box()
        if box is not None:
            left, top = box["x"], box["y"]
            right, bottom = left + box["width"], top + box["height"]
            places.append(Hidden(name, (left, top, right, top, right, bottom, left, bottom)))
    return places


def _box(control: ElementHandle | None) -> Box | None:
    if control is None:
        return None
    try:
        control.evaluate(_INTO_VIEW)
        box: Any = control.bounding_box()
    except Error:  # the control is gone, as after a click that leaves the page
        return None
    return (box["x"], box["y"], box["width"], box["height"]) if box is not None else None


def _size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _scale(png: bytes, page: Page) -> float:
    size = page.viewport_size
    return _size(png)[0] / size["width"] if size else 1.0
