"""YAML pitfalls: each has its own message, at its position, with what to write instead."""

# ruff: noqa: E501
from __future__ import annotations

from pathlib import Path

import pytest

from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.language.yaml_tree import compose, read

HEAD = """name: A page
sites:
  shop: { url: https://shop.example }
inputs:
  name: { description: Somebody, default: Ann }
sections:
  - name: One
    open: shop /
    steps:
"""


def diagnostics(tmp_path: Path, steps: str, head: str = HEAD) -> list[tuple[int, int, str, str]]:
    """Line (counted from the first step), column, message and remedy of each error."""
    path = tmp_path / "book.yaml"
    path.write_text(head + steps, "utf-8")
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    offset = head.count("\n")
    found = []
    for diagnostic in caught.value.diagnostics:
        assert diagnostic.path == path and diagnostic.mark is not None, f"no position: {diagnostic}"
        assert diagnostic.remedy, f"no remedy: {diagnostic}"
        assert diagnostic.line == path.read_text("utf-8").splitlines()[diagnostic.mark.line - 1]
        found.append((diagnostic.mark.line - offset, diagnostic.mark.column, diagnostic.message, diagnostic.remedy))
    return found


@pytest.mark.parametrize(
    ("line", "column", "message", "remedy"),
    [
        ("      - name: **저장**을 선택하세요\n        click: button \"Save\"\n", 15, "starts with `**`", '"**저장**을 선택하세요"'),
        ("      - name: **保存**を押す\n        click: button \"Save\"\n", 15, "starts with `**`", '"**保存**を押す"'),
        ("      - fill: textbox \"Name\"\n        with: @ann\n", 15, "start with `@`", '"@ann"'),
        ("      - fill: textbox \"Name\"\n        with: %d\n", 15, "start with `%`", '"%d"'),
        ("      - fill: textbox \"Name\"\n        with: `id`\n", 15, "start with ``", '"`id`"'),
        ("      - choose: combobox \"Channel\"\n        option: #alerts\n", 17, "starts a comment", '"#alerts"'),
        ("      - name: Choose #alerts there\n        click: button \"Go\"\n", 22, "starts a comment", '"Choose #alerts there"'),
        ("      - name: Note: press it\n        click: button \"Go\"\n", 19, "second key", '"Note: press it"'),
        ("      - name: 注意: 押す\n        click: button \"Go\"\n", 17, "second key", '"注意: 押す"'),
        ("      - { fill: textbox, with: ${name} }\n", 32, "Inside braces, put `${…}` in quotes", '"${name}"'),
        ("\t  - click: button \"Go\"\n", 1, "A tab is not allowed", "Use two spaces"),
        ("      - name: *all of them\n        click: button \"Go\"\n", 15, "alias", '"*'),
        ("      - name: &all of them\n        click: button \"Go\"\n", 15, "anchor", "quotes"),
        ("      - name: \"Press\" twice\n        click: button \"Go\"\n", 15, "quotes end before", "whole value"),
        ("      - name: {저장}을 누르세요\n        click: button \"Go\"\n", 15, "is a table in YAML", '"{저장}을 누르세요"'),
        ("      - name: {저장}\n        click: button \"Go\"\n", 15, "is a table in YAML", '"{저장}"'),
        ("      - name: [저장]을 누르세요\n        click: button \"Go\"\n", 15, "is a list in YAML", '"[저장]을 누르세요"'),
        ("      - name: - first of all\n        click: button \"Go\"\n", 15, "start with `- `", '"- first of all"'),
        ("      - name: ? unknown\n        click: button \"Go\"\n", 15, "start with `? `", '"? unknown"'),
    ],
)  # fmt: skip
def test_a_yaml_pitfall_has_its_own_message(tmp_path: Path, line: str, column: int, message: str, remedy: str) -> None:
    found = diagnostics(tmp_path, line)
    matching = [diagnostic for diagnostic in found if message in diagnostic[2]]
    assert matching, f"no error contains “{message}”: {found}"
    assert matching[0][1] == column
    assert remedy in matching[0][3]
    assert len(found) == 1 or "A tab" in message, f"one mistake is reported as several errors: {found}"


