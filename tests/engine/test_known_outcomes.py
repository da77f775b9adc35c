"""What a run knows of a change: refused, settled by a person, begun before a kill; and of values read before it."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
from playwright.sync_api import Browser
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.http_site import served
from support.site_pages import Played, Site

import runwright
from runwright.engine.errors import Stopped
from runwright.engine.run.change_gate import ChangeIntent, GateAnswer, OpenGate
from runwright.engine.run.procedure import who
from runwright.engine.run.resume import read_prior_run
from runwright.engine.run.run_lock import locked
from runwright.engine.run.run_memory import RunMemory
from runwright.evidence.statuses import FailureClass

Play = Callable[..., Played]
ADD = """sections:
  - name: Add the lamp
    open: shop /
    ready: heading "Things"
    {proof}
    steps:
      - click: button "lamp"
        changes: true
{expect}      - click: button "stool"
        changes: true
"""


def shop(**answers: int) -> Site:
    """Things are added by buttons. ``answers`` are the statuses of requests that have no effect."""

    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            name = str(anyio.from_thread.run(request.form)["name"])
            site.kept.setdefault("sent", []).append(name)
            if name in site.kept.get("answers", answers):
                return HTMLResponse("<title>No</title><h1>Things</h1>", site.kept.get("answers", answers)[name])
            site.kept.setdefault("names", []).append(name)
            return RedirectResponse("/", 303)
        names = site.kept.get("names", [])
        shown = "".join(f"<p>{one}</p>" for one in names)
        state = f"<label>State <input value={'some' if names else 'empty'}></label>"
        buttons = "".join(f"<button name=name value={one}>{one}</button>" for one in ("lamp", "stool"))
        return HTMLResponse(f"<title>T</title><h1>Things</h1>{shown}{state}<form method=post>{buttons}</form>")

    return Site({"/": page})


PROOF = 'done_when: [ paragraph "lamp", paragraph "stool" ]'
ALWAYS = "always_run: no page shows it"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runwright.engine.run.section_checks.READY", 1.0)
    monkeypatch.setattr("runwright.engine.run.runner.LATE", 1.0)


@pytest.mark.quick(2)
@pytest.mark.parametrize(("status", "known"), [(409, True), (403, True), (408, False), (425, False), (429, False)])
def test_a_refused_change_is_known_not_to_be_made(play: Play, status: int, known: bool) -> None:
    site = shop(lamp=status)
    book = ADD.format(proof=PROOF, expect="")
    first = play(site, book)
    assert first.result.failure_class == ("refused" if known else "outcome_unknown"), first.message
    assert str(status) in first.message
    (event,) = [each for each in first.events("step") if each["outcome"] is not None]
    assert event["outcome"] == ("not made" if known else "unknown")
    site.kept["answers"] = {}
    second = play(site, book, resume=first.result.folder)
    assert second.statuses == (["changed"] if known else ["stopped"]), second.message
    assert site.kept["sent"] == (["lamp", "lamp", "stool"] if known else ["lamp"])


@pytest.mark.parametrize(("status", "failure_class"), [(409, "refused"), (500, "outcome_unknown")])
def test_an_expectation_that_held_before_leaves_the_answer_to_decide(
    play: Play, status: int, failure_class: str
) -> None:
    played = play(shop(lamp=status), ADD.format(proof=PROOF, expect='        expect: heading "Things"\n'))
    assert played.result.failure_class == failure_class and str(status) in played.message


@pytest.mark.quick(2)
@pytest.mark.parametrize("proof", [PROOF, ALWAYS])
@pytest.mark.parametrize("made", [True, False])
def test_a_person_s_answer_lets_the_run_continue(play: Play, proof: str, made: bool) -> None:
    site = shop(lamp=500)
    book = ADD.format(proof=proof, expect="")
    first = play(site, book)
    assert first.result.failure_class == "outcome_unknown" and site.kept["sent"] == ["lamp"]
    site.kept["answers"] = {}
    if made:
        site.kept["names"] = ["lamp"]
    assert play(site, book, resume=first.result.folder).statuses == ["stopped"]
    second = play(site, book, resume=first.result.folder, settled="made" if made else "not-made")
    assert second.statuses == ["changed"], second.message
    assert site.kept["sent"] == ["lamp", *([] if made else ["lamp"]), "stool"]
    (settled,) = second.events("settled")
    assert settled["made"] is made and settled["person"] == who() and settled["changes"] == ['Click button "lamp"']


def test_the_word_of_a_person_counts_where_no_change_is_left(play: Play) -> None:
    site = shop(stool=500)
    for proof in (ALWAYS, PROOF):
        book = ADD.format(proof=proof, expect="")
        site.kept.clear()
        first = play(site, book)
        site.kept["answers"] = {}
        second = play(site, book, resume=first.result.folder, settled="made")
        assert second.statuses == ["changed"], second.message
        assert site.kept["sent"] == ["lamp", "stool"]
        assert second.result.sections[0].reason == f"{who()} has found out that the change was made."
        third = read_prior_run(second.result.folder)
        assert third.done and not third.unfinished


class StopAt(OpenGate):
    """Does not allow the nth change, as if the run were killed right before it."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def ask(self, intent: ChangeIntent) -> GateAnswer:
        self.left -= 1
        return GateAnswer(False, "Not now.", FailureClass.APPROVAL) if self.left == 0 else super().ask(intent)


