"""Decodes escapes of addresses, HTML, JSON, JavaScript and base64, and keeps where each character came from."""

from __future__ import annotations

import base64
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

LAYERS = 4
"""How many times a text is unescaped: an address in an address, in JSON, in HTML."""
MIN_RUN = 11
"""Characters of a base64 text from which it is decoded: 8 bytes, without the padding."""

_X = "[0-9A-Fa-f]"
_ESCAPE = re.compile(
    rf"%{_X}{{2}}|%u{_X}{{4}}"
    rf"|&(?:#[0-9]{{1,7}}|#[xX]{_X}{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});?"
    rf"|\\u[dD][89abAB]{_X}{{2}}\\u[dD][c-fC-F]{_X}{{2}}|\\u{_X}{{4}}|\\u\{{{_X}{{1,6}}\}}|\\U{_X}{{8}}|\\x{_X}{{2}}"
    r"|\\[0-3][0-7]{2}|\\[^ux]|\+"
)
_BEYOND = "%[89abAB][0-9A-Fa-f]"
_CHARACTER = re.compile(
    rf"%[cdCD]{_X}{_BEYOND}|%[eE]{_X}(?:{_BEYOND}){{2}}|%[fF][0-4](?:{_BEYOND}){{3}}|{_ESCAPE.pattern}"
)
"""The same, with a character in UTF-8 as one escape."""
_MARKUP = re.compile(
    r"<!--.{0,2000}?-->|<!\[CDATA\[|\]\]>|</?[A-Za-z][^<>]{0,500}>"  # tags and comments
    r"|\x1b\[[0-?]*[ -/]*[@-~]|[^\x08]\x08",  # colours of a terminal, characters that are struck over
    re.DOTALL,
)
_CSS = re.compile(rf"\\{_X}{{1,6}}")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_RUN = re.compile(rf"[A-Za-z0-9+/_-]{{{MIN_RUN},}}(?:\r?\n[ \t]*[A-Za-z0-9+/_-]+)*")
_URL_ALPHABET = str.maketrans("-_", "+/")


@dataclass
class DecodedText:
    """A text in which escapes are decoded; maps its positions to those of the original text."""

    text: str
    _before: DecodedText | None = None
    _starts: list[int] = field(default_factory=list)
    """Of each escape, where it stands in `text`."""
    _sources: list[tuple[int, int, int]] = field(default_factory=list)
    """Of each escape, its decoded length, and its start and length in the text before."""

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The start and end in the original text of the characters from ``start`` to ``end``."""
        if self._before is None:
            return start, end
        return self._before.source(self._to(start)[0], self._to(end - 1)[1])

    def _to(self, place: int) -> tuple[int, int]:
        index = bisect_right(self._starts, place) - 1
        if index < 0:
            return place, place + 1
        length, source, source_length = self._sources[index]
        beyond = place - self._starts[index] - length
        if beyond < 0:
            return source, source + source_length
        return source + source_length + beyond, source + source_length + beyond + 1

    def unescaped(self, escapes: re.Pattern[str], decoded: Callable[[str], str] | None = None) -> DecodedText | None:
        """The same text with one layer of escapes decoded; None if it has none.

        Bytes of `%E4` and of `\\xe4` become the character of the same number, whatever the page's charset was.
        """
        starts: list[int] = []
        sources: list[tuple[int, int, int]] = []
        parts: list[str] = []
        place = done = 0
        for found in escapes.finditer(self.text):
            escape = found[0]
            plain = (decoded or _decoded)(escape)
            if plain == escape:
                continue
            begin = found.start()
            parts += (self.text[done:begin], plain)
            place += begin - done
            starts.append(place)
            sources.append((len(plain), begin, len(escape)))
            place += len(plain)
            done = begin + len(escape)
        if not starts:
            return None
        parts.append(self.text[done:])
        return DecodedText("".join(parts), self, starts, sources)


def layers(text: str) -> Iterator[DecodedText]:
    """A text as it is, then with one layer of escapes decoded after the other."""
    yield DecodedText(text)
    for escapes in (_ESCAPE, _CHARACTER) if re.search("%[c-fC-F]", text) else (_ESCAPE,):
        one = DecodedText(text).unescaped(escapes)
        for _ in range(LAYERS):
            if one is None:
                break
            yield one
            one = one.unescaped(escapes)
    for pattern, decoded in ((_MARKUP, _without_markup), (_CSS, _decoded_css)):
        other = DecodedText(text).unescaped(pattern, decoded)
        if other is not None:
            yield other
            if (inner := other.unescaped(_ESCAPE)) is not None:
                yield inner


def _without_markup(found: str) -> str:
    """What stands between the words on both sides of a tag, or in place of what a terminal obeys."""
    return " " if found.startswith("</") or (found.startswith("<") and found[1:2].isalpha()) else ""


def _decoded_css(escape: str) -> str:
    """The character of an escape of a style sheet; a blank behind it is no matter."""
    number = int(escape[1:], 16)
    return chr(number) if 0 < number < 0x110000 else escape


def _decoded(escape: str) -> str:
    kind, second = escape[0], escape[1:2]
    if kind == "+":
        return " "
    if kind == "&":
        return html.unescape(escape)
    if kind == "%" and len(escape) > 3 and second != "u":
        return bytes.fromhex(escape.replace("%", "")).decode("utf-8", "replace")
    if kind == "%":
        return chr(int(escape.lstrip("%u"), 16))
    if second in "uUx" and len(escape) > 2:
        digits = escape[2:].strip("{}")
        if len(escape) == 12:  # a surrogate pair
            return bytes.fromhex(escape[2:6] + escape[8:]).decode("utf-16-be", "replace")
        number = int(digits, 16)
        return chr(number) if number < 0x110000 else escape
    if len(escape) == 4:
        return chr(int(escape[1:], 8))
    return _CONTROLS.get(second, second)


@dataclass(frozen=True)
class Base64Text:
    """What a run of base64 decodes to, one character per byte; maps its positions to those of the text around it."""

    text: str
    _places: range | list[int]
    """Where each base64 character stands in the text around it."""

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The start and end of the base64 characters that hold the bytes from ``start`` to ``end``."""
        first, last = start // 3 * 4, min(-(-end // 3) * 4, len(self._places))
        return self._places[first], self._places[last - 1] + 1


def base64_texts(text: str) -> Iterator[Base64Text]:
    """What the long base64 words of a text decode to, at each of the four places where a group may start."""
    for run in _RUN.finditer(text):
        word, begin = run[0], run.start()
        places: range | list[int] = range(begin, begin + len(word))
        if "\n" in word:
            kept = [index for index, character in enumerate(word) if not character.isspace()]
            places, word = [begin + index for index in kept], "".join(word.split())
        word = word.translate(_URL_ALPHABET)
        for shift in range(4):
            part = word[shift:]
            if len(part) % 4 == 1:
                part = part[:-1]
            data = base64.b64decode(part + "=" * (-len(part) % 4))
            yield Base64Text(data.decode("latin-1"), places[shift : shift + len(part)])
