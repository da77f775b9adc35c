"""What the loop writes down: each step as one journal event with its pictures, and what comes up in between."""

from __future__ import annotations

import os
import platform
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Error, Response

from runwright import __version__
from runwright.engine.browser.downloads import Taken
from runwright.engine.browser.network import Change
from runwright.engine.browser.screenshot import Shot
from runwright.engine.errors import Candidate, StepFailed
from runwright.engine.run.plan import Plan
from runwright.engine.run.procedure import digest_of, own_blocks, procedure, used_verbs, who
from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.images.caption import Band
from runwright.evidence.run_folder import Picture, RunFolder


@dataclass(slots=True)
class StepRecord:
    """All that is known of a step when it is over."""

    number: int
    section: int
    part: str
    """`open`, `reach`, `look`, `steps` or `confirm`."""
    verb: str
    say: str
    follows: str | None
    line: int
    file: str
    commits: bool
    turn: tuple[str, ...]
    """The items of the lists for which it was done, the outermost first."""
    started: datetime
    status: str = "done"
    ended: datetime | None = None
    address: str = ""
    page_title: str = ""
    target: str | None = None
    box: tuple[float, ...] | None = None
    scale: float = 1.0
    conditions: list[tuple[str, bool]] = field(default_factory=list)
    offered: list[Candidate] = field(default_factory=list)
    requests: list[Change] = field(default_factory=list)
    read: dict[str, str] | None = None
    pictures: list[dict[str, Any]] = field(default_factory=list)
    failure: StepFailed | None = None
    server: dict[str, str | None] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return round(((self.ended or self.started) - self.started).total_seconds(), 3)

    @property
    def picture(self) -> str | None:
        """The last picture's file."""
        return str(self.pictures[-1]["file"]) if self.pictures else None

    def place(self) -> dict[str, Any]:
        """Where a commit stands, so that another run knows it again."""
        return {"file": self.file, "line": self.line, "target": self.target, "turn": list(self.turn)}

    def event(self) -> dict[str, Any]:
        """The step as the journal writes it."""
        return {
            "step": self.number,
            "section": self.section,
            "part": self.part,
            "verb": self.verb,
            "say": self.say,
            "follows": self.follows,
            "line": self.line,
            "file": self.file,
            "commits": self.commits,
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
            "pictures": self.pictures,
            "failure": self.failure.data() if self.failure else None,
        }


