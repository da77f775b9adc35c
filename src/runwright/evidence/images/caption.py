"""The caption above every screenshot: address, times, person, run and step, so that each file stands on its own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from PIL import Image, ImageDraw

from runwright.evidence.images import fonts
from runwright.evidence.images import png as png_format
from runwright.evidence.sanitize import clean

REHEARSAL = (106, 27, 154)
"""The caption colour of a rehearsal."""
REAL = (238, 241, 245)
"""The caption colour of a real run."""

_STRONG = {True: (255, 255, 255), False: (20, 24, 32)}
_QUIET = {True: (232, 214, 245), False: (74, 82, 96)}
"""Text colours, by whether the run is a rehearsal."""
_BAR = (186, 130, 214)

_SEPARATOR = "   ·   "


@dataclass(frozen=True)
class Caption:
    """The content of a caption."""

    address: str
    title: str
    utc: datetime
    local: datetime
    server_date: str | None
    person: str | None
    runbook: str
    step: int
    steps: int | None
    run: str
    rehearsal: bool
    part: str = ""
    """The part of the page that the screenshot shows, if the page takes several."""
    trust: str = ""
    """What the site's certificate is trusted by, if the runbook names it."""


def with_caption(png: bytes, caption: Caption) -> tuple[bytes, int]:
    """Add the caption above a screenshot; return the PNG and the caption's height in pixels.

    The pixels of the page stay unchanged.
    """
    try:
        count = png_format.channels(png)
    except png_format.UnsupportedPng:
        png = _reencoded(png)
        count = png_format.channels(png)
    width, _ = png_format.size(png)
    image = draw(caption, width)
    rows = image.convert("RGB" if count == 3 else "RGBA").tobytes()
    return png_format.with_rows_above(png, rows + bytes(width * count), image.height + 1), image.height + 1


def draw(caption: Caption, width: int) -> Image.Image:
    """The caption as an image: address and title, then the other facts.

    Its text is twice as large above 2000 pixels of width, and it has more lines on a narrow page.
    """
    scale = 2 if width > 2000 else 1
    margin, rehearsal = 12 * scale, caption.rehearsal
    word_beside = rehearsal and width >= 700 * scale
    left = 3 * margin + _word_width(scale) if word_beside else margin
    text_width = width - left - margin
    facts = _wrapped(_facts(caption), text_width, 12 * scale)
    above = 26 * scale if rehearsal and not word_beside else 0
    image = _background(width, above + (28 + 19 * len(facts)) * scale, scale, rehearsal).copy()
    pen = ImageDraw.Draw(image)
    _draw_address(pen, (left, above + 14 * scale), caption, text_width, scale)
    for number, line in enumerate(facts):
        fonts.write(pen, (left, above + (34 + 19 * number) * scale), line, 12 * scale, _QUIET[rehearsal])
    return image


def _word_width(scale: int) -> int:
    return int(fonts.width("REHEARSAL", 19 * scale, bold=True))


@lru_cache(maxsize=8)
def _background(width: int, height: int, scale: int, rehearsal: bool) -> Image.Image:
    """The part that all captions of one size share: the colour and the word REHEARSAL, beside the text or above it."""
    image = Image.new("RGB", (width, height), REHEARSAL if rehearsal else REAL)
    if not rehearsal:
        return image
    pen, margin = ImageDraw.Draw(image), 12 * scale
    word_beside = width >= 700 * scale
    middle = height // 2 if word_beside else 16 * scale
    fonts.write(pen, (margin, middle), "REHEARSAL", 19 * scale, _STRONG[True], bold=True)
    if word_beside:
        bar = _word_width(scale) + 2 * margin
        pen.line([(bar, 8 * scale), (bar, height - 9 * scale)], fill=_BAR, width=scale)
    return image


def _draw_address(pen: ImageDraw.ImageDraw, at: tuple[int, int], caption: Caption, width: int, scale: int) -> None:
    """Draw the address and then the title. When both are too long, the address gets two thirds of the width."""
    size, gap, title = 14 * scale, 18 * scale, clean(caption.title)
    title_width = min(fonts.width(title, size) + gap, width / 3) if title else 0
    address = elided(clean(caption.address), width - title_width, size)
    end = fonts.write(pen, at, address, size, _STRONG[caption.rehearsal])
    if title:
        remaining = at[0] + width - end - gap
        fonts.write(pen, (end + gap, at[1]), elided(title, remaining, size), size, _QUIET[caption.rehearsal])


def _facts(caption: Caption) -> list[str]:
    step = f"step {caption.step}" + (f" of {caption.steps}" if caption.steps else "")
    parts = [
        caption.utc.strftime("%Y-%m-%d %H:%M:%S UTC"),
        caption.local.strftime("local %H:%M:%S %z").strip(),
        f"site’s Date: {clean(caption.server_date)}" if caption.server_date else "site’s Date: none",
        f"certificate trusted by {clean(caption.trust)}" if caption.trust else "",
        f"signed in: {clean(caption.person)}" if caption.person else "",
        f"{clean(caption.runbook)}, {step}",
        f"run {clean(caption.run)}",
        clean(caption.part),
    ]
    return [part for part in parts if part]


def _wrapped(parts: Sequence[str], width: float, size: int) -> list[str]:
    """The facts in lines. A fact that does not fit starts a new line; none is omitted."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{_SEPARATOR}{part}" if lines else part
        if lines and fonts.width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(elided(part, width, size))
    return lines


def elided(text: str, width: float, size: int) -> str:
    """The text, shortened in the middle when it is wider than ``width`` pixels; two thirds come from its start."""
    if fonts.width(text, size) <= width:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        keep = (fits + too_long) // 2
        if fonts.width(_shortened(text, keep), size) <= width:
            fits = keep
        else:
            too_long = keep
    return _shortened(text, fits)


def _shortened(text: str, keep: int) -> str:
    tail = keep // 3
    return f"{text[: keep - tail]}…{text[len(text) - tail :]}"


def _reencoded(png: bytes) -> bytes:
    """The image as 8-bit RGB or RGBA, as browsers write it."""
    with Image.open(io.BytesIO(png)) as image:
        transparent = image.mode in ("LA", "PA", "La") or "transparency" in image.info
        out = io.BytesIO()
        image.convert("RGBA" if transparent else "RGB").save(out, "PNG", compress_level=1)
        return out.getvalue()
