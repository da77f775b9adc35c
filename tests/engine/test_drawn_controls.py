"""Lists, buttons and rows that pages draw: chosen, clicked and dragged as a person does it, and read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import anyio.from_thread
import pytest
from starlette.requests import Request
from starlette.responses import Response
from support.site_pages import Played, Site

Play = Callable[..., Played]
HEAD = """name: Shop
sites:
  shop: { url: https://shop.example, simulator: site }
sections:
  - name: Do it
    open: shop /
    ready: heading "Main"
    always_run: the site records it
    steps:
"""
SAVE = '      - click: button "Save"\n        changes: true\n'
TOP = """<title>Shop</title><h1>Main</h1><script>
const save = (value) => fetch('/save', { method: 'POST', body: JSON.stringify(value) });
</script>"""


def saved(request: Request, site: Site) -> Response:
    site.kept.setdefault("saved", []).append(anyio.from_thread.run(request.body).decode())
    return Response("{}")


def run(play: Play, page: str, steps: str) -> tuple[Played, list[str]]:
    played = play({"/": TOP + page, "/save": saved}, HEAD + steps)
    return played, list(played.site.kept.get("saved", []))


def choose(*options: str, name: str = "Region") -> str:
    return "".join(f'      - choose: combobox "{name}"\n        option: {each}\n' for each in options)


# Lists

SEVERAL = """<main id=page><span id=l>Region</span>
<span id=box role=combobox tabindex=0 aria-labelledby=l aria-controls=list
 aria-expanded=false>none</span><button onclick="save(chosen)">Save</button></main>
<ul id=list role=listbox aria-multiselectable=true tabindex=-1 hidden>
<li role=option>East<li role=option>West</ul><script>
let chosen = [];
const open = (is) => { list.hidden = !is; box.setAttribute('aria-expanded', is); page.inert = is;
 if (is) list.focus(); };
box.onclick = () => open(true);
list.onkeydown = (e) => { if (e.key === 'Escape') open(false); };
list.onclick = (e) => { const one = e.target.textContent.trim();
  chosen = chosen.includes(one) ? chosen.filter((each) => each !== one) : [...chosen, one];
  box.textContent = SHOWN; for (const o of list.children) o.ariaSelected = chosen.includes(o.textContent.trim()); };
</script>"""
TAGS = """<p><span id=l>Region</span> <span id=tags></span>
<input id=box role=combobox aria-labelledby=l aria-expanded=false
 aria-controls=list><ul id=list role=listbox hidden></ul><p><button onclick="save(chosen)">Save</button><script>
const all = ['East', 'North', 'West']; let chosen = ['East', 'West'];
const draw = () => { tags.innerHTML = chosen.map((c) => `<b>${c}</b> `).join('');
  list.innerHTML = all.filter((a) => !chosen.includes(a) && a.startsWith(box.value)).map((a) => `<li
 role=option>${a}`).join(''); };
const open = (is) => { list.hidden = !is; box.setAttribute('aria-expanded', is); draw(); };
box.onclick = box.oninput = () => open(true);
box.onkeydown = (e) => { if (!box.value && /Backspace|Delete/.test(e.key)) { chosen.pop(); draw(); } };
list.onmousedown = (e) => { chosen.push(e.target.textContent); box.value = ''; open(false); e.preventDefault(); };
draw();</script>"""
MIRROR = """<style>.copy { width: 0; height: 0; overflow: hidden }</style><label for=box>Region</label>
<input id=box role=combobox readonly aria-controls=copy aria-expanded=false>
<div id=drop hidden><div id=copy class=copy role=listbox><div role=option aria-label=East>0</div>
<div role=option aria-label=West>1</div></div><div id=lines><div>East</div><div>West</div></div></div>
<button onclick="save(box.value)">Save</button><script>
const open = (is) => { drop.hidden = !is; box.setAttribute('aria-expanded', is); };
box.onclick = () => open(true); lines.onclick = (e) => { box.value = e.target.textContent; open(false); };</script>"""
LONG = """<span id=l>Region</span><button id=box role=combobox aria-labelledby=l aria-expanded=false>none</button>
<div id=list role=listbox hidden style="height: 90px; overflow: auto; position: relative"><div id=space></div></div>
<button onclick="save(box.textContent)">Save</button><script>
space.style.height = '6000px';
const draw = () => { for (const o of list.querySelectorAll('[role=option]')) o.remove();
  const first = Math.floor(list.scrollTop / 30);
  for (let i = first; i < Math.min(first + 4, 200); i += 1) { const o = document.createElement('div');
 o.role = 'option';
    o.textContent = `Zone ${i}`; o.style = `position: absolute; height: 30px; top: ${i * 30}px`; list.append(o); } };
list.onscroll = draw;
box.onclick = () => { list.hidden = false; box.ariaExpanded = 'true'; draw(); };
list.onclick = (e) => { if (e.target.role !== 'option') return; box.textContent = e.target.textContent;
 list.hidden = true;
  box.ariaExpanded = 'false'; };</script>"""
DEAF = """<span id=l>Region</span><button id=box role=combobox aria-labelledby=l aria-expanded=false>none</button>
<ul id=list role=listbox hidden><li role=option>East<li role=option>West</ul><script>
box.onclick = () => { list.hidden = false; box.ariaExpanded = 'true'; };
list.onclick = () => { list.hidden = true; box.ariaExpanded = 'false'; };</script>"""
AWAY = """<span id=l>Region</span><div id=around tabindex=-1><span id=shown>none</span><input id=box role=combobox
 readonly aria-labelledby=l aria-expanded=false aria-controls=list style="position: absolute; left: -9999px"></div>
<ul id=list role=listbox hidden><li role=option>East<li role=option>West</ul>
<button onclick="save(shown.textContent)">Save</button><script>
const open = (is) => { list.hidden = !is; box.setAttribute('aria-expanded', is); };
OPENS
list.onclick = (e) => { shown.textContent = e.target.textContent.trim(); open(false); };</script>"""
BY_KEY = "box.onkeydown = (e) => { if (e.key === 'ArrowDown') open(true); };"
BY_CLICK = "around.onclick = () => open(true);"
NATIVE = """<label>Region <select id=box multiple><option value=1 selected>East<option value=2>North&nbsp;one
<option value=3>West</select></label>
<button onclick="save([...box.selectedOptions].map((o) => o.value))">Save</button>"""


@pytest.mark.quick(3)
@pytest.mark.parametrize(
    ("page", "steps", "expected"),
    [
        (SEVERAL.replace("SHOWN", "chosen.join(', ')"), choose("East", "West"), '["East","West"]'),
        (SEVERAL.replace("SHOWN", "chosen.join(', ')"), choose("[East, West]"), '["East","West"]'),
        (SEVERAL.replace("SHOWN", "`${chosen.length} chosen`"), choose("East", "West"), '["East","West"]'),
        (SEVERAL.replace("SHOWN", "chosen.join(', ')"), choose("East", "East"), '["East"]'),
        (TAGS, choose("North"), '["East","West","North"]'),
        (MIRROR, choose("West"), '"West"'),
        (LONG, choose("Zone 150"), '"Zone 150"'),
        (AWAY.replace("OPENS", BY_KEY), choose("West"), '"West"'),
        (AWAY.replace("OPENS", BY_CLICK), choose("West"), '"West"'),
        (NATIVE, choose("North one").replace("combobox", "listbox"), '["1","2"]'),
        (NATIVE, choose("[North one]").replace("combobox", "listbox") + "        only: yes\n", '["2"]'),
    ],
    ids=[
        "several",
        "several at once",
        "a number",
        "twice",
        "tags",
        "mirror",
        "long",
        "away, by key",
        "away, by click",
        "native",
        "native only",
    ],
)
def test_an_option_is_chosen_and_the_list_is_closed(play: Play, page: str, steps: str, expected: str) -> None:
    played, kept = run(play, page, steps + SAVE)
    assert played.result.status.good, played.message
    assert kept == [expected]


def test_a_choice_that_the_list_does_not_show_fails(play: Play) -> None:
    played, _ = run(play, DEAF, choose("West"))
    assert "Chose “West”, but the list shows “none”." in played.message


INDENTED = """<label>Region <select id=s><option>World<option>&nbsp;&nbsp;↳ East
<option>&nbsp;&nbsp;&nbsp;&nbsp;↳ East coast<option>↳ West<option>&nbsp;&nbsp;↳ West</select></label>
<button onclick="save(s.selectedOptions[0].label.trim())">Save</button>"""


def test_an_option_is_its_text_whatever_is_drawn_before_it_in_a_list_that_shows_a_tree(play: Play) -> None:
    played, values = run(play, INDENTED, choose("East") + SAVE)
    assert (played.result.status, values) == ("changed", ['"↳ East"'])
    played, values = run(play, INDENTED, choose("West") + SAVE)
    assert (played.result.reason, values) == ("The list has 2 options “West”.", [])


def test_an_option_that_is_missing_is_reported_with_those_in_view(play: Play) -> None:
    steps = choose("South") + "        timeout: 1s\n"
    played, _ = run(play, DEAF, steps)
    assert played.result.failure.nearest == ["option: East", "option: West"], played.message


# Clicks

REDRAWN = """<div id=rows></div><script>let on = false;
const draw = () => { rows.innerHTML = `<input type=checkbox aria-label=Bob ${on ? 'checked' : ''}>
<button>Save</button>`; };
rows.onchange = (e) => { on = e.target.checked; save(on); };
rows.onclick = (e) => { if (e.target.tagName === 'BUTTON') save('clicked'); };
draw(); setInterval(draw, 250);</script>"""
PULSES = """<style>@keyframes pulse { 50% { transform: translateX(9px) scale(1.2) } }
button { animation: pulse .5s infinite; margin: 30px }</style><button onclick="save(1)">Save</button>"""
OWN = {
    "a file field": """<span style="position: relative"><button>Save</button><input type=file aria-label=Logo
 style="position: absolute; inset: 0; opacity: 0" onclick="event.preventDefault(); save(1)"></span>""",
    "its icon": """<div style="position: relative;
 width: 90px" onclick="save(1)"><button style="width: 90px">Save</button>
<i style="position: absolute; inset: 2px 30px; background: red"></i></div>""",
    "a wrapper": """<div onclick="save(1)"><button style="pointer-events: none">Save</button></div>""",
}
BANNER = """<button onclick="save(1)">Save</button><div role=dialog aria-label=Cookies style="position: fixed;
 inset: 0;
 background: #fff8"><p>We use cookies</p><button>Accept all</button></div>"""


def test_a_control_that_is_redrawn_all_the_time_is_set_and_clicked(play: Play) -> None:
    steps = '      - set: checkbox "Bob"\n        to: on\n        changes: true\n' + SAVE
    played, kept = run(play, REDRAWN, steps)
    assert played.result.status.good, played.message
    assert kept == ["true", '"clicked"']


def test_a_button_that_pulses_for_ever_is_clicked_once(play: Play) -> None:
    played, kept = run(play, PULSES, SAVE)
    assert played.result.status.good, played.message
    assert kept == ["1"]


@pytest.mark.parametrize("what", OWN)
def test_what_belongs_to_a_control_does_not_stop_a_click(play: Play, what: str) -> None:
    played, kept = run(play, OWN[what], SAVE)
    assert played.result.status.good, played.message
    assert kept == ["1"]


def test_a_button_that_comes_into_the_window_late_is_clicked(play: Play) -> None:
    page = """<button id=b style="position: fixed; left: -300px" onclick="save('done')">Go</button>
<script>setTimeout(() => { b.style.left = '20px'; }, 2500)</script>"""
    played, kept = run(play, page, '      - click: button "Go"\n        changes: true\n')
    assert played.result.status.good, played.message
    assert kept == ['"done"']


def test_a_dialog_over_a_control_is_named_with_lines_to_paste(play: Play) -> None:
    played, kept = run(play, BANNER, SAVE.replace("changes: true", "changes: true\n        timeout: 2s"))
    assert 'Click intercepted by dialog "Cookies"' in played.message
    lines = ["dismiss:", '  - seen: dialog "Cookies"', '    click: button "Accept all"']
    assert played.result.failure.nearest == lines
    assert kept == []


def test_a_click_holds_the_keys_of_its_modifiers(play: Play) -> None:
    page = """<button onclick="save([event.shiftKey, event.ctrlKey, event.altKey])">Save</button>"""
    played, kept = run(play, page, SAVE + "        modifiers: [Shift, Alt]\n")
    assert played.result.status.good, played.message
    assert kept == ["[true,false,true]"]


# Drags

SORTED = """<style>li { padding: 10px; width: 200px; list-style: none; user-select: none }</style>
<ul id=list><li>Alpha<li>Beta<li>Gamma</ul>
<button onclick="save([...list.children].map((l) => l.textContent.trim()))">Save
</button><script>let held, timer;
list.onpointerdown = (e) => { const line = e.target.closest('li'); timer = setTimeout(() => { held = line;
 }, DELAY); };
document.onpointermove = (e) => { if (!held) { clearTimeout(timer); return; }
  const over = document.elementFromPoint(e.clientX, e.clientY)?.closest('li');
 if (over && over !== held) over.before(held); };
document.onpointerup = () => { clearTimeout(timer); held = null; };</script>"""
DRAG = '      - drag: listitem "Gamma"\n        to: listitem "Alpha"\n'


@pytest.mark.parametrize(("delay", "hold"), [("200", ""), ("900", "        hold: 1500ms\n")])
def test_a_list_that_is_sorted_after_a_long_press(play: Play, delay: str, hold: str) -> None:
    played, kept = run(play, SORTED.replace("DELAY", delay), DRAG + hold + SAVE)
    assert played.result.status.good, played.message
    assert kept == ['["Gamma","Alpha","Beta"]']


def test_a_drag_that_moved_nothing_fails(play: Play) -> None:
    played, _ = run(play, SORTED.replace("DELAY", "9000"), DRAG)
    assert "The drag moved nothing" in played.message


LIVELY = """<p id=clock></p><ul id=feed></ul><script>let ticks = 0; setInterval(() => { ticks += 1;
clock.textContent = 'Now ' + '.'.repeat(ticks % 40) + ticks;
feed.innerHTML = `<li>Sign-in ${ticks}`; }, 40);</script>"""
LIST_REPLACED = """<script>addEventListener('pointerup', () => setTimeout(() => {
list.innerHTML = '<li>Alpha<li>Beta<li>Gamma'; }, 30));</script>"""
BESIDE = SORTED.replace("<ul id=list>", "<div><p id=beside></p><ul id=list>").replace("</ul>", "</ul></div>")
BESIDE += "<script>let n = 0; setInterval(() => { beside.innerHTML = '<br>'.repeat(++n % 5); }, 50);</script>"
PORTS = """<svg id=flow width=600 height=200><g class=node><rect x=10 y=10 width=80 height=40></rect>
<circle id=out role=img aria-label=Out cx=90 cy=30 r=8></circle></g>
<g class=node><rect x=300 y=90 width=80 height=40></rect>
<circle id=in role=img aria-label=In cx=300 cy=110 r=8></circle></g></svg><script>
let wire = null; const flow = document.getElementById('flow');
document.getElementById('out').onmousedown = (e) => { e.preventDefault();
 wire = document.createElementNS('http://www.w3.org/2000/svg', 'path'); flow.append(wire);
 wire.setAttribute('pointer-events', 'none'); };
flow.onmousemove = (e) => wire?.setAttribute('d', `M90 30 L${e.offsetX} ${e.offsetY}`);
document.onmouseup = (e) => { if (wire && (e.target.id !== 'in' || REFUSED)) wire.remove(); wire = null; };</script>"""
STAMP = """<div id=part role=img aria-label=Stamp style="width: 60px; height: 40px; background: #ccc">Stamp</div>
<canvas id=sheet role=img aria-label=Sheet width=300 height=200></canvas><script>
let held = false; part.onmousedown = (e) => { held = true; e.preventDefault(); };
document.onmouseup = (e) => { if (held && e.target === sheet) sheet.getContext('2d')
.fillRect(e.offsetX, e.offsetY, 9, 9);
held = false; };</script>"""
WIRE = '      - drag: img "Out"\n        to: img "In"\n'
DRAGS = {
    "an entry": (SORTED.replace("DELAY", "100"), DRAG, True),
    "an entry that does not move": (SORTED.replace("DELAY", "9000"), DRAG, False),
    "an entry of a list that is replaced": (SORTED.replace("DELAY", "9000") + LIST_REPLACED, DRAG, False),
    "an entry that something above pushes": (BESIDE.replace("DELAY", "9000"), DRAG, False),
    "a wire between two ports": (PORTS.replace("REFUSED", "false"), WIRE, True),
    "a wire that is refused": (PORTS.replace("REFUSED", "true"), WIRE, False),
    "a stamp on a canvas": (STAMP, '      - drag: img "Stamp"\n        to: img "Sheet"\n', True),
}


@pytest.mark.quick(1)
@pytest.mark.parametrize("what", DRAGS)
def test_what_else_changes_on_the_page_is_no_effect_of_a_drag(play: Play, what: str) -> None:
    page, steps, moves = DRAGS[what]
    played, _ = run(play, page + LIVELY, steps)
    assert played.result.status.good == moves, played.message
    assert moves or "The drag moved nothing" in played.message


# Fields

FIELDS = """<label>Days <input id=days type=number></label><label>Size <input id=size></label>
<label>Filter <input id=filter></label><ul id=list><li>East<li>West</ul><script>
size.oninput = () => { size.value = size.value.replace(/[^0-9]/g, ''); };
filter.onkeyup = () => { for (const one of list.children) one.hidden = !one.textContent.startsWith(filter.value); };
</script>"""


MASKED = """<label>Phone <input id=phone value=000-0000></label>
<button onclick="save(phone.value)">Save</button><script>
let keyed = false, held = phone.value;
phone.onkeydown = () => { keyed = true; };
phone.oninput = () => {
  if (keyed) held = phone.value.replace(/\\D/g, '').replace(/^(...)(.+)/, '$1-$2');
  keyed = false; phone.value = held;
};</script>"""


def test_a_field_with_a_mask_that_takes_keys_only_is_filled(play: Play) -> None:
    steps = '      - fill: textbox "Phone"\n        with: "5551234"\n        displays: 555-1234\n'
    played, kept = run(play, MASKED, steps + SAVE)
    assert played.result.status.good, played.message
    assert kept == ['"555-1234"']


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ('spinbutton "Days"', "10m", "The field takes only numbers."),
        ('textbox "Size"', "10m", "The field was filled with “10m” but has the value “10”."),
    ],
)
def test_a_field_that_refuses_a_part_of_a_text_says_what_is_in_it(
    play: Play, field: str, text: str, message: str
) -> None:
    played, _ = run(play, FIELDS, f"      - fill: {field}\n        with: {text}\n")
    assert message in played.message