class Recorder:
    """Writes a run's journal and pictures, in a thread of its own: the next step begins meanwhile.

    What is told is written in the order in which it was told. Where the disk does not take it, the next call raises
    EvidenceError, and nothing more is written; ``flush`` says that all is on disk.
    """

    def __init__(self, folder: RunFolder, scrubber: Scrubber, plan: Plan, run: str, previous: str | None) -> None:
        self.folder = folder
        self.scrubber = scrubber
        self.run = run
        self._plan = plan
        self._previous = previous
        for path in (plan.runbook.path, *(block.path for block in plan.runbook.blocks.values())):
            scrubber.spare(path.name)
        self._servers: dict[str, dict[str, str | None]] = {}
        self._desk = ThreadPoolExecutor(1, "recorder")
        self._orders: deque[Future[None]] = deque()
        self.over = False
        """The last event is written."""

    def tell(self, event: str, **fields: Any) -> None:
        """Write one event; what comes up while the browser is being closed is no part of the run."""
        if not self.over:
            self._order(lambda: self.folder.journal.write(event, **fields))

    def step(self, record: StepRecord) -> None:
        """Write a step that is over."""
        event = record.event()

        def write() -> None:
            self.folder.journal.write("step", **event)
            record.pictures = [{"file": shot["file"]} for shot in record.pictures[-1:]]

        self._order(write)
        record.offered = []  # the journal has all of it, and of a long run that is most of what there is to keep

    def flush(self) -> None:
        """Wait until all that was told is on disk. Raises EvidenceError where the disk does not take it."""
        self._take_in(wait=True)

    def _order(self, write: Callable[[], None]) -> None:
        self._take_in(wait=False)
        before = self._orders[-1] if self._orders else None
        self._orders.append(self._desk.submit(_in_turn, before, write))

    def _take_in(self, wait: bool) -> None:
        """Let go of what is written. Raises what went wrong, each time again: a run does not go on after that."""
        while self._orders and (wait or self._orders[0].done()):
            self._orders[0].result()
            self._orders.popleft()

    def download(self, taken: Taken) -> None:
        """Store a file that a page gave."""
        self.flush()
        self.folder.download(taken.name, taken.data, taken.address)

    def end(self, status: str, code: int, reason: str | None, seconds: float) -> str:
        """Write the last event, make the reports and the sums; give back the journal's head."""
        self.flush()
        self.folder.look_again()
        events = self.folder.journal.count + 1
        self.tell("end", status=status, exit=code, reason=reason, seconds=seconds, events=events)
        self.flush()
        self.over = True
        self._desk.shutdown()
        return self.folder.close()

    def begin(self, browser_version: str, given: Mapping[str, Any]) -> None:
        """The first event: what runs, with which inputs, where and for whom; and the procedure's files."""
        plan, runbook = self._plan, self._plan.runbook
        size = runbook.browser.size()
        self.tell(
            "run",
            run=self.run,
            format=1,
            mode=plan.mode,
            rehearsal=plan.rehearsal,
            world=given.get("world"),
            **procedure(plan),
            guide=given.get("guide"),
            inputs=plan.inputs,
            secrets=list(runbook.secrets),
            sites={site.name: site.url for site in plan.sites},
            versions={
                "runwright": __version__,
                "playwright": _playwright_version(),
                "browser": browser_version,
                "python": platform.python_version(),
            },
            who=who(),
            machine=platform.node(),
            ci=_ci(),
            ticket=given.get("ticket"),
            browser={
                "locale": runbook.browser.locale,
                "time_zone": runbook.browser.time_zone,
                "window": list(size),
                "scale": int(runbook.browser.scale),
            },
            previous=self._previous,
            resumes=given.get("resumes"),
        )
        self.flush()
        self.folder.keep(f"procedure/{runbook.path.name}", runbook.text.encode())
        if given.get("guide_text") is not None:
            self.folder.keep(f"procedure/{given['guide']['path']}", given["guide_text"])
        for block in own_blocks(plan):
            self.folder.keep(f"procedure/steps/{block.path.name}", block.path.read_bytes())
        for _, path, shipped in used_verbs(plan):
            if not shipped:
                self.folder.keep(f"procedure/steps/{path.name}", path.read_bytes())

    def picture(self, record: StepRecord, shot: Shot, shows: str, person: str | None) -> None:
        """Store a picture of the step under its band, or the word that it was withheld."""
        now = datetime.now(UTC)
        clean = self.scrubber.text
        band = Band(
            address=clean(record.address),
            title=clean(record.page_title),
            utc=now,
            local=now.astimezone(),
            server_date=record.server.get("date"),
            person=clean(person) if person else None,
            runbook=self._plan.runbook.name,
            step=record.number,
            steps=None,
            run=self.run,
            rehearsal=self._plan.rehearsal,
        )
        words = f"{record.say} {shows}" if shows in ("before", "failure") else record.say
        record.box, record.scale = shot.box or record.box, shot.scale
        told: dict[str, Any] = {}
        record.pictures.append(told)

        def store() -> None:
            stored: Picture
            if shot.png is None:
                stored = self.folder.withheld(shot.withheld, shot.size, words, band)
            else:
                stored = self.folder.picture(shot.png, words, band)
            told.update(
                file=stored.file,
                sha256=stored.sha256,
                shows=shows,
                band=stored.band,
                width=stored.width,
                height=stored.height,
                box=_round(shot.box),
                withheld=shot.withheld,
                painted=[{"name": name, "box": _round(box)} for name, box in shot.painted],
            )

        self._order(store)

    def server(self, address: str, response: Response | None) -> dict[str, str | None]:
        """The answering server's own date, its address and its certificate's digest, asked for once a document."""
        if response is None:
            return {}
        key = f"{address} {response.headers.get('date')}"
        if key not in self._servers:
            self._servers[key] = _server(response)
        return self._servers[key]


def _in_turn(before: Future[None] | None, write: Callable[[], None]) -> None:
    """Write, unless what came before could not be written. Raises EvidenceError."""
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
            # Playwright gives no certificate's bytes; these fields tell two certificates apart
            text = "|".join(str(details.get(key, "")) for key in ("issuer", "subjectName", "validFrom", "validTo"))
            found["certificate"] = digest_of(text.encode())
    except Error:  # the document is gone already
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
