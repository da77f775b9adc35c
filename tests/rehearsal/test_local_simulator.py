"""A server of one's own stands in for a site, under the site's real address, and only one of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support.site_pages import Quiet

from runwright.engine.run.launcher import execute
from runwright.engine.run.options import Given
from runwright.engine.run.plan import make_plan
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.lifecycle import join
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient, RehearsalError

BOOK = """title: A note at Acme
sites:
  acme: { url: https://admin.acme.example, stand_in: { kind: local, url: "THERE" } }
sections:
  - title: Write it
    open: acme /note
    ready: button "Save"
    done_when: textbox "Note" [value="kept"]
    steps:
      - fill: textbox "Note"
        with: kept
      - click: button "Save"
        commits: true
        expect: url /note?saved
"""


class Acme(BaseHTTPRequestHandler):
    """Wants a cookie that it gave, and sends on to an address of its own, as many servers do."""

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
        fair = self.headers["Origin"] == f"http://{host}" and "seen=1" in self.headers["Cookie"]
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if fair and "theme=plain" in self.headers["Cookie"]:
            self.notes.append(sent.removeprefix("n="))
        self.send_response(303)
        self.send_header("Location", f"http://{host}/note?saved")
        self.end_headers()

    def log_message(self, *words: Any) -> None:
        pass


@pytest.fixture
def acme() -> Iterator[tuple[str, list[str]]]:
    notes: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Acme,), {"notes": notes}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", notes
    server.shutdown()
    server.server_close()


def test_a_runbook_is_rehearsed_under_the_real_address(acme: tuple[str, list[str]], tmp_path: Path) -> None:
    there, notes = acme
    path = tmp_path / "book.yaml"
    path.write_text(BOOK.replace("THERE", there), "utf-8")
    for wanted in ("done", "already done"):
        plan = make_plan(load(path, vocabulary()), {}, {}, True, "run")
        with Rehearsal() as rehearsal:
            client = RehearsalClient(rehearsal.control_url)
            client.open_sites([(site.stand_in[0], site.url, dict(site.stand_in[1])) for site in plan.sites])
            given = Given(tmp_path / "screenshots", False, "")
            result = execute(plan, given, Quiet(), threading.Event(), client)
        assert [section.status for section in result.sections] == [wanted], result.reason
        assert {step.address.split("/note")[0] for step in result.steps} == {"https://admin.acme.example"}
    assert notes == ["kept"]


@pytest.mark.parametrize("url", ["https://admin.acme.example", "http://10.0.0.7", "127.0.0.1:8765", ""])
def test_no_other_machine_is_reached(url: str) -> None:
    with Rehearsal() as rehearsal, pytest.raises(RehearsalError, match="server on this machine"):
        RehearsalClient(rehearsal.control_url).open_sites([("local", "https://admin.acme.example", {"url": url})])


def test_a_site_without_a_stand_in_is_told_how_to_have_one() -> None:
    with Rehearsal() as rehearsal, pytest.raises(RehearsalError, match="kind: local"):
        RehearsalClient(rehearsal.control_url).open_sites([(None, "https://admin.acme.example", {})])


@pytest.mark.parametrize(
    ("stand_in", "column", "message", "remedy"),
    [
        (", stand_in: { kind: slak }", 62, "There is no stand-in `slak`; known are", "Correct the site's"),
        (", stand_in: { kind: local }", 62, "needs the url of a server on this machine", "Correct the site's"),
        ("", 16, "No stand-in answers for https://admin.acme.example.", "Give the site `acme` one."),
    ],
)
def test_a_stand_in_that_cannot_be_is_a_fault_of_the_runbook(
    tmp_path: Path, stand_in: str, column: int, message: str, remedy: str
) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(BOOK.replace(', stand_in: { kind: local, url: "THERE" }', stand_in), "utf-8")
    plan = make_plan(load(path, vocabulary()), {}, {}, True, "run")
    with pytest.raises(UserError) as told, join(plan, None, []):
        pass
    (fault,) = told.value.faults
    assert message in fault.message and fault.remedy.startswith(remedy)
    assert fault.path == path and fault.mark is not None
    assert (fault.mark.line, fault.mark.column) == (3, column)
