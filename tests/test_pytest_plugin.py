"""The pytest plugin, in separate pytest runs, with and without pytest-xdist and pytest-playwright."""

from __future__ import annotations

import json
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

BOOK = """name: The first app page
inputs:
  name: { description: A name, example: From scratch }
sites:
  slack: { url: https://api.slack.com, signed_out_when: link "sign in to your Slack account" }
sections:
  - name: Open the list
    open: slack /apps
    ready: button "Create an App"
    steps:
      - click: button "Create an App"
        expect: dialog "Create an app"
      - click: button starting "${name}"   # does not appear on the page
        timeout: 1s

        expect: textbox "App Name"
"""


@pytest.fixture
def runs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with one runbook and one ordinary test, where pytest finds the plugin."""
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


def test_without_an_option_no_runbook_is_collected_and_one_line_reports_it(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "test_other.py", "-pno:xdist")
    result.assert_outcomes(passed=1)
    lines = [line for line in result.outlines if line.startswith("runwright:")]
    assert lines == ["runwright: 1 runbook was not collected; pass --runbook-rehearse or --runbook-live to run them."]


def test_a_failure_shows_the_lines_the_values_and_the_evidence(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--runbook-rehearse", "--runbook-input", "name=From nothing", "--junit-xml=j.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '*| *- click: button starting "${name}"*',
            "*| *timeout: 1s",
            '*| *expect: textbox "App Name"',
            "*name = From nothing",
            "nearest on the page, to paste:",
            "class *page_changed: The maintainer of the runbook must compare it with the page.",
            "evidence *screenshots/first/*-rehearsal",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    case = ElementTree.parse(runs.path / "j.xml").getroot().find(".//testcase")
    assert case is not None and case.find("failure") is not None
    properties = {each.get("name"): each.get("value") or "" for each in case.iter("property")}
    assert (Path(properties["runwright evidence"]) / "report.html").is_file()
    assert properties["runwright status"] == "failed"


@pytest.mark.slow
def test_a_done_when_that_never_holds_is_reported_with_its_lines_and_screenshot(runs: pytest.Pytester) -> None:
    """The steps succeed, but the page never shows `done_when`: pytest and the command line report where it is."""
    book = BOOK.replace(
        "    steps:", '    done_when:\n    - link "${name}"\n\n    - heading "Made" # twice\n    steps:'
    )
    (runs.path / "runbooks" / "first.yaml").write_text(book, "utf-8")
    short = "import runwright.engine.run.section_checks\nrunwright.engine.run.section_checks.READY = 0.5\n"
    runs.makeconftest(short)
    line = book.splitlines().index("    done_when:") + 1
    result = _run(runs, "runbooks", "--runbook-rehearse", "-pno:xdist")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "The steps ran, but the reopened page does not show it. *",
            f"*first.yaml:{line}  done_when of “Open the list”",
            "*| *done_when:",
            '*| *- link "${name}"',
            '*| *- heading "Made" # twice',
            "*name = From scratch",
            "screenshot  *screenshots/first/*-rehearsal/*.png",
        ]
    )
    result.stdout.no_fnmatch_line("*| *steps:*")
    call = "import sys\nfrom runwright.cli.main import main\nsys.argv = ['runwright', 'rehearse', 'first']\nmain()\n"
    done = subprocess.run([sys.executable, "-c", short + call], cwd=runs.path, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"  done_when of “Open the list”  (first.yaml:{line})" in done.stdout
    assert re.search(r"^  screenshot: .*\.png$", done.stdout, flags=re.M)


@pytest.mark.slow
def test_runs_pass_in_two_workers_alongside_pytest_playwright(runs: pytest.Pytester) -> None:
    (runs.path / "runbooks" / "second.yaml").write_text(BOOK, "utf-8")
    runs.makepyfile(
        test_page="""
        from playwright.sync_api import sync_playwright

        def test_playwright_runs_in_this_thread(playwright, request):
            assert playwright.chromium is not None
        """
    )
    result = _run(runs, "test_page.py", "runbooks", "--runbook-rehearse", "-n2")
    result.assert_outcomes(passed=3)
    assert len([line for line in result.outlines if "evidence of" in line]) == 2
    assert len(list((runs.path / "screenshots").glob("*/*-rehearsal/report.html"))) == 2


@pytest.mark.slow
def test_runs_pass_alongside_pytest_playwright_in_one_process(runs: pytest.Pytester) -> None:
    runs.makepyfile(test_page="def test_playwright_runs(playwright): assert playwright.chromium is not None")
    _run(runs, "test_page.py", "runbooks", "--runbook-rehearse", "-pno:xdist").assert_outcomes(passed=2)


def test_xdist_workers_report_runbooks_that_they_did_not_collect(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "test_other.py", "-n2")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["runwright: 1 runbook was not collected*"])


def test_an_unknown_input_gets_the_nearest_name(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--runbook-rehearse", "--runbook-input", "nmae=x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*No runbook here has the input `nmae`. Did you mean `name`?"])


def test_a_secret_without_a_source_is_rejected_with_the_syntax(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--runbook-rehearse", "--runbook-secret", "key")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--runbook-secret NAME=SOURCE, such as --runbook-secret NAME=env:X*"])


def test_an_error_in_a_runbook_is_reported_with_its_line(runs: pytest.Pytester) -> None:
    (runs.path / "runbooks" / "first.yaml").write_text(BOOK.replace("expect: dialog", "expct: dialog"), "utf-8")
    result = _run(runs, "runbooks", "--runbook-rehearse")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*first.yaml:12:9: `click` has no field `expct`.", "*Did you mean `expect`?"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_rehearse_and_live_exclude_each_other(runs: pytest.Pytester) -> None:
    result = _run(runs, "runbooks", "--runbook-rehearse", "--runbook-live")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


LIVE = """name: A key
inputs:
  url: { description: The server, type: url }
  name: { description: A name }
  tags: { description: Tags, type: list }
