"""What a page offers: roles, names and states are Playwright's, lists keep their options, and readings are kept up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from support.simulator_walk import PAGE_STATES, PageState, visit_page
from support.site_pages import Played

from runwright.engine.browser import locate, snapshot
from runwright.engine.browser.find_control import find_one
from runwright.engine.browser.snapshot import CONTROLS, PageReader
from runwright.engine.errors import Candidate
from runwright.evidence.event_parts import OfferedOptions
from runwright.evidence.journal import read
from runwright.evidence.offered_lists import offered_at_steps
from runwright.language.target_reader import parse_target
from runwright.language.targets import named

CONTROL_PAGES = sorted((Path(__file__).parents[1] / "controls" / "pages").glob("*.html"))
_LINE = re.compile(
    r"^\s*- (?P<quote>'?)(?P<role>[a-z]+)"
    r"(?: (?P<name>\"(?:[^\"\\]|\\.)*\"|/.*?/))?(?P<marks>(?: \[[^\]]*\])*)(?P=quote)"
)
AWKWARD = """<style>.sr::before { content: "New "; } .box { display: contents } [hidden] { display: none }</style>
<h1>Zone<!-- --> <b>one</b></h1><h2 aria-level="4">Two</h2><div role="heading" aria-level="3">Three</div>
<button class="sr">item</button><button><svg viewBox="0 0 1 1"><title>Bin</title></svg></button>
<button aria-labelledby="a b">x</button><span id="a">Alpha</span><span id="b" hidden>Beta</span>
<a href="#i"><span title="Choose a day"></span></a>
<button><b>Help <i title="with it"> </i></b><i title="Now"></i></button>
<a href="#j"><span title="Unread">Mail</span></a><button title="Outer"><i title="Inner"></i></button>
<button aria-label="  ">Own text</button><button title="Only a title"></button><button disabled>Off</button>
<fieldset disabled><legend>Group <button>In legend</button></legend><input aria-label="Inside"></fieldset>
<label for="box">Every <input value="5" size="2"> days</label><input type="checkbox" id="box" checked>
<label for="z">Zone <em>two</em></label><select id="z"><option>North<option selected>South</select>
<input placeholder="Placeholder"><input type="number" placeholder="A number"><input title="Title" placeholder="P">
<input type="submit"><input type="reset" value="Undo"><input type="image" alt="Go"><input type="file">
<input type="search" aria-label="Find"><input type="range" aria-label="Level"><input type="date" aria-label="Day">
<textarea aria-label="Notes" aria-invalid="true"></textarea><input type="hidden" value="x">
<div class="box"><button>In contents</button></div><div style="visibility:hidden"><button>Unseen</button></div>
<div aria-hidden="true"><button>Hidden</button></div>
<div role="switch" aria-checked="true" tabindex="0">Mail</div><div role="checkbox" aria-checked="mixed">Some</div>
<button aria-pressed="true">Bold</button><button aria-expanded="true">More</button>
<div role="tab" aria-selected="true">T</div>
<ul role="none"><li><a href="#">Link <img src="" alt="picture"></a></li></ul><img alt=""><img alt="Logo" src="">
<table><tr><th>Name<th>On<tr><td>Ann<td><input type="checkbox" aria-label="On: Ann"></table>
<table role="presentation"><tr><td>Layout<td><button>Lay</button></table>
<div role="dialog" aria-labelledby="t"><h2 id="t">Really?</h2><button>Yes</button></div>
<div role="alert">Mind the gap</div><output>Ready</output><div role="presentation" tabindex="0">Focus</div>
<div role="listbox" aria-label="Fruit"><div role="option" aria-selected="true">Pear</div></div>
<div role="combobox" aria-label="Pick" aria-expanded="false">Value</div>
<details><summary>S</summary><button>D</button></details>
<div id="host"></div><script>
document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<button>In shadow <slot></slot></button>';
</script>"""


@pytest.fixture
def page(shared_browser: Callable[[], Browser]) -> Iterator[Page]:
    context = shared_browser().new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def playwrights(page: Page) -> list[tuple[str, str, tuple[str, ...]]]:
    """Role, name and states of each control, as Playwright's snapshot of the page lists them, without frames."""
    found = []
    for line in page.aria_snapshot().splitlines():
        parts = _LINE.match(line)
        if parts is None or parts["role"] not in CONTROLS - {"option", "iframe"}:
            continue
        name = (parts["name"] or '""')[1:-1]
        name = name.replace("''", "'") if parts["quote"] else name
        marks = re.findall(r"\[([^\]]*)\]", parts["marks"])
        states = tuple(mark for mark in marks if not mark.startswith(("ref", "cursor", "active")))
        found.append((parts["role"], name.replace('\\"', '"').replace("\\\\", "\\"), states))
    return found


