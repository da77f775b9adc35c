"""A secret is found in every form, in texts of any size, and ordinary words are left alone."""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from support.secret_writings import WRITINGS

from runwright.engine.secrets.scrub import Scrubber
from runwright.engine.secrets.secret_forms import SecretForms

ROOT = Path(__file__).parents[2]
VALUES = {
    "a key": "Zq7Kp2Lw9Rt4Vx6B",
    "a key in groups": "kwzr-7342-hbxt-9563-mfgd",
    "a passphrase of two lines": "alpha  Bravo7\ncharlie Delta8",
    "with signs": "Tr0ub4dor&3<x>'\"/\\",
    "with umlauts": "Pässwörter-2026",
    "with signs of its own escapes": "a%20b&amp;c\\n9d+e=f",
}


def scrubber(value: str, name: str = "key") -> Scrubber:
    made = Scrubber()
    made.register(name, value)
    return made


@pytest.mark.parametrize("kind", VALUES)
def test_a_secret_is_found_in_every_form(kind: str) -> None:
    value, missed = VALUES[kind], []
    made = scrubber(value)
    for name, write in WRITINGS.items():
        text = made.text(f"Not taken: {write(value)} - try again")
        if "‹secret key›" not in text or not text.startswith("Not taken: ") or not text.endswith(" - try again"):
            missed.append(f"{name}: {text}")
    assert not missed, "\n".join(missed)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("p@s 1!", "/sent?key=p%40s+1%21"),
        ("Pässwörter-2026", "/sent?key=P%E4ssw%F6rter-2026"),
        ("Tr0ub4dor&3<x>", "/sent?key=Tr0ub4dor%263%3cx%3e"),
        ("パスワード", f"/sent?key={''.join(f'%{byte:02X}' for byte in 'パスワード'.encode('shift_jis'))}"),
        ("비밀번호열여덟", f"/sent?key={''.join(f'%{byte:02x}' for byte in '비밀번호열여덟'.encode('euc-kr'))}"),
        ("ключ-от-сайта", f"/sent?key={''.join(f'%{byte:02X}' for byte in 'ключ-от-сайта'.encode('cp1251'))}"),
        ("pass€word☃x9", "/sent?key=pass%80word%26%239731%3Bx9"),
    ],
)
def test_in_an_address_the_whole_value_is_replaced_whatever_the_charset(value: str, address: str) -> None:
    assert scrubber(value).text(address) == "/sent?key=‹secret key›"


def test_a_form_of_other_characters_is_found_in_an_address_too() -> None:
    made = scrubber(VALUES["with umlauts"])
    for name in ("in NFD", "in full width", "with zero-width spaces", "with a blank after each character"):
        form = quote(WRITINGS[name](VALUES["with umlauts"]), safe="")
        assert made.text(f"/sent?key={form}&b=2") == "/sent?key=‹secret key›&b=2", name


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("interest", "winter estates", "winter estates"),
        ("interest", "the in-ter-est of it", "the ‹secret key› of it"),
        ("20261130", "since 2026-11-30", "since ‹secret key›"),
        ("12345678", "12345, 678 rows; 912 345 678 of them", "12345, 678 rows; 912 345 678 of them"),
        ("admin", "Administrator: an admin, ADMIN", "Administrator: an ‹secret key›, ‹secret key›"),
        ("2026", "20261130 and 2026", "20261130 and ‹secret key›"),
        ("hunter2", "user:hunter2x", "user:‹secret key›x"),
        ("a", "a page that says A1", "‹secret key› page that says A1"),
    ],
)
def test_a_value_of_ordinary_words_is_replaced_where_it_stands_alone(value: str, text: str, expected: str) -> None:
    assert scrubber(value).text(text) == expected


def test_the_texts_of_the_documentation_stay_as_they_are() -> None:
    chance = random.Random(7)
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    values = ["".join(chance.choice(letters) for _ in range(length)) for length in (5, 6, 8, 8, 12, 16, 24, 40)]
    values += [
        f"{chance.randrange(10**8):08}",
        "4111 1111 1111 1111",
        "correct horse battery staple",
        "S3cret!",
        "hunter2",
    ]
    made = Scrubber()
    for number, value in enumerate(values):
        made.register(f"key {number}", value)
    pages = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("runbooks/*.yaml")]
    assert len(pages) > 40
    for page in pages:
        for place in made.find(text := page.read_text("utf-8")):
            raise AssertionError(f"{page.name}: {text[place.start - 20 : place.end + 20]!r} was taken for {place.name}")


