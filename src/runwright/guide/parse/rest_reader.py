"""Reads reStructuredText, with the roles and directives of Sphinx, into an outline with source positions."""

from __future__ import annotations

from typing import Any

from docutils import nodes

from runwright.guide.parse.dialects import FILLER
from runwright.guide.parse.guide_model import GuideImage, Value
from runwright.guide.parse.inline import Paragraph, Span
from runwright.guide.parse.outline import Outline
from runwright.guide.parse.rest_parser import RoleText, Tab, TableRow, parse_rest
from runwright.guide.parse.sphinx_names import menu_parts, role_kind, shown_range, without_accelerators

_TEXTS = (
    nodes.paragraph,
    nodes.term,
    nodes.field_name,
    nodes.rubric,
    nodes.caption,
    nodes.title,
    nodes.subtitle,
    nodes.attribution,
    nodes.line,
    nodes.option_string,
)
_IGNORED = (nodes.comment, nodes.substitution_definition, nodes.transition, nodes.thead, nodes.colspec, nodes.label)
_LISTS = (nodes.bullet_list, nodes.definition_list, nodes.field_list, nodes.option_list, nodes.tbody)
_ITEMS = (
    nodes.list_item,
    nodes.definition_list_item,
    nodes.field,
    nodes.option_list_item,
    nodes.row,
    TableRow,
)
_SPANS = ((nodes.strong, "bold"), (nodes.literal, "code"))


def read_rest(text: str, lines: tuple[str, ...], outline: Outline) -> None:
    """Read a text into an outline; ``lines`` are the lines of the source."""
    document = parse_rest(text)
    _RestReader(document, lines, outline).read(document, 0)