def ours(there: list[Candidate]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (each.role, each.name, each.states)
        for each in there
        if each.frame is None and each.role not in ("option", "iframe")
    ]


@pytest.mark.parametrize("path", CONTROL_PAGES, ids=lambda path: path.stem)
def test_roles_names_and_states_are_playwrights(page: Page, path: Path) -> None:
    page.set_content(f"<!doctype html>{path.read_text('utf-8')}")
    page.evaluate("for (const one of document.querySelectorAll('[contenteditable]:not([role])')) one.remove()")
    assert ours(snapshot.offered(page)) == playwrights(page)


def test_roles_names_and_states_of_awkward_markup_are_playwrights(page: Page) -> None:
    page.set_content(f"<!doctype html>{AWKWARD}")
    found = playwrights(page)
    assert len(found) > 45, "the snapshot does not hold what the page is about"
    assert ours(snapshot.offered(page)) == found


@pytest.mark.quick(3)
@pytest.mark.parametrize("state", PAGE_STATES[::4], ids=lambda state: state.name)
def test_roles_names_and_states_on_pages_of_the_simulators_are_playwrights(
    shared_browser: Callable[[], Browser], state: PageState
) -> None:
    with visit_page(shared_browser(), state) as visit:
        assert ours(snapshot.offered(visit.page)) == playwrights(visit.page)


CHANGES = {
    "a text in a name": "document.querySelector('button').firstChild.data = 'other'",
    "a label": "document.querySelector('label[for=z] em').textContent = 'nine'",
    "what a label refers to": "document.querySelector('#a').textContent = 'Gamma'",
    "an attribute": "document.querySelector('[title=Title]').title = 'New title'",
    "a class of something above": (
        "document.styleSheets[0].insertRule('.x h1 b { display: none }'), document.body.classList.add('x')"
    ),
    "a class of something before": (
        "document.styleSheets[0].insertRule('.y ~ h2 { display: none }');"
        "document.querySelector('h1').classList.add('y')"
    ),
    "a new control": "document.querySelector('h1').insertAdjacentHTML('afterend', '<button>Fresh</button>')",
    "a control that is gone": "document.querySelector('[role=switch]').remove()",
    "an id": "document.querySelector('#b').id = 'c'",
    "a new label": "document.body.insertAdjacentHTML('beforeend', '<label for=late>Late</label><input id=late>')",
    "a value inside a name": "document.querySelector('label input').value = '7'",
    "a property": (
        "document.querySelector('[type=checkbox]').checked = false, document.querySelector('fieldset').disabled = false"
    ),
    "a chosen option": "document.querySelector('select').selectedIndex = 0",
    "a text in a shadow root": (
        "document.querySelector('#host').shadowRoot.querySelector('button').firstChild.data = 'deep '"
    ),
    "a role": "document.querySelector('[role=tab]').setAttribute('role', 'radio')",
    "what was hidden": "document.querySelector('[aria-hidden]').removeAttribute('aria-hidden')",
    "the whole page": "document.body.innerHTML = '<h1>Nothing</h1>'",
    "a rule that nothing on the page announces": (
        "document.styleSheets[0].insertRule('h1 b { display: none }');"
        "document.styleSheets[0].insertRule('h2::after { content: \\' late\\' }')"
    ),
    "an adopted sheet": (
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('.sr::before { content: \\'Old \\' }');"
        "document.adoptedStyleSheets = [sheet]"
    ),
    "what is hidden by an adopted sheet": (
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('[role=tab] { visibility: hidden }');"
        "document.adoptedStyleSheets = [sheet]"
    ),
    "a sheet that is off": "document.styleSheets[0].disabled = true",
    "the focus": (
        "document.styleSheets[0].insertRule('[title=Title]:focus ~ [role=tab]::before { content: \\'On \\' }');"
        "document.querySelector('[title=Title]').focus()"
    ),
    "what is checked": (
        "document.styleSheets[0].insertRule('#box:not(:checked) ~ [role=tab]::before { content: \\'Off \\' }');"
        "document.querySelector('#box').checked = false"
    ),
    "a label that is hidden": "document.styleSheets[0].insertRule('label[for=z] em { display: none }')",
    "a label that is for something else": "document.querySelector('label[for=z]').htmlFor = 'box'",
    "what a label referred to": "document.querySelector('#a').remove()",
    "an option by its property": "document.querySelector('select').options[0].selected = true",
    "a group that is off": "document.querySelector('[role=dialog]').setAttribute('aria-disabled', 'true')",
    "many things": "for (const one of document.querySelectorAll('*')) one.setAttribute('data-x', '1'), one.normalize()",
}


