"""The result of a guide check: findings grouped over languages, coverage, and what the guides were compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runwright.guide.match.findings import ComparisonResult, Finding
from runwright.guide.match.observations import RunObservations, ScreenshotGeometry
from runwright.guide.match.references import Coverage
from runwright.guide.parse.guide_model import Item

STOPPED_EARLY = "Runs stopped before they reached these items. No finding does not mean that they are correct."


@dataclass(frozen=True)
class NotCompared:
    """A place of a guide that was not compared with a page, so that it has no finding."""

    line: int
    message: str


@dataclass(frozen=True)
class CheckedGuide:
    """One guide with its findings and its coverage."""

    comparison: ComparisonResult
    coverage: Coverage | None
    """None when the runbook is no longer readable."""

    @property
    def name(self) -> str:
        return str(self.comparison.guide.path)

    @property
    def unreached(self) -> list[Item]:
        """Items that the runbook follows and no step of the runs reached."""
        items = self.coverage.items if self.coverage is not None else ()
        followed = [each.item for each in items if any(reference.step is not None for reference in each.references)]
        return [item for item in followed if not self._compared(item)]

    @property
    def unfollowed(self) -> list[Item]:
        """Items that no step of the runbook follows, and that were not compared with any page of these runs either."""
        left = self.unreached
        return [item for item in self.comparison.guide.items if item not in left and not self._compared(item)]

    def _compared(self, item: Item) -> bool:
        """Whether the item was compared with a page, or only leads to items of which one was."""
        reached = self.comparison.reached
        if item.address in reached:
            return True
        return not item.labels and any(other.startswith(f"{item.address}.") for other in reached)

    @property
    def not_compared(self) -> list[NotCompared]:
        """Items and labels that were not compared with any page, and why."""
        ends = [
            NotCompared(each.line, f"run {each.run} ended at item {each.item}: {each.reason}")
            for each in self.comparison.ends
        ]
        items = [
            NotCompared(
                item.line, f"item {item.address} was not compared with any page: no step of these runs reached it"
            )
            for item in self.unreached
        ]
        items += [
            NotCompared(item.line, f"item {item.address} was not compared with any page: no step follows it")
            for item in self.unfollowed
        ]
        items.sort(key=lambda each: each.line)
        labels = [
            NotCompared(each.line, f"“{each.label}” was not compared with any page: {each.why}")
            for each in self.comparison.not_compared
        ]
        return ends + items + labels

    @property
    def unknown(self) -> str | None:
        """Why no item of the guide was compared; None when at least one was."""
        if not self.comparison.guide.items:
            return "it has no items: no numbered list, and no sentence that names a control"
        if not self.comparison.reached and not self.comparison.findings:
            return "no step of these runs follows an item of this guide"
        return None


@dataclass(frozen=True)
class FindingGroup:
    """A finding in the guide to change, with the same finding in the other languages."""

    checked: CheckedGuide
    finding: Finding
    others: tuple[tuple[CheckedGuide, Finding], ...]


@dataclass(frozen=True)
class ReportedFinding:
    """A finding of one guide, with the same finding in the other languages."""

    checked: CheckedGuide
    finding: Finding
    source: tuple[CheckedGuide, Finding] | None
    """The finding in the guide to change, when that is another guide."""
    also: tuple[tuple[CheckedGuide, Finding], ...]
    """The same finding in the other guides, when this is the guide to change."""

    @property
    def advice(self) -> str:
        """What to change, as a sentence; in a translation, where to change it first."""
        if self.source is None:
            return self.finding.suggestion
        checked, source = self.source
        return f"{checked.name}, line {source.line}, has the same finding: change it there first."


@dataclass(frozen=True)
class Report:
    """The result of comparing one or several guides with runs."""

    guides: tuple[CheckedGuide, ...]
    """The source language first."""
    runs: tuple[RunObservations, ...]

    @property
    def findings(self) -> list[Finding]:
        return [finding for checked in self.guides for finding in checked.comparison.findings]

    @property
    def stopped_early(self) -> bool:
        """Whether runs that did not succeed left items unreached. No finding does not mean correct then."""
        ended = all(run.ended_well for run in self.runs)
        return not ended and any(checked.unreached for checked in self.guides)

    @property
    def inconclusive(self) -> bool:
        """Whether no finding does not mean correct: runs stopped early, or a guide was not compared at all."""
        return self.stopped_early or any(checked.unknown for checked in self.guides)

    @property
    def compared_with(self) -> str:
        """What the guides were compared with, for people: real pages or simulators, dates and runs."""
        return self._compared(lambda when, runs: f"{when}: {', '.join(map(_named, runs))}")

    @property
    def compared_briefly(self) -> str:
        """The same with the number of the runs in place of their names."""
        return self._compared(lambda when, runs: f"{when}, {len(runs)} run{'s' if len(runs) > 1 else ''}")

    def _compared(self, described: Callable[[str, list[RunObservations]], str]) -> str:
        parts = []
        for rehearsal, what in ((False, "real pages"), (True, "simulators, not real pages")):
            runs = [run for run in self.runs if run.rehearsal is rehearsal]
            if runs:
                days = sorted({run.when[:10] for run in runs})
                when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
                parts.append(f"{what} ({described(when, runs)})")
        return " and ".join(parts)

    def grouped(self) -> Iterator[FindingGroup]:
        """Each finding once over all languages: in the source language if it has it, else in the first that has it."""
        groups: dict[tuple[str, ...], list[tuple[int, CheckedGuide, Finding]]] = {}
        for at, checked in enumerate(self.guides):
            for finding in checked.comparison.findings:
                groups.setdefault(_key(finding), []).append((at, checked, finding))
        for group in groups.values():
            first, checked, finding = group[0]
            yield FindingGroup(checked, finding, tuple((other, each) for at, other, each in group if at > first))

    def reported(self) -> list[ReportedFinding]:
        """All findings, guide by guide, each with its group."""
        groups = list(self.grouped())
        first = {(id(group.checked), id(group.finding)): group for group in groups}
        source = {id(each): (group.checked, group.finding) for group in groups for _, each in group.others}
        found = []
        for checked in self.guides:
            for finding in checked.comparison.findings:
                group = first.get((id(checked), id(finding)))
                found.append(ReportedFinding(checked, finding, source.get(id(finding)), group.others if group else ()))
        return found

    def folder(self, run: str | None) -> Path | None:
        """The folder of the run with this id."""
        return next((each.folder for each in self.runs if each.run == run), None)

    def screenshot(self, finding: Finding) -> Path | None:
        """The screenshot of the page of a finding; None when it has none."""
        folder = self.folder(finding.run)
        return folder / finding.screenshot if folder is not None and finding.screenshot else None

    def geometry(self, finding: Finding) -> ScreenshotGeometry | None:
        """The size of the screenshot of a finding, and where its control is."""
        run = next((each for each in self.runs if each.run == finding.run), None)
        steps = (step for step in run.steps if step.number == finding.step) if run is not None else ()
        return next((step.geometry for step in steps if step.screenshot == finding.screenshot), None)

    def data(self) -> dict[str, Any]:
        """The report as JSON: the object of one guide, or an object with the list of several."""
        reported: dict[int, list[ReportedFinding]] = {}
        for each in self.reported():
            reported.setdefault(id(each.checked), []).append(each)
        every = [self._guide_data(checked, reported.get(id(checked), [])) for checked in self.guides]
        if len(every) == 1:
            return every[0]
        return {"guides": every, "compared_with": self._compared_with_data()}

    def _guide_data(self, checked: CheckedGuide, reported: Sequence[ReportedFinding]) -> dict[str, Any]:
        return {
            "guide": checked.name,
            "language": checked.comparison.guide.language,
            "compared_with": self._compared_with_data(),
            "coverage": coverage_data(checked.coverage) if checked.coverage is not None else None,
            "findings": [_finding_data(each) for each in reported],
            "unknown": checked.unknown,
            "not_reached": [{"item": item.address, "line": item.line} for item in checked.unreached],
            "ends": [
                {"run": each.run, "item": each.item, "line": each.line, "reason": each.reason}
                for each in checked.comparison.ends
            ],
            "not_compared": [
                {"label": each.label, "line": each.line, "item": each.item, "why": each.why}
                for each in checked.comparison.not_compared
            ],
        }

    def _compared_with_data(self) -> dict[str, Any]:
        return {
            "pages": "simulators" if all(run.rehearsal for run in self.runs) else "real pages",
            "description": self.compared_with,
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


def _finding_data(reported: ReportedFinding) -> dict[str, Any]:
    """A finding as JSON. In a translation, the suggestion is null: the source language has it."""
    data = reported.finding.data()
    data["also"] = [{"guide": each.name, "line": one.line, "column": one.column} for each, one in reported.also]
    if reported.source is not None:
        checked, source = reported.source
        data["suggestion"] = None
        data["source"] = {"guide": checked.name, "line": source.line, "column": source.column}
    return data


def coverage_data(coverage: Coverage) -> list[dict[str, Any]]:
    """Coverage as JSON: each item with its line and the references to it."""
    return [
        {
            "item": each.item.address,
            "line": each.item.line,
            "steps": [{"line": reference.line, "summary": reference.summary} for reference in each.references],
        }
        for each in coverage.items
    ]


def _key(finding: Finding) -> tuple[str, ...]:
    own = (finding.digest,) if finding.kind == "stale" else ()
    return (finding.kind, finding.item, finding.branch or "", "" if finding.kind == "order" else finding.key, *own)


def _named(run: RunObservations) -> str:
    branch = ", ".join(f"{name} = {value}" for name, value in run.branch.items())
    ended = f", {run.status}" if not run.ended_well else ""
    return f"{run.run}{f' with {branch}' if branch else ''}{ended}"
