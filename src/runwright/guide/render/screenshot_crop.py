"""The part of a screenshot that a finding shows: its control with a margin."""

from __future__ import annotations

from dataclasses import dataclass

from runwright.guide.match.observations import ScreenshotGeometry

_MARGIN = 48
"""Pixels around the control."""
_WIDTH, _HEIGHT = 480, 130
"""The smallest part that is shown, in pixels: less would not say where on the page the control is."""
_MOST = 420
"""The greatest height of the part, in pixels."""


@dataclass(frozen=True)
class Crop:
    """A part of a screenshot, and the outline of the control in it, in pixels of the file."""

    x: float
    y: float
    width: float
    height: float
    full_width: int
    full_height: int
    outline: tuple[float, float, float, float] | None


def crop(shot: ScreenshotGeometry) -> Crop:
    """The control with a margin; without a control the top of the page. The caption above the page is left out."""
    width, height = float(shot.width), float(max(shot.height - shot.caption, 1))
    if shot.box is None:
        return Crop(0, shot.caption, width, min(height, _MOST, width / 3), shot.width, shot.height, None)
    x, y, wide, high = shot.box
    part_width = min(width, max(wide + 2 * _MARGIN, _WIDTH))
    part_height = min(height, max(min(high + 2 * _MARGIN, _MOST), _HEIGHT))
    left = min(max(x + wide / 2 - part_width / 2, 0), width - part_width)
    middle = y + min(high, _MOST - 2 * _MARGIN) / 2
    top = min(max(middle - part_height / 2, shot.caption), shot.caption + height - part_height)
    return Crop(
        round(left, 1),
        round(top, 1),
        round(part_width, 1),
        round(part_height, 1),
        shot.width,
        shot.height,
        (round(x, 1), round(y, 1), round(wide, 1), round(high, 1)),
    )
