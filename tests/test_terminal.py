"""A run at a terminal: its plan and confirmation, its steps, its questions, and how it can be interrupted."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from support.http_site import served

from runwright.cli.run_output import LiveListener

BOOK = """name: Look at the shop
inputs:
  name: { description: A name, default: Lamp }
sites:
  shop: { url: "SITE" }
sections:
  - name: See the list
    open: shop /
    steps:
      - expect: heading "${name}"
      - hover: heading "${name}"
  - name: Wait for more
    open: shop /
    steps:
      - expect: heading "More"
        timeout: 60s
"""


def _on_its_terminal() -> None:
    os.close(os.open(os.ttyname(0), os.O_RDWR))  # becomes the controlling terminal of the session
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # shells start background processes with SIGINT ignored


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, folder: Path, *words: str, under: Sequence[str] = ()) -> None:
        self._master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
        command = [*under, sys.executable, "-m", "runwright", *words]
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_on_its_terminal,
        )
        os.close(slave)
        self.shown = ""

    def until(self, words: str, seconds: float = 150) -> None:
        """Read the output until it contains the words."""
        deadline = time.monotonic() + seconds
        while words not in self.shown:
            assert time.monotonic() < deadline, f"{words!r} was not shown:\n{self.shown}"
            assert self._read(), f"the process ended without {words!r}:\n{self.shown}"

    def types(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def ends(self, seconds: float = 150) -> int:
        """Read to the end of the output; the exit code."""
        deadline = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < deadline, f"the process does not end:\n{self.shown}"
        return self.process.wait(60)

    def silent(self, seconds: float) -> bool:
        """Whether nothing is printed for some seconds."""
        return not select.select([self._master], [], [], seconds)[0]

    @property
    def echoes(self) -> bool:
        """Whether the terminal echoes what is typed."""
        return bool(termios.tcgetattr(self._master)[3] & termios.ECHO)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)
        os.close(self._master)

    def _read(self) -> bool:
        if not select.select([self._master], [], [], 0.2)[0]:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux raises it when the other end is closed
            return False
        self.shown += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data.decode(errors="replace"))
        return bool(data)


@contextmanager
def terminal(folder: Path, *words: str, under: Sequence[str] = ()) -> Iterator[Terminal]:
    at = Terminal(folder, *words, under=under)
    try:
        yield at
    finally:
        at.close()


@contextmanager
def beside_a_site(folder: Path, name: str, book: str, page: str) -> Iterator[Path]:
    """The folder with a runbook whose site is a real server on this machine."""
    with served({"/": f"<!doctype html><title>Shop</title>{page}"}) as address:
        (folder / name).write_text(book.replace("SITE", address), "utf-8")
        yield folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with `book.yaml`, and with `short.yaml`, which has only the first section of it."""
    with beside_a_site(tmp_path, "book.yaml", BOOK, "<h1>Lamp</h1>"):
        book = (tmp_path / "book.yaml").read_text("utf-8")
        (tmp_path / "short.yaml").write_text(book.split("  - name: Wait")[0], "utf-8")
        yield tmp_path


def _nothing_was_run(folder: Path) -> None:
    assert not (folder / "screenshots").exists()


def test_a_real_run_shows_its_plan_and_asks_for_confirmation(folder: Path) -> None:
    with terminal(folder, "run", "book.yaml", "-i", "name=Desk") as at:
        at.until("Run it? [y/N]")
        for words in ("Look at the shop", "site", "http://127.0.0.1:", "input", "Desk", "section", "See the list"):
            assert words in at.shown, f"{words} is not in the plan:\n{at.shown}"
        at.types("perhaps\n")
        at.until("Answer y or n.")
        at.types("n\n")
        assert at.ends() == 2
        assert "Aborted. Nothing was changed." in at.shown
    _nothing_was_run(folder)


def test_the_plan_shows_texts_without_interpreting_markup(folder: Path) -> None:
    book = folder / "book.yaml"
    book.write_text(book.read_text("utf-8").replace("See the list", '"Set [/admin] path :smile:"'), "utf-8")
    with terminal(folder, "run", "book.yaml", "-i", "name=[draft] Ann") as at:
        at.until("Run it? [y/N]")
        assert "[draft] Ann" in at.shown and "Set [/admin] path :smile:" in at.shown, at.shown
        at.types("n\n")
        assert at.ends() == 2