def test_a_text_of_a_megabyte_is_folded_once_whatever_the_number_of_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    from runwright.engine.secrets import secret_forms

    folded = 0
    fold = secret_forms.fold_case

    def counting(text: str) -> str:
        nonlocal folded
        folded += len(text)
        return fold(text)

    forms = SecretForms()
    for number in range(10):
        forms.add(f"key {number}", f"Zq7Kp2Lw9Rt4Vx6B{number}")
    monkeypatch.setattr(secret_forms, "fold_case", counting)
    text = "The quick brown fox saves its settings, and the page says so. " * 16_500
    assert forms.find(text) == []
    assert folded <= 1.01 * len(text), "the text is folded more than once"
    folded = 0
    shown = text[: len(text) // 2] + "Zq7K-p2Lw-9Rt4-Vx6B-7" + text[len(text) // 2 :]
    (place,) = forms.find(shown)
    assert (shown[place.start : place.end], place.name) == ("Zq7K-p2Lw-9Rt4-Vx6B-7", "key 7")
    assert folded <= 1.02 * len(shown), "the map of the places is made for more than what was found"


def test_a_place_that_is_replaced_stays_so_and_hides_nothing_else() -> None:
    made = scrubber("Zq7Kp2Lw9Rt4Vx6B", "token")
    made.register("word", "token")
    once = made.text("the token Zq7K-p2Lw-9Rt4-Vx6B")
    assert once == "the ‹secret word› ‹secret token›"
    assert made.text(once) == once
    assert made.text("‹secret Zq7Kp2Lw9Rt4Vx6B›") == "‹secret ‹secret token››"


def test_most_of_a_secret_is_found_as_well_and_little_of_it_is_not() -> None:
    made = scrubber("Zq7Kp2Lw9Rt4Vx6B")
    assert made.text("a key: Zq7K-p2Lw-9Rt4-V…") == "a key: ‹secret key›…"
    assert made.text("a key: …p2Lw9Rt4Vx6B") == "a key: …‹secret key›"
    assert made.text("a key: Zq7K…Vx6B") == "a key: Zq7K…Vx6B", "how pages name a key without showing it"


SOURCES: dict[str, Callable[[str], str]] = {
    "by octal numbers": lambda value: " ".join(f"{byte:03o}" for byte in value.encode()),
    "by binary numbers": lambda value: " ".join(f"{byte:08b}" for byte in value.encode()),
    "in hexadecimal of a program": lambda value: ", ".join(f"0x{byte:02x}" for byte in value.encode()),
    "in hexadecimal of UTF-16": lambda value: value.encode("utf-16-be").hex(),
    "by functions of a program": lambda value: "+".join(f"chr({byte})" for byte in value.encode()),
    "in a style sheet": lambda value: "".join(f"\\{ord(c):06x}" for c in value),
    "between tags": lambda value: "".join(f"<b>{html.escape(c)}</b>" for c in value),
    "around a comment": lambda value: f"{value[:5]}<!-- and more -->{value[5:]}",
    "in colours of a terminal": lambda value: "".join(f"\x1b[31m{c}\x1b[0m" for c in value),
    "struck over": lambda value: "".join(f"{c}\b{c}" for c in value),
}
"""What programs, style sheets, HTML in a message and terminals make of a value."""


@pytest.mark.parametrize("kind", VALUES)
def test_a_secret_is_found_in_source_texts(kind: str) -> None:
    value = VALUES[kind]
    made = scrubber(value)
    texts = {name: made.text(f"Not taken: {write(value)} - try again") for name, write in SOURCES.items()}
    wrong = {name: text for name, text in texts.items() if "‹secret key›" not in text}
    assert not wrong
    assert all(text.startswith("Not taken: ") and text.endswith(" - try again") for text in texts.values()), texts


@pytest.mark.parametrize(
    "text", ["<td>Ann</td><td>7341</td>", "a<b and c>d", "\\d+ in \\server\\face", "\x1b[31mred\x1b[0m"]
)
def test_texts_with_markup_stay_as_they_are(text: str) -> None:
    assert scrubber("Zq7Kp2Lw9Rt4Vx6B").text(text) == text
