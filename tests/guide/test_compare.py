"""Comparing a guide with runs: misleading places are found on their line; correct text is never flagged."""

from __future__ import annotations

import pytest
from guide.conftest import SECTION, Play
from support.guide_checks import check, findings_of, guide_of, kept_of

from runwright.guide.match.observations import RunObservations

SECTIONS = (
    SECTION
    + """\
      - click: button "Create App" or "Create another"
        follows: 1.1
      - fill: textbox "App name"
        with: ${name}
        follows: 1.2
      - choose: combobox "Scopes"
        option: incoming-webhook
        follows: 1.3
      - click: button "Save" near heading "App"
        follows: 1.4
        changes: true
"""
)
PAGE = ["heading Apps", "button Create App", "textbox App name", "combobox Scopes", "heading App", "button Save"]
GUIDE = """## Make it

1. Choose **Create App**.
2. Fill in **App name**.
3. Choose `incoming-webhook` under **Scopes**.
4. Choose **Save**.
"""


@pytest.fixture
def run(played: Play) -> RunObservations:
    return played(SECTIONS, PAGE)


def test_a_correct_guide_has_no_findings(run: RunObservations) -> None:
    assert findings_of(check(GUIDE, run)) == []


@pytest.mark.parametrize(
    "label",
    ["Save:", "Save \\*", "Save…", "Save...", "SAVE", "Save {{< icon disk >}}", "+ Save", "Save ▾", "Save "],
)
def test_punctuation_at_the_ends_and_all_capitals_are_not_a_difference(run: RunObservations, label: str) -> None:
    written = label.strip() if label.endswith(" ") else label
    assert findings_of(check(GUIDE.replace("Save", written), run)) == []


def test_emphasis_and_remarks_are_not_labels(run: RunObservations) -> None:
    for words in (
        "**Note:** this is done **once**, and **never again**.",
        "**Do not** wait.",
        "**꼭** **지금** 하세요.",
    ):
        assert findings_of(check(GUIDE.replace("4. Choose", f"4. {words} Choose"), run)) == []


def test_a_quoted_title_in_a_guide_with_bold_labels_is_not_a_label(run: RunObservations) -> None:
    assert (
        findings_of(check(GUIDE.replace("4. Choose", "4. See “Understanding Scopes for Bots”, then choose"), run)) == []
    )


def test_quoted_words_are_labels_in_a_guide_without_bold_labels(run: RunObservations) -> None:
    text = GUIDE.replace("**", '"')
    assert findings_of(check(text, run)) == []
    assert findings_of(check(text.replace("App name", "App title"), run)) == [("label", "error", 4)]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("**Create App**", "**Craete App**", ("label", "warning", 3)),
        ("**App name**", "**App Name**", ("label", "note", 4)),
        ("**App name**", "**Title**", ("label", "error", 4)),
        ("`incoming-webhook`", "`incoming_webhook`", ("label", "error", 5)),
        ("**Save**", "**Store it**", ("label", "error", 6)),
        ("Choose **Save**", "Save it", ("ambiguous", "warning", 6)),
        ("1. Choose **Create App**.\n", "", ("missing", "warning", 3)),
        ("4. Choose **Save**.\n", "", ("missing", "error", 5)),
    ],
)
def test_each_mistake_yields_exactly_one_finding(
    run: RunObservations, old: str, new: str, finding: tuple[str, str, int]
) -> None:
    assert findings_of(check(GUIDE.replace(old, new), run, kept=kept_of(guide_of(GUIDE)))) == [finding]


def test_a_finding_has_location_page_text_and_replacement(run: RunObservations) -> None:
    (finding,) = check(GUIDE.replace("Create App", "Craete App"), run).findings
    assert (finding.line, finding.column, finding.item) == (3, 13, "1.1")
    assert finding.found == "The page has button “Create App”; the guide says “Craete App” (different spelling)."
    assert finding.suggestion == "Write **Create App**."
    assert (finding.step, finding.screenshot, finding.old, finding.new) == (
        1,
        "0001-step.png",
        "Craete App",
        "Create App",
    )


