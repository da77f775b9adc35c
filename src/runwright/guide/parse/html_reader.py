"""HTML, a whole page or a piece within Markdown, told to an outline."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from runwright.guide.parse.dialects import FILLER
from runwright.guide.parse.guide_model import Picture
from runwright.guide.parse.inline import Prose, Span
from runwright.guide.parse.outline import Outline

_BLOCKS = frozenset("p div section article main aside td th summary dt dd figcaption blockquote pre".split())  # noqa: SIM905
_UNREAD = frozenset("script style nav header footer template noscript svg head".split())  # noqa: SIM905
_MARKS = {"strong": "bold", "b": "bold", "kbd": "kbd", "code": "code", "samp": "code", "a": "link"}
_UNCLOSED = re.compile(r"<(?![^<>]{0,4000}>)")
_DEEPEST = 200


class Nest:
    """The lists and items of HTML that are open: an item ends where the next one begins, or its list ends."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._open: list[tuple[str, bool, int]] = []
        """`list` or `item`, whether the outline was told of it, and the level that it was opened at."""
        self.level = 0
        """How deep in Markdown the HTML stands."""

    def open_list(self, ordered: bool, start: int | None) -> None:
        """A list begins."""
        told = len(self._open) < _DEEPEST
        if told:
            self._outline.open_list(ordered, start)
        self._open.append(("list", told, self.level))

    def open_item(self, line: int) -> None:
        """An item begins; one that is open in the same list ends."""
        self.close_item()
        told = len(self._open) < _DEEPEST
        if told:
            self._outline.open_item(line, line)
        self._open.append(("item", told, self.level))

    def close_item(self) -> None:
        """The innermost item ends, unless a list is open in it."""
        if self._open and self._open[-1][0] == "item":
            self._close()

    def close_list(self) -> None:
        """The innermost list ends, and with it its items."""
        if any(kind == "list" for kind, *_ in self._open):
            self.close_item()
            self._close()

    def close_from(self, level: int) -> None:
        """What was opened at this level of Markdown or deeper ends."""
        while self._open and self._open[-1][2] >= level:
            self._close()

    def _close(self) -> None:
        kind, told, _ = self._open.pop()
        if told and kind == "item":
            self._outline.close_item()
        elif told:
            self._outline.close_list()


