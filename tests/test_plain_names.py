"""No retired word is left: not as a key, verb, option, command or identifier, and none of a list in sentences."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from runwright.language import retired_words

ROOT = Path(__file__).resolve().parent.parent
OWN = {
    ROOT / "src" / "runwright" / "language" / "retired_words.py",
    ROOT / "tests" / "language" / "test_retired_words.py",
    Path(__file__).resolve(),
}
OLD_AND_NEW = {ROOT / "CHANGELOG.md", *(ROOT / "docs" / "decisions").glob("*plain-words*.md")}
"""Pages that put the old words beside the new ones."""

STILL_WORDS = {
    "about": "plain English inside a longer name; as a whole identifier it is checked",
    "title": "pages, guides and windows have titles",
    "named": "plain English for what has a name",
    "shows": "plain English",
    "reach": "plain English: a page is reached",
    "steps": "a section's steps; the retired word is the command",
    "rehearsal": "a run against simulators; the retired word is the command",
    "as": "a keyword",
    "to": "plain English; the argument of `set` and `drag`",
}
"""Retired words that go on living in another sense, each with that sense."""

IDENTIFIERS = (
    {key for key in retired_words.KEYS if key not in STILL_WORDS}
    | set(retired_words.VERBS)
    | {"pictures", "band", "painted", "commit", "stand_ins", "standin", "fault", "faults", "told", "tells"}
    | {"anew", "worked_out", "tie", "ties", "handover", "lateness", "glance", "undecided"}
)
"""Words, or joined words, of which no identifier is made."""

FAULT_INJECTION = {
    *("network_faults.py", "gateway.py", "failing_disk.py"),
    *("test_gateway.py", "test_failed_changes.py", "test_scenarios.py"),
}
"""Files in which a fault is one that is injected, as the field calls it; an error of a runbook is none."""

SENTENCES = (
    r"stand-ins?",
    r"painted over",
    r"conceal\w*",
    r"anew",
    r"held against",
    r"holds? against",
    r"worked out",
    r"in vain",
    r"whoever",
    r"is no (?:condition|pair|runbook|name|regular|address|site|verb|option|state)",
    r"may be left out",
    r"may stand",
    r"the band",
    r"a picture",
    r"pictures",
    r"faults? (?:is|are|was|of|in|with|told)",
    r"ties? (?:is|are|of|to|that)",
    r"wants a",
    r"wants to be",
    r"head of (?:the|a) journal",
    r"goes on from",
)
"""What no sentence of the project says any more; the words of names.md that are unmistakable."""

SPOKEN = re.compile(r"\b(?:" + "|".join(SENTENCES) + r")\b", re.I)


def _sources() -> list[Path]:
    return [
        path for folder in ("src", "steps", "benchmarks", "tests") for path in sorted((ROOT / folder).rglob("*.py"))
    ]


SOURCES = [path for path in _sources() if not {"steps", "runbooks"} & set(path.relative_to(ROOT).parts[2:3])]
PAGES = [ROOT / "README.md", *ROOT.glob("[A-Z]*.md"), *(ROOT / "docs").rglob("*.md")]
TEMPLATES = [path for path in (ROOT / "src").rglob("*") if path.suffix in (".html", ".md", ".js")]


def _identifiers(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            yield token.start[0], token.string


@cache
def _parts(identifier: str) -> str:
    """The words of an identifier between underscores: `_picture_taker_` for `PictureTaker`."""
    parts = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", identifier)
    return f"_{'_'.join(parts).lower()}_"


def _has(identifier: str, word: str) -> bool:
    """Whether an identifier is made of this word among others: `last_picture` and `PictureTaker` are, of `picture`."""
    return f"_{word}_" in _parts(identifier)


def test_identifiers_are_taken_apart() -> None:
    assert _has("last_picture", "picture") and _has("PictureTaker", "picture") and _has("_STAND_IN", "stand_in")
    assert not _has("depicted", "picture") and not _has("standing", "stand_in")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_identifier_is_made_of_a_retired_word(path: Path) -> None:
    if path in OWN:
        return
    words = IDENTIFIERS - {"fault", "faults"} if path.name in FAULT_INJECTION else IDENTIFIERS
    found = [f"{line}: {name}" for line, name in _identifiers(path) for word in words if _has(name, word)]
    assert found == []


@pytest.mark.parametrize("path", [*SOURCES, *PAGES, *TEMPLATES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_speaks_in_retired_words(path: Path) -> None:
    if path in OWN | OLD_AND_NEW or path.name in FAULT_INJECTION:
        return
    lines = path.read_text("utf-8").splitlines()
    found = [
        f"{number}: {hit[0]}: {line.strip()}" for number, line in enumerate(lines, 1) for hit in SPOKEN.finditer(line)
    ]
    assert found == []


@pytest.mark.parametrize("option", retired_words.OPTIONS)
def test_no_page_and_no_command_has_a_retired_option(option: str) -> None:
    from support.cli_calls import COMMANDS

    for name, command in COMMANDS.items():
        assert option not in [word for each in command.params for word in each.opts], name
    for page in set(PAGES) - OLD_AND_NEW:
        assert not re.search(rf"(?<![\w-]){option}(?![\w-])", page.read_text("utf-8")), page
