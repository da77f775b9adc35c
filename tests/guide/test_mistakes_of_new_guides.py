"""Mistakes that guides of other applications had, each as the mechanism behind it."""

from __future__ import annotations

from guide.conftest import SECTION, Play
from support.guide_checks import check, findings_of, guide_of

from runwright.evidence.event_parts import ConditionRecord


def test_a_wrong_label_beside_the_right_value_is_the_field_of_that_value(played: Play) -> None:
    run = played(
        SECTION + '      - fill: textbox "Display name"\n        with: Night\n        follows: 1.1\n',
        ["textbox Display name"],
    )
    assert findings_of(check("## A\n\n1. Type `Night` into **Display name**.\n", run)) == []
    (finding,) = check("## A\n\n1. Type `Night` into **Shown name**.\n", run).findings
    assert (finding.kind, finding.severity, finding.suggestion) == ("label", "error", "Write **Display name**.")


ROLE = (
    SECTION
    + """\
      - click: button "Add role"
        follows: 1.1
      - fill: textbox "Role name"
        with: Editor
        follows: 1.2
"""
)


def test_a_label_that_the_step_brings_up_is_no_name_of_its_control(played: Play) -> None:
    run = played(ROLE, ["button Add role"], ["button Add role", "heading New role", "textbox Role name"])
    text = "## A\n\n1. Click **{}**.\n2. Type `Editor` into **Role name**.\n"
    assert findings_of(check(text.format("Add role"), run)) == []
    (finding,) = check(text.format("New role"), run).findings
    assert (finding.kind, finding.line, finding.suggestion) == ("label", 3, "Write **Add role**.")
    shown = "## A\n\n1. Click **Add role**. The form **New role** opens.\n2. Type `Editor` into **Role name**.\n"
    assert findings_of(check(shown, run)) == []


CELL = (
    SECTION
    + """\
      - set: checkbox column "Write" in row "Releaser"
        to: on
        follows: 1.1
"""
)
CELLS = ["columnheader Read", "columnheader Write", "row Editor", "checkbox ~ Editor", "checkbox ~ Editor"]
CELLS += ["row Releaser", "checkbox ~ Releaser", "checkbox ~ Releaser"]


def test_a_cell_is_named_by_its_row_and_its_column(played: Play) -> None:
    run = played(CELL, CELLS)
    text = "## A\n\n1. In the row **Releaser**, tick the box in the column **{}**.\n"
    assert findings_of(check(text.format("Write"), run)) == []
    (finding,) = check(text.format("Edit"), run).findings
    assert (finding.kind, finding.suggestion) == ("label", "Write **Write**."), "not the row Editor, which is alike"


def test_a_menu_item_is_no_rival_of_the_button_with_its_name(played: Play) -> None:
    book = SECTION + '      - click: menuitem starting "Preferences"\n        follows: 1.1\n'
    run = played(book, ["menuitem Preferences Ctrl+,", "button Preferences"])
    assert findings_of(check("## A\n\n1. Choose the menu item **Preferences**.\n", run)) == []
    assert findings_of(check("## A\n\n1. Choose **Preferences**.\n", run)) == [("ambiguous", "warning", 3)]


FILTER = (
    SECTION
    + """\
      - click: link "Overdue"
        follows: 1.1
      - set: checkbox "All"
        to: on
        follows: 1.2
"""
)


def test_what_a_step_brought_up_was_not_there_before_it(played: Play) -> None:
    before, after = ["link Overdue", "checkbox All"], ["link Overdue", "link Clear filter", "checkbox All"]
    held = (ConditionRecord(condition='expect: link "Clear filter"', held=True),)
    run = played(FILTER, before, after, conditions=held)
    text = "## A\n\n1. Click **Clear filter**, then click **Overdue**.\n2. Select **All**.\n"
    (finding,) = check(text, run).findings
    assert (finding.kind, finding.line) == ("state", 3)
    assert "the run saw it later" in finding.found


ARCHIVE = (
    SECTION
    + """\
      - choose: combobox "Action"
        option: Archive orders
        follows: 1.1
      - click: button "Archive 1 order"
        follows: 1.2
        changes: true
"""
)


