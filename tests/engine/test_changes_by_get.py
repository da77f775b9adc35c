"""A change that is made with GET is sent once: by no retry, look, reload or resumed run a second time."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.http_site import listening

import runwright
from runwright.engine.run.options import RunResult
from runwright.evidence.journal import read_verified
from runwright.evidence.statuses import FailureClass

HOWS = {
    "form": "<form action=/make><input type=hidden name=name value=alpha><button>Create</button></form>",
    "link": "<a role=button href='/make?name=alpha'>Create</a>",
    "location": "<button onclick=\"location = '/make?name=alpha'\">Create</button>",
    "window": "<button onclick=\"window.open('/make?name=alpha')\">Create</button>",
    "refresh": "<a role=button href=/before>Create</a>",
    "frame": "<iframe name=f srcdoc=x></iframe><form action=/make target=f><button>Create</button></form>",
}
BOOK = """name: A key
sites: {{ admin: {{ url: "{url}" }} }}
sections:
  - name: Make the key
    open: admin {open}
    ready: heading "Keys"
    done_when: text "{done}"
    steps:
      - click: button "Create"
        changes: true
{more}"""


class Keys:
    """Makes a key at each GET of /make, and then answers as it is told."""

    def __init__(self, how: str, answer: str) -> None:
        self.made = 0
        self.at: dict[int, Callable[[], None]] = {}
        """What happens when the change is made for the nth time, before the answer."""
        self.url = ""
        keys = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path == "/make":
                    keys.made += 1
                    keys.at.get(keys.made, lambda: None)()
                    self._made()
                elif path == "/before":
                    self._page("<meta http-equiv=refresh content='0;url=/make?name=alpha'>")
                elif path == "/led-on" and answer == "redirect to 500":
                    self._page("<h1>No</h1>", 500)
                else:
                    self._page(f"<h1>Keys</h1>{HOWS[how]}" + ("<p>made</p>" if keys.made > 0 else ""))

            def _made(self) -> None:
                if answer == "reset":
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    self.close_connection = True
                elif answer.startswith("redirect"):
                    self._page("", 303, "/led-on")
                else:
                    self._page(f"<h1>Keys</h1>{HOWS[how]}", int(answer))

            def _page(self, text: str, status: int = 200, to: str | None = None) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "text/html")
                if to is not None:
                    self.send_header("Location", to)
                self.end_headers()
                self.wfile.write(f"<!doctype html><title>Keys</title>{text}".encode())

            def log_message(self, *words: object) -> None:
                return

        self.handler = Handler


@contextmanager
def keys(how: str, answer: str) -> Iterator[Keys]:
    site = Keys(how, answer)
    with listening(site.handler) as port:
        site.url = f"http://127.0.0.1:{port}"
        yield site


Go = Callable[..., RunResult]


@pytest.fixture
def go(tmp_path: Path, shared_browser: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch) -> Go:
    """Runs the runbook against the keys, as a real run."""
    monkeypatch.setattr("runwright.engine.run.section_checks.READY", 2.0)
    monkeypatch.setattr("runwright.engine.run.runner.LATE", 1.0)

    def run(site: Keys, more: str = "", done: str = "nothing shows it", place: str = "/", **how: object) -> RunResult:
        path = tmp_path / "keys.yaml"
        path.write_text(BOOK.format(url=site.url, more=more, done=done, open=place), "utf-8")
        options = runwright.RunOptions(tmp_path / "out", browser=shared_browser(), **how)  # type: ignore[arg-type]
        return runwright.run(path, options=options)

    return run


@pytest.mark.quick(4)
@pytest.mark.parametrize("answer", ["500", "reset"])
@pytest.mark.parametrize("how", HOWS)
def test_a_change_by_get_whose_answer_is_lost_is_made_once(go: Go, how: str, answer: str) -> None:
    with keys(how, answer) as site:
        result = go(site)
        assert (result.exit, result.failure_class) == (3, FailureClass.OUTCOME_UNKNOWN), result.reason
        assert "/make" in str(result.reason)
        assert site.made == 1
        again = go(site, resume="last")
        assert (again.exit, again.failure_class, site.made) == (3, FailureClass.OUTCOME_UNKNOWN, 1), again.reason


def test_a_page_that_shows_the_effect_settles_a_change_by_get(go: Go) -> None:
    with keys("form", "500") as site:
        assert go(site, done="made").exit == 3
        assert (go(site, done="made", resume="last").exit, site.made) == (0, 1)


def test_a_page_that_a_change_was_redirected_to_may_be_loaded_again(go: Go) -> None:
    with keys("form", "redirect") as site:
        more = '      - wait: text "never"\n        timeout: 2s\n        reload_every: 500ms\n'
        result = go(site, more, done="made")
        assert result.exit == 1 and "Timed out" in str(result.reason), result.reason
        assert site.made == 1
    with keys("link", "redirect to 500") as site:
        result = go(site, restart=True)
        assert (result.exit, result.failure_class, site.made) == (3, FailureClass.OUTCOME_UNKNOWN, 1)


def test_a_page_that_a_change_led_to_is_not_loaded_again_by_reload_every(go: Go) -> None:
    with keys("form", "200") as site:
        more = '      - wait: text "never"\n        timeout: 9s\n        reload_every: 500ms\n'
        result = go(site, more, done="made")
        assert (result.exit, site.made) == (3, 1), result.reason
        assert "is the address by which a change was made" in str(result.reason)
        again = go(site, more, done="made", resume="last")
        assert site.made == 1, again.reason


def test_a_section_whose_open_is_the_change_s_own_address_stops(go: Go) -> None:
    with keys("link", "200") as site:
        place = "/make?name=alpha"
        result = go(site, place=place)
        assert site.made == 2, "it was opened once, and clicked once"
        assert result.exit == 3 and f"{site.url}{place} is the address by which a change was made" in str(result.reason)
        again = go(site, place=place, resume="last")
        assert (again.exit, site.made) == (3, 2) and "is the address" in str(again.reason)


def test_a_run_that_is_killed_while_its_change_is_requested_never_loads_the_address_again(
    go: Go, tmp_path: Path
) -> None:
    """What opens the section is the change's own address, and the journal has no event of the step."""
    with keys("link", "200") as site:
        place = "/make?name=alpha"
        path = tmp_path / "keys.yaml"
        path.write_text(BOOK.format(url=site.url, more="", done="nothing shows it", open=place), "utf-8")
        command = [sys.executable, "-m", "runwright", "run", str(path), "--yes", "--out", str(tmp_path / "out")]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as killed:
            site.at[2] = killed.kill
            assert killed.wait(120) == -9
        assert site.made == 2, "it was opened once, and clicked once"
        journal = next((tmp_path / "out").glob("*/*/events.jsonl")).read_text("utf-8")
        assert '"changes":true' not in journal, "the step's own event is not written"
        again = go(site, place=place, resume="last")
        assert site.made == 2, again.reason
        assert again.exit == 3 and f"{site.url}{place} is the address by which a change was made" in str(again.reason)


def test_the_journal_names_the_address_that_made_the_change(go: Go) -> None:
    with keys("form", "redirect") as site:
        result = go(site, done="made")
        assert result.exit == 0, result.reason
        _, events = read_verified(result.folder / "events.jsonl")
        requests = next(each.requests for each in events if getattr(each, "changes", False) is True)
        assert [(each.method, each.makes_change) for each in requests] == [("GET", True), ("GET", False)]
