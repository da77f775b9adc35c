"""Run folders without a browser: the fixture `played` writes the journal of a run with the real journal writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.event_parts import (
    BrowserRecord,
    FailureRecord,
    OfferedControl,
    RunbookRecord,
    ScreenshotRecord,
    VersionsRecord,
)
from runwright.evidence.events import EndEvent, RunEvent, SectionEvent, StepEvent
from runwright.evidence.journal import FORMAT
from runwright.evidence.run_folder import RunFolder
from runwright.evidence.statuses import FailureClass, Status, StepStatus
from runwright.guide.match.observations import RunObservations, read_run
from runwright.guide.match.references import sentence
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Runbook, Step, flat
from runwright.language.verb_spec import vocabulary

HEAD = """name: Alerts
guide: alerts
inputs:
  name: { description: "The app's name", example: Mine }
  pages: { description: Which pages, choices: [old, new], default: new }
sites:
  shop: { url: https://shop.example }
sections:
"""
SECTION = """
  - name: Make it
    follows: 1
    open: shop /apps
    ready: heading "Apps"
    done_when: link "Mine"
    steps:
"""
"""The start of a section below `HEAD`. Its steps follow."""
SECTIONS = (
    SECTION
    + """\
      - click: button "Create App"
        follows: 1.1
      - click: button "Save"
        follows: 1.2
        changes: true
"""
)
"""A section with two steps, for a guide with two items."""
PAGE = ["heading Apps", "button Create App", "button Save"]
"""What its page offers."""


@dataclass
class RunWriter:
    """Writes a run: the steps of the runbook in their order, each with what the page offered before it."""

    folder: RunFolder
    book: Runbook
    inputs: dict[str, str]
    number: int = 0
    section: int = 0
    offers: dict[str, list[str]] = field(default_factory=dict)

    def begin(self) -> None:
        self.folder.keep(f"procedure/{self.book.path.name}", self.book.text.encode())
        self.folder.journal.write(
            RunEvent(
                run=self.folder.path.name,
                format=FORMAT,
                mode="run",
                rehearsal=True,
                runbook=RunbookRecord(
                    slug=self.book.slug, name=self.book.name, path=self.book.path.name, sha256="0" * 64
                ),
                blocks=(),
                verbs=(),
                guide=None,
                inputs=self.inputs,
                secrets=(),
                sites={"shop": "https://shop.example"},
                versions=VersionsRecord(runwright="0", playwright="0", browser="0", python="0"),
                who="ann",
                machine="desk",
                ci=None,
                ticket=None,
                browser=BrowserRecord(locale="en-US", time_zone="UTC", window=(1280, 800)),
                previous=None,
                resumes=None,
            )
        )

    def step(self, step: Step, section: int, follows: str | None, offered: list[str], **more: Any) -> None:
        """Write one step. ``offered`` has lines such as `button Save`, `button Save [disabled]` or `textbox ~ Filter`.

        What stands behind `~` is the visible label.
        """
        from runwright.language.targets import Target

        self.number += 1
        subject = step.arguments.get(step.model.subject())
        target = subject.resolve(self.inputs) if isinstance(subject, Target) else None
        event = {
            "section": section,
            "verb": step.verb,
            "name": sentence(step),
            "follows": follows,
            "line": step.mark.line,
            "file": step.path.name,
            "changes": step.common.changes,
            "target": str(target) if target is not None else None,
            "offered": tuple(_control(line) for line in offered),
        }
        self._write({**event, **more})

    def _write(self, event: dict[str, Any]) -> None:
        facts: dict[str, Any] = {
            "step": self.number,
            "part": "steps",
            "follows": None,
            "changes": False,
            "status": StepStatus.DONE,
            "started": "2026-11-24T03:30:10.000Z",
            "ended": "2026-11-24T03:30:12.000Z",
            "seconds": 2.0,
            "address": "https://shop.example/apps",
            "page_title": "Shop",
            "server_date": None,
            "server_address": None,
            "certificate": None,
            "target": None,
            "box": None,
            "scale": 1.0,
            "conditions": (),
            "offered": (),
            "requests": (),
            "read": None,
            "screenshots": (_screenshot(self.number),),
            "failure": None,
        }
        self.folder.journal.write(StepEvent(**{**facts, **event}))

    def check(self, section: int, line: int, offered: list[str], message: str, looked_for: str) -> None:
        """Write a failed check of whether the page of a section is ready."""
        self.number += 1
        self._write(
            {
                "section": section,
                "part": "check",
                "verb": "check",
                "name": "Check whether it is done",
                "line": line,
                "file": self.book.path.name,
                "status": StepStatus.FAILED,
                "offered": tuple(_control(line) for line in offered),
                "screenshots": (),
                "failure": _failure(message, looked_for),
            }
        )

    def end(self, status: str = "changed", reason: str | None = None) -> RunObservations:
        count = self.folder.journal.count + 1
        self.folder.journal.write(EndEvent(status=Status(status), exit=0, reason=reason, seconds=3.0, events=count))
        self.folder.journal.close()
        return read_run(self.folder.path)


def _control(line: str) -> OfferedControl:
    line, _, label = line.partition(" ~ ")
    role, _, rest = line.partition(" ")
    name, _, state = rest.partition(" [")
    return OfferedControl(role, name, (state.rstrip("]"),) if state else (), label or None)


def _screenshot(number: int) -> ScreenshotRecord:
    return ScreenshotRecord(
        file=f"{number:04}-step.png",
        sha256="0" * 64,
        moment="page",
        caption=48,
        width=1280,
        height=848,
        box=None,
        withheld=(),
        redacted=(),
    )


def _failure(
    message: str, looked_for: str, said: tuple[str, ...] = (), kind: FailureClass = FailureClass.PAGE_CHANGED
) -> FailureRecord:
    return FailureRecord(
        failure_class=kind,
        message=message,
        looked_for=looked_for,
        nearest=(),
        page_messages=said,
        candidates=(),
    )


Play = Callable[..., RunObservations]


@pytest.fixture
def played(tmp_path: Path) -> Play:
    """Run the sections of a runbook: ``pages`` are the controls offered before each step, the last one for the rest.

    With ``breaks``, the step of that number fails with this message, looking for this target, and ends the run.
    Number 0 is the check that waits for the `ready` of the first section.
    """
    count = 0

    def play(
        sections: str,
        *pages: list[str],
        inputs: dict[str, str] | None = None,
        breaks: tuple[int, str, str] | None = None,
        said: tuple[str, ...] = (),
        kind: FailureClass = FailureClass.PAGE_CHANGED,
        **more: Any,
    ) -> RunObservations:
        nonlocal count
        count += 1
        path = tmp_path / f"book{count}" / "alerts.yaml"
        path.parent.mkdir()
        path.write_text(HEAD + sections)
        book = load(path, vocabulary())
        values = {"name": "Mine", "pages": "new", **(inputs or {})}
        run = RunFolder.create(tmp_path / "runs", "alerts", f"run-{count}", Scrubber())
        writer = RunWriter(run, book, values)
        writer.begin()
        at = 0
        for section in book.sections:
            head = section.fields
            run.journal.write(
                SectionEvent(
                    section=section.number,
                    name=section.name,
                    line=section.mark.line,
                    follows=", ".join(head.follows) or None,
                    controls=(),
                )
            )
            if head.when is not None and not head.when.value(values):
                continue
            if breaks is not None and breaks[0] == 0:
                writer.check(section.number, section.mark.line, pages[0], breaks[1], breaks[2])
                return writer.end("unknown", breaks[1])
            navigation = {id(step) for step in flat(section.navigation)}
            for step in flat((*section.navigation, *section.steps)):
                offered = pages[min(at, len(pages) - 1)]
                part = {"part": "navigation"} if id(step) in navigation else {}
                if breaks is not None and breaks[0] == at + 1:
                    failed = {**part, "status": StepStatus.FAILED, "failure": _failure(*breaks[1:], said, kind)}
                    writer.step(step, section.number, ", ".join(step.common.follows) or None, offered, **failed)
                    return writer.end("failed", breaks[1])
                writer.step(step, section.number, ", ".join(step.common.follows) or None, offered, **{**part, **more})
                at += 1
        return writer.end()

    return play
