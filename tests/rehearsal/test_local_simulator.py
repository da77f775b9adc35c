"""The simulator `local`: a server on this machine, and no other machine, answers under a site's real address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support.site_pages import Quiet

from runwright.engine.run.launcher import execute
from runwright.engine.run.options import RunOptions, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.lifecycle import join
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient, RehearsalError

BOOK = """name: A note at Acme
sites:
  acme: { url: https://admin.acme.example, simulator: { kind: local, url: "URL" } }
sections:
  - name: Write it
    open: acme /note
    ready: button "Save"
    done_when: textbox "Note" [value="kept"]
    steps:
      - fill: textbox "Note"
        with: kept
      - click: button "Save"
        changes: true
        expect: url /note?saved
"""


class Acme(BaseHTTPRequestHandler):
    """Requires a cookie that it set, and redirects to its own address, as many servers do."""

    notes: list[str]

    def do_GET(self) -> None:
        note = self.notes[-1] if self.notes else ""
        field = f"<label>Note <input name=n value='{note}'></label>"
        page = f"<title>Note</title><form method=post>{field}<button>Save</button></form>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", "seen=1; Path=/")
        self.send_header("Set-Cookie", "theme=plain; Path=/")
        self.end_headers()
        self.wfile.write(page.encode())

    def do_POST(self) -> None:
        host = self.headers["Host"]
        allowed = self.headers["Origin"] == f"http://{host}" and "seen=1" in self.headers["Cookie"]
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if allowed and "theme=plain" in self.headers["Cookie"]:
            self.notes.append(sent.removeprefix("n="))
        self.send_response(303)
        self.send_header("Location", f"http://{host}/note?saved")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def acme() -> Iterator[tuple[str, list[str]]]:
    notes: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("AcmeWithNotes", (Acme,), {"notes": notes}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", notes
    server.shutdown()
    server.server_close()


def test_a_runbook_is_rehearsed_under_the_real_address(acme: tuple[str, list[str]], tmp_path: Path) -> None:
    url, notes = acme
    path = tmp_path / "book.yaml"
    path.write_text(BOOK.replace("URL", url), "utf-8")
    for status in ("changed", "unchanged"):
        plan = make_plan(load(path, vocabulary()), {}, {}, True, "run")
        with Rehearsal() as rehearsal:
            client = RehearsalClient(rehearsal.control_url)
            client.open_sites([(site.simulator[0], site.url, dict(site.simulator[1])) for site in plan.sites])
            options = RunOptions(tmp_path / "screenshots")
            result = execute(RunSetup(plan, options, Quiet(), client))
        assert [section.status for section in result.sections] == [status], result.reason
        assert {step.address.split("/note")[0] for step in result.steps} == {"https://admin.acme.example"}
    assert notes == ["kept"]


@pytest.mark.parametrize("url", ["https://admin.acme.example", "http://10.0.0.7", "127.0.0.1:8765", ""])
def test_another_machine_is_rejected(url: str) -> None:
    with Rehearsal() as rehearsal, pytest.raises(RehearsalError, match="server on this machine"):
        RehearsalClient(rehearsal.control_url).open_sites([("local", "https://admin.acme.example", {"url": url})])


def test_a_site_without_a_simulator_gets_a_message_with_the_remedy() -> None:
    with Rehearsal() as rehearsal, pytest.raises(RehearsalError, match="kind: local"):
        RehearsalClient(rehearsal.control_url).open_sites([(None, "https://admin.acme.example", {})])


@pytest.mark.parametrize(
    ("simulator", "column", "message", "remedy"),
    [
        (", simulator: { kind: slak }", 63, "Unknown simulator kind `slak`. Known kinds: ", "Correct the site's"),
        (", simulator: { kind: local }", 63, "requires the url of a server on this machine", "Correct the site's"),
        ("", 16, "No simulator answers for https://admin.acme.example.", "Add `simulator` to the site `acme`."),
    ],
)
def test_a_simulator_that_cannot_be_served_is_an_error_of_the_runbook(
    tmp_path: Path, simulator: str, column: int, message: str, remedy: str
) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(BOOK.replace(', simulator: { kind: local, url: "URL" }', simulator), "utf-8")
    plan = make_plan(load(path, vocabulary()), {}, {}, True, "run")
    with pytest.raises(UserError) as raised, join(plan, None, []):
        pass
    (error,) = raised.value.diagnostics
    assert message in error.message and error.remedy.startswith(remedy)
    assert error.path == path and error.mark is not None
    assert (error.mark.line, error.mark.column) == (3, column)
