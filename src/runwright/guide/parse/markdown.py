"""Reads plain Markdown into an outline, with the source position of each piece of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from runwright.guide.parse.dialects import FILLER, STEP, STEPS_END, TAB, PlainMarkdown
from runwright.guide.parse.guide_model import GuideImage, Value
from runwright.guide.parse.html_reader import HtmlNesting, HtmlReader, without_unclosed_tags
from runwright.guide.parse.inline import Paragraph, Span
from runwright.guide.parse.outline import Outline
from runwright.guide.parse.sphinx_names import menu_parts, role_kind, shown_range, without_accelerators

_HEADING_ANCHOR = re.compile(r"\s*\{:?\s*(?:#([\w:.-]+)|\.[\w-]|[\w-]+=)[^{}]*\}\s*$")
_KEY_COMBINATION = re.compile(r"\+\+(?=\S)([^\s+]+(?:\+[^\s+]+)*)\+\+")
"""Key combinations in the syntax of MkDocs: `++ctrl+s++`."""
_INLINE_TAG = re.compile(r"<(/?)\s*([a-zA-Z]+)([^>]*)>")
_ROLE_BEFORE = re.compile(r"\{([\w:+.-]+)\}`+$")
_INLINE_KINDS = {"b": "bold", "strong": "bold", "kbd": "kbd", "code": "code", "samp": "code"}
_MARKUP_CHARACTERS = re.compile(r"[*_`\[<&\\!]")
_WORDS = r"(?:[^*_`\[\]<&\\!]++|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])|!(?!\[)|&(?![#A-Za-z]))++"
_COMMON = re.compile(
    rf"(?P<text>{_WORDS})"
    rf"|\*\*(?P<bold>(?=[^\W_]){_WORDS})(?:(?<=[^\W_])\*\*(?!\*)|(?<=[:.?!)])\*\*(?=[\s.,;:!?)]|$))"
    r"|`(?P<code>(?! )[^`\n]+(?<! ))`(?!`)"
    r"|<(?P<address>https?://[a-z0-9./~-]+)>"
    rf"|(?P<bang>!?)\[(?P<words>[^*_`\[\]<&\\!\n]+)\]\((?P<to>[A-Za-z0-9./~#-]+|https?://[a-z0-9./~-]+)\)"
)
"""The pieces of nearly all paragraphs, restricted to unambiguous forms."""
_MAX_PARAGRAPH = 20_000
"""The longest paragraph, in characters, that is searched for emphasis and links."""
_MAX_NESTING = 60
"""The deepest nesting of lists and quotes; deeper levels are read as text."""


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})
    parser.enable("table")
    parser.core.ruler.disable(["inline", "text_join"])
    parser.disable("code")  # in guides, an indent of four nearly always belongs to a list, admonition or component
    return parser


def read_markdown(plain: PlainMarkdown, lines: tuple[str, ...], outline: Outline) -> None:
    """Read a guide's plain Markdown into an outline; ``lines`` are the lines of the original source."""
    _MarkdownReader(plain, lines, outline).read_tokens(_parser().parse(plain.text))


class MarkdownPiece(NamedTuple):
    """A piece of a paragraph: its token type, its text, and its form in the source or its URL."""

    kind: str
    content: str = ""
    extra: str = ""


def pieces(content: str) -> list[MarkdownPiece]:
    """The pieces of a paragraph, in order. A paragraph that is too long is plain text."""
    if len(content) > _MAX_PARAGRAPH or not _MARKUP_CHARACTERS.search(content):
        return list(_lines(content))
    common = _parse_common(content)
    return common if common is not None else parsed(content)


def parsed(content: str) -> list[MarkdownPiece]:
    """The pieces of a paragraph as the Markdown parser finds them."""
    parser = _parser()
    found: list[Token] = []
    parser.inline.parse(content, parser, {}, found)
    return [MarkdownPiece(token.type, token.content, _extra(token)) for token in found]


def _extra(token: Token) -> str:
    if token.type == "text_special":
        return token.markup
    return str(token.attrs.get("href") or token.attrs.get("src") or "")


def _lines(content: str) -> Iterator[MarkdownPiece]:
    if "\n" not in content:
        yield MarkdownPiece("text", content)
        return
    for number, line in enumerate(content.split("\n")):
        if number:
            yield MarkdownPiece("softbreak")
            line = line.lstrip(" \t")
        yield MarkdownPiece("text", line)


