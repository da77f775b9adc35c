"""SIGTERM closes the run folder, whatever the run waits for."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from support.http_site import listening

from runwright.engine.run import interrupts
from runwright.evidence.verify import verify

PAGE = """<!doctype html><title>T</title><h1>Lamp</h1>
<label>Token <input value="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"></label>
<button onclick="fetch('/reached').then(() => { for (;;); })">Freeze</button>
<button onclick="fetch('/reached'); setTimeout(() => { for (;;); }, 80)">Freeze later</button>
<button onclick="fetch('/reached')">Nothing</button>
<button onclick="location.href = '/never'">Leave</button>
<a href="/endless" download="a.bin" onclick="fetch('/reached')">Export</a>
<form method="post" action="/never"><button>Order</button></form>
<button>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!</button>"""

STATES = {
    "a page that never comes": ("/never", '- expect: heading "Lamp"'),
    "a condition that never holds": ("/", '- click: button "Nothing"\n- expect: heading "More"\n  timeout: 90s'),
    "a pause": ("/", '- click: button "Nothing"\n- wait: heading "More"\n  timeout: 90s'),
    "a page that is busy for ever": ("/", '- click: button "Freeze"\n- hover: heading "Lamp"'),
    "a navigation that never ends": ("/", '- click: button "Leave"\n- hover: heading "More"'),
    "a download that never ends": ("/", '- download: link "Export"\n  timeout: 90s'),
    "the answer to a change": ("/", '- click: button "Order"\n  changes: true\n  expect: heading "More"'),
    "a value that is read": (
        "/",
        '- click: button "Nothing"\n- read: textbox "Token"\n  into: x\n  match: "(a+)+"\n  timeout: 90s',
    ),
    "a screenshot of a page that is busy for ever": ("/", '- click: button "Freeze later"\n- hover: heading "Lamp"'),
    "what puts things back": (
        "/",
        '- expect: heading "More"\n  timeout: 1s',
        '    on_failure:\n      - click: button "Nothing"\n      - expect: heading "Back"\n        timeout: 90s\n',
    ),
    "a pattern in the page": ("/", '- click: button "Nothing"\n- expect: button /^(a+)+$/\n  timeout: 90s'),
}


@pytest.fixture
def site() -> Iterator[tuple[str, threading.Event]]:
    """The address of a site of which some paths never end, and the event that a run has reached one of them."""
    reached, over = threading.Event(), threading.Event()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path in ("/never", "/reached", "/endless"):
                reached.set()
            if self.path == "/never":
                over.wait(120)
                return
            self.send_response(200)
            if self.path == "/endless":
                self.send_header("Content-Type", "application/octet-stream")
                self.send_header("Content-Length", "1000000")
                self.end_headers()
                self.wfile.write(b"x" * 100)
                self.wfile.flush()
                over.wait(120)
                return
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.encode())

        do_POST = do_GET

        def log_message(self, *words: object) -> None:
            return

    with listening(Answer) as port:
        try:
            yield f"http://127.0.0.1:{port}", reached
        finally:
            over.set()


def start(folder: Path, address: str, path: str, steps: str, more: str = "") -> subprocess.Popen[str]:
    indented = "".join(f"      {line}\n" for line in steps.splitlines())
    always = '    always_run: no page shows it\n    ready: heading "Lamp"\n' if "changes" in steps else ""
    (folder / "order.yaml").write_text(
        f'name: T\nsites: {{ shop: {{ url: "{address}" }} }}\nsections:\n'
        f"  - name: Order\n    open: shop {path}\n{always}{more}    steps:\n{indented}",
        "utf-8",
    )
    command = [sys.executable, "-m", "runwright", "run", "order.yaml", "--yes"]
    return subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def terminated(process: subprocess.Popen[str], folder: Path) -> None:
    """Send SIGTERM to the process alone, and wait until its folder is closed. It must be intact."""
    began = time.monotonic()
    os.kill(process.pid, signal.SIGTERM)
    (journal,) = folder.glob("screenshots/order/*/events.jsonl")
    while not (journal.parent / "SHA256SUMS").exists() and time.monotonic() - began < 60:
        time.sleep(0.05)
    output, _ = process.communicate(timeout=60)
    assert process.returncode in (130, 3), f"{process.returncode}: {output}"
    found = verify(journal.parent)
    assert found.finished and found.good, (found.problems, output)
    last = json.loads(journal.read_text("utf-8").splitlines()[-1])
    assert last["status"] in ("interrupted", "stopped"), (last, output)


@pytest.mark.quick(2)
@pytest.mark.parametrize("state", STATES)
def test_sigterm_closes_the_folder_whatever_the_run_waits_for(
    state: str, site: tuple[str, threading.Event], tmp_path: Path
) -> None:
    address, reached = site
    process = start(tmp_path, address, *STATES[state])
    try:
        assert reached.wait(120), "the run never got there"
        time.sleep(1.0)  # into the wait itself; whatever the run does then must end
        terminated(process, tmp_path)
    finally:
        process.kill()


def test_sigterm_closes_the_folder_while_a_secret_is_asked_for(
    site: tuple[str, threading.Event], tmp_path: Path
) -> None:
    """The question is asked at a terminal, by a run that has a folder already."""
    address, _ = site
    (tmp_path / "order.yaml").write_text(
        f'name: T\nsites: {{ shop: {{ url: "{address}" }} }}\n'
        "secrets: { pin: { description: A, typed_at: shop } }\n"
        "sections:\n  - name: Order\n    open: shop /\n    steps:\n"
        "      - ask: The number of the day\n        into: pin\n",
        "utf-8",
    )
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "runwright", "run", "order.yaml", "--yes"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdin=slave, stdout=subprocess.PIPE, stderr=slave, text=True, start_new_session=True
    )
    os.close(slave)
    shown = b""
    try:
        while b"number of the day" not in shown:
            assert select.select([master], [], [], 120)[0], f"nothing was asked: {shown!r}"
            shown += os.read(master, 4096)
        terminated(process, tmp_path)
    finally:
        process.kill()
        os.close(master)


@pytest.mark.parametrize("closing", [True, False])
def test_a_run_that_closes_its_folder_is_let_finish(closing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupts, "TERMINATED_AFTER", 0.2)
    again = threading.Event()
    repeated = False
    with interrupts.interrupts() as event:
        os.kill(os.getpid(), signal.SIGTERM)
        assert event.wait(10), "the first signal asks the run to end"
        if closing:
            event.ending()
        try:
            again.wait(1.0 if closing else 30.0)
        except KeyboardInterrupt:
            repeated = True
    assert repeated is not closing