@pytest.mark.parametrize(("verb", "left"), [("fill", 2), ("type", 1)])
def test_a_list_that_listens_to_keys_is_filtered_by_type(play: Play, verb: str, left: int) -> None:
    steps = f'      - {verb}: textbox "Filter"\n        with: We\n      - expect: count of listitem is {left}\n'
    played, _ = run(play, FIELDS, steps)
    assert played.result.status.good, played.message


# Pages that are busy with a click for longer than an attempt

BUSY = """<button id=menu>Open</button><button id=store>Save</button><p id=said></p><script>
const work = () => { const end = performance.now() + 1900; while (performance.now() < end); };
menu.onclick = () => { work(); said.textContent = 'Opened'; };
menu.ondblclick = () => { work(); said.textContent = 'Opened twice'; };
store.onclick = () => { work(); save(1).then(() => { said.textContent = 'Saved'; }); };</script>"""


@pytest.mark.quick(1)
@pytest.mark.parametrize(("verb", "shown"), [("click", "Opened"), ("double_click", "Opened twice")])
def test_a_page_that_is_long_busy_with_a_click_is_waited_for(play: Play, verb: str, shown: str) -> None:
    played, _ = run(
        play, BUSY, f'      - {verb}: button "Open"\n        expect: text "{shown}"\n        timeout: 20s\n'
    )
    assert played.result.status.good, played.message


