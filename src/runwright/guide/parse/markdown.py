"""Markdown told to an outline: its tokens in their order, with the places of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from runwright.guide.parse.dialects import FILLER, STEP, STEPS_END, TAB, Plain
from runwright.guide.parse.guide_model import Picture
from runwright.guide.parse.html_reader import HtmlReader, Nest, closed
from runwright.guide.parse.inline import Prose, Span
from runwright.guide.parse.outline import Outline

_HEADING_ANCHOR = re.compile(r"\s*\{:?\s*(?:#([\w:.-]+)|\.[\w-]|[\w-]+=)[^{}]*\}\s*$")
_KEYS = re.compile(r"\+\+(?=\S)([^\s+]+(?:\+[^\s+]+)*)\+\+")
"""Keys as MkDocs writes them: `++ctrl+s++`."""
_INLINE_TAG = re.compile(r"<(/?)\s*([a-zA-Z]+)([^>]*)>")
_INLINE_MARKS = {"b": "bold", "strong": "bold", "kbd": "kbd", "code": "code", "samp": "code"}
_SIGNS = re.compile(r"[*_`\[<&\\!]")
_WORDS = r"(?:[^*_`\[\]<&\\!]++|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])|!(?!\[)|&(?![#A-Za-z]))++"
_USUAL = re.compile(
    rf"(?P<text>{_WORDS})"
    rf"|\*\*(?P<bold>(?=[^\W_]){_WORDS})(?:(?<=[^\W_])\*\*(?!\*)|(?<=[:.?!)])\*\*(?=[\s.,;:!?)]|$))"
    r"|`(?P<code>(?! )[^`\n]+(?<! ))`(?!`)"
    r"|<(?P<address>https?://[a-z0-9./~-]+)>"
    rf"|(?P<sign>!?)\[(?P<words>[^*_`\[\]<&\\!\n]+)\]\((?P<to>[A-Za-z0-9./~#-]+|https?://[a-z0-9./~-]+)\)"
)
"""What nearly all paragraphs are made of, in forms that can mean one thing only."""
_LONGEST = 20_000
"""How many characters a paragraph may have to be searched for emphasis and links."""
_DEEPEST = 60
"""How deep lists and quotes may stand in each other; what is deeper is read as text."""


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    parser.enable("table")
    parser.core.ruler.disable(["inline", "text_join"])
    parser.disable("code")  # in guides, an indent of four is nearly always a list's, an admonition's or a component's
    return parser


def read_markdown(plain: Plain, lines: tuple[str, ...], outline: Outline) -> None:
    """Tell a guide's plain Markdown to an outline; ``lines`` are those of the guide as it was written."""
    _Teller(plain, lines, outline).tell(_parser().parse(plain.text))


class Piece(NamedTuple):
    """A piece of a paragraph: the kind of its token, its text, and how the source writes it or where it leads."""

    kind: str
    content: str = ""
    more: str = ""


def pieces(content: str) -> list[Piece]:
    """A paragraph's pieces, in their order; one that is longer than any is text."""
    if len(content) > _LONGEST or not _SIGNS.search(content):
        return list(_lines(content))
    usual = _usual(content)
    return usual if usual is not None else parsed(content)


def parsed(content: str) -> list[Piece]:
    """A paragraph's pieces as the parser of Markdown finds them."""
    parser = _parser()
    found: list[Token] = []
    parser.inline.parse(content, parser, {}, found)
    return [Piece(token.type, token.content, _more(token)) for token in found]


def _more(token: Token) -> str:
    if token.type == "text_special":
        return token.markup
    return str(token.attrs.get("href") or token.attrs.get("src") or "")


def _lines(content: str) -> Iterator[Piece]:
    if "\n" not in content:
        yield Piece("text", content)
        return
    for number, line in enumerate(content.split("\n")):
        if number:
            yield Piece("softbreak")
            line = line.lstrip(" ")
        yield Piece("text", line)


