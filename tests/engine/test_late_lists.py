"""A list that has come may be empty, a banner may come or not, and a list may have to hold exactly so many options."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from support.site_pages import Played, Site, later

from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

Play = Callable[..., Played]

pytestmark = pytest.mark.usefixtures("full_limits")  # how long a run waits is what they are about

BOOK = """sections:
  - name: Make the key
    open: shop /
    ready: loaded table "Keys"
    done_when: cell "build server"
    steps:
      - click: button "Add"
        changes: true
        expect: cell "build server"
"""
LIST = """<!doctype html><title>Keys</title><form method=post><button>Add</button></form>
<table aria-label=Keys><thead><tr><th>Name<tbody></table><script>
const draw = (names) => document.querySelector('tbody').innerHTML = names.map((one) => `<tr><td>${one}`).join('');
const load = () => fetch('/keys').then((answer) => answer.json()).then(draw);
HOW</script>"""
LATE = {
    "an answer that takes long": "load();",
    "a request that starts late": "setTimeout(load, 1300);",
    "rows that come by a timer, in two parts": """
      const all = []; const more = () => { draw(all); };
      fetch('/keys').then((answer) => answer.json()).then((names) => {
        all.push('first'); more(); setTimeout(() => { all.push(...names); more(); }, 900); });""",
    "a list that is marked as busy": """
      const table = document.querySelector('table'); table.setAttribute('aria-busy', 'true');
      setTimeout(() => load().then(() => table.removeAttribute('aria-busy')), 3600);""",
    "progress that is shown beside the list": """
      document.body.insertAdjacentHTML('beforeend', '<div role=progressbar aria-label=Loading>…</div>');
      setTimeout(() => load().then(() => document.querySelector('[role=progressbar]').remove()), 3600);""",
    "a list that the page redraws all the time": "load(); setInterval(load, 600);",
}


def keys(how: str, slow: float = 0.0) -> Site:
    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            site.effect("key")
            site.kept.setdefault("keys", []).append("build server")
            return RedirectResponse("/", 303)
        return HTMLResponse(LIST.replace("HOW", how))

    def rows(request: Request, site: Site) -> Response:
        time.sleep(slow)
        return JSONResponse(site.kept.get("keys", []))

    return Site({"/": page, "/keys": rows})


@pytest.mark.quick(2)
@pytest.mark.parametrize("how", LATE)
def test_a_list_that_comes_late_is_read_once_it_has_come_empty_or_not(play: Play, how: str) -> None:
    site = keys(LATE[how], 0.8 if how == "an answer that takes long" else 0.1)
    assert play(site, BOOK).statuses == ["changed"]
    assert play(site, BOOK).statuses == ["unchanged"]
    assert site.count("POST", "/") == 1
    assert play(site, BOOK, mode="check").statuses == ["in sync"]


def test_an_empty_list_is_drift_not_unknown(play: Play) -> None:
    played = play(keys(LATE["a request that starts late"]), BOOK, mode="check")
    assert played.statuses == ["drift"], played.message
    assert played.result.sections[0].reason == 'Expected cell "build server"; found none.'


def test_a_list_that_never_comes_is_said_with_the_reason(play: Play, short_limits: None) -> None:
    endless = "document.body.insertAdjacentHTML('beforeend', '<progress>'); load();"
    played = play(keys(endless), BOOK)
    assert played.statuses == ["unknown"]
    assert 'waiting for the page to be ready. Expected loaded table "Keys"' in played.message
    assert "still loading" in played.message, "what speaks against it is not said"
    failure = played.events("step")[-1]["failure"]
    assert failure["looked_for"] == 'loaded table "Keys"'


def test_what_speaks_against_a_list_is_said(play: Play) -> None:
    steps = 'sections:\n  - name: Look\n    open: shop /\n    steps:\n      - expect: loaded table "Keys"\n'
    endless = "document.body.insertAdjacentHTML('beforeend', '<progress>'); load();"
    assert play(keys(endless), steps).message == (
        'Timed out after 5 s waiting for loaded table "Keys". It is there, and the page shows that it is still loading.'
    )


# Waiting for what may not come

WELCOME = "<title>Shop</title><h1>Shop</h1><p id=count>0 closed</p>"
BANNER = """document.body.insertAdjacentHTML('beforeend',
  `<div role=dialog aria-label=Welcome><button onclick="this.parentNode.remove();
    document.querySelector('#count').textContent = '1 closed'">Close</button></div>`)"""
CLOSING = """sections:
  - name: Close the welcome
    open: shop /
    ready: heading "Shop"
    steps:
      - click: button "Close" in dialog "Welcome"
        when: dialog "Welcome"
        within: 4s
        expect: no dialog "Welcome"
      - expect: text "COUNT closed"