class _RestReader:
    """Emits the nodes of a document to an outline in their order."""

    def __init__(self, document: nodes.document, lines: tuple[str, ...], outline: Outline) -> None:
        self._lines = lines
        self._outline = outline
        self._line = 1
        """The line of the last text; texts follow each other in the source."""
        self._depth = 0
        """The number of open tabs."""
        self._addresses: dict[str, str] = {}
        self._substitutions: dict[str, nodes.Node] = dict(document.substitution_defs)
        for target in document.findall(nodes.target):
            for name in target["names"]:
                self._addresses[name] = target.get("refuri", "")

    def read(self, node: Any, level: int) -> None:
        """Emit the children of a node; ``level`` is the number of sections around it."""
        rows = False
        for child in node.children:
            if isinstance(child, TableRow) is not rows:
                rows = not rows
                if rows:
                    self._outline.open_list(False)
                else:
                    self._outline.close_list()
            self._node(child, level)
        if rows:
            self._outline.close_list()

    def _node(self, node: Any, level: int) -> None:
        if isinstance(node, nodes.section):
            self.read(node, level + 1)
        elif isinstance(node, nodes.title) and level and isinstance(node.parent, nodes.section):
            self._outline.heading(level, self._paragraph(node))
        elif isinstance(node, nodes.target):
            for name in () if node.get("refuri") else node["names"]:
                self._outline.anchor(name)
        elif isinstance(node, nodes.system_message):
            self._message(node, level)
        elif isinstance(node, _IGNORED):
            return
        elif isinstance(node, nodes.line_block):
            self._line_block(node)
        elif isinstance(node, _TEXTS):
            self._outline.paragraph(self._paragraph(node))
        elif isinstance(node, nodes.literal_block | nodes.doctest_block):
            self._code_block(node)
        elif isinstance(node, nodes.image):
            self._outline.image(GuideImage(node.get("uri", ""), node.get("alt", ""), node.line or self._line))
        elif isinstance(node, Tab):
            self._tab(node, level)
        elif isinstance(node, nodes.enumerated_list):
            self._list(node, level, True)
        elif isinstance(node, nodes.field_list) and not level and node.parent.index(node) == 0:
            return  # metadata of the page (`:orphan:`)
        elif isinstance(node, _LISTS):
            self._list(node, level, False)
        elif isinstance(node, _ITEMS):
            self._item(node, level)
        else:
            self.read(node, level)

    def _list(self, node: Any, level: int, ordered: bool) -> None:
        self._outline.open_list(ordered, node.get("start") if ordered else None)
        self.read(node, level)
        self._outline.close_list()

    def _item(self, node: Any, level: int) -> None:
        line = node.line if isinstance(node, nodes.list_item | TableRow) and node.line else None
        if line is None:
            first = next((each for each in node.findall() if isinstance(each, _TEXTS)), None)
            line = self._start(first)[0] if first is not None else self._line
        self._outline.open_item(line, line)
        self.read(node, level)
        self._outline.close_item()

    def _tab(self, node: Tab, level: int) -> None:
        line = node.line or self._line
        title = Paragraph(line, line)
        source = self._lines[line - 1] if line <= len(self._lines) else ""
        title.add(node["title"], line, max(0, source.find(node["title"])) + 1)
        self._outline.open_tab(title, self._depth)
        self._depth += 1
        self.read(node, level)
        self._depth -= 1
        self._outline.close_tab()

    def _message(self, node: Any, level: int) -> None:
        """Emit the text in which docutils found an error: a title in a wrong place, or a malformed table."""
        for block in node.children:
            if not isinstance(block, nodes.literal_block):
                continue
            rows = [row.strip() for row in block.astext().split("\n")]
            words = [row for row in rows if any(char.isalnum() for char in row)]
            if node["level"] >= 4 and words:
                self._outline.heading(level + 1, self._paragraph(nodes.title(words[0], words[0])))
            elif words:
                text = "\n".join(rows)
                self._outline.paragraph(self._paragraph(nodes.paragraph(text, text)))

    def _line_block(self, node: Any) -> None:
        for child in node.children:
            if isinstance(child, nodes.line_block):
                self._line_block(child)
            elif child.children:
                self._outline.paragraph(self._paragraph(child))

    def _code_block(self, node: Any) -> None:
        text = node.astext()
        first = text.split("\n", 1)[0].strip()
        line = self._search(first, max(self._line, (node.line or 1) - text.count("\n") - 2)) or node.line or self._line
        end = line + text.count("\n")
        self._outline.code_block(Value(text + "\n", line, 1), end)
        self._line = end

    def _paragraph(self, node: Any) -> Paragraph:
        line, raw = self._start(node)
        found = _RestParagraph(raw, line, self._lines, self._addresses, self._substitutions)
        for child in node.children:
            found.add(child)
        self._line = found.paragraph.end
        found.paragraph.spans.sort(key=lambda span: span.start)
        return found.paragraph

    def _start(self, node: Any) -> tuple[int, str]:
        """The first line of a text in the source, and the text as it is written."""
        raw = (node.rawsource or node.astext()).strip("\n")
        first = raw.split("\n", 1)[0].strip()
        line = node.line
        if line and line <= len(self._lines) and first in self._lines[line - 1]:
            return line, raw
        hint = max(self._line, line - 3 if line else 1)
        return self._search(first, hint) or line or self._line, raw

    def _search(self, first: str, line: int) -> int | None:
        """The next line that contains a text; None if no line does."""
        found = (at for at in range(line, len(self._lines) + 1) if first in self._lines[at - 1])
        return next(found, None) if first else None


