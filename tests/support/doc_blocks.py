"""The pages of the documentation as tests see them: blocks, the files they make, the commands they show.

Three conventions, which a page's readers need not be told:

- what stands behind `$ ` in a block marked `console` is typed, in the page's order, in one shell and one folder a page;
  what follows is what comes, where `…` is anything, and a line of `…` alone any number of lines;
- a block below a line that ends with a file's name in backticks and a colon is that file, or, marked `diff`, a change
  of it;
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
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
_CAPTION = re.compile(r"`(?P<file>[\w./-]+)`:\s*\Z")
_PORT = re.compile(r"127\.0\.0\.1(?::|\", )(\d{4,5})")
_END = "\x1e"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    kind: str
    """`console`, `yaml`, …; nothing where the fence says nothing."""
    text: str
    file: str | None
    """The file that it is, or that it changes."""
    line: int


@dataclass(frozen=True)
class Command:
    """What a page types, and what it says that comes."""

    typed: str
    shown: str
    line: int


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page's text, in their order."""
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
    """A file's text after a `diff` block: the lines behind `-` become those behind `+`."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if not line.startswith("+"))
    new = "".join(line[1:] for line in lines if not line.startswith("-"))
    assert before.count(old) == 1, f"these lines stand {before.count(old)} times in the file:\n{old}"
    return before.replace(old, new)


def fits(shown: str, came: str) -> bool:
    """Whether what came is what the page shows."""
    pattern = ""
    for line in shown.rstrip("\n").split("\n") if shown.strip() else []:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, came if came.endswith("\n") or not came else f"{came}\n") is not None


def played(page: Path, folder: Path) -> list[str]:
    """Do what a page says, in a folder, and tell everything that came otherwise."""
    text = page.read_text("utf-8")
    for port in sorted(set(_PORT.findall(text))):
        text = text.replace(port, str(_free_port()))
    script, told, files = [], list[Command](), dict[str, str]()
    for block in blocks(text):
        if block.file is not None:
            before = files.get(block.file, "")
            files[block.file] = changed(before, block.text) if block.kind == "diff" else block.text
            script.append(_written(block.file, files[block.file]))
        elif block.kind == "console":
            for command in commands(block):
                told.append(command)
                script += [command.typed, "__end"]
    if not told:
        return []
    came = _run("\n".join(script), folder)
    problems = []
    for number, command in enumerate(told):
        where = f"{page.name}:{command.line}: $ {command.typed}"
        if number >= len(came):
            problems.append(f"{where}\n  was never reached")
            continue
        output, code = came[number]
        if not fits(command.shown, output):
            lines = difflib.unified_diff(command.shown.splitlines(), output.splitlines(), "page", "came", lineterm="")
            problems.append("\n  ".join([where, *lines]))
        following = told[number + 1].typed if number + 1 < len(told) else ""
        if code != 0 and following != "echo $?":
            problems.append(f"{where}\n  ended with {code}")
    return problems


def _written(file: str, text: str) -> str:
    mark = "END_OF_FILE"
    folder = shlex.quote(str(Path(file).parent))
    return f"mkdir -p {folder}; cat > {shlex.quote(file)} <<'{mark}'\n{text}{mark}"


def _run(script: str, folder: Path) -> list[tuple[str, int]]:
    """What each command printed, and its exit code. What was left running is ended."""
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
