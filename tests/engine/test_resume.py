"""Runs that were killed, stopped or failed are resumed, and no change is made twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
from playwright.sync_api import Browser
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.short_limits import look_back_for
from support.site_pages import HOME, Site, SiteSimulator

from runwright.api import Simulators
from runwright.cli.run_flow import RunRequest, run_request
from runwright.engine.errors import Stopped
from runwright.engine.run.options import RunOptions
from runwright.engine.run.run_lock import locked
from runwright.rehearsal.rehearsal import Rehearsal

KILLED = Path(__file__).parents[1] / "support" / "killed_run.py"
BOOK = """name: Things
inputs:
  name: { description: A name, default: Lamp }
sites:
  shop: { url: https://shop.example, simulator: site }
sections:
  - name: Add the thing
    open: shop /
    ready: text "end of list"
    done_when: link "${name}"
    steps:
      - fill: textbox "Name"
        with: ${name}
      - click: button "Add"
        changes: true
"""
TWICE = (
    BOOK
    + """
  - name: Ring the bell
    open: shop /
    ready: text "end of list"
    always_run: no page shows that it rang
    steps:
      - click: button "Ring"
        changes: true
"""
)
SLOW = 1.0
SEND = """<script>
addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch(event.target.action, { method: 'POST', body: new FormData(event.target) });
  if (answer.ok) location.reload();
});
</script>"""
"""Submits forms by fetch, without leaving the page: the request has been sent once the run observes it."""


def shop(answers: int = 303, lose: bool = False, rings: bool = True) -> Site:
    """A list and a form that adds to it. The change is made at once, and answered a second later."""

    def page(request: Request, site: Site) -> Response:
        items = "".join(f"<li><a href=#>{name}</a>" for name in site.kept.get("names", []))
        add = "<form method=post action=/add><label>Name <input name=name></label><button>Add</button></form>"
        ring = "<form method=post action=/ring><button>Ring</button></form>"
        return HTMLResponse(f"<!doctype html><title>Things</title><ul>{items}<li>end of list</ul>{add}{ring}{SEND}")

    def change(kind: str) -> Callable[[Request, Site], Response]:
        def respond(request: Request, site: Site) -> Response:
            form = anyio.from_thread.run(request.form)
            site.effect(kind)
            if kind == "add" and not lose:
                site.kept.setdefault("names", []).append(str(form["name"]))
            threading.Event().wait(SLOW)  # the answer is late, so that a run can be killed before it arrives
            status = site.kept.get("fails", answers)
            return RedirectResponse("/", 303) if status == 303 else HTMLResponse("no", status)

        return respond

    return Site({"/": page, "/add": change("add"), "/ring": change("ring")})


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site shows a change at once: what it does not show after two seconds, it does not show after ten."""
    look_back_for(monkeypatch, 2.0)


@dataclass
class World:
    """A site under its real address, a runbook for it, and the runs against it."""

    rehearsal: Rehearsal
    path: Path
    out: Path
    capsys: pytest.CaptureFixture[str]
    browser: Callable[[], Browser]
    printed: str = field(default="")

    def killed(self, sign: str, point: str, nth: int = 1) -> int:
        """A run in its own process, which receives the signal when a change reaches the point; its exit code."""
        done = subprocess.run(self.command(sign, point, nth), capture_output=True, text=True, timeout=200)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode

    def command(self, sign: str, point: str, nth: int = 1) -> list[str]:
        words = [str(self.path), self.rehearsal.control_url, str(self.out), sign, point, str(nth)]
        return [sys.executable, str(KILLED), *words]

    def run(self, inputs: list[str] | None = None, out: Path | None = None, **how: Any) -> tuple[int, dict[str, Any]]:
        """The exit code and the object that `run --json` prints."""
        mode = how.pop("mode", "run")
        options = RunOptions(out or self.out, browser=self.browser(), **how)
        simulators = Simulators(url=self.rehearsal.control_url)
        call = RunRequest(
            str(self.path), inputs or [], None, [], None, True, options, mode, yes=True, simulators=simulators
        )
        code = run_request(call)
        out, self.printed = self.capsys.readouterr()
        return code, json.loads(out) if out else {}

    def effects(self) -> list[str]:
        return [effect.kind for effect in self.rehearsal.context.effects.since(0)]

    def last(self) -> str:
        return sorted(path.parent.name for path in self.out.glob("*/*/events.jsonl"))[-1]

    def events(self, run: str) -> list[dict[str, Any]]:
        lines = (self.out / self.path.stem / run / "events.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shared_browser: Callable[[], Browser]
) -> Iterator[Callable[..., World]]:
    opened: list[Rehearsal] = []

    def start(site: Site, book: str = BOOK) -> World:
        path = tmp_path / "things.yaml"
        path.write_text(book, "utf-8")
        rehearsal = Rehearsal(kinds={"site": type("OneSite", (SiteSimulator,), {"site": site})})
        opened.append(rehearsal)
        rehearsal.__enter__()
        simulator = rehearsal.add("site", HOME, {})
        site.effect = lambda kind, **detail: simulator.context.effects.record("shop.example", kind, **detail)
        return World(rehearsal, path, tmp_path / "out", capsys, shared_browser)

    yield start
    for rehearsal in opened:
        rehearsal.__exit__(None, None, None)