def test_items_out_of_order_are_reported_once(run: RunObservations) -> None:
    lines = GUIDE.splitlines()
    text = "\n".join([*lines[:4], lines[5], lines[4], ""])
    (finding,) = check(text, run, kept=kept_of(guide_of(GUIDE))).findings
    assert (finding.kind, finding.line) == ("order", 5)
    assert finding.found.startswith("The run did the steps of these items in this order: 1.4 (line 6), 1.3 (line 5).")


def test_order_is_an_error_when_the_control_is_not_available_yet(played: Play) -> None:
    run = played(SECTIONS, PAGE[:2], PAGE)
    lines = GUIDE.splitlines()
    text = "\n".join([*lines[:2], lines[3], lines[2], *lines[4:], ""])
    assert findings_of(check(text, run, kept=kept_of(guide_of(GUIDE)))) == [("order", "error", 3)]


def test_two_controls_of_one_name_need_a_location(played: Play) -> None:
    run = played(SECTIONS, [*PAGE, "heading Other", "button Save"])
    assert findings_of(check(GUIDE, run)) == [("ambiguous", "warning", 6)]
    assert findings_of(check(GUIDE.replace("**Save**", "**Save** below **App**"), run)) == []
    disabled = played(SECTIONS, [*PAGE, "heading Other", "button Save [disabled]"])
    assert findings_of(check(GUIDE, disabled)) == [("ambiguous", "note", 6)]


def test_controls_behind_an_open_dialog_do_not_make_a_label_ambiguous(played: Play) -> None:
    run = played(SECTIONS, ["button Save", "dialog Make", *PAGE])
    assert findings_of(check(GUIDE, run)) == []


def test_a_label_that_changes_with_the_state_of_the_page(played: Play) -> None:
    first = played(SECTIONS, PAGE)
    second = played(SECTIONS, ["button Create another", *PAGE[2:]])
    assert findings_of(check(GUIDE, first)) == []
    assert findings_of(check(GUIDE, first, second)) == [("state", "warning", 3)]
    both = GUIDE.replace("**Create App**", "**Create App** (later: **Create another**)")
    assert findings_of(check(both, first, second)) == []


def test_a_visible_label_that_differs_from_the_accessible_name_is_correct(played: Play) -> None:
    both = SECTIONS.replace('combobox "Scopes"', 'combobox "Scopes" or "Select Scopes"')
    hidden = [line.replace("combobox Scopes", "combobox Select Scopes") for line in PAGE]
    assert findings_of(check(GUIDE, played(both, hidden))) == [], (
        "the visible label may differ from the accessible name"
    )
    assert findings_of(check(GUIDE, played(both, PAGE), played(both, hidden))) == [("state", "warning", 5)]


BRANCHES = """
  - name: New
    follows: 1
    when: ${pages == "new"}
    open: shop /new
    ready: heading "New"
    done_when: link "Done"
    steps:
      - fill: textbox "Client ID"
        with: ${name}
        follows: 1.1
      - click: button "Save"
        follows: 1.2
        changes: true
  - name: Old
    follows: 1
    when: ${pages == "old"}
    open: shop /old
    ready: heading "Old"
    done_when: link "Done"
    steps:
      - fill: textbox "Client ID"
        with: ${name}
        follows: 1.1
      - click: button "Update settings"
        follows: 1.2
        changes: true
"""


def test_a_label_that_is_wrong_on_one_branch_names_the_branch(played: Play) -> None:
    new = played(BRANCHES, ["textbox Client ID", "button Save"])
    old = played(BRANCHES, ["textbox Client ID", "button Update settings"], inputs={"pages": "old"})
    result = check("## A\n\n1. Fill in **Client ID**.\n2. Choose **Save**.\n", new, old)
    (finding,) = result.findings
    assert (finding.kind, finding.severity, finding.line, finding.branch) == ("label", "error", 4, "pages = old")
    assert finding.new is None, "a replacement that is correct on one branch only is not suggested as a change"
    assert findings_of(check("## A\n\n1. Fill in **Client ID**.\n2. Choose **Save**.\n", new)) == []


MORE = (
    SECTION
    + """\
      - click: button "Create"
        follows: 1.1
      - click: link "${name}"
      - click: button "From scratch"%s
      - click: button "Next"
      - click: button "Finish"
        follows: 1.2
        changes: true
  - name: Beyond the guide
    open: shop /alerts
    steps:
      - click: button "Turn on"
"""
)
MORE_PAGE = ["button Create", "link Mine", "button From scratch", "button Next", "button Finish", "button Turn on"]


