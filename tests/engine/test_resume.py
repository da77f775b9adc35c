"""Runs that were killed, stopped or failed are taken up again, and no change is made twice."""

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
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import HOME, Site, SiteStandIn

from runwright.cli.run_flow import Call, go
from runwright.engine.errors import Stopped
from runwright.engine.run.run_lock import locked
from runwright.rehearsal.rehearsal import Rehearsal

KILLED = Path(__file__).parents[1] / "support" / "killed_run.py"
BOOK = """title: Things
inputs:
  name: { about: A name, default: Lamp }
sites:
  shop: { url: https://shop.example, stand_in: site }
sections:
  - title: Add the thing
    open: shop /
    ready: text "end of list"
    done_when: link "${name}"
    steps:
      - fill: textbox "Name"
        with: ${name}
      - click: button "Add"
        commits: true
"""
TWICE = (
    BOOK
    + """
  - title: Ring the bell
    open: shop /
    ready: text "end of list"
    every_time: no page shows that it rang
    steps:
      - click: button "Ring"
        commits: true
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
"""Sends forms as today's pages do, without leaving the page: the request is on its way once it is heard of."""


def shop(answers: int = 303, lose: bool = False, rings: bool = True) -> Site:
    """A list and a form that adds to it; the change is made at once and answered a second later."""

    def page(request: Request, site: Site) -> Response:
        items = "".join(f"<li><a href=#>{name}</a>" for name in site.kept.get("names", []))
        add = "<form method=post action=/add><label>Name <input name=name></label><button>Add</button></form>"
        ring = "<form method=post action=/ring><button>Ring</button></form>"
        return HTMLResponse(f"<!doctype html><title>Things</title><ul>{items}<li>end of list</ul>{add}{ring}{SEND}")

    def change(kind: str) -> Callable[[Request, Site], Response]:
        def made(request: Request, site: Site) -> Response:
            form = anyio.from_thread.run(request.form)
            site.effect(kind)
            if kind == "add" and not lose:
                site.kept.setdefault("names", []).append(str(form["name"]))
            threading.Event().wait(SLOW)  # the answer is late, so that a run can be killed before it comes
            failed = site.kept.get("fails", answers)
            return RedirectResponse("/", 303) if failed == 303 else HTMLResponse("no", failed)

        return made

    return Site({"/": page, "/add": change("add"), "/ring": change("ring")})


@dataclass
class World:
    """A site under its real address, a runbook for it, and the runs against it."""

    rehearsal: Rehearsal
    path: Path
    out: Path
    capsys: pytest.CaptureFixture[str]
    printed: str = field(default="")

    def killed(self, sign: str, point: str, nth: int = 1) -> int:
        """A run in a process of its own, which gets the signal when a commit comes to the point."""
        done = subprocess.run(self.command(sign, point, nth), capture_output=True, text=True, timeout=200)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode

    def command(self, sign: str, point: str, nth: int = 1) -> list[str]:
        words = [str(self.path), self.rehearsal.control_url, str(self.out), sign, point, str(nth)]
        return [sys.executable, str(KILLED), *words]

    def run(self, inputs: list[str] | None = None, out: Path | None = None, **how: Any) -> tuple[int, dict[str, Any]]:
        """The exit code and the object that `run --json` prints."""
        call = Call(
            str(self.path), inputs or [], None, [], None, False, out or self.out, None, True, yes=True,
            control=self.rehearsal.control_url, **how,
        )  # fmt: skip
        code = go(call)
        out, self.printed = self.capsys.readouterr()
        return code, json.loads(out) if out else {}

    def effects(self) -> list[str]:
        return [effect.kind for effect in self.rehearsal.world.effects.since(0)]

    def last(self) -> str:
        return sorted(path.parent.name for path in self.out.glob("*/*/events.jsonl"))[-1]

    def events(self, run: str) -> list[dict[str, Any]]:
        lines = (self.out / self.path.stem / run / "events.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., World]]:
    opened: list[Rehearsal] = []

    def start(site: Site, book: str = BOOK) -> World:
        path = tmp_path / "things.yaml"
        path.write_text(book, "utf-8")
        rehearsal = Rehearsal(kinds={"site": type("OneSite", (SiteStandIn,), {"site": site})})
        opened.append(rehearsal)
        rehearsal.__enter__()
        stand_in = rehearsal.add("site", HOME, {})
        site.effect = lambda kind, **detail: stand_in.world.effects.record("shop.example", kind, **detail)
        return World(rehearsal, path, tmp_path / "out", capsys)

    yield start
    for rehearsal in opened:
        rehearsal.__exit__(None, None, None)


@pytest.mark.parametrize("point", ["before the intent", "intent", "sent", "answered", "outcome"])
def test_a_killed_run_never_adds_the_thing_twice(world: Callable[..., World], point: str, locks: Path) -> None:
    here = world(shop())
    assert here.killed("SIGKILL", point) == -9
    first = here.last()
    assert here.events(first)[-1]["event"] != "end", "the run was not killed"
    assert list(locks.glob("*.holder")), "it held the lock when it was killed"

    code, told = here.run()
    assert (code, told["status"]) == (3, "stopped"), "a plain run passed over a run that was not finished"
    assert first in told["failure"]["message"]
    assert f"--resume {first}" in here.printed and "--anew" in here.printed

    survived = here.effects() == ["add"]
    assert survived or point in ("before the intent", "intent", "sent")
    code, told = here.run(resume=first)
    if point == "intent" or (point == "sent" and not survived):  # a request may die with the browser
        assert code == 3 and here.effects() == [], "nobody can tell whether it was made: that is for a person"
        assert "--redo 'Add the thing'" in here.printed
        code, told = here.run(resume=told["run"], redo=("Add the thing",))
    assert code == 0, told["failure"]
    assert here.effects() == ["add"]
    assert told["sections"][0]["status"] == ("already done" if survived else "done")
    taken_up = here.events(told["run"])[0]["resumes"]
    assert taken_up["run"] and len(taken_up["head"]) == 64
    assert here.run()[0] == 0 and here.effects() == ["add"], "a run after all is well finds nothing to do"


def test_after_ctrl_c_the_run_is_taken_up(world: Callable[..., World]) -> None:
    here = world(shop())
    assert here.killed("SIGINT", "sent") == 130
    assert here.events(here.last())[-1]["exit"] == 130
    code, told = here.run(resume="last")
    assert (code, told["sections"][0]["status"], here.effects()) == (0, "already done", ["add"])


def test_a_failed_request_stops_until_a_person_has_looked(world: Callable[..., World]) -> None:
    site = shop(answers=500, lose=True)
    here = world(site)
    code, told = here.run()
    assert code == 3 and "500" in told["failure"]["message"]
    assert "--resume" in here.printed and "--redo" in here.printed
    run = told["run"]
    assert here.run()[0] == 3, "a plain run would have sent it a second time"
    code, told = here.run(resume=run)
    assert code == 3 and here.effects() == ["add"], "a page that does not show it settles nothing"
    assert 'Click button "Add"' in told["failure"]["message"] and run in told["failure"]["message"]
    assert here.run(anew=True)[0] == 3 and here.effects() == ["add", "add"], "--anew is the person's word"


def test_what_was_done_and_is_not_seen_is_not_done_again_by_a_plain_run(
    world: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runwright.engine.run.runner.READY", 1.0)
    wrong = BOOK.replace('done_when: link "${name}"', 'done_when: link "Lump"')
    here = world(shop(), wrong)
    code, told = here.run()
    assert code == 1 and "does not show" in told["failure"]["message"] and here.effects() == ["add"]
    code, told = here.run()
    assert code == 3 and here.effects() == ["add"], "a plain run made the change a second time"
    assert "--resume" in here.printed and "--anew" in here.printed
    here.path.write_text(BOOK, "utf-8")
    code, told = here.run()
    assert code == 3 and "--anew" in here.printed and "--resume" not in told["failure"]["remedy"]
    code, told = here.run(resume="last")
    assert code == 2 and "run it --anew" in here.printed
    code, told = here.run(anew=True)
    assert (code, told["sections"][0]["status"], here.effects()) == (0, "already done", ["add"])


def test_a_run_that_failed_before_it_changed_anything_is_run_again_plainly(world: Callable[..., World]) -> None:
    here = world(shop(), BOOK.replace('textbox "Name"', 'textbox "Nane"'))
    assert here.run()[0] == 1
    here.path.write_text(BOOK, "utf-8")
    code, _ = here.run(resume="last")
    assert code == 2 and "Run it again without --resume" in here.printed
    assert here.run()[0] == 0 and here.effects() == ["add"]


def test_the_last_run_is_the_last_with_these_inputs_that_was_no_check(world: Callable[..., World]) -> None:
    here = world(shop(), BOOK.replace('done_when: link "${name}"', 'done_when: link "Lump"'))
    assert here.run()[0] == 1 and here.effects() == ["add"]
    assert here.run(mode="check")[0] == 1
    code, _ = here.run(resume="last")
    assert code == 3 and "was a check" not in here.printed, here.printed
    code, _ = here.run(redo=("1",))
    assert code == 3 and here.printed.count("--redo 1") == 2, "what was asked for is lost in what is to be pasted"


def test_what_no_page_shows_is_not_done_again_when_a_run_is_taken_up(world: Callable[..., World]) -> None:
    here = world(shop(), TWICE)
    assert here.killed("SIGKILL", "outcome", nth=2) == -9
    assert here.effects() == ["add", "ring"]
    code, told = here.run(resume="last")
    assert code == 3 and here.effects() == ["add", "ring"], "it was done, and only a person can want it again"
    code, told = here.run(resume="last", redo=("2",))
    assert code == 0 and here.effects() == ["add", "ring", "ring"]
    assert [section["status"] for section in told["sections"]] == ["already done", "done"]


def test_a_section_done_every_time_is_passed_over_where_the_earlier_run_did_it(world: Callable[..., World]) -> None:
    book = TWICE + BOOK.partition("sections:")[2].replace("Add the thing", "Add another").replace("${name}", "Stool")
    here = world(shop(), book)
    assert here.killed("SIGKILL", "before the intent", nth=3) == -9
    code, told = here.run(resume="last")
    assert code == 0, told["failure"]
    assert [section["status"] for section in told["sections"]] == ["already done", "already done", "done"]
    assert here.effects() == ["add", "ring", "add"]


def test_a_run_of_something_else_is_not_taken_up(world: Callable[..., World]) -> None:
    here = world(shop())
    assert here.killed("SIGKILL", "intent") == -9
    first = here.last()
    code, _ = here.run(["name=Stool"], resume=first)
    assert code == 2 and "input name: was Lamp, is Stool" in here.printed
    here.path.write_text(BOOK.replace("title: Things", "title: Other things"), "utf-8")
    code, _ = here.run(resume=first)
    assert code == 2 and "-title: Things" in here.printed and "+title: Other things" in here.printed
    assert here.run(["name=Stool"])[0] == 0, "with other inputs it is another run, and not held up"
    code, _ = here.run(resume="2019")
    assert code == 2 and "There is no run `2019`" in here.printed
    assert here.effects() == ["add"]


def test_an_altered_journal_is_not_taken_up(world: Callable[..., World]) -> None:
    here = world(shop())
    assert here.killed("SIGKILL", "intent") == -9
    path = here.out / "things" / here.last() / "events.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"Lamp"', b'"Lump"', 1))
    code, _ = here.run(resume="last")
    assert code == 2 and "line 2 does not follow" in here.printed


SLACK, FIRST, SECOND = "https://slack.example", "https://one.example", "https://two.example"


def test_two_runs_at_once_are_refused_by_the_holder_s_name(locks: Path) -> None:
    with locked("things", [SLACK, FIRST], None, "ann"):
        for sites in ([SLACK], [SLACK, SECOND], [FIRST, SECOND]):
            with (
                pytest.raises(Stopped, match=r"ann on .*, process \d+, since 20\d\d-"),
                locked("things", sites, None, "ben"),
            ):
                raise AssertionError("both hold it")
        for others in (("others", [SLACK], None), ("things", [SECOND], None), ("things", [SLACK], "a rehearsal")):
            with locked(*others, "ben"):
                pass
        assert len(list(locks.glob("*.holder"))) == 2
    with locked("things", [SLACK], None, "ben"):
        (holder,) = locks.glob("*.holder")
        assert json.loads(holder.read_text("utf-8"))["who"] == "ben"


def test_two_processes_with_other_inputs_and_folders_exclude_each_other(
    world: Callable[..., World], tmp_path: Path
) -> None:
    """As when two servers are set up at once: what both need is at a site that they share."""
    here = world(shop())
    first = subprocess.Popen(here.command("SIGSTOP", "intent"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, status = os.waitpid(first.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "the first never came to its commit"
    code, _ = here.run(["name=Stool"], out=tmp_path / "elsewhere")
    os.kill(first.pid, signal.SIGCONT)
    first.communicate(timeout=200)
    assert code == 3 and "is under way" in here.printed
    assert first.returncode == 0 and here.effects() == ["add"]
