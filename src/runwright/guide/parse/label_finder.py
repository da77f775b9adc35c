"""Finds the labels (names of controls) and the bare URLs in a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Label, LabelKind, Link
from runwright.guide.parse.inline import MAX_PARAGRAPH, Paragraph, normalized, whole_sentence

_PAIRS = ("“”", "„“", "„”", "‘’", "‚‘", "‚’", "「」", "『』", "«»", "»«", "‹›", "›‹", '""', "''")
"""Pairs of opening and closing quotes in the supported languages."""
_QUOTED = re.compile(
    r"“([^“”\n]{1,80})”|„([^„“”\n]{1,80})[“”]|「([^「」\n]{1,80})」|『([^『』\n]{1,80})』"
    r"|«\s?([^«»\n]{1,80}?)\s?»|»(?=\S)([^«»\n]{1,80})(?<=\S)«"
    r"|‹\s?([^‹›\n]{1,80}?)\s?›|›(?=\S)([^‹›\n]{1,80})(?<=\S)‹"
    r"|‚([^‚‘’\n]{1,80})[‘’]|‘([^‘’\n]{1,80})’"
    r'|"([^"\n]{1,80})"|\'(?<!\w\')([^\'\n]{1,80})\'(?!\w)'
)
_QUOTE = re.compile(f"[{''.join(pair[0] for pair in _PAIRS)}]")
_ADDRESS = re.compile(r"https?://[^\s<>()\"'“”「」]+[^\s<>()\"'“”「」.,;:!?]")
_SEPARATOR = re.compile(r"\s+(?:[>/→›»▸➜⟶⇒]|-?[-=]>)\s+|\s?[→›»▸➜⟶⇒]\s?")
"""The separators in a menu path (`Settings > Notifications`)."""
_LEADING_SEPARATOR = re.compile(r"(?:[>→›»▸➜⟶⇒‣]|-?[-=]>)\s+(?=\w)")
"""A separator before the first name: the menu path starts with an icon outside of the formatted range."""
_BLANKS = " \ue000\ue001\ue002"


def labels_of(paragraph: Paragraph) -> list[Label]:
    """The labels of a paragraph, in order: bold text, keys, and quoted text that is not code."""
    if len(paragraph.text) > MAX_PARAGRAPH:
        return []
    found: list[tuple[int, int, LabelKind, int, int]] = []
    taken = [(span.start, span.end) for span in paragraph.spans if span.kind in ("bold", "kbd", "code")]
    for span in paragraph.spans:
        if span.kind == "bold" and (
            _is_emphasis(paragraph, span.start, span.end) or is_step_number(paragraph, span.start, span.end)
        ):
            continue
        if span.kind in ("bold", "kbd"):
            kind: LabelKind = "bold" if span.kind == "bold" else "kbd"
            found.append((span.start, span.end, kind, span.line, span.column))
    for quote in _QUOTED.finditer(paragraph.text) if _QUOTE.search(paragraph.text) else ():
        if any(start < quote.end() and quote.start() < end for start, end in taken):
            continue
        start, end = quote.span(quote.lastindex or 1)
        end -= _is_punctuated(paragraph.text[start:end])
        found.append((start, end, "quoted", *paragraph.position(start)))
    found = [part for each in sorted(found) for part in _parts(paragraph, *each)]
    labels: list[Label] = []
    for index, (start, end, kind, line, column) in enumerate(found):
        after = found[index + 1][0] if index + 1 < len(found) else len(paragraph.text)
        text = normalized(paragraph.text[start:end])
        if any(char.isalnum() for char in text):
            width = paragraph.width(start, end)
            labels.append(Label(text, kind, line, column, paragraph.text[:start], paragraph.text[end:after], width))
    return labels


def is_step_number(paragraph: Paragraph, start: int, end: int) -> bool:
    """Whether a formatted range at the start of a paragraph numbers it: “**Step 1**. Open …”."""
    return (
        not paragraph.text[:start].strip() and lexicon.STEP_NUMBER.match(paragraph.text[start:end].strip()) is not None
    )


def _is_emphasis(paragraph: Paragraph, start: int, end: int) -> bool:
    start, end = _trimmed(paragraph.text, start, end)
    text = paragraph.text[start:end]
    if text[:1].islower() and text.endswith((".", "!")) and not text.endswith("...") and len(text.split()) > 5:
        return True  # the rest of a sentence
    return whole_sentence(paragraph, start, end) and lexicon.is_emphasis(paragraph.text[start:end])


def _parts(
    paragraph: Paragraph, start: int, end: int, kind: LabelKind, line: int, column: int
) -> Iterator[tuple[int, int, LabelKind, int, int]]:
    """The labels of one formatted range, without blanks and quotes at its ends: one for each name of a menu path."""
    first, last = _trimmed(paragraph.text, start, end)
    if kind != "kbd" and _is_quoted(paragraph.text[first:last]):
        first, last = _trimmed(paragraph.text, first + 1, last - 1)
    separator = _LEADING_SEPARATOR.match(paragraph.text[first:last]) if kind != "kbd" else None
    if separator is not None:
        first += separator.end()
    names = _menu_path(paragraph.text[first:last]) if kind != "kbd" else []
    for at, until in names or [(0, last - first)]:
        position = (line, column) if first + at == start else paragraph.position(first + at)
        yield (first + at, first + until, kind, *position)


def _is_quoted(text: str) -> bool:
    """Whether one pair of quotes encloses the whole text."""
    return len(text) > 2 and text[0] + text[-1] in _PAIRS and not {text[0], text[-1]} & set(text[1:-1])


def _is_punctuated(text: str) -> bool:
    """Whether a quotation ends in a comma, or a short one in the point of its sentence, as in American English.

    A longer one that ends in a point is a sentence of the page.
    """
    return text.endswith(",") or (text.endswith(".") and not text.endswith("..") and len(text.split()) < 5)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip(_BLANKS)), end - len(words) + len(words.rstrip(_BLANKS))


def _menu_path(text: str) -> list[tuple[int, int]]:
    """The range of each name in a menu path (`Settings > Notifications`); empty if the text is not a menu path."""
    cuts = [match.span() for match in _SEPARATOR.finditer(text)]
    if not cuts:
        return []
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    parts = list(zip(starts, ends, strict=True))
    return parts if all(_is_name(text[start:end]) for start, end in parts) else []


def _is_name(text: str) -> bool:
    return bool(text) and not text[0].islower() and len(text.split()) <= 6 and any(char.isalpha() for char in text)


def bare_addresses(paragraph: Paragraph, known: list[Link]) -> list[Link]:
    """The URLs that are written out in the text, except those of ``known`` links."""
    if "://" not in paragraph.text:
        return []
    found = [(match[0], *paragraph.position(match.start())) for match in _ADDRESS.finditer(paragraph.text)]
    taken = {(link.line, link.column) for link in known}
    return [Link(text, text, line, column) for text, line, column in found if (line, column) not in taken]
