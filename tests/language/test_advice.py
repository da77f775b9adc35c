"""Advice on valid runbooks: changes in a loop that only their section can settle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.cli_calls import call

BOOK = """name: T
sites: { shop: { url: https://shop.example } }
sections:
  - name: Invite them
    open: shop /
    ready: heading "Members"
    done_when: text "cy"
    steps:
      - for_each: one in ${['ann', 'bob', 'cy']}
LINES
"""
CHANGE = """            - click: button "Invite"
              changes: true"""
LOOPS = {
    "nothing settles a turn": ("        steps:\n" + CHANGE, 1),
    "the loop's unless": ('        unless: text "${one}"\n        steps:\n' + CHANGE, 0),
    "a group inside": (
        '        steps:\n            - unless: text "${one}"\n              steps:\n'
        + CHANGE.replace("            ", "                  ", 1).replace("\n              ", "\n                    "),
        0,
    ),
    "the step's when": ("        steps:\n" + CHANGE + '\n              when: no text "${one}"', 0),
    "idempotent": ("        steps:\n" + CHANGE + "\n              idempotent: true", 0),
    "a verb that sets": (
        '        steps:\n            - set: checkbox "${one}"\n              to: on\n              changes: true',
        0,
    ),
    "no change": ("        steps:\n" + CHANGE.replace("\n              changes: true", ""), 0),
}


@pytest.mark.parametrize("what", LOOPS)
def test_changes_in_a_loop_that_only_the_section_settles_are_named(what: str, tmp_path: Path) -> None:
    lines, warnings = LOOPS[what]
    (tmp_path / "book.yaml").write_text(BOOK.replace("LINES", lines), "utf-8")
    done = call("validate", "book.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)["warnings"]
    assert len(found) == warnings, found
    assert all(
        each["line"] == 11 and "Invite them" in each["message"] and "unless:" in each["remedy"] for each in found
    )


def test_a_warning_is_shown_with_its_line_and_changes_no_exit_code(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK.replace("LINES", LOOPS["nothing settles a turn"][0]), "utf-8")
    done = call("validate", "book.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "book.yaml:11:" in done.stdout and "warning: If a run is killed" in done.stdout
    assert done.stdout.endswith("1 runbook valid. 1 warning.\n")
