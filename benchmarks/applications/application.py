"""An application under `examples/`: what its `application.json` says, and the application being served."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PASSWORD = "example-admin-password"
STARTS = 900
"""Seconds that an application has to be installed and to answer."""


@dataclass(frozen=True)
class Try:
    """Something that was written from the documentation at first, what came of it, and how it was mended."""

    wrote: str
    happened: str
    mended: str


@dataclass(frozen=True)
class Application:
    """One folder under `examples/`."""

    slug: str
    title: str
    """Name and versions."""
    task: str
    inputs: tuple[str, ...]
    """Inputs beside `site`, as NAME=VALUE."""
    pairs: int
    """How many pairs of runs and scripts are timed."""
    tries: tuple[Try, ...]

    @property
    def folder(self) -> Path:
        return EXAMPLES / self.slug

    @property
    def runbook(self) -> Path:
        """The one runbook in its folder. Raises ValueError if there is none or more than one."""
        (found,) = (self.folder / "runbooks").glob("*.yaml")
        return found

    def css(self) -> list[str]:
        """The lines of the runbook that name a control by a CSS selector."""
        lines = self.runbook.read_text("utf-8").splitlines()
        return [line.strip() for line in lines if 'css "' in line.split(" #")[0] and not line.lstrip().startswith("#")]


def read(folder: Path) -> Application:
    """The application in a folder."""
    said: dict[str, Any] = json.loads((folder / "application.json").read_text("utf-8"))
    tries = tuple(Try(**each) for each in said.pop("tries"))
    return Application(slug=folder.name, inputs=tuple(said.pop("inputs")), tries=tries, **said)


def applications() -> list[Application]:
    """All of them, by name."""
    return [read(path.parent) for path in sorted(EXAMPLES.glob("*/application.json"))]


@dataclass(frozen=True)
class Served:
    """An application that answers."""

    application: Application
    folder: Path
    url: str

    def inputs(self) -> list[str]:
        """The inputs of the runbook, as NAME=VALUE."""
        return [f"site={self.url}", *self.application.inputs]

    def effects(self) -> dict[str, Any]:
        """What stands in the application, without ids and times."""
        found: dict[str, Any] = json.loads(self._python("effects.py"))
        return found

    def drift(self) -> None:
        """Change a setting that the runbook sets, behind its back."""
        self._python("drift.py")

    def _python(self, name: str) -> str:
        words = [sys.executable, str(self.application.folder / name), str(self.folder), self.url]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, env=environment())
        if done.returncode != 0:
            raise RuntimeError(f"{name} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout


def environment() -> dict[str, str]:
    """The environment of every process of a trial: as a user's, with a cache of bytecode."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "EXAMPLE_PASSWORD": PASSWORD}


@contextmanager
def served(application: Application, folder: Path, port: int | None = None) -> Iterator[Served]:
    """The application with a fresh state, until the block ends. Raises RuntimeError if it does not start."""
    port = port or _free_port()
    words = [sys.executable, str(application.folder / "start.py"), str(folder), str(port)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment())
    ending = _after(process, STARTS)
    try:
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("ready "):
                break
        else:
            raise RuntimeError(f"{application.slug} did not start:\n{''.join(printed)}")
        ending.cancel()
        yield Served(application, folder, line.split()[1])
    finally:
        ending.cancel()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _after(process: subprocess.Popen[str], seconds: float) -> Any:
    import threading

    timer = threading.Timer(seconds, process.terminate)
    timer.daemon = True
    timer.start()
    return timer


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port
