"""Items that no step follows are compared with the pages between their neighbours, or listed as not compared."""

from __future__ import annotations

from guide.conftest import SECTION, Play
from support.guide_checks import check, findings_of, guide_of

from runwright.guide.check import check as check_guides

STEPS = (
    SECTION
    + """\
      - click: link "Filters"
        follows: 1.1
      - set: checkbox "Tour"
        to: on
        follows: 1.3
      - click: button "Apply"
        follows: 1.4
        changes: true
"""
)
LIST = ["heading Apps", "link Filters"]
OPEN = ["heading Apps", "link Filters", "heading Narrow the list", "checkbox Tour", "button Apply"]
DONE = ["heading Apps", "link Filters", "link Clear all filters"]
GUIDE = """## A

1. Click **Filters**.
2. Look at **Narrow the list**.
3. Select **Tour**.
4. Click **Apply**.
"""


def test_an_item_without_steps_is_compared_with_the_pages_at_its_place(played: Play) -> None:
    run = played(STEPS, LIST, OPEN, OPEN)
    assert findings_of(check(GUIDE, run)) == []
    (finding,) = check(GUIDE.replace("Narrow the list", "Narow the list"), run).findings
    assert (finding.kind, finding.severity, finding.line, finding.new) == ("label", "warning", 4, "Narrow the list")


def test_a_control_that_only_another_page_has_is_a_state_finding(played: Play) -> None:
    run = played(STEPS, DONE, OPEN, OPEN)
    text = GUIDE.replace("Look at **Narrow the list**", "Click **Clear all filters**")
    (finding,) = check(text, run).findings
    assert (finding.kind, finding.line) == ("state", 4)
    assert "the run saw it earlier" in finding.found
    optional = text.replace("Click **Clear", "If the list is narrowed, click **Clear")
    assert findings_of(check(optional, run)) == []


def test_an_item_that_nothing_was_compared_with_is_listed(played: Play) -> None:
    run = played(STEPS, LIST, OPEN, OPEN)
    guide = guide_of(GUIDE.replace("Look at **Narrow the list**.", "Wait for the mail."))
    (checked,) = check_guides([guide], [run], None, None).guides
    assert [(each.line, each.message) for each in checked.not_compared] == [
        (4, "item 1.2 was not compared with any page: no step follows it")
    ]


def test_a_sub_item_without_steps_is_listed_although_its_item_was_compared(played: Play) -> None:
    run = played(STEPS, LIST, OPEN, OPEN)
    text = GUIDE.replace("4. Click **Apply**.\n", "4. Click **Apply**.\n   - Tell a colleague about it.\n")
    (checked,) = check_guides([guide_of(text)], [run], None, None).guides
    assert [each.line for each in checked.not_compared] == [7]
