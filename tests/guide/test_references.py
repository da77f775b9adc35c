"""Ties name headings by number, text or anchor; a lock says what moved; relink moves ties."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from guide.conftest import HEAD
from support.guide_checks import guide_of, kept_of

from runwright.guide.baseline.relink import behind, moves, relinked
from runwright.guide.baseline.reviewed_items import changes, lock_path, read_lock, write_lock
from runwright.guide.match.references import coverage, find, sentence
from runwright.guide.parse.guide_model import Guide
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Runbook, flat
from runwright.language.verb_spec import vocabulary
from runwright.project.discovery import Project, read_project

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


MOVING = """
blocks:
  shared:
    - click: button "One"
      follows:
        - 1.1
        - 1.2
  never used:
    - click: button "One"
      follows: 1.1
sections:
  - title: Make
    follows: [1, Set it]
    open: shop /apps
    steps:
      - click: button "One"
        follows: 1.1   # the first, 1.1
      - click: button "Two"
        follows: ["1.2", '1.2.1']   # two of them
      - { click: 'button "Three"', follows: set-it/1 }
      - { click: 'button "Two"', follows: make-it/2 }
      - fill: textbox "Words"
        with: "see follows: 1.2 there"
      - use: shared
  - title: Set
    follows: 2
    open: shop /apps
    steps:
      - click: button "Three"
        follows: 2/1
"""


def _moving(tmp_path: Path, text: str = MOVING) -> Runbook:
    path = tmp_path / "alerts.yaml"
    path.write_text(HEAD.removesuffix("sections:\n") + text)
    return load(path, vocabulary())


def test_relink_moves_ties_however_they_are_written_and_nothing_else(tmp_path: Path) -> None:
    book = _moving(tmp_path)
    kept = kept_of(guide_of(TEXT))
    done = relinked(book, guide_of(TEXT.replace("1. **One**", "1. Begin\n1. **One**")), kept)
    assert done.moved == {"1.1": "1.2", "1.2": "1.3", "1.2.1": "1.3.1", "make-it/2": "make-it/3"}
    assert done.stuck == []
    (text,) = done.texts.values()
    changed = [(old, new) for old, new in zip(book.text.split("\n"), text.split("\n"), strict=True) if old != new]
    assert changed == [
        ("        - 1.1", "        - 1.2"),
        ("        - 1.2", "        - 1.3"),
        ("      follows: 1.1", "      follows: 1.2"),
        ("        follows: 1.1   # the first, 1.1", "        follows: 1.2   # the first, 1.1"),
        ("        follows: [\"1.2\", '1.2.1']   # two of them", "        follows: [\"1.3\", '1.3.1']   # two of them"),
        (
            "      - { click: 'button \"Two\"', follows: make-it/2 }",
            "      - { click: 'button \"Two\"', follows: make-it/3 }",
        ),
    ]


def test_relink_moves_headings_of_sections(tmp_path: Path) -> None:
    book = _moving(tmp_path)
    guide = guide_of(TEXT.replace("## Make it", "## Before\n\nRead **this**.\n\n## Make it"))
    done = relinked(book, guide, kept_of(guide_of(TEXT)))
    assert done.moved == {"1": "2", "2": "3", "1.1": "2.1", "1.2": "2.2", "1.2.1": "2.2.1", "2/1": "3/1"}
    (text,) = done.texts.values()
    assert "    follows: [2, Set it]\n" in text
    assert "    follows: 3\n" in text


def test_relink_names_another_heading_where_the_item_went_there(tmp_path: Path) -> None:
    book = _moving(tmp_path)
    guide = guide_of(TEXT.replace("2. **Two**\n   - a\n", "") + "2. **Two**\n   - a\n")
    done = relinked(book, guide, kept_of(guide_of(TEXT)))
    assert done.moved["make-it/2"] == "set-it/2"
    assert done.moved["1.2"] == "2.2"


def test_ties_that_cannot_be_moved_stop_relink(tmp_path: Path) -> None:
    gone = guide_of(TEXT.replace("2. **Two**\n   - a\n", "2. Something else now.\n3. More.\n"))
    kept = kept_of(guide_of(TEXT))
    done = relinked(_moving(tmp_path), gone, kept)
    assert {(each.follows, each.why) for each in done.stuck} == {
        ("1.2.1", "its item vanished, or was written anew elsewhere")
    }
    odd = _moving(tmp_path, MOVING.replace('["1.2",', '["1\\x2e2",'))
    done = relinked(odd, guide_of(TEXT.replace("1. **One**", "1. Begin\n1. **One**")), kept)
    assert [(each.follows, each.why) for each in done.stuck] == [
        ("1.2", "it is to be 1.3, and is not written to the letter on one line")
    ]


def test_a_language_that_has_not_changed_yet_keeps_what_its_ties_meant() -> None:
    old, new = guide_of(TEXT), guide_of(TEXT.replace("1. **One**", "1. Begin\n1. **One**"))
    kept = kept_of(old)
    moved = moves(new, kept)
    assert behind(new, kept, moved) is None
    lag = behind(old, kept, moved)
    assert lag is not None
    assert {address: digest for address, digest in lag.digests.items() if address != "2.1"} == {
        "1.2": kept.digests["1.1"],
        "1.3": kept.digests["1.2"],
        "1.3.1": kept.digests["1.2.1"],
    }


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


SPOKEN = """
  - title: Make
    open: shop /apps
    steps:
      - click: button "One"
      - click: img "Map"
        at: 10, 20
      - drag: button "One"
        to: button "Two"
      - fill: textbox "Name"
        with: ${name}
      - choose: combobox "Kind"
        option: new
      - set: switch "On"
        to: on
      - upload: button "File"
        files: [a.txt, b.txt]
      - open: shop /more
      - expect: text "Done"
      - click: button "Last"
        say: Press the last one
"""


def test_a_step_is_told_as_a_whole_sentence(tmp_path: Path) -> None:
    path = tmp_path / "alerts.yaml"
    path.write_text(HEAD + SPOKEN)
    (section,) = load(path, vocabulary()).sections
    assert [sentence(step) for step in flat(section.steps)] == [
        'Click button "One"',
        'Click img "Map" at 10, 20',
        'Drag button "One" to button "Two"',
        'Fill textbox "Name" with ${name}',
        'Choose “new” in combobox "Kind"',
        'Set switch "On" to on',
        'Upload a.txt, b.txt at button "File"',
        "Open shop /more",
        'See text "Done"',
        "Press the last one",
    ]