def _usual(content: str) -> list[Piece] | None:
    """The pieces of a paragraph that holds nothing unusual; None for any other. The parser takes ten times as long."""
    found: list[Piece] = []
    at = 0
    while at < len(content):
        hit = _USUAL.match(content, at)
        if hit is None:
            return None
        at = hit.end()
        match hit.lastgroup:
            case "text":
                found += _lines(hit[0])
            case "bold":
                found += (Piece("strong_open"), *_lines(hit["bold"]), Piece("strong_close"))
            case "code":
                found.append(Piece("code_inline", hit["code"]))
            case "address":
                found += (Piece("link_open", "", hit["address"]), Piece("text", hit["address"]), Piece("link_close"))
            case _ if hit["sign"]:
                found.append(Piece("image", hit["words"], hit["to"]))
            case _:
                found += (Piece("link_open", "", hit["to"]), Piece("text", hit["words"]), Piece("link_close"))
    return found


class _Teller:
    def __init__(self, plain: Plain, lines: tuple[str, ...], outline: Outline) -> None:
        self._lines = lines
        self._outline = outline
        self._pictures = sorted(plain.pictures, key=lambda picture: picture.line)
        self._anchors = sorted((line, name) for line, names in plain.anchors.items() for name in names)
        self._heading: int | None = None
        self._head_row = False
        self._nest = Nest(outline)
        self._tabs = plain.tabs

    def tell(self, tokens: list[Token]) -> None:
        for token in tokens:
            if token.map is not None:
                self._catch_up(token.map[0] + 1, token.type in ("heading_open", "html_block"))
            self._token(token)
        self._catch_up(len(self._lines) + 1, False)

    def _catch_up(self, line: int, heading: bool) -> None:
        """Tell the pictures that stood before this line, and the anchors that stand before a heading."""
        while self._pictures and self._pictures[0].line < line:
            self._outline.picture(self._pictures.pop(0))
        names = [(at, name) for at, name in self._anchors if at <= line]
        if names and heading:
            self._anchors = self._anchors[len(names) :]
            for at, name in names:
                if line - at <= 3:
                    self._outline.anchor(name)

    def _token(self, token: Token) -> None:
        self._nest.close_from(0 if token.type == "heading_open" else token.level + 1)
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
                self._head_row = token.type == "thead_open"
            case "list_item_open":
                self._outline.open_item(first, first)
            case "tr_open" if not self._head_row:
                self._outline.open_item(first, end)
            case "list_item_close":
                self._outline.close_item()
            case "tr_close" if not self._head_row:
                self._outline.close_item()
            case "inline" if not self._head_row:
                self._inline(token, first, end)
            case "html_block" if (tab := TAB.fullmatch(token.content.strip())) is not None:
                self._tab(tab[1])
            case "html_block":
                self._nest.level = token.level
                reader = HtmlReader(self._outline, first, nest=self._nest)
                reader.feed(closed(token.content))
                reader.pause()
            case _:
                pass

    def _tab(self, number: str) -> None:
        if not number:
            self._outline.close_tab()
        elif int(number) < len(self._tabs):
            tab = self._tabs[int(number)]
            title = Prose(tab.line, tab.line)
            title.add(tab.title, tab.line, max(0, self._lines[tab.line - 1].find(tab.title)) + 1)
            self._outline.open_tab(title, tab.depth)

    def _inline(self, token: Token, first: int, end: int) -> None:
        prose = _Line(self._lines, first, end).read(pieces(token.content))
        text = prose.text
        if STEPS_END in text:
            prose.text = text.replace(STEPS_END, " ")
            self._outline.end_steps()
        if self._heading is not None:
            anchors: tuple[str, ...] = ()
            named = _HEADING_ANCHOR.search(prose.text)
            if named is not None:
                anchors = (named[1],) if named[1] else ()
                prose.text = prose.text[: named.start()]
            self._outline.heading(self._heading, prose, anchors)
        elif STEP in text:
            self._steps(prose)
        else:
            self._outline.prose(prose)

    def _steps(self, prose: Prose) -> None:
        """A paragraph with components that are steps: each begins an item, text behind it belongs to the item."""
        before, *rest = prose.text.split(STEP)
        if before.strip():
            self._outline.prose(Prose(prose.line, prose.line, before))
        at = len(before) + 1
        for piece in rest:
            line, column = prose.place(at)
            spans = [
                Span(s.kind, s.start - at, s.end - at, s.line, s.column, s.address)
                for s in prose.spans
                if at <= s.start and s.end <= at + len(piece)
            ]
            self._outline.step(Prose(line, line, piece, spans, [], [(0, line, column)]))
            at += len(piece) + 1