READ = """sections:
  - name: Look
    open: shop /
    ready: heading "Things"
    done_when: heading "Things"
    navigation:
      - read: textbox "State"
        into: state
  - name: Add both
    open: shop /
    ready: heading "Things"
    always_run: no page shows it
    when: ${{ state == 'empty' }}
    steps:
      - click: button "lamp"
        changes: true
      - read: textbox "State"
        into: later
      - click: button "stool"
        changes: true
        when: ${{ state == 'empty' }}
""".replace("${{ ", "${").replace(" }}", "}")


def test_what_was_read_before_a_kill_is_known_after_it(play: Play) -> None:
    """The first change alters what the page shows: read again, it would say that the section does not apply."""
    site = shop()
    first = play(site, READ, gate=StopAt(2))
    assert site.kept["sent"] == ["lamp"] and first.statuses[-1] == "stopped", first.message
    second = play(site, READ, resume=first.result.folder)
    assert second.statuses[1] == "changed", second.message
    assert site.kept["sent"] == ["lamp", "stool"]


def test_values_of_a_section_that_had_changed_nothing_are_read_again(play: Play) -> None:
    site = shop()
    book = READ.replace('      - click: button "lamp"\n        changes: true\n', "", 1)
    first = play(site, book, gate=StopAt(1))
    assert site.kept.get("sent") is None
    second = play(site, book, resume=first.result.folder)
    assert site.kept["sent"] == ["stool"], second.message


def test_the_lock_and_the_memory_do_not_depend_on_the_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor on what `sudo` to the account leaves in the environment: the password database names the home folder."""
    monkeypatch.delenv("RUNWRIGHT_STATE")
    own = pwd.getpwuid(os.geteuid())
    home = pwd.struct_passwd((*own[:5], str(tmp_path / "home"), own[6]))
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: {os.geteuid(): home}[uid])
    monkeypatch.setenv("HOME", str(tmp_path / "of the login"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "login"))
    with locked("things", ["https://a.example"], None, "ann"):
        RunMemory("things", ["https://a.example"], {}, None).begun("1", tmp_path, {})
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        for name in ("TMPDIR", "HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "SUDO_USER"):
            monkeypatch.setenv(name, str(tmp_path / "other"))
        monkeypatch.chdir(tmp_path)
        with pytest.raises(Stopped, match="ann on"), locked("things", ["https://a.example"], None, "cron"):
            raise AssertionError("both have the lock")
        assert [each.run for each in RunMemory("things", ["https://a.example"], {}, None).last()] == ["1"]
        assert RunMemory("others", ["https://a.example"], {}, None).last() == []
    assert (tmp_path / "home" / ".local" / "state" / "runwright" / "locks").is_dir() or sys.platform == "darwin"


def test_two_processes_of_an_account_have_one_state_folder_whatever_their_environment_is() -> None:
    program = "from runwright.engine.state_folder import state_folder; print(state_folder())"
    found = set()
    for environment in (
        {},
        {"HOME": "/home-of-a-login", "USER": "ann", "XDG_STATE_HOME": "/home-of-a-login/state"},
        {"HOME": "/var/empty", "LOGNAME": "service", "SUDO_USER": "ann", "SUDO_UID": "12345"},
    ):
        whole = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment}
        done = subprocess.run([sys.executable, "-c", program], env=whole, capture_output=True, text=True, check=True)
        found.add(done.stdout.strip())
    assert len(found) == 1 and found.pop().startswith(pwd.getpwuid(os.geteuid()).pw_dir)


LOST = """name: A key
sites: {{ admin: {{ url: "{url}" }} }}
sections:
  - name: Make the key
    open: admin /
    ready: heading "Keys"
    done_when: text "alpha"
    steps:
      - click: button "Create"
        changes: true
"""


def test_what_is_unfinished_is_found_from_any_folder_and_with_any_clock(
    tmp_path: Path, shared_browser: Callable[[], Browser]
) -> None:
    asked: list[int] = []
    shown = {"": "<p>alpha</p>"}

    def home() -> str:
        form = "<form method=post action=/gone><button>Create</button></form>"
        return f"<!doctype html><title>Keys</title><h1>Keys</h1>{shown['']}{form}"

    def gone() -> str:
        asked.append(1)
        raise ConnectionResetError  # the server closes the connection without an answer

    with served({"/": home, "/gone": gone}) as url:
        path = tmp_path / "keys.yaml"
        path.write_text(LOST.format(url=url), "utf-8")

        def go(out: str, **how: Any) -> runwright.RunResult:
            options = runwright.RunOptions(tmp_path / out, browser=shared_browser(), **how)
            return runwright.run(path, options=options)

        assert go("out", run_id="20991231T000000Z-aaaa").exit == 0, "a run while the clock was ahead"
        shown[""] = ""
        lost = go("out")
        assert lost.exit == 3 and len(asked) == 1
        for out in ("out", "elsewhere"):
            with pytest.raises(Stopped, match=f"The run {lost.run} of this runbook"):
                go(out)
        shown[""] = "<p>alpha</p>"
        done = go("elsewhere", resume="last")
        assert done.exit == 0 and len(asked) == 1, done.reason
        first = json.loads((done.folder / "events.jsonl").read_text("utf-8").splitlines()[0])
        assert first["resumes"]["run"] == lost.run
        assert go("third").exit == 0
