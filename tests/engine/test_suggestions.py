"""Messages for a page that differs from the runbook: what was expected, what was found, and lines to paste."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from support.site_pages import Played

from runwright.engine.browser.screenshot import Capture
from runwright.engine.run.evidence_writer import EvidenceWriter
from runwright.engine.run.failure_location import continued_failures, failed_at
from runwright.engine.run.step_record import StepRecord

PAGE = """<title>A</title><h1>A</h1>
<p role="status">All is saved.</p>
<ul><li>One thing</li></ul>
<div role="alert">Mind the gap <button>Close</button></div>
<iframe title="top" srcdoc="<p>NetBox"></iframe><iframe name="menu" srcdoc="<a href=/>Mail<br>Server</a>"></iframe>
<form><label>Name <input></label><p class="field-error">No blanks, please</p><p hidden class="error">hidden</p></form>
"""


def _book(step: str, *done_when: str) -> str:
    conditions = ", ".join(repr(each) for each in done_when or ['text "Never"'])
    return f"""
sections:
  - name: S
    open: shop /
    ready: heading "A"
    done_when: [{conditions}]
    steps:
      - {step}
        timeout: 1s
"""


def _without_done_when(step: str) -> str:
    """The same runbook without `done_when`."""
    return re.sub(r"    done_when: .*\n", "", _book(step))


def _first_line_is(line: str, played: Played) -> None:
    assert played.result.failure is not None
    assert played.result.failure.nearest[0] == line


def test_a_status_and_a_list_item_are_named_by_their_text(play: Callable[..., Played]) -> None:
    conditions = ['status "All is saved."', 'status starting "All is"', 'listitem "One thing"', 'no status "All is"']
    played = play({"/": PAGE}, _book("expect: heading", *conditions))
    assert played.statuses == ["unchanged"]


@pytest.mark.quick(1)
@pytest.mark.parametrize(
    ("target", "line"),
    [
        ('text "All is"', 'text containing "All is"'),
        ('alert "Mind the gap"', 'alert containing "Mind the gap"'),
        ('link "Mail" in iframe "top"', 'link "Mail Server" in iframe "menu"'),
    ],
)
def test_a_target_with_only_a_part_of_a_text_gets_a_matching_line_to_paste(
    target: str, line: str, play: Callable[..., Played]
) -> None:
    _first_line_is(line, play({"/": PAGE}, _book(f"expect: {target}")))
    again = play({"/": PAGE}, _book("expect: heading", line))
    assert again.statuses == ["unchanged"], "the suggested line does not match the page"


TABLE = """<title>A</title><h1>A</h1><table><tr><th>Name<th>Role<th>
<tr><td>Dana Whitfield<td>Member<td><button>Edit</button>
<tr><td>Vic Vale<td>Owner<td><button>Edit</button></table>"""


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ('row containing "Dana Whitfeld"', 'row containing "Dana Whitfield"'),
        ('cell "Vic Wale"', 'cell "Vic Vale"'),
        ('button "Edit" in row containing "Dana Whitfeld"', 'row containing "Dana Whitfield"'),
    ],
)
def test_a_misspelt_text_of_a_table_is_suggested_as_the_table_shows_it(
    target: str, line: str, play: Callable[..., Played]
) -> None:
    played = play({"/": TABLE}, _book(f"click: {target}"))
    _first_line_is(line, played)
    assert (" Missing: row" in played.message) == (" in row" in target)


def test_a_retried_click_is_reported(play: Callable[..., Played]) -> None:
    step = 'click: button "Go"\n        expect: text "Never"'
    played = play({"/": "<title>A</title><h1>A</h1><button>Go</button>"}, _book(step).replace("1s", "4s"))
    assert re.search(r"The click was retried \([23] attempts\)\.", played.message)


def test_a_message_that_disappeared_is_reported(play: Callable[..., Played]) -> None:
    toast = "shown.textContent = 'User saved'; setTimeout(() => shown.textContent = '', 1500)"
    page = f'<title>A</title><h1>A</h1><button onclick="{toast}">Save</button><p id=shown role=status></p>'
    played = play(
        {"/": page},
        _book('click: button "Save"\n        changes: true\n        expect: text "Saved"').replace("1s", "3s"),
    )
    assert played.result.failure is not None
    assert "User saved (no longer shown)" in played.result.failure.page_messages


def test_messages_of_the_page_are_reported_with_and_without_a_role(play: Callable[..., Played]) -> None:
    played = play({"/": PAGE}, _book('expect: text "Never"'))
    assert played.result.failure is not None
    messages = played.result.failure.page_messages
    assert "No blanks, please" in messages and "All is saved." in messages
    assert not any("hidden" in each for each in messages)


def test_a_check_reports_the_conditions_that_do_not_hold(play: Callable[..., Played]) -> None:
    conditions = ['heading "A"', 'textbox "Name" [value="Ann"]', "no status"]
    played = play({"/": PAGE}, _book("expect: heading", *conditions), mode="check")
    assert played.statuses == ["drift"]
    assert played.result.sections[0].reason == (
        'Expected textbox "Name" to have the value "Ann"; found "". Expected no status; found 1: "All is saved.".'
    )


def test_a_field_is_filled_again_until_the_page_reacts_to_it(play: Callable[..., Played]) -> None:
    page = """<title>A</title><h1>A</h1><input aria-label="Search"><p id="p">all</p><script>
    setTimeout(() => document.querySelector("input").oninput = () => p.textContent = "found", 1500)</script>"""
    book = _book('fill: textbox "Search"\n        with: x\n        expect: text "found"', 'text "found"')
    played = play({"/": page}, book.replace("        timeout: 1s\n", "").replace("steps:", "navigation:", 1))
    assert played.statuses == ["unchanged"]


def test_frames_of_a_frameset_are_frames(play: Callable[..., Played]) -> None:
    whole = "<title>A</title><frameset cols='200,*'><frame name=menu src=/menu><frame name=main src=/main></frameset>"
    pages = {"/": whole, "/menu": "<a href=/>Home</a>", "/main": "<h1>A</h1>"}
    book = _book("expect: heading", 'link "Home" in iframe "menu"', 'no link in iframe "main"')
    played = play(pages, book.replace('heading "A"', 'heading "A" in iframe "main"'))
    assert played.statuses == ["unchanged"]


def test_a_dismissed_dialog_is_reported_with_the_line_that_accepts_it(play: Callable[..., Played]) -> None:
    page = "<title>A</title><h1>A</h1><button onclick=\"if (confirm('Really?')) this.textContent = 'Gone'\">Go</button>"
    played = play({"/": page}, _book('click: button "Go"\n        changes: true\n        expect: button "Gone"'))
    assert played.result.failure is not None
    (message,) = played.result.failure.page_messages
    assert message.startswith("Really? (a dialog, answered no") and "`answer: yes`" in message


def test_a_disabled_button_that_waits_for_keys_is_explained(play: Callable[..., Played]) -> None:
    page = """<title>A</title><h1>A</h1><input aria-label="Name" onkeyup="go.disabled = false">
    <button id="go" disabled>Go</button>"""
    steps = 'fill: textbox "Name"\n        with: x\n      - click: button "Go"'
    played = play({"/": page}, _book(steps))
    assert "use `type` instead of `fill`" in played.message


def test_steps_without_a_visible_effect_are_reported(
    play: Callable[..., Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runwright.engine.run.section_checks.READY", 0.5)
    played = play({"/": PAGE}, _book("expect: heading"))
    assert played.message == 'The steps ran, but the reopened page does not show it. Expected text "Never"; found none.'


def test_a_skipped_step_records_its_name_and_the_condition_that_did_not_hold(play: Callable[..., Played]) -> None:
    step = 'manual: "Type the code."\n        when: textbox "Code"\n        until: heading "Welcome"'
    never = 'when: text "Never"\n      '
    unread = f'- read: heading "A"\n        into: code\n        {never}'
    unread += f'- fill: textbox "Name"\n        with: ${{code}}\n        {never}'
    book = _without_done_when(step).replace("- manual", f"{unread}- manual")
    played = play({"/": PAGE}, book)
    read, filled, manual = (each for each in played.events("step") if each["status"] == "skipped")
    assert manual["name"] == "Type the code."
    assert manual["conditions"] == [{"condition": 'when: textbox "Code"', "held": False, "found": None}]
    assert read["name"] == 'Read heading "A"'
    assert filled["name"] == "fill", "the value to fill in was never read"


def test_an_expression_that_cannot_be_evaluated_fails_its_section_and_closes_the_run(
    play: Callable[..., Played],
) -> None:
    step = 'read: heading "A"\n        into: found\n        when: text "Never"'
    loop = '      - for_each: each in ${found}\n        steps:\n          - click: button "${each}"\n'
    book = _without_done_when(step) + loop
    played = play({"/": PAGE}, book)
    assert played.statuses == ["failed"]
    assert "found" in played.message
    assert played.events("end")[0]["status"] == "failed"


def test_a_run_that_continued_after_a_failure_reports_it(play: Callable[..., Played]) -> None:
    book = _without_done_when('click: button "Nothing"\n        continue_on_error: true')
    played = play({"/": PAGE}, book)
    assert played.result.exit == 1
    assert played.message.startswith('No button "Nothing" found')
    assert played.result.failure is not None
    assert played.statuses == ["failed"], "only its steps show whether the section is done"


def test_all_failed_steps_are_reported_and_the_first_one_is_located(play: Callable[..., Played]) -> None:
    steps = f"""press: heading "A"
        key: ${{"nonsense"}}
        continue_on_error: true
      - fill: textbox "Fixed"
        with: x
        timeout: 1s
        continue_on_error: true
      - upload: button "B"
        files: [{__file__}]
        continue_on_error: true"""
    page = "<title>A</title><h1>A</h1><input aria-label=Fixed readonly><button>B</button>"
    played = play({"/": page}, _without_done_when(steps))
    first, *others = (each for each in played.result.steps if each.failure)
    location = failed_at(played.result)
    assert location is not None and location.record is first
    assert played.message == "Unknown key. Keys are called Enter, Tab, Escape, ArrowDown, a, Control+a."
    assert continued_failures(played.result) == others
    assert [each.failure.message for each in others if each.failure] == [
        "The field is read-only.",
        "The click opened no file chooser.",
    ]


def test_a_field_that_stays_empty_does_not_get_a_displays_suggestion(play: Callable[..., Played]) -> None:
    page = "<title>A</title><h1>A</h1><label>Day <input type=date></label>"
    played = play({"/": page}, _without_done_when('fill: textbox "Day"\n        with: tomorrow'))
    assert played.message == (
        "The field was filled with “tomorrow” but is empty. "
        "It needs another format, or only reacts to key presses: then use `type`."
    )
    assert played.result.failure is not None and played.result.failure.nearest == []


def test_an_option_of_a_native_list_is_found_by_the_first_words_of_its_name(play: Callable[..., Played]) -> None:
    options = "<option>Oak</option><option>Pine tree (soft)</option><option>Pineapple</option>"
    page = f"<title>A</title><h1>A</h1><label>Wood <select>{options}</select></label>"
    step = 'choose: combobox "Wood"\n        option: Pine\n        expect: combobox "Wood" [value="Pine tree (soft)"]'
    assert play({"/": page}, _without_done_when(step)).statuses == ["unchanged"]
    two = page.replace("Pineapple", "Pine cone")
    assert play({"/": two}, _without_done_when(step)).message == "The list has 2 options “Pine”."


def test_a_value_that_does_not_match_is_quoted_unless_it_may_be_a_secret(play: Callable[..., Played]) -> None:
    step = 'read: heading "A"\n        into: found\n        match: "[0-9]+"'
    assert play({"/": PAGE}, _without_done_when(step)).message == "The value “A” does not match '[0-9]+'."
    sites = "sites:\n  shop: { url: https://shop.example, simulator: site }\n"
    head = f"name: T\n{sites}secrets: {{ found: {{ description: It }} }}\n"
    assert play({"/": PAGE}, head + _without_done_when(step)).message == "The value does not match '[0-9]+'."


def test_an_answer_applies_only_to_the_dialogs_of_its_own_step(play: Callable[..., Played]) -> None:
    page = """<title>A</title><h1>A</h1><button>Still</button><p id=reply></p>
    <input aria-label=Name onkeydown="reply.textContent = confirm('Sure?') ? 'Yes' : 'No'">"""
    step = 'click: button "Still"\n        answer: "yes"'
    book = _without_done_when(step) + '      - press: textbox "Name"\n        key: Enter\n        expect: text "No"\n'
    played = play({"/": page}, book)
    assert played.statuses == ["unchanged"], played.message


@pytest.mark.parametrize("shown", ["<button>Dana Whitfield</button>", "<button aria-label='Dana Whitfield'></button>"])
def test_evidence_names_the_signed_in_person_even_if_the_page_shows_only_an_icon(
    play: Callable[..., Played], monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    persons: list[str | None] = []
    screenshot = EvidenceWriter.screenshot

    def spy(evidence: EvidenceWriter, record: StepRecord, capture: Capture, moment: str, person: str | None) -> None:
        persons.append(person)
        screenshot(evidence, record, capture, moment, person)

    monkeypatch.setattr(EvidenceWriter, "screenshot", spy)
    sites = 'sites:\n  shop: { url: https://shop.example, simulator: site, signed_in_as: button "Dana Whitfield" }\n'
    play({"/": f"<title>A</title><h1>A</h1>{shown}"}, f"name: T\n{sites}{_book('expect: heading', 'heading')}")
    assert set(persons) == {"Dana Whitfield"}
