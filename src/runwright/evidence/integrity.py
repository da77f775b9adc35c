"""Compares the files of a run folder with the digests that its journal records."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

from runwright.evidence.seal import SCREENSHOT, FolderSurvey


@dataclass
class IntegrityResult:
    """What the comparison found."""

    altered: list[str] = field(default_factory=list)
    """Files that are missing or do not match their digest in the journal."""
    unmatched: list[str] = field(default_factory=list)
    """Files without an event, or events without a file. A killed run may leave some; a finished run leaves none."""


def compare_with_journal(survey: FolderSurvey) -> IntegrityResult:
    """Compare screenshots, procedure and downloads with the journal.

    Raises KeyError, TypeError and the like for a malformed event.
    """
    result = IntegrityResult()
    _screenshots(survey, result)
    _procedure(survey, result)
    _downloads(survey, result)
    return result


def screenshots_of(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All screenshots that a journal lists, in the order in which they were taken."""
    for event in events:
        if event["event"] == "step":
            yield from event["screenshots"]


def _screenshots(survey: FolderSurvey, result: IntegrityResult) -> None:
    """The journal lists every screenshot once, with its digest, and every listed screenshot exists."""
    listed: dict[str, str] = {}
    for screenshot in screenshots_of(survey.events):
        if screenshot["file"] in listed:
            result.altered.append(f"The journal lists screenshot {screenshot['file']} twice.")
        listed[screenshot["file"]] = screenshot["sha256"]
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
    first = survey.events[0]
    cleaned = {event["file"]: event["sha256"] for event in survey.events if event["event"] == "cleaned"}
    expected = {f"procedure/{_file_name(first['runbook'])}": first["runbook"]["sha256"]}
    if first["guide"] and first["guide"]["sha256"]:
        expected[f"procedure/{_file_name(first['guide'])}"] = first["guide"]["sha256"]
    own_verbs = [verb for verb in first["verbs"] if not verb["shipped"]]
    expected |= {f"procedure/steps/{_file_name(each)}": each["sha256"] for each in (*first["blocks"], *own_verbs)}
    _compare_folder(survey, result, "procedure/", expected, expected | cleaned)


def _downloads(survey: FolderSurvey, result: IntegrityResult) -> None:
    """Downloaded files match their digests in the journal. A file that was withheld later no longer exists."""
    expected = {event["file"]: event["sha256"] for event in survey.events if event["event"] == "downloaded"}
    for event in survey.events:
        if event["event"] == "download-withheld":
            expected.pop(event["file"], None)
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


def _file_name(entry: dict[str, Any]) -> str:
    """The last part of an entry's path."""
    return str(entry["path"]).replace("\\", "/").rpartition("/")[2]
