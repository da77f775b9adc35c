"""Writes the evidence of a run: one journal event per step with its screenshots, and the events in between."""

from __future__ import annotations

import os
import platform
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from playwright.sync_api import Error, Response

from runwright.engine.browser.downloads import DownloadedFile
from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.screenshot import Capture
from runwright.engine.errors import Candidate
from runwright.engine.log import log_event, log_progress
from runwright.engine.run.listener import Listener, QueuedListener
from runwright.engine.run.plan import Plan
from runwright.engine.run.procedure import digest_of, own_blocks, procedure, used_verbs, who
from runwright.engine.run.step_record import StepRecord, rounded
from runwright.engine.secrets.scrub import Scrubber
from runwright.engine.spans import timed
from runwright.evidence.event_codec import cleaned
from runwright.evidence.event_parts import (
    BrowserRecord,
    Event,
    GuideRecord,
    Moment,
    RedactionRecord,
    ReportMaker,
    ResumedRun,
    ScreenshotRecord,
    VersionsRecord,
)
from runwright.evidence.events import EndEvent, RunEvent, StepEvent
from runwright.evidence.images.caption import Caption
from runwright.evidence.journal import FORMAT
from runwright.evidence.offered_lists import OfferedDifferences
from runwright.evidence.run_folder import RunFolder, StoredScreenshot
from runwright.evidence.statuses import FailureClass, Status
from runwright.language.origins import origin
from runwright.version import __version__

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class RunFacts:
    """What the first event records besides the plan."""

    browser_version: str
    ticket: str | None
    rehearsal_id: str | None
    resumes: ResumedRun | None


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
        self._writes: deque[Future[Any]] = deque()
        self._calls: deque[Future[None]] = deque()
        """Calls of listeners, which wait in the same queue as the writes."""
        self._step_ends: Callable[[StepEvent], None] = lambda event: None
        self._offered: OfferedDifferences[Candidate] = OfferedDifferences(Candidate.as_offered)
        self.steps: list[StepEvent] = []
        """The events of the steps that are on disk, without `offered`: of a long run it is most of the memory."""
        self.over = False
        """Whether the last event is written."""
        self._ending = False
        """Whether the run has ended, so that what its pages still do is no part of it."""

    def listener(self, listener: Listener) -> Listener:
        """A listener that receives the run's calls in order with the writes, and every step once it is on disk."""
        queued = QueuedListener(listener, self._call_later, self._wait_for_calls)
        self._step_ends = queued.step_ends
        return queued

    @timed("queueing the evidence")
    def emit(self, event: Event) -> None:
        """Write one event. Events that arrive while the browser closes are ignored."""
        log_event(event, self.scrubber.text)
        if not self._ending:
            self._submit(lambda: self.folder.journal.write(event))

    @timed("queueing the evidence")
    def step(self, record: StepRecord) -> None:
        """Write the event of a step that has ended; then pass it to the listener."""
        event, screenshots = self._offered.complete(record.event(), record.offered), tuple(record.screenshots)
        record.offered = []
        log_progress(f"step {record.number} {record.status}: {record.name} ({record.seconds} s)", self.scrubber.text)
        log_event(event, self.scrubber.text)

        def write() -> None:
            complete = replace(event, screenshots=tuple(each.result() for each in screenshots))
            written = replace(self.folder.journal.write(complete), offered=())
            finished = cleaned(written, self.scrubber.text)
            self.steps.append(finished)
            self._step_ends(finished)

        self._submit(write)

    @timed("waiting for the disk")
    def flush(self) -> None:
        """Wait until everything is on disk. Raises EvidenceError if a write failed."""
        self._collect(wait=True)

    def _submit(self, write: Callable[[], _Result]) -> Future[_Result]:
        self._collect(wait=False)
        before = self._writes[-1] if self._writes else None
        future = self._thread.submit(_write_after, before, write)
        self._writes.append(future)
        return future

    def _call_later(self, call: Callable[[], None]) -> None:
        """Make a call after everything that was submitted so far, even if a write of it failed."""
        while self._calls and self._calls[0].done():
            self._calls.popleft()
        if self.over:
            call()
        else:
            self._calls.append(self._thread.submit(call))

    def _wait_for_calls(self) -> None:
        """Wait until all calls so far were made, whether or not the writes before them succeeded."""
        wait([*self._writes, *self._calls])

    def _collect(self, wait: bool) -> None:
        """Drop finished writes. Raises the error of a failed one, on every later call too: the run must end."""
        while self._writes and (wait or self._writes[0].done()):
            self._writes[0].result()
            self._writes.popleft()

    def download(self, taken: DownloadedFile) -> None:
        """Store a downloaded file."""
        self.flush()
        self.folder.download(taken.name, taken.data, taken.address)

    def ending(self) -> None:
        """From now on write no event but the last: the pages are about to be closed."""
        self._ending = True

    def end(
        self,
        status: Status,
        failure_class: FailureClass | None,
        reason: str | None,
        seconds: float,
        reports: Mapping[str, ReportMaker],
    ) -> tuple[str, EndEvent]:
        """Write the last event, the reports and the checksums. Returns the journal digest, and the event.

        ``reports`` makes further reports by file name.
        """
        self.flush()
        self.folder.withhold_downloads()
        self._wait_for_calls()
        self.over = True
        self._thread.shutdown()
        return self.folder.close(
            EndEvent(
                status=status,
                exit=status.exit_code,
                failure_class=failure_class,
                reason=reason,
                seconds=seconds,
                events=self.folder.journal.count + 1,
            ),
            reports,
        )

    def begin(self, facts: RunFacts) -> None:
        """Write the first event (procedure, inputs, machine, account) and copy the procedure's files."""
        plan, runbook, guide = self._plan, self._plan.runbook, self._plan.guide
        followed = procedure(plan)
        self.emit(
            RunEvent(
                run=self.run,
                format=FORMAT,
                mode="check" if plan.mode == "check" else "run",
                rehearsal=plan.rehearsal,
                rehearsal_id=facts.rehearsal_id,
                runbook=followed.runbook,
                blocks=followed.blocks,
                verbs=followed.verbs,
                guide=GuideRecord(name=guide.name, path=guide.path, sha256=guide.sha256) if guide is not None else None,
                inputs=plan.inputs,
                secrets=tuple(runbook.secrets),
                sites={site.name: site.url for site in plan.sites},
                trust={site.name: site.trust.described for site in plan.sites if site.trust is not None},
                versions=VersionsRecord(
                    runwright=__version__,
                    playwright=_playwright_version(),
                    browser=facts.browser_version,
                    python=platform.python_version(),
                ),
                who=who(),
                machine=platform.node(),
                ci=_ci(),
                ticket=facts.ticket,
                browser=BrowserRecord(
                    locale=runbook.browser.locale,
                    time_zone=runbook.browser.time_zone,
                    window=runbook.browser.size(),
                    scale=int(runbook.browser.scale),
                ),
                previous=self._previous,
                resumes=facts.resumes,
            )
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

    @timed("queueing the evidence")
    def screenshot(self, record: StepRecord, capture: Capture, moment: Moment, person: str | None) -> None:
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
            part=clean(capture.tile.shows) if capture.tile is not None else "",
            trust=self._trust(record.address),
        )
        missing = tuple(capture.tile.missing) if capture.tile is not None else ()
        ending = moment if moment != "page" else ""
        record.box, record.scale = capture.box or record.box, capture.scale

        def store() -> ScreenshotRecord:
            stored: StoredScreenshot
            if capture.png is None:
                stored = self.folder.withheld(capture.withheld, capture.size, record.name, caption, ending)
            else:
                stored = self.folder.screenshot(capture.png, record.name, caption, ending)
            return ScreenshotRecord(
                file=stored.file,
                sha256=stored.sha256,
                moment=moment,
                caption=stored.caption,
                width=stored.width,
                height=stored.height,
                box=rounded(capture.box),
                shows=caption.part,
                missing=missing,
                withheld=tuple(capture.withheld),
                redacted=tuple(RedactionRecord(name=name, box=rounded(box)) for name, box in capture.redacted),
            )

        record.screenshots.append(self._submit(store))

    def _trust(self, address: str) -> str:
        """By what the certificate of an address is trusted, if its site says so."""
        there = origin(address)
        return next(
            (each.trust.words for each in self._plan.sites if each.trust is not None and each.home == there), ""
        )

    def server(self, address: str, network: NetworkMonitor) -> dict[str, str | None]:
        """The server's date, its address and its certificate's digest; read once per document."""
        response = network.document(address)
        if response is None:
            return {}
        key = f"{address} {response.headers.get('date')}"
        if key not in self._servers:
            self._servers[key] = _server(response, network)
        return self._servers[key]


def _write_after(before: Future[Any] | None, write: Callable[[], _Result]) -> _Result:
    """Write, unless the write before failed. Raises EvidenceError."""
    if before is not None:
        before.result()
    return write()


def _server(response: Response, network: NetworkMonitor) -> dict[str, str | None]:
    found: dict[str, str | None] = {"date": response.headers.get("date")}
    try:
        if address := network.server_address(response):
            found["address"] = address
        if certificate := network.verified_certificate(response):
            return found | {"certificate": certificate}
        details = response.security_details() if response.url.startswith("https:") else None
        if details:
            # Playwright exposes no certificate bytes; these fields identify a certificate
            text = "|".join(str(details.get(key, "")) for key in ("issuer", "subjectName", "validFrom", "validTo"))
            found["certificate"] = digest_of(text.encode())
    except Error:  # the document is already gone
        return found
    return found


def _playwright_version() -> str:
    from importlib.metadata import version

    return version("playwright")


def _ci() -> str | None:
    for name in ("GITHUB_RUN_ID", "CI_JOB_URL", "BUILD_URL", "CI"):
        if os.environ.get(name):
            return f"{name}={os.environ[name]}"
    return None
