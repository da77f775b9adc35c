"""A run that stops because a page changed yields a finding on the line of the guide."""

from __future__ import annotations

import pytest
from guide.conftest import SECTION, Play
from support.guide_checks import check, findings_of

from runwright.evidence.statuses import FailureClass

SECTIONS = (
    SECTION
    + """\
      - click: button "Create App"
        follows: 1.1
      - fill: textbox "App name"
        with: ${name}
        follows: 1.2
      - click: button "Save URLs"
        follows: 1.3
        changes: true
"""
)
GUIDE = """## Make it

1. Choose **Create App**.
2. Fill in **App name**.
3. Choose **Save URLs**.
"""
PAGE = ["heading Apps", "button Create App", "textbox App name", "button Save URLs", "button Cancel"]
RENAMED = ["button Save Redirect URLs" if line == "button Save URLs" else line for line in PAGE]
NO_SAVE = (3, 'No button "Save URLs" found.', 'button "Save URLs"')
NOT_READY = (0, 'Timed out after 15 s waiting for button "Save URLs".', 'button "Save URLs"')


@pytest.mark.parametrize("breaks", [NO_SAVE, NOT_READY], ids=["step", "ready"])
def test_a_renamed_control_is_an_error_on_its_line_with_the_new_name(
    played: Play, breaks: tuple[int, str, str]
) -> None:
    result = check(GUIDE, played(SECTIONS, RENAMED, breaks=breaks))
    (finding,) = result.findings
    assert (finding.kind, finding.severity, finding.line, finding.column) == ("label", "error", 5, 13)
    assert finding.found == "The page has no button “Save URLs”; it has button “Save Redirect URLs”."
    assert (finding.suggestion, finding.new) == ("Write **Save Redirect URLs**.", "Save Redirect URLs")


def test_a_removed_control_is_an_error_without_a_wrong_replacement(played: Play) -> None:
    page = [line for line in PAGE if line != "button Save URLs"]
    (finding,) = check(GUIDE, played(SECTIONS, page, breaks=NO_SAVE)).findings
    assert (finding.kind, finding.severity, finding.line, finding.new) == ("label", "error", 5, None)
    assert finding.found == "The page has no button “Save URLs”; the run could not continue."


def test_a_control_that_exists_twice_is_ambiguous(played: Play) -> None:
    breaks = (3, '2 controls match button "Save URLs".', 'button "Save URLs"')
    (finding,) = check(GUIDE, played(SECTIONS, [*PAGE, "button Save URLs"], breaks=breaks)).findings
    assert (finding.kind, finding.severity, finding.line) == ("ambiguous", "warning", 5)
    assert finding.found.startswith("The page has 2 controls named “Save URLs”")


def test_an_item_without_a_label_gets_the_name_on_the_page(played: Play) -> None:
    text = GUIDE.replace("Choose **Save URLs**", "Save it")
    (finding,) = check(text, played(SECTIONS, RENAMED, breaks=NO_SAVE)).findings
    assert (finding.kind, finding.line, finding.guide_text) == ("label", 5, "Save it.")
    assert finding.suggestion == "Name the control to use: **Save Redirect URLs**."


def test_a_guide_that_has_the_new_name_is_correct(played: Play) -> None:
    text = GUIDE.replace("Save URLs", "Save Redirect URLs")
    assert findings_of(check(text, played(SECTIONS, RENAMED, breaks=NO_SAVE))) == []


def test_a_step_that_fails_at_an_existing_control_is_not_a_finding(played: Play) -> None:
    breaks = (3, 'button "Save URLs" is covered.', 'button "Save URLs"')
    assert findings_of(check(GUIDE, played(SECTIONS, PAGE, breaks=breaks))) == []


def test_labels_after_the_point_where_the_run_stopped_are_not_flagged(played: Play) -> None:
    sections = SECTIONS.replace("follows: 1.3", "follows: 1.2")
    text = "## Make it\n\n1. Choose **Create App**.\n2. Fill in **App name**, choose **Save URLs**, then **Done**.\n"
    assert findings_of(check(text, played(sections, RENAMED, breaks=NO_SAVE))) == [("label", "error", 4)]


SAID = "Save URLs: this field is required."


def test_what_did_not_come_after_a_step_is_not_blamed_on_its_item(played: Play) -> None:
    breaks = (3, 'Timed out after 5 s waiting for text "Saved".', 'text "Saved"')
    result = check(GUIDE, played(SECTIONS, PAGE, breaks=breaks))
    assert findings_of(result) == []
    (end,) = result.ends
    assert (end.item, end.line) == ("1.3", 5)
    assert end.reason == 'Timed out after 5 s waiting for text "Saved"'


def test_what_the_page_said_then_is_the_only_finding(played: Play) -> None:
    breaks = (3, 'Timed out after 5 s waiting for text "Saved".', 'text "Saved"')
    result = check(
        GUIDE, played(SECTIONS, PAGE, breaks=breaks, said=("(POST /urls was answered with status 422)", SAID))
    )
    assert findings_of(result) == [("rule", "warning", 5)]
    assert f"the page said: “{SAID}”" in result.findings[0].found


def test_a_page_that_was_not_loaded_is_no_matter_of_the_guide(played: Play) -> None:
    breaks = (3, 'No button "Save URLs" found.', 'button "Save URLs"')
    said = ("(the browser could not load the requested page)",)
    run = played(SECTIONS, ["button Reload page"], breaks=breaks, said=said, kind=FailureClass.NETWORK)
    assert findings_of(check(GUIDE, run)) == []