def test_a_change_that_keeps_the_page_busy_is_made_once(play: Play) -> None:
    played, kept = run(play, BUSY, SAVE + '        expect: text "Saved"\n        timeout: 20s\n')
    assert played.result.status.good, played.message
    assert kept == ["1"]


# A page that is busy at once is so before the button of the mouse is released.
BUSY_RESULTS = """<style>[role=option], [role=checkbox] { border: 1px solid }</style>
<div id=box role=checkbox tabindex=0 aria-checked=false>Mail</div>
<div id=field role=combobox tabindex=0 aria-expanded=false>None</div>
<div id=list role=listbox hidden><div role=option>North</div><div role=option>South</div></div>
<button id=export>Export</button><button id=pick>Choose a file</button><input type=file id=file hidden><p id=said></p>
<script>
const work = () => { const end = performance.now() + 1200; while (performance.now() < end); };
const on = (id, kind, act) => document.getElementById(id).addEventListener(kind, act);
on('box', 'EVENT', work);
on('box', 'click', () => box.setAttribute('aria-checked', box.getAttribute('aria-checked') !== 'true'));
on('field', 'EVENT', work);
on('field', 'click', () => { list.hidden = false; field.setAttribute('aria-expanded', true); });
list.onclick = (event) => { field.textContent = event.target.textContent; list.hidden = true;
  field.setAttribute('aria-expanded', false); };
on('export', 'EVENT', work);
on('export', 'click', () => { const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['a,b'])); link.download = 'members.csv'; link.click(); });
on('pick', 'EVENT', work);
on('pick', 'click', () => file.click());
on('file', 'change', () => { said.textContent = file.files[0].name; });
</script>"""
BUSY_STEPS = {
    "set": '      - set: checkbox "Mail"\n        to: on\n        expect: checkbox "Mail" [checked]\n',
    "choose": '      - choose: combobox\n        option: South\n        expect: combobox [value="South"]\n',
    "download": '      - download: button "Export"\n',
    "upload": '      - upload: button "Choose a file"\n        files: photo.png\n        expect: text "photo.png"\n',
}


