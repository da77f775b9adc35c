"""After a change whose `expect` came without a request, the run waits for one only while a script may still send it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import Response
from support.site_pages import Played, Site

from runwright.evidence.statuses import FailureClass

Play = Callable[..., Played]

pytestmark = pytest.mark.usefixtures("full_limits")  # how long a run waits is what they are about

PAGE = """<!doctype html><title>Lamp</title><h1>Lamp</h1><p id=said></p><button>Save</button>%s<script>
var send = () => fetch('/save', { method: 'POST', body: '1' });
document.querySelector('button').onclick = () => { said.textContent = 'Saved'; %s; };
</script>"""
RUNBOOK = """sections:
  - name: Save the lamp
    open: shop /
    ready: heading "Lamp"
    always_run: The page forgets.
    steps:
      - click: button "Save"
        changes: true
        expect: text "Saved"
"""
LATER = {
    "a timer": ("", "setTimeout(send, 400)"),
    "a timer after a timer": ("", "setTimeout(() => setTimeout(send, 300), 300)"),
    "an interval": (
        "",
        "let n = 0; const one = setInterval(() => { if (++n === 6) { clearInterval(one); send(); } }, 100)",
    ),
    "frames": ("", "let n = 0; const next = () => ++n === 20 ? send() : requestAnimationFrame(next); next()"),
    "idle time": ("", "requestIdleCallback(send)"),
    "a worker": (
        "",
        "const w = new Worker(URL.createObjectURL(new Blob(['setTimeout(() => postMessage(1), 400)'])));"
        "w.onmessage = send",
    ),
    "a database": (
        "",
        "const open = indexedDB.open('lamp', 1); open.onupgradeneeded = () => open.result.createObjectStore('s');"
        "open.onsuccess = () => { const put = open.result.transaction('s', 'readwrite').objectStore('s').put(1, 1);"
        "put.onsuccess = send }",
    ),
    "a digest": ("", "crypto.subtle.digest('SHA-256', new Uint8Array(1e7)).then(send)"),
    "a message": ("", "const c = new MessageChannel(); c.port1.onmessage = send; c.port2.postMessage(1)"),
    "a lock": ("", "navigator.locks.request('lamp', send)"),
    "a frame's timer": (
        '<iframe srcdoc="<script>onmessage = () => setTimeout(() => parent.send(), 700)</script>"></iframe>',
        "document.querySelector('iframe').contentWindow.postMessage(1, '*')",
    ),
    "an answer that leads to it": ("", "fetch('/slow').then(send)"),
}


def _site(page: str) -> Site:
    def save(request: Request, site: Site) -> Response:
        site.kept["saves"] = site.kept.get("saves", 0) + 1
        site.effect("save")
        return Response("", 500)

    return Site({"/": page, "/save": save, "/slow": lambda request, site: Response("")})


@pytest.mark.quick(4)
@pytest.mark.parametrize("what", LATER)
def test_a_request_that_comes_after_the_expectation_is_seen(play: Play, what: str) -> None:
    played = play(_site(PAGE % LATER[what]), RUNBOOK)
    assert played.site.kept == {"saves": 1}
    assert played.result.failure_class is FailureClass.OUTCOME_UNKNOWN, played.message
    assert "was answered with status 500" in played.message


@pytest.mark.parametrize(
    ("act", "nothing_due"),
    [("", True), ("setTimeout(send, 60000)", True), ("setTimeout(() => {}, 700)", True), ("new WebSocket('/')", False)],
)
def test_the_journal_says_where_the_run_did_not_wait(play: Play, act: str, nothing_due: bool) -> None:
    played = play(_site(PAGE % ("", act)), RUNBOOK)
    assert played.result.status.good, played.message
    [step] = [each for each in played.events("step") if each["changes"]]
    assert step["nothing_due"] is nothing_due


def test_without_an_expectation_the_run_waits(play: Play) -> None:
    played = play(_site(PAGE % ("", "")), RUNBOOK.replace('        expect: text "Saved"\n', ""))
    assert played.result.status.good, played.message
    [step] = [each for each in played.events("step") if each["changes"]]
    assert step["nothing_due"] is False
