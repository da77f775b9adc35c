"""The command `inspect` as a person calls it: on large pages, watched, in a window, behind a sign-in, beside a run."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support.virtual_display import display

from runwright.engine.run.run_lock import locked

SIGNED_IN = '<title>Hosts</title><h1>Hosts</h1><label>Zone <input value="North"></label>'
SIGN_IN = (
    "<title>In</title><h1>Sign in</h1><form method=post><label>Name <input name=n></label><button>Go</button></form>"
)
TICKING = """<title>Clock</title><h1>Clock</h1><label>Zone <input></label>
<script>let n = 0; setInterval(() => {
 document.querySelector('h1').insertAdjacentHTML('afterend', `<button>Late ${++n}</button>`); }, 1500);
</script>"""
"""A page on which one more button comes again and again, so that some come after the first reading."""


def large(rows: int) -> str:
    """A page of five fields a row, those of the last two columns without names."""
    cells = (
        "<tr><th scope=row>Host {0}"
        "<td><input aria-label='Address of host {0}'><td><input aria-label='Port of host {0}'>"
        "<td><select aria-label='Zone of host {0}'><option>A<option>B</select><td><input type=checkbox><td><input>"
    )
    head = "<tr><th>Host<th>Address<th>Port<th>Zone<th>Active<th>Notes"
    body = "".join(cells.format(n) for n in range(rows))
    return f"<title>L</title><h1>L</h1><table><thead>{head}<tbody>{body}</table>"


class Site(BaseHTTPRequestHandler):
    """Signs in who sends the form, and has pages of all sizes."""

    def do_GET(self) -> None:
        inside = "in=1" in self.headers.get("Cookie", "")
        pages = {"/": SIGNED_IN if inside else SIGN_IN, "/clock": TICKING, "/large": large(500), "/huge": large(4000)}
        self._send(200, pages.get(self.path, ""))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._send(303, "", {"Set-Cookie": "in=1", "Location": "/"})

    def _send(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        return


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def book(tmp_path: Path, origin: str) -> Path:
    path = tmp_path / "hosts.yaml"
    path.write_text(
        f"name: Hosts\nsites:\n  shop: {{ url: '{origin}' }}\n"
        "blocks:\n"
        '  sign in:\n    - fill: textbox "Name"\n      with: ann\n    - click: button "Go"\n'
        '      expect: heading "Hosts"\n'
        '  order:\n    - click: button "Go"\n      changes: true\n'
        'sections:\n  - name: S\n    open: shop /\n    steps:\n      - click: button "Go"\n',
        "utf-8",
    )
    return path


def call(*words: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "runwright", "inspect", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "controls"), [("/large", 2500), ("/huge", 20_000)])
def test_a_page_of_thousands_of_controls_is_listed(origin: str, path: str, controls: int) -> None:
    found = json.loads(call(origin + path, "--json").stdout)
    listed = len(found["controls"])
    assert listed + found["left_out"] + found["unnamed"] >= controls
    if found["left_out"] == 0:
        lines = {each["target"] for each in found["controls"]}
        assert len(lines) == listed > controls and found["unnamed"] == 0
        assert any(line.startswith('checkbox in row containing "Host 7') for line in lines)


@pytest.mark.slow
def test_a_block_signs_in_first_also_while_a_run_holds_the_lock(origin: str, book: Path) -> None:
    with locked("hosts", [origin], None, "ann"):
        found = call("shop /", "--runbook", str(book), "--block", "sign in")
    assert found.returncode == 0, found.stderr
    assert 'textbox "Zone"  # [value="North"]' in found.stdout
    refused = call("shop /", "--runbook", str(book), "--block", "order")
    assert refused.returncode == 2 and "makes changes" in refused.stderr


@pytest.mark.slow
def test_an_inspection_leaves_no_record_for_later_runs(
    origin: str, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert call("shop /", "--runbook", str(book)).returncode == 0
    assert not [path for path in (tmp_path / "state").rglob("*") if path.is_file()]


@pytest.mark.slow
def test_a_watched_window_prints_what_changes_until_it_is_interrupted(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with display(monkeypatch):
        command = [sys.executable, "-m", "runwright", "inspect", f"{origin}/clock", "--watch"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
        assert process.stdout is not None
        lines, interrupted = [], False
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("+") and not interrupted:
                process.send_signal(signal.SIGINT)
                interrupted = True
        assert process.wait(60) == 0, process.stderr and process.stderr.read()
    assert lines[0].startswith("Clock") and '  textbox "Zone"  # [value=""]' in lines
    assert re.fullmatch(r'\+ button "Late \d+"', lines[-1]), lines[-5:]


@pytest.mark.slow
def test_a_page_is_inspected_in_a_window(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with display(monkeypatch):
        found = call(f"{origin}/", "--headed")
    assert found.returncode == 0, found.stderr
    assert 'button "Go"' in found.stdout
