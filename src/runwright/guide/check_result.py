"""All that a check of guides has to show: verdicts, coverage, what they were held against; grouped over languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runwright.guide.match.findings import Finding, Verdict
from runwright.guide.match.observations import Seen
from runwright.guide.match.references import Coverage
from runwright.guide.parse.guide_model import Item

BROKEN_OFF = "Runs broke off before they came to these items; that they have no finding says nothing."


@dataclass(frozen=True)
class Silent:
    """A place of a guide of which a check knows nothing: that it has no finding says nothing."""

    line: int
    told: str


@dataclass(frozen=True)
class Checked:
    """One guide: what was found, and which steps follow which item."""

    verdict: Verdict
    coverage: Coverage | None
    """None where the runbook cannot be read any more."""

    @property
    def name(self) -> str:
        return str(self.verdict.guide.path)

    @property
    def unreached(self) -> list[Item]:
        """Items that the runbook follows, and no step of the runs did: nothing is known of them."""
        items = self.coverage.items if self.coverage is not None else ()
        tied = [each.item for each in items if any(tie.step is not None for tie in each.ties)]
        return [item for item in tied if not any(_related(item.address, other) for other in self.verdict.reached)]

    @property
    def silent(self) -> list[Silent]:
        """Items and labels that were not held against anything, and why."""
        items = [
            Silent(item.line, f"item {item.address} was not held against anything: no step of these runs did it")
            for item in self.unreached
        ]
        labels = [
            Silent(each.line, f"“{each.label}” was not held against anything: {each.why}")
            for each in self.verdict.unheld
        ]
        return items + labels

    @property
    def unknown(self) -> str | None:
        """Why nothing at all is known of the guide, where that is so."""
        if not self.verdict.guide.items:
            return "it has no items: no numbered list, and no sentence that names a control"
        if not self.verdict.reached and not self.verdict.findings:
            return "no step of these runs follows an item of it"
        return None


@dataclass(frozen=True)
class Grouped:
    """A finding in the guide that is to be changed, and where the other languages have it too."""

    checked: Checked
    finding: Finding
    others: tuple[tuple[Checked, Finding], ...]


@dataclass(frozen=True)
class Told:
    """A finding of one guide, with where the others have it too."""

    checked: Checked
    finding: Finding
    source: tuple[Checked, Finding] | None
    """Where the change is to be made, when not here."""
    also: tuple[tuple[Checked, Finding], ...]
    """Where others have it, when the change is to be made here."""


@dataclass(frozen=True)
class Report:
    """A check of one or several guides against runs."""

    guides: tuple[Checked, ...]
    """The source language first."""
    runs: tuple[Seen, ...]

    @property
    def findings(self) -> list[Finding]:
        return [finding for checked in self.guides for finding in checked.verdict.findings]

    @property
    def broken_off(self) -> bool:
        """Whether runs that did not end well left items of which nothing is known: silence is no good sign then."""
        ended = all(run.status == "done" for run in self.runs)
        return not ended and any(checked.unreached for checked in self.guides)

    @property
    def says_nothing(self) -> bool:
        """Whether that nothing was found is no good sign: runs broke off, or a guide was not held against anything."""
        return self.broken_off or any(checked.unknown for checked in self.guides)

    @property
    def against(self) -> str:
        """What was held against, in words: real pages and when, or stand-ins."""
        parts = []
        for rehearsal, what in ((False, "real pages"), (True, "stand-ins, not real pages")):
            runs = [run for run in self.runs if run.rehearsal is rehearsal]
            if runs:
                days = sorted({run.when[:10] for run in runs})
                when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
                parts.append(f"{what} ({when}: {', '.join(_named(run) for run in runs)})")
        return " and ".join(parts)

    def grouped(self) -> Iterator[Grouped]:
        """Each finding once over all languages: in the source where it is there, else where it is."""
        told: set[tuple[str, ...]] = set()
        for at, checked in enumerate(self.guides):
            for finding in checked.verdict.findings:
                key = _key(finding)
                if key in told:
                    continue
                told.add(key)
                others = tuple(
                    (other, each)
                    for other in self.guides[at + 1 :]
                    for each in other.verdict.findings
                    if _key(each) == key
                )
                yield Grouped(checked, finding, others)

    def told(self) -> list[Told]:
        """All findings, guide for guide, each knowing its group."""
        groups = list(self.grouped())
        first = {(id(group.checked), id(group.finding)): group for group in groups}
        source = {id(each): (group.checked, group.finding) for group in groups for _, each in group.others}
        found = []
        for checked in self.guides:
            for finding in checked.verdict.findings:
                group = first.get((id(checked), id(finding)))
                found.append(Told(checked, finding, source.get(id(finding)), group.others if group else ()))
        return found

    def folder(self, run: str | None) -> Path | None:
        """The folder of a run by its id."""
        return next((each.folder for each in self.runs if each.run == run), None)

    def picture(self, finding: Finding) -> Path | None:
        """The picture that shows what the page had; None where there is none."""
        folder = self.folder(finding.run)
        return folder / finding.picture if folder is not None and finding.picture else None

    def data(self) -> dict[str, Any]:
        """The report as JSON: of one guide its object, of several a list of them."""
        every = [self._guide_data(checked) for checked in self.guides]
        if len(every) == 1:
            return every[0]
        return {"guides": every, "held_against": self._against_data()}

    def _guide_data(self, checked: Checked) -> dict[str, Any]:
        return {
            "guide": checked.name,
            "language": checked.verdict.guide.language,
            "held_against": self._against_data(),
            "coverage": coverage_data(checked.coverage) if checked.coverage is not None else None,
            "findings": [_told_data(told) for told in self.told() if told.checked is checked],
            "unknown": checked.unknown,
            "not_reached": [{"item": item.address, "line": item.line} for item in checked.unreached],
            "not_held": [
                {"label": each.label, "line": each.line, "item": each.item, "why": each.why}
                for each in checked.verdict.unheld
            ],
        }

    def _against_data(self) -> dict[str, Any]:
        return {
            "pages": "stand-ins" if all(run.rehearsal for run in self.runs) else "real pages",
            "says": self.against,
            "runs": [
                {
                    "run": run.run,
                    "when": run.when,
                    "rehearsal": run.rehearsal,
                    "status": run.status,
                    "reason": run.reason,
                    "branch": run.branch,
                    "folder": str(run.folder),
                }
                for run in self.runs
            ],
        }


def _told_data(told: Told) -> dict[str, Any]:
    """A finding as JSON has it: a translation has no change of its own to suggest."""
    data = told.finding.data()
    data["also"] = [{"guide": each.name, "line": one.line, "column": one.column} for each, one in told.also]
    if told.source is not None:
        data["suggestion"] = None
        data["source"] = {"guide": told.source[0].name, "line": told.source[1].line, "column": told.source[1].column}
    return data


def coverage_data(coverage: Coverage) -> list[dict[str, Any]]:
    """Coverage as JSON: each item with its line and the steps that follow it."""
    return [
        {
            "item": each.item.address,
            "line": each.item.line,
            "steps": [{"line": tie.line, "says": tie.says} for tie in each.ties],
        }
        for each in coverage.items
    ]


def _key(finding: Finding) -> tuple[str, ...]:
    own = (finding.digest,) if finding.kind == "stale" else ()
    return (finding.kind, finding.item, finding.branch or "", "" if finding.kind == "order" else finding.key, *own)


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _named(run: Seen) -> str:
    branch = ", ".join(f"{name} = {value}" for name, value in run.branch.items())
    ended = f", {run.status}" if run.status != "done" else ""
    return f"{run.run}{f' with {branch}' if branch else ''}{ended}"
