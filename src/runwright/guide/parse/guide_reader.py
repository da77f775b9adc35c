"""Reads a guide file, Markdown of any dialect, reStructuredText or HTML, into a Guide; reports what cannot be read."""

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
from runwright.language.bounded_file import FileTooLarge, read_bounded
from runwright.language.diagnostics import Diagnostic, Mark, UserError

MAX_BYTES = 2_000_000
"""The largest size of a guide file in bytes."""
_LANGUAGE_IN_PATH = re.compile(
    r"(?:^|[/\\.])([a-z]{2}(?:-[A-Za-z]{2,4})?)(?=[/\\]|\.(?:md|mdx|html?|markdown|rst|rest|txt)$)"
)
_REST_SUFFIXES = (".rst", ".rest")
_REST_MARK = re.compile(r"^[ \t]*\.\. [\w:-]+::|^\.\. _[^\n]+:|(?<![\w:`]):[a-z][\w:-]*:`[^`\n]", re.MULTILINE)
"""What only reStructuredText has: a directive, a target, a role. Text files with one are read as such."""
_LANGUAGES = frozenset(re.findall("..", "arcsdadeelenesfifrhehihuiditjakonbnlplptrorusvthtrukvizh"))


def read_guide(path: Path, language: str | None = None) -> Guide:
    """Read a guide file. Raises UserError if the file does not exist, is too large, or is not text."""
    try:
        data = read_bounded(path, MAX_BYTES)
    except FileTooLarge as error:
        size = f"{error.size / 1e6:.1f} MB" if error.size is not None else "it does not end"
        message = f"The guide is too large: {size}; the limit is {MAX_BYTES / 1e6:.0f} MB."
        raise UserError(Diagnostic(message, "Pass a file that holds a single page.", path=path)) from None
    except OSError as error:
        message = f"Cannot read the guide: {error.strerror}."
        raise UserError(
            Diagnostic(message, "Pass the path of a Markdown, reStructuredText or HTML file.", path=path)
        ) from None
    return parse_guide(path, data, language)


def parse_guide(path: Path, data: bytes, language: str | None = None) -> Guide:
    """Parse a guide from its bytes. Raises UserError if they are not text."""
    text = _decode(path, data)
    lines = tuple(text.split("\n"))
    outline = Outline()
    title = ""
    if path.suffix.lower() in (".html", ".htm"):
        title = read_html(text, outline)
    elif _is_rest(path, text):
        _read_rest(path, text, lines, outline)
    else:
        markdown = plain(text)
        title = markdown.title
        read_markdown(markdown, lines, outline)
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


def _is_rest(path: Path, text: str) -> bool:
    suffix = path.suffix.lower()
    return suffix in _REST_SUFFIXES or (suffix == ".txt" and _REST_MARK.search(text) is not None)


def _read_rest(path: Path, text: str, lines: tuple[str, ...], outline: Outline) -> None:
    from runwright.guide.parse.rest_reader import read_rest  # docutils takes longer to import than all else here

    try:
        read_rest(text, lines, outline)
    except RecursionError:
        message = "The guide is nested too deeply."
        raise UserError(Diagnostic(message, "Reduce the levels of its lists and quotations.", path=path)) from None


def _decode(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"The guide is not UTF-8: invalid byte 0x{data[error.start]:02x} on line {line}."
        raise UserError(Diagnostic(message, "Save the file as UTF-8.", path=path)) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = "The guide is not a text file: it contains a zero byte."
        raise UserError(Diagnostic(message, "Pass a Markdown, reStructuredText or HTML file.", Mark(line, 1), path))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _language(path: Path, text: str) -> str | None:
    codes = [code for code in _LANGUAGE_IN_PATH.findall(str(path)) if code[:2] in _LANGUAGES]
    return codes[-1] if codes else lexicon.language_of(text)
