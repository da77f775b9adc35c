"""Redacts areas of a screenshot before it is written to disk."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from runwright.evidence.images import fonts

COLOUR = (120, 124, 132)
"""The colour of a redacted area."""

Point = tuple[float, float]


def redact_areas(png: bytes, polygons: Sequence[Sequence[Point]], margin: float = 3) -> bytes:
    """The screenshot with each polygon (corners in pixels) and ``margin`` pixels around it filled with grey.

    All other pixels stay unchanged.
    """
    if not polygons:
        return png
    with Image.open(io.BytesIO(png)) as opened:
        image: Image.Image = opened
        image.load()
        if image.mode not in ("RGB", "RGBA"):
            image = image.convert("RGBA" if "A" in image.mode or "transparency" in image.info else "RGB")
        pen = ImageDraw.Draw(image)
        colour = COLOUR if image.mode == "RGB" else (*COLOUR, 255)
        for corners in polygons:
            pen.polygon([*corners], fill=colour)
            pen.line([*corners, corners[0]], fill=colour, width=int(margin * 2) + 1, joint="curve")
            for x, y in corners:
                pen.rectangle([x - margin, y - margin, x + margin, y + margin], fill=colour)
        return _encoded(image)


def placeholder(size: tuple[int, int], lines: Sequence[str]) -> bytes:
    """A grey image with a few lines of text in the middle."""
    image = Image.new("RGB", size, (224, 226, 230))
    pen = ImageDraw.Draw(image)
    top = size[1] // 2 - 16 * (len(lines) - 1)
    for number, line in enumerate(lines):
        bold = number == 0
        left = max((size[0] - fonts.width(line, 20, bold)) / 2, 4)
        fonts.write(pen, (left, top + 32 * number), line, 20, (60, 64, 72), bold)
    return _encoded(image)


def _encoded(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
