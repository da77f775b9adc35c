"""Seals a run folder: makes the reports, which the journal's last event binds, then statement and sums of all files."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from runwright.evidence.atomic_io import AlteredError, EvidenceError, digest, read_file, write_atomic
from runwright.evidence.event_parts import Event, ReportMaker, ScreenshotRecord
from runwright.evidence.events import EndEvent, RunEvent
from runwright.evidence.folder_layout import JOURNAL, REPORTS, SCREENSHOT, may_be_report, own_files
from runwright.evidence.journal import Journal, read_verified, run_and_end
from runwright.evidence.statuses import Status
from runwright.version import __version__

RUN = "urn:runwright:run:v1"
REHEARSAL = "urn:runwright:rehearsal:v1"
"""Predicate types of the statement. A rehearsal has its own, so that it cannot pass for a run."""

_log = logging.getLogger("runwright.report")


@dataclass(frozen=True)
class FolderSurvey:
    """What a run left, read once: its journal digest, its events, and the SHA-256 of its files by path."""

    digest: str
    events: list[Event]
    digests: dict[str, str]

    @property
    def run(self) -> RunEvent:
        """The first event. Raises AlteredError when the journal does not start with it."""
        return run_and_end(self.events)[0]

    @property
    def end(self) -> EndEvent | None:
        """The last event, if the run ended."""
        return run_and_end(self.events)[1]

    @property
    def bound(self) -> Mapping[str, str]:
        """The SHA-256 of each report that the last event binds, by file name; none when the run did not end."""
        return self.end.reports if self.end is not None else {}


def reports_of(events: Sequence[Event]) -> dict[str, bytes]:
    """The reports of a run by file name. They do not depend on what the last event says about the reports.

    ``events`` may end with an `EndEvent` that is not written yet. Raises EvidenceError for a malformed event.
    """
    from runwright.evidence.reports.html_report import html_of
    from runwright.evidence.reports.junit import junit_of

    makers: tuple[Callable[[Sequence[Event]], bytes], ...] = (html_of, junit_of, instructions_of)
    if events and isinstance(events[-1], EndEvent):
        events = [*events[:-1], replace(events[-1], prev="", number=0, reports={})]
    return {name: maker(events) for name, maker in zip(REPORTS, makers, strict=True)}


def finish(folder: Path, journal: Journal, end: EndEvent, extra: Mapping[str, ReportMaker]) -> EndEvent:
    """Write the reports of a run, its last event, which binds them, then statement and sums. Return the event.

    ``end`` has a time and no secrets; ``extra`` makes further reports by file name. One that cannot be made is logged
    and left out. Closes the journal. Raises EvidenceError, and ValueError for a name that no report may have.
    """
    wrong = [name for name in extra if not may_be_report(name)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} cannot be the name of a report")
    _, events = read_verified(folder / JOURNAL)
    made = reports_of([*events, end])
    for name, make in extra.items():
        try:
            made[name] = make((*events, end))
        except Exception:
            _log.exception("The report %s could not be made.", name)
    digests = {name: write_atomic(folder / name, data) for name, data in made.items()}
    written = journal.write(replace(end, reports=digests))
    journal.close()
    own = {name: digest(folder / name) for name in own_files(folder)}
    _write_lists(folder, FolderSurvey(journal.digest, [*events, written], own | digests))
    return written


def close(folder: Path) -> None:
    """Write statement and sums of a folder whose reports are bound, and whatever report is missing.

    The same folder gives the same bytes. Raises EvidenceError.
    """
    write_derived(folder, survey(folder))


def write_derived(folder: Path, found: FolderSurvey) -> None:
    """Write the missing reports, then statement and sums of a folder that was surveyed.

    Raises EvidenceError; AlteredError, before it writes anything, when a report that is made again or that is there
    does not have the digest that the journal binds.
    """
    for partial in folder.glob(".*.part"):
        with suppress(OSError):  # a killed run's partial file is not evidence, and does no harm
            partial.unlink()
    missing = _missing_reports(folder, found)
    for name, data in missing.items():
        write_atomic(folder / name, data)
    for name in dict.fromkeys((*REPORTS, *found.bound)):
        found.digests[name] = digest(folder / name)
    _write_lists(folder, found)


def _write_lists(folder: Path, found: FolderSurvey) -> None:
    """Write statement and sums of all files."""
    statement = statement_of(found)
    write_atomic(folder / "statement.json", statement)
    write_atomic(folder / "SHA256SUMS", sums_of(found, statement))


def _missing_reports(folder: Path, found: FolderSurvey) -> dict[str, bytes]:
    """The reports that are to be written. A report that is there as the journal binds it stays."""
    if found.end is None:
        return reports_of(found.events)  # nothing binds the reports of a run that was killed
    present = {name for name, expected in found.bound.items() if _digest_or_none(folder / name) == expected}
    wanted = [name for name in dict.fromkeys((*REPORTS, *found.bound)) if name not in present]
    if not wanted:
        return {}
    made = reports_of(found.events)
    for name in wanted:
        if name not in found.bound:
            raise AlteredError(f"The journal does not bind {name}, so it cannot be made again.")
        if name not in made or hashlib.sha256(made[name]).hexdigest() != found.bound[name]:
            if name in made and found.run.versions.runwright == __version__:
                raise AlteredError(f"{name} does not match the journal.")
            raise EvidenceError(
                f"{name} is missing or altered, and this version of runwright cannot make it again:"
                f" runwright {found.run.versions.runwright} made it."
            )
    return {name: made[name] for name in wanted}


def _digest_or_none(path: Path) -> str | None:
    try:
        return None if path.is_symlink() else digest(path)
    except OSError:
        return None


def survey(folder: Path) -> FolderSurvey:
    """Read what the run itself left.

    Raises EvidenceError when the journal is empty, its chain is broken, or a file is unreadable.
    """
    journal_digest, events = read_verified(folder / JOURNAL)
    run_and_end(events)
    try:
        return FolderSurvey(journal_digest, events, {name: digest(folder / name) for name in own_files(folder)})
    except OSError as error:
        raise EvidenceError(f"{error.filename} cannot be read: {error.strerror}.") from None


def statement_of(found: FolderSurvey) -> bytes:
    """An in-toto Statement (v1) whose subjects are the run's files and the reports."""
    run, end = found.run, found.end
    predicate: dict[str, Any] = {
        "run": run.run,
        "runbook": {
            "slug": run.runbook.slug,
            "name": run.runbook.name,
            "path": run.runbook.path,
            "sha256": run.runbook.sha256,
        },
        "mode": run.mode,
        "rehearsal": run.rehearsal,
        "status": end.status if end is not None else Status.INCOMPLETE,
        "started": run.time,
        "ended": found.events[-1].time,
        "digest": found.digest,
        "events": len(found.events),
    }
    if run.rehearsal:
        predicate["note"] = "A rehearsal against simulators: not evidence of any real setting."
    data = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": found.digests[name]}} for name in sorted(found.digests)],
        "predicateType": REHEARSAL if run.rehearsal else RUN,
        "predicate": predicate,
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"


