"""Ties name headings by number, text or anchor; a lock says what moved; relink moves ties."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from guide.conftest import HEAD
from guide.holding import guide_of

from runwright.guide.lock import changes, lock_path, read_lock, relinked, write_lock
from runwright.guide.model import Guide
from runwright.guide.ties import coverage, find
from runwright.language.errors import UserError
from runwright.language.load import load
from runwright.language.model import Runbook
from runwright.language.verbs import vocabulary
from runwright.projects import Project, read_project

TEXT = '# T\n\n## Make it\n\n1. **One**\n2. **Two**\n   - a\n\n<h2 id="set-it">설정</h2>\n\n1. **Three**\n'
BOOK = """
  - title: Make
    follows: [1, Set it]
    open: shop /apps
    steps:
      - click: button "One"
        follows: 1.1
      - click: button "Two"
        follows: ["1.2", "1.2.1"]   # two of them
      - { click: 'button "Three"', follows: set-it/1 }
      - click: button "Four"
        follows: 9.1
"""


@pytest.fixture
def book(tmp_path: Path) -> Runbook:
    path = tmp_path / "alerts.yaml"
    path.write_text(HEAD + BOOK)
    return load(path, vocabulary())


@pytest.mark.parametrize(
    ("follows", "number"),
    [
        ("1", (1,)),
        ("1.2", (1, 2)),
        ("1.2.1", (1, 2, 1)),
        ("Make it/2", (1, 2)),
        ("make-it/2.1", (1, 2, 1)),
        ("set-it/1", (2, 1)),
        ("설정/1", (2, 1)),
        ("2/1", (2, 1)),
        ("Make it", (1,)),
        ("3", None),
        ("1.9", None),
        ("none/1", None),
    ],
)
def test_a_tie_names_heading_and_item(follows: str, number: tuple[int, ...] | None) -> None:
    assert find(guide_of(TEXT), follows) == number


def test_coverage_says_what_follows_what_and_what_points_nowhere(book: Runbook) -> None:
    guide = guide_of(TEXT + "2. **Not followed**\n")
    found = coverage(guide, book)
    lines = {each.item.address: [tie.line for tie in each.ties] for each in found.items}
    assert {address: len(steps) for address, steps in lines.items()} == {
        "1.1": 1,
        "1.2": 1,
        "1.2.1": 1,
        "2.1": 1,
        "2.2": 0,
    }
    assert [item.address for item in found.unfollowed] == ["2.2"]
    assert [tie.follows for tie in found.nowhere] == ["9.1"]


def _kept(book: Runbook, guide: Guide) -> None:
    write_lock(read_lock(book.path), guide, date(2026, 11, 1))


def test_the_lock_says_what_became_of_each_item(book: Runbook) -> None:
    _kept(book, guide_of(TEXT))
    kept = read_lock(book.path).of(guide_of(TEXT))
    assert kept is not None
    assert kept.reviewed == "2026-11-01"
    assert {change.state for change in changes(guide_of(TEXT), kept)} == {"same"}
    text = TEXT.replace("1. **One**\n2. **Two**", "1. New\n2. **One**\n3. **Two** now")
    text = text.replace("1. **Three**\n", "")
    assert [(change.address, change.state, change.now) for change in changes(guide_of(text), kept)] == [
        ("1.1", "moved", "1.2"),
        ("1.2", "vanished", None),
        ("1.2.1", "moved", "1.3.1"),
        ("2.1", "vanished", None),
    ]


def test_relink_moves_ties_whose_item_went_elsewhere_and_nothing_else(book: Runbook) -> None:
    _kept(book, guide_of(TEXT))
    guide = guide_of(TEXT.replace("1. **One**", "1. Begin\n1. **One**"))
    kept = read_lock(book.path).of(guide)
    assert kept is not None
    text, moved = relinked(book, guide, kept)
    assert moved == {"1.1": "1.2", "1.2": "1.3", "1.2.1": "1.3.1"}
    changed = [(old, new) for old, new in zip(book.text.split("\n"), text.split("\n"), strict=True) if old != new]
    assert changed == [
        ("        follows: 1.1", "        follows: 1.2"),
        ('        follows: ["1.2", "1.2.1"]   # two of them', '        follows: ["1.3", "1.3.1"]   # two of them'),
    ]


def test_a_lock_that_cannot_be_read_is_told(book: Runbook) -> None:
    lock_path(book.path).write_text('{"guides": [1]}')
    with pytest.raises(UserError, match="The lock file cannot be read"):
        read_lock(book.path)


def test_the_project_file_says_where_guides_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_project() == Project()
    for name in ("content/ko/a/b/alerts.md", "content/en/alerts.md", "content/ja/x/alerts.md", "content/en/other.md"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("1. One\n")
    Path("runwright.yaml").write_text("guides: content/{lang}/**/{guide}.md\nsource: en\n")
    found = [(path.as_posix(), language) for path, language in read_project().guide_files("alerts")]
    assert found == [
        ("content/en/alerts.md", "en"),
        ("content/ja/x/alerts.md", "ja"),
        ("content/ko/a/b/alerts.md", "ko"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("guide: x\n", "A project has no `guide`"),
        ("guides: content/x.md\n", "says not where a guide lies"),
        ("- a\n", "The project file is a table"),
    ],
)
def test_faults_of_the_project_file_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("runwright.yaml").write_text(text)
    with pytest.raises(UserError, match=says):
        read_project()