@pytest.mark.quick(2)
@pytest.mark.parametrize("point", ["before the intent", "intent", "sent", "answered", "outcome"])
def test_a_killed_run_never_adds_the_thing_twice(world: Callable[..., World], point: str, locks: Path) -> None:
    here = world(shop())
    assert here.killed("SIGKILL", point) == -9
    first = here.last()
    assert here.events(first)[-1]["event"] != "end", "the run was not killed"
    assert list(locks.glob("*.holder")), "the run had no lock when it was killed"

    code, result = here.run()
    assert (code, result["status"]) == (3, "stopped"), "a plain run ignored an unfinished run"
    assert first in result["failure"]["message"]
    assert f"--resume {first}" in here.printed and "--restart" in here.printed

    survived = here.effects() == ["add"]
    assert survived or point in ("before the intent", "intent", "sent")
    code, result = here.run(resume=first)
    if point == "intent" or (point == "sent" and not survived):  # a request may die with the browser
        assert code == 3 and here.effects() == [], "whether the change was made is for a person to find out"
        assert "--settled made" in here.printed and "--settled not-made" in here.printed
        code, result = here.run(resume=result["run"], settled="not-made")
    assert code == 0, result["failure"]
    assert here.effects() == ["add"]
    assert result["sections"][0]["status"] == ("unchanged" if survived else "changed")
    resumes = here.events(result["run"])[0]["resumes"]
    assert resumes["run"] and len(resumes["digest"]) == 64
    assert here.run()[0] == 0 and here.effects() == ["add"], "a run after a finished one changed something"


def test_an_interrupted_run_can_be_resumed(world: Callable[..., World]) -> None:
    here = world(shop())
    assert here.killed("SIGINT", "sent") == 130
    assert here.events(here.last())[-1]["exit"] == 130
    code, result = here.run(resume="last")
    assert (code, result["sections"][0]["status"], here.effects()) == (0, "unchanged", ["add"])


def test_a_failed_request_stops_the_run_until_a_person_has_checked(world: Callable[..., World]) -> None:
    site = shop(answers=500, lose=True)
    here = world(site)
    code, result = here.run()
    assert code == 3 and "500" in result["failure"]["message"]
    assert "--resume" in here.printed and "--settled not-made" in here.printed
    run = result["run"]
    assert here.run()[0] == 3, "a plain run would send the request a second time"
    code, result = here.run(resume=run)
    assert code == 3 and here.effects() == ["add"], "a page that does not show the change proves nothing"
    assert 'Click button "Add"' in result["failure"]["message"] and run in result["failure"]["message"]
    assert here.run(restart=True)[0] == 3 and here.effects() == ["add", "add"], "--restart sends it again"


