"""What a run prints: the plan, the progress, the result. Uses rich on a terminal and plain lines elsewhere."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from runwright.cli.next_commands import CallWords, as_data, worded
from runwright.cli.plain_output import counted, diagnostic_data, print_json
from runwright.engine.run.failure_location import continued_failures, failed_at
from runwright.evidence.sanitize import for_terminal
from runwright.evidence.statuses import FailureClass, Status, StepStatus
from runwright.language.diagnostics import Diagnostic, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runwright.engine.errors import StepFailed
    from runwright.engine.run.listener import Listener
    from runwright.engine.run.options import RunResult
    from runwright.engine.run.plan import Plan
    from runwright.engine.secrets.sources import Terminal
    from runwright.evidence.events import EndEvent, StepEvent

__all__ = [
    "as_json",
    "listener",
    "make_console",
    "no_run_as_json",
    "print_json",
    "show_error",
    "show_no_run",
    "show_plan",
    "show_result",
    "show_settings",
]

STYLES = {
    "good": "green",
    "quiet": "dim",
    "notice": "bold yellow",
    "bad": "bold red",
}
"""The rich style of each status tone."""


def make_console(stderr: bool = False) -> Console:
    return _Console(stderr=stderr, highlight=False, soft_wrap=True)


class _Console(Console):
    """A console that keeps quiet when its reader is gone. The exit code of the call does not change."""

    def on_broken_pipe(self) -> None:
        with suppress(SystemExit):
            super().on_broken_pipe()


def show_error(error: UserError, console: Console) -> None:
    """Print all diagnostics of an error, separated by blank lines."""
    for number, diagnostic in enumerate(error.diagnostics):
        if number:
            console.print()
        console.print(Text(for_terminal(str(diagnostic))))


@dataclass(frozen=True)
class NoRun:
    """Why a call ended before its run had a result."""

    status: str
    message: str
    remedy: str = ""
    folder: Path | None = None
    """The run folder, if there is one."""
    failure_class: FailureClass | None = None
    log: Path | None = None
    """The file with the log of an internal error."""


def show_no_run(no_run: NoRun, console: Console) -> None:
    """Print why a call ended before its run had a result, and who must act."""
    console.print(for_terminal(no_run.message), markup=False)
    if no_run.remedy:
        console.print(no_run.remedy, markup=False)
    if no_run.failure_class is not None:
        console.print(_class_line(no_run.failure_class), markup=False)
    if no_run.log is not None:
        console.print(f"log       {no_run.log}", markup=False)


def show_plan(plan: Plan, console: Console) -> None:
    """Print what a run will do: sites, inputs, secrets, sections."""
    runbook = plan.runbook
    console.print(f"[bold]{escape(runbook.name)}[/]  ({escape(str(runbook.path))})")
    table = Table.grid(padding=(0, 2))
    for site in plan.sites:
        table.add_row("site", Text(site.name), Text(for_terminal(site.url)))
    for name, value in plan.inputs.items():
        text = ", ".join(value) if isinstance(value, list) else str(value)
        table.add_row("input", Text(name), Text(for_terminal(text)))
    for name in runbook.secrets:
        table.add_row("secret", Text(name), "provided" if name in plan.secrets else "read from a page")
    for section in runbook.sections:
        if section.fields.probe and not plan.probing:
            continue
        effect = "makes changes" if section.changes else "changes nothing"
        table.add_row(
            "section", Text(for_terminal(section.name)), effect if section.applies(plan.inputs) else "skipped"
        )
    console.print(table)


def show_settings(result: RunResult, console: Console) -> None:
    """Print what a check has read, setting by setting: what the page shows, and what the runbook wants."""
    table = Table(box=None, padding=(0, 2), show_header=True, header_style="dim")
    for head in ("", "setting", "current", "wanted"):
        table.add_column(head)
    for section in result.sections:
        table.add_row("", Text(for_terminal(section.name), style="bold"), Text(section.status), "")
        if not section.settings:
            table.add_row("", Text(for_terminal(section.reason or "")), "", "")
        for each in section.settings:
            current = Text(for_terminal(each.value or "empty"))
            mark = Text("=", style="dim") if each.held else Text("~", style=STYLES["notice"])
            table.add_row(mark, Text(for_terminal(each.setting)), current, Text(for_terminal(each.wanted)))
    console.print()
    console.print(table)
    console.print()


class PlainListener:
    """Prints one line for each section and step, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def _line(self, text: str) -> None:
        with suppress(BrokenPipeError):  # the reader is gone; the run continues
            print(for_terminal(text), file=self._console.file, flush=True)

    def section_begins(self, number: int, title: str) -> None:
        self._line(f"{number}. {title}")

    def step_begins(self, number: int, name: str) -> None:
        return

    def step_ends(self, event: StepEvent) -> None:
        mark = {StepStatus.DONE: " ", StepStatus.SKIPPED: "-"}.get(event.status, "!")
        self._line(f" {mark} {event.step:>4}  {event.name}  ({event.seconds:.1f} s)")

    def section_ends(self, number: int, title: str, status: Status, reason: str | None) -> None:
        self._line(f"   {status}" + (f": {reason}" if reason else ""))

    def change_reached(self, point: str) -> None:
        return

    def message(self, sentence: str) -> None:
        self._line(f">> {sentence}")

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        return