class _Line:
    """Reads the inline tokens of one paragraph, and finds each piece again in the lines of the source."""

    def __init__(self, lines: tuple[str, ...], first: int, end: int) -> None:
        self._lines = lines
        self._line = first
        self._column = 0
        self._prose = Prose(first, max(first, end))
        self._open: list[tuple[str, int, int, int, str]] = []

    def read(self, children: list[Piece]) -> Prose:
        for child in children:
            self._piece(child)
        self._prose.spans.sort(key=lambda span: span.start)
        return self._prose

    def _piece(self, child: Piece) -> None:
        match child.kind:
            case "text":
                self._text(child.content)
            case "text_special":
                self._stands_for(child.content, child.more)
            case "code_inline":
                start = len(self._prose.text)
                line, column = self._find(child.content)
                self._prose.add(child.content, line, column)
                self._prose.spans.append(Span("code", start, len(self._prose.text), line, column))
            case "softbreak" | "hardbreak":
                self._prose.add(" ", self._line, self._column + 1)
                self._line += 1
                self._column = 0
            case "strong_open":
                self._begin("bold")
            case "strong_close":
                self._finish("bold")
            case "link_open":
                self._begin("link", child.more)
            case "link_close":
                self._finish("link")
            case "image":
                self._prose.pictures.append(Picture(child.more, child.content, self._line))
            case "html_inline":
                self._tag(child.content)
            case _:
                pass

    def _tag(self, content: str) -> None:
        tag = _INLINE_TAG.match(content)
        if tag is None:
            return
        kind = _INLINE_MARKS.get(tag[2].lower())
        if kind is not None:
            if tag[1]:
                self._finish(kind)
            else:
                self._begin(kind)
        elif tag[2].lower() == "br":
            self._prose.add(" ", self._line, self._column + 1)

    def _text(self, content: str) -> None:
        if not content:
            return
        line, column = self._find(content)
        at = 0
        for keys in _KEYS.finditer(content) if "++" in content else ():
            self._prose.add(content[at : keys.start()], line, column + at)
            start = len(self._prose.text)
            self._prose.add(keys[1], line, column + keys.start(1))
            place = (line, column + keys.start(1))
            self._prose.spans.append(Span("kbd", start, start + len(keys[1]), *place))
            at = keys.end()
        self._prose.add(content[at:], line, column + at)

    def _stands_for(self, content: str, written: str) -> None:
        """An escape or an entity: a sign that the source writes with more of them."""
        line, column = self._find(written)
        self._prose.add(content.replace("\xa0", " "), line, column, len(written))

    def _find(self, content: str) -> tuple[int, int]:
        """Where a piece stands in the source: on the line that is reached, else where that line goes on."""
        source = self._lines[self._line - 1] if self._line <= len(self._lines) else ""
        words = content.strip(FILLER + " ")
        lead = content.find(words) if words else 0
        at = source.find(words, self._column)
        if at < 0:
            return self._line, self._column + 1
        self._column = at + len(words)
        return self._line, at + 1 - lead

    def _begin(self, kind: str, address: str = "") -> None:
        self._open.append((kind, len(self._prose.text), self._line, self._column + 1, address))

    def _finish(self, kind: str) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == kind:
                _, start, _, _, address = self._open.pop(index)
                line, column = self._prose.place(start)
                end = len(self._prose.text)
                if end > start:
                    self._prose.spans.append(Span(kind, start, end, line, column, address))
                return
