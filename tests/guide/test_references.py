"""References by number, text or anchor; the baseline; `guide relink`; the project file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from guide.conftest import HEAD
from support.guide_checks import guide_of, kept_of

from runwright.guide.baseline.relink import carried_over, moved_items, relink_references
from runwright.guide.baseline.reviewed_items import baseline_path, changes, read_baseline, write_baseline
from runwright.guide.match.references import coverage, find, sentence
from runwright.guide.parse.guide_model import Guide
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Runbook, flat
from runwright.language.verb_spec import vocabulary
from runwright.project.discovery import Project, read_project

TEXT = '# T\n\n## Make it\n\n1. **One**\n2. **Two**\n   - a\n\n<h2 id="set-it">설정</h2>\n\n1. **Three**\n'
BOOK = """
  - name: Make
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
def test_a_reference_names_heading_and_item(follows: str, number: tuple[int, ...] | None) -> None:
    assert find(guide_of(TEXT), follows) == number


def test_coverage_lists_references_and_unresolved_ones(book: Runbook) -> None:
    guide = guide_of(TEXT + "2. **Not followed**\n")
    found = coverage(guide, book)
    lines = {each.item.address: [reference.line for reference in each.references] for each in found.items}
    assert {address: len(steps) for address, steps in lines.items()} == {
        "1.1": 1,
        "1.2": 1,
        "1.2.1": 1,
        "2.1": 1,
        "2.2": 0,
    }
    assert [item.address for item in found.unfollowed] == ["2.2"]
    assert [reference.follows for reference in found.unresolved] == ["9.1"]


def _record_review(book: Runbook, guide: Guide) -> None:
    write_baseline(read_baseline(book.path), guide, date(2026, 11, 1))


def test_the_baseline_shows_what_happened_to_each_item(book: Runbook) -> None:
    _record_review(book, guide_of(TEXT))
    reviewed = read_baseline(book.path).of(guide_of(TEXT))
    assert reviewed is not None
    assert reviewed.reviewed == "2026-11-01"
    assert {change.state for change in changes(guide_of(TEXT), reviewed)} == {"same"}
    text = TEXT.replace("1. **One**\n2. **Two**", "1. New\n2. **One**\n3. **Two** now")
    text = text.replace("1. **Three**\n", "")
    assert [(change.address, change.state, change.now) for change in changes(guide_of(text), reviewed)] == [
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
  - name: Make
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
  - name: Set
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


def test_relink_updates_references_in_every_notation_and_nothing_else(tmp_path: Path) -> None:
    book = _moving(tmp_path)
    reviewed = kept_of(guide_of(TEXT))
    result = relink_references(book, guide_of(TEXT.replace("1. **One**", "1. Begin\n1. **One**")), reviewed)
    assert result.moved == {"1.1": "1.2", "1.2": "1.3", "1.2.1": "1.3.1", "make-it/2": "make-it/3"}
    assert result.unmovable == []
    (text,) = result.texts.values()
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


def test_relink_updates_the_headings_of_sections(tmp_path: Path) -> None:
    book = _moving(tmp_path)
    guide = guide_of(TEXT.replace("## Make it", "## Before\n\nRead **this**.\n\n## Make it"))
    result = relink_references(book, guide, kept_of(guide_of(TEXT)))
    assert result.moved == {"1": "2", "2": "3", "1.1": "2.1", "1.2": "2.2", "1.2.1": "2.2.1", "2/1": "3/1"}
    (text,) = result.texts.values()
    assert "    follows: [2, Set it]\n" in text
    assert "    follows: 3\n" in text


def test_relink_changes_the_heading_of_an_item_that_moved_to_another_heading(tmp_path: Path) -> None:
    book = _moving(tmp_path)
    guide = guide_of(TEXT.replace("2. **Two**\n   - a\n", "") + "2. **Two**\n   - a\n")
    result = relink_references(book, guide, kept_of(guide_of(TEXT)))
    assert result.moved["make-it/2"] == "set-it/2"
    assert result.moved["1.2"] == "2.2"


def test_references_that_cannot_be_updated_stop_relink(tmp_path: Path) -> None:
    gone = guide_of(TEXT.replace("2. **Two**\n   - a\n", "2. Something else now.\n3. More.\n"))
    reviewed = kept_of(guide_of(TEXT))
    result = relink_references(_moving(tmp_path), gone, reviewed)
    assert {(each.follows, each.reason) for each in result.unmovable} == {
        ("1.2.1", "its item vanished, or moved and was rewritten")
    }
    odd = _moving(tmp_path, MOVING.replace('["1.2",', '["1\\x2e2",'))
    result = relink_references(odd, guide_of(TEXT.replace("1. **One**", "1. Begin\n1. **One**")), reviewed)
    assert [(each.follows, each.reason) for each in result.unmovable] == [
        ("1.2", "it must become 1.3, but it is not written literally on one line")
    ]


def test_a_translation_that_has_not_changed_yet_keeps_the_meaning_of_its_references() -> None:
    old, new = guide_of(TEXT), guide_of(TEXT.replace("1. **One**", "1. Begin\n1. **One**"))
    reviewed = kept_of(old)
    moved = moved_items(new, reviewed)
    assert carried_over(new, reviewed, moved) is None
    carried = carried_over(old, reviewed, moved)
    assert carried is not None
    assert {address: digest for address, digest in carried.digests.items() if address != "2.1"} == {
        "1.2": reviewed.digests["1.1"],
        "1.3": reviewed.digests["1.2"],
        "1.3.1": reviewed.digests["1.2.1"],
    }


def test_an_unreadable_baseline_is_reported(book: Runbook) -> None:
    baseline_path(book.path).write_text('{"guides": [1]}')
    with pytest.raises(UserError, match="Cannot read the baseline"):
        read_baseline(book.path)


def test_the_project_file_locates_guides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
    ("text", "message"),
    [
        ("guide: x\n", "Unknown key `guide` in the project file."),
        ("guides: content/x.md\n", "Invalid guide pattern `content/x.md`."),
        ("- a\n", "The project file must be a table."),
    ],
)
def test_errors_in_the_project_file_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("runwright.yaml").write_text(text)
    with pytest.raises(UserError, match=message):
        read_project()


STEPS = """
  - name: Make
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
        name: Press the last one
"""


def test_a_step_is_described_in_a_full_sentence(tmp_path: Path) -> None:
    path = tmp_path / "alerts.yaml"
    path.write_text(HEAD + STEPS)
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
        'Verify text "Done"',
        "Press the last one",
    ]