class _RestParagraph:
    """Builds one paragraph from inline nodes, and locates each in the source."""

    def __init__(
        self,
        raw: str,
        line: int,
        lines: tuple[str, ...],
        addresses: dict[str, str],
        substitutions: dict[str, nodes.Node],
    ) -> None:
        self._raw = raw
        self._at = 0
        self._addresses = addresses
        self._substitutions = substitutions
        rows = raw.split("\n")
        self.paragraph = Paragraph(line, line + len(rows) - 1)
        self._places: list[tuple[int, int]] = []
        """The source line and column of each character of the text as it is written."""
        for number, row in enumerate(rows):
            source = lines[line + number - 1] if line + number <= len(lines) else ""
            lead = source.find(row.strip()) - (len(row) - len(row.lstrip()))
            column = lead + 1 if source and row.strip() in source else 1
            self._places += [(line + number, column + at) for at in range(len(row) + 1)]

    def add(self, node: Any) -> None:
        """Append an inline node."""
        if isinstance(node, nodes.Text):
            self._text(node.astext())
            return
        if isinstance(node, nodes.image | nodes.footnote_reference | nodes.citation_reference | nodes.system_message):
            return
        source = node.rawsource
        start = self._raw.find(source, self._at) if source else -1
        if start >= 0:
            self._at = start
        if isinstance(node, RoleText):
            self._role(node)
        elif isinstance(node, nodes.substitution_reference):
            self._substitution(node)
        else:
            kind = next((name for each, name in _SPANS if isinstance(node, each)), "")
            address = ""
            if isinstance(node, nodes.reference):
                address = node.get("refuri") or self._addresses.get(node.get("refname", ""), "")
                kind = "link" if address else ""
            begin = len(self.paragraph.text)
            for child in node.children:
                self.add(child)
            self._span(kind, begin, len(self.paragraph.text), address)
        if start >= 0:
            self._at = start + len(source)

    def _role(self, node: RoleText) -> None:
        role, text = node["role"], node.rawsource.strip(":")
        text = text[text.find("`") + 1 : text.rfind("`")] if "`" in text else node.astext()
        kind = role_kind(role)
        if kind == "icon":
            self._fixed(FILLER, len(node.rawsource))
            return
        first, last = shown_range(role, text)
        self._at = max(self._at, self._raw.find(text, self._at)) + first
        begin = len(self.paragraph.text)
        self._text(without_accelerators(role, nodes.unescape(text[first:last].replace("\\", "\x00"))))
        for start, end in menu_parts(role, begin, self.paragraph.text[begin:]):
            self._span(kind, start, end)

    def _substitution(self, node: Any) -> None:
        known = self._substitutions.get(node.get("refname", "")) or self._by_folded_name(node.get("refname", ""))
        words = known.astext() if known is not None else ""
        begin = len(self.paragraph.text)
        self._fixed(words or FILLER, len(node.rawsource))
        if known is not None and words and any(isinstance(each, nodes.strong) for each in known.children):
            self._span("bold", begin, len(self.paragraph.text))

    def _by_folded_name(self, name: str) -> nodes.Node | None:
        found = (node for key, node in self._substitutions.items() if key.lower() == name.lower())
        return next(found, None)

    def _fixed(self, words: str, width: int) -> None:
        """Append words that stand for other text of the source."""
        self.paragraph.add(words, *self._place(self._at), width)

    def _text(self, text: str) -> None:
        """Append a text; escapes in the source are skipped."""
        start = self._raw.find(text, self._at) if text else -1
        if 0 <= start <= self._at + 4 or (start >= 0 and not self._raw[self._at : start].strip("`*|_:\\~! ")):
            for number, piece in enumerate(text.split("\n")):
                if number:
                    self.paragraph.add(" ", *self._place(start - 1))
                self.paragraph.add(piece, *self._place(start))
                start += len(piece) + 1
            self._at = start - 1
            return
        for char in text:
            found = self._raw.find(char, self._at, self._at + 4)
            found = found if found >= 0 else self._at
            width = found - self._at + 1 if self._raw[self._at : found] == "\\" else 1
            self.paragraph.add(" " if char == "\n" else char, *self._place(found + 1 - width), width)
            self._at = found + 1

    def _place(self, offset: int) -> tuple[int, int]:
        return self._places[min(max(offset, 0), len(self._places) - 1)]

    def _span(self, kind: str, start: int, end: int, address: str = "") -> None:
        if kind and end > start:
            line, column = self.paragraph.position(start)
            self.paragraph.spans.append(Span(kind, start, end, line, column, address))