def sums_of(found: FolderSurvey, statement: bytes) -> bytes:
    """SHA256SUMS, the input of `sha256sum -c`: every file except itself."""
    all_digests = found.digests | {"statement.json": hashlib.sha256(statement).hexdigest()}
    return "".join(f"{all_digests[name]}  {name}\n" for name in sorted(all_digests)).encode("utf-8", "surrogateescape")


def instructions_of(events: Sequence[Event]) -> bytes:
    """VERIFY.md: how to check the folder with standard Unix tools, what that proves, and what it does not prove."""
    run = events[0]
    rehearsal = isinstance(run, RunEvent) and run.rehearsal
    notice = "**REHEARSAL against simulators: not evidence of any real setting.**\n\n" if rehearsal else ""
    text = (Path(__file__).with_name("reports") / "VERIFY.md").read_text("utf-8")
    return text.replace("{notice}", notice).encode()


def screenshot(folder: Path, listed: ScreenshotRecord) -> bytes:
    """The bytes of a screenshot that the journal lists.

    Raises AlteredError when the file is missing, does not match its digest, or is outside the folder.
    """
    name = listed.file
    path = folder / name
    if not SCREENSHOT.fullmatch(name) or path.is_symlink():
        raise AlteredError(f"The journal lists {name!r}, which is not a screenshot in this folder.")
    if not path.exists():
        raise AlteredError(f"Screenshot {name} is missing.")
    data = read_file(path)
    if hashlib.sha256(data).hexdigest() != listed.sha256:
        raise AlteredError(f"Screenshot {name} does not match its digest in the journal.")
    return data