@pytest.mark.quick(3)
@pytest.mark.parametrize(("verb", "event"), [*((verb, "click") for verb in BUSY_STEPS), ("set", "mousedown")])
def test_a_result_that_the_step_sees_itself_outlasts_a_busy_page(
    play: Play, tmp_path: Path, verb: str, event: str
) -> None:
    (tmp_path / "photo.png").write_bytes(b"photo")
    played, _ = run(play, BUSY_RESULTS.replace("EVENT", event), BUSY_STEPS[verb])
    assert played.result.status.good, played.message


# Toggles that a page writes in its own way

TOGGLE = """<style>[role] { border: 1px solid }</style>
<div id=one role=checkbox tabindex=0 aria-pressed=false>Sign-up</div>
<div role=checkbox aria-pressed=true>Mail</div> <h2>Log</h2>
<button onclick="save(one.getAttribute('aria-pressed'))">Save</button><script>
one.onclick = () => one.setAttribute('aria-pressed', one.getAttribute('aria-pressed') !== 'true');</script>"""


def test_a_checkbox_that_is_pressed_reads_as_checked(play: Play) -> None:
    conditions = ('checkbox "Sign-up" [unchecked]', 'checkbox "Mail" [value="on"]')
    after = (
        'checkbox "Sign-up" [value="on"]',
        'checkbox [checked] before heading "Log"',
        "count of checkbox [checked] is 2",
    )
    turned = '      - set: checkbox "Sign-up"\n        to: on\n        expect: checkbox "Sign-up" [checked]\n'
    steps = "".join(f"      - expect: {each}\n" for each in conditions) + turned
    steps += "".join(f"      - expect: {each}\n" for each in after)
    played, kept = run(play, TOGGLE, steps + SAVE)
    assert played.result.status.good, played.message
    assert kept == ['"true"']