def test_missing_actions_between_items_are_listed_in_order(played: Play) -> None:
    run = played(MORE % "", MORE_PAGE)
    (finding,) = check("## A\n\n1. **Create**\n2. **Finish**\n", run).findings
    assert (finding.kind, finding.severity, finding.line) == ("missing", "warning", 3)
    assert "choose button “From scratch”, then choose button “Next”" in finding.found
    assert finding.suggestion == "Add after this item: choose **From scratch**, then choose **Next**."


def test_actions_that_an_item_names_are_not_missing(played: Play) -> None:
    run = played(MORE % "", MORE_PAGE)
    assert findings_of(check("## A\n\n1. **Create**, then **From scratch**\n2. **Next**, **Finish**\n", run)) == []


def test_a_missing_implied_step_is_a_note(played: Play) -> None:
    run = played((MORE % "\n        implied: true").replace('      - click: button "Next"\n', ""), MORE_PAGE)
    assert findings_of(check("## A\n\n1. **Create**\n2. **Finish**\n", run)) == [("missing", "note", 3)]


def test_an_item_that_names_no_control_is_ambiguous(played: Play) -> None:
    run = played(MORE % "", [*MORE_PAGE, "button Other"])
    result = check("## A\n\n1. Create one, choose **From scratch** and **Next**\n2. End it.\n", run)
    assert findings_of(result) == [("label", "note", 3)] or [f.kind for f in result.findings] == [
        "missing",
        "ambiguous",
    ]
    assert result.findings[-1].suggestion == "Name the control to use: **Finish**."


def test_an_item_that_changed_since_the_review_is_stale_where_the_run_does_not_confirm_it(run: RunObservations) -> None:
    kept = kept_of(guide_of(GUIDE))
    text = GUIDE.replace("Choose **Save**.", "Choose **Save**; the answer is `done`.")
    (finding,) = check(text, run, kept=kept).findings
    assert (finding.kind, finding.severity, finding.line) == ("stale", "note", 6)
    assert finding.found.endswith("and these runs do not show whether “done” is right.")


def test_a_changed_item_that_the_run_confirms_is_not_stale(run: RunObservations) -> None:
    wrong = GUIDE.replace("**Save**", "**Store**").replace("`incoming-webhook` under **Scopes**", "`webhook`")
    assert findings_of(check(GUIDE, run, kept=kept_of(guide_of(wrong)))) == []


def test_steps_follow_an_item_that_moved(run: RunObservations) -> None:
    text = GUIDE.replace("1. Choose", "1. Read on.\n1. Choose")
    assert findings_of(check(text, run, kept=kept_of(guide_of(GUIDE)))) == []
    assert findings_of(check(text, run)) == [], "without a baseline, the words identify the item"


PROBE = """
  - name: An address without https
    probe: true
    follows: 1.2
    open: shop /apps
    steps:
      - fill: textbox "App name"
        with: http://x.example
      - expect: text "Please use https"
"""


def test_a_requirement_that_the_item_omits_is_a_rule_finding_with_the_page_message(played: Play) -> None:
    run = played(SECTIONS + PROBE, PAGE)
    (finding,) = check(GUIDE, run).findings
    assert (finding.kind, finding.severity, finding.line, finding.item) == ("rule", "warning", 4, "1.2")
    assert finding.found == (
        "The item does not state what the page requires. "
        "The page rejects “http://x.example”: “Please use https” (probe “An address without https”)."
    )
    assert "“Please use https”" in finding.suggestion


@pytest.mark.parametrize(
    ("words", "severities"),
    [
        ("Fill in **App name**.", ["warning"]),
        ("Fill in **App name**: `http://x.example`.", ["error"]),
        ("Fill in **App name**, for example http://other.example:8080.", ["error"]),
        ("Fill in **App name**: <http://x.example>.", ["error"]),
        ("Fill in **App name** as [the site](http://docs.example) says.", ["warning"]),
        ("Fill in **App name** such as `Mine`.", ["warning"]),
        ("Fill in **App name**: the https address of your server.", []),
        ("Fill in **App name** (https://x.example, not http).", []),
        ("Fill in **App name** (https://x.example, not http://x.example).", []),
        ("**App name**에 https로 시작하는 주소를 적습니다.", []),
    ],
)
def test_a_rule_finding_needs_a_rejected_example_or_an_unstated_requirement(
    played: Play, words: str, severities: list[str]
) -> None:
    run = played(SECTIONS + PROBE, PAGE)
    findings = check(GUIDE.replace("Fill in **App name**.", words), run).findings
    assert [finding.severity for finding in findings if finding.kind == "rule"] == severities