def _parse_common(content: str) -> list[MarkdownPiece] | None:
    """The pieces of a paragraph with common syntax only; None for others. The parser takes ten times as long."""
    found: list[MarkdownPiece] = []
    at = 0
    while at < len(content):
        piece = _COMMON.match(content, at)
        if piece is None:
            return None
        at = piece.end()
        match piece.lastgroup:
            case "text":
                found += _lines(piece[0])
            case "bold":
                found += (MarkdownPiece("strong_open"), *_lines(piece["bold"]), MarkdownPiece("strong_close"))
            case "code":
                found.append(MarkdownPiece("code_inline", piece["code"]))
            case "address":
                found += (
                    MarkdownPiece("link_open", "", piece["address"]),
                    MarkdownPiece("text", piece["address"]),
                    MarkdownPiece("link_close"),
                )
            case _ if piece["bang"]:
                found.append(MarkdownPiece("image", piece["words"], piece["to"]))
            case _:
                found += (
                    MarkdownPiece("link_open", "", piece["to"]),
                    MarkdownPiece("text", piece["words"]),
                    MarkdownPiece("link_close"),
                )
    return found


class _MarkdownReader:
    """Emits the block tokens of a guide to an outline."""

    def __init__(self, plain: PlainMarkdown, lines: tuple[str, ...], outline: Outline) -> None:
        self._lines = lines
        self._outline = outline
        self._images = sorted(plain.images, key=lambda image: image.line)
        self._anchors = sorted((line, name) for line, names in plain.anchors.items() for name in names)
        self._heading: int | None = None
        self._in_table_head = False
        self._nesting = HtmlNesting(outline)
        self._tabs = plain.tabs

    def read_tokens(self, tokens: list[Token]) -> None:
        for token in tokens:
            if token.map is not None:
                self._emit_until(token.map[0] + 1, token.type in ("heading_open", "html_block"))
            self._token(token)
        self._emit_until(len(self._lines) + 1, False)

    def _emit_until(self, line: int, heading: bool) -> None:
        """Emit the images above this line; before a heading, emit the anchors in the three lines above it."""
        while self._images and self._images[0].line < line:
            self._outline.image(self._images.pop(0))
        names = [(at, name) for at, name in self._anchors if at <= line]
        if names and heading:
            self._anchors = self._anchors[len(names) :]
            for at, name in names:
                if line - at <= 3:
                    self._outline.anchor(name)

    def _token(self, token: Token) -> None:
        self._nesting.close_from(0 if token.type == "heading_open" else token.level + 1)
        first, end = (token.map[0] + 1, token.map[1]) if token.map else (1, 1)
        match token.type:
            case "heading_open":
                self._heading = int(token.tag[1])
            case "heading_close":
                self._heading = None
            case "ordered_list_open":
                start = token.attrGet("start")
                self._outline.open_list(True, int(start) if isinstance(start, int | str) else None)
            case "bullet_list_open":
                self._outline.open_list(False)
            case "ordered_list_close" | "bullet_list_close" | "tbody_close":
                self._outline.close_list()
            case "tbody_open":
                self._outline.open_list(False)
            case "thead_open" | "thead_close":
                self._in_table_head = token.type == "thead_open"
            case "list_item_open":
                self._outline.open_item(first, first)
            case "tr_open" if not self._in_table_head:
                self._outline.open_item(first, end)
            case "list_item_close":
                self._outline.close_item()
            case "tr_close" if not self._in_table_head:
                self._outline.close_item()
            case "fence":
                self._outline.code_block(Value(token.content, first + 1, 1), end)
            case "inline" if not self._in_table_head:
                self._inline(token, first, end)
            case "html_block" if (tab := TAB.fullmatch(token.content.strip())) is not None:
                self._tab(tab[1])
            case "html_block":
                self._nesting.level = token.level
                reader = HtmlReader(self._outline, first, nesting=self._nesting)
                reader.feed(without_unclosed_tags(token.content))
                reader.pause()
            case _:
                pass

    def _tab(self, number: str) -> None:
        if not number:
            self._outline.close_tab()
        elif int(number) < len(self._tabs):
            tab = self._tabs[int(number)]
            title = Paragraph(tab.line, tab.line)
            title.add(tab.title, tab.line, max(0, self._lines[tab.line - 1].find(tab.title)) + 1)
            self._outline.open_tab(title, tab.depth)

    def _inline(self, token: Token, first: int, end: int) -> None:
        paragraph = _ParagraphReader(self._lines, first, end).read(pieces(token.content))
        text = paragraph.text
        if STEPS_END in text:
            paragraph.text = text.replace(STEPS_END, " ")
            self._outline.end_steps()
        if self._heading is not None:
            anchors: tuple[str, ...] = ()
            attribute_list = _HEADING_ANCHOR.search(paragraph.text)
            if attribute_list is not None:
                anchors = (attribute_list[1],) if attribute_list[1] else ()
                paragraph.text = paragraph.text[: attribute_list.start()]
            self._outline.heading(self._heading, paragraph, anchors)
        elif STEP in text:
            self._steps(paragraph)
        else:
            self._outline.paragraph(paragraph)

    def _steps(self, paragraph: Paragraph) -> None:
        """Read a paragraph with step components: each starts an item, and the text after it belongs to that item."""
        before, *rest = paragraph.text.split(STEP)
        if before.strip():
            self._outline.paragraph(Paragraph(paragraph.line, paragraph.line, before))
        at = len(before) + 1
        for piece in rest:
            line, column = paragraph.position(at)
            spans = [
                Span(s.kind, s.start - at, s.end - at, s.line, s.column, s.address)
                for s in paragraph.spans
                if at <= s.start and s.end <= at + len(piece)
            ]
            self._outline.step(Paragraph(line, line, piece, spans, [], [(0, line, column)]))
            at += len(piece) + 1