def test_a_change_that_no_page_shows_is_not_repeated_by_a_plain_run(
    world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runwright.engine.run.section_checks.READY", 1.0)
    wrong = BOOK.replace('done_when: link "${name}"', 'done_when: link "Lump"')
    here = world(shop(), wrong)
    code, result = here.run()
    assert code == 1 and "does not show" in result["failure"]["message"] and here.effects() == ["add"]
    code, result = here.run()
    assert code == 3 and here.effects() == ["add"], "a plain run made the change a second time"
    assert "--resume" in here.printed and "--restart" in here.printed
    here.path.write_text(BOOK, "utf-8")
    code, result = here.run()
    assert code == 3 and "--restart" in here.printed and "--resume" not in result["failure"]["remedy"]
    code, result = here.run(resume="last")
    assert code == 2 and "--restart" in here.printed
    code, result = here.run(restart=True)
    assert (code, result["sections"][0]["status"], here.effects()) == (0, "unchanged", ["add"])


def test_a_run_that_failed_before_its_first_change_needs_no_resume(world: Callable[..., World]) -> None:
    here = world(shop(), BOOK.replace('textbox "Name"', 'textbox "Nane"'))
    assert here.run()[0] == 1
    here.path.write_text(BOOK, "utf-8")
    code, _ = here.run(resume="last")
    assert code == 2 and "To start a new run: " in here.printed
    assert here.run()[0] == 0 and here.effects() == ["add"]


def test_resume_last_is_the_last_run_with_these_inputs_and_not_a_check(
    world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runwright.engine.run.section_checks.READY", 1.0)
    here = world(shop(), BOOK.replace('done_when: link "${name}"', 'done_when: link "Lump"'))
    assert here.run()[0] == 1 and here.effects() == ["add"]
    assert here.run(mode="check")[0] == 1
    code, _ = here.run(resume="last")
    assert code == 3 and "was a check" not in here.printed, here.printed
    code, _ = here.run(redo=("1",))
    assert code == 3 and here.printed.count("--redo 1") == 2, "the command to paste has lost --redo"


def test_a_change_that_no_page_shows_is_not_repeated_by_resume(world: Callable[..., World]) -> None:
    here = world(shop(), TWICE)
    assert here.killed("SIGKILL", "outcome", nth=2) == -9
    assert here.effects() == ["add", "ring"]
    code, result = here.run(resume="last")
    assert code == 3 and here.effects() == ["add", "ring"], "it was done, and only a person may repeat it"
    code, result = here.run(resume="last", redo=("2",))
    assert code == 0 and here.effects() == ["add", "ring", "ring"]
    assert [section["status"] for section in result["sections"]] == ["unchanged", "changed"]


def test_an_always_run_section_is_skipped_if_the_resumed_run_did_it(world: Callable[..., World]) -> None:
    book = TWICE + BOOK.partition("sections:")[2].replace("Add the thing", "Add another").replace("${name}", "Stool")
    here = world(shop(), book)
    assert here.killed("SIGKILL", "before the intent", nth=3) == -9
    code, result = here.run(resume="last")
    assert code == 0, result["failure"]
    assert [section["status"] for section in result["sections"]] == ["unchanged", "unchanged", "changed"]
    assert here.effects() == ["add", "ring", "add"]


def test_a_run_with_other_inputs_or_another_runbook_is_not_resumed(world: Callable[..., World]) -> None:
    here = world(shop())
    assert here.killed("SIGKILL", "intent") == -9
    first = here.last()
    code, _ = here.run(["name=Stool"], resume=first)
    assert code == 2 and "input name: was Lamp, is Stool" in here.printed
    here.path.write_text(BOOK.replace("name: Things", "name: Other things"), "utf-8")
    code, _ = here.run(resume=first)
    assert code == 2 and "-name: Things" in here.printed and "+name: Other things" in here.printed
    assert here.run(["name=Stool"])[0] == 0, "a run with other inputs was refused"
    code, _ = here.run(resume="2019")
    assert code == 2 and "There is no run `2019`" in here.printed
    assert here.effects() == ["add"]


def test_a_run_with_an_altered_journal_is_not_resumed(world: Callable[..., World]) -> None:
    here = world(shop())
    assert here.killed("SIGKILL", "intent") == -9
    path = here.out / "things" / here.last() / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"Lamp"', b'"Lump"', 1))
    code, _ = here.run(resume="last")
    assert code == 2 and "line 2 does not follow" in here.printed


SLACK, FIRST, SECOND = "https://slack.example", "https://one.example", "https://two.example"


def test_a_second_run_at_the_same_time_is_refused_with_the_holder_s_name(locks: Path) -> None:
    with locked("things", [SLACK, FIRST], None, "ann"):
        for sites in ([SLACK], [SLACK, SECOND], [FIRST, SECOND]):
            with (
                pytest.raises(Stopped, match=r"ann on .*, process \d+, since 20\d\d-"),
                locked("things", sites, None, "ben"),
            ):
                raise AssertionError("both have the lock")
        for others in (("others", [SLACK], None), ("things", [SECOND], None), ("things", [SLACK], "a rehearsal")):
            with locked(*others, "ben"):
                pass
        assert len(list(locks.glob("*.holder"))) == 2
    with locked("things", [SLACK], None, "ben"):
        (holder,) = locks.glob("*.holder")
        assert json.loads(holder.read_text("utf-8"))["who"] == "ben"


def test_two_processes_with_different_inputs_and_folders_exclude_each_other(
    world: Callable[..., World], tmp_path: Path
) -> None:
    """As when two servers are set up at the same time: both need the same thing at a site that they share."""
    here = world(shop())
    first = subprocess.Popen(here.command("SIGSTOP", "intent"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, status = os.waitpid(first.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "the first run never reached its change"
    code, _ = here.run(["name=Stool"], out=tmp_path / "elsewhere")
    os.kill(first.pid, signal.SIGCONT)
    first.communicate(timeout=200)
    assert code == 3 and "is in progress" in here.printed
    assert first.returncode == 0 and here.effects() == ["add"]


PUT_BACK = BOOK.replace(
    '      - click: button "Add"\n        changes: true\n',
    """      - click: button "Add"
        changes: true
      - click: button "Missing"
        timeout: 1s
    on_failure:
      - open: shop /
      - click: button "Ring"
        changes: true
""",
).replace('done_when: link "${name}"', 'done_when: link "never"')


def test_a_run_that_is_killed_while_it_puts_back_makes_nothing_twice(world: Callable[..., World]) -> None:
    """Until all is put back, nobody knows what is there: a person must look, and the answer lets the run go on."""
    here = world(shop(), PUT_BACK)
    assert here.killed("SIGKILL", "answered", nth=2) == -9
    assert here.effects() == ["add", "ring"]
    code, result = here.run(resume="last")
    assert code == 3 and result["failure"]["class"] == "outcome_unknown", result
    assert here.effects() == ["add", "ring"], "a change was made again after a kill within on_failure"
