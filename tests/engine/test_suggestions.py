"""What a run says when something is not as the runbook has it: the words that get a person on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from support.site_pages import Played

from runwright.engine.browser.screenshot import Shot
from runwright.engine.run.evidence_writer import Recorder, StepRecord
from runwright.engine.run.failure_location import failed_at, went_on_after

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
  - title: S
    open: shop /
    ready: heading "A"
    done_when: [{conditions}]
    steps:
      - {step}
        timeout: 1s
"""


def _unlooked(step: str) -> str:
    """The same, without a look for what it left."""
    return re.sub(r"    done_when: .*\n", "", _book(step))


def _first_line_is(line: str, played: Played) -> None:
    assert played.result.failure is not None
    assert played.result.failure.nearest[0] == line


def test_a_status_and_its_like_are_called_by_their_text(play: Callable[..., Played]) -> None:
    conditions = ['status "All is saved."', 'status starting "All is"', 'listitem "One thing"', 'no status "All is"']
    played = play({"/": PAGE}, _book("expect: heading", *conditions))
    assert played.statuses == ["already done"]


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ('text "All is"', 'text containing "All is"'),
        ('alert "Mind the gap"', 'alert containing "Mind the gap"'),
        ('link "Mail" in iframe "top"', 'link "Mail Server" in iframe "menu"'),
    ],
)
def test_a_part_that_was_taken_for_all_is_given_as_a_line_to_paste(
    target: str, line: str, play: Callable[..., Played]
) -> None:
    _first_line_is(line, play({"/": PAGE}, _book(f"expect: {target}")))
    again = play({"/": PAGE}, _book("expect: heading", line))
    assert again.statuses == ["already done"], "the line that was given does not fit the page"


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
def test_a_misspelt_text_of_a_table_is_given_as_it_stands_there(
    target: str, line: str, play: Callable[..., Played]
) -> None:
    played = play({"/": TABLE}, _book(f"click: {target}"))
    _first_line_is(line, played)
    assert (" What is missing is row" in played.message) == (" in row" in target)


def test_a_click_that_was_made_again_is_told_of(play: Callable[..., Played]) -> None:
    step = 'click: button "Go"\n        expect: text "Never"'
    played = play({"/": "<title>A</title><h1>A</h1><button>Go</button>"}, _book(step).replace("1s", "4s"))
    assert re.search(r"Meanwhile the step was done [23] times, as it is no commit", played.message)


def test_a_message_that_went_away_is_told(play: Callable[..., Played]) -> None:
    toast = "said.textContent = 'User saved'; setTimeout(() => said.textContent = '', 1500)"
    page = f'<title>A</title><h1>A</h1><button onclick="{toast}">Save</button><p id=said role=status></p>'
    played = play(
        {"/": page},
        _book('click: button "Save"\n        commits: true\n        expect: text "Saved"').replace("1s", "3s"),
    )
    assert played.result.failure is not None
    assert "User saved (it went away)" in played.result.failure.page_says


def test_the_page_s_own_words_are_told_where_they_have_no_role(play: Callable[..., Played]) -> None:
    played = play({"/": PAGE}, _book('expect: text "Never"'))
    assert played.result.failure is not None
    said = played.result.failure.page_says
    assert "No blanks, please" in said and "All is saved." in said
    assert not any("hidden" in each for each in said)


def test_a_check_tells_what_is_not_so(play: Callable[..., Played]) -> None:
    conditions = ['heading "A"', 'textbox "Name" [value="Ann"]', "no status"]
    played = play({"/": PAGE}, _book("expect: heading", *conditions), mode="check")
    assert played.statuses == ["to do"]
    assert played.result.sections[0].reason == 'This is not so: textbox "Name" [value="Ann"]; no status.'


def test_a_field_is_filled_again_while_the_page_comes_to_life(play: Callable[..., Played]) -> None:
    page = """<title>A</title><h1>A</h1><input aria-label="Search"><p id="p">all</p><script>
    setTimeout(() => document.querySelector("input").oninput = () => p.textContent = "found", 1500)</script>"""
    book = _book('fill: textbox "Search"\n        with: x\n        expect: text "found"', 'text "found"')
    played = play({"/": page}, book.replace("        timeout: 1s\n", "").replace("steps:", "reach:", 1))
    assert played.statuses == ["already done"]


