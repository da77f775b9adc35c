"""Draws and measures text with the machine's fonts, choosing for each character a font that has it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Colour = tuple[int, int, int]

_PLAIN = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf", "Helvetica.ttc")
_BOLD = ("DejaVuSans-Bold.ttf", "NotoSans-Bold.ttf", "LiberationSans-Bold.ttf", "Arial Bold.ttf", "arialbd.ttf")
_OTHERS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKkr-Regular.otf",
    "NotoSansCJKjp-Regular.otf",
    "SourceHanSans-Regular.ttc",
    "NanumGothic.ttf",
    "UnDotum.ttf",
    "AppleSDGothicNeo.ttc",
    "AppleGothic.ttf",
    "Hiragino Sans GB.ttc",
    "malgun.ttf",
    "msgothic.ttc",
    "msyh.ttc",
    "fonts-japanese-gothic.ttf",
    "ipag.ttf",
    "ipagp.ttf",
    "TakaoGothic.ttf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "Arial Unicode.ttf",
    "FreeSans.ttf",
    "unifont.ttf",
    "unifont.otf",
)
"""Fallback fonts: first for Korean, Japanese and Chinese, then those with the most characters."""

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "~/Library/Fonts",
)
_MISSING = "\U0010fffd"
"""A character that no font has. Its glyph is what a font draws for every missing character."""


@lru_cache(maxsize=16)
def fonts(size: int, bold: bool = False) -> tuple[Font, ...]:
    """The fonts in the order of preference; the first is for Latin letters. Pillow's own when none exists."""
    files = _files()
    names = _BOLD if bold else _PLAIN
    first = next((files[name.lower()] for name in names if name.lower() in files), None)
    found: list[Font] = [ImageFont.load_default(size)] if first is None else [ImageFont.truetype(first, size)]
    found += [ImageFont.truetype(files[name.lower()], size) for name in _OTHERS if name.lower() in files]
    return tuple(found)


def first_file(bold: bool = False) -> Path | None:
    """The file of the font for Latin letters, or None when the machine has none."""
    return next((_files()[name.lower()] for name in (_BOLD if bold else _PLAIN) if name.lower() in _files()), None)


def other_files() -> list[Path]:
    """The files of the fallback fonts, in the order of preference."""
    return [_files()[name.lower()] for name in _OTHERS if name.lower() in _files()]


def write(
    pen: ImageDraw.ImageDraw, at: tuple[float, int], text: str, size: int, colour: Colour, bold: bool = False
) -> float:
    """Draw one line of text, its left middle at a point. Return the x coordinate where it ends."""
    x = at[0]
    for font, part in _runs(text, size, bold):
        pen.text(
            (x, at[1]), part, fill=colour, font=font, anchor="lm" if isinstance(font, ImageFont.FreeTypeFont) else None
        )
        x += font.getlength(part)
    return x


def width(text: str, size: int, bold: bool = False) -> float:
    """The width of a text in pixels."""
    return sum(font.getlength(part) for font, part in _runs(text, size, bold))


@lru_cache(maxsize=256)
def _runs(text: str, size: int, bold: bool) -> tuple[tuple[Font, str], ...]:
    """The text in parts, each with the font that has all of its characters."""
    if text.isascii():
        return ((fonts(size, bold)[0], text),)
    runs: list[tuple[Font, str]] = []
    for character in text:
        font = _font(character, size, bold)
        if runs and runs[-1][0] is font:
            runs[-1] = (font, runs[-1][1] + character)
        else:
            runs.append((font, character))
    return tuple(runs)


@lru_cache(maxsize=4096)
def _font(character: str, size: int, bold: bool) -> Font:
    """The first font that has a character; when none has it, the plain one, which draws a box."""
    known = fonts(size, bold)
    return known[0] if character.isascii() else next((font for font in known if _has(font, character)), known[0])


def _has(font: Font, character: str) -> bool:
    return character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask(_MISSING))


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    wanted = {name.lower() for name in (*_PLAIN, *_BOLD, *_OTHERS)}
    return {path.name.lower(): path for path in _all_files() if path.name.lower() in wanted}


def _all_files() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from Path(folder).expanduser().rglob("*")