class _ParagraphReader:
    """Reads the inline pieces of one paragraph and locates each in the source."""

    def __init__(self, lines: tuple[str, ...], first: int, end: int) -> None:
        self._lines = lines
        self._line = first
        self._column = 0
        self._paragraph = Paragraph(first, max(first, end))
        self._open_spans: list[tuple[str, int, int, int, str]] = []

    def read(self, children: list[MarkdownPiece]) -> Paragraph:
        for child in children:
            self._piece(child)
        self._paragraph.spans.sort(key=lambda span: span.start)
        return self._paragraph

    def _piece(self, child: MarkdownPiece) -> None:
        match child.kind:
            case "text":
                self._text(child.content)
            case "text_special":
                self._replacement(child.content, child.extra)
            case "code_inline":
                self._code(child.content)
            case "softbreak" | "hardbreak":
                self._paragraph.add(" ", self._line, self._column + 1)
                self._line += 1
                self._column = 0
            case "strong_open":
                self._open_span("bold")
            case "strong_close":
                self._close_span("bold")
            case "link_open":
                self._open_span("link", child.extra)
            case "link_close":
                self._close_span("link")
            case "image":
                self._paragraph.images.append(GuideImage(child.extra, child.content, self._line))
            case "html_inline":
                self._tag(child.content)
            case _:
                pass

    def _code(self, content: str) -> None:
        line, column = self._find(content)
        role = self._role(line, column)
        if role and role_kind(role) == "icon":
            self._paragraph.add(FILLER, line, column, len(content))
            return
        first, last = shown_range(role, content) if role else (0, len(content))
        start = len(self._paragraph.text)
        words = content[first:last]
        self._paragraph.add(without_accelerators(role, words), line, column + first, len(words))
        kind = role_kind(role) if role else "code"
        for begin, end in menu_parts(role, start, self._paragraph.text[start:]) if kind else ():
            self._paragraph.spans.append(Span(kind, begin, end, *self._paragraph.position(begin)))

    def _role(self, line: int, column: int) -> str:
        """The role of MyST whose text is at this position; empty for plain code."""
        source = self._lines[line - 1] if line <= len(self._lines) else ""
        role = _ROLE_BEFORE.search(source[: column - 1].rstrip())
        return role[1] if role is not None else ""

    def _tag(self, content: str) -> None:
        tag = _INLINE_TAG.match(content)
        if tag is None:
            return
        kind = _INLINE_KINDS.get(tag[2].lower())
        if kind is not None:
            if tag[1]:
                self._close_span(kind)
            else:
                self._open_span(kind)
        elif tag[2].lower() == "br":
            self._paragraph.add(" ", self._line, self._column + 1)

    def _text(self, content: str) -> None:
        if not content:
            return
        line, column = self._find(content)
        at = 0
        for keys in _KEY_COMBINATION.finditer(content) if "++" in content else ():
            self._paragraph.add(content[at : keys.start()], line, column + at)
            start = len(self._paragraph.text)
            self._paragraph.add(keys[1], line, column + keys.start(1))
            position = (line, column + keys.start(1))
            self._paragraph.spans.append(Span("kbd", start, start + len(keys[1]), *position))
            at = keys.end()
        self._paragraph.add(content[at:], line, column + at)

    def _replacement(self, content: str, source: str) -> None:
        """Add an escape or an entity: one character that takes several in the source."""
        line, column = self._find(source)
        self._paragraph.add(content.replace("\xa0", " "), line, column, len(source))

    def _find(self, content: str) -> tuple[int, int]:
        """The source position of a piece: its next occurrence on the current line, else the current position."""
        source = self._lines[self._line - 1] if self._line <= len(self._lines) else ""
        words = content.strip(FILLER + " ")
        lead = content.find(words) if words else 0
        at = source.find(words, self._column)
        if at < 0:
            return self._line, self._column + 1
        self._column = at + len(words)
        return self._line, at + 1 - lead

    def _open_span(self, kind: str, address: str = "") -> None:
        self._open_spans.append((kind, len(self._paragraph.text), self._line, self._column + 1, address))

    def _close_span(self, kind: str) -> None:
        for index in range(len(self._open_spans) - 1, -1, -1):
            if self._open_spans[index][0] == kind:
                _, start, _, _, address = self._open_spans.pop(index)
                line, column = self._paragraph.position(start)
                end = len(self._paragraph.text)
                if end > start:
                    self._paragraph.spans.append(Span(kind, start, end, line, column, address))
                return
