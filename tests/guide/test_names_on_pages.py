"""Labels and the names of controls that are longer: help sentences, shortcuts, rows; parts of names are mistakes."""

from __future__ import annotations

import pytest
from guide.conftest import SECTION, Play
from support.guide_checks import check, findings_of

from runwright.guide.match import name_match

LONG = "Tags for the shop Select the tags that customers may use to filter the list."
SECTIONS = (
    SECTION
    + """\
      - choose: listbox starting "Tags for the shop"
        option: Sale
        follows: 1.1
      - click: menuitem starting "Export"
        follows: 1.2
      - set: checkbox "Select this row for an action - Old lamp"
        to: on
        follows: 1.3
      - click: button "Move everything over"
        follows: 1.4
      - click: link "Rules"
        follows: 1.5
"""
)
PAGE = [
    f"listbox {LONG}",
    "menuitem Export Ctrl+E",
    "checkbox Select this row for an action - Old lamp",
    "link Old lamp",
    "button Move everything over",
    "link Rules",
    "textbox Type here to narrow the list down. ~ Narrow",
    "radio Yes ~ Keep a copy:",
]
GUIDE = """## Make it

1. In **Tags for the shop**, select `Sale`.
2. Open the menu and choose **Export**.
3. Select the box in front of **Old lamp**.
4. Click **Move everything over**. The box **Narrow** is empty; **Keep a copy:** stays as it is.
5. Click **Rules**.
"""


def test_a_label_that_begins_or_ends_a_longer_name_is_that_name(played: Play) -> None:
    assert findings_of(check(GUIDE, played(SECTIONS, PAGE))) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "severity"),
    [
        ("**Export**", "**export**", 4, "note"),
        ("**Move everything over**", "**Move everything**", 6, "error"),
        ("**Rules**", "**Advanced Rules**", 7, "error"),
        ("**Narrow**", "**Narrwo**", 6, "warning"),
    ],
)
def test_a_part_of_a_name_is_a_mistake_and_the_name_its_suggestion(
    played: Play, old: str, new: str, line: int, severity: str
) -> None:
    result = check(GUIDE.replace(old, new), played(SECTIONS, PAGE))
    assert findings_of(result) == [("label", severity, line)]
    assert result.findings[0].suggestion == f"Write {old}."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Import ctrl-i", "Import"),
        ("Settings ctrl-,", "Settings"),
        ("Save (Ctrl+S)", "Save"),
        ("Save ⌘S", "Save"),
        ("Option 1", "Option 1"),
        ("\uf02b Name", "Name"),
        ("✖ Clear", "Clear"),
        ("\uf0c9", ""),
    ],
)
def test_a_name_is_printed_without_icons_and_shortcuts(name: str, shown: str) -> None:
    assert name_match.printable(name) == shown