class LiveListener:
    """Shows the current step next to a spinner, and prints one line for each section that has ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._spinner = Spinner("dots", text="")
        self._live = Live(self._spinner, console=console, transient=True, refresh_per_second=12)
        self._section = ""

    def __enter__(self) -> LiveListener:
        self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()

    def pausing(self, terminal: Terminal) -> Terminal:
        """A terminal that hides the spinner while a person types."""

        def ask(question: str, hidden: bool) -> str:
            self._live.stop()
            try:
                return terminal(question, hidden)
            finally:
                self._live.start()

        return ask

    def section_begins(self, number: int, title: str) -> None:
        self._section = title
        self._spinner.update(text=Text(for_terminal(title), style="bold"))

    def step_begins(self, number: int, name: str) -> None:
        section, step = Text(for_terminal(self._section), style="bold"), Text(f"  {number}  {for_terminal(name)}")
        columns = self._console.width - 4  # the spinner takes the rest
        section.truncate(max(columns - step.cell_len, columns // 2), overflow="ellipsis")
        step.truncate(columns - section.cell_len, overflow="ellipsis")
        self._spinner.update(text=section + step)

    def step_ends(self, event: StepEvent) -> None:
        return

    def section_ends(self, number: int, title: str, status: Status, reason: str | None) -> None:
        line = Text.assemble((f"{status:>14}", STYLES[status.tone]), f"  {for_terminal(title)}")
        self._live.console.print(line)

    def change_reached(self, point: str) -> None:
        return

    def message(self, sentence: str) -> None:
        self._live.console.print(Text(for_terminal(sentence), style="bold yellow"))

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        return


def listener(console: Console) -> Listener:
    """The listener that suits the console."""
    terminal = console.is_terminal and console.file.isatty()  # FORCE_COLOR alone does not make a terminal
    return LiveListener(console) if terminal else PlainListener(console)


def show_result(result: RunResult, console: Console, call: CallWords, log: Path | None) -> None:
    """Print the summary: the sections with their statuses, the failure and its remedy, the evidence."""
    table = Table(box=None, padding=(0, 2), show_header=True, header_style="dim")
    table.add_column("section")
    table.add_column("status")
    for section in result.sections:
        table.add_row(Text(for_terminal(section.name)), Text(section.status, style=STYLES[section.status.tone]))
    console.print()
    console.print(table)
    console.print()
    for section in result.sections:
        shown = section.status in (Status.DRIFT, Status.UNKNOWN, Status.WAITING)
        if shown and section.reason and section.reason != result.reason:
            console.print(Text(for_terminal(f"{section.name}: {section.reason}")))
    if result.reason:
        console.print(Text(for_terminal(result.reason), style="bold"))
    if result.failure is not None:
        _show_failure(result, console)
    for record in continued_failures(result):
        console.print(Text(for_terminal(f"step {record.step}: {record.name}  ({record.file}:{record.line})")))
        console.print(Text(for_terminal(f"  {record.failure.message if record.failure is not None else ''}")))
    remedy = worded(result.remedy, result.next_actions, call)
    if remedy:
        console.print(Text(for_terminal(remedy)))
    kind = "rehearsal, no evidence of real settings" if result.plan.rehearsal else "run"
    detail = f"  ({kind} {result.run}, {counted(len(result.steps), 'step')})"
    console.print(Text.assemble((result.status, STYLES[result.status.tone]), detail))
    if result.failure_class is not None:
        console.print(Text(_class_line(result.failure_class)))
    console.print(f"evidence  {escape(str(result.folder))}")
    console.print(f"report    {escape(str(result.folder / 'report.html'))}")
    console.print(f"digest    {result.digest}")
    if log is not None:
        console.print(Text(f"log       {log}"))


def _class_line(failure_class: FailureClass) -> str:
    return f"class     {failure_class}: {failure_class.remedy}"


def _show_failure(result: RunResult, console: Console) -> None:
    failure, failed = result.failure, failed_at(result)
    assert failure is not None
    if failed is not None:
        guide = f", guide item {failed.follows}" if failed.follows else ""
        console.print(Text(for_terminal(f"  {failed.label}  ({failed.path.name}:{failed.line}{guide})")))
    for text in failure.page_messages:
        console.print(Text(for_terminal(f"  message on the page: {text}")))
    if failure.nearest:
        console.print("  nearest on the page, to paste:")
        for line in failure.nearest:
            console.print(Text(for_terminal(f"    {line}"), style="cyan"))
    if failure.appeared:
        console.print("  new on the page since the last act, to paste:")
        for line in failure.appeared:
            console.print(Text(for_terminal(f"    {line}"), style="cyan"))
    if failed is not None and failed.record.screenshot:
        console.print(Text(f"  screenshot: {result.folder / failed.record.screenshot}"))


def as_json(result: RunResult, call: CallWords, log: Path | None) -> dict[str, Any]:
    """A run as one JSON object."""
    failure = None
    if result.reason:
        remedy = worded(result.remedy, result.next_actions, call)
        failure = _failure(result.reason, remedy, result.failure_class, failed=result.failure)
    return {
        "run": result.run,
        "runbook": result.plan.runbook.slug,
        "rehearsal": result.plan.rehearsal,
        "status": result.status,
        "folder": str(result.folder),
        "digest": result.digest,
        "sections": [
            {"name": s.name, "status": s.status, "reason": s.reason, "settings": [asdict(each) for each in s.settings]}
            for s in result.sections
        ],
        "steps": [
            {
                "number": record.step,
                "section": record.section,
                "verb": record.verb,
                "name": record.name,
                "follows": record.follows,
                "status": record.status,
                "screenshot": record.screenshot,
                "seconds": record.seconds,
            }
            for record in result.steps
        ],
        "failure": failure,
        "next_actions": as_data(result.next_actions, call),
        "log": str(log) if log is not None else None,
    }


def no_run_as_json(
    no_run: NoRun, runbook: str, rehearsal: bool, diagnostics: Sequence[Diagnostic] = ()
) -> dict[str, Any]:
    """A call that ended before its run had a result, with the keys of `as_json`. Names the run folder if one exists."""
    folder = no_run.folder
    return {
        "run": folder.name if folder is not None else None,
        "runbook": runbook,
        "rehearsal": rehearsal,
        "status": no_run.status,
        "folder": str(folder) if folder is not None else None,
        "digest": None,
        "sections": [],
        "steps": [],
        "failure": _failure(no_run.message, no_run.remedy, no_run.failure_class, diagnostics),
        "next_actions": [],
        "log": str(no_run.log) if no_run.log is not None else None,
    }


def _failure(
    message: str,
    remedy: str,
    failure_class: FailureClass | None,
    diagnostics: Sequence[Diagnostic] = (),
    failed: StepFailed | None = None,
) -> dict[str, Any]:
    data: dict[str, Any] = {"looked_for": None, "nearest": [], "page_messages": [], "appeared": [], "candidates": []}
    if failed is not None:
        data |= failed.data()
    return {
        **data,
        "class": failure_class,
        "retryable": failure_class is not None and failure_class.retryable,
        "message": message,
        "remedy": remedy or (failure_class.remedy if failure_class is not None else ""),
        "errors": [diagnostic_data(diagnostic) for diagnostic in diagnostics],
    }