"""


def test_a_banner_that_comes_late_is_closed(play: Play) -> None:
    played = play({"/": WELCOME + later(1.5, BANNER)}, CLOSING.replace("COUNT", "1"))
    assert played.result.status.good, played.message
    assert [step["status"] for step in played.events("step") if step["verb"] == "click"] == ["done"]


def test_the_run_goes_on_when_no_banner_comes(play: Play) -> None:
    played = play({"/": WELCOME}, CLOSING.replace("COUNT", "0").replace("4s", "1s"))
    assert played.result.status.good, played.message
    (click,) = [step for step in played.events("step") if step["verb"] == "click"]
    assert (click["status"], click["seconds"] >= 1) == ("skipped", True)


def test_a_group_and_a_block_wait_as_well(play: Play) -> None:
    book = """blocks:
  closing:
    - click: button "Close"
sections:
  - name: Close the welcome
    open: shop /
    ready: heading "Shop"
    steps:
      - when: dialog "Welcome"
        within: 4s
        steps:
          - use: closing
            when: button "Close"
            within: 1s
      - unless: dialog "Welcome"
        within: 500ms
        steps:
          - expect: text "1 closed"
"""
    played = play({"/": WELCOME + later(1.5, BANNER)}, book)
    assert played.result.status.good, played.message
    done = [step["verb"] for step in played.events("step") if step["part"] == "steps" and step["status"] == "done"]
    assert done == ["click", "expect"]


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ('      - click: button "A"\n        within: 3s\n', 7),
        ('      - for_each: one in ${[1]}\n        within: 3s\n        steps:\n          - click: button "A"\n', 7),
    ],
)
def test_waiting_for_nothing_is_an_error(tmp_path: Path, lines: str, line: int) -> None:
    path = tmp_path / "book.yaml"
    head = "name: A test\nsites:\n  shop: { url: https://shop.example }\nsections:\n"
    head += "  - name: One\n    open: shop /\n    steps:\n"
    path.write_text(head + lines, "utf-8")
    with pytest.raises(UserError) as raised:
        load(path, vocabulary())
    (error,) = raised.value.diagnostics
    assert error.message == "`within` has nothing to wait for."
    assert error.mark is not None and error.mark.line == line + 1


# Exactly so many


@pytest.mark.quick(4)
@pytest.mark.parametrize(("number", "held"), [(11, False), (12, True), (13, False)])
@pytest.mark.parametrize("kind", ["multiple size=20", "", "drawn"])
def test_a_list_holds_exactly_so_many_options(play: Play, kind: str, number: int, held: bool) -> None:
    names = [f"Programme | {n}" for n in range(12)] + ["Other"]
    if kind == "drawn":
        inner = "".join(f"<li role=option>{one}" for one in names)
        page = f"<ul role=listbox aria-label=Chosen>{inner}</ul><ul role=listbox aria-label=Left>{inner}{inner}</ul>"
    else:
        inner = "".join(f"<option>{one}" for one in names)
        page = f"<label>Chosen <select {kind}>{inner}</select></label><label>Left <select>{inner}</select></label>"
    role = "combobox" if kind == "" else "listbox"
    book = f"""sections:
  - name: Look
    open: shop /
    ready: {role} starting "Chosen"
    done_when: count of option starting "Programme |" in {role} starting "Chosen" is {number}
"""
    played = play({"/": f"<title>List</title>{page}"}, book, mode="check")
    assert played.statuses == ["in sync" if held else "drift"], json.dumps(played.events("step")[-1]["offered"])
    if not held:
        assert f"Expected {number} of option" in str(played.result.sections[0].reason)
        assert "found 12" in str(played.result.sections[0].reason)
