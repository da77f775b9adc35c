"""Compares the files of a run folder with the digests that its journal records."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from runwright.evidence.event_parts import Event, ScreenshotRecord
from runwright.evidence.events import StepEvent
from runwright.evidence.folder_layout import SCREENSHOT
from runwright.evidence.page_events import CleanedEvent, DownloadedEvent, DownloadWithheldEvent
from runwright.evidence.seal import FolderSurvey


@dataclass
class IntegrityResult:
    """What the comparison found."""

    altered: list[str] = field(default_factory=list)
    """Files that are missing or do not match their digest in the journal."""
    unmatched: list[str] = field(default_factory=list)
    """Files without an event, or events without a file. A killed run may leave some; a finished run leaves none."""


def compare_with_journal(survey: FolderSurvey) -> IntegrityResult:
    """Compare screenshots, procedure and downloads with the journal. Raises AlteredError without a first event."""
    result = IntegrityResult()
    _screenshots(survey, result)
    _procedure(survey, result)
    _downloads(survey, result)
    return result


def screenshots_of(events: Sequence[Event]) -> Iterator[ScreenshotRecord]:
    """All screenshots that a journal lists, in the order in which they were taken."""
    for event in events:
        if isinstance(event, StepEvent):
            yield from event.screenshots


def _screenshots(survey: FolderSurvey, result: IntegrityResult) -> None:
    """The journal lists every screenshot once, with its digest, and every listed screenshot exists."""
    listed: dict[str, str] = {}
    for screenshot in screenshots_of(survey.events):
        if screenshot.file in listed:
            result.altered.append(f"The journal lists screenshot {screenshot.file} twice.")
        listed[screenshot.file] = screenshot.sha256
    for name, expected in listed.items():
        if not SCREENSHOT.fullmatch(name):
            result.altered.append(f"The journal lists {name!r}, which is not a valid screenshot name.")
        elif name not in survey.digests:
            result.altered.append(f"Screenshot {name} is missing.")
        elif survey.digests[name] != expected:
            result.altered.append(f"Screenshot {name} does not match its digest in the journal.")
    for name in survey.digests:
        if name.endswith(".png") and "/" not in name and name not in listed:
            result.unmatched.append(f"Screenshot {name} is not listed in the journal.")


def _procedure(survey: FolderSurvey, result: IntegrityResult) -> None:
    """Runbook, blocks, verbs and guide match their digests in the journal."""
    run = survey.run
    cleaned = {event.file: event.sha256 for event in survey.events if isinstance(event, CleanedEvent)}
    expected = {f"procedure/{_file_name(run.runbook.path)}": run.runbook.sha256}
    if run.guide is not None and run.guide.path is not None and run.guide.sha256 is not None:
        expected[f"procedure/{_file_name(run.guide.path)}"] = run.guide.sha256
    expected |= {f"procedure/steps/{_file_name(each.path)}": each.sha256 for each in run.blocks}
    expected |= {f"procedure/steps/{_file_name(each.path)}": each.sha256 for each in run.verbs if not each.shipped}
    _compare_folder(survey, result, "procedure/", expected, expected | cleaned)


def _downloads(survey: FolderSurvey, result: IntegrityResult) -> None:
    """Downloaded files match their digests in the journal. A file that was withheld later no longer exists."""
    expected = {event.file: event.sha256 for event in survey.events if isinstance(event, DownloadedEvent)}
    for event in survey.events:
        if isinstance(event, DownloadWithheldEvent) and event.file is not None:
            expected.pop(event.file, None)
    _compare_folder(survey, result, "downloads/", expected, expected)


def _compare_folder(
    survey: FolderSurvey, result: IntegrityResult, folder: str, expected: Container[str], digests: dict[str, str]
) -> None:
    """The files of one folder are exactly the expected ones and have the digests that the journal records."""
    for name, digest in digests.items():
        if name not in survey.digests:
            result.unmatched.append(f"{name} is missing.")
        elif survey.digests[name] != digest:
            result.altered.append(f"{name} does not match its digest in the journal.")
    for name in survey.digests:
        if name.startswith(folder) and name not in expected:
            result.unmatched.append(f"{name} is not listed in the journal.")


def _file_name(path: str) -> str:
    """The last part of a path in the journal."""
    return path.replace("\\", "/").rpartition("/")[2]
