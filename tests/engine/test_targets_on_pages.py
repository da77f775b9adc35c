"""Targets and conditions on pages: states of the control that is meant, values, seen text, columns, names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from runwright.engine.browser import locate
from runwright.engine.browser.condition_checks import holds
from runwright.engine.browser.dom import shown
from runwright.engine.browser.find_control import find_one
from runwright.engine.browser.launch import launch
from runwright.engine.browser.suggestions import messages
from runwright.engine.site_origins import Sites
from runwright.language.conditions import parse_condition
from runwright.language.target_reader import parse_target


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()


def true(page: Page, line: str) -> bool:
    return holds(parse_condition(line), page, Sites([]), {})


def ids(page: Page, line: str) -> list[str]:
    """The ids of the matches; `find_one`, `count` and `present` must agree with them."""
    target = parse_target(line)
    handles = locate.matches(page, target)
    number, found = find_one(page, target, False)
    assert (number, found is not None) == (len(handles), len(handles) == 1)
    assert locate.count(page, target) == len(handles)
    assert locate.present(page, target) == bool(handles)
    return [str(handle.get_attribute("id")) for handle in handles]


# States

TWO = """<h2>Mail</h2><label><input type=checkbox id=a> Alerts</label><button id=x aria-expanded=false>More</button>
<h2>Chat</h2><label><input type=checkbox id=b checked> Alerts</label><button id=y aria-expanded=true>More</button>
<table><tr><th>Who<th>Mail<th>Chat<tr><td>Ann<td><input type=checkbox id=m><td><input type=checkbox id=c checked>
</table>
<fieldset id=f disabled><legend>Off</legend><input id=i aria-label=Name></fieldset>"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('checkbox [checked] near heading "Mail"', False),
        ('checkbox [unchecked] near heading "Mail"', True),
        ('checkbox "Alerts" [checked] near heading "Chat"', True),
        ('checkbox "Alerts" [nth=1] [checked]', False),
        ('checkbox "Alerts" [checked] [nth=2]', True),
        ('checkbox [checked] before heading "Chat"', False),
        ('checkbox [unchecked] before heading "Chat"', True),
        ('checkbox [checked] column "Mail" in row containing "Ann"', False),
        ('checkbox [checked] column "Chat" in row containing "Ann"', True),
        ('checkbox [checked] in row containing "Ann"', True),
        ('button "More" [expanded] near heading "Mail"', False),
        ('button "More" [collapsed] near heading "Mail"', True),
        ('button "More" [expanded] near heading "Chat"', True),
        ('textbox "Name" [disabled] in group "Off"', True),
        ('textbox "Name" [enabled] near text "Off"', False),
        ("heading [level=1] before checkbox [nth=1]", False),
        ("heading [level=2] before checkbox [nth=1]", True),
        ('no checkbox [checked] near heading "Mail"', True),
        ('checkbox [checked] near heading "Mail" or switch [checked] near heading "Mail"', False),
        ('checkbox "Alerts" [unchecked] or button "More" [collapsed]', True),
        ("count of checkbox is 4", True),
        ("count of checkbox [checked] is 2", True),
        ("count of checkbox is 3", False),
        ('count of button "Less" is 0', True),
    ],
)
def test_a_state_is_tested_on_the_control_that_is_meant(page: Page, line: str, expected: bool) -> None:
    page.set_content(TWO)
    assert true(page, line) is expected


# Places