secrets:
  key: { description: A key, typed_at: shop }
sites:
  shop: { url: "${url}" }
sections:
  - name: Fill in the form
    open: shop /
    ready: textbox "Key"
    steps:
      - fill: textbox "Key"
        with: ${key}
      - expect: text "${name} ${tags[1]}"
        timeout: 1s
"""


@pytest.mark.slow
def test_a_failed_live_run_prints_the_command_that_resumes_it(
    runs: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command repeats the inputs of the file and of the call, the secret's source and the evidence folder."""
    text = "nothing yet"

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<title>Key</title><label>Key <input type=password></label><p>{text}".encode())

        def log_message(self, *words: object) -> None:
            return

    monkeypatch.setenv("RUNWRIGHT_TEST_KEY", "hunter2-and-more")
    (runs.path / "runbooks" / "a key.yaml").write_text(LIVE, "utf-8")
    (runs.path / "in.yaml").write_text("name: Ann's\ntags: [a, b]\n", "utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        options = [f"--runbook-input=url=http://127.0.0.1:{server.server_port}", "--runbook-inputs=in.yaml"]
        options += ["--runbook-secret=key=env:RUNWRIGHT_TEST_KEY", "--runbook-out=evidence here"]
        result = _run(runs, "runbooks/a key.yaml", "--runbook-live", *options)
        result.assert_outcomes(failed=1)
        line, *_ = [line for line in result.outlines if line.startswith("To resume: runwright run ")]
        words = shlex.split(line.removeprefix("To resume: runwright "))
        assert "hunter2" not in "\n".join(result.outlines)
        text = "Ann's b"
        command = [sys.executable, "-m", "runwright", *words, "--yes"]
        done = subprocess.run(command, cwd=runs.path, capture_output=True, text=True, check=False)
        server.shutdown()
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list((runs.path / "evidence here" / "a key").glob("*/report.html"))) == 2


@pytest.mark.slow
def test_a_rehearsal_runs_in_its_scenario_and_offers_no_resume(runs: pytest.Pytester) -> None:
    result = _run(
        runs, "runbooks", "--runbook-rehearse", "--runbook-scenario=signed-out", "--runbook-input=name=New one"
    )
    result.assert_outcomes(failed=1)
    command = "runwright rehearse runbooks/first.yaml -i 'name=New one' --scenario signed-out --headed"
    result.stdout.fnmatch_lines([f"*To sign in, open a window: {command}"])
    result.stdout.no_fnmatch_line("*To resume:*")
    result = _run(runs, "runbooks", "--runbook-rehearse", "--runbook-scenario=sined-out")
    result.stdout.fnmatch_lines(["*signed-out*"])


def test_a_live_run_does_not_wait_for_another_and_names_its_owner(runs: pytest.Pytester) -> None:
    with locked("first", ["https://api.slack.com"], None, "somebody else"):
        result = _run(runs, "runbooks", "--runbook-live", "--runbook-input", "name=From scratch")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["Another run of this runbook at https://api.slack.com is in progress: somebody else on *"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.slow
def test_a_conftest_gives_inputs_secrets_and_options(runs: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWRIGHT_TEST_KEY", "hunter2-and-more")
    book = BOOK.split("sections:")[0].replace("example: From scratch", "max_length: 9")
    book += "secrets: { key: { description: A key, typed_at: slack } }\n"
    book += 'sections:\n  - name: Open\n    open: slack /apps\n    ready: button "Create an App"\n'
    (runs.path / "runbooks" / "first.yaml").write_text(book, "utf-8")
    runs.makeconftest(
        """
        import dataclasses, pathlib, pytest

        @pytest.fixture
        def runbook_inputs():
            return {"name": "Ann", "of another runbook": "x"}

        @pytest.fixture
        def runbook_secrets():
            return {"key": "env:RUNWRIGHT_TEST_KEY"}

        @pytest.fixture
        def runbook_options(runbook_options):
            return dataclasses.replace(runbook_options, out=pathlib.Path("kept here"), ticket="OPS-7")
        """
    )
    result = _run(runs, "runbooks", "--runbook-rehearse")
    result.assert_outcomes(passed=1)
    (journal,) = (runs.path / "kept here").glob("first/*/events.jsonl")
    first = json.loads(journal.read_text("utf-8").splitlines()[0])
    assert (first["inputs"], first["ticket"], first["secrets"]) == ({"name": "Ann"}, "OPS-7", ["key"])
    result = _run(runs, "runbooks", "--runbook-rehearse", "--runbook-input=name=Longer than nine")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*The input `name`*"])
