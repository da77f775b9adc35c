"""All commands of the command line and their groups, by their full names, and calls of them.

A call in this process is what a test needs that asserts what is printed and how the command ends. A process of its own
is for tests of signals, terminals, imports, and of what a command finds in the working folder when Python starts.
"""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.main import get_command

from runwright.cli.main import app, main
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.project.discovery import find_runbook, read_inputs, read_sources, vocabulary_for
from runwright.project.doctor import runbook_checks


def _commands(group: Any, prefix: str = "") -> dict[str, Any]:
    """All commands by their full names, including those of groups."""
    found = {}
    for name, command in group.commands.items():
        full = f"{prefix}{name}"
        if not hasattr(command, "commands") or command.invoke_without_command:
            found[full] = command
        if hasattr(command, "commands"):
            found |= _commands(command, f"{full} ")
    return found


def _groups(group: Any, prefix: str = "") -> dict[str, Any]:
    """The command line itself and its groups, by their full names."""
    found = {prefix.strip(): group}
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found |= _groups(command, f"{prefix}{name} ")
    return found


def assert_can_start(name: str, params: dict[str, Any]) -> None:
    """Make all checks that a command makes before it changes anything; raises for a missing runbook or value.

    ``params`` are the parsed parameters of the command ``name``.
    """
    path = find_runbook(params["runbook"])
    inputs, secrets = params.get("inputs") or [], params.get("secret") or []
    if name in ("run", "check", "rehearse"):
        values, sources = read_inputs(inputs, params["input_file"]), read_sources(secrets, "--secret")
        rehearsal = name == "rehearse"
        make_plan(load(path, vocabulary_for(path)), values, sources, rehearsal)
    elif name == "doctor":
        runbook_checks(params["runbook"], inputs, params["input_file"], secrets, params.get("keep") or [])


def call(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process, in a folder, with more variables of the environment.

    An exception of ours is raised, as no call may end in a traceback.
    """
    out, error = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    argv, code = ["runwright", *words], 0
    thresholds = gc.get_threshold()
    with (
        chdir(cwd),
        patch.dict(os.environ, {"COLUMNS": "200", **environment}),
        patch.object(sys, "argv", argv),
        redirect_stdout(out),
        redirect_stderr(error),
    ):
        try:
            main()
        except SystemExit as end:
            assert end.code is None or isinstance(end.code, int), f"it ends with the text {end.code!r}"
            code = end.code or 0
        finally:
            gc.set_threshold(*thresholds)
    printed = [each.buffer.getvalue().decode() for each in (out, error)]  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(argv, code, *printed)


_SEVERAL = """
import json, sys
from pathlib import Path
calls, result = json.loads(sys.stdin.read()), sys.argv[1]
sys.path.insert(1, SUPPORT)
from support.cli_calls import call
sys.path.remove(SUPPORT)
done = [call(*words, cwd=Path.cwd()) for words in calls]
Path(result).write_text(json.dumps([[each.returncode, each.stdout, each.stderr] for each in done]), "utf-8")
"""


def several_calls(calls: Sequence[Sequence[object]], cwd: Path, result: Path) -> list[subprocess.CompletedProcess[str]]:
    """Run the command line several times in one new process that starts in a folder, as `python -m runwright` does.

    ``result`` is a file outside of that folder, for what the calls print.
    """
    words = [[str(word) for word in each] for each in calls]
    program = _SEVERAL.replace("SUPPORT", repr(str(Path(__file__).resolve().parents[1])))
    command = [sys.executable, "-c", program, str(result)]
    done = subprocess.run(command, cwd=cwd, input=json.dumps(words), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    ended = json.loads(result.read_text("utf-8"))
    return [subprocess.CompletedProcess(each, *how) for each, how in zip(words, ended, strict=True)]


COMMANDS = _commands(get_command(app))
GROUPS = _groups(get_command(app))
