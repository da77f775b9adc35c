"""`run --plan` and `check` say of each setting what the page shows and what is wanted; neither changes anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from support.http_site import listening
from support.site_pages import Played

SETTINGS = """<!doctype html><title>Shop</title><h1>Shop</h1>
<label>Zone <select><option>Oslo<option selected>Rome</select></label>
<label>Name <input value=Lamp></label><label>PIN <input type=password value=4711></label>
<label><input type=checkbox checked> Public</label><button aria-expanded=false>More</button>
<ul aria-label=People><li>Ann<li>Ben</ul>"""
DONE = """sections:
  - name: Settings
    open: shop /
    ready: heading "Shop"
    done_when:
      - combobox "Zone" [value="Oslo"]
      - textbox "Name" [value containing "Lam"]
      - textbox "Name" [value!="Lamp"]
      - textbox "PIN" [value="0000"]
      - checkbox "Public" [unchecked]
      - button "More" [expanded]
      - textbox "Gone" [value="x"]
      - text "Hello"
      - no listitem "Ann"
      - count of listitem in list "People" is 3
      - url /*
      - any:
          - text "Neither"
          - listitem "Ben"
      - every: one in ${['Ann', 'Cy']}
        holds: listitem "${one}"
"""
ONE = """sections:
  - name: Settings
    open: shop /
    ready: heading "Shop"
    done_when: combobox "Zone" [value="Rome"]
"""
READ = [
    ('combobox "Zone"', "Oslo", "Rome", False),
    ('textbox "Name"', "containing Lam", "Lamp", True),
    ('textbox "Name"', "not Lamp", "Lamp", False),
    ('textbox "PIN"', "0000", "••••••••", False),
    ('checkbox "Public"', "off", "on", False),
    ('button "More"', "expanded", "collapsed", False),
    ('textbox "Gone"', "x", "not shown", False),
    ('text "Hello"', "shown", "not shown", False),
    ('listitem "Ann"', "not shown", "shown", False),
    ('count of listitem in list "People"', "3", "2", False),
    ("url", "/*", "https://shop.example/", True),
    ('listitem "Ben"', "shown", "shown", True),
    ('listitem "Ann"', "shown", "shown", True),
    ('listitem "Cy"', "shown", "not shown", False),
]


def test_a_check_reads_every_setting_with_current_and_wanted_value(play: Callable[..., Played]) -> None:
    played = play({"/": SETTINGS}, DONE, mode="check")
    assert played.statuses == ["drift"]
    found = [(each.setting, each.wanted, each.value, each.held) for each in played.result.sections[0].settings]
    assert found == READ


def test_a_page_that_never_comes_has_no_settings_and_a_run_has_those_of_its_last_look(
    play: Callable[..., Played], short_limits: None
) -> None:
    book = DONE.replace('ready: heading "Shop"', 'ready: heading "Never"')
    assert play({"/": SETTINGS}, book, mode="check").result.sections[0].settings == ()
    (zone,) = play({"/": SETTINGS}, ONE).result.sections[0].settings
    assert (zone.setting, zone.wanted, zone.value, zone.held) == ('combobox "Zone"', "Rome", "Rome", True)


BOOK = """name: Settings
sites: { shop: { url: "SITE" } }
sections:
  - name: Set the zone
    open: shop /
    ready: heading "Shop"
    done_when: combobox "Zone" [value="Oslo"]
    steps:
      - choose: combobox "Zone"
        option: Oslo
      - click: button "Save"
        changes: true
        expect: text "Saved"
  - name: Ring
    open: shop /
    ready: heading "Shop"
    always_run: no page shows that it rang
    steps:
      - click: button "Save"
        changes: true
        expect: text "Saved"
"""


class Shop(BaseHTTPRequestHandler):
    """Shows a zone, and counts what changes something."""

    sent: list[str]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.sent.append(self.path)
        self._answer()

    def _answer(self) -> None:
        page = "<!doctype html><title>Shop</title><h1>Shop</h1>"
        zone = "<label>Zone <select><option>Oslo<option selected>Rome</select></label>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"{page}{zone}<form method=post><button>Save</button></form>".encode())

    def log_message(self, *words: object) -> None:
        return


@pytest.mark.quick(1)
@pytest.mark.parametrize("words", [("--json",), ()])
def test_a_plan_without_a_terminal_changes_nothing_and_ends(tmp_path: Path, words: tuple[str, ...]) -> None:
    sent: list[str] = []
    with listening(type("ShopOfATest", (Shop,), {"sent": sent})) as port:
        (tmp_path / "book.yaml").write_text(BOOK.replace("SITE", f"http://127.0.0.1:{port}"), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "runwright", "run", "book.yaml", "--plan", *words],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=200,
        )
    assert done.returncode == 1, done.stdout + done.stderr
    assert sent == []
    if words:
        result: dict[str, Any] = json.loads(done.stdout)
        assert result["status"] == "drift"
        (zone,) = result["sections"][0]["settings"]
        assert (zone["setting"], zone["wanted"], zone["value"], zone["held"]) == (
            'combobox "Zone"',
            "Oslo",
            "Rome",
            False,
        )
        assert result["sections"][1]["settings"] == []
        assert result["sections"][1]["status"] == "not checkable"
    shown = done.stderr if words else done.stdout
    assert "~" in shown and 'combobox "Zone"' in shown and "Rome" in shown and "no page shows that it rang" in shown
    (journal,) = (tmp_path / "screenshots" / "book").glob("*/events.jsonl")
    assert json.loads(journal.read_text("utf-8").splitlines()[0])["mode"] == "check"
