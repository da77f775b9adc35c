"""Runs, checks and inspections start signed in with what is kept, keep it again, and never act as somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from support.cli_calls import call
from support.session_site import KINDS, Kind, SessionSite
from support.site_pages import Quiet
from support.virtual_display import display

import runwright
from runwright.engine.errors import InvalidCall, Stopped
from runwright.engine.run.options import RunOptions, RunResult
from runwright.language.diagnostics import UserError
from runwright.sessions.sealing_key import sealing_key
from runwright.sessions.session_store import in_use, read

HEAD = """name: Things
sites:
  acc:
    url: URL
    also: [PROVIDER]
    signed_in_as: css "#who"
    signed_out_when: heading "Sign in"
sections:
"""
ADD = """  - name: Add thing NUMBER
    open: acc /account
    ready: heading "Account"
    done_when: text /Things. NUMBER/
    steps:
      - click: button "Add"
        changes: true
        expect: text /Things. NUMBER/
"""


@pytest.fixture
def run(tmp_path: Path, shared_browser: Callable[[], Browser]) -> Callable[..., RunResult]:
    """`run(site)` adds things at a site, one in each of `sections` sections."""

    def start(
        site: SessionSite, sections: int = 1, mode: str = "run", listener: Quiet | None = None, **options: Any
    ) -> RunResult:
        path = tmp_path / "things.yaml"
        text = HEAD + "".join(ADD.replace("NUMBER", str(number)) for number in range(1, sections + 1))
        path.write_text(text.replace("URL", site.url).replace("PROVIDER", site.provider), "utf-8")
        chosen = RunOptions(out=tmp_path / "screenshots", browser=shared_browser(), **options)
        return getattr(runwright, mode)(path, options=chosen, listener=listener)

    return start


def events(result: RunResult, kind: str) -> list[dict[str, Any]]:
    lines = (result.folder / "events.jsonl").read_text("utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == kind]


Run = Callable[..., RunResult]
Serve = Callable[..., SessionSite]
Keep = Callable[..., Path]


@pytest.mark.quick(2)
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_starts_signed_in_and_the_next_one_does_too(run: Run, serve: Serve, keep: Keep, kind: Kind) -> None:
    """Of the kinds in which a token works once, the second run needs what the first has kept."""
    site = serve(kind)
    path = keep(site)
    listener = Quiet()
    first = run(site, listener=listener)
    assert (first.status, site.things) == ("changed", site.things[:1]), first.reason
    (used,), (kept,) = events(first, "session"), events(first, "session-kept")
    assert (used["site"], used["account"], used["person"]) == ("acc", "default", "Ann Lee")
    assert kept["kept"] is True and kept["reason"] is None
    note = f"The run began with a sign-in that was kept: at acc, account default, signed in since {used['since']}."
    assert note in (first.folder / "report.html").read_text("utf-8")
    said = [each for each in listener.heard if each.startswith("message")]
    assert len(said) == 1 and "Session “default”" in said[0] and "as “Ann Lee”" in said[0]
    second = run(site, mode="check")
    assert second.status == "in sync", second.reason
    assert site.people == type(site.people)() and len(site.things) == 1
    assert runwright.verify(first.folder, first.digest).good
    assert read(path, sealing_key()).person == "Ann Lee"


def test_a_session_that_has_expired_stops_the_run_and_stays_as_it_is(run: Run, serve: Serve, keep: Keep) -> None:
    site = serve()
    before = keep(site).read_bytes()
    site.sessions.clear()
    result = run(site)
    assert (result.status, result.exit, result.failure_class) == ("stopped", 3, "sign_in")
    action = result.next_actions[0]
    assert (action.kind, action.site, action.site_name, action.run) == ("sign_in", site.url, "acc", result.run)
    (kept,) = events(result, "session-kept")
    assert kept["kept"] is False and "Nobody is signed in" in kept["reason"]
    assert keep_path(site).read_bytes() == before


def test_the_commands_that_sign_in_and_resume_are_printed(serve: Serve, keep: Keep, tmp_path: Path) -> None:
    from support.shared_browser import SHARED

    site = serve()
    keep(site, account="ann")
    site.sessions.clear()
    SHARED.stop()  # the command starts a browser of its own
    text = (HEAD + ADD).replace("URL", "${address}").replace("PROVIDER", site.provider).replace("NUMBER", "1")
    inputs = "inputs: { address: { description: Where it is, type: url } }\n"
    (tmp_path / "things.yaml").write_text(text.replace("sites:\n", f"{inputs}sites:\n"), "utf-8")
    given = ["-i", f"address={site.url}"]
    done = call("run", "things.yaml", "--yes", "--json", *given, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    data = json.loads(done.stdout)
    commands = [each["command"] for each in data["next_actions"]]
    assert data["failure"]["class"] == "sign_in"
    assert commands[0] == f"runwright sign-in acc --runbook things.yaml --account ann -i address={site.url}"
    assert commands[1] == f"runwright run things.yaml --yes --json -i address={site.url} --resume {data['run']}"
    missing = call("check", "things.yaml", *given, "--account", "eve", cwd=tmp_path)
    assert missing.returncode == 2
    assert f"runwright sign-in acc --runbook things.yaml --account eve -i address={site.url}" in missing.stdout
    assert "--headed" not in missing.stdout, "a window would not help: the account is not kept"


def keep_path(site: SessionSite, account: str = "default") -> Path:
    from runwright.sessions.session_store import path_of

    return path_of(site.url, account)


def test_signed_out_in_the_middle_the_run_is_resumed_and_nothing_is_made_twice(
    run: Run, serve: Serve, keep: Keep
) -> None:
    site = serve(after_adding="expire")
    keep(site)
    stopped = run(site, sections=2)
    assert (stopped.status, stopped.failure_class) == ("stopped", "sign_in"), stopped.reason
    assert site.things == ["Ann Lee"]
    keep(site)  # what `sign-in` does
    resumed = run(site, sections=2, resume=stopped.run)
    assert resumed.status == "changed", resumed.reason
    assert site.things == ["Ann Lee", "Ann Lee"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cookie", "session", "rotating"])
def test_at_a_terminal_a_run_without_a_window_opens_one_and_goes_on(
    run: Run, serve: Serve, keep: Keep, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    site = serve(kind)
    keep(site)
    site.sessions.clear()
    site.in_windows_only = True
    asked: list[str] = []

    def terminal(question: str, hidden: bool) -> str:
        asked.append(question)
        site.people.append("Ann Lee")
        return "y"

    with display(monkeypatch):
        result = run(site, terminal=terminal)
    assert (result.status, len(site.things)) == ("changed", 1), result.reason
    assert asked == [f"Not signed in at {site.url}. Open a window to sign in there? [y/n]"]
    assert [len(events(result, each)) for each in ("signed-out", "manual")] == [1, 1]
    assert [each["kept"] for each in events(result, "session-kept")] == [True]
    assert run(site, mode="check").status == "in sync", "the new sign-in was kept"


def test_a_person_at_the_terminal_may_decline(
    run: Run, serve: Serve, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = serve()
    keep(site)
    site.sessions.clear()
    monkeypatch.setenv("DISPLAY", ":0")
    result = run(site, terminal=lambda question, hidden: "n")
    assert (result.status, result.failure_class) == ("stopped", "sign_in")


def test_a_run_stops_when_the_page_names_somebody_else(run: Run, serve: Serve, keep: Keep) -> None:
    site = serve(after_adding="Bob Ray")
    before = keep(site).read_bytes()
    result = run(site, sections=2)
    assert (result.status, result.exit, result.failure_class) == ("stopped", 3, "sign_in")
    assert "“Ann Lee”" in str(result.reason) and "“Bob Ray”" in str(result.reason)
    assert site.things == ["Ann Lee"], "nothing was added as somebody else"
    (kept,) = events(result, "session-kept")
    assert kept["kept"] is False and "Bob Ray" in kept["reason"]
    assert keep_path(site).read_bytes() == before


def test_a_change_is_not_made_as_somebody_else_than_the_session_is_of(run: Run, serve: Serve, keep: Keep) -> None:
    site = serve()
    keep(site)
    site.sessions = dict.fromkeys(site.sessions, "Bob Ray")
    result = run(site)
    assert (result.status, result.failure_class, site.things) == ("stopped", "sign_in", [])
    assert "began as “Ann Lee”" in str(result.reason) and "now names “Bob Ray”" in str(result.reason)


def test_a_run_is_not_resumed_as_somebody_else(run: Run, serve: Serve, keep: Keep) -> None:
    site = serve(after_adding="expire")
    keep(site)
    stopped = run(site, sections=2)
    keep(site, "Bob Ray")
    resumed = run(site, sections=2, resume=stopped.run)
    assert (resumed.status, resumed.failure_class) == ("stopped", "sign_in"), resumed.reason
    assert "began as “Ann Lee”" in str(resumed.reason) and site.things == ["Ann Lee"]


def test_two_runs_never_use_one_session_at_the_same_time(run: Run, serve: Serve, keep: Keep) -> None:
    site = serve()
    keep(site)
    with in_use(site.url, "default"), pytest.raises(Stopped) as stopped:
        run(site, mode="check")
    assert stopped.value.failure_class == "locked" and "“default”" in str(stopped.value)
    assert run(site, mode="check").status == "drift"


def test_the_values_of_a_session_are_in_no_file_of_the_evidence(run: Run, serve: Serve, keep: Keep) -> None:
    site = serve(shows_token=True)
    keep(site)
    (token,) = site.sessions
    result = run(site)
    assert result.status == "changed", result.reason
    files = [path for path in result.folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path.name for path in files if token.encode() in path.read_bytes()] == []
    text = (result.folder / "events.jsonl").read_text("utf-8")
    assert "Your key ‹secret session at acc›" in text, "the page has shown it"
    shots = [each for step in events(result, "step") for each in step["screenshots"]]
    assert any(each["redacted"] or each["withheld"] for each in shots)


def test_an_account_is_chosen_by_its_name(run: Run, serve: Serve, keep: Keep) -> None:
    site = serve()
    keep(site, "Ann Lee", "ann")
    keep(site, "Bob Ray", "bob")
    with pytest.raises(UserError, match=r"Several sessions are kept .* ann, bob"):
        run(site, mode="check")
    for named in ("bob", "acc=bob"):
        used = events(run(site, mode="check", accounts=(named,)), "session")
        assert [each["person"] for each in used] == ["Bob Ray"]
    with pytest.raises(InvalidCall, match="No session “eve” is kept") as error:
        run(site, mode="check", accounts=("eve",))
    assert [each.kind for each in error.value.next_actions] == ["keep_sign_in"]
    with pytest.raises(UserError, match="no site `ac`"):
        run(site, mode="check", accounts=("ac=bob",))


def test_without_sessions_a_run_starts_signed_out(run: Run, serve: Serve, keep: Keep) -> None:
    site = serve()
    keep(site)
    result = run(site, mode="check", kept_sessions=False)
    assert (result.status, events(result, "session")) == ("stopped", [])


def test_nothing_of_another_origin_is_given_to_a_run(run: Run, serve: Serve, keep: Keep) -> None:
    """A session keeps what its site has declared; a run gets what its own runbook declares."""
    site = serve("provider")
    path = keep(site)
    assert [each["name"] for each in read(path, sealing_key()).state.cookies] == ["sid"]
    path = keep(site, also=(site.provider,))
    assert sorted(each["name"] for each in read(path, sealing_key()).state.cookies) == ["device", "sid"]


def test_inspect_uses_a_session_and_keeps_it_again(serve: Serve, keep: Keep, tmp_path: Path) -> None:
    from support.shared_browser import SHARED

    site = serve("rotating")
    path = keep(site)
    before = path.read_bytes()
    SHARED.stop()  # inspect starts a browser of its own
    listener = Quiet()
    for _ in range(2):
        found = runwright.api.inspect(f"{site.url}/account", listener=listener)
        assert [each.name for each in found.controls] == ["Account", "Add"]
    assert path.read_bytes() != before and len(listener.heard) == 2
