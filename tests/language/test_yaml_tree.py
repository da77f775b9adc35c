"""The traps of YAML: each has a message of its own, at its place, with what to write instead."""

# ruff: noqa: E501
from __future__ import annotations

from pathlib import Path

import pytest

from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.language.yaml_tree import compose, read

HEAD = """title: A page
sites:
  shop: { url: https://shop.example }
inputs:
  name: { about: Somebody, default: Ann }
sections:
  - title: One
    open: shop /
    steps:
"""


def faults(tmp_path: Path, steps: str, head: str = HEAD) -> list[tuple[int, int, str, str]]:
    """Line (counted from the first step), column, message and remedy of each fault."""
    path = tmp_path / "book.yaml"
    path.write_text(head + steps, "utf-8")
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    offset = head.count("\n")
    found = []
    for fault in caught.value.faults:
        assert fault.path == path and fault.mark is not None, f"no place: {fault}"
        assert fault.remedy, f"no remedy: {fault}"
        assert fault.line == path.read_text("utf-8").splitlines()[fault.mark.line - 1]
        found.append((fault.mark.line - offset, fault.mark.column, fault.message, fault.remedy))
    return found


@pytest.mark.parametrize(
    ("line", "column", "message", "remedy"),
    [
        ("      - say: **저장**을 선택하세요\n        click: button \"Save\"\n", 14, "begins with `**`", '"**저장**을 선택하세요"'),
        ("      - say: **保存**を押す\n        click: button \"Save\"\n", 14, "begins with `**`", '"**保存**を押す"'),
        ("      - fill: textbox \"Name\"\n        with: @ann\n", 15, "begin with `@`", '"@ann"'),
        ("      - fill: textbox \"Name\"\n        with: %d\n", 15, "begin with `%`", '"%d"'),
        ("      - fill: textbox \"Name\"\n        with: `id`\n", 15, "begin with ``", '"`id`"'),
        ("      - choose: combobox \"Channel\"\n        option: #alerts\n", 17, "begins a comment", '"#alerts"'),
        ("      - say: Choose #alerts there\n        click: button \"Go\"\n", 21, "begins a comment", '"Choose #alerts there"'),
        ("      - say: Note: press it\n        click: button \"Go\"\n", 18, "second key", '"Note: press it"'),
        ("      - say: 注意: 押す\n        click: button \"Go\"\n", 16, "second key", '"注意: 押す"'),
        ("      - { fill: textbox, with: ${name} }\n", 32, "Inside braces `${…}`", '"${name}"'),
        ("\t  - click: button \"Go\"\n", 1, "A tab", "spaces"),
        ("      - say: *all of them\n        click: button \"Go\"\n", 14, "alias", '"*'),
        ("      - say: &all of them\n        click: button \"Go\"\n", 14, "anchor", "quotes"),
        ("      - say: \"Press\" twice\n        click: button \"Go\"\n", 14, "quotes end before", "whole value"),
        ("      - say: {저장}을 누르세요\n        click: button \"Go\"\n", 14, "is a table in YAML", '"{저장}을 누르세요"'),
        ("      - say: {저장}\n        click: button \"Go\"\n", 14, "is a table in YAML", '"{저장}"'),
        ("      - say: [저장]을 누르세요\n        click: button \"Go\"\n", 14, "is a list in YAML", '"[저장]을 누르세요"'),
        ("      - say: - first of all\n        click: button \"Go\"\n", 14, "begin with `- `", '"- first of all"'),
        ("      - say: ? unknown\n        click: button \"Go\"\n", 14, "begin with `? `", '"? unknown"'),
    ],
)  # fmt: skip
def test_a_trap_of_yaml_has_a_message_of_its_own(
    tmp_path: Path, line: str, column: int, message: str, remedy: str
) -> None:
    found = faults(tmp_path, line)
    matching = [fault for fault in found if message in fault[2]]
    assert matching, f"no fault says “{message}”: {found}"
    assert matching[0][1] == column
    assert remedy in matching[0][3]
    assert len(found) == 1 or "A tab" in message, f"one slip is told as several: {found}"


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ("inputs:\n  who: { about: The person, who signs in }\n", "a comma ends the value"),
        ("inputs:\n  at: { about: Time: of day }\n", "second key"),
        ("inputs: 5\n", "is a table"),
        ("sections: []\n", "`sections` is empty"),
        ("title: Twice\ntitle: Twice\n", "stands twice"),
    ],
)
def test_braces_and_tables(tmp_path: Path, top: str, message: str) -> None:
    path = tmp_path / "book.yaml"
    body = "sites:\n  shop: { url: https://shop.example }\nsections:\n  - title: One\n    open: shop /\n    steps:\n"
    path.write_text("title: T\n" * (not top.startswith("title")) + top + body + '      - click: button "Go"\n', "utf-8")
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    assert any(message in fault.message for fault in caught.value.faults), str(caught.value)