@pytest.mark.quick(15)
@pytest.mark.parametrize("what", CHANGES)
def test_a_second_reading_is_what_a_first_one_would_be(page: Page, what: str) -> None:
    page.set_content(f"<!doctype html>{AWKWARD}")
    reader = PageReader()
    before = reader.read(page)
    page.evaluate(f"() => {{ {CHANGES[what]} }}")
    again = reader.read(page)
    assert ours(again) == playwrights(page)
    assert again == PageReader().read(page)
    assert (again != before) == (what != "many things")


def test_a_pointer_changes_what_is_offered_without_a_mutation(page: Page) -> None:
    page.set_content(
        "<style>p button { visibility: hidden } p:hover button { visibility: visible }"
        "p:hover ~ a::after { content: ' now' }</style><p>Row <button>Edit</button></p><a href=#>Go</a>"
    )
    reader = PageReader()
    assert ours(reader.read(page)) == [("link", "Go", ())]
    page.locator("p").hover(position={"x": 5, "y": 5})
    assert ours(reader.read(page)) == playwrights(page) == [("button", "Edit", ()), ("link", "Go now", ())]


def test_a_shadow_root_that_comes_without_a_mutation_is_read(page: Page) -> None:
    page.set_content("<div></div><button>First</button>")
    reader = PageReader()
    assert ours(reader.read(page)) == [("button", "First", ())]
    page.evaluate("document.querySelector('div').attachShadow({ mode: 'open' }).innerHTML = '<button>Deep</button>'")
    assert ours(reader.read(page)) == playwrights(page) == [("button", "Deep", ()), ("button", "First", ())]


def test_editable_text_is_a_text_box_with_the_name_that_finds_it(page: Page) -> None:
    page.set_content("<p id=l>Notes</p><div contenteditable aria-labelledby=l>x</div><div contenteditable>y</div>")
    found = [(each.role, each.name) for each in snapshot.offered(page)]
    assert found == [("textbox", "Notes"), ("textbox", "")]
    assert locate.count(page, parse_target('textbox "Notes"')) == 1 and locate.count(page, parse_target("textbox")) == 2


def test_names_of_labelled_fields_are_computed_once(page: Page) -> None:
    fields = "".join(f"<label>Field {n} <input></label>" for n in range(2_000))
    page.set_content(f"<output>0</output>{fields}")
    page.evaluate(
        "() => { const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'labels');"
        "window.asked = 0; window.checked = 0;"
        "Object.defineProperty(HTMLInputElement.prototype, 'labels',"
        " { get() { window.asked += 1; return own.get.call(this); } });"
        "const known = Element.prototype.getAttribute;"
        "Element.prototype.getAttribute = function (name) { window.checked += 1; return known.call(this, name); }; }"
    )
    reader = PageReader()
    assert len(reader.read(page)) == 2_001
    page.evaluate("window.checked = 0; document.querySelector('output').textContent = '1'")
    assert len(reader.read(page)) == 2_001
    assert page.evaluate("window.asked") == 0, "the browser looks through the page for the labels of each field"
    assert page.evaluate("window.checked") < 200, "names that did not change are computed again"