def test_each_rejection_of_a_probe_is_reported(played: Play) -> None:
    more = """\
      - fill: textbox "App name"
        with: 10.0.0.0/8
      - expect: text "Local addresses cannot be used."
"""
    run = played(SECTIONS + PROBE + more, PAGE)
    keys = [finding.key for finding in check(GUIDE, run).findings]
    assert keys == ["Please use https", "Local addresses cannot be used."]
    public = GUIDE.replace("Fill in **App name**.", "Fill in **App name**: https, or a public address.")
    assert findings_of(check(public, run)) == []
    shown = GUIDE.replace("Fill in **App name**.", "Fill in **App name**: https, or `192.168.0.1`.")
    assert findings_of(check(shown, run)) == [("rule", "error", 4)]


def test_a_probe_that_the_page_accepts_has_no_finding(played: Play) -> None:
    run = played(SECTIONS + PROBE, PAGE, status="failed")
    assert [finding.kind for finding in check(GUIDE, run).findings] == []


def test_labels_of_places_that_no_run_visited_are_listed_not_flagged(played: Play) -> None:
    sections = SECTIONS + "  - name: Go\n    follows: 2.1\n    open: shop /x\n    steps:\n      - open: shop /y\n"
    run = played(sections + "        follows: 2.1\n", PAGE)
    result = check(GUIDE + "\n## Go\n\n1. Go to **System Console**.\n", run)
    assert findings_of(result) == []
    assert [(each.label, each.line) for each in result.not_compared] == [("System Console", 10)]


WAYS = """
  - name: Copy
    follows: 1
    open: shop /apps
    steps:
      - click: button "Show"
        follows: 1.1
  - name: New
    follows: 1
    when: ${pages == "new"}
    open: shop /new
    ready: heading "Here"
    done_when: link "Done"
    steps:
      - fill: textbox "Shop Client"
        with: ${name}
        follows: 1.1
      - fill: textbox "Shop Word"
        with: ${name}
        follows: 1.1
      - click: button "Save"
        follows: 1.1
        changes: true
  - name: Old
    follows: 1
    when: ${pages == "old"}
    open: shop /old
    ready: heading "Here"
    done_when: link "Done"
    steps:
      - fill: textbox "Client"
        with: ${name}
        follows: 1.1
      - click: button "Update"
        follows: 1.1
        changes: true
"""
WAYS_GUIDE = """## Make it

1. Choose **Show**, and enter both. Follow one of the following:
   - Where it is new: fill in **Shop Client** and **Shop Word**, then choose **Save**.
   - Where it is old: fill in **Client**, then choose **Update**.
"""


@pytest.mark.parametrize("branches", [("new",), ("old",), ("new", "old")])
def test_labels_of_an_item_with_alternatives_stay_with_it_on_any_branch(played: Play, branches: tuple[str]) -> None:
    pages = {
        "new": ["textbox Shop Client", "textbox Shop Word", "button Save"],
        "old": ["textbox Client", "button Update"],
    }
    runs = [played(WAYS, ["button Show"], *([pages[name]] * 3), inputs={"pages": name}) for name in branches]
    assert findings_of(check(WAYS_GUIDE, *runs)) == []
    (finding,) = check(WAYS_GUIDE.replace("**Show**", "**show**"), *runs).findings
    assert (finding.kind, finding.line) == ("label", 3)


def test_without_a_baseline_a_probe_moves_with_its_item(played: Play) -> None:
    run = played(SECTIONS + PROBE, PAGE)
    lines = GUIDE.splitlines()
    swapped = check("\n".join([*lines[:3], lines[4], lines[3], lines[5], ""]), run)
    assert [(finding.kind, finding.line) for finding in swapped.findings] == [("order", 4), ("rule", 5)]
    removed = check("\n".join([*lines[:3], *lines[4:], ""]), run)
    assert [finding.kind for finding in removed.findings] == ["missing"]


