"""Writes the evidence of a run: one journal event per step with its screenshots, and the events in between."""

from __future__ import annotations

import os
import platform
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Error, Response

from runwright.engine.browser.downloads import DownloadedFile
from runwright.engine.browser.network import ChangeRequest
from runwright.engine.browser.screenshot import Capture
from runwright.engine.errors import Candidate, StepFailed
from runwright.engine.log import log_event, log_progress
from runwright.engine.run.plan import Plan
from runwright.engine.run.procedure import digest_of, own_blocks, procedure, used_verbs, who
from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.images.caption import Caption
from runwright.evidence.journal import FORMAT
from runwright.evidence.run_folder import RunFolder, StoredScreenshot
from runwright.evidence.statuses import FailureClass, Status, StepStatus
from runwright.version import __version__


@dataclass(slots=True)
class StepRecord:
    """Everything that the journal records of a step."""

    number: int
    section: int
    part: str
    """`open`, `navigation`, `check`, `steps` or `verification`."""
    verb: str
    name: str
    follows: str | None
    line: int
    file: str
    changes: bool
    turn: tuple[str, ...]
    """The current items of the enclosing `for_each` lists, the outermost first."""
    started: datetime
    status: StepStatus = StepStatus.DONE
    ended: datetime | None = None
    address: str = ""
    page_title: str = ""
    target: str | None = None
    box: tuple[float, ...] | None = None
    scale: float = 1.0
    conditions: list[tuple[str, bool]] = field(default_factory=list)
    offered: list[Candidate] = field(default_factory=list)
    requests: list[ChangeRequest] = field(default_factory=list)
    read: dict[str, str] | None = None
    screenshots: list[dict[str, Any]] = field(default_factory=list)
    failure: StepFailed | None = None
    server: dict[str, str | None] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return round(((self.ended or self.started) - self.started).total_seconds(), 3)

    @property
    def screenshot(self) -> str | None:
        """The file of the last screenshot."""
        return str(self.screenshots[-1]["file"]) if self.screenshots else None

    def place(self) -> dict[str, Any]:
        """What identifies a change across runs."""
        return {"file": self.file, "line": self.line, "target": self.target, "turn": list(self.turn)}

    def event(self) -> dict[str, Any]:
        """The fields of the journal's `step` event."""
        return {
            "step": self.number,
            "section": self.section,
            "part": self.part,
            "verb": self.verb,
            "name": self.name,
            "follows": self.follows,
            "line": self.line,
            "file": self.file,
            "changes": self.changes,
            "turn": list(self.turn),
            "status": self.status,
            "started": _time(self.started),
            "ended": _time(self.ended) if self.ended else None,
            "seconds": self.seconds,
            "address": self.address,
            "page_title": self.page_title,
            "server_date": self.server.get("date"),
            "server_address": self.server.get("address"),
            "certificate": self.server.get("certificate"),
            "target": self.target,
            "box": _round(self.box),
            "scale": self.scale,
            "conditions": [{"condition": text, "held": held} for text, held in self.conditions],
            "offered": [{"role": each.role, "name": each.name, "state": list(each.states)} for each in self.offered],
            "requests": [change.data() for change in self.requests],
            "read": self.read,
            "screenshots": self.screenshots,
            "failure": self.failure.data() if self.failure else None,
        }


@dataclass(frozen=True)
class RunFacts:
    """What the first event records besides the plan."""

    browser_version: str
    ticket: str | None
    rehearsal_id: str | None
    resumes: tuple[str, str] | None
    """The id and the journal digest of the run that is resumed."""