@pytest.mark.parametrize(
    ("top", "message"),
    [
        ("inputs:\n  who: { description: The person, who signs in }\n", "a comma ends the value"),
        ("inputs:\n  at: { description: Time: of day }\n", "second key"),
        ("inputs: 5\n", "`inputs` must be a table"),
        ("sections: []\n", "`sections` is empty"),
        ("name: Twice\nname: Twice\n", "Duplicate key `name`"),
    ],
)
def test_braces_and_tables(tmp_path: Path, top: str, message: str) -> None:
    path = tmp_path / "book.yaml"
    body = "sites:\n  shop: { url: https://shop.example }\nsections:\n  - name: One\n    open: shop /\n    steps:\n"
    path.write_text("name: T\n" * (not top.startswith("name")) + top + body + '      - click: button "Go"\n', "utf-8")
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    assert any(message in diagnostic.message for diagnostic in caught.value.diagnostics), str(caught.value)


def test_ten_errors_yield_ten_messages_at_once(tmp_path: Path) -> None:
    steps = """      - name: **저장**을 선택하세요
        click: button "Save"
      - clik: button "Save"
      - click: buton "Save"
      - click: button "Save
      - choose: combobox "Channel"
        option: #alerts
      - fill: textbox "Name"
        with: @me
      - name: 「保存」: 押す
        click: button "Save"
      - click: button "Save"
        expects: heading "Done"
      - fill: textbox "Name"
        with: ${nam}
      - click: button "Save"
        changes: perhaps
"""
    found = [(line, message) for line, _, message, _ in diagnostics(tmp_path, steps)]
    assert found == [
        (1, "A value that starts with `**` is read as a YAML alias."),
        (3, "Unknown verb `clik`."),
        (4, "Invalid target in `click`: Unknown role `buton`."),
        (5, "Invalid target in `click`: The name is not closed."),
        (7, "After a space, `#` starts a comment: YAML drops the rest of this line."),
        (9, "A value cannot start with `@`."),
        (10, "A value with `: ` in it is read as a second key."),
        (13, "`click` has no field `expects`."),
        (15, "`nam` is not defined here."),
        (17, "Invalid value `perhaps` for `changes`."),
    ]


def test_errors_of_form_hide_no_semantic_errors(tmp_path: Path) -> None:
    sections = """  - name: Two
    alway_run: no page shows it
    open: shoop /
    when: ${nope1}
    ready: no heading "Two"
    steps:
      - use: nothing
      - click: buton "${nope2}"
        name: ${nope3}
      - click: button "${nope4}"
        expects: heading "Done"
        changes: yes
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
    found = [(line, message) for line, _, message, _ in diagnostics(tmp_path, sections, head)]
    assert found == [
        (1, "`ready` of “Two” also holds on a page that is still loading."),
        (2, "The section “Two” has no field `alway_run`."),
        (3, "Unknown site `shoop`."),
        (4, "`nope1` is not defined here."),
        (7, "Unknown block `nothing`."),
        (8, "Invalid target in `click`: Unknown role `buton`."),
        (9, "`nope3` is not defined here."),
        (10, "`nope4` is not defined here."),
        (11, "`click` has no field `expects`."),
        (13, "`nope5` is not defined here."),
        (14, "A group of steps has no field `unles`."),
        (16, "Unknown site `shoopp`."),
        (17, "A group of steps has no field `for_eech`."),
        (20, "Section 3 needs `name`."),
        (20, "The path `apps` does not start with `/`."),
        (22, "`nope6` is not defined here."),
    ]


def test_scalars_have_the_type_of_their_field(tmp_path: Path) -> None:
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
def test_a_file_that_is_not_a_runbook_is_reported_without_a_traceback(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "book.yaml"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    assert caught.value.diagnostics[0].remedy