def test_a_label_that_names_what_is_chosen_takes_no_other_step_with_it(played: Play) -> None:
    run = played(ARCHIVE, ["combobox Action", "button Archive 1 order"])
    found = check("## A\n\n1. In **Action**, choose **Archive orders**.\n", run)
    assert findings_of(found) == [("missing", "error", 3)]


def test_an_item_below_another_heading_takes_no_step_of_a_removed_one(played: Play) -> None:
    section = SECTION + '      - fill: textbox "A"\n        with: x\n        follows: 1.1\n'
    section += '      - click: button "Save"\n        follows: 1.2\n        changes: true\n'
    other = section.replace("Make it", "More").replace("follows: 1", "follows: 2").replace('"A"', '"B"')
    run = played(section + other, ["textbox A", "textbox B", "button Save"])
    text = (
        "## A\n\n1. Type `x` into **A**.\n2. Click **Save**.\n\n## B\n\n1. Type `x` into **B**.\n2. Click **Save**.\n"
    )
    assert findings_of(check(text, run)) == []
    assert findings_of(check(text.replace("2. Click **Save**.\n\n", "\n"), run)) == [("missing", "error", 3)]


PROBE = """
  - name: Too many
    probe: true
    follows: 1.1
    open: shop /apps
    steps:
      - fill: textbox "Messages"
        with: 900
      - click: button "Save"
        expect: text "Messages must be less than or equal to 500."
"""


def test_the_message_may_be_what_the_last_act_of_a_probe_brings_up(played: Play) -> None:
    book = SECTION + '      - fill: textbox "Messages"\n        with: 400\n        follows: 1.1\n'
    said = (ConditionRecord(condition='text "Messages must be less than or equal to 500."', held=True),)
    run = played(book + PROBE, ["textbox Messages", "button Save"], conditions=said)
    assert findings_of(check("## A\n\n1. Type `400` into **Messages**.\n", run)) == []
    (finding,) = check("## A\n\n1. Type `800` into **Messages**.\n", run).findings
    assert (finding.kind, finding.severity, finding.line) == ("rule", "error", 3), "and no label for the same value"
    assert finding.suggestion.endswith("“Messages must be less than or equal to 500.”")


def test_roles_and_directives_of_myst_are_read() -> None:
    (item,) = guide_of(
        "## A\n\n1. Open {menuselection}`File --> Export`, press {kbd}`Ctrl+E` and run {command}`ls`.\n\n"
        "   ```{note}\n   :class: wide\n   Choose {guilabel}`Later`, see {ref}`there <x>`.\n   ```\n"
    ).items
    found = [(label.text, label.kind, label.line, label.column) for label in item.labels]
    assert found == [
        ("File", "bold", 3, 25),
        ("Export", "bold", 3, 34),
        ("Ctrl+E", "kbd", 3, 55),
        ("Later", "bold", 7, 22),
    ]
    assert [value.text for value in item.values] == ["ls"]
    assert item.text.endswith("Choose Later, see there.")
    assert item.blocks == ()


def test_a_suggestion_leaves_out_the_asterisk_of_a_required_field(played: Play) -> None:
    run = played(
        SECTION + '      - fill: textbox "Project name"\n        with: x\n        follows: 1.1\n',
        ["textbox Project name *"],
    )
    (finding,) = check("## A\n\n1. Type `x` into **Projectname**.\n", run).findings
    assert finding.suggestion == "Write **Project name**."


def test_a_bold_step_number_starts_an_item_and_is_no_label() -> None:
    items = guide_of("## A\n\n**Step 1**. Open **Settings**. Then wait.\n\n**Step 2:** Type `x`.\n").items
    assert [(item.address, item.line, [label.text for label in item.labels]) for item in items] == [
        ("1.1", 3, ["Settings"]),
        ("1.2", 5, []),
    ]
    assert items[0].text.endswith("Then wait.")
    assert [value.text for value in items[1].values] == ["x"]


def test_an_expression_of_mdx_on_a_line_of_its_own_is_no_text() -> None:
    text = '## A\n\n<CodeBlock>{example("query", "x")}</CodeBlock>\n\n```js\n{run("y")}\n```\n\nChoose **Save**.\n'
    (item,) = guide_of(text, "a.mdx").items
    assert item.text == "Choose Save."