def test_the_current_step_is_visible_beside_a_long_section_name() -> None:
    shown = io.StringIO()
    live = LiveListener(Console(file=shown, force_terminal=True, width=80, color_system=None))
    with live:
        live.section_begins(1, "슬랙 앱을 만들고 권한과 리디렉션 주소를 등록한 다음 관리자 콘솔에도 등록하기")
        live.step_begins(12, 'Click button "Create an App" or "Create New App" in dialog "Your Apps"')
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.getvalue()).replace("\r", "\n").splitlines()
    last = next(line for line in reversed(lines) if line.strip())
    assert "슬랙 앱을 만들고" in last and '12  Click button "Create an' in last, last
    assert cell_len(last) <= 80, "the line is too long"


def test_forced_colours_without_a_terminal_bring_no_spinner(folder: Path) -> None:
    command = [sys.executable, "-m", "runwright", "run", "short.yaml", "--yes"]
    environment = {**os.environ, "FORCE_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert "1. See the list" in done.stdout and "\r" not in done.stdout


def test_ctrl_c_at_the_confirmation_changes_nothing(folder: Path) -> None:
    with terminal(folder, "run", "book.yaml") as at:
        at.until("Run it? [y/N]")
        at.types("\x03")
        assert at.ends() == 130
        assert "Nothing was changed." in at.shown and "Traceback" not in at.shown
    _nothing_was_run(folder)


def test_a_real_run_without_a_terminal_requires_yes_on_its_command_line(folder: Path) -> None:
    command = [sys.executable, "-m", "runwright", "run", "book.yaml"]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Confirmation required: pass --yes." in done.stdout + done.stderr
    _nothing_was_run(folder)


def test_a_confirmed_run_shows_its_steps_until_ctrl_c(folder: Path) -> None:
    with terminal(folder, "run", "book.yaml") as at:
        at.until("Run it? [y/N]")
        at.types("y\n")
        at.until("unchanged  See the list")  # its steps may end before they are drawn once
        at.until('Verify heading "More"')
        at.types("\x03")
        assert at.ends() == 130
        assert "stopped  Wait for more" in at.shown
    _interrupted_and_sealed(folder)


def test_a_run_whose_output_is_closed_continues_to_its_end(folder: Path) -> None:
    command = [sys.executable, "-m", "runwright", "run", "short.yaml", "--yes"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert "See the list" in process.stdout.readline()
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
        assert process.wait(150) == 0, "a closed output changed the exit code"
    (journal,) = (folder / "screenshots").glob("*/*/events.jsonl")
    last = json.loads(journal.read_text("utf-8").splitlines()[-1])
    assert (last["event"], last["status"]) == ("end", "unchanged"), last


@pytest.mark.parametrize("whom", ["the process", "its group"])
def test_sigterm_ends_a_run_as_ctrl_c_does(folder: Path, whom: str) -> None:
    with terminal(folder, "run", "book.yaml", "--yes") as at:
        at.until('Verify heading "More"')
        if whom == "the process":
            at.process.terminate()
        else:
            os.killpg(at.process.pid, signal.SIGTERM)  # as `timeout` does; the browser receives it too
        assert at.ends() == 130
        assert "Traceback" not in at.shown
    _interrupted_and_sealed(folder)


@pytest.mark.parametrize("starts", ["the driver", "the browser"])
def test_sigterm_while_the_browser_starts_shows_no_traceback(folder: Path, starts: str) -> None:
    with terminal(folder, "run", "book.yaml", "--yes") as at:
        deadline = time.monotonic() + 150
        while not (started := _children(at.process.pid)) or (starts == "the browser" and not _children(started[0])):
            assert time.monotonic() < deadline, f"{starts} does not start:\n{at.shown}"
        os.killpg(at.process.pid, signal.SIGTERM)
        assert at.ends() == 130
        assert "Traceback" not in at.shown, at.shown


def _children(process: int) -> list[int]:
    """The running child processes of a process."""
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()]


SHELL = ("sh", "-c", 'trap : INT; "$@"; code=$?; stty -a; exit $code', "sh")
"""A shell that survives Ctrl-C and prints the settings of the terminal."""
GUIDE = "# Slack\n\n1. Open https://api.slack.com/apps and choose **Create an App**.\n"


def test_ctrl_c_during_the_rehearsals_of_a_guide_check_ends_it(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text(GUIDE, "utf-8")
    words = ("guide", "check", "slack-alerts", "--guide", "guide.md", "--fail-on", "never")
    with terminal(tmp_path, *words) as at:
        deadline = time.monotonic() + 150
        while not [path for path in tmp_path.glob("screenshots/*/*/events.jsonl") if b'"step"' in path.read_bytes()]:
            assert time.monotonic() < deadline, f"no run has started:\n{at.shown}"
        at.types("\x03")
        assert at.ends() == 130
        assert "finding" not in at.shown and "Traceback" not in at.shown


ASKING = """name: Sign in
sites:
  shop: { url: "SITE" }
secrets:
  pin: { description: The number of the card, typed_at: [shop] }
sections:
  - name: Type what a person knows
    open: shop /
    steps:
      - ask: Which code did the mail bring?
        into: code
      - fill: textbox "Code"
        with: ${code}
      - ask: Which PIN has the card?
        into: pin
      - fill: textbox "PIN"
        with: ${pin}
"""


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Path]:
    """A folder with `asking.yaml`, which asks a person two questions; the second answer is a secret."""
    page = "<label>Code <input></label><label>PIN <input type=password></label>"
    with beside_a_site(tmp_path, "asking.yaml", ASKING, page) as folder:
        yield folder


def test_nothing_is_printed_while_a_person_answers_and_a_secret_is_not_echoed(asking: Path) -> None:
    with terminal(asking, "run", "asking.yaml", "--yes") as at:
        at.until("Which code did the mail bring? ")
        assert at.silent(0.5), f"something is printed during the answer:\n{at.shown}"
        at.types("\n4711\n")
        at.until("4711")
        at.until("Which PIN has the card? ")
        assert at.silent(0.5), f"something is printed during the answer:\n{at.shown}"
        at.types("sesame-0815\n")
        assert at.ends() == 0
        assert "sesame-0815" not in at.shown
    (journal,) = asking.glob("screenshots/asking/*/events.jsonl")
    assert "4711" in journal.read_text("utf-8") and "sesame-0815" not in journal.read_text("utf-8")


def test_json_output_stays_separate_from_the_questions(asking: Path) -> None:
    into_a_file = ("sh", "-c", 'exec "$@" > object.json', "sh")
    with terminal(asking, "run", "asking.yaml", "--yes", "--json", under=into_a_file) as at:
        at.until("Which code did the mail bring? ")
        at.types("4711\n")
        at.until("Which PIN has the card? ")
        at.types("sesame-0815\n")
        assert at.ends() == 0, at.shown
    result = json.loads((asking / "object.json").read_text("utf-8"))
    assert result["status"] == "unchanged" and "sesame-0815" not in str(result)


def test_ctrl_c_at_a_question_for_a_secret_leaves_a_terminal_that_echoes(asking: Path) -> None:
    with terminal(asking, "run", "asking.yaml", "--yes", under=SHELL) as at:
        at.until("Which code did the mail bring? ")
        assert at.echoes
        at.types("4711\n")
        at.until("Which PIN has the card? ")
        assert not at.echoes
        at.types("\x03")
        assert at.ends() == 130
        assert re.search(r"(?<!-)\becho\b", at.shown), f"the terminal does not echo:\n{at.shown}"
        assert "Traceback" not in at.shown


@pytest.mark.parametrize("keys", ["\n", "\x04"])
def test_an_empty_secret_prompt_changes_nothing(asking: Path, keys: str) -> None:
    with terminal(asking, "run", "asking.yaml", "--yes", "--secret", "pin=prompt") as at:
        at.until("pin: ")
        at.types(keys)
        assert at.ends() == 2
        assert "The secret `pin` has no value: Nothing was typed." in at.shown
    _nothing_was_run(asking)


def test_the_end_of_input_at_a_question_stops_the_run_for_a_person(asking: Path) -> None:
    with terminal(asking, "run", "asking.yaml", "--yes") as at:
        at.until("Which code did the mail bring? ")
        at.types("\x04")
        assert at.ends() == 3
        assert "No answer to: Which code did the mail bring?" in at.shown and "Traceback" not in at.shown


SOURCES = """name: Type secrets from four sources
browser: { locale: ko-KR, time_zone: Asia/Seoul, window: 900x700 }
sites:
  shop: { url: "SITE" }
secrets:
  one: { description: In the environment, typed_at: [shop] }
  two: { description: In a file, typed_at: [shop] }
  three: { description: From a command, typed_at: [shop] }
  four: { description: From a prompt, typed_at: [shop] }
sections:
  - name: Type them
    open: shop /
    steps:
      - expect: heading "ko-KR Asia/Seoul 900x700"
      - fill: textbox "One"
        with: ${one}
      - fill: textbox "Two"
        with: ${two}
      - fill: textbox "Three"
        with: ${three}
      - fill: textbox "Four"
        with: ${four}
      - click: button "Show"
        expect: heading "sesame-env sesame-file sesame-command sesame-typed"
"""
SHOWS = """<h1></h1><script>
const fields = () => [...document.querySelectorAll("input")].map((each) => each.value).join(" ");
const show = (text) => document.querySelector("h1").textContent = text;
show(`${navigator.language} ${Intl.DateTimeFormat().resolvedOptions().timeZone} ${innerWidth}x${innerHeight}`);
</script><label>One <input></label><label>Two <input></label><label>Three <input></label><label>Four <input></label>
<button onclick="show(fields())">Show</button>"""


def test_secrets_come_from_their_sources_and_the_browser_has_the_declared_settings(tmp_path: Path) -> None:
    (tmp_path / "two").write_text("sesame-file\n", "utf-8")
    sources = ("one=env:ONE", "two=file:two", "three=command:echo sesame-command", "four=prompt")
    options = [word for source in sources for word in ("--secret", source)]
    with beside_a_site(tmp_path, "book.yaml", SOURCES, SHOWS) as folder:
        with terminal(folder, "run", "book.yaml", "--yes", *options, under=("env", "ONE=sesame-env")) as at:
            at.until("four: ")
            at.types("sesame-typed\n")
            assert at.ends() == 0, at.shown
        assert "sesame" not in at.shown.replace("echo sesame-command", "")
        for path in folder.glob("screenshots/**/*.*"):
            assert path.suffix == ".png" or b"sesame-" not in path.read_bytes(), path


def test_a_second_ctrl_c_ends_the_run_at_once(folder: Path) -> None:
    with terminal(folder, "run", "book.yaml", "--yes") as at:
        at.until('Verify heading "More"')
        at.types("\x03\x03")
        assert at.ends() == 130
        assert "Traceback" not in at.shown, at.shown
    (journal,) = folder.glob("screenshots/book/*/events.jsonl")
    assert json.loads(journal.read_text("utf-8").splitlines()[0])["event"] == "run", "the journal is lost"


def _interrupted_and_sealed(folder: Path) -> None:
    (run,) = (path.parent for path in folder.glob("screenshots/book/*/events.jsonl"))
    last = json.loads((run / "events.jsonl").read_text("utf-8").splitlines()[-1])
    assert (last["event"], last["status"], last["exit"]) == ("end", "interrupted", 130)
    assert (run / "SHA256SUMS").is_file() and (run / "report.html").is_file()


PLANNED = """name: Settings
sites: { shop: { url: "SITE" } }
sections:
  - name: Set the shop up
    open: shop /
    ready: heading "Shop"
    done_when: checkbox "Public" [unchecked]
    steps:
      - click: button "Save"
        changes: true
"""


def test_a_plan_shows_current_and_wanted_values_before_the_question(tmp_path: Path) -> None:
    page = "<h1>Shop</h1><label><input type=checkbox checked> Public</label><button>Save</button>"
    with (
        beside_a_site(tmp_path, "book.yaml", PLANNED, page) as folder,
        terminal(folder, "run", "book.yaml", "--plan") as at,
    ):
        at.until("Run it? [y/N]")
        shown = at.shown[at.shown.index("current") :]
        assert re.search(r'~ +checkbox "Public" +on +off', shown), at.shown
        at.types("n\n")
        assert at.ends() == 1, "the exit code of the check"
        (run,) = (folder / "screenshots" / "book").glob("*/events.jsonl")
        assert '"mode":"check"' in run.read_text("utf-8").splitlines()[0]


def test_a_plan_and_a_yes_in_advance_exclude_each_other(tmp_path: Path) -> None:
    with (
        beside_a_site(tmp_path, "book.yaml", PLANNED, "") as folder,
        terminal(folder, "run", "book.yaml", "--plan", "-y") as at,
    ):
        assert at.ends() == 2
        assert "Pass only one of them." in at.shown
        _nothing_was_run(folder)