def test_ten_faults_yield_ten_messages_at_once(tmp_path: Path) -> None:
    steps = """      - say: **저장**을 선택하세요
        click: button "Save"
      - clik: button "Save"
      - click: buton "Save"
      - click: button "Save
      - choose: combobox "Channel"
        option: #alerts
      - fill: textbox "Name"
        with: @me
      - say: 「保存」: 押す
        click: button "Save"
      - click: button "Save"
        expects: heading "Done"
      - fill: textbox "Name"
        with: ${nam}
      - click: button "Save"
        commits: perhaps
"""
    found = [(line, message) for line, _, message, _ in faults(tmp_path, steps)]
    assert found == [
        (1, "A value that begins with `**` is read as a YAML alias."),
        (3, "There is no verb `clik`."),
        (4, "`click`: `buton` is no role."),
        (5, "`click`: The name is not closed."),
        (7, "After a space, `#` begins a comment: YAML drops the rest of this line."),
        (9, "A value cannot begin with `@`."),
        (10, "A value with `: ` in it is read as a second key."),
        (13, "`click` has no `expects`."),
        (15, "`nam` is not known here."),
        (17, "`commits` cannot be `perhaps`."),
    ]


def test_faults_of_form_hide_none_of_meaning(tmp_path: Path) -> None:
    sections = """  - title: Two
    evry_time: no page shows it
    open: shoop /
    when: ${nope1}
    ready: no heading "Two"
    steps:
      - use: nothing
      - click: buton "${nope2}"
        say: ${nope3}
      - click: button "${nope4}"
        expects: heading "Done"
        commits: yes
      - for_each: each in ${nope5}
        unles: text "${each}"
        steps:
          - open: shoopp /
      - for_eech: each in ${name}
        steps:
          - click: button "${each}"
  - open: shop apps
    steps:
      - click: button "${nope6}"
"""
    head = HEAD + '      - click: button "Go"\n'
    found = [(line, message) for line, _, message, _ in faults(tmp_path, sections, head)]
    assert found == [
        (1, "`ready` of “Two” is true of every page that is still loading."),
        (2, "The section “Two” has no `evry_time`."),
        (3, "There is no site `shoop`."),
        (4, "`nope1` is not known here."),
        (7, "There is no block `nothing`."),
        (8, "`click`: `buton` is no role."),
        (9, "`nope3` is not known here."),
        (10, "`nope4` is not known here."),
        (11, "`click` has no `expects`."),
        (13, "`nope5` is not known here."),
        (14, "Steps for each of a list have no `unles`."),
        (16, "There is no site `shoopp`."),
        (17, "Steps for each of a list have no `for_eech`."),
        (20, "Section 3 needs `title`."),
        (20, "`open`: The path `apps` does not begin with `/`."),
        (22, "`nope6` is not known here."),
    ]


def test_scalars_are_what_their_field_wants(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(
        HEAD.replace("default: Ann", "choices: [no, 1.10, on], default: no")
        + '      - fill: textbox "Version"\n        with: 1.10\n      - set: switch "Mail"\n        to: on\n',
        "utf-8",
    )
    book = load(path, vocabulary())
    assert book.inputs["name"].choices == ["no", "1.10", "on"]
    assert book.inputs["name"].default == "no"
    first, second = book.sections[0].steps
    assert first.arguments["with_"] == "1.10"  # type: ignore[union-attr]
    assert second.arguments["to"] is True  # type: ignore[union-attr]


def test_nesting_and_size_are_bounded(tmp_path: Path) -> None:
    tree, found = compose("[" * 100_000, tmp_path / "deep.yaml")
    assert tree is None and "levels" in found.found[0].message
    big = tmp_path / "big.yaml"
    big.write_text("a: " + "x" * 1_000_001)
    with pytest.raises(UserError, match="at most 1 MB"):
        read(big)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"", b"\x00\x01", b"- a\n- b", b"a: [", b"---\na: 1\n---\nb: 2\n"])
def test_what_is_no_runbook_is_said_without_a_traceback(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "book.yaml"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    assert caught.value.faults[0].remedy