def test_what_is_unchanged_is_not_sent_again(page: Page) -> None:
    page.set_content(f"<!doctype html>{AWKWARD}")
    reader = PageReader()
    before = reader.read(page)
    page.evaluate(
        "document.querySelector('[role=alert]').textContent = 'Gone'; document.querySelector('[title]').title = 'T'"
    )
    again = reader.read(page)
    assert len(again) == len(before)
    assert sum(one is other for one, other in zip(before, again, strict=True)) > len(before) / 3


def test_controls_of_frames_stand_behind_their_frame(page: Page) -> None:
    inner = "<h1>Inner</h1><iframe title=Deep srcdoc='<button>Deepest</button>'></iframe>".replace("'", "&#39;")
    page.set_content(
        f"<button>Before</button><iframe hidden srcdoc='<button>Never</button>'></iframe>"
        f"<iframe title=Top srcdoc='{inner}'></iframe><button>After</button>"
    )
    page.frame_locator("[title=Top]").frame_locator("iframe").get_by_role("button").wait_for()
    found = [(each.role, each.name, each.frame) for each in snapshot.offered(page)]
    assert found == [
        ("button", "Before", None),
        ("iframe", "Top", None),
        ("heading", "Inner", 0),
        ("iframe", "Deep", 0),
        ("button", "Deepest", 0),
        ("button", "After", None),
    ]


def test_a_control_that_is_visible_in_what_is_not_is_found_as_its_role_finds_it(page: Page) -> None:
    yes = "<button style='visibility:visible'>Yes</button>"
    page.set_content(f"<div style='visibility:hidden'><button>No</button>{yes}</div>")
    assert [each.name for each in snapshot.offered(page)] == page.get_by_role("button").all_inner_texts() == ["Yes"]


def test_options_are_part_of_their_list(page: Page) -> None:
    cities = "".join(f"<option>City {n}</option>" for n in range(300))
    page.set_content(
        f"<label>City <select>{cities}</select></label>"
        "<label>Zone <select><option>North<option selected>South</select></label>"
        "<div role=listbox aria-label=Tags><div role=option aria-selected=true>Ops</div><div role=option>QA</div></div>"
    )
    target = parse_target('combobox "City"')
    city, zone, tags = PageReader().read(page, target, ["city 217"])
    assert city.options is not None and city.options.count == 300 and city.options.chosen == ("City 0",)
    assert city.options.nearest[0] == "City 217" and len(city.options.nearest) == 5
    assert zone.options == OfferedOptions(2, ("South",), ("North", "South"))
    assert tags.options == OfferedOptions(2, ("Ops",), ("Ops", "QA"))
    other = PageReader().read(page, parse_target('combobox "Zone"'), ["City 217"])
    assert other[0].options == OfferedOptions(300, ("City 0",)), "another list is meant"


def test_a_control_without_a_name_has_the_label_that_a_person_reads(page: Page) -> None:
    page.set_content(
        "<p>Contact: <input></p><table><tr><td>Port<td><input type=number></table>"
        "<div role=dialog><p>Delete the key?</p><button>Yes</button></div><div role=dialog aria-label=Named>x</div>"
    )
    found = {(each.role, each.name): each.label for each in snapshot.offered(page)}
    labels = [each.label for each in snapshot.offered(page) if not each.name]
    assert labels == ["Contact:", "Port", "Delete the key?"]
    assert found["button", "Yes"] == found["dialog", "Named"] == ""


def test_a_field_has_its_placeholder_and_a_radio_button_the_question_of_its_group(page: Page) -> None:
    page.set_content(
        "<input aria-label='Narrow the list down' placeholder=Filter><input placeholder=Search>"
        "<div><label>Sign in:</label><div><div><label><input type=radio name=a>With a word</label></div>"
        "<div><label><input type=radio name=a>Without</label></div></div></div>"
        "<fieldset><legend>Colour</legend><label><input type=radio name=b>Red</label></fieldset>"
        "<label><input type=radio name=c>Alone</label>"
    )
    assert {each.name: each.label for each in snapshot.offered(page) if each.role in ("textbox", "radio")} == {
        "Narrow the list down": "Filter",
        "Search": "",
        "With a word": "Sign in:",
        "Without": "Sign in:",
        "Red": "Colour",
        "Alone": "",
    }