ROWS = """<div role=group aria-label=First><button id=a1>Edit</button><button id=a2>Edit</button></div>
<div role=group aria-label=Second><button id=b1>Edit</button><button id=b2>Edit</button></div>
<div role=group><p>Third, without a name</p><div role=group><p>Inner part</p><button id=c1>Edit</button></div></div>
<ul><li id=l1>prod-1 <select><option>down<option selected>up</select><li id=l2>prod-2 <b>down</b></ul>
<p><span>Retention</span> <input id=n1> <input id=n2> days</p>"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('button "Edit" in group "Second" [nth=2]', ["b2"]),
        ('button "Edit" [nth=2] in group "Second"', ["b2"]),
        ('button "Edit" in (group [nth=2]) [nth=1]', ["b1"]),
        ('button "Edit" in group [nth=1]', ["a1", "a2"]),
        ('button "Edit" in (button "Edit" [nth=2])', []),
        ('button before (button "Edit" [nth=3])', ["a2"]),
        ('button before group "Second"', ["a2"]),
        ('textbox before text "days"', []),
        ('textbox before text containing "days"', ["n2"]),
        ('textbox near text "Retention"', ["n1"]),
        ('button in group containing "Inner part"', ["c1"]),
        ('button in group containing "Fir"', ["a1", "a2"]),
        ('button in group containing "Nothing"', []),
        ('listitem with_text "down"', ["l2"]),
        ('listitem with_text "prod-1 up"', ["l1"]),
        ('listitem with_text "prod"', ["l1", "l2"]),
        ('listitem with_text "prod" before text "down"', ["l1"]),
    ],
)
def test_a_place_narrows_a_target(page: Page, line: str, expected: list[str]) -> None:
    page.set_content(ROWS)
    assert ids(page, line) == expected


EDITABLE = """<h2>Greeting</h2><div id=e1 contenteditable=true>Hello <b contenteditable>you</b></div>
<h2>Note</h2><div id=e2 contenteditable aria-label=Note></div>
<h2>Code</h2><div id=e3 role=textbox contenteditable></div>
<h2>Off</h2><div contenteditable=false>Fixed</div><div contenteditable hidden>Away</div><input id=e4 aria-label=Last>"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("textbox", ["e1", "e2", "e3", "e4"]),
        ('textbox near heading "Greeting"', ["e1"]),
        ('textbox near heading "Off"', ["e4"]),
        ('textbox "Note"', ["e2"]),
        ('textbox [value containing "Hello"]', ["e1"]),
        ('textbox "Last" [disabled]', []),
    ],
)
def test_editable_text_is_a_text_box(page: Page, line: str, expected: list[str]) -> None:
    page.set_content(EDITABLE)
    assert ids(page, line) == expected


# Values

VALUES = """<style>.away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0 0 0 0) }</style>
<label>Zone <select id=zone><option value=e1>Europe one<option value=e2 selected>Europe&nbsp;two</select></label>
<select aria-label=Days multiple><option selected>Mon<option>Tue<option selected>Wed</select>
<span id=r>Region</span>
<button role=combobox aria-labelledby=r aria-expanded=false>Seoul<span aria-hidden=true>▼</span></button>
<div role=combobox aria-label=Plan tabindex=0>Team ▾</div>
<button aria-haspopup=listbox aria-label=Theme>Dark</button>
<div id=control><div>Tokyo</div><div><input role=combobox aria-label=City></div></div>
<p><span id=t>Tags</span> <b>Ops</b> <b>Dev</b> <input role=combobox aria-labelledby=t></p>
<div><h3>Alone</h3><div><input role=combobox aria-label=Alone></div></div>
<input aria-label=Name value="A&nbsp;b"><textarea aria-label=Note>one
two</textarea><div role=slider tabindex=0 aria-label=Volume aria-valuenow=3 aria-valuetext=Loud></div>
<div role=switch tabindex=0 aria-checked=true aria-label=Night></div><ul><li value=4>Fourth</ul>
<ul role=listbox aria-label=Sizes><li role=option aria-selected=true>S<li role=option>M</ul>
<div role=combobox aria-label=Shift tabindex=0>Late<span class=away>, selected</span></div>
<div><div role=list id=chips><div>Dev<button aria-label=Remove>×</button></div><div>Sales<button>×</button></div></div>
<input role=combobox aria-label=Teams aria-describedby=chips></div>
<div><div role=button class=chip>Red <svg width=9 height=9></svg></div><div role=button class="chip on">Blue
<svg width=9 height=9></svg></div><input role=combobox aria-label=Colours><button>Open</button>
<fieldset aria-hidden=true></fieldset></div>
<div><span class=name>Server</span><span class=note>42</span><input role=combobox aria-label=Host></div>
<div><div>East</div><div>West</div><input role=combobox aria-label=Parts value="2 chosen" style="opacity: 0"></div>
<div role=combobox aria-label=Levels tabindex=0><div><span class=tag>Low</span><span class=tag>High</span></div></div>
<span role=spinbutton tabindex=0 aria-label=Month aria-valuenow=12 aria-valuetext=December>12</span>"""


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('combobox "Zone"', "Europe two"),
        ('listbox "Days"', "Mon, Wed"),
        ('combobox "Region"', "Seoul"),
        ('combobox "Plan"', "Team"),
        ('button "Theme"', "Dark"),
        ('combobox "City"', "Tokyo"),
        ('combobox "Tags"', "Ops Dev"),
        ('combobox "Alone"', ""),
        ('textbox "Name"', "A b"),
        ('textbox "Note"', "one two"),
        ('slider "Volume"', "Loud"),
        ('switch "Night"', "on"),
        ("listitem", "Fourth"),
        ('listbox "Sizes"', "S"),
        ('combobox "Shift"', "Late"),
        ('combobox "Teams"', "Dev, Sales"),
        ('combobox "Colours"', "Red, Blue"),
        ('combobox "Host"', "Server42"),
        ('combobox "Parts"', "East, West"),
        ('combobox "Levels"', "Low, High"),
        ('spinbutton "Month"', "12"),
    ],
)
def test_a_value_is_what_a_person_reads(page: Page, line: str, value: str) -> None:
    page.set_content(VALUES)
    (control,) = locate.matches(page, parse_target(line))
    assert " ".join(shown(control).split()) == value
    assert true(page, f'{line} [value="{value}"]')
    assert not true(page, f'{line} [value!="{value}"]')
    assert not true(page, f'{line} [value="{value}x"]')


