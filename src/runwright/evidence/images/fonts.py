"""Draws and measures text with fonts that come with packages, so that a caption looks the same on every machine.

Latin, Greek and Cyrillic letters are those of Source Sans 3, a dependency. Chinese, Japanese and Korean characters come
from the font of the extra `cjk`, else from an installed font. A character that no font has is written as its code.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont
Colour = tuple[int, int, int]

_LATIN = ("fontpkg_source_sans_3", "files/SourceSans3[[]wght].ttf")
_CJK = ("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc")
"""Packages with one font file each, and the file in them as a pattern. Both fonts are variable in their weight."""
_PLAIN, _BOLD = 400, 600
"""Weights."""
_INSTALLED = (
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
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "Arial Unicode.ttf",
    "FreeSans.ttf",
    "unifont.ttf",
    "unifont.otf",
)
"""Installed fonts for what the packages lack: for Korean, Japanese and Chinese, then those with most characters."""

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
def _packaged(size: int, bold: bool) -> tuple[Font, ...]:
    """The fonts of packages; the first is for Latin letters. They are drawn alike on every machine.

    The basic layout is used, since the other one depends on a library of the system.
    """
    found = []
    for package, pattern in (_LATIN, _CJK):
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or [])[:1] if spec is not None else ():
            for file in Path(folder).glob(pattern):
                font = ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
                font.set_variation_by_axes([_BOLD if bold else _PLAIN])
                found.append(font)
    assert found, f"the package {_LATIN[0]} is missing or has no font: install runwright again"
    return tuple(found)


@lru_cache(maxsize=16)
def _installed(size: int) -> tuple[Font, ...]:
    """The fonts of this machine, in the order of preference."""
    files = _files()
    return tuple(ImageFont.truetype(files[name.lower()], size) for name in _INSTALLED if name.lower() in files)


def write(
    pen: ImageDraw.ImageDraw, at: tuple[float, int], text: str, size: int, colour: Colour, bold: bool = False
) -> float:
    """Draw one line of text, its left middle at a point. Return the x coordinate where it ends."""
    x = at[0]
    for font, part in _runs(text, size, bold):
        pen.text((x, at[1]), part, fill=colour, font=font, anchor="lm")
        x += font.getlength(part)
    return x


def width(text: str, size: int, bold: bool = False) -> float:
    """The width of a text in pixels."""
    return sum(font.getlength(part) for font, part in _runs(text, size, bold))


@lru_cache(maxsize=256)
def _runs(text: str, size: int, bold: bool) -> tuple[tuple[Font, str], ...]:
    """The text in parts, each with the font that has all of its characters.

    Characters that no font has become their codes, such as `[U+1F600]`: a reader can look them up, a box says nothing.
    """
    latin = _packaged(size, bold)[0]
    if text.isascii():
        return ((latin, text),)
    parts: list[tuple[Font, str]] = []
    for font, group in groupby(text, lambda character: _font(character, size, bold)):
        part = "".join(group)
        if font is None:
            part = f"[{' '.join(f'U+{ord(character):04X}' for character in part)}]"
        if parts and parts[-1][0] is (font or latin):
            part = parts.pop()[1] + part
        parts.append((font or latin, part))
    return tuple(parts)


@lru_cache(maxsize=4096)
def _font(character: str, size: int, bold: bool) -> Font | None:
    """The first font that has a character; None when none has it. Fonts of the machine are read only when needed."""
    packaged = _packaged(size, bold)
    if character.isascii() or character.isspace():
        return packaged[0]
    found = next((font for font in packaged if _has(font, character)), None)
    return found or next((font for font in _installed(size) if _has(font, character)), None)


def _has(font: Font, character: str) -> bool:
    return bytes(font.getmask(character)) != bytes(font.getmask(_MISSING))


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    wanted = {name.lower() for name in _INSTALLED}
    return {path.name.lower(): path for path in _all_files() if path.name.lower() in wanted}


def _all_files() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from Path(folder).expanduser().rglob("*")