def test_frames_of_a_frameset_are_frames(play: Callable[..., Played]) -> None:
    whole = "<title>A</title><frameset cols='200,*'><frame name=menu src=/menu><frame name=main src=/main></frameset>"
    pages = {"/": whole, "/menu": "<a href=/>Home</a>", "/main": "<h1>A</h1>"}
    book = _book("expect: heading", 'link "Home" in iframe "menu"', 'no link in iframe "main"')
    played = play(pages, book.replace('heading "A"', 'heading "A" in iframe "main"'))
    assert played.statuses == ["already done"]


def test_a_dialog_that_was_answered_with_no_is_told_with_what_to_write(play: Callable[..., Played]) -> None:
    page = "<title>A</title><h1>A</h1><button onclick=\"if (confirm('Really?')) this.textContent = 'Gone'\">Go</button>"
    played = play({"/": page}, _book('click: button "Go"\n        commits: true\n        expect: button "Gone"'))
    assert played.result.failure is not None
    (said,) = played.result.failure.page_says
    assert said.startswith("Really? (a dialog, answered with no") and "`answer: yes`" in said


def test_a_button_that_waits_for_keys_is_told_of(play: Callable[..., Played]) -> None:
    page = """<title>A</title><h1>A</h1><input aria-label="Name" onkeyup="go.disabled = false">
    <button id="go" disabled>Go</button>"""
    steps = 'fill: textbox "Name"\n        with: x\n      - click: button "Go"'
    played = play({"/": page}, _book(steps))
    assert "`type` in place of `fill`" in played.message