@pytest.mark.parametrize("test", ['containing "rope"', 'starting "Europe t"', "/two$/", '!="Europe one"', '!="e2"'])
def test_a_value_is_compared_in_several_ways(page: Page, test: str) -> None:
    page.set_content(VALUES)
    assert true(page, f'combobox "Zone" [value{"" if test[0] == "!" else " "}{test}]')
    assert not true(page, 'combobox "Zone" [value containing "three"]')
    assert not true(page, "combobox [value /^two/]")


# Text that is seen

HIDDEN = {
    "clipped to a pixel": "<p style='position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)'>Done",
    "clipped by a path": "<p style='clip-path: inset(50%)'>Done",
    "without opacity": "<div style='opacity: 0'><p>Done",
    "of a transparent colour": "<p style='color: transparent'>Done",
    "left of the page": "<p style='position: absolute; left: -9999px'>Done",
    "indented away": "<p style='text-indent: -9999px; overflow: hidden'>Done",
    "of a closed list": "<select><option>Open<option>Done</select>",
    "of a list of one pixel": (
        "<select multiple style='position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0);border:0'>"
        "<option>Done</select>"
    ),
    "in closed details": "<details><summary>More</summary><p>Done</details>",
    "in a box without a height": "<div style='height: 0; overflow: hidden'><p>Done",
    "not displayed": "<p hidden>Done",
    "invisible": "<p style='visibility: hidden'>Done",
}
SEEN = {
    "plain": "<p>Done",
    "below the window": "<p style='margin-top: 3000px'>Done",
    "in a box that scrolls": "<div style='height: 50px; overflow: auto'><p style='margin-top: 400px'>Done",
    "in a positioned box out of a small one": (
        "<div style='height: 0; overflow: hidden'><p style='position: absolute'>Done</div>"
    ),
    "painted by a gradient": (
        "<p style='color: transparent; background: linear-gradient(red, blue); background-clip: text'>Done"
    ),
    "of a button": "<input type=submit value=Done>",
    "of an open list": "<select size=2><option>Done<option>Open</select>",
    "in open details": "<details open><summary>More</summary><p>Done</details>",
    "in a shadow root": "<div><template shadowrootmode=open><p>Done</p></template></div>",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_text_that_nobody_sees_is_not_there(page: Page, how: str) -> None:
    page.goto(f"data:text/html,<!doctype html><meta charset=utf-8><p>Start</p>{HIDDEN[how]}")
    assert not true(page, 'text "Done"')
    assert true(page, 'no text containing "one"')
    assert ids(page, 'text "Start"') == ["None"]


@pytest.mark.parametrize("how", SEEN)
def test_text_that_a_person_sees_or_can_scroll_to_is_there(page: Page, how: str) -> None:
    page.goto(f"data:text/html,<!doctype html><meta charset=utf-8><p>Start</p>{SEEN[how]}")
    assert true(page, 'text "Done"')


def test_messages_that_nobody_sees_are_not_reported(page: Page) -> None:
    page.set_content(f"<p role=alert>Too long</p><div role=status>{HIDDEN['clipped to a pixel']}</div>")
    assert messages(page) == ["Too long"]


# Columns

BOX = "<input type=checkbox id={}>"
GRIDS = {
    "grips in the head": """<style>[role=row] { display: flex } [role=row] > * { width: 100px }
i { width: 20px!important }</style>
<div role=grid><div role=row><b role=columnheader>Event</b><i></i><b role=columnheader>Mail</b><i></i>
<b role=columnheader>Chat</b><i></i></div>
<div role=row><span role=gridcell>Crash</span><span role=gridcell>{m}</span><span role=gridcell>{c}</span></div>
</div>""",
    "a handle before the first cell": """<div role=table><div role=row><span role=columnheader>Event</span>
<span role=columnheader>Mail</span><span role=columnheader>Chat</span></div><div role=row><span>⠿</span>
<span role=cell>Crash</span><span role=cell>{m}</span><span role=cell>{c}</span></div></div>""",
    "cells in wrappers": """<div role=grid><div role=row><span role=columnheader>Event</span><div>
<span role=columnheader>Mail</span><span role=columnheader>Chat</span></div></div><div role=row><div>
<span role=gridcell>Crash</span></div><div><span role=gridcell>{m}</span><span role=gridcell>{c}</span></div></div>
</div>""",
    "some of the columns, numbered": """<div role=grid aria-colcount=9><div role=row>
<span role=columnheader aria-colindex=1>Event</span><span role=columnheader aria-colindex=4>Mail</span>
<span role=columnheader aria-colindex=5>Chat</span></div><div role=row><span role=gridcell aria-colindex=1>Crash</span>
<span role=gridcell aria-colindex=3></span><span role=gridcell aria-colindex=4>{m}</span>
<span role=gridcell aria-colindex=5>{c}</span></div></div>""",
    "merged cells": """<table><tr><th rowspan=2>Event<th colspan=2>Alerts<tr><th>Mail<th>Chat
<tr><td>Crash<td>{m}<td>{c}</table>""",
    "a fixed head in a second table": """<style>td, th { width: 120px; padding: 0; text-align: left }</style>
<div><div><table><tr><th>Event<th>Mail ▲<th>Chat *</table></div>
<div><table><tr><td>Crash<td>{m}<td>{c}</table></div></div>""",
    "elements without a role": """<style>.line { display: grid; grid-template-columns: 150px 80px 80px }</style>
<section><div class=line><span>Event</span><span>Mail</span><span>Chat</span></div>
<div class=line role=row><span>Crash</span><span>{m}</span><span>{c}</span></div></section>
<section><div class=line><span>Other</span><span>Chat</span><span>Mail</span></div></section>""",
}


@pytest.mark.parametrize("how", GRIDS)
def test_a_column_is_what_a_person_sees_as_one(page: Page, how: str) -> None:
    page.set_content(GRIDS[how].replace("{m}", BOX.format("m")).replace("{c}", BOX.format("c")))
    assert ids(page, 'checkbox column "Mail" in row containing "Crash"') == ["m"]
    assert ids(page, 'checkbox in row containing "Crash" column "Chat"') == ["c"]
    assert ids(page, 'checkbox column "Pager" in row containing "Crash"') == []
    assert ids(page, 'checkbox column "Event"') == []


def test_a_table_with_heads_of_its_own_has_no_column_of_another(page: Page) -> None:
    heads = "<table><thead><tr><th>Event<th>{}</thead><tr><td>Crash<td>{}</table>"
    page.set_content(heads.format("Mail", BOX.format("m")) + heads.format("Chat", BOX.format("c")))
    assert ids(page, 'checkbox column "Mail"') == ["m"]


# Names

NAMES = """<style>.must::after { content: " *" } .first::before { content: "* " }</style>
<label class=must>Plain name <input id=css></label><label>Owner<span> *</span> <input id=span></label>
<label class=first>Billing mail <input id=first></label><label><b>*</b> Street <input id=star></label>
<button id=arrow>Region ▾</button><button id=icon>\ue9a1 Add\u2009key</button><button id=dash>Set\u00adtings</button>
<button id=zero>Re\u200bload</button><h2 id=head>Don’t\u00a0stop ✓</h2>
<p id=text>All\u202fgood\u00a0here</p><button id=emoji>🚀 Launch</button>"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('textbox "Plain name"', "css"),
        ('textbox "Plain name *"', "css"),
        ('textbox "Owner"', "span"),
        ('textbox "Billing mail"', "first"),
        ('textbox "Street"', "star"),
        ('button "Region"', "arrow"),
        ('button "Region ▾"', "arrow"),
        ('button "Add key"', "icon"),
        ('button "Settings"', "dash"),
        ('button starting "Set"', "dash"),
        ('button containing "tin"', "dash"),
        ('button "Reload"', "zero"),
        ('heading "Don\'t stop"', "head"),
        ('text "All good here"', "text"),
        ('button "🚀 Launch"', "emoji"),
    ],
)
def test_marks_icons_and_kinds_of_blanks_make_no_difference(page: Page, line: str, expected: str) -> None:
    page.set_content(NAMES)
    assert ids(page, line) == [expected]


def test_an_emoji_is_part_of_a_name(page: Page) -> None:
    page.set_content(NAMES)
    assert ids(page, 'button "Launch"') == []
