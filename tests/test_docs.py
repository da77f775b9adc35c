"""The documentation does not lie: its commands run and print what it shows, its runbooks are sound, its links lead."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from support.cli_calls import COMMANDS, could_begin
from support.doc_blocks import PAGES, ROOT, Block, blocks, changed, commands, fits, played

from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load, read_runbook
from runwright.language.verb_spec import vocabulary
from runwright.project.discovery import words_for

TYPED = [page for page in PAGES if any(block.kind == "console" for block in blocks(page.read_text("utf-8")))]
ALL = [(page, block) for page in PAGES for block in blocks(page.read_text("utf-8"))]
YAML = [pytest.param(page, block, id=f"{page.name}:{block.line}") for page, block in ALL if block.kind == "yaml"]
SHIPPED = [path.stem for path in (ROOT / "runbooks").glob("*.yaml")]
HEAD = "title: T\nsites: { s: { url: https://s.example } }\n"


@pytest.mark.parametrize("page", TYPED, ids=lambda page: page.name)
def test_what_a_page_types_prints_what_it_shows(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    problems = played(page, folder)
    assert not problems, "\n\n".join(problems)


def test_the_slow_rehearsal_is_played_once() -> None:
    typed = [command.typed for _, block in ALL if block.kind == "console" for command in commands(block)]
    assert [each for each in typed if "rehearse slack-alerts" in each] == ["runwright rehearse slack-alerts"]


@pytest.mark.parametrize(("page", "block"), YAML)
def test_a_runbook_that_a_page_shows_is_sound(page: Path, block: Block, tmp_path: Path) -> None:
    """A whole runbook is; of a piece of one, its form is."""
    path = tmp_path / "book.yaml"
    for own in (each for shown, each in ALL if shown == page and each.file and each.file.startswith("steps/")):
        (tmp_path / "steps").mkdir(exist_ok=True)
        (tmp_path / str(own.file)).write_text(own.text, "utf-8")
    if re.search(r"^sections:", block.text, re.M) and re.search(r"^title:", block.text, re.M):
        path.write_text(block.text, "utf-8")
        load(path, words_for(path))
        return
    if not block.text.startswith("- "):
        assert re.match(r"(guides|sites|inputs|secrets|blocks|dismiss|browser):", block.text), "what is this?"
        if block.text.startswith("guides:"):
            return  # the project file, which tests of guides hold
        block = Block(block.kind, f"{block.text}sections: [{{ title: S, open: s / }}]\n", None, block.line)
        path.write_text(f"title: T\n{block.text}", "utf-8")
    elif block.text.startswith("- title:"):
        path.write_text(f"{HEAD}sections:\n{block.text}", "utf-8")
    else:
        steps = "".join(f"      {line}\n" for line in block.text.splitlines())
        head = (
            "title: T\nsites: { s: { url: https://s.example } }\nsections:\n  - title: S\n    open: s /\n    steps:\n"
        )
        path.write_text(head + steps, "utf-8")
    try:
        _, faults, _ = read_runbook(path, vocabulary())
    except UserError as error:
        pytest.fail(str(error))
    # a site that the piece does not show is no fault of its form
    assert not faults.found, [str(fault) for fault in faults.found]


def _calls() -> list[str]:
    """The calls of `runwright` that pages show without running them."""
    lines = [line.strip() for _, block in ALL if block.kind in ("", "sh") for line in _joined(block.text)]
    calls = [line.removeprefix(".venv/bin/") for line in lines]
    return sorted({call for call in calls if call.startswith("runwright ")})


def _joined(text: str) -> list[str]:
    return text.replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("call", _calls())
def test_a_call_that_a_page_shows_can_be_made(call: str) -> None:
    words = [word for word in shlex.split(call, comments=True)[1:] if word not in ("…", "…]", "&&")]
    name = next((each for each in (" ".join(words[:2]), words[0]) if each in COMMANDS), None)
    assert name is not None, f"there is no command `{words[0]}`"
    given = COMMANDS[name].make_context(name, words[len(name.split()) :]).params  # raises where one is wrong
    if given.get("runbook") in SHIPPED and given.get("input_file") is None:
        could_begin(name, given)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file) if file else page
        assert path.exists(), f"{target} leads nowhere"
        if anchor and path.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), flags=re.M)
            anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
            assert anchor in anchors, f"{target}: there is no such heading"


def test_the_readme_shows_the_first_section_as_it_is() -> None:
    (shown,) = [block.text for page, block in ALL if page.name == "README.md" and block.kind == "yaml"]
    book = (ROOT / "runbooks" / "slack-alerts.yaml").read_text("utf-8")
    section = re.search(r"^sections:\n(.*?)(?=^  - title:(?! Create the Slack app))", book, re.M | re.S)
    assert section is not None

    def plain(text: str) -> list[str]:
        return [re.sub(r"\s+# .*", "", line).strip() for line in text.splitlines() if line.strip()]

    assert plain(shown) == plain(section[1])


def test_every_page_is_linked_from_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    for page in PAGES[1:]:
        assert page.name == "README.md" or f"({page.name})" in index, f"{page.name} is not in the index"


def test_dots_stand_for_anything_and_nothing_else_does() -> None:
    assert fits("a … c\n…\nz\n", "a b c\n1\n2\nz   \n")
    assert fits("…\nz\n", "z\n")
    assert fits("", "")
    assert not fits("a\n", "a\nb\n")
    assert not fits("a … c\n", "a b\n")
    assert not fits("", "said something\n")
    assert changed("x\n  a\ny\n", "-  a\n+  b\n+  c\n") == "x\n  b\n  c\ny\n"


def test_no_room_knows_more_than_the_page_says() -> None:
    """`docs/how-it-is-built.md` names for each room the rooms that it may import, and whether Playwright."""
    told = (ROOT / "docs" / "how-it-is-built.md").read_text("utf-8")
    rooms = dict(
        re.findall(r"^\| `(?:src/runwright/)?(language|engine|evidence|guide|rehearsal)/` .*\| (.*) \|$", told, re.M)
    )
    assert set(rooms) == {"language", "engine", "evidence", "guide", "rehearsal"}
    for room, may_know in rooms.items():
        for file in (ROOT / "src" / "runwright" / room).rglob("*.py"):
            text = file.read_text("utf-8")
            known = set(re.findall(r"^\s*(?:from|import) runwright\.(\w+)", text, re.M)) & set(rooms)
            known |= {"Playwright"} if re.search(r"^\s*(?:from|import) playwright", text, re.M) else set()
            for other in known - {room}:
                assert other in may_know, f"{file.relative_to(ROOT)} imports {other}"
