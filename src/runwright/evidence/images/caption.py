"""The band above every picture: where, when, who, which run and step. A picture is judged by itself."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from PIL import Image, ImageDraw

from runwright.evidence.images import fonts
from runwright.evidence.images import png as splice
from runwright.evidence.sanitize import clean

REHEARSAL = (106, 27, 154)
"""The colour of a rehearsal's band, which no real run's band has."""
REAL = (238, 241, 245)

_STRONG = {True: (255, 255, 255), False: (20, 24, 32)}
_QUIET = {True: (232, 214, 245), False: (74, 82, 96)}
"""Colours of the text, by whether it is a rehearsal."""
_BAR = (186, 130, 214)

_BETWEEN = "   ·   "


@dataclass(frozen=True)
class Band:
    """What the band says."""

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


def with_band(png: bytes, band: Band) -> tuple[bytes, int]:
    """The picture with its band above it, and the band's height in pixels. The picture's pixels stay exact."""
    try:
        count = splice.channels(png)
    except splice.NotSpliceable:
        png = _as_browsers_write(png)
        count = splice.channels(png)
    width, _ = splice.size(png)
    image = draw(band, width)
    rows = image.convert("RGB" if count == 3 else "RGBA").tobytes()
    return splice.with_rows_above(png, rows + bytes(width * count), image.height + 1), image.height + 1


def draw(band: Band, width: int) -> Image.Image:
    """The band as an image: where, then the facts; twice as large for twice the pixels, higher on narrow pages."""
    scale = 2 if width > 2000 else 1
    margin, rehearsal = 12 * scale, band.rehearsal
    aside = rehearsal and width >= 700 * scale
    left = 3 * margin + _word(scale) if aside else margin
    room = width - left - margin
    facts = _wrapped(_facts(band), room, 12 * scale)
    above = 26 * scale if rehearsal and not aside else 0
    image = _ground(width, above + (28 + 19 * len(facts)) * scale, scale, rehearsal).copy()
    pen = ImageDraw.Draw(image)
    _where(pen, (left, above + 14 * scale), band, room, scale)
    for number, line in enumerate(facts):
        fonts.write(pen, (left, above + (34 + 19 * number) * scale), line, 12 * scale, _QUIET[rehearsal])
    return image


def _word(scale: int) -> int:
    return int(fonts.width("REHEARSAL", 19 * scale, bold=True))


@lru_cache(maxsize=8)
def _ground(width: int, height: int, scale: int, rehearsal: bool) -> Image.Image:
    """What is the same in every band of its size: the colour, and a rehearsal's word, beside the text or above it."""
    image = Image.new("RGB", (width, height), REHEARSAL if rehearsal else REAL)
    if not rehearsal:
        return image
    pen, margin = ImageDraw.Draw(image), 12 * scale
    aside = width >= 700 * scale
    fonts.write(pen, (margin, height // 2 if aside else 16 * scale), "REHEARSAL", 19 * scale, _STRONG[True], bold=True)
    if aside:
        bar = _word(scale) + 2 * margin
        pen.line([(bar, 8 * scale), (bar, height - 9 * scale)], fill=_BAR, width=scale)
    return image


def _where(pen: ImageDraw.ImageDraw, at: tuple[int, int], band: Band, room: int, scale: int) -> None:
    """The address, and the title behind it; of what is too long, the address has two thirds of the room."""
    size, gap, title = 14 * scale, 18 * scale, clean(band.title)
    behind = min(fonts.width(title, size) + gap, room / 3) if title else 0
    address = elided(clean(band.address), room - behind, size)
    end = fonts.write(pen, at, address, size, _STRONG[band.rehearsal])
    if title:
        left = at[0] + room - end - gap
        fonts.write(pen, (end + gap, at[1]), elided(title, left, size), size, _QUIET[band.rehearsal])


def _facts(band: Band) -> list[str]:
    step = f"step {band.step}" + (f" of {band.steps}" if band.steps else "")
    parts = [
        band.utc.strftime("%Y-%m-%d %H:%M:%S UTC"),
        band.local.strftime("local %H:%M:%S %z").strip(),
        f"site’s Date: {clean(band.server_date)}" if band.server_date else "site’s Date: none",
        f"signed in: {clean(band.person)}" if band.person else "",
        f"{clean(band.runbook)}, {step}",
        f"run {clean(band.run)}",
    ]
    return [part for part in parts if part]


def _wrapped(parts: Sequence[str], room: float, size: int) -> list[str]:
    """Facts in lines: one that has no room goes to the next line, none is left out."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{_BETWEEN}{part}" if lines else part
        if lines and fonts.width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(elided(part, room, size))
    return lines


def elided(text: str, room: float, size: int) -> str:
    """The text, with an ellipsis in its middle where it is too long for the room; its beginning weighs more."""
    if fonts.width(text, size) <= room:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        keep = (fits + too_long) // 2
        if fonts.width(_shortened(text, keep), size) <= room:
            fits = keep
        else:
            too_long = keep
    return _shortened(text, fits)


def _shortened(text: str, keep: int) -> str:
    behind = keep // 3
    return f"{text[: keep - behind]}…{text[len(text) - behind :]}"


def _as_browsers_write(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as image:
        seen_through = image.mode in ("LA", "PA", "La") or "transparency" in image.info
        out = io.BytesIO()
        image.convert("RGBA" if seen_through else "RGB").save(out, "PNG", compress_level=1)
        return out.getvalue()
