"""A label that several controls have is ambiguous, unless the words of the item tell one of them apart."""

from __future__ import annotations

import pytest
from guide.conftest import SECTION, Play
from support.guide_checks import check, findings_of

SAVE = SECTION + '      - click: button "Save"\n        follows: 1.1\n        changes: true\n'
NAME = SECTION + '      - fill: textbox "Name" near heading "Owner"\n        with: Ann\n        follows: 1.1\n'
BESIDE = ["heading Apps", "link Save", "button Save"]
SECTIONS = ["heading Device", "textbox Name", "heading Owner", "textbox Name"]


@pytest.mark.parametrize(
    ("item", "ambiguous"),
    [
        ("Choose **Save**.", True),
        ("Choose the **Save** button.", False),
        ("Choose the button **Save**.", False),
        ("**Save** 버튼을 클릭합니다.", False),
        ("Klicken Sie auf die Schaltfläche **Save**.", False),
        ("Choose the second **Save**.", False),
        ("Choose **Save** in the toolbar.", False),
    ],
)
def test_a_role_word_or_a_position_distinguishes_a_button_from_a_link(played: Play, item: str, ambiguous: bool) -> None:
    found = check(f"## A\n\n1. {item}\n", played(SAVE, BESIDE))
    assert findings_of(found) == ([("ambiguous", "warning", 3)] if ambiguous else [])
    assert [each.suggestion for each in found.findings] == [
        "State which one is meant: the button **Save**."
    ] * ambiguous


@pytest.mark.parametrize(
    ("item", "ambiguous"),
    [
        ("Type `Ann` into **Name**.", True),
        ("In the **Owner** section, type `Ann` into the **Name** field.", False),
        ("Type the name of the owner, `Ann`, into the **Name** field.", True),
        ("Below Owner, type `Ann` into **Name**.", False),
    ],
)
def test_the_place_of_a_field_distinguishes_it(played: Play, item: str, ambiguous: bool) -> None:
    found = findings_of(check(f"## A\n\n1. {item}\n", played(NAME, SECTIONS)))
    assert found == ([("ambiguous", "warning", 3)] if ambiguous else [])


def test_a_heading_distinguishes_what_the_runbook_counts(played: Play) -> None:
    counted = NAME.replace('near heading "Owner"', "[nth=2]")
    run = played(counted, SECTIONS)
    assert findings_of(check("## A\n\n1. Under **Owner**, type `Ann` into **Name**.\n", run)) == []
    assert findings_of(check("## A\n\n1. Type `Ann` into **Name**.\n", run)) == [("ambiguous", "warning", 3)]


def test_who_types_into_a_field_does_not_take_a_link_for_it(played: Play) -> None:
    one = NAME.replace(' near heading "Owner"', "")
    run = played(one, ["heading People", "link Name", "textbox Name"])
    assert findings_of(check("## A\n\n1. Type `Ann` into **Name**.\n", run)) == []
