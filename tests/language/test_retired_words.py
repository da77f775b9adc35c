"""Retired words: the validator and the command line reject each one and name the word that replaced it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.retired_words import COMMANDS, KEYS, OPTIONS, VALUES, VERBS, retired_call
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

BOOK = """name: A page
inputs:
  who: { description: Somebody, default: Ann }
secrets:
  pin: { description: The PIN, typed_at: shop }
sites:
  shop:
    url: https://shop.example
sections:
  - name: One
    open: shop /
    ready: heading "A"
    done_when: text "B"
    steps:
      - click: button "Save"
        changes: true
        expect: text "C"
      - fill: textbox "Phone"
        with: "5551234"
      - download: button "Export"
"""

CLICK = '        expect: text "C"\n'
IN_THE_RUNBOOK = [
    ("title", "name: A page\n", "title: A page\n"),
    ("title", "  - name: One\n", "  - title: One\n"),
    ("about", "{ description: Somebody,", "{ about: Somebody,"),
    ("about", "{ description: The PIN,", "{ about: The PIN,"),
    ("conceal", "    url: https://shop.example\n", '    url: https://shop.example\n    conceal: text "X"\n'),
    ("stand_in", "    url: https://shop.example\n", "    url: https://shop.example\n    stand_in: local\n"),
    ("every_time", '    done_when: text "B"\n', "    every_time: no page shows it\n"),
    ("reach", "    steps:\n", '    reach:\n      - click: link "Way"\n    steps:\n'),
    ("commits", "        changes: true\n", "        commits: true\n"),
    ("say", CLICK, f"{CLICK}        say: Save it\n"),
    ("repeatable", CLICK, f"{CLICK}        repeatable: true\n"),
    ("go_on", CLICK, f"{CLICK}        go_on: true\n"),
    ("picture", CLICK, f"{CLICK}        picture: none\n"),
    ("up_to", CLICK, f"{CLICK}        up_to: 10s\n"),
    ("obvious", CLICK, f"{CLICK}        obvious: true\n"),
    ("shows", '        with: "5551234"\n', '        with: "5551234"\n        shows: 555-1234\n'),
    ("named", '      - download: button "Export"\n', '      - download: button "Export"\n        named: "*.csv"\n'),
    ("hand_over", "    steps:\n", "    steps:\n      - hand_over: Ask Ann.\n"),
]
"""Each retired key and verb: the word, a part of BOOK, and what the part was with the word."""

RENAMED = {**KEYS, **VERBS}


def load_text(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    """The errors of a runbook with this text."""
    path = folder / "book.yaml"
    path.write_text(text, "utf-8")
    try:
        load(path, vocabulary())
    except UserError as error:
        return error.diagnostics
    return ()


def position(text: str, words: str) -> tuple[int, int]:
    """Line and column of words that a text contains once."""
    assert text.count(words) == 1, f"{words!r} is not unique"
    before = text[: text.index(words)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def test_every_retired_word_has_a_case() -> None:
    assert {word for word, _, _ in IN_THE_RUNBOOK} == set(RENAMED)


@pytest.mark.parametrize(("word", "part", "retired"), IN_THE_RUNBOOK, ids=[word for word, _, _ in IN_THE_RUNBOOK])
def test_a_retired_key_or_verb_is_one_error_that_names_the_new_word(
    word: str, part: str, retired: str, tmp_path: Path
) -> None:
    assert BOOK.count(part) == 1
    text = BOOK.replace(part, retired)
    diagnostics = load_text(tmp_path, text)
    assert len(diagnostics) == 1, [str(each) for each in diagnostics]
    mark = diagnostics[0].mark
    assert mark is not None and (mark.line, mark.column) == position(text, f"{word}:")
    assert f"`{word}`" in diagnostics[0].message
    assert f"`{word}` is now called `{RENAMED[word]}`." in diagnostics[0].remedy


@pytest.mark.parametrize(("word", "part", "retired"), IN_THE_RUNBOOK, ids=[word for word, _, _ in IN_THE_RUNBOOK])
def test_the_new_word_is_accepted_in_its_place(word: str, part: str, retired: str, tmp_path: Path) -> None:
    text = BOOK.replace(part, retired.replace(f"{word}:", f"{RENAMED[word]}:"))
    assert load_text(tmp_path, text) == ()


def test_a_retired_key_before_a_retired_verb_does_not_hide_the_verb(tmp_path: Path) -> None:
    text = BOOK.replace("    steps:\n", "    steps:\n      - say: Ask her\n        hand_over: Ask Ann.\n")
    (diagnostic,) = load_text(tmp_path, text)
    assert diagnostic.mark is not None
    assert (diagnostic.mark.line, diagnostic.mark.column) == position(text, "hand_over:")
    assert diagnostic.remedy == "`hand_over` is now called `manual`."


@pytest.mark.parametrize(("key", "value"), VALUES)
def test_a_retired_value_is_one_error_that_names_the_new_value(key: str, value: str, tmp_path: Path) -> None:
    text = BOOK.replace(CLICK, f"{CLICK}        {key}: {value}\n")
    diagnostics = load_text(tmp_path, text)
    assert len(diagnostics) == 1, [str(each) for each in diagnostics]
    line, column = position(text, f"{key}: {value}\n")
    mark = diagnostics[0].mark
    assert mark is not None and (mark.line, mark.column) == (line, column + len(f"{key}: "))
    assert diagnostics[0].message == f"Invalid value `{value}` for `{key}`."
    assert f"Write `{VALUES[key, value]}`." in diagnostics[0].remedy
    assert load_text(tmp_path, BOOK.replace(CLICK, f"{CLICK}        {key}: {VALUES[key, value]}\n")) == ()


@pytest.mark.parametrize(
    ("call", "new"),
    [
        *([[command], f"runwright {new}"] for command, new in COMMANDS.items()),
        *([["run", "book", option], new] for option, new in OPTIONS.items()),
        *([["run", "book", f"{option}=x"], new] for option, new in OPTIONS.items()),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_a_retired_command_or_option_is_an_invalid_call_that_names_the_new_one(
    call: list[str], new: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runwright", *call],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"Error: {retired_call(call)}\n"
    assert new in done.stderr and call[-1].partition("=")[0] in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_call_without_retired_words_is_not_reported() -> None:
    assert retired_call(["rehearse", "slack-alerts", "--simulator", "http://127.0.0.1:8080"]) is None
    assert retired_call([]) is None
