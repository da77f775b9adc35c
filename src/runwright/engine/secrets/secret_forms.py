"""Finds secrets in a text in every form in which a page, a server or a browser may write them.

The one search for texts that leave the process and for the texts of a page. A text is folded once: letters in one case
and without accents, without blanks, signs and invisible characters. Each value, folded alike, is searched in it; then
in the text with its escapes decoded, layer by layer, and in what its base64 words decode to.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from runwright.engine.secrets.escapes import DecodedText, base64_texts, layers

SHORT = 8
"""Values of fewer characters are found by themselves and in escapes only: other forms would match by chance."""
LEAST_OF_PARTS, MOST_OF_PARTS = 12, 64
"""How many letters and digits a value has of which parts are searched as well."""
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
"""Characters that a person does not see, as a range of a regular expression."""
_CHARSETS = (
    *("utf-8", "latin-1", "cp1252", "iso8859-2", "cp1250", "cp1251", "koi8-r", "iso8859-7", "iso8859-9", "iso8859-15"),
    *("shift_jis", "euc-jp", "iso2022_jp", "euc-kr", "gb18030", "big5"),
)
"""Charsets of pages: a form sends a value in the charset of its page."""
_SIGNS = re.compile(r"[\W_]+")
_BLANKS = re.compile(rf"[\s\0{UNSEEN}]+")
_HIDDEN = re.compile(rf"[\0{UNSEEN}]+")
_GAP = re.compile(r"\s+|[-‐-―−./:_,·+]|\s+[-‐-―−/:·]\s+")
"""What is allowed between two groups of a value that could be a part of ordinary text."""
_BLOCK = 2048


@dataclass(frozen=True, order=True)
class SecretPlace:
    """Where a text shows a secret."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class _Form:
    """One form of a value, as it is searched."""

    folded: str
    name: str
    head: str = ""
    """The signs before the first folded character, in the value as it is."""
    tail: str = ""
    ordinary: bool = False
    """Whether it is made of letters or of digits alone, so that ordinary text could contain it."""
    exact: str | None = None
    """A short value, which is compared once more as it is."""

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether what was found in a text is the value, and no part of ordinary words."""
        if self.exact is not None:
            return self._fits_short(text, start, end)
        if not self.ordinary:
            return True
        gaps = _SIGNS.findall(_HIDDEN.sub("", text[start:end]))
        return not gaps or (_alone(text, start, end) and all(map(_GAP.fullmatch, gaps)))

    def _fits_short(self, text: str, start: int, end: int) -> bool:
        exact, found = self.exact or "", _as_read(text[start:end])
        if len(exact) < 4:
            return found == exact and not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
        if self.ordinary:
            return found in (exact, exact.upper()) and _alone(text, start, end)
        return fold_case(found) == fold_case(exact)

    def extended(self, text: str, start: int, end: int) -> tuple[int, int]:
        """A place with the signs at the value's ends, which the search ignores."""
        for character in self.tail:
            if text[end : end + 1] == character:
                end += 1
        for character in reversed(self.head):
            if start and text[start - 1] == character:
                start -= 1
        return start, end


class SecretForms:
    """The forms of a set of values. A value is added before anything could show it."""

    def __init__(self) -> None:
        self._loose: dict[str, _Form] = {}
        self._strict: dict[str, _Form] = {}
        self._literal: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._loose or self._strict)

    def add(self, name: str, value: str) -> None:
        """Add a value. A name may have several."""
        loose, strict = _forms(value)
        for each in loose:
            self._loose.setdefault(each.folded, _named(each, name))
        for each in strict:
            self._strict.setdefault(each.folded + (each.exact or ""), _named(each, name))
        if len(value) >= SHORT:
            self._literal.setdefault(value, name)

    def find(self, text: str, long_only: bool = False) -> list[SecretPlace]:
        """The places that show a secret, in the order of the text, without overlaps.

        With ``long_only``, values under 8 characters are not searched.
        """
        return _merged(self._find(text, long_only, 0)) if self else []

    def literal(self, text: str) -> list[SecretPlace]:
        """The places where a long value stands as it is: for texts that could contain another form by chance."""
        places = []
        for value, name in self._literal.items():
            places += [SecretPlace(at, at + len(value), name) for at in _all_in(text, value)]
        return _merged(places)

    def _find(self, text: str, long_only: bool, depth: int) -> Iterator[SecretPlace]:
        for view in layers(text):
            yield from self._in_view(view, long_only)
            if depth < 3:
                for inner in base64_texts(view.text):
                    printable = sum(map(str.isprintable, inner.text[:200])) * 10 >= len(inner.text[:200]) * 9
                    for place in self._find(inner.text, long_only or not printable, depth + 1):
                        start, end = view.source(*inner.source(place.start, place.end))
                        yield SecretPlace(start, end, place.name)

    def _in_view(self, view: DecodedText, long_only: bool) -> Iterator[SecretPlace]:
        if self._loose:
            yield from _matches(view, _Folded(view.text, fold), self._loose.values(), False)
        if self._strict:
            yield from _matches(view, _Folded(view.text, fold_blanks), self._strict.values(), long_only)


