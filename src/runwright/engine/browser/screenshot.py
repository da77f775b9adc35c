"""Screenshots of the page, with secrets redacted before a screenshot leaves the process."""

from __future__ import annotations

import base64
import struct
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Error, Frame, Page

from runwright.engine.browser.cdp_sessions import CdpSessions
from runwright.engine.browser.dom import Box
from runwright.engine.browser.page_tiles import Clip, Tile
from runwright.engine.browser.redaction import (
    RedactedArea,
    RedactionSearch,
    areas_to_redact,
    uncover_messages,
)
from runwright.engine.browser.watchdog import time_limit
from runwright.engine.spans import timed
from runwright.evidence.images.redact import redact_areas

CAPTURE_TIMEOUT = 5.0
"""Seconds within which a capture that an error ended is repeated."""
CAPTURE_ANSWERED = 30.0
"""Seconds within which the browser must answer; it may never, as for a window that the desktop does not draw."""
MARGIN = 16.0
"""CSS pixels around the control in a screenshot of the control."""
MIN_WIDTH = 640.0
"""CSS pixels that a screenshot of a control is wide at least, so that its caption is readable."""
_TRIES = 4
Extent = Literal["window", "page", "control"]
"""What a screenshot shows: the viewport, the full page, or one control."""


@dataclass
class Capture:
    """A screenshot as it was captured and redacted."""

    png: bytes | None
    """None if the screenshot is withheld, since a secret on it could not be redacted."""
    size: tuple[int, int]
    """Width and height in device pixels."""
    scale: float
    """Device pixels per CSS pixel."""
    box: Box | None
    """The box of the control that the step acted on: CSS pixels from the screenshot's corner."""
    redacted: list[tuple[str, Box]] = field(default_factory=list)
    """The redacted areas: the secret's name and the box, from the screenshot's corner."""
    withheld: list[str] = field(default_factory=list)
    """The names of the secrets because of which the screenshot is withheld."""
    tile: Tile | None = None
    """The part of the page that it shows; None for the window or a control."""


@dataclass(frozen=True)
class _Region:
    """The part of the page that a screenshot shows, in CSS pixels from the viewport's corner."""

    left: float = 0.0
    top: float = 0.0
    clip: dict[str, float] | None = None
    """The CDP clip: the same position from the document's corner, and the size. None for the viewport."""

    def shifted(self, box: Box | None) -> Box | None:
        return (box[0] - self.left, box[1] - self.top, box[2], box[3]) if box is not None else None


class ScreenshotTaker:
    """Takes screenshots over CDP, which is twice as fast as Playwright's own method."""

    def __init__(self) -> None:
        self._sessions = CdpSessions()

    @timed("taking the screenshot")
    def take(
        self,
        page: Page,
        box: Box | None,
        search: RedactionSearch,
        extent: Literal["window", "control"] = "window",
        tile: Tile | None = None,
    ) -> Capture:
        """Take a screenshot with every area redacted that shows a secret. ``box`` is the box of the control.

        With a ``tile``, the screenshot shows that part of the page.

        The areas are located before and after the capture; if they differ, or a secret came and went in between, the
        capture is repeated, up to 4 times in all. Then the screenshot is withheld. Raises Playwright's Error when the
        browser cannot capture the page in time.
        """
        try:
            return self._redacted(page, box, search, extent, tile)
        finally:
            uncover_messages(self._sessions, page)

    def _redacted(
        self,
        page: Page,
        box: Box | None,
        search: RedactionSearch,
        extent: Literal["window", "control"],
        tile: Tile | None,
    ) -> Capture:
        for _ in range(_TRIES):
            region = self._region(page, tile.clip if tile is not None else None, box if extent == "control" else None)
            before = self._areas(page, search)
            png = self._capture(page, region)
            scale = _scale(png, page, region)
            if before is not None and before == self._areas(page, search, again=True):
                if before:
                    png = redact_areas(
                        png, [each.polygon(region.left, region.top, scale) for each in before], margin=3 * scale
                    )
                boxes = [(each.name, region.shifted(each.box) or each.box) for each in before]
                return Capture(png, _size(png), scale, region.shifted(box), boxes, tile=tile)
            page.wait_for_timeout(50)
        return Capture(None, _size(png), scale, region.shifted(box), [], search.names(), tile)

    def _areas(self, page: Page, search: RedactionSearch, again: bool = False) -> list[RedactedArea] | None:
        return areas_to_redact(self._sessions, page, search, again) if search else []

    def _region(self, page: Page, clip: Clip | None, around: Box | None) -> _Region:
        """The region of a clip, or the one around a box; the viewport without either."""
        if clip is None and around is None:
            return _Region()
        metrics = self._sessions.of(page).send("Page.getLayoutMetrics")
        viewport, content = metrics["cssVisualViewport"], metrics["cssContentSize"]
        across, down = viewport["pageX"], viewport["pageY"]
        if around is not None:
            left, top = max(around[0] + across - MARGIN, 0.0), max(around[1] + down - MARGIN, 0.0)
            width = max(around[2] + 2 * MARGIN, MIN_WIDTH)
            left = max(min(left, content["width"] - width), 0.0)
            clip = {"x": left, "y": top, "width": width, "height": around[3] + 2 * MARGIN}
        assert clip is not None
        return _Region(clip["x"] - across, clip["y"] - down, {**clip, "scale": 1})

    def _capture(self, page: Page, region: _Region) -> bytes:
        """The PNG without redaction. Raises Playwright's Error when the browser cannot capture the page in time.

        Chromium never answers when the page navigates during the capture: then the call is dropped and repeated.
        """
        unanswered = False

        def drop_call(frame: Frame) -> None:
            if frame == page.main_frame:
                self._sessions.drop(page)

        def give_up() -> None:
            nonlocal unanswered
            unanswered = True
            self._sessions.drop(page)

        parameters: dict[str, Any] = {"format": "png", "optimizeForSpeed": True}
        if region.clip is not None:
            parameters |= {"clip": region.clip, "captureBeyondViewport": True}
        deadline = time.monotonic() + CAPTURE_TIMEOUT
        while True:
            page.on("framenavigated", drop_call)
            try:
                with time_limit(CAPTURE_ANSWERED, give_up):
                    answer = self._sessions.of(page).send("Page.captureScreenshot", parameters)
                return base64.b64decode(answer["data"])
            except Error:
                if unanswered:
                    message = f"The browser has not captured the page within {CAPTURE_ANSWERED:g} seconds."
                    raise Error(message) from None
                if page.is_closed() or time.monotonic() > deadline:
                    raise
            finally:
                page.remove_listener("framenavigated", drop_call)
            page.wait_for_timeout(50)


def _size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _scale(png: bytes, page: Page, region: _Region) -> float:
    if region.clip is not None:
        return round(_size(png)[0] / region.clip["width"], 2)
    size = page.viewport_size
    return _size(png)[0] / size["width"] if size else 1.0
