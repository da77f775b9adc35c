"""What the start files of the applications share: install below a folder, serve in the foreground, say when it answers.

Needs nothing but Python's own library. A start file is called as `start.py FOLDER PORT`. What is installed is kept in
the folder; the state is a fresh one at each start.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

PASSWORD = os.environ.get("EXAMPLE_PASSWORD", "example-admin-password")
"""The administrator's password of every application."""
ANSWERS = 600.0
"""Seconds within which an application must answer its first request."""


def arguments(what: str) -> tuple[Path, int]:
    """The folder, which is created when missing, and the port."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("folder", type=Path, help="where it is installed and keeps its state")
    parser.add_argument("port", type=int)
    given = parser.parse_args()
    folder: Path = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder, given.port


def python_packages(folder: Path, *requirements: str) -> Path:
    """Install packages of exact versions into `venv/` of the folder, unless they are there; the path of its Python."""
    python = folder / "venv" / "bin" / "python"

    def install() -> None:
        venv.create(folder / "venv", with_pip=True)
        command([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements], folder)

    _once(folder / "venv", requirements, install)
    return python


def node_packages(folder: Path, *packages: str) -> Path:
    """Install packages of exact versions into `node/` of the folder, unless they are there; its `node_modules/`."""
    target = folder / "node"

    def install() -> None:
        target.mkdir()
        words = ["npm", "install", "--prefix", target, "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]
        command([*words, *packages], folder)

    _once(target, packages, install)
    return target / "node_modules"


def _once(target: Path, wanted: Sequence[str], install: Callable[[], None]) -> None:
    note = target / "installed.txt"
    if note.is_file() and note.read_text("utf-8").split("\n") == list(wanted):
        return
    shutil.rmtree(target, ignore_errors=True)
    print(f"installing {' '.join(wanted)}", flush=True)
    install()
    note.write_text("\n".join(wanted), "utf-8")


def fresh_state(folder: Path, key: str, prepare: Callable[[Path], None]) -> Path:
    """Replace `state/` of the folder by a fresh copy of what `prepare` makes in an empty folder; it is made once a key.

    What is prepared must not contain its own path.
    """
    prepared, note, state = folder / "prepared", folder / "prepared.txt", folder / "state"
    if not (note.is_file() and note.read_text("utf-8") == key):
        note.unlink(missing_ok=True)
        shutil.rmtree(prepared, ignore_errors=True)
        prepared.mkdir()
        prepare(prepared)
        note.write_text(key, "utf-8")
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(prepared, state)
    return state


def serve_django(what: str, site: Path, packages: Sequence[str], *migrating: str) -> int:
    """Install packages and serve a site of Django's, as a start file does; the exit code.

    ``what`` describes the start file, ``site`` is the folder of the settings, with a file `first_content.py` that fills
    the database after `migrate`, which gets the words ``migrating``.
    """
    folder, port = arguments(what)
    python = python_packages(folder, *packages)

    def settings(state: Path) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": str(site),
            "PYTHONDONTWRITEBYTECODE": "1",
            "EXAMPLE_STATE": str(state),
            "EXAMPLE_PASSWORD": PASSWORD,
        }

    def prepare(state: Path) -> None:
        command([python, "-m", "django", "migrate", *migrating, "--verbosity", "0"], state, settings(state))
        command([python, site / "first_content.py"], state, settings(state))

    sources = "".join(path.read_text("utf-8") for path in sorted(site.rglob("*.py")))
    state = fresh_state(folder, f"{' '.join(packages)} {PASSWORD}\n{sources}", prepare)
    words = [python, "-m", "django", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{port}"]
    return serve(words, port, "/admin/login/", state, settings(state))


def command(words: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a command to its end. If it fails, print its output and exit with 1."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        sys.exit(1)


def serve(
    words: Sequence[str | Path],
    port: int,
    path: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    then: Callable[[], None] = lambda: None,
) -> int:
    """Serve until the server ends, or until SIGTERM or Ctrl-C; the exit code.

    Prints `ready http://127.0.0.1:PORT` once `path` answers with 200 and ``then`` has been called. What the server
    prints is in `server.log` of the folder.
    """
    log = folder / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [str(word) for word in words],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

        def end(number: int, frame: FrameType | None) -> None:
            server.terminate()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        until = time.monotonic() + ANSWERS
        while not _answers(port, path):
            if server.poll() is not None or time.monotonic() > until:
                server.terminate()
                print(f"The server does not answer at {path}.\n{log.read_text('utf-8')[-3000:]}", file=sys.stderr)
                return 1
            time.sleep(0.1)
        then()
        print(f"ready http://127.0.0.1:{port}", flush=True)
        code = server.wait()
        return 0 if code in (0, -signal.SIGTERM, -signal.SIGINT, 128 + signal.SIGTERM) else 1


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
