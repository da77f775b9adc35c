"""What people see of a run at the terminal: the plan, its progress, how it ended. rich there, plain lines elsewhere."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from runwright.cli.plain_output import fault_data, print_json
from runwright.engine.run.failure_location import failed_at, went_on_after
from runwright.evidence.sanitize import for_terminal
from runwright.language.diagnostics import Fault, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runwright.engine.errors import StepFailed
    from runwright.engine.run.evidence_writer import StepRecord
    from runwright.engine.run.listener import Listener
    from runwright.engine.run.options import Result
    from runwright.engine.run.plan import Plan
    from runwright.engine.secrets.sources import Terminal

__all__ = [
    "as_json",
    "listener",
    "make",
    "no_run_as_json",
    "print_json",
    "show_error",
    "show_plan",
    "show_result",
]

STYLES = {
    "done": "green",
    "already done": "green",
    "skipped": "dim",
    "not checkable": "yellow",
    "to do": "yellow",
    "waiting": "yellow",
    "unknown": "red",
    "failed": "bold red",
    "stopped": "bold yellow",
    "interrupted": "bold yellow",
}


def make(stderr: bool = False) -> Console:
    return _Console(stderr=stderr, highlight=False, soft_wrap=True)


class _Console(Console):
    """Where nobody reads it any more, nothing more is written; how the call ends does not change by that."""

    def on_broken_pipe(self) -> None:
        with suppress(SystemExit):
            super().on_broken_pipe()


def show_error(error: UserError, console: Console) -> None:
    """Print every fault, one below the other."""
    for number, fault in enumerate(error.faults):
        if number:
            console.print()
        console.print(Text(for_terminal(str(fault))))


def show_plan(plan: Plan, console: Console) -> None:
    """What will be done: sites, inputs, sections."""
    runbook = plan.runbook
    console.print(f"[bold]{escape(runbook.title)}[/]  ({escape(str(runbook.path))})")
    table = Table.grid(padding=(0, 2))
    for site in plan.sites:
        table.add_row("site", Text(site.name), Text(for_terminal(site.url)))
    for name, value in plan.inputs.items():
        told = ", ".join(value) if isinstance(value, list) else str(value)
        table.add_row("input", Text(name), Text(for_terminal(told)))
    for name in runbook.secrets:
        table.add_row("secret", Text(name), "given" if name in plan.secrets else "read off a page")
    for section in runbook.sections:
        if section.head.probe and not plan.probing:
            continue
        kind = "changes things" if section.commits else "looks"
        table.add_row("section", Text(for_terminal(section.title)), kind if section.applies(plan.inputs) else "skipped")
    console.print(table)


class PlainListener:
    """One line a section and a step, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def _line(self, text: str) -> None:
        with suppress(BrokenPipeError):  # nobody reads it any more; the run goes on
            print(for_terminal(text), file=self._console.file, flush=True)

    def section_begins(self, number: int, title: str) -> None:
        self._line(f"{number}. {title}")

    def step_begins(self, number: int, say: str) -> None:
        return

    def step_ends(self, record: StepRecord) -> None:
        mark = {"done": " ", "skipped": "-"}.get(record.status, "!")
        self._line(f" {mark} {record.number:>4}  {record.say}  ({record.seconds:.1f} s)")

    def section_ends(self, number: int, title: str, status: str, reason: str | None) -> None:
        self._line(f"   {status}" + (f": {reason}" if reason else ""))

    def commit_is_at(self, point: str) -> None:
        return

    def says(self, sentence: str) -> None:
        self._line(f">> {sentence}")


