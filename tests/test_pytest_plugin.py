"""`pytest runbooks/ --rehearsal`, in real pytest runs of their own, with and without its neighbours."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from pathlib import Path
from xml.etree import ElementTree

import pytest

from runwright.engine.run.run_lock import locked

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parent.parent

BOOK = """title: The first app page
inputs:
  name: { about: A name, example: From scratch }
sites:
  slack: { url: https://api.slack.com, signed_out_when: link "sign in to your Slack account" }
sections:
  - title: Look at the list
    open: slack /apps
    ready: button "Create an App"
    steps:
      - click: button "Create an App"
        expect: dialog "Create an app"
      - click: button starting "${name}"   # the guide leaves this out
        timeout: 1s

        expect: textbox "App Name"
"""


@pytest.fixture
def runs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with one runbook and one ordinary test, in which pytest knows the plugin."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    if not [each for each in entry_points(group="pytest11") if each.value == "runwright.pytest_plugin"]:
        pytester.plugins = ["runwright.pytest_plugin"]
    pytester.mkdir("runbooks")
    (pytester.path / "runbooks" / "first.yaml").write_text(BOOK, "utf-8")
    pytester.makepyfile(test_other="def test_other(): pass")
    return pytester


def _run(runs: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    plugins = [f"-p{name}" for name in runs.plugins]
    runs.plugins = []
    return runs.runpytest_subprocess(*plugins, *arguments, timeout=240)


def test_without_a_word_nothing_is_collected_and_one_line_says_so(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "test_other.py", "-pno:xdist")
    result.assert_outcomes(passed=1)
    told = [line for line in result.outlines if line.startswith("runwright:")]
    assert told == ["runwright: 1 runbook was not collected; say --rehearsal or --live to run them."]


def test_a_failure_shows_the_lines_the_values_and_the_evidence(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--rehearsal", "--runbook-input", "name=From nothing", "--junit-xml=j.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '*| *- click: button starting "${name}"*',
            "*| *timeout: 1s",
            '*| *expect: textbox "App Name"',
            "*name = From nothing",
            "*on the page, to paste:",
            "evidence *screenshots/first/*-rehearsal",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    case = ElementTree.parse(runs.path / "j.xml").getroot().find(".//testcase")
    assert case is not None and case.find("failure") is not None
    properties = {each.get("name"): each.get("value") or "" for each in case.iter("property")}
    assert (Path(properties["runwright evidence"]) / "report.html").is_file()
    assert properties["runwright status"] == "failed"


def test_what_does_not_show_afterwards_is_told_with_its_lines_and_its_picture(runs: pytest.Pytester) -> None:
    """The steps succeed, and no page shows the section's `done_when`: the command line and pytest say where it is."""
    book = BOOK.replace(
        "    steps:", '    done_when:\n    - link "${name}"\n\n    - heading "Made" # twice\n    steps:'
    )
    (runs.path / "runbooks" / "first.yaml").write_text(book, "utf-8")
    short = "import runwright.engine.run.runner\nrunwright.engine.run.runner.READY = 0.5\n"
    runs.makeconftest(short)
    line = book.splitlines().index("    done_when:") + 1
    result = _run(runs, "runbooks", "--rehearsal", "-pno:xdist")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "The steps were done, but the page, opened afresh, does not show*",
            f"*first.yaml:{line}  done_when of “Look at the list”",
            "*| *done_when:",
            '*| *- link "${name}"',
            '*| *- heading "Made" # twice',
            "*name = From scratch",
            "picture   *screenshots/first/*-rehearsal/*.png",
        ]
    )
    result.stdout.no_fnmatch_line("*| *steps:*")
    call = "import sys\nfrom runwright.cli.main import main\nsys.argv = ['runwright', 'rehearse', 'first']\nmain()\n"
    done = subprocess.run([sys.executable, "-c", short + call], cwd=runs.path, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"  done_when of “Look at the list”  (first.yaml:{line})" in done.stdout
    assert re.search(r"^  picture: .*\.png$", done.stdout, flags=re.M)


def test_runs_pass_in_two_workers_beside_pytest_playwright(runs: pytest.Pytester) -> None:
    (runs.path / "runbooks" / "second.yaml").write_text(BOOK, "utf-8")
    runs.makepyfile(
        test_page="""
        from playwright.sync_api import sync_playwright

        def test_playwright_is_going_in_this_thread(playwright, request):
            assert playwright.chromium is not None
        """
    )
    result = _run(runs, "test_page.py", "runbooks", "--rehearsal", "-n2")
    result.assert_outcomes(passed=3)
    assert len([line for line in result.outlines if "evidence of" in line]) == 2
    assert len(list((runs.path / "screenshots").glob("*/*-rehearsal/report.html"))) == 2


def test_beside_pytest_playwright_in_one_thread(runs: pytest.Pytester) -> None:
    runs.makepyfile(test_page="def test_playwright_is_going(playwright): assert playwright.chromium is not None")
    _run(runs, "test_page.py", "runbooks", "--rehearsal", "-pno:xdist").assert_outcomes(passed=2)


def test_what_is_left_alone_is_told_by_workers_too(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "test_other.py", "-n2")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["runwright: 1 runbook was not collected*"])


