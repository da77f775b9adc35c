"""Every verb acts on a control of a page that is redrawn every 600 ms, that pulses, or that is covered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.site_pages import Played

Play = Callable[..., Played]
HEAD = """<title>People</title><h1>People</h1><p id=done></p><script>
const say = (text) => { done.textContent = text; };</script>""".replace("\n", "")
ROWS: dict[str, tuple[str, str, str]] = {
    "click": ("<button onclick='say(\"ok\")'>Act</button>", 'click: button "Act" in row containing "Bob"', "ok"),
    "double_click": ("<b ondblclick='say(\"ok\")'>Act</b>", 'double_click: text "Act" in row containing "Bob"', "ok"),
    "right_click": (
        "<button oncontextmenu='say(\"ok\")'>Act</button>",
        'right_click: button "Act" in row containing "Bob"',
        "ok",
    ),
    "hover": ("<button onmouseover='say(\"ok\")'>Act</button>", 'hover: button "Act" in row containing "Bob"', "ok"),
    "set": (
        "<input type=checkbox aria-label=Active onchange='active = this.checked; say(\"ok\")' STATE>",
        'set: checkbox "Active" in row containing "Bob"\n        to: on',
        "ok",
    ),
    "fill": (
        "<input aria-label=Role oninput='role = this.value; say(role)' VALUE>",
        'fill: textbox "Role" in row containing "Bob"\n        with: Owner',
        "Owner",
    ),
    "type": (
        "<input aria-label=Role oninput='role = this.value; say(role)' VALUE>",
        'type: textbox "Role" in row containing "Bob"\n        with: A',
        "A",
    ),
    "press": (
        "<input aria-label=Role onkeydown='say(event.key)'>",
        'press: textbox "Role" in row containing "Bob"\n        key: Enter',
        "Enter",
    ),
    "choose": (
        "<select aria-label=Role onchange='role = this.value; say(role)'><option>Member<option CHOSEN>Owner</select>",
        'choose: combobox "Role" in row containing "Bob"\n        option: Owner',
        "Owner",
    ),
    "upload": (
        "<button onclick='file.click()'>Act</button>",
        'upload: button "Act" in row containing "Bob"\n        files: book.yaml',
        "book.yaml",
    ),
    "download": (
        "<a href='data:text/csv,a' download=a.csv onclick='say(\"ok\")'>Act</a>",
        'download: link "Act" in row containing "Bob"',
        "ok",
    ),
}
DRAWN = """<input type=file id=file hidden onchange="say(this.files[0].name)"><table id=rows></table><script>
let active = false, role = '';
const draw = () => { rows.innerHTML = ['Ann', 'Bob'].map((who) => `<tr><td>${who}<td>${CONTROL
  .replace('STATE', active && who === 'Bob' ? 'checked' : '').replace('VALUE', who === 'Bob' ? `value="${role}"` : '')
  .replace('CHOSEN', role === 'Owner' && who === 'Bob' ? 'selected' : '')}`).join(''); };
const CONTROL = `%s`;
// nobody could type on a page that replaces the field with the focus
const typing = () => document.activeElement.matches('#rows input:not([type=checkbox])');
draw(); setInterval(() => typing() || draw(), 600);</script>"""
PULSES = """<input type=file id=file hidden onchange="say(this.files[0].name)">
<style>@keyframes pulse { 50%% { transform: translateX(9px) scale(1.2) } } td :is(button, a, b, input) {
 display: inline-block; animation: pulse .5s infinite; margin: 30px }</style>
<script>let active, role;</script><table><tr><td>Bob<td>%s</table>"""


def _book(step: str, said: str) -> str:
    return f"""
sections:
  - name: S
    open: shop /
    steps:
      - {step}
      - expect: text "{said}"
"""


@pytest.mark.quick(3)
@pytest.mark.parametrize("verb", ROWS)
@pytest.mark.parametrize("page", ["redrawn", "pulsing"])
def test_the_verb_acts_on_a_moving_page(play: Play, page: str, verb: str) -> None:
    control, step, said = ROWS[verb]
    body = (DRAWN if page == "redrawn" else PULSES) % control
    played = play({"/": HEAD + body}, _book(step, said))
    assert played.result.exit == 0, played.message


COVER = """<div id=cover role=dialog aria-label=Tour style="position: fixed; inset: 0; background: #fff8">
<button onclick="cover.remove()">Not now</button></div>"""
COVERED = {verb: ROWS[verb] for verb in ("click", "double_click", "right_click", "hover", "upload", "download")}


@pytest.mark.quick(2)
@pytest.mark.parametrize("verb", COVERED)
def test_what_lies_over_the_control_is_named_with_lines_that_get_it_out_of_the_way(play: Play, verb: str) -> None:
    control, step, said = ROWS[verb]
    body = HEAD + (PULSES.replace("animation", "x") % control) + COVER
    played = play({"/": body}, _book(f"{step}\n        timeout: 1s", said))
    assert played.result.failure is not None
    assert 'intercepted by dialog "Tour"' in played.message
    lines = played.result.failure.nearest
    pasted = play({"/": body}, "\n".join(lines) + _book(step, said))
    assert pasted.result.exit == 0, pasted.message
    assert Path(pasted.result.folder).is_dir()
