"""Painting over places of a picture, before it is written anywhere."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

COLOUR = (120, 124, 132)

Point = tuple[float, float]


def paint(png: bytes, polygons: Sequence[Sequence[Point]], margin: float = 3) -> bytes:
    """The picture with each polygon (corners in pixels) and ``margin`` pixels around it painted grey.

    All other pixels stay exact.
    """
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        pen = ImageDraw.Draw(image)
        colour = COLOUR if image.mode == "RGB" else (*COLOUR, 255)
        for corners in polygons:
            pen.polygon([*corners], fill=colour)
            pen.line([*corners, corners[0]], fill=colour, width=int(margin * 2) + 1, joint="curve")
            for x, y in corners:
                pen.ellipse([x - margin, y - margin, x + margin, y + margin], fill=colour)
        out = io.BytesIO()
        image.save(out, "PNG", compress_level=1)
        return out.getvalue()


def placeholder(size: tuple[int, int], lines: Sequence[str]) -> bytes:
    """A plain grey picture with a few lines of text in its middle."""
    from runwright.evidence.band import _font

    image = Image.new("RGB", size, (224, 226, 230))
    pen = ImageDraw.Draw(image)
    middle = size[1] // 2 - 16 * len(lines)
    for number, line in enumerate(lines):
        place = (size[0] // 2, middle + 32 * number)
        pen.text(place, line, fill=(60, 64, 72), font=_font("bold" if number == 0 else "latin", 20), anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()
