"""Reads HTML, a whole page or a fragment in Markdown, into an outline."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from runwright.guide.parse.dialects import FILLER
from runwright.guide.parse.guide_model import GuideImage
from runwright.guide.parse.inline import Paragraph, Span
from runwright.guide.parse.outline import Outline

_BLOCK_TAGS = frozenset("p div section article main aside td th summary dt dd figcaption blockquote pre".split())  # noqa: SIM905
_IGNORED_TAGS = frozenset("script style nav header footer template noscript svg head".split())  # noqa: SIM905
_SPAN_KINDS = {"strong": "bold", "b": "bold", "kbd": "kbd", "code": "code", "samp": "code", "a": "link"}
_UNCLOSED_TAG = re.compile(r"<(?![^<>]{0,4000}>)")
_MAX_DEPTH = 200


class HtmlNesting:
    """The open lists and items of HTML.

    End tags are optional: an item ends where the next item of its list starts, or where its list ends.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._open: list[tuple[str, bool, int]] = []
        """`list` or `item`; whether the outline knows it; the Markdown level at which it was opened."""
        self.level = 0
        """The nesting level of the current HTML fragment in the Markdown."""

    def open_list(self, ordered: bool, start: int | None) -> None:
        """Start a list."""
        emitted = len(self._open) < _MAX_DEPTH
        if emitted:
            self._outline.open_list(ordered, start)
        self._open.append(("list", emitted, self.level))

    def open_item(self, line: int) -> None:
        """Start an item; end the open item of the same list."""
        self.close_item()
        emitted = len(self._open) < _MAX_DEPTH
        if emitted:
            self._outline.open_item(line, line)
        self._open.append(("item", emitted, self.level))

    def close_item(self) -> None:
        """End the innermost item, unless a list is open in it."""
        if self._open and self._open[-1][0] == "item":
            self._close()

    def close_list(self) -> None:
        """End the innermost list with its items."""
        if any(kind == "list" for kind, *_ in self._open):
            self.close_item()
            self._close()

    def close_from(self, level: int) -> None:
        """End everything that was opened at this Markdown level or deeper."""
        while self._open and self._open[-1][2] >= level:
            self._close()

    def _close(self) -> None:
        kind, emitted, _ = self._open.pop()
        if emitted and kind == "item":
            self._outline.close_item()
        elif emitted:
            self._outline.close_list()