def _matches(view: DecodedText, folded: _Folded, forms: Iterable[_Form], long_only: bool) -> Iterator[SecretPlace]:
    within = folded.text
    for form in forms:
        if len(form.folded) > len(within) or (long_only and form.exact is not None):
            continue
        for at in _all_in(within, form.folded):
            start, end = folded.source(at, at + len(form.folded))
            if form.fits(view.text, start, end):
                yield SecretPlace(*view.source(*form.extended(view.text, start, end)), form.name)


class _Folded:
    """A text after folding; maps its positions to those of the text. The map is only made where something is found."""

    def __init__(self, text: str, folding: Callable[[str], str]) -> None:
        self._text = text
        self._folding = folding
        self._places: dict[int, list[int]] = {}
        if len(text) <= _BLOCK:
            self.text = folding(text)
            self._ends = [len(self.text)]
            return
        blocks = [folding(text[start : start + _BLOCK]) for start in range(0, len(text), _BLOCK)]
        self.text = "".join(blocks)
        self._ends, end = [], 0
        for block in blocks:
            end += len(block)
            self._ends.append(end)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The start and end in the text of the folded characters from ``start`` to ``end``."""
        return self._place(start), self._place(end - 1) + 1

    def _place(self, at: int) -> int:
        block = bisect_right(self._ends, at)
        before = self._ends[block - 1] if block else 0
        return block * _BLOCK + self._places_of(block)[at - before]

    def _places_of(self, block: int) -> list[int]:
        """The place in its block of each folded character."""
        if block not in self._places:
            part = self._text[block * _BLOCK : (block + 1) * _BLOCK]
            self._places[block] = [
                index for index, character in enumerate(part) for _ in _folded_character(self._folding, character)
            ]
        return self._places[block]


@cache
def _folded_character(folding: Callable[[str], str], character: str) -> str:
    return folding(character)


def fold_case(text: str) -> str:
    """A text in one case, of letters and signs in their plain form."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().replace("ı", "i")
    return unicodedata.normalize("NFKD", plain)


def fold(text: str) -> str:
    """The letters and digits of a text, in one case and without accents."""
    return _SIGNS.sub("", fold_case(text))


def fold_blanks(text: str) -> str:
    """A text in one case, without blanks and invisible characters."""
    return _BLANKS.sub("", fold_case(text))


@lru_cache(maxsize=256)
def _forms(value: str) -> tuple[tuple[_Form, ...], tuple[_Form, ...]]:
    """The forms of a value without its name: those that are searched without signs, and those with signs."""
    loose: dict[str, _Form] = {}
    strict: dict[str, _Form] = {}
    if len(value.strip()) < SHORT:
        for text in _written(value.strip()):
            form = _Form(fold_blanks(text), "", ordinary=_ordinary(text), exact=_as_read(text))
            if form.folded:
                strict.setdefault(form.folded + (form.exact or ""), form)
        if len(value) >= SHORT:  # only with its blanks it is long: then it is found anywhere, as long ones are
            for folded in map(fold_blanks, _written(value)):
                strict.setdefault(folded, _Form(folded, ""))
        return (), tuple(strict.values())
    for whole in (value, *lines_of(value)):
        for text in _written(whole):
            for each in (text, text[::-1]):
                folded = fold(each)
                if len(folded) >= SHORT:
                    head, tail = _ends_of(each)
                    loose.setdefault(folded, _Form(folded, "", head, tail, _ordinary(each)))
                elif len(fold_blanks(each)) >= min(SHORT, len(value.strip())) - 2:
                    strict.setdefault(fold_blanks(each), _Form(fold_blanks(each), ""))
        for part in _parts_of(whole):
            loose.setdefault(part, _Form(part, ""))
        for encoded in _encoded(whole):
            folded = fold(encoded)
            loose.setdefault(folded, _Form(folded, ""))
    return tuple(loose.values()), tuple(strict.values())


