"""The documentation as tests see it: fenced blocks, the files that they create, the commands that they run.

Three conventions:

- a line that begins with `$ ` in a `console` block is a command. All commands of a page run in order, in one shell and
  one folder. The lines below it are the expected output: `…` matches anything, a line of `…` alone any number of lines;
- a block below a line that ends with a file name in backticks and a colon is the content of that file; a `diff` block
  is a change of it;
- a command that fails is followed by `$ echo $?`.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "guides"),
]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
_CAPTION = re.compile(r"`(?P<file>[\w./-]+)`:\s*\Z")
_PORT = re.compile(r"127\.0\.0\.1(?::|\", )(\d{4,5})")
_END = "\x1e"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    """`console`, `yaml`, …; empty if the fence names none."""
    text: str
    file: str | None
    """The file that it creates or changes."""
    line: int


@dataclass(frozen=True)
class Command:
    """A command and its expected output."""

    typed: str
    shown: str
    line: int


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in _FENCE.finditer(text):
        caption = _CAPTION.search(text[: found.start()])
        file = caption["file"] if caption else None
        body = textwrap.dedent(found["text"])
        yield Block(found["kind"], body, file, text.count("\n", 0, found.start()) + 1)


def commands(block: Block) -> Iterator[Command]:
    """The commands of a `console` block."""
    for number, part in enumerate(re.split(r"^\$ ", block.text, flags=re.M)):
        if number == 0:
            assert not part.strip(), f"line {block.line}: a console block begins with `$ `"
            continue
        typed, _, shown = part.partition("\n")
        while typed.endswith("\\"):
            more, _, shown = shown.partition("\n")
            typed = f"{typed}\n{more}"
        yield Command(typed, shown, block.line)


def changed(before: str, diff: str) -> str:
    """The text of a file after a `diff` block: the `-` lines become the `+` lines."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if not line.startswith("+"))
    new = "".join(line[1:] for line in lines if not line.startswith("-"))
    assert before.count(old) == 1, f"these lines occur {before.count(old)} times in the file:\n{old}"
    return before.replace(old, new)


def fits(shown: str, output: str) -> bool:
    """Whether the output is what the page shows."""
    pattern = ""
    for line in shown.rstrip("\n").split("\n") if shown.strip() else []:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, output if output.endswith("\n") or not output else f"{output}\n") is not None


def run_page(page: Path, folder: Path) -> list[str]:
    """Run the commands of a page in a folder; each difference from the expected output as a text."""
    text = page.read_text("utf-8")
    for port in sorted(set(_PORT.findall(text))):
        text = text.replace(port, str(_free_port()))
    script, shown, files = [], list[Command](), dict[str, str]()
    for block in blocks(text):
        if block.file is not None:
            before = files.get(block.file, "")
            files[block.file] = changed(before, block.text) if block.kind == "diff" else block.text
            script.append(_written(block.file, files[block.file]))
        elif block.kind == "console":
            for command in commands(block):
                shown.append(command)
                script += [command.typed, "__end"]
    if not shown:
        return []
    results = _run("\n".join(script), folder)
    problems = []
    for number, command in enumerate(shown):
        where = f"{page.name}:{command.line}: $ {command.typed}"
        if number >= len(results):
            problems.append(f"{where}\n  was not reached")
            continue
        output, code = results[number]
        if not fits(command.shown, output):
            lines = difflib.unified_diff(command.shown.splitlines(), output.splitlines(), "page", "output", lineterm="")
            problems.append("\n  ".join([where, *lines]))
        following = shown[number + 1].typed if number + 1 < len(shown) else ""
        if code != 0 and following != "echo $?":
            problems.append(f"{where}\n  failed with exit code {code}")
    return problems


def _written(file: str, text: str) -> str:
    mark = "END_OF_FILE"
    folder = shlex.quote(str(Path(file).parent))
    return f"mkdir -p {folder}; cat > {shlex.quote(file)} <<'{mark}'\n{text}{mark}"


def _run(script: str, folder: Path) -> list[tuple[str, int]]:
    """The output and exit code of each command. Processes that are left over are killed."""
    tools = Path(tempfile.mkdtemp(dir=folder.parent))
    for name, call in {
        "runwright": "-c \"import sys; from runwright.cli.main import main; sys.argv[0] = 'runwright'; main()\"",
        "python3": "",
    }.items():
        (tools / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {call} "$@"\n', "utf-8")
        (tools / name).chmod(0o755)
    before = '__end() { rc=$?; printf "\\036%s\\036" $rc; return $rc; }\n'
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "COLUMNS": "120",
    }
    output = tools / "output"
    with output.open("wb") as stream:
        shell = subprocess.Popen(
            ["bash", "-c", before + script],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            shell.wait(timeout=330)
        finally:
            with suppress(ProcessLookupError):  # nothing was left running
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()
    parts = output.read_text("utf-8").split(_END)
    return [(parts[at], int(parts[at + 1])) for at in range(0, len(parts) - 1, 2)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