class LiveListener:
    """The step at hand beside a spinner, a line for each section that is over."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._spinner = Spinner("dots", text="")
        self._live = Live(self._spinner, console=console, transient=True, refresh_per_second=12)
        self._title = ""

    def __enter__(self) -> LiveListener:
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()

    def beside(self, terminal: Terminal) -> Terminal:
        """The same terminal, on which nothing else is shown while a person types."""

        def answer(question: str, hidden: bool) -> str:
            self._live.stop()
            try:
                return terminal(question, hidden)
            finally:
                self._live.start()

        return answer

    def section_begins(self, number: int, title: str) -> None:
        self._title = title
        self._spinner.update(text=Text(for_terminal(title), style="bold"))

    def step_begins(self, number: int, say: str) -> None:
        section, step = Text(for_terminal(self._title), style="bold"), Text(f"  {number}  {for_terminal(say)}")
        room = self._console.width - 4  # the spinner stands before it
        section.truncate(max(room - step.cell_len, room // 2), overflow="ellipsis")
        step.truncate(room - section.cell_len, overflow="ellipsis")
        self._spinner.update(text=section + step)

    def step_ends(self, record: StepRecord) -> None:
        return

    def section_ends(self, number: int, title: str, status: str, reason: str | None) -> None:
        line = Text.assemble((f"{status:>14}", STYLES[status]), f"  {for_terminal(title)}")
        self._live.console.print(line)

    def commit_is_at(self, point: str) -> None:
        return

    def says(self, sentence: str) -> None:
        self._live.console.print(Text(for_terminal(sentence), style="bold yellow"))


def listener(console: Console) -> Listener:
    """The listener that fits the console."""
    there = console.is_terminal and console.file.isatty()  # colours can be asked for without a terminal
    return LiveListener(console) if there else PlainListener(console)


def show_result(plan: Plan, result: Result, console: Console) -> None:
    """The summary: sections with their status, what failed and what helps, where the evidence is."""
    table = Table(box=None, padding=(0, 2), show_header=True, header_style="dim")
    table.add_column("section")
    table.add_column("status")
    for section in result.sections:
        table.add_row(Text(for_terminal(section.title)), Text(section.status, style=STYLES[section.status]))
    console.print()
    console.print(table)
    console.print()
    for section in result.sections:
        if section.reason and section.reason != result.reason and section.status in ("to do", "unknown", "waiting"):
            console.print(Text(for_terminal(f"{section.title}: {section.reason}")))
    failure = result.failure
    if result.reason:
        console.print(Text(for_terminal(result.reason), style="bold"))
    if failure is not None:
        _show_failure(plan, result, console)
    for record in went_on_after(result):
        console.print(Text(for_terminal(f"step {record.number}: {record.say}  ({record.file}:{record.line})")))
        console.print(Text(for_terminal(f"  {record.failure}")))
    if result.remedy:
        console.print(Text(for_terminal(result.remedy)))
    kind = "rehearsal, no evidence of real settings" if plan.rehearsal else "run"
    console.print(
        Text.assemble(
            (result.status, STYLES[result.status]),
            f"  ({kind} {result.run}, {len(result.steps)} step{'' if len(result.steps) == 1 else 's'})",
        )
    )
    console.print(f"evidence  {escape(str(result.folder))}")
    console.print(f"report    {escape(str(result.folder / 'report.html'))}")
    console.print(f"head      {result.head}")


def _show_failure(plan: Plan, result: Result, console: Console) -> None:
    failure, failed = result.failure, failed_at(plan, result)
    assert failure is not None
    if failed is not None:
        guide = f", guide item {failed.follows}" if failed.follows else ""
        console.print(Text(for_terminal(f"  {failed.told}  ({failed.path.name}:{failed.line}{guide})")))
    for text in failure.page_says:
        console.print(Text(for_terminal(f"  the page says: {text}")))
    if failure.nearest:
        console.print("  on the page, to paste:")
        for line in failure.nearest:
            console.print(Text(for_terminal(f"    {line}"), style="cyan"))
    if failed is not None and failed.record.picture:
        console.print(Text(f"  picture: {result.folder / failed.record.picture}"))


def as_json(result: Result, runbook: str, rehearsal: bool) -> dict[str, Any]:
    """The run as one object, for programs."""
    return {
        "run": result.run,
        "runbook": runbook,
        "rehearsal": rehearsal,
        "status": result.status,
        "folder": str(result.folder),
        "head": result.head,
        "sections": [{"title": s.title, "status": s.status, "reason": s.reason} for s in result.sections],
        "steps": [
            {
                "number": record.number,
                "section": record.section,
                "verb": record.verb,
                "say": record.say,
                "follows": record.follows,
                "status": record.status,
                "picture": record.picture,
                "seconds": record.seconds,
            }
            for record in result.steps
        ],
        "failure": _failure(result.reason, result.remedy, failed=result.failure) if result.reason else None,
    }


def no_run_as_json(
    runbook: str,
    rehearsal: bool,
    status: str,
    message: str,
    remedy: str = "",
    faults: Sequence[Fault] = (),
    folder: Path | None = None,
) -> dict[str, Any]:
    """What ended before there was a result, with the keys of `as_json`; a folder that was begun is named."""
    return {
        "run": folder.name if folder is not None else None,
        "runbook": runbook,
        "rehearsal": rehearsal,
        "status": status,
        "folder": str(folder) if folder is not None else None,
        "head": None,
        "sections": [],
        "steps": [],
        "failure": _failure(message, remedy, faults),
    }


def _failure(
    message: str, remedy: str, faults: Sequence[Fault] = (), failed: StepFailed | None = None
) -> dict[str, Any]:
    told: dict[str, Any] = {"looked_for": None, "nearest": [], "page_says": [], "candidates": []}
    if failed is not None:
        told |= failed.data()
    return {**told, "message": message, "remedy": remedy, "faults": [fault_data(fault) for fault in faults]}