class HtmlReader(HTMLParser):
    """Tells what a page holds to an outline, with the places of the source."""

    def __init__(
        self, outline: Outline, first_line: int = 1, only: str | None = None, nest: Nest | None = None
    ) -> None:
        """``first_line`` is the line of the source where the text begins; ``only`` an element that alone counts.

        ``nest`` are lists that pieces of HTML before this one have open.
        """
        super().__init__(convert_charrefs=False)
        self._outline = outline
        self._offset = first_line - 1
        self._only = only
        self._inside = 0 if only else 1
        self._unread = 0
        self._prose: Prose | None = None
        self._marks: list[tuple[str, int, int, int, str]] = []
        self._heading: tuple[int, tuple[str, ...]] | None = None
        self._nest = nest or Nest(outline)
        self.title = ""
        self._in_title = False
        self._source = [""]

    def feed(self, data: str) -> None:
        """Read a text, whole and once."""
        self._source = data.split("\n")
        super().feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == self._only:
            self._inside += 1
        if tag == "title":
            self._in_title = True
        if tag in _UNREAD:
            self._unread += 1
        if self._silent:
            return
        line, column = self._place
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._end_block()
            self._heading = (int(tag[1]), (given["id"],) if given.get("id") else ())
            return
        if given.get("id") and tag not in ("li", "ol", "ul"):
            self._outline.anchor(given["id"])
        elif tag == "a" and given.get("name"):
            self._outline.anchor(given["name"])
        if tag == "img":
            picture = Picture(given.get("src", ""), given.get("alt", ""), line)
            if self._prose is not None:
                self._prose.pictures.append(picture)
            else:
                self._outline.picture(picture)
        elif tag in ("ol", "ul"):
            self._end_block()
            start = given.get("start", "")
            self._nest.open_list(tag == "ol", int(start) if start.isdecimal() and len(start) < 7 else None)
        elif tag == "li":
            self._end_block()
            self._nest.open_item(line)
        elif tag in _BLOCKS or tag == "hr":
            self._end_block()
        elif tag == "br":
            self.handle_data(" ")
        if tag in _MARKS:
            begins = len(self._prose.text) if self._prose is not None else 0
            width = len(self.get_starttag_text() or "")
            self._marks.append((tag, begins, line, column + width, given.get("href", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
            return
        if tag == self._only:
            self._end_block()
            self._inside -= 1
            return
        if self._silent:
            return
        if tag in _MARKS:
            self._end_mark(tag)
        elif tag in _BLOCKS or tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._end_block()
        elif tag == "li":
            self._end_block()
            self._nest.close_item()
        elif tag in ("ol", "ul"):
            self._end_block()
            self._nest.close_list()

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, data: str, width: int | None = None) -> None:
        """Append to the paragraph; ``width`` is that of an entity in the source."""
        if self._in_title and not self.title:
            self.title = " ".join(data.split())
        if self._silent or (self._prose is None and not data.strip()):
            return
        line, column = self._place
        for index, piece in enumerate(data.split("\n")):
            if index:
                line, column = line + 1, 1
            if self._prose is None:
                if not piece.strip():
                    continue
                column += len(piece) - len(piece.lstrip())
                piece = piece.lstrip()
                self._prose = Prose(line, line)
                self._marks = [(tag, 0, line, column, address) for tag, *_, address in self._marks]
            self._prose.add((" " if index else "") + piece, line, column - (1 if index else 0), width)
            self._prose.end = line

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """`<![…>` is a comment, as browsers take it. The parser's own reading asserts that it is a kind it knows."""
        return self.parse_bogus_comment(i, report=False)

    def pause(self) -> None:
        """The end of the text; its lists may go on in the next piece."""
        self.close()
        self._end_block()

    def finish(self) -> None:
        """The end of the text: what is open ends."""
        self.pause()
        self._nest.close_from(0)

    @property
    def _silent(self) -> bool:
        return self._unread > 0 or self._inside <= 0

    @property
    def _place(self) -> tuple[int, int]:
        line, column = self.getpos()
        return line + self._offset, column + 1

    def _reference(self, written: str) -> None:
        from html import unescape

        line, column = self.getpos()
        if self._source[line - 1].startswith(";", column + len(written)):
            written += ";"
        self._add(unescape(written).replace("\xa0", " "), len(written))

    def _end_mark(self, tag: str) -> None:
        for index in range(len(self._marks) - 1, -1, -1):
            if self._marks[index][0] == tag:
                _, start, line, column, address = self._marks.pop(index)
                if self._prose is not None and start < len(self._prose.text):
                    span = Span(_MARKS[tag], start, len(self._prose.text), line, column, address)
                    self._prose.spans.append(span)
                return

    def _end_block(self) -> None:
        prose, self._prose = self._prose, None
        self._marks = []
        heading, self._heading = self._heading, None
        if prose is None:
            return
        prose.spans.sort(key=lambda span: span.start)
        if heading is not None:
            self._outline.heading(heading[0], prose, heading[1])
        else:
            self._outline.prose(prose)


def read_html(text: str, outline: Outline) -> str:
    """Tell a whole page to an outline; its `<main>` or `<article>` alone where it has one. Gives back its title."""
    lowered = text.lower()
    only = next((tag for tag in ("article", "main") if f"<{tag}" in lowered), None)
    reader = HtmlReader(outline, only=only)
    reader.feed(closed(text))
    reader.finish()
    return reader.title


def closed(text: str) -> str:
    """The text without tags that do not end: html.parser would look for the end of each through all the text."""
    return _UNCLOSED.sub(FILLER, text)