def test_steps_that_left_no_trace_are_told_of(play: Callable[..., Played], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runwright.engine.run.runner.READY", 0.5)
    played = play({"/": PAGE}, _book("expect: heading"))
    assert played.message == 'The steps were done, but the page, opened afresh, does not show: text "Never".'


def test_a_skipped_step_tells_what_it_would_have_done_and_why_it_did_not(play: Callable[..., Played]) -> None:
    step = 'hand_over: "Type the code."\n        when: textbox "Code"\n        until: heading "Welcome"'
    never = 'when: text "Never"\n      '
    unread = f'- read: heading "A"\n        into: code\n        {never}'
    unread += f'- fill: textbox "Name"\n        with: ${{code}}\n        {never}'
    book = _unlooked(step).replace("- hand", f"{unread}- hand")
    played = play({"/": PAGE}, book)
    read, filled, handed = (each for each in played.events("step") if each["status"] == "skipped")
    assert handed["say"] == "Type the code."
    assert handed["conditions"] == [{"condition": 'when: textbox "Code"', "held": False}]
    assert read["say"] == 'Read heading "A"'
    assert filled["say"] == "fill", "what it would have filled in was never read"


def test_an_expression_of_a_section_that_cannot_be_worked_out_fails_it_and_closes_the_run(
    play: Callable[..., Played],
) -> None:
    step = 'read: heading "A"\n        into: found\n        when: text "Never"'
    loop = '      - for_each: each in ${found}\n        steps:\n          - click: button "${each}"\n'
    book = _unlooked(step) + loop
    played = play({"/": PAGE}, book)
    assert played.statuses == ["failed"]
    assert "found" in played.message
    assert played.events("end")[0]["status"] == "failed"


def test_a_run_that_went_on_after_a_failure_tells_what_failed(play: Callable[..., Played]) -> None:
    book = _unlooked('click: button "Nothing"\n        go_on: true')
    played = play({"/": PAGE}, book)
    assert played.result.exit == 1
    assert played.message.startswith('There is no button "Nothing"')
    assert played.result.failure is not None
    assert played.statuses == ["failed"], "nothing but its steps tells whether the section is done"


def test_every_step_that_failed_is_told_at_the_end_and_the_first_one_with_its_own_place_and_picture(
    play: Callable[..., Played],
) -> None:
    steps = f"""press: heading "A"
        key: ${{"nonsense"}}
        go_on: true
      - fill: textbox "Fixed"
        with: x
        timeout: 1s
        go_on: true
      - upload: button "B"
        files: [{__file__}]
        go_on: true"""
    page = "<title>A</title><h1>A</h1><input aria-label=Fixed readonly><button>B</button>"
    played = play({"/": page}, _unlooked(steps))
    first, *others = (each for each in played.result.steps if each.failure)
    told = failed_at(played.plan, played.result)
    assert told is not None and told.record is first
    assert played.message == "There is no such key. Keys are called Enter, Tab, Escape, ArrowDown, a, Control+a."
    assert went_on_after(played.result) == others
    assert [str(each.failure) for each in others] == [
        "The field can only be read.",
        "No chooser for files came up by clicking it.",
    ]


def test_a_field_that_stays_empty_is_no_field_that_shows_something_else(play: Callable[..., Played]) -> None:
    page = "<title>A</title><h1>A</h1><label>Day <input type=date></label>"
    played = play({"/": page}, _unlooked('fill: textbox "Day"\n        with: tomorrow'))
    assert played.message == (
        "The field was filled with “tomorrow” and holds “”. It takes another form, or hears keys alone: then `type`."
    )
    assert played.result.failure is not None and played.result.failure.nearest == []


def test_an_option_of_a_native_list_is_named_by_the_words_that_its_name_begins_with(
    play: Callable[..., Played],
) -> None:
    options = "<option>Oak</option><option>Pine tree (soft)</option><option>Pineapple</option>"
    page = f"<title>A</title><h1>A</h1><label>Wood <select>{options}</select></label>"
    step = 'choose: combobox "Wood"\n        option: Pine\n        expect: combobox "Wood" [value="Pine tree (soft)"]'
    assert play({"/": page}, _unlooked(step)).statuses == ["done"]
    two = page.replace("Pineapple", "Pine cone")
    assert play({"/": two}, _unlooked(step)).message == "The list has 2 options “Pine”."


def test_what_does_not_fit_is_told_unless_it_may_be_a_secret(play: Callable[..., Played]) -> None:
    step = 'read: heading "A"\n        into: found\n        match: "[0-9]+"'
    assert play({"/": PAGE}, _unlooked(step)).message == "What stands there, “A”, does not fit '[0-9]+'."
    head = (
        "sites:\n  shop: { url: https://shop.example, stand_in: site }\nsecrets: { found: { about: It } }\ntitle: T\n"
    )
    assert play({"/": PAGE}, head + _unlooked(step)).message == "What stands there does not fit '[0-9]+'."


def test_an_answer_is_for_the_dialogs_of_its_own_step(play: Callable[..., Played]) -> None:
    page = """<title>A</title><h1>A</h1><button>Still</button><p id=said></p>
    <input aria-label=Name onkeydown="said.textContent = confirm('Sure?') ? 'Yes' : 'No'">"""
    step = 'click: button "Still"\n        answer: "yes"'
    book = _unlooked(step) + '      - press: textbox "Name"\n        key: Enter\n        expect: text "No"\n'
    played = play({"/": page}, book)
    assert played.statuses == ["done"], played.message


@pytest.mark.parametrize("shown", ["<button>Dana Whitfield</button>", "<button aria-label='Dana Whitfield'></button>"])
def test_evidence_names_who_is_signed_in_where_a_picture_stands_for_them_too(
    play: Callable[..., Played], monkeypatch: pytest.MonkeyPatch, shown: str
) -> None:
    named: list[str | None] = []
    picture = Recorder.picture

    def noted(recorder: Recorder, record: StepRecord, shot: Shot, shows: str, person: str | None) -> None:
        named.append(person)
        picture(recorder, record, shot, shows, person)

    monkeypatch.setattr(Recorder, "picture", noted)
    sites = 'sites:\n  shop: { url: https://shop.example, stand_in: site, signed_in_as: button "Dana Whitfield" }\n'
    play({"/": f"<title>A</title><h1>A</h1>{shown}"}, f"title: T\n{sites}{_book('expect: heading', 'heading')}")
    assert set(named) == {"Dana Whitfield"}
