"""Probe sections: they run in guide checks only, show what a page rejects, and change nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from support.guide_checks import check, findings_of
from support.http_site import listening
from support.site_pages import Quiet

from runwright import rehearse
from runwright.engine.run.launcher import execute
from runwright.engine.run.options import RunOptions, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.guide.match.observations import read_run
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.lifecycle import join

BOOK = """name: Names of apps
sites:
  slack: { url: https://api.slack.com }
sections:
  - name: Check the list
    follows: 1
    open: slack /apps
    ready: heading "Your Apps"
    steps:
      - click: button "Create an App"
        follows: 1.1
        expect: dialog "Create an app"
  - name: A name that is too long
    probe: true
    follows: 1.1
    open: slack /apps
    ready: button "Create an App"
    steps:
      - click: button "Create an App"
        expect: dialog "Create an app"
      - expect: button starting "From scratch"
"""
GUIDE = "## Make it\n\n1. Choose **Create an App**.\n"


def test_a_probe_runs_in_a_guide_check_only(tmp_path: Path) -> None:
    path = tmp_path / "names.yaml"
    path.write_text(BOOK)
    book = load(path, vocabulary())
    plan = make_plan(book, {}, {}, True)
    with join(plan, None, []) as rehearsal:
        plain = execute(RunSetup(plan, RunOptions(tmp_path / "out"), Quiet(), rehearsal))
    assert [section.name for section in plain.sections] == ["Check the list"]
    assert findings_of(check(GUIDE, read_run(plain.folder))) == []

    result = check(GUIDE, read_run(rehearse(book, options=RunOptions(tmp_path / "out"), probe=True).folder))
    assert findings_of(result) == [("rule", "warning", 3)]
    assert "A name that is too long" in result.findings[0].found


def test_a_probe_with_a_change_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "names.yaml"
    text = BOOK.replace('      - expect: button starting "From scratch"\n', "")
    path.write_text(text + '      - click: button starting "From scratch"\n        changes: true\n')
    with pytest.raises(UserError, match="is a probe but makes changes"):
        load(path, vocabulary())


WAY = """name: The list
sites:
  slack: { url: https://api.slack.com }
sections:
  - name: Open the list
    follows: 1
    open: slack /apps
    ready: heading "Your Apps"
    steps:
      - expect: button "Create an App"
        follows: 1.1
  - name: The way that the guide shows
    probe: true
    follows: 1.1
    open: slack /apps
    ready: button "Create an App"
    steps:
      - click: button "Create an App"
        expect: dialog "Create an app"
      - hover: button starting "From scratch"
        follows: 1.1
"""


def test_probe_steps_with_follows_are_compared_with_their_item(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(WAY)
    folder = rehearse(path, options=RunOptions(tmp_path / "out"), probe=True).folder
    run = read_run(folder)
    assert findings_of(check("## Make it\n\n1. Go by **From scratch**.\n", run)) == []
    result = check("## Make it\n\n1. Go by **From Scratch**.\n", run)
    assert findings_of(result) == [("label", "note", 3)]
    assert result.findings[0].suggestion == "Write **From scratch**."


SITE_BOOK = """name: Names
sites: { shop: { url: "SITE" } }
sections:
  - name: A name that is too long
    probe: true
    follows: 1.1
    open: shop /
    ready: heading "Shop"
    steps:
      - fill: textbox "Name"
        with: A name of many words
        follows: 1.1
      - expect: text "At most 5 characters"
"""


class _Names(BaseHTTPRequestHandler):
    """A page that refuses long names, and counts what is sent to it."""

    sent: list[str]

    def do_GET(self) -> None:
        page = (
            "<!doctype html><title>Shop</title><h1>Shop</h1><label>Name <input "
            "oninput=\"said.textContent = value.length > 5 ? 'At most 5 characters' : ''\"></label><p id=said></p>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def do_POST(self) -> None:
        self.sent.append(self.path)
        self.send_error(500)

    def log_message(self, *words: object) -> None:
        return


def test_probes_run_on_a_real_site_when_they_are_asked_for(tmp_path: Path) -> None:
    site = type("Site", (_Names,), {"sent": []})
    with listening(site) as port:
        path = tmp_path / "names.yaml"
        path.write_text(SITE_BOOK.replace("SITE", f"http://127.0.0.1:{port}"))
        call = [sys.executable, "-m", "runwright", "run", str(path), "--yes", "--json", "--out", str(tmp_path / "out")]
        ended = subprocess.run([*call, "--probes"], capture_output=True, text=True, timeout=120, check=False)
    run = read_run(Path(json.loads(ended.stdout)["folder"]))
    assert [step.verb for step in run.steps if step.part == "steps"] == ["fill", "expect"], ended.stdout
    assert site.sent == []
    assert findings_of(check("## A\n\n1. Type `Lamps` into **Name**.\n", run)) == []
    assert findings_of(check("## A\n\n1. Type `Lamp 10` into **Name**.\n", run)) == [("rule", "error", 3)]
