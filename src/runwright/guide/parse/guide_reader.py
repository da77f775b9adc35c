"""A guide's file becomes a Guide, whatever its dialect; what cannot be read is told."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from runwright.guide.parse import lexicon
from runwright.guide.parse.dialects import plain
from runwright.guide.parse.guide_model import Guide
from runwright.guide.parse.html_reader import read_html
from runwright.guide.parse.markdown import read_markdown
from runwright.guide.parse.outline import Outline
from runwright.language.diagnostics import Fault, Mark, UserError

LARGEST = 2_000_000
"""How many bytes a guide may have."""
_LANGUAGE = re.compile(r"(?:^|[/\\.])([a-z]{2}(?:-[A-Za-z]{2,4})?)(?=[/\\]|\.(?:md|mdx|html?|markdown)$)")
_LANGUAGES = frozenset(re.findall("..", "arcsdadeelenesfifrhehihuiditjakonbnlplptrorusvthtrukvizh"))


def read_guide(path: Path, language: str | None = None) -> Guide:
    """Read a guide. Raises UserError when the file is not there, too large, or no text."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        message = f"The guide cannot be read: {error.strerror}."
        raise UserError(Fault(message, "Give the path of a Markdown or HTML file.", path=path)) from None
    if size > LARGEST:
        message = f"The guide has {size / 1e6:.1f} MB; a guide has at most {LARGEST / 1e6:.0f}."
        raise UserError(Fault(message, "Give the file of one page.", path=path))
    return parse_guide(path, data, language)


def parse_guide(path: Path, data: bytes, language: str | None = None) -> Guide:
    """Read a guide from its bytes. Raises UserError when they are no text."""
    text = _text(path, data)
    lines = tuple(text.split("\n"))
    outline = Outline()
    title = ""
    if path.suffix.lower() in (".html", ".htm"):
        title = read_html(text, outline)
    else:
        bare = plain(text)
        title = bare.title
        read_markdown(bare, lines, outline)
    headings, items = outline.finish()
    return Guide(
        path,
        outline.title or title or path.stem,
        language or _language(path, text),
        headings,
        items,
        lines,
        hashlib.sha256(data).hexdigest(),
    )


def _text(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"The guide is not in UTF-8: the byte 0x{data[error.start]:02x} stands on line {line}."
        raise UserError(Fault(message, "Save it as UTF-8.", path=path)) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = "The guide is no text: it holds a zero byte."
        raise UserError(Fault(message, "Give a Markdown or HTML file.", Mark(line, 1), path))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _language(path: Path, text: str) -> str | None:
    named = [code for code in _LANGUAGE.findall(str(path)) if code[:2] in _LANGUAGES]
    return named[-1] if named else lexicon.language_of(text)