def test_an_input_that_no_runbook_has_gets_the_nearest(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--rehearsal", "--runbook-input", "nmae=x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*No runbook here has the input `nmae`. Did you mean `name`?"])


def test_a_secret_without_its_source_is_told_how_to_write_it(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--rehearsal", "--runbook-secret", "key")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--runbook-secret NAME=SOURCE, such as --runbook-secret NAME=env:X*"])


def test_a_fault_in_a_runbook_is_told_with_its_line(runs: pytest.Pytester) -> None:
    (runs.path / "runbooks" / "first.yaml").write_text(BOOK.replace("expect: dialog", "expct: dialog"), "utf-8")
    result = _run(runs, "runbooks", "--rehearsal")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*first.yaml:12:9: `click` has no `expct`.", "*Did you mean `expect`?"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_rehearsal_and_live_exclude_each_other(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--rehearsal", "--live")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


LIVE = """title: A key
inputs:
  url: { about: The server, type: url }
  name: { about: A name }
  tags: { about: Tags, type: list }
secrets:
  key: { about: A key, typed_at: shop }
sites:
  shop: { url: "${url}" }
sections:
  - title: Look at the form
    open: shop /
    ready: textbox "Key"
    steps:
      - fill: textbox "Key"
        with: ${key}
      - expect: text "${name} ${tags[1]}"
        timeout: 1s
"""


def test_a_live_run_that_failed_is_gone_on_with_by_the_command_that_it_names(
    runs: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With inputs of the file and of the call, the secret's source, and where the evidence goes."""
    shown = "nothing yet"

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<title>Key</title><label>Key <input type=password></label><p>{shown}".encode())

        def log_message(self, *words: object) -> None:
            return

    monkeypatch.setenv("RUNWRIGHT_TEST_KEY", "hunter2-and-more")
    (runs.path / "runbooks" / "a key.yaml").write_text(LIVE, "utf-8")
    (runs.path / "in.yaml").write_text("name: Ann's\ntags: [a, b]\n", "utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        given = [f"--runbook-input=url=http://127.0.0.1:{server.server_port}", "--runbook-inputs=in.yaml"]
        given += ["--runbook-secret=key=env:RUNWRIGHT_TEST_KEY", "--runbook-out=kept here"]
        result = _run(runs, "runbooks/a key.yaml", "--live", *given)
        result.assert_outcomes(failed=1)
        line, *_ = [line for line in result.outlines if line.startswith("To go on from here: runwright run ")]
        words = shlex.split(line.removeprefix("To go on from here: runwright "))
        assert "hunter2" not in "\n".join(result.outlines)
        shown = "Ann's b"
        command = [sys.executable, "-m", "runwright", *words, "--yes"]
        done = subprocess.run(command, cwd=runs.path, capture_output=True, text=True, check=False)
        server.shutdown()
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((runs.path / "kept here" / "a key").glob("*/report.html"))) == 2


def test_a_rehearsal_plays_the_scenario_and_offers_nothing_to_go_on_with(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--rehearsal", "--runbook-scenario=signed-out", "--runbook-input=name=New one")
    result.assert_outcomes(failed=1)
    command = "runwright rehearse runbooks/first.yaml -i 'name=New one' --scenario signed-out --headed"
    result.stdout.fnmatch_lines([f"*Sign in in a window: {command}"])
    result.stdout.no_fnmatch_line("*To go on from here*")
    result = _run(runs, "runbooks", "--rehearsal", "--runbook-scenario=sined-out")
    result.stdout.fnmatch_lines(["*signed-out*"])


def test_a_live_run_waits_for_no_other_and_says_who_it_is(runs: pytest.Pytester) -> None:
    with locked("first", ["https://api.slack.com"], None, "somebody else"):
        result = _run(runs, "runbooks", "--live", "--runbook-input", "name=From scratch")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["A run of this runbook at https://api.slack.com is under way: somebody else on *"])
    result.stdout.no_fnmatch_line("*Traceback*")
