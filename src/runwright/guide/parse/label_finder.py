"""What a paragraph sets apart: names of controls, and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Label, LabelKind, Link
from runwright.guide.parse.inline import LONGEST, Prose, clean, whole_sentence

_PAIRS = ("“”", "„“", "„”", "‘’", "‚‘", "‚’", "「」", "『』", "«»", "»«", "‹›", "›‹", '""', "''")
"""Quotes that open and close, of all languages that are known."""
_QUOTED = re.compile(
    r"“([^“”\n]{1,80})”|„([^„“”\n]{1,80})[“”]|「([^「」\n]{1,80})」|『([^『』\n]{1,80})』"
    r"|«\s?([^«»\n]{1,80}?)\s?»|»(?=\S)([^«»\n]{1,80})(?<=\S)«"
    r"|‹\s?([^‹›\n]{1,80}?)\s?›|›(?=\S)([^‹›\n]{1,80})(?<=\S)‹"
    r"|‚([^‚‘’\n]{1,80})[‘’]|‘([^‘’\n]{1,80})’"
    r'|"([^"\n]{1,80})"|\'(?<!\w\')([^\'\n]{1,80})\'(?!\w)'
)
_QUOTE = re.compile(f"[{''.join(pair[0] for pair in _PAIRS)}]")
_ADDRESS = re.compile(r"https?://[^\s<>()\"'“”「」]+[^\s<>()\"'“”「」.,;:!?]")
_ONWARD = re.compile(r"\s+(?:[>/→›»▸➜⟶⇒]|[-=]>)\s+|\s?[→›»▸➜⟶⇒]\s?")
"""What stands between the names of a way through menus."""
_UNSAID = " \ue000\ue001\ue002"


def labels_of(prose: Prose) -> list[Label]:
    """What a paragraph sets apart as the name of a control, in its order."""
    if len(prose.text) > LONGEST:
        return []
    found: list[tuple[int, int, LabelKind, int, int]] = []
    taken = [(span.start, span.end) for span in prose.spans if span.kind in ("bold", "kbd", "code")]
    for span in prose.spans:
        if span.kind == "bold" and _stressed(prose, span.start, span.end):
            continue
        if span.kind in ("bold", "kbd"):
            kind: LabelKind = "bold" if span.kind == "bold" else "kbd"
            found.append((span.start, span.end, kind, span.line, span.column))
    for quote in _QUOTED.finditer(prose.text) if _QUOTE.search(prose.text) else ():
        if any(start < quote.end() and quote.start() < end for start, end in taken):
            continue
        group = quote.lastindex or 1
        line, column = prose.place(quote.start(group))
        found.append((quote.start(group), quote.end(group), "quoted", line, column))
    found = [part for each in sorted(found) for part in _parts(prose, *each)]
    labels: list[Label] = []
    for index, (start, end, kind, line, column) in enumerate(found):
        after = found[index + 1][0] if index + 1 < len(found) else len(prose.text)
        text = clean(prose.text[start:end])
        if any(sign.isalnum() for sign in text):
            width = prose.width(start, end)
            labels.append(Label(text, kind, line, column, prose.text[:start], prose.text[end:after], width))
    return labels


def _stressed(prose: Prose, start: int, end: int) -> bool:
    start, end = _trimmed(prose.text, start, end)
    return whole_sentence(prose, start, end) and lexicon.stressed(prose.text[start:end])


def _parts(
    prose: Prose, start: int, end: int, kind: LabelKind, line: int, column: int
) -> Iterator[tuple[int, int, LabelKind, int, int]]:
    """A stretch that is set apart without blanks and quotes at its ends; a way of several names is one each."""
    first, last = _trimmed(prose.text, start, end)
    if kind != "kbd" and _embraced(prose.text[first:last]):
        first, last = _trimmed(prose.text, first + 1, last - 1)
    names = _way(prose.text[first:last]) if kind != "kbd" else []
    for at, until in names or [(0, last - first)]:
        place = (line, column) if first + at == start else prose.place(first + at)
        yield (first + at, first + until, kind, *place)


def _embraced(text: str) -> bool:
    """Whether the text stands in one pair of quotes as a whole."""
    return len(text) > 2 and text[0] + text[-1] in _PAIRS and not {text[0], text[-1]} & set(text[1:-1])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip(_UNSAID)), end - len(words) + len(words.rstrip(_UNSAID))


def _way(text: str) -> list[tuple[int, int]]:
    """Where each name of a way (`Settings > Notifications`) stands; none where the text is none."""
    cuts = [hit.span() for hit in _ONWARD.finditer(text)]
    if not cuts:
        return []
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    parts = list(zip(starts, ends, strict=True))
    return parts if all(_may_be_a_name(text[start:end]) for start, end in parts) else []


def _may_be_a_name(text: str) -> bool:
    return bool(text) and not text[0].islower() and len(text.split()) <= 6 and any(sign.isalpha() for sign in text)


def bare_addresses(prose: Prose, known: list[Link]) -> list[Link]:
    """Addresses that stand in the text as they are."""
    if "://" not in prose.text:
        return []
    found = [(hit[0], *prose.place(hit.start())) for hit in _ADDRESS.finditer(prose.text)]
    taken = {(link.line, link.column) for link in known}
    return [Link(text, text, line, column) for text, line, column in found if (line, column) not in taken]
