"""Pictures of the page as it is seen, with secrets painted over before a picture leaves the process."""

from __future__ import annotations

import base64
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import BrowserContext, Error, Frame, Page

from runwright.engine.browser.redaction import Box, Hidden, Sessions, hidden
from runwright.evidence.images.redact import paint
from runwright.language.secret_value import Secret
from runwright.language.targets import Target

STILL = 5.0
"""Seconds in which a page must stand still for a picture."""
HIGHEST = 16_000
"""CSS pixels of a whole page that one picture takes; what lies below is cut off."""
AROUND = 16.0
"""CSS pixels around a control in a picture of it alone."""
NARROWEST = 640.0
"""CSS pixels of such a picture's width, so that the band above it can be read."""
_TRIES = 4
Extent = Literal["window", "page", "control"]
"""What a picture shows: the viewport, the whole page, or the control alone."""


@dataclass
class Shot:
    """A picture of the page."""

    png: bytes | None
    """None when it is withheld, since what it shows of a secret could not be painted over."""
    size: tuple[int, int]
    """Width and height in device pixels."""
    scale: float
    """Device pixels per CSS pixel."""
    box: Box | None
    """Where the control is that was acted on: CSS pixels from the picture's corner."""
    painted: list[tuple[str, Box]] = field(default_factory=list)
    """What was painted over: the secret's name and where, from the picture's corner."""
    withheld: list[str] = field(default_factory=list)
    """The secrets for whose sake the picture was withheld."""


@dataclass(frozen=True)
class _Cut:
    """The part of the page that a picture shows, in CSS pixels from the viewport's corner."""

    left: float = 0.0
    top: float = 0.0
    clip: dict[str, float] | None = None
    """The same from the document's corner, with its size; None for the viewport."""

    def shifted(self, box: Box | None) -> Box | None:
        return (box[0] - self.left, box[1] - self.top, box[2], box[3]) if box is not None else None


class Camera:
    """Takes pictures over CDP, which is twice as fast as Playwright's own way."""

    def __init__(self, context: BrowserContext) -> None:
        self._sessions = Sessions(context)

    def shoot(
        self,
        page: Page,
        box: Box | None,
        secrets: Iterable[Secret],
        concealed: Iterable[tuple[str, Target]],
        extent: Extent = "window",
    ) -> Shot:
        """Take a picture; every place that shows a secret is painted over. ``box`` is where the control is.

        The places are looked for before and after the capture; where they moved, it is taken again. Raises
        playwright's Error when the page does not stand still for it.
        """
        known, targets = list(secrets), list(concealed)
        for _ in range(_TRIES):
            cut = self._cut(page, extent, box)
            before = self._hidden(page, known, targets)
            png = self._capture(page, cut)
            scale = _scale(png, page, cut)
            if before is not None and before == self._hidden(page, known, targets):
                if before:
                    png = paint(png, [each.polygon(cut.left, cut.top, scale) for each in before], margin=3 * scale)
                painted = [(each.name, cut.shifted(each.box) or each.box) for each in before]
                return Shot(png, _size(png), scale, cut.shifted(box), painted)
            page.wait_for_timeout(50)
        names = [secret.name for secret in known] + [name for name, _ in targets]
        return Shot(None, _size(png), scale, cut.shifted(box), withheld=list(dict.fromkeys(names)))

    def _hidden(self, page: Page, known: list[Secret], targets: list[tuple[str, Target]]) -> list[Hidden] | None:
        return hidden(self._sessions, page, known, targets) if known or targets else []

    def _cut(self, page: Page, extent: Extent, box: Box | None) -> _Cut:
        """What to cut out; the viewport where there is no control to show alone."""
        if extent == "window" or (extent == "control" and box is None):
            return _Cut()
        metrics = self._sessions.of(page).send("Page.getLayoutMetrics")
        seen, whole = metrics["cssVisualViewport"], metrics["cssContentSize"]
        across, down = seen["pageX"], seen["pageY"]
        if extent == "page" or box is None:
            clip = {"x": 0, "y": 0, "width": whole["width"], "height": min(whole["height"], HIGHEST), "scale": 1}
        else:
            left, top = max(box[0] + across - AROUND, 0.0), max(box[1] + down - AROUND, 0.0)
            width = max(box[2] + 2 * AROUND, NARROWEST)
            left = max(min(left, whole["width"] - width), 0.0)
            clip = {"x": left, "y": top, "width": width, "height": box[3] + 2 * AROUND, "scale": 1}
        return _Cut(clip["x"] - across, clip["y"] - down, clip)

    def _capture(self, page: Page, cut: _Cut) -> bytes:
        """The picture as it is. Raises playwright's Error when the page does not stand still for it.

        Chromium never answers when the page navigates in the middle: then the question is taken back and asked anew.
        """

        def take_back(frame: Frame) -> None:
            if frame == page.main_frame:
                self._sessions.drop(page)

        asked: dict[str, Any] = {"format": "png", "optimizeForSpeed": True}
        if cut.clip is not None:
            asked |= {"clip": cut.clip, "captureBeyondViewport": True}
        deadline = time.monotonic() + STILL
        while True:
            page.on("framenavigated", take_back)
            try:
                answer = self._sessions.of(page).send("Page.captureScreenshot", asked)
                return base64.b64decode(answer["data"])
            except Error:
                if page.is_closed() or time.monotonic() > deadline:
                    raise
            finally:
                page.remove_listener("framenavigated", take_back)
            page.wait_for_timeout(50)


def _size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _scale(png: bytes, page: Page, cut: _Cut) -> float:
    if cut.clip is not None:
        return round(_size(png)[0] / cut.clip["width"], 2)
    size = page.viewport_size
    return _size(png)[0] / size["width"] if size else 1.0
