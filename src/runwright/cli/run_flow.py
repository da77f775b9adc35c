"""The flow that `run`, `check` and `rehearse` share: prepare, ask for confirmation, run, show the result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from runwright import api
from runwright.cli import prompts
from runwright.cli import run_output as ui
from runwright.cli.log_output import LogOutput
from runwright.cli.next_commands import CallWords, worded
from runwright.engine.errors import EnvironmentFailure, InternalError, InvalidCall, Stopped
from runwright.engine.run.options import RunOptions, RunResult
from runwright.engine.run.plan import Plan
from runwright.engine.secrets.credential_patterns import CredentialPatterns
from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.statuses import EXIT_INVALID, FailureClass, Status
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_model import Runbook
from runwright.project.discovery import missing_file, read_inputs, read_sources

if TYPE_CHECKING:
    from runwright.engine.run.early_start import EarlyBrowser, EarlyStart


@dataclass(frozen=True)
class RunRequest:
    """The arguments and options of one call of `run`, `check` or `rehearse`."""

    runbook: str
    inputs: list[str]
    input_file: Path | None
    secrets: list[str]
    guide: Path | None
    json: bool
    options: RunOptions
    mode: str = "run"
    """`run` or `check`."""
    yes: bool = False
    plan: bool = False
    """Whether to read and show current and wanted values first, and to change nothing without a yes after that."""
    simulators: api.Simulators | None = None
    """What a rehearsal runs against; None for the real sites."""
    log: Path | None = None
    verbose: bool = False
    probes: bool = False
    """Whether the `probe` sections run as well."""
    keep: list[str] = field(default_factory=list)
    """Where secrets that are read off a page are handed to."""

    @property
    def rehearsal(self) -> bool:
        return self.simulators is not None


def run_request(request: RunRequest, start: EarlyStart[Runbook] | None = None) -> int:
    """Carry out a call and show the result. Returns the exit code.

    ``start`` has the runbook and a browser, where they were read and started before the call's modules were here.
    """
    console = ui.make_console(stderr=request.json)
    started = False
    call = CallWords.of(sys.argv[1:])
    with ExitStack() as stack:
        try:
            log = stack.enter_context(LogOutput(request.log, request.verbose))
            plan, options = _prepare(request, start.result() if start is not None else request.runbook)
            call = call.cleaned(_clean(plan))
            if request.plan:
                read = _read_settings(plan, options, request, console)
                if not _wanted(read, request):
                    if request.json:
                        ui.print_json(ui.as_json(read, call, request.log))
                    ui.show_result(read, console, call, request.log)
                    return read.exit
            elif not request.yes and not request.rehearsal:
                _require_confirmation(plan, console)
            started = True
            result = _run(plan, options, request, console, start.browser if start is not None else None)
        except UserError as error:
            first, actions = error.diagnostics[0], error.next_actions if isinstance(error, InvalidCall) else ()
            ui.show_error(error, console)
            if actions:
                console.print(f"\n{worded('', actions, call)}", markup=False)
            remedy = worded(first.remedy, actions, call)
            _print_no_run(request, ui.NoRun("invalid", first.message, remedy), error.diagnostics)
            return EXIT_INVALID
        except (EnvironmentFailure, Stopped, InternalError) as ending:
            folder = ending.folder if isinstance(ending, EnvironmentFailure) else None
            no_run = ui.NoRun(
                ending.status,
                str(ending),
                worded(ending.remedy, ending.next_actions, call),
                folder,
                ending.failure_class,
                log.keep() if isinstance(ending, InternalError) else None,
            )
            ui.show_no_run(no_run, console)
            _print_no_run(request, no_run)
            return ending.status.exit_code
        except KeyboardInterrupt:
            message = "Interrupted." if started else "Interrupted. Nothing was changed."
            console.print(f"\n{message}")
            _print_no_run(request, ui.NoRun(Status.INTERRUPTED, message))
            return Status.INTERRUPTED.exit_code
        kept = log.keep() if result.failure_class is FailureClass.INTERNAL else request.log
        if request.json:
            ui.print_json(ui.as_json(result, call, kept))
        ui.show_result(result, console, call, kept)
        return result.exit


def _print_no_run(request: RunRequest, no_run: ui.NoRun, diagnostics: Sequence[Diagnostic] = ()) -> None:
    """With `--json`, print the object of a call that ended before its run had a result."""
    if request.json:
        path = Path(request.runbook)
        name = path.stem if path.suffix in (".yaml", ".yml") else path.name
        ui.print_json(ui.no_run_as_json(no_run, name, request.rehearsal, diagnostics))


def _clean(plan: Plan) -> Callable[[str], str]:
    """Removes the values of a plan's secrets from a text."""
    # an input may look like a credential, and the line must run
    return Scrubber(CredentialPatterns(()), plan.secrets).text


def _prepare(request: RunRequest, runbook: str | Runbook) -> tuple[Plan, RunOptions]:
    """The plan and the options of a run, before anything is changed. Raises UserError."""
    if request.guide is not None and not request.guide.exists():
        raise missing_file(request.guide, "Pass the path of the guide with --guide.")
    terminal = prompts.ask if sys.stdin.isatty() else None
    options = replace(request.options, terminal=terminal, keep=read_sources(request.keep, "--keep", "SINK"))
    inputs, secrets = read_inputs(request.inputs, request.input_file), read_sources(request.secrets, "--secret")
    plan = api.prepare(
        runbook, inputs, secrets, options, mode=request.mode, rehearsal=request.rehearsal, guide=request.guide
    )
    return replace(plan, probing=request.probes), options


def _run(
    plan: Plan, options: RunOptions, request: RunRequest, console: Console, early: EarlyBrowser | None = None
) -> RunResult:
    """Run with a progress display."""
    with ExitStack() as stack:
        listener = ui.listener(console)
        if isinstance(listener, ui.LiveListener):
            stack.enter_context(listener)
            if options.terminal is not None:
                options = replace(options, terminal=listener.pausing(options.terminal))
        return api.start(plan, options, listener, request.simulators, early)


def _read_settings(plan: Plan, options: RunOptions, request: RunRequest, console: Console) -> RunResult:
    """Check the sites, which changes nothing, and show current and wanted values. Raises UserError with `--yes`."""
    if request.yes:
        message = "`--plan` shows what a run would change; `--yes` makes the changes without asking."
        raise UserError(Diagnostic(message, "Pass only one of them."))
    ui.show_plan(plan, console)
    result = _run(replace(plan, mode="check"), options, request, console)
    ui.show_settings(result, console)
    return result


def _wanted(read: RunResult, request: RunRequest) -> bool:
    """Whether the person wants the run after its plan. They are asked at a terminal, if there is something to do."""
    undone = [each for each in read.sections if each.status in (Status.DRIFT, Status.NOT_CHECKABLE)]
    readable = read.status in (Status.DRIFT, Status.IN_SYNC)
    return bool(undone) and readable and not request.json and sys.stdin.isatty() and prompts.confirm("Run it?")


def _require_confirmation(plan: Plan, console: Console) -> None:
    """Show the plan of a real run and ask. Raises UserError without a terminal, or if the person declines."""
    if not sys.stdin.isatty():
        remedy = "Without it, run the command at a terminal and confirm there."
        raise UserError(Diagnostic("Confirmation required: pass --yes.", remedy))
    ui.show_plan(plan, console)
    if not prompts.confirm("Run it?"):
        raise UserError(Diagnostic("Aborted. Nothing was changed.", ""))
