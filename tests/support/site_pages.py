"""Sites that tests define themselves, and the result of a run against them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from runwright.engine.run.options import RunResult
from runwright.engine.run.plan import Plan
from runwright.evidence.events import EndEvent, StepEvent
from runwright.rehearsal.simulator import Cookie, Simulator

HOME = "https://shop.example"
Page = str | Callable[[Request, "Site"], Response]


@dataclass
class Site:
    """The pages of a test's own site, and the requests it received."""

    pages: Mapping[str, Page]
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, host and path of each request for a page."""
    kept: dict[str, Any] = field(default_factory=dict)
    """The state that the site stores."""
    effect: Callable[..., None] = lambda *_args, **_detail: None
    effect_at: Callable[[str, str], None] = lambda _host, _kind: None
    """Records an effect at another host of the same rehearsal, as another run would."""
    pause: Callable[[float, float], None] = lambda _after, _seconds: None
    """Has the site refuse connections, after some seconds, for some seconds."""
    before: Callable[[ASGIApp], ASGIApp] = lambda app: app
    """Middleware before it, such as a network fault."""

    def count(self, method: str, path: str) -> int:
        return sum(1 for m, _, p in self.asked if (m, p) == (method, path))


class SiteSimulator(Simulator):
    """Serves a `Site` under any address."""

    kind: ClassVar[str] = "site"
    site: ClassVar[Site]

    def app(self) -> Any:
        def answer(request: Request) -> Response:
            path = request.url.path
            if path != "/favicon.ico":
                self.site.asked.append((request.method, request.url.hostname or "", path))
            host = f"//{request.url.hostname}{path}"
            page = self.site.pages.get(host, self.site.pages.get(path))
            if page is None:
                return HTMLResponse("<title>Nothing</title><h1>Nothing here</h1>", 404)
            return HTMLResponse(f"<!doctype html>{page}") if isinstance(page, str) else page(request, self.site)

        methods = ["GET", "POST"]
        return self.site.before(Starlette(routes=[Route("/{path:path}", answer, methods=methods)]))

    def cookies(self) -> list[Cookie]:
        return []

    def state(self) -> dict[str, Any]:
        return dict(self.site.kept)

    def reset(self) -> None:
        self.site.kept.clear()


class Quiet:
    """A listener that records every call and prints nothing."""

    def __init__(self, asked: Callable[[], None] = lambda: None) -> None:
        self.heard: list[str] = []
        self._asked = asked
        """Called when the run asks a person for something."""

    def section_begins(self, number: int, name: str) -> None:
        self.heard.append(f"section {name}")

    def step_begins(self, number: int, name: str) -> None:
        self.heard.append(f"begin {name}")

    def step_ends(self, event: StepEvent) -> None:
        self.heard.append(f"end {event.name}: {event.status}")

    def section_ends(self, number: int, name: str, status: str, reason: str | None) -> None:
        self.heard.append(f"section {name}: {status}")

    def change_reached(self, point: str) -> None:
        self.heard.append(f"change at {point}")

    def message(self, sentence: str) -> None:
        self.heard.append(f"message {sentence}")
        self._asked()

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        self.heard.append(f"run {event.status}: {folder.name}")


@dataclass
class Played:
    """The result of a run, and the site that it ran against."""

    result: RunResult
    site: Site
    listener: Quiet
    plan: Plan

    @property
    def statuses(self) -> list[str]:
        return [section.status for section in self.result.sections]

    @property
    def message(self) -> str:
        return self.result.reason or ""

    @property
    def next_actions(self) -> list[tuple[str, tuple[str, ...]]]:
        """The kinds of the next actions, each with its sections."""
        return [(action.kind, action.sections) for action in self.result.next_actions]

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        lines = (self.result.folder / "events.jsonl").read_text("utf-8").splitlines()
        events = [json.loads(line) for line in lines]
        return [event for event in events if name is None or event["event"] == name]

    def everything(self) -> bytes:
        """The bytes of all text files of the run folder, and the names of the screenshots."""
        files = sorted(path for path in self.result.folder.rglob("*") if path.is_file())
        return b"\n".join(str(path).encode() + (b"" if path.suffix == ".png" else path.read_bytes()) for path in files)


def saving() -> Site:
    """A site with one button that saves: `kept["saves"]` counts how often, and the page then shows “Saved”."""

    def answer(request: Request, site: Site) -> Response:
        if request.method == "POST":
            site.kept["saves"] = site.kept.get("saves", 0) + 1
            site.effect("save")
            return RedirectResponse("/", 303)
        shown = "<p>Saved</p>" if site.kept.get("saves") else "<p>Not yet</p>"
        return HTMLResponse(
            f"<!doctype html><title>Shop</title><h1>Shop</h1>{shown}<form method=post><button>Save</button></form>"
        )

    return Site({"/": answer})


def later(seconds: float, script: str) -> str:
    """A script element that runs a script after some seconds."""
    return f"<script>setTimeout(() => {{ {script} }}, {seconds * 1000})</script>"
