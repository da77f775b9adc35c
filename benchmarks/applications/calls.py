"""Calls of the command line for an application that is served, and how its effects differ from what is wanted."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.applications.application import Served, environment

RUN_LIMIT = 900
"""Seconds that one run may take."""


@dataclass
class Called:
    """A call of the command line: its exit code and the object that it printed."""

    exit: int
    said: dict[str, Any]

    def summary(self) -> str:
        """The status, and where it is bad, why."""
        failure = self.said.get("failure") or {}
        reasons = [each["reason"] for each in self.said["sections"] if each.get("reason")]
        return " · ".join([str(self.said["status"]), *([failure["message"]] if failure else reasons)])

    def ended(self) -> str:
        """The exit code and the summary of a call that ended badly; else empty."""
        return f"exit {self.exit}: {self.summary()}" if self.exit != 0 else ""


def call(site: Served, out: Path, command: str, *words: str) -> Called:
    """Call a command with the runbook and inputs of an application. Raises RuntimeError if it prints no result."""
    inputs = [word for each in site.inputs() for word in ("-i", each)]
    line = [*measure.RUNWRIGHT, command, site.application.runbook, *inputs, *words, "--out", out, "--json"]
    done = subprocess.run(
        [str(word) for word in line],
        cwd=site.folder,
        capture_output=True,
        text=True,
        timeout=RUN_LIMIT,
        env=environment(),
    )
    try:
        return Called(done.returncode, json.loads(done.stdout))
    except json.JSONDecodeError:
        raise RuntimeError(f"{command} printed no result:\n{done.stdout}\n{done.stderr}") from None


def difference(wanted: dict[str, Any], found: dict[str, Any], ended: str) -> str:
    """What is not as the script left it, after how a run ended where it ended badly; empty where nothing is."""
    parts = [ended] if ended else []
    for key in sorted({*wanted, *found}):
        if wanted.get(key) != found.get(key):
            parts.append(f"{key}: {json.dumps(found.get(key))} instead of {json.dumps(wanted.get(key))}")
    return "; ".join(parts)