def _named(form: _Form, name: str) -> _Form:
    return _Form(form.folded, name, form.head, form.tail, form.ordinary, form.exact)


def _written(value: str) -> list[str]:
    """A value as it is, unescaped as a text is, and the bytes of each charset as an address carries them."""
    found = [each.text for each in layers(value)]
    for charset in () if value.isascii() else _CHARSETS:
        data = value.encode(charset, "xmlcharrefreplace" if charset != "utf-8" else "surrogatepass")
        found += [each.text for each in layers(data.decode("latin-1"))]
    return list(dict.fromkeys(each for each in found if each.strip()))


def lines_of(value: str) -> list[str]:
    """The lines of a value of several lines, such as a key, without those that frame it."""
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    return [line for line in lines if len(line) >= SHORT and "-----" not in line] if len(lines) > 1 else []


def _parts_of(value: str) -> list[str]:
    """The parts of a folded value that give most of it away, as a text that is cut off shows them."""
    folded = fold(value)
    size = max(SHORT, -(-len(folded) * 7 // 10))
    if _ordinary(value) or not LEAST_OF_PARTS <= len(folded) <= MOST_OF_PARTS:
        return []
    return [folded[start : start + size] for start in range(len(folded) - size + 1)]


def _encoded(value: str) -> list[str]:
    """A value as hex, base64, base32 and numbers: the characters that depend on it alone, wherever it stands."""
    found = []
    for data in (value.encode("utf-8", "surrogatepass"), value.encode("utf-16-le", "surrogatepass")):
        found.append(data.hex())
        for shift in range(3):
            start, end = -(-shift * 4 // 3), (shift + len(data)) * 4 // 3
            found.append(base64.b64encode(b"\0" * shift + data)[start:end].decode())
        for shift in range(5):
            start, end = -(-shift * 8 // 5), (shift + len(data)) * 8 // 5
            found.append(base64.b32encode(b"\0" * shift + data)[start:end].decode())
        found.append(" ".join(map(str, data)))
    found.append(value.encode("utf-16-be", "surrogatepass").hex())
    data = value.encode("utf-8", "surrogatepass")
    for written in ("0x{:02x}", "{:03o}", "{:08b}", "chr({})", "char({})"):
        found.append(" ".join(written.format(byte) for byte in data))
    return found


def _as_read(text: str) -> str:
    """A text without invisible characters, its blanks folded."""
    return " ".join(_HIDDEN.sub("", text).split())


def _ends_of(value: str) -> tuple[str, str]:
    """The signs before the first letter or digit of a value, and those after the last."""
    kept = [index for index, character in enumerate(value) if fold(character)]
    return value[: kept[0]].strip(), value[kept[-1] + 1 :].strip()


def _ordinary(value: str) -> bool:
    """Whether a value consists of letters alone, or of digits alone, and blanks."""
    bare = "".join(value.split())
    return bare.isalpha() or bare.isdigit()


def _alone(text: str, start: int, end: int) -> bool:
    """Whether no word and no number goes on before or after a place."""
    return not (_joined(text[start - 1 : start], text[start]) or _joined(text[end - 1], text[end : end + 1]))


def _joined(one: str, next_one: str) -> bool:
    return (one.isalpha() and next_one.isalpha()) or (one.isdigit() and next_one.isdigit())


def _all_in(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _merged(places: Iterable[SecretPlace]) -> list[SecretPlace]:
    """Places in order; where some overlap, one from the first start to the last end, named after the longest."""
    merged: list[SecretPlace] = []
    for place in sorted(places, key=lambda each: (each.start, -each.end)):
        if merged and place.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = SecretPlace(last.start, max(last.end, place.end), last.name)
        else:
            merged.append(place)
    return merged