# A list whose options have no role

PLAIN_LIST = """<input id=box readonly aria-label=Policy value=None><div id=drop hidden><div>None at all</div>
<div><span>Weak</span> – eight characters</div><div>Strong – with signs</div></div>
<button onclick="save(box.value)">Save</button><script>
box.onclick = () => { drop.hidden = false; };
for (const one of drop.children) one.onclick = () => { box.value = one.textContent; drop.hidden = true; };</script>"""


@pytest.mark.parametrize("option", ["Strong", "Strong – with signs", "Weak – eight"])
def test_an_option_without_a_role_is_found_by_its_first_words(play: Play, option: str) -> None:
    played, kept = run(play, PLAIN_LIST, f'      - choose: textbox "Policy"\n        option: {option}\n' + SAVE)
    assert played.result.status.good, played.message
    assert len(kept) == 1
    assert kept[0].startswith(f'"{option}')


# Drops on what is larger than the window

BOARD = """<style>#view { width: 500px; height: 300px; overflow: auto } #board { display: block }</style>
<span id=part>Pump</span><div id=view><svg id=board role=img aria-label=Board width=6000 height=5000></svg></div>
<button onclick="save(at)">Save</button><script>let at = 'nowhere', held = false;
part.onmousedown = (e) => { held = true; e.preventDefault(); };
document.onmouseup = (e) => { const from = board.getBoundingClientRect();
  if (held && e.target === board) at = [Math.round(e.clientX - from.x), Math.round(e.clientY - from.y)].join();
  held = false; part.textContent = 'Pump ' + at; };</script>"""


