"""Run folders as the engine leaves them, made without engine and browser. The fixture `made` is a sealed one."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.raw_events import write_raw

from runwright import __version__
from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.events import EndEvent
from runwright.evidence.images.caption import Caption
from runwright.evidence.journal import FORMAT
from runwright.evidence.run_folder import RunFolder
from runwright.evidence.statuses import Status

RUNBOOK = b"name: Alerts\nsections: []\n"
GUIDE = b"# Alerts\n\n1. Open the page.\n"
OWN_VERB = b'"""Waves."""\n'

WIDTH, HEIGHT = 640, 400

INTENT = {
    "step": 2,
    "section": 1,
    "verb": "click",
    "name": "Press “On”",
    "file": "alerts.yaml",
    "line": 7,
    "target": 'button "On"',
    "turn": [],
}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def page(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """A screenshot of a page: white, with a grey button of 120 x 30 pixels at 100, 80."""
    image = Image.new("RGB", (width, height), (255, 255, 255))
    image.paste((200, 205, 210), (100, 80, 220, 110))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def caption(step: int = 1, rehearsal: bool = False, **overrides: Any) -> Caption:
    now = datetime(2026, 11, 24, 3, 30, 12, tzinfo=UTC)
    facts: dict[str, Any] = {
        "address": "https://alerts.example/settings",
        "title": "Settings",
        "utc": now,
        "local": now.astimezone(timezone(timedelta(hours=9))),
        "server_date": "Tue, 24 Nov 2026 03:30:11 GMT",
        "person": None,
        "runbook": "alerts",
        "step": step,
        "steps": None,
        "run": "20261124T033000Z-7f3a",
        "rehearsal": rehearsal,
    }
    return Caption(**{**facts, **overrides})


@dataclass
class Made:
    """A run folder under construction."""

    folder: RunFolder
    scrubber: Scrubber
    rehearsal: bool
    steps: int = 0
    digest: str = ""
    previous: str | None = None

    @property
    def path(self) -> Path:
        return self.folder.path

    def begin(self, **overrides: Any) -> None:
        """Write the first event and the procedure."""
        verbs = [
            {"name": "click", "path": "steps/click.py", "sha256": "c" * 64, "shipped": True},
            {"name": "wave", "path": "steps/wave.py", "sha256": digest(OWN_VERB), "shipped": False},
        ]
        facts: dict[str, Any] = {
            "run": self.path.name,
            "format": FORMAT,
            "mode": "run",
            "rehearsal": self.rehearsal,
            "runbook": {
                "slug": "alerts",
                "name": "Alerts for a server",
                "path": "runbooks/alerts.yaml",
                "sha256": digest(RUNBOOK),
            },
            "blocks": [],
            "verbs": verbs,
            "guide": {"name": "alerts", "path": "alerts.md", "sha256": digest(GUIDE)},
            "inputs": {"channel": "alerts", "allowed": ["203.0.113.10", "203.0.113.11"]},
            "secrets": ["client_secret"],
            "sites": {"alerts": "https://alerts.example"},
            "versions": {"runwright": __version__, "playwright": "1.0", "browser": "1", "python": "3.11"},
            "who": "ann",
            "machine": "desk",
            "ci": None,
            "ticket": "OPS-17",
            "browser": {"locale": "en-US", "time_zone": "UTC", "window": [WIDTH, HEIGHT]},
            "previous": self.previous,
            "resumes": None,
        }
        write_raw(self.folder.journal, "run", **{**facts, **overrides})
        self.folder.keep("procedure/alerts.yaml", RUNBOOK)
        self.folder.keep("procedure/alerts.md", GUIDE)
        self.folder.keep("procedure/steps/wave.py", OWN_VERB)

    def section(self, name: str = "Turn the alerts on") -> None:
        facts = {"section": 1, "name": name, "line": 3, "follows": "2", "controls": ["CC8.1"]}
        write_raw(self.folder.journal, "section", **facts)

    def step(self, name: str = "Press “On”", moments: tuple[str, ...] = ("page",), **overrides: Any) -> None:
        """Write one step with a screenshot for each moment."""
        self.steps += 1
        png = overrides.pop("png", page())
        withheld = overrides.pop("withheld", [])
        redacted = overrides.pop("redacted", [])
        box = overrides.get("box", [100, 80, 120, 30])
        screenshots = []
        for moment in moments:
            description = caption(self.steps, self.rehearsal, run=self.path.name)
            words = f"{name} {moment}"
            if withheld:
                stored = self.folder.withheld(withheld, (WIDTH, HEIGHT), words, description)
            else:
                stored = self.folder.screenshot(png, words, description)
            screenshots.append(
                {**asdict(stored), "moment": moment, "box": box, "withheld": withheld, "redacted": redacted}
            )
        facts: dict[str, Any] = {
            "step": self.steps,
            "section": 1,
            "part": "steps",
            "verb": "click",
            "name": name,
            "follows": "2.1",
            "line": 7,
            "file": "alerts.yaml",
            "changes": False,
            "status": "done",
            "started": "2026-11-24T03:30:10.000Z",
            "ended": "2026-11-24T03:30:12.000Z",
            "seconds": 2.0,
            "address": "https://alerts.example/settings",
            "page_title": "Settings",
            "server_date": "Tue, 24 Nov 2026 03:30:11 GMT",
            "server_address": "203.0.113.5:443",
            "certificate": "d" * 64,
            "target": 'button "On"',
            "box": box,
            "scale": 1.0,
            "conditions": [{"condition": 'done_when: switch "Alerts" [checked]', "held": True}],
            "offered": [{"role": "button", "name": "On", "state": []}],
            "requests": [],
            "read": None,
            "screenshots": screenshots,
            "failure": None,
        }
        write_raw(self.folder.journal, "step", **{**facts, **overrides})

    def end(
        self,
        status: str = "changed",
        code: int = 0,
        reason: str | None = None,
        reports: Mapping[str, bytes] | None = None,
    ) -> None:
        """Write the last events, then seal the folder. ``reports`` are further reports."""
        write_raw(self.folder.journal, "section-ended", section=1, status=status, reason=reason, seconds=2.5)
        count = self.folder.journal.count + 1
        end = EndEvent(status=Status(status), exit=code, reason=reason, seconds=3.5, events=count)
        self.digest, _ = self.folder.close(end, reports)


Make = Callable[..., Made]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """`make(name)` creates an empty run folder under `screenshots/alerts/`, which the test fills."""

    def create(
        name: str = "20261124T033000Z-7f3a", secrets: Mapping[str, str] | None = None, previous: str | None = None
    ) -> Made:
        scrubber = Scrubber()
        for secret, value in (secrets or {}).items():
            scrubber.register(secret, value)
        folder = RunFolder.create(tmp_path / "screenshots", "alerts", name, scrubber)
        return Made(folder, scrubber, name.endswith("-rehearsal"), previous=previous)

    return create


@pytest.fixture
def made(make: Make) -> Made:
    """A finished run of three steps, one of which changes the site."""
    return _of_three_steps(make())


@pytest.fixture
def rehearsed(make: Make) -> Made:
    """The same run as a rehearsal."""
    return _of_three_steps(make("20261124T033000Z-7f3a-rehearsal"))


@pytest.fixture
def killed(make: Make) -> Made:
    """A run that was killed after its first step, while it stored screenshots of the next."""
    made = make()
    made.begin()
    made.section()
    made.step()
    (made.path / "0002-not-journalled-yet.png").write_bytes(b"x")
    (made.path / ".0003-half.png.part").write_bytes(b"x")
    return made


def _of_three_steps(made: Made) -> Made:
    made.begin()
    made.section()
    made.step("Open the settings")
    write_raw(made.folder.journal, "intent", **INTENT)
    made.step(moments=("before", "after"), changes=True)
    made.step("Check the switch")
    made.end()
    return made