class EvidenceWriter:
    """Writes a run's journal and screenshots in a thread of its own, in parallel to the next step.

    Everything is written in the order of the calls. If a write fails, the next call raises EvidenceError and nothing
    more is written. After ``flush`` everything is on disk.
    """

    def __init__(self, folder: RunFolder, scrubber: Scrubber, plan: Plan, run: str, previous: str | None) -> None:
        self.folder = folder
        self.scrubber = scrubber
        self.run = run
        self._plan = plan
        self._previous = previous
        for path in (plan.runbook.path, *(block.path for block in plan.runbook.blocks.values())):
            scrubber.exempt(path.name)
        self._servers: dict[str, dict[str, str | None]] = {}
        self._thread = ThreadPoolExecutor(1, "evidence")
        self._writes: deque[Future[None]] = deque()
        self.over = False
        """Whether the last event is written."""

    def emit(self, event: str, **fields: Any) -> None:
        """Write one event. Events that arrive while the browser closes are ignored."""
        log_event(event, fields, self.scrubber.text)
        if not self.over:
            self._submit(lambda: self.folder.journal.write(event, **fields))

    def step(self, record: StepRecord) -> None:
        """Write the event of a step that has ended."""
        event = record.event()
        log_progress(f"step {record.number} {record.status}: {record.name} ({record.seconds} s)", self.scrubber.text)
        log_event("step", event, self.scrubber.text)

        def write() -> None:
            self.folder.journal.write("step", **event)
            record.screenshots = [{"file": each["file"]} for each in record.screenshots[-1:]]

        self._submit(write)
        record.offered = []  # the journal has them; of a long run they are most of the memory

    def flush(self) -> None:
        """Wait until everything is on disk. Raises EvidenceError if a write failed."""
        self._collect(wait=True)

    def _submit(self, write: Callable[[], None]) -> None:
        self._collect(wait=False)
        before = self._writes[-1] if self._writes else None
        self._writes.append(self._thread.submit(_write_after, before, write))

    def _collect(self, wait: bool) -> None:
        """Drop finished writes. Raises the error of a failed one, on every later call too: the run must end."""
        while self._writes and (wait or self._writes[0].done()):
            self._writes[0].result()
            self._writes.popleft()

    def download(self, taken: DownloadedFile) -> None:
        """Store a downloaded file."""
        self.flush()
        self.folder.download(taken.name, taken.data, taken.address)

    def end(self, status: Status, failure_class: FailureClass | None, reason: str | None, seconds: float) -> str:
        """Write the last event, the reports and the checksums; the journal digest."""
        self.flush()
        self.folder.withhold_downloads()
        events = self.folder.journal.count + 1
        self.emit(
            "end",
            status=status,
            exit=status.exit_code,
            failure_class=failure_class,
            reason=reason,
            seconds=seconds,
            events=events,
        )
        self.flush()
        self.over = True
        self._thread.shutdown()
        return self.folder.close()

    def begin(self, facts: RunFacts) -> None:
        """Write the first event (procedure, inputs, machine, account) and copy the procedure's files."""
        plan, runbook, guide = self._plan, self._plan.runbook, self._plan.guide
        size = runbook.browser.size()
        self.emit(
            "run",
            run=self.run,
            format=FORMAT,
            mode=plan.mode,
            rehearsal=plan.rehearsal,
            rehearsal_id=facts.rehearsal_id,
            **procedure(plan),
            guide={"name": guide.name, "path": guide.path, "sha256": guide.sha256} if guide is not None else None,
            inputs=plan.inputs,
            secrets=list(runbook.secrets),
            sites={site.name: site.url for site in plan.sites},
            versions={
                "runwright": __version__,
                "playwright": _playwright_version(),
                "browser": facts.browser_version,
                "python": platform.python_version(),
            },
            who=who(),
            machine=platform.node(),
            ci=_ci(),
            ticket=facts.ticket,
            browser={
                "locale": runbook.browser.locale,
                "time_zone": runbook.browser.time_zone,
                "window": list(size),
                "scale": int(runbook.browser.scale),
            },
            previous=self._previous,
            resumes={"run": facts.resumes[0], "digest": facts.resumes[1]} if facts.resumes is not None else None,
        )
        self.flush()
        self.folder.keep(f"procedure/{runbook.path.name}", runbook.text.encode())
        if guide is not None and guide.text is not None:
            self.folder.keep(f"procedure/{guide.path}", guide.text)
        for block in own_blocks(plan):
            self.folder.keep(f"procedure/steps/{block.path.name}", block.path.read_bytes())
        for _, path, shipped in used_verbs(plan):
            if not shipped:
                self.folder.keep(f"procedure/steps/{path.name}", path.read_bytes())

    def screenshot(self, record: StepRecord, capture: Capture, moment: str, person: str | None) -> None:
        """Store a screenshot of the step under its caption, or a note that it was withheld."""
        now = datetime.now(UTC)
        clean = self.scrubber.text
        caption = Caption(
            address=clean(record.address),
            title=clean(record.page_title),
            utc=now,
            local=now.astimezone(),
            server_date=record.server.get("date"),
            person=clean(person) if person else None,
            runbook=self._plan.runbook.slug,
            step=record.number,
            steps=None,
            run=self.run,
            rehearsal=self._plan.rehearsal,
        )
        words = f"{record.name} {moment}" if moment in ("before", "failure") else record.name
        record.box, record.scale = capture.box or record.box, capture.scale
        entry: dict[str, Any] = {}
        record.screenshots.append(entry)

        def store() -> None:
            stored: StoredScreenshot
            if capture.png is None:
                stored = self.folder.withheld(capture.withheld, capture.size, words, caption)
            else:
                stored = self.folder.screenshot(capture.png, words, caption)
            entry.update(
                file=stored.file,
                sha256=stored.sha256,
                moment=moment,
                caption=stored.caption,
                width=stored.width,
                height=stored.height,
                box=_round(capture.box),
                withheld=capture.withheld,
                redacted=[{"name": name, "box": _round(box)} for name, box in capture.redacted],
            )

        self._submit(store)

    def server(self, address: str, response: Response | None) -> dict[str, str | None]:
        """The server's date, its address and its certificate's digest; read once per document."""
        if response is None:
            return {}
        key = f"{address} {response.headers.get('date')}"
        if key not in self._servers:
            self._servers[key] = _server(response)
        return self._servers[key]


def _write_after(before: Future[None] | None, write: Callable[[], None]) -> None:
    """Write, unless the write before failed. Raises EvidenceError."""
    if before is not None:
        before.result()
    write()


def _server(response: Response) -> dict[str, str | None]:
    found: dict[str, str | None] = {"date": response.headers.get("date")}
    try:
        address = response.server_addr()
        if address:
            found["address"] = f"{address['ipAddress']}:{address['port']}"
        details = response.security_details()
        if details:
            # Playwright exposes no certificate bytes; these fields identify a certificate
            text = "|".join(str(details.get(key, "")) for key in ("issuer", "subjectName", "validFrom", "validTo"))
            found["certificate"] = digest_of(text.encode())
    except Error:  # the document is already gone
        return found
    return found


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _round(box: Iterable[float] | None) -> list[float] | None:
    return [round(number, 1) for number in box] if box is not None else None


def _playwright_version() -> str:
    from importlib.metadata import version

    return version("playwright")


def _ci() -> str | None:
    for name in ("GITHUB_RUN_ID", "CI_JOB_URL", "BUILD_URL", "CI"):
        if os.environ.get(name):
            return f"{name}={os.environ[name]}"
    return None
