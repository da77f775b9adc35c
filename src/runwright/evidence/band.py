"""The band above every picture: where, when, who, which run and step. A picture is judged by itself."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from runwright.evidence import png as splice

REHEARSAL = (106, 27, 154)
"""The colour of a rehearsal's band, which no real run's band has."""
REAL = (238, 241, 245)

_LATIN = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf", "Helvetica.ttc")
_BOLD = ("DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "NotoSans-Bold.ttf", "Arial Bold.ttf", "arialbd.ttf")
_CJK = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKjp-Regular.otf",
    "NanumGothic.ttf",
    "AppleSDGothicNeo.ttc",
    "malgun.ttf",
    "msgothic.ttc",
    "unifont.ttf",
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)


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
    width, _ = splice.size(png)
    try:
        count = splice.channels(png)
    except splice.NotSpliceable:
        png = _as_browsers_write(png)
        count = splice.channels(png)
    image = draw(band, width)
    rows = image.convert("RGB" if count == 3 else "RGBA").tobytes()
    line = width * count
    return splice.with_rows_above(png, rows + b"\0" * line, image.height + 1), image.height + 1


def draw(band: Band, width: int) -> Image.Image:
    """The band as an image, two lines of text; twice as large for twice the window's pixels."""
    scale = 2 if width > 2000 else 1
    height, margin = 45 * scale, 12 * scale
    back = REHEARSAL if band.rehearsal else REAL
    strong, quiet = ((255, 255, 255), (232, 214, 245)) if band.rehearsal else ((20, 24, 32), (74, 82, 96))
    image = Image.new("RGB", (width, height), back)
    pen = ImageDraw.Draw(image)
    left = margin
    if band.rehearsal:
        font = _font("bold", 19 * scale)
        pen.text((left, height // 2), "REHEARSAL", fill=(255, 255, 255), font=font, anchor="lm")
        left += int(pen.textlength("REHEARSAL", font=font)) + margin
        pen.line([(left, 8 * scale), (left, height - 8 * scale)], fill=(186, 130, 214), width=scale)
        left += margin
    room = width - left - margin
    title = clean(band.title)
    first = f"{clean(band.address)}    {title}" if title else clean(band.address)
    _write(pen, (left, 13 * scale), first, room, 14 * scale, strong)
    _write(pen, (left, 32 * scale), _facts(band), room, 12 * scale, quiet)
    return image


def _facts(band: Band) -> str:
    step = f"step {band.step}" + (f" of {band.steps}" if band.steps else "")
    parts = [
        band.utc.strftime("%Y-%m-%d %H:%M:%S UTC"),
        band.local.strftime("local %H:%M:%S %z"),
        f"site's Date: {clean(band.server_date)}" if band.server_date else "site's Date: none",
        f"signed in: {clean(band.person)}" if band.person else "",
        f"{clean(band.runbook)}, {step}",
        f"run {band.run}",
    ]
    return "  ·  ".join(part for part in parts if part)


def clean(text: str) -> str:
    """The text with control and format signs (line feeds, bidi marks, escapes) written out."""
    return "".join(
        sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else f"\\u{ord(sign):04x}"
        for sign in text
    )


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, room: int, size: int, colour: tuple[int, int, int]
) -> None:
    """Write one line, cut in its middle where it is too long; each stretch in a font that has its signs."""
    runs = _runs(text)
    length = sum(pen.textlength(part, font=_font(kind, size)) for kind, part in runs)
    if length > room:
        keep = max(int(len(text) * room / length) - 3, 8)
        text = f"{text[: keep * 2 // 3]} … {text[len(text) - keep // 3 :]}"
        runs = _runs(text)
    x = float(at[0])
    for kind, part in runs:
        font = _font(kind, size)
        pen.text((x, at[1]), part, fill=colour, font=font, anchor="lm")
        x += pen.textlength(part, font=font)


def _runs(text: str) -> list[tuple[str, str]]:
    """The text in stretches that one font has."""
    runs: list[tuple[str, str]] = []
    for sign in text:
        kind = "cjk" if unicodedata.east_asian_width(sign) in "WF" else "latin"
        if runs and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + sign)
        else:
            runs.append((kind, sign))
    return runs


@lru_cache(maxsize=32)
def _font(kind: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    wanted = {"latin": _LATIN, "bold": _BOLD, "cjk": (*_CJK, *_LATIN)}[kind]
    files = _font_files()
    for name in wanted:
        if name.lower() in files:
            return ImageFont.truetype(str(files[name.lower()]), size)
    return ImageFont.load_default(size)


@lru_cache(maxsize=1)
def _font_files() -> dict[str, Path]:
    names = {name.lower() for name in (*_LATIN, *_BOLD, *_CJK)}
    folders = [Path(folder) for folder in _FOLDERS] + [Path.home() / ".fonts", Path.home() / ".local/share/fonts"]
    return {
        path.name.lower(): path
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.name.lower() in names
    }


def _as_browsers_write(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as image:
        out = io.BytesIO()
        image.convert("RGB").save(out, "PNG", compress_level=1)
        return out.getvalue()
