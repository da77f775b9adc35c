"""What items tell the reader, and what the steps do: values, code blocks, order, refusals, acts without a name."""

from __future__ import annotations

import pytest
from guide.conftest import SECTION, Play
from support.guide_checks import check, findings_of, guide_of, kept_of

from runwright.evidence.event_parts import ConditionRecord
from runwright.guide.match.bounds import breaks
from runwright.guide.match.unnamed_acts import unnamed_acts
from runwright.guide.match.values import json_mistake, same_value

DELAY = (
    SECTION
    + """\
      - set: checkbox before text "Wait before it"
        to: on
        follows: 1.1
      - fill: textbox near text "Wait before it"
        with: 3
        follows: 1.1
      - click: button "Keep"
        follows: 1.2
"""
)
DELAY_PAGE = ["checkbox ~ Delay", "textbox 0.1 [disabled]", "button Keep"]


def test_a_box_that_only_the_step_ticks_is_missing(played: Play) -> None:
    run = played(DELAY, DELAY_PAGE)
    right = "## A\n\n1. Select **Wait before it** and type `3` into the box after it.\n2. Click **Keep**.\n"
    assert findings_of(check(right, run)) == []
    wrong = right.replace(
        "Select **Wait before it** and type `3` into the box after it", "Type `3` into the box after **Wait before it**"
    )
    (finding,) = check(wrong, run).findings
    assert (finding.kind, finding.line) == ("missing", 3)
    assert finding.suggestion.endswith("turn on the checkbox beside **Wait before it**.")


PASTED = (
    SECTION
    + """\
      - paste: textbox in dialog "Import"
        with: |
          [{"name": "first", "size": 3},
           {"name": "second"}]
        follows: 1.1
      - click: button "Import"
        follows: 1.2
        changes: true
"""
)
PASTED_GUIDE = """## A

1. Paste this into the box of the dialog **Import**:

   ```json
   [
     {"size": 3, "name": "first"},
     {"name": "second"}
   ]
   ```

2. Click **Import**.
"""


@pytest.mark.parametrize(
    ("old", "new", "finding", "suggestion"),
    [
        ('"second"}', '"second"},', ("rule", "error", 8), "Delete this comma."),
        ('"first"},', '"first"}', ("rule", "error", 7), "Add the comma."),
        ('"second"', "'second'", ("rule", "error", 8), "Write it in double quotes."),
        ('"size": 3', '"size": 4', ("label", "error", 6), ""),
    ],
)
def test_a_block_of_json_is_compared_as_json(
    played: Play, old: str, new: str, finding: tuple[str, str, int], suggestion: str
) -> None:
    run = played(PASTED, ["dialog Import", "textbox", "button Import"])
    assert findings_of(check(PASTED_GUIDE, run)) == []
    result = check(PASTED_GUIDE.replace(old, new), run)
    assert findings_of(result) == [finding]
    assert suggestion in result.findings[0].suggestion


STARTED = (
    SECTION
    + """\
      - click: css "#canvas"
        at: 10, 10
        follows: 1.1
      - click: button "Add"
        follows: 1.2
      - click: css "#canvas"
        at: 20, 20
        follows: 1.2
"""
)


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("Click an empty place.", "Click **Add**, then click where it belongs.", []),
        ("빈 곳을 클릭합니다.", "**Add**를 클릭한 다음 놓을 곳을 클릭합니다.", []),
        ("Click an empty place.", "Click **Add**.", [("missing", "warning", 4)]),
        ("빈 곳을 클릭합니다.", "**Add**를 클릭합니다.", [("missing", "warning", 4)]),
        ("Aloita tyhjästä kohdasta.", "**Add**.", []),
    ],
)
def test_a_step_without_a_printable_name_needs_the_words_for_an_act(
    played: Play, first: str, second: str, found: list[tuple[str, str, int]]
) -> None:
    result = check(f"## A\n\n1. {first}\n2. {second}\n", played(STARTED, ["button Add"]))
    assert findings_of(result) == found
    assert not any("css" in each.suggestion or "#canvas" in each.suggestion for each in result.findings)


def test_an_act_on_an_area_is_suggested_by_its_screenshot_and_what_comes_of_it(played: Play) -> None:
    run = played(
        STARTED,
        ["button Add"],
        conditions=(ConditionRecord(condition='text "New node"', held=True),),
    )
    (finding,) = check("## A\n\n1. Click an empty place.\n2. Click **Add**.\n", run).findings
    assert finding.suggestion == (
        "Add after **Add**: click in the part of the page that the screenshot of step 3 outlines, "
        "so that **New node** appears."
    )


TYPED = (
    SECTION
    + """\
      - type: textbox "Add a node"
        with: inject
        follows: 1.1
      - press: textbox "Add a node"
        key: Enter
        follows: 1.1
"""
)


def test_an_item_that_names_only_what_is_typed_gets_the_whole_instruction(played: Play) -> None:
    (finding,) = check("## A\n\n1. Click **inject**.\n", played(TYPED, ["textbox Add a node"])).findings
    assert finding.suggestion == "Write instead: type `inject` into **Add a node**, then press <kbd>Enter</kbd>."


def test_acts_without_a_name_are_counted() -> None:
    (item,) = guide_of("## A\n\n1. Open the menu and choose **Import**. The page opens.\n").items
    assert unnamed_acts(item) == 1


FILTERED = (
    SECTION
    + """\
      - open: shop /apps
        follows: 1.1
      - click: link "Cancelled"
        follows: 1.2
      - set: checkbox "Tour"
        to: on
        follows: 1.3
"""
)