@pytest.mark.parametrize("point", ["420, 100", "3000, 2500", "5990, 20"])
def test_a_drop_lands_at_its_point_of_a_board_larger_than_the_window(play: Play, point: str) -> None:
    played, kept = run(
        play, BOARD, f'      - drag: text "Pump"\n        to: img "Board"\n        to_at: {point}\n' + SAVE
    )
    assert played.result.status.good, played.message
    landed = [int(each) for each in kept[0].strip('"').split(",")]
    assert landed == pytest.approx([int(each) for each in point.split(",")], abs=1)  # boxes end between pixels


# Answers and groups

UNREAD = """<button onclick="fetch('/save', { method: 'POST', body: '1' }).then((answer) => { if (answer.ok) {
said.textContent = 'Saved'; setTimeout(() => { said.textContent = ''; }, 1200);
 } })">Save</button><p id=said role=status></p>"""


def test_a_message_after_an_answer_whose_body_nobody_reads(play: Play) -> None:
    def long(request: Request, site: Site) -> Response:
        saved(request, site)
        return Response("x" * 100, headers={"cache-control": "no-store"})

    played = play({"/": TOP + UNREAD, "/save": long}, HEAD + SAVE + '        expect: text "Saved"\n')
    assert played.result.status.good, played.message
    assert played.site.kept["saved"] == ["1"]


@pytest.mark.parametrize(("there", "expected"), [("hidden", []), ("", ["1"])])
def test_a_group_may_have_when_alone(play: Play, there: str, expected: list[str]) -> None:
    page = f'<p {there}>Draft</p><button onclick="save(1)">Save</button>'
    steps = '      - when: text "Draft"\n        steps:\n' + SAVE.replace("      ", "          ", 1).replace(
        "        changes", "            changes"
    )
    played, kept = run(play, page, steps)
    assert played.result.status.good, played.message
    assert kept == expected
