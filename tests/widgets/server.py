"""One HTTP server that keeps the settings of all tasks: a page per task, and Save stores what the widget holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from support.http_site import listening
from widgets.tasks import TASKS, Task

PAGE = """<!doctype html><html lang=en><meta charset=utf-8><title>{control}</title>
<link rel=icon href=data:,>{style}
<style>body {{ font: 16px sans-serif; margin: 24px }} #widget {{ margin: 16px 0 }}</style>
<h1>Settings</h1><div id=widget></div>{button}<p role=status id=said></p>
<script>window.TASK = {slug}; window.STORED = {stored}</script><script src=/bundles/{bundle}.js></script>
"""
KINDS = {".js": "text/javascript", ".css": "text/css"}


@dataclass
class Settings:
    """What the server stores for each task, and how often a page stored something."""

    address: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    saves: dict[str, int] = field(default_factory=dict)

    def reset(self, task: Task) -> None:
        """The state before the first run."""
        self.values[task.slug] = task.before
        self.saves[task.slug] = 0


@contextmanager
def serving(bundles: Path) -> Iterator[Settings]:
    """Serve the pages of all tasks."""
    settings = Settings()
    tasks = {task.slug: task for task in TASKS}
    for task in TASKS:
        settings.reset(task)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/")
            if name in tasks:
                self._answer(200, "text/html; charset=utf-8", _page(tasks[name], settings, bundles).encode())
                return
            file = bundles / Path(name).name
            if file.is_file():
                self._answer(200, f"{KINDS[file.suffix]}; charset=utf-8", file.read_bytes())
            else:
                self._answer(404, "text/plain", b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            slug = self.path.strip("/").removesuffix("/save")
            settings.values[slug] = json.loads(body)
            settings.saves[slug] += 1
            self._answer(204, "text/plain", b"")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            return

    with listening(Answer) as port:
        settings.address = f"http://127.0.0.1:{port}"
        yield settings


def _page(task: Task, settings: Settings, bundles: Path) -> str:
    styled = (bundles / f"{task.bundle}.css").is_file()
    style = f"<link rel=stylesheet href=/bundles/{task.bundle}.css>" if styled else ""
    button = "" if task.saves_itself else "<button id=save>Save</button>"
    stored = json.dumps(settings.values[task.slug]).replace("<", "\\u003c")
    return PAGE.format(
        control=task.control,
        style=style,
        bundle=task.bundle,
        button=button,
        slug=json.dumps(task.slug),
        stored=stored,
    )