def test_a_label_that_only_a_later_page_has_is_a_state_finding(played: Play) -> None:
    before = ["heading Apps", "link Cancelled"]
    run = played(FILTERED, before, before, [*before, "link ✖ Clear filters", "checkbox Tour"])
    text = "## A\n\n1. Open the list.\n2. Click **Clear filters**, then click **Cancelled**.\n3. Select **Tour**.\n"
    (finding,) = check(text, run).findings
    assert (finding.kind, finding.severity, finding.line) == ("state", "warning", 4)
    assert "“If the page shows **Clear filters**, …”" in finding.suggestion
    assert findings_of(check(text.replace("Click **Clear filters**, then c", "C"), run)) == []


FILTERS = (
    SECTION
    + """\
      - type: placeholder "Narrow" near text "To choose"
        with: Programme
        follows: 1.1
"""
)


def test_a_placeholder_that_two_boxes_show_needs_a_place(played: Play) -> None:
    boxes = ["textbox Narrow what you can choose ~ Narrow", "textbox Narrow what you chose ~ Narrow"]
    text = "## A\n\n1. Type `Programme` into **Narrow**.\n"
    assert findings_of(check(text, played(FILTERS, boxes))) == [("ambiguous", "warning", 3)]
    assert findings_of(check(text, played(FILTERS, boxes[:1]))) == []
    placed = "## A\n\n1. In the **Narrow** box above **To choose**, type `Programme`.\n"
    assert findings_of(check(placed, played(FILTERS, boxes))) == []


DONE = (
    SECTION
    + """\
      - click: link "Add"
        follows: 1.1
      - fill: textbox "Name"
        with: ${name}
        follows: 1.2
      - click: button "Save"
        follows: 1.3
        changes: true
      - set: checkbox "Staff"
        to: on
        follows: 1.4
      - click: button "Save"
        follows: 1.5
        changes: true
"""
)
DONE_PAGE = ["link Add", "textbox Name", "button Save", "checkbox Staff"]
DONE_GUIDE = (
    "## A\n\n1. Click **Add**.\n2. Fill in **Name**.\n3. Click **Save**.\n4. Select **Staff**.\n5. Click **Save**.\n"
)


@pytest.mark.parametrize("kept", [True, False])
def test_the_first_of_two_equal_items_is_missing_where_it_was(played: Play, kept: bool) -> None:
    baseline = kept_of(guide_of(DONE_GUIDE)) if kept else None
    text = DONE_GUIDE.replace("3. Click **Save**.\n", "", 1).replace("4. S", "3. S").replace("5. C", "4. C")
    result = check(text, played(DONE, DONE_PAGE), kept=baseline)
    assert findings_of(result) == [("missing", "error", 4)]
    assert result.findings[0].suggestion == "Add after this item: choose **Save**."


def test_a_step_without_a_reference_takes_the_free_item_that_names_it(played: Play) -> None:
    assert findings_of(check(DONE_GUIDE, played(DONE.replace("        follows: 1.3\n", ""), DONE_PAGE))) == []


@pytest.mark.parametrize(
    ("message", "value", "broken"),
    [
        ("This password is entirely numeric.", "20262027", True),
        ("This password is entirely numeric.", "old-mill-7", False),
        ("Ensure this value is less than or equal to 64.", "80", True),
        ("Ensure this value is less than or equal to 64.", "16", False),
        ("Must be between 1 and 64", "0", True),
        ("App names must be 35 characters or fewer.", "x" * 36, True),
        ("Use at least 8 characters.", "short", True),
        ("Use at least 8 characters.", "long enough", False),
        ("Please use https", "http://x.example", None),
    ],
)
def test_a_refusal_with_a_bound_is_tested(message: str, value: str, broken: bool | None) -> None:
    assert breaks(message, value) is broken


SIZE = (
    SECTION
    + """\
      - fill: spinbutton "Size"
        with: 80
        follows: 1.1
      - click: button "Save"
        follows: 1.2
        changes: true
"""
)


@pytest.mark.parametrize(("value", "found"), [("80", [("rule", "error", 3)]), ("16", [("rule", "warning", 3)])])
def test_a_run_that_the_page_refused_names_the_value(
    played: Play, value: str, found: list[tuple[str, str, int]]
) -> None:
    breaking = (2, "Timed out after 5 s waiting for heading “Saved”.", 'heading "Saved"')
    said = ("Size must be at most 64.",)
    run = played(SIZE, ["spinbutton Size", "button Save"], breaks=breaking, said=said)
    result = check(f"## A\n\n1. Type `{value}` into **Size**.\n2. Click **Save**.\n", run)
    assert [each for each in findings_of(result) if each[0] == "rule"] == found
    assert said[0] in next(each.found for each in result.findings if each.kind == "rule")


@pytest.mark.parametrize(
    ("value", "found"), [("80", []), ("8", [("label", "error", 3)]), ("16", [("label", "error", 3)])]
)
def test_a_short_value_is_compared_where_the_label_is_right(
    played: Play, value: str, found: list[tuple[str, str, int]]
) -> None:
    run = played(SIZE, ["spinbutton Size", "button Save"])
    result = check(f"## A\n\n1. Type `{value}` into **Size**.\n2. Click **Save**.\n", run)
    assert findings_of(result) == found
    assert all(each.suggestion == "Write `80`." for each in result.findings)


def test_values_and_json_are_compared_without_their_layout() -> None:
    assert same_value("[1, 2]", "[1,\n 2]")
    assert not same_value("[1, 2]", "[1, 3]")
    mistake = json_mistake('[\n {"a": 1},\n]')
    assert mistake is not None
    assert (mistake.line, mistake.column) == (2, 10)