class HtmlReader(HTMLParser):
    """Emits the headings, lists and paragraphs of HTML to an outline, with their positions in the source."""

    def __init__(
        self, outline: Outline, first_line: int = 1, only: str | None = None, nesting: HtmlNesting | None = None
    ) -> None:
        """Create a reader of one text.

        ``first_line`` is the line of the source on which the text starts. ``only`` restricts the reader to the content
        of one element. ``nesting`` holds the lists that earlier fragments of HTML left open.
        """
        super().__init__(convert_charrefs=False)
        self._outline = outline
        self._offset = first_line - 1
        self._only = only
        self._root_depth = 0 if only else 1
        self._ignored_depth = 0
        self._paragraph: Paragraph | None = None
        self._open_spans: list[tuple[str, int, int, int, str]] = []
        self._heading: tuple[int, tuple[str, ...]] | None = None
        self._nesting = nesting or HtmlNesting(outline)
        self.title = ""
        self._in_title = False
        self._source = [""]

    def feed(self, data: str) -> None:
        """Read the complete text. Call it once."""
        self._source = data.split("\n")
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == self._only:
            self._root_depth += 1
        if tag == "title":
            self._in_title = True
        if tag in _IGNORED_TAGS:
            self._ignored_depth += 1
        if self._ignoring:
            return
        line, column = self._position
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._end_block()
            self._heading = (int(tag[1]), (attributes["id"],) if attributes.get("id") else ())
            return
        if attributes.get("id") and tag not in ("li", "ol", "ul"):
            self._outline.anchor(attributes["id"])
        elif tag == "a" and attributes.get("name"):
            self._outline.anchor(attributes["name"])
        if tag == "img":
            image = GuideImage(attributes.get("src", ""), attributes.get("alt", ""), line)
            if self._paragraph is not None:
                self._paragraph.images.append(image)
            else:
                self._outline.image(image)
        elif tag in ("ol", "ul"):
            self._end_block()
            start = attributes.get("start", "")
            self._nesting.open_list(tag == "ol", int(start) if start.isdecimal() and len(start) < 7 else None)
        elif tag == "li":
            self._end_block()
            self._nesting.open_item(line)
        elif tag in _BLOCK_TAGS or tag == "hr":
            self._end_block()
        elif tag == "br":
            self.handle_data(" ")
        if tag in _SPAN_KINDS:
            start_offset = len(self._paragraph.text) if self._paragraph is not None else 0
            width = len(self.get_starttag_text() or "")
            self._open_spans.append((tag, start_offset, line, column + width, attributes.get("href", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag in _IGNORED_TAGS:
            self._ignored_depth = max(0, self._ignored_depth - 1)
            return
        if tag == self._only:
            self._end_block()
            self._root_depth -= 1
            return
        if self._ignoring:
            return
        if tag in _SPAN_KINDS:
            self._end_span(tag)
        elif tag in _BLOCK_TAGS or tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._end_block()
        elif tag == "li":
            self._end_block()
            self._nesting.close_item()
        elif tag in ("ol", "ul"):
            self._end_block()
            self._nesting.close_list()

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, data: str, width: int | None = None) -> None:
        """Append text to the paragraph; ``width`` is the width of an entity in the source."""
        if self._in_title and not self.title:
            self.title = " ".join(data.split())
        if self._ignoring or (self._paragraph is None and not data.strip()):
            return
        line, column = self._position
        for index, piece in enumerate(data.split("\n")):
            if index:
                line, column = line + 1, 1
            if self._paragraph is None:
                if not piece.strip():
                    continue
                column += len(piece) - len(piece.lstrip())
                piece = piece.lstrip()
                self._paragraph = Paragraph(line, line)
                self._open_spans = [(tag, 0, line, column, address) for tag, *_, address in self._open_spans]
            self._paragraph.add((" " if index else "") + piece, line, column - (1 if index else 0), width)
            self._paragraph.end = line

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """Treat `<![…>` as a comment, like browsers. The inherited method raises AssertionError for unknown kinds."""
        return self.parse_bogus_comment(i, report=False)

    def pause(self) -> None:
        """End the text, but keep its lists open for the next fragment."""
        self.close()
        self._end_block()

    def finish(self) -> None:
        """End the text and everything that is open."""
        self.pause()
        self._nesting.close_from(0)

    @property
    def _ignoring(self) -> bool:
        return self._ignored_depth > 0 or self._root_depth <= 0

    @property
    def _position(self) -> tuple[int, int]:
        line, column = self.getpos()
        return line + self._offset, column + 1

    def _reference(self, source: str) -> None:
        from html import unescape

        line, column = self.getpos()
        if self._source[line - 1].startswith(";", column + len(source)):
            source += ";"
        self._add(unescape(source).replace("\xa0", " "), len(source))

    def _end_span(self, tag: str) -> None:
        for index in range(len(self._open_spans) - 1, -1, -1):
            if self._open_spans[index][0] == tag:
                _, start, line, column, address = self._open_spans.pop(index)
                if self._paragraph is not None and start < len(self._paragraph.text):
                    span = Span(_SPAN_KINDS[tag], start, len(self._paragraph.text), line, column, address)
                    self._paragraph.spans.append(span)
                return

    def _end_block(self) -> None:
        paragraph, self._paragraph = self._paragraph, None
        self._open_spans = []
        heading, self._heading = self._heading, None
        if paragraph is None:
            return
        paragraph.spans.sort(key=lambda span: span.start)
        if heading is not None:
            self._outline.heading(heading[0], paragraph, heading[1])
        else:
            self._outline.paragraph(paragraph)


def read_html(text: str, outline: Outline) -> str:
    """Read a whole page into an outline and return its title.

    Reads only the `<article>`, else the `<main>` element, if the page has one.
    """
    lowered = text.lower()
    only = next((tag for tag in ("article", "main") if f"<{tag}" in lowered), None)
    reader = HtmlReader(outline, only=only)
    reader.feed(without_unclosed_tags(text))
    reader.finish()
    return reader.title


def without_unclosed_tags(text: str) -> str:
    """The text without tags that have no end: html.parser would search the whole text for the end of each."""
    return _UNCLOSED_TAG.sub(FILLER, text)
