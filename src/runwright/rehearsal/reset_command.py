"""The command that returns a server of one's own to its first state before each rehearsal.

It runs in the process of the rehearsal that starts its simulators, never in that of served ones: their control address
takes no commands.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from runwright.engine.run.plan import Plan
from runwright.rehearsal.rehearsal_client import RehearsalError

LIMIT = 120.0
"""Seconds that a command may take."""
_LONGEST = 300
"""Characters of its output that a message quotes."""


def reset_sites(plan: Plan, clean: Callable[[str], str]) -> None:
    """Run the `reset` command of each site of a plan. ``clean`` removes secrets from a message.

    Raises RehearsalError for a command that cannot be started, takes too long, or fails.
    """
    for site in plan.sites:
        words = [word.text(plan.inputs) for word in plan.runbook.resets.get(site.name, ())]
        if words:
            problem = _run(words, plan.runbook.path.parent)
            if problem is not None:
                message = f"The site `{site.name}` was not reset: `{shlex.join(words)}` {problem}"
                remedy = f"Correct `reset` of its `simulator` in {plan.runbook.path}, or run the command by hand."
                raise RehearsalError(clean(message), remedy)


def _run(words: Sequence[str], folder: Path) -> str | None:
    """Run a command in a folder, without a shell; what went wrong, or None."""
    with tempfile.TemporaryFile() as output:  # a server that the command leaves running would keep a pipe open
        try:
            process = subprocess.Popen(
                words, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        except (OSError, ValueError) as error:
            return f"cannot be started: {getattr(error, 'strerror', None) or error}."
        try:
            code = process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            _kill(process)
            return f"did not end within {LIMIT:g} s.{_said(output)}"
        except BaseException:
            _kill(process)
            raise
        return None if code == 0 else f"exited with {code}.{_said(output)}"


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the command with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _said(output: IO[bytes]) -> str:
    """The last line that it printed, in a sentence; empty if there is none."""
    output.seek(max(0, output.seek(0, os.SEEK_END) - 4096))
    lines = [line for line in output.read().decode(errors="replace").splitlines() if line.strip()]
    return f" Its last line: {lines[-1].strip()[:_LONGEST]}" if lines else ""