def test_the_text_of_another_control_is_no_label(page: Page) -> None:
    page.set_content(
        "<p>Address</p><button>Add</button><input><div><label>Name <input></label></div><div><input></div>"
        "<span>Port</span> <a href='#'>Help</a> <input>"
    )
    fields = [(each.name, each.label) for each in snapshot.offered(page) if each.role == "textbox"]
    assert fields == [("", "Address"), ("Name", ""), ("", "Address"), ("", "Port")]


def test_the_journal_holds_what_changed_and_gives_every_list_complete(play: Callable[..., Played]) -> None:
    rows = "".join(f"<tr><td>Host {n}<td><button>Edit</button>" for n in range(600))
    page = (
        f"<title>A</title><h1>A</h1><label>Name <input></label>"
        f"<button onclick=\"this.textContent = 'Done'\">Go</button>"
        f"<table>{rows}</table>"
    )
    book = """
sections:
  - name: S
    open: shop /
    ready: heading "A"
    steps:
      - fill: textbox "Name"
        with: x
      - click: button "Go"
      - click: button "Edit" in row containing "Host 599"
      - expect: button "Done"
"""
    played = play({"/": page}, book)
    assert played.statuses == ["unchanged"], played.message
    events = read(played.result.folder / "events.jsonl")
    lists = offered_at_steps(events)
    steps = {event["step"]: event for event in played.events("step")}
    filled, clicked, edited, expected = (each for each in steps.values() if each["part"] == "steps")
    assert len(lists[filled["step"]]) > 1200
    assert next(each.name for each in lists[edited["step"]] if each.role == "button") == "Done"
    assert clicked["offered"] == [] and len(edited["offered"]) == 1 and len(expected["offered"]) <= 1
    assert (filled["fits"], clicked["fits"], edited["fits"], expected["fits"]) == (1, 1, 600, None)


def test_a_list_that_is_not_complete_says_so(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    page.set_content("".join(f"<button>Button {n}</button>" for n in range(30)))
    reader = PageReader()
    assert len(reader.read(page)) == 30 and reader.incomplete is None
    monkeypatch.setattr(snapshot, "MOST", 20)
    assert len(reader.read(page)) == 20 and reader.incomplete == "10 more controls are left out."
    monkeypatch.setattr(snapshot, "READING", -1)
    other = PageReader()
    page.reload()
    page.set_content("<button>One</button>")
    assert other.read(page) == [] and other.incomplete is not None and "1 elements were not read" in other.incomplete
    monkeypatch.setattr(snapshot, "READING", 3_000)
    assert len(other.read(page)) == 1 and other.incomplete is None


@pytest.mark.parametrize("path", CONTROL_PAGES[::3], ids=lambda path: path.stem)
def test_the_control_that_a_reading_singles_out_is_what_its_target_means(page: Page, path: Path) -> None:
    page.set_content(f"<!doctype html>{path.read_text('utf-8')}")
    reader = PageReader()
    there = dict.fromkeys((each.role, each.name) for each in reader.read(page) if each.name)
    singled = 0
    for role, name in list(there)[:25]:
        target = named(role, name)
        reader.read(page, target)
        if reader.singled:
            singled += 1
            _, found = find_one(page, target, False, singled=True)
            (control,) = locate.matches(page, target)
            assert found is not None and found[0].evaluate("(one, other) => one === other", control), target
    assert singled


def test_a_control_is_looked_for_again_where_the_page_changed_after_the_reading(page: Page) -> None:
    page.set_content("<button>Save</button>")
    reader, target = PageReader(), parse_target('button "Save"')
    reader.read(page, target)
    assert reader.singled
    page.evaluate("document.body.append(document.querySelector('button').cloneNode(true))")
    assert find_one(page, target, False, singled=True)[0] == 2
    reader.read(page, target)
    assert not reader.singled
