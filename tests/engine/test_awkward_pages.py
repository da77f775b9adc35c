"""Pages of old and busy admin sites neither mislead a run nor make it reveal a secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from support.short_limits import respond_within, settle_within
from support.site_pages import Played, Site

from runwright.engine.browser.settle import TIMEOUT

Play = Callable[..., Played]
TOP = """name: Shop
sites:
  shop: { url: https://shop.example, simulator: site }
secrets:
  key: { description: A key, typed_at: shop }
sections:
  - name: Do it
    open: shop /
"""


def book(head: str, *steps: str) -> str:
    return TOP + head + "    steps:\n" + "".join(f"      {line}\n" for line in steps)


def made(request: Request, site: Site) -> Response:
    site.effect("made")
    site.kept["made"] = 1
    return Response("{}")


# Lists that are redrawn

REFRESHED = """<title>Keys</title><h1>Keys</h1><p id=c></p><div id=d></div>
<button onclick="fetch('/made', { method: 'POST' })">New key</button><script>
setInterval(() => { c.textContent = performance.now(); }, 50);
async function refresh() {
  d.innerHTML = '<p>Loading</p>';
  const rows = await (await fetch('/rows')).json();
  d.innerHTML = '<table aria-label=Keys><tr><th>Name</th></tr>' +
    rows.map((row) => `<tr><td>${row}</td></tr>`).join('') + '</table>';
  setTimeout(refresh, 150 + Math.random() * 200);
}
refresh();
</script>"""


def late_rows(request: Request, site: Site) -> Response:
    import time

    time.sleep(0.4)  # the table is absent for longer than it is present
    return JSONResponse(["zero", "build"])


SLOW = pytest.mark.slow


@pytest.mark.quick(1)
@pytest.mark.parametrize("settling", [1.0, 1.5, pytest.param(2.0, marks=SLOW), pytest.param(TIMEOUT, marks=SLOW)])
def test_an_item_does_not_count_as_absent_while_its_list_is_redrawn(
    play: Play, monkeypatch: pytest.MonkeyPatch, settling: float
) -> None:
    """The page is never at rest; each time that a run waits for that ends at another point of the drawing."""
    settle_within(monkeypatch, settling)
    head = '    ready: table "Keys"\n    done_when: cell "build"\n'
    steps = ['- click: button "New key"', "  changes: true", '  expect: cell "build"']
    played = play({"/": REFRESHED, "/rows": late_rows, "/made": made}, book(head, *steps))
    assert played.result.sections[0].status == "unchanged", played.message
    assert played.site.count("POST", "/made") == 0


# Changes that the server refuses, and other requests

REFUSED = """<title>Shop</title><h1>Main</h1><button>Save</button><p role=alert></p><script>
document.querySelector('button').onclick = async () => {
  const answer = await fetch('/save', { method: 'POST' });
  document.querySelector('p').innerText = answer.ok ? '' : 'The name is too short';
};</script>"""
READY = '    ready: heading "Main"\n    always_run: no page shows it\n'
SAVE = ['- click: button "Save"', "  changes: true"]


def refuse(request: Request, site: Site) -> Response:
    return Response(status_code=422)


def test_a_change_that_the_server_refuses_fails_the_step(play: Play) -> None:
    played = play({"/": REFUSED, "/save": refuse}, book(READY, *SAVE))
    assert (played.result.status, played.result.exit) == ("failed", 1)
    assert played.message == "The request POST https://shop.example/save was refused with status 422."
    refused = "(POST /save was answered with status 422)"
    assert played.result.failure.page_messages == [refused, "The name is too short"]


def test_a_change_that_a_dismissed_dialog_prevented_fails_the_step(play: Play) -> None:
    page = """<title>Shop</title><h1>Main</h1>
<button onclick="if (confirm('Sure?')) fetch('/made', { method: 'POST' })">Save</button>"""
    played = play({"/": page, "/made": made}, book(READY, *SAVE))
    assert played.message == "A dialog opened and was dismissed, so nothing was sent."
    assert played.result.failure.nearest == ["answer: yes"]
    played = play({"/": page, "/made": made}, book(READY, *SAVE, "  answer: yes"))
    assert (played.result.status, played.site.count("POST", "/made")) == ("changed", 1)


def test_a_step_may_expect_that_its_change_is_refused(play: Play) -> None:
    played = play({"/": REFUSED, "/save": refuse}, book(READY, *SAVE, '  expect: text "The name is too short"'))
    assert played.result.status.good, played.message


@pytest.mark.parametrize("how", ["navigator.sendBeacon('/track', 'click')", "fetch('/track', { method: 'POST' })"])
def test_an_abandoned_request_beside_a_save_does_not_fail_the_save(play: Play, how: str) -> None:
    def page(request: Request, site: Site) -> Response:
        state = "Saved" if site.kept.get("made") else "Not yet"
        form = f'<form method=post action=/save onsubmit="{how}"><button>Save</button></form>'
        return Response(f"<!doctype html><title>Shop</title><h1>Main</h1><p>{state}</p>{form}", media_type="text/html")

    def save(request: Request, site: Site) -> Response:
        made(request, site)
        return RedirectResponse("/", 303)

    def track(request: Request, site: Site) -> Response:
        import time

        time.sleep(0.5)
        return Response(status_code=204)

    head = '    ready: heading "Main"\n    done_when: text "Saved"\n'
    played = play({"/": page, "/save": save, "/track": track}, book(head, *SAVE, '  expect: text "Saved"'))
    assert played.result.status.good, played.message


# Windows that open and close

OPENER = """<title>Shop</title><h1>Main</h1><p>Off</p>
<button onclick="window.open('/consent', 'x', 'width=500,height=400')">Connect</button>
<script>onmessage = () => { document.querySelector('p').innerText = 'Connected'; };</script>"""
CONSENT = """<title>Consent</title><h1>Consent</h1><button>Grant</button><script>
document.querySelector('button').onclick = () => fetch('/made', { method: 'POST' }).then(() => {
  opener.postMessage(1);
  window.close();
});</script>"""


@pytest.mark.quick(1)
@pytest.mark.parametrize("time", range(3))
def test_a_window_that_sends_a_request_and_closes_itself_at_once_is_no_failure(play: Play, time: int) -> None:
    steps = ['- click: button "Connect"', '  expect: heading "Consent"', '- click: button "Grant"', "  changes: true"]
    pages = {"/": OPENER, "/consent": CONSENT, "/made": made}
    played = play(pages, book(READY, *steps, '  expect: text "Connected"'))
    assert played.result.status.good, played.message


def test_a_section_opens_its_place_in_the_runs_own_page(play: Play) -> None:
    opener = OPENER.replace("window.open(", "w = window.open(").replace("<script>", "<script>let w; ")
    pages = {"/": opener, "/consent": "<title>Consent</title><h1>Consent</h1>"}
    pages["/two"] = "<title>Two</title><h1>Two</h1><script>document.title += opener ? ' of a window' : '';</script>"
    two = '  - name: Two\n    open: shop /two\n    ready: heading "Two"\n    steps:\n      - expect: title "Two"\n'
    steps = ['- click: button "Connect"', '  expect: heading "Consent"']
    played = play(pages, book("", *steps) + two)
    assert played.result.status.good, played.message


# Pages that replace functions of the browser

OVERRIDES: dict[str, tuple[str, str]] = {
    "a clock that stands still": ("performance.now = () => 0;", "unchanged"),
    "a map of its own": ("function Map(element) { this.element = element; }", "failed"),
    "promises of its own": ("window.Promise = function () {};", "failed"),
    "boxes of its own": ("Element.prototype.getBoundingClientRect = () => ({});", "failed"),
}


@pytest.mark.parametrize("what", OVERRIDES)
def test_a_page_that_replaces_functions_of_the_browser_costs_no_evidence(play: Play, what: str) -> None:
    script, status = OVERRIDES[what]
    page = f"<title>Shop</title><script>{script}</script><h1>Main</h1><button>Go</button>"
    played = play({"/": page}, book('    ready: heading "Main"\n', '- click: button "Go"', "  timeout: 2s"))
    assert played.result.status == status, played.message
    assert played.events("end"), "the journal has its end"
    assert (played.result.folder / "report.html").is_file()


def test_a_page_that_opens_dialogs_endlessly_fails_the_step(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    respond_within(monkeypatch, 4.0)
    page = "<title>Shop</title><h1>Main</h1><button onclick=\"for (;;) alert('Again')\">Go</button>"
    played = play({"/": page}, book('    ready: heading "Main"\n', '- click: button "Go"'))
    assert played.result.status == "failed"
    assert "did not respond for" in played.message
    assert 0 < len(played.events("dialog")) <= 20


# Secrets

VALUE = "Zq7-p@ss/W0rd+xy 9"


def test_no_message_on_a_terminal_reveals_a_secret(
    play: Play, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from runwright.cli.next_commands import CallWords
    from runwright.cli.run_output import as_json

    monkeypatch.setenv("THE_KEY", VALUE)
    page = """<title>Shop</title><h1>Main</h1><label>Key <input id=t></label><button>Send</button><div></div><script>
document.querySelector('button').onclick = () => {
  console.error('x'.repeat(990) + t.value);
  alert('y'.repeat(990) + t.value);
  document.querySelector('div').innerHTML =
    `<h2>Key ${t.value} stored</h2><p role=alert>${'z'.repeat(290)}${t.value}</p><p role=alert>Bad key ${t.value}</p>`;
};</script>"""
    steps = ['- fill: textbox "Key"', "  with: ${key}", '- click: button "Send"']
    steps += ['- expect: heading "Key stored"', "  timeout: 1s"]
    played = play({"/": page}, book('    ready: heading "Main"\n', *steps), secrets={"key": "env:THE_KEY"})
    assert played.result.status == "failed"
    failure = played.result.failure
    output = json.dumps(
        [failure.data(), played.message, as_json(played.result, CallWords.of(["run", "book.yaml"]), None)], default=str
    )
    output += capsys.readouterr().out
    assert "Bad key ‹secret key›" in failure.page_messages
    assert 'heading "Key ‹secret key› stored"' in failure.nearest
    for piece in (VALUE, "Zq7-p@"):
        assert piece not in output
        assert piece.encode() not in played.everything()


FORMS: dict[str, tuple[str, str]] = {
    "lines in a text area": ("<textarea rows=5 cols=60></textarea>", ""),
    "lines in a field of one line": ("<input size=90>", ""),
    "encoded as in an address": ("<input type=password>", "encodeURIComponent(f.value)"),
    "encoded as in a header": ("<input type=password>", "'Basic ' + btoa('robot:' + f.value)"),
}
PEM = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAA\n-----END KEY-----"


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_redacted_in_every_form_in_which_it_is_shown(
    play: Play, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    field, shown = FORMS[form]
    monkeypatch.setenv("THE_KEY", PEM if "lines" in form else VALUE)
    listen = f"f.oninput = () => {{ o.innerText = {shown}; }}" if shown else ""
    page = f"<title>Shop</title><h1>Main</h1><label>Key {field}</label><p id=o></p><script>const f = "
    page += f"document.querySelector('label').lastElementChild; {listen}</script>"
    steps = ['- fill: textbox "Key"', "  with: ${key}", "  continue_on_error: true"]
    played = play({"/": page}, book('    ready: heading "Main"\n', *steps), secrets={"key": "env:THE_KEY"})
    screenshots: list[dict[str, Any]] = [
        entry for step in played.events("step") if step["verb"] == "fill" for entry in step["screenshots"]
    ]
    assert screenshots
    assert all(entry["redacted"] or entry["withheld"] for entry in screenshots), screenshots


# Values


@pytest.mark.parametrize(
    ("element", "target", "value"),
    [
        ("<ul><li>Plan is Pro</li></ul>", 'listitem "Plan is Pro"', "Plan is Pro"),
        ("<button>Plan Pro</button>", 'button "Plan Pro"', "Plan Pro"),
        ("<label>Zone <select><option value=3600>1 hour</select></label>", 'combobox "Zone"', "1 hour"),
        ("<label><input type=checkbox checked>Box</label>", 'checkbox "Box"', "on"),
        ("<label>Name <input value=Ann></label>", 'textbox "Name"', "Ann"),
    ],
)
def test_what_is_read_is_what_a_person_sees(play: Play, element: str, target: str, value: str) -> None:
    page = f"<title>Shop</title><h1>Main</h1>{element}"
    played = play({"/": page}, book("", f"- read: {target}", "  into: there"))
    assert played.result.status.good, played.message
    read = next(step for step in played.events("step") if step["verb"] == "read")
    assert read["read"] == {"there": value}