def test_alternatives_of_a_moved_item_do_not_replace_removed_ones(played: Play) -> None:
    sections = (
        SECTION
        + """\
      - click: link "Settings"
        follows: 1.1.1
      - fill: textbox "Client"
        with: ${name}
        follows: 1.2
      - click: button "Save"
        follows: 1.2
        changes: true
"""
    )
    run = played(sections, ["link Settings", "textbox Client", "button Save"])
    gone = "## A\n\n1. Enter it:\n   - If it is new: fill in **Client**, then choose **Save**.\n"
    assert findings_of(check(gone, run)) == [("missing", "warning", 3)]


def test_a_mistake_on_every_branch_has_a_replacement_and_no_branch(played: Play) -> None:
    menu = """
  - name: The menu
    follows: 1.1
    open: shop /
    steps:
      - hover: link "System console" or "System settings"
        follows: 1.1
"""
    new = played(menu, ["link System console"])
    old = played(menu, ["link System settings"], inputs={"pages": "old"})
    result = check("## A\n\n1. Go to **System Settings** or **System Console**.\n", new, old)
    assert [(f.guide_text, f.new, f.branch, f.suggestion) for f in result.findings] == [
        ("System Settings", "System settings", None, "Write **System settings**."),
        ("System Console", "System console", None, "Write **System console**."),
    ]


def test_a_missing_choice_names_its_option_and_a_switch_its_state(played: Play) -> None:
    sections = (
        SECTION
        + """\
      - click: button "Connect"
        follows: 1.1
      - choose: combobox "Search"
        option: ${name}
        follows: 1.1
      - choose: combobox "Scopes"
        option: incoming-webhook
        follows: 1.1
  - name: Turn them on
    follows: 1.1
    open: shop /alerts
    ready: button "Off"
    done_when: button "Gone"
    steps:
      - set: switch column "Slack" in row containing "Run"
        to: on
        changes: true
"""
    )
    page = ["button Connect", "combobox Search", "combobox Scopes", "row Run", "switch", "columnheader Slack"]
    (finding,) = check("## A\n\n1. Choose **Connect**.\n", played(sections, page)).findings
    assert (finding.kind, finding.severity) == ("missing", "error")
    assert finding.found == (
        "At this item, the reader also has to choose a name in combobox “Search”, then choose “incoming-webhook” in "
        "combobox “Scopes”, then turn on switch at “Slack”; the guide does not mention it."
    )
    assert finding.suggestion == (
        "Add after **Connect**: choose a name in **Search**, then choose “incoming-webhook” in **Scopes**, "
        "then turn on the switch at **Slack**."
    )
    text = (
        "## A\n\n1. Choose **Connect**, `incoming-webhook` in **Scopes**, one in **Search**, the switch in **Slack**.\n"
    )
    assert findings_of(check(text, played(sections, page))) == []
    (wrong,) = check(text.replace("**Slack**", "**Banana**"), played(sections, page)).findings
    assert (wrong.kind, wrong.guide_text, wrong.new) == ("label", "Banana", "Slack")


def test_a_name_on_another_page_is_not_another_state_of_this_page(played: Play) -> None:
    sections = SECTION + '      - click: link "User settings" or "Settings"\n        follows: 1.1\n'
    here = played(sections, ["link User settings"])
    other = SECTION + '      - expect: link "Settings"\n'
    elsewhere = played(other, ["link Settings"], address="https://shop.example/console")
    assert findings_of(check("## A\n\n1. Choose **User settings**.\n", here, elsewhere)) == []
    later = played(other, ["link Settings"])
    assert findings_of(check("## A\n\n1. Choose **User settings**.\n", here, later)) == [("state", "warning", 3)]


def test_a_label_that_a_page_of_any_run_shows_is_not_reported_as_absent(played: Play) -> None:
    here, there = played(SECTIONS, PAGE), played(SECTIONS, [*PAGE, "link Reports"])
    text = GUIDE.replace("4. Choose", "4. Open **Reports**, then choose")
    assert [finding.found for finding in check(text, here).findings] == ["No page of these runs shows “Reports”."]
    assert findings_of(check(text, here, there)) == []
    assert findings_of(check(text, there, here)) == []
