"""The documentation is true: its commands print what it shows, its runbooks are valid, its links resolve."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from support.cli_calls import COMMANDS, assert_can_start
from support.doc_blocks import PAGES, ROOT, Block, blocks, changed, commands, fits, run_page

from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load, read_runbook
from runwright.language.verb_spec import vocabulary
from runwright.project.discovery import vocabulary_for

ALL = [(page, block) for page in PAGES for block in blocks(page.read_text("utf-8"))]
SLOW_COMMAND = "rehearse slack-alerts"
TYPED = [
    pytest.param(page, id=str(page.relative_to(ROOT)), marks=[pytest.mark.slow] if SLOW_COMMAND in typed else [])
    for page, typed in ((page, page.read_text("utf-8")) for page in PAGES)
    if any(block.kind == "console" for block in blocks(typed))
]
YAML = [
    pytest.param(page, block, id=f"{page.relative_to(ROOT)}:{block.line}")
    for page, block in ALL
    if block.kind == "yaml"
]
SHIPPED = [path.stem for path in (ROOT / "runbooks").glob("*.yaml")]
HEAD = "name: T\nsites: { s: { url: https://s.example } }\n"


@pytest.mark.parametrize("page", TYPED)
def test_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    problems = run_page(page, folder)
    assert not problems, "\n\n".join(problems)


def test_the_slow_rehearsal_runs_once() -> None:
    typed = [command.typed for _, block in ALL if block.kind == "console" for command in commands(block)]
    assert [each for each in typed if SLOW_COMMAND in each] == ["runwright rehearse slack-alerts"]


@pytest.mark.parametrize(("page", "block"), YAML)
def test_a_runbook_on_a_page_is_valid(page: Path, block: Block, tmp_path: Path) -> None:
    """A complete runbook is loaded; of a fragment, the syntax is checked."""
    path = tmp_path / "book.yaml"
    for own in (each for shown, each in ALL if shown == page and each.file and each.file.startswith("steps/")):
        (tmp_path / "steps").mkdir(exist_ok=True)
        (tmp_path / str(own.file)).write_text(own.text, "utf-8")
    if re.search(r"^sections:", block.text, re.M) and re.search(r"^name:", block.text, re.M):
        path.write_text(block.text, "utf-8")
        load(path, vocabulary_for(path))
        return
    if not block.text.startswith("- "):
        assert re.match(r"(guides|sites|inputs|secrets|blocks|dismiss|browser):", block.text), (
            "neither a runbook nor a part of one"
        )
        if block.text.startswith("guides:"):
            return  # the project file; tests/guide covers it
        block = Block(block.kind, f"{block.text}sections: [{{ name: S, open: s / }}]\n", None, block.line)
        head = "name: T\n" if re.search(r"^sites:", block.text, re.M) else HEAD
        path.write_text(f"{head}{block.text}", "utf-8")
    elif block.text.startswith("- name:"):
        path.write_text(f"{HEAD}sections:\n{block.text}", "utf-8")
    else:
        steps = "".join(f"      {line}\n" for line in block.text.splitlines())
        head = "name: T\nsites: { s: { url: https://s.example } }\nsections:\n  - name: S\n    open: s /\n    steps:\n"
        path.write_text(head + steps, "utf-8")
    try:
        _, diagnostics, _ = read_runbook(path, vocabulary())
    except UserError as error:
        pytest.fail(str(error))
    assert not diagnostics.found, [str(each) for each in diagnostics.found]


def _calls() -> list[str]:
    """The `runwright` commands that pages show without running them."""
    lines = [line.strip() for _, block in ALL if block.kind in ("", "sh") for line in _joined(block.text)]
    calls = [line.removeprefix(".venv/bin/") for line in lines]
    return sorted({call for call in calls if call.startswith("runwright ")})


def _joined(text: str) -> list[str]:
    return text.replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("call", _calls())
def test_a_command_on_a_page_can_be_parsed(call: str) -> None:
    words = shlex.split(call.partition(" > ")[0], comments=True)[1:]
    words = [word for word in words if word not in ("…", "…]", "&&")]
    name = next((each for each in (" ".join(words[:2]), words[0]) if each in COMMANDS), None)
    assert name is not None, f"unknown command `{words[0]}`"
    options = COMMANDS[name].make_context(name, words[len(name.split()) :]).params  # raises for an invalid option
    if options.get("runbook") in SHIPPED and options.get("input_file") is None:
        assert_can_start(name, options)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_images_resolve(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file) if file else page
        assert path.exists(), f"{target} does not exist"
        if anchor and path.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), flags=re.M)
            anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
            assert anchor in anchors, f"{target}: no such heading"


def test_the_readme_shows_the_first_section_of_the_runbook() -> None:
    (shown,) = [block.text for page, block in ALL if page.name == "README.md" and block.kind == "yaml"]
    book = (ROOT / "runbooks" / "slack-alerts.yaml").read_text("utf-8")
    section = re.search(r"^sections:\n(.*?)(?=^  - name:(?! Create the Slack app))", book, re.M | re.S)
    assert section is not None

    def plain(text: str) -> list[str]:
        return [re.sub(r"\s+# .*", "", line).strip() for line in text.splitlines() if line.strip()]

    assert plain(shown) == plain(section[1])


def test_every_page_is_linked_from_the_index() -> None:
    docs = ROOT / "docs"
    for page in PAGES[1:]:
        folder = page.parent if page.parent.name == "decisions" else docs
        index = (folder / "README.md").read_text("utf-8")
        shown = page.relative_to(folder).as_posix()
        assert shown == "README.md" or f"({shown})" in index, f"{shown} is not in the index"


def test_only_dots_match_anything() -> None:
    assert fits("a … c\n…\nz\n", "a b c\n1\n2\nz   \n")
    assert fits("…\nz\n", "z\n")
    assert fits("", "")
    assert not fits("a\n", "a\nb\n")
    assert not fits("a … c\n", "a b\n")
    assert not fits("", "some output\n")
    assert changed("x\n  a\ny\n", "-  a\n+  b\n+  c\n") == "x\n  b\n  c\ny\n"
