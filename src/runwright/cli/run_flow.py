"""The flow that `run`, `check` and `rehearse` share: load, plan, ask for confirmation, run, show the result."""

from __future__ import annotations

import hashlib
import shlex
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from runwright.cli import prompts
from runwright.cli import run_output as ui
from runwright.engine.errors import EnvironmentFailure, Stopped
from runwright.engine.run.interrupts import interrupts
from runwright.engine.run.launcher import execute
from runwright.engine.run.options import RunOptions, RunResult
from runwright.engine.run.plan import Plan, make_plan
from runwright.engine.run.preflight import preflight
from runwright.evidence.statuses import EXIT_INVALID, FailureClass, Status
from runwright.language.diagnostics import Diagnostic, UserError, did_you_mean
from runwright.language.runbook_loader import load
from runwright.project.discovery import find_runbook, missing_file, read_inputs, read_sources, vocabulary_for


@dataclass(frozen=True)
class RunRequest:
    """The arguments and options of one call of `run`, `check` or `rehearse`."""

    runbook: str
    inputs: list[str]
    input_file: Path | None
    secrets: list[str]
    guide: Path | None
    headed: bool
    out: Path
    ticket: str | None
    json: bool
    mode: str = "run"
    """`run` or `check`."""
    yes: bool = False
    resume: str | None = None
    """The unfinished run to resume."""
    restart: bool = False
    """Ignore unfinished runs."""
    redo: tuple[str, ...] = ()
    """Sections to run again, by number or name, whatever their pages show."""
    simulator_url: str | None = None
    """The control address of simulators that another process serves."""
    scenarios: list[str] | None = None
    """The scenarios of a rehearsal with its own simulators; None for any other run."""

    @property
    def rehearsal(self) -> bool:
        return self.simulator_url is not None or self.scenarios is not None


def run_request(request: RunRequest) -> int:
    """Carry out a call and show the result. Returns the exit code."""
    console = ui.make_console(stderr=request.json)
    started = False
    try:
        plan, options = _prepare(request)
        if not request.yes and not request.rehearsal:
            _require_confirmation(plan, console)
        started = True
        result = _execute(plan, options, request, console)
    except UserError as error:
        ui.show_error(error, console)
        first = error.diagnostics[0]
        _print_no_run(request, "invalid", first.message, first.remedy, error.diagnostics)
        return EXIT_INVALID
    except (EnvironmentFailure, Stopped) as ending:
        ui.show_no_run(str(ending), ending.remedy, ending.failure_class, console)
        folder = ending.folder if isinstance(ending, EnvironmentFailure) else None
        _print_no_run(
            request, ending.status, str(ending), ending.remedy, folder=folder, failure_class=ending.failure_class
        )
        return ending.status.exit_code
    except KeyboardInterrupt:
        message = "Interrupted." if started else "Interrupted. Nothing was changed."
        console.print(f"\n{message}")
        _print_no_run(request, Status.INTERRUPTED, message)
        return Status.INTERRUPTED.exit_code
    if request.json:
        ui.print_json(ui.as_json(result, plan.runbook.slug, plan.rehearsal))
    ui.show_result(plan, result, console)
    return result.exit


def _print_no_run(
    request: RunRequest,
    status: str,
    message: str,
    remedy: str = "",
    diagnostics: Sequence[Diagnostic] = (),
    folder: Path | None = None,
    failure_class: FailureClass | None = None,
) -> None:
    """With `--json`, print the object of a call that ended before its run had a result."""
    if request.json:
        path = Path(request.runbook)
        name = path.stem if path.suffix in (".yaml", ".yml") else path.name
        data = ui.no_run_as_json(name, request.rehearsal, status, message, remedy, diagnostics, folder, failure_class)
        ui.print_json(data)


def _prepare(request: RunRequest) -> tuple[Plan, RunOptions]:
    """The plan and the options of a run, before anything is changed. Raises UserError."""
    if request.resume is not None and request.restart:
        message = "`--resume` continues an unfinished run, `--restart` ignores it."
        raise UserError(Diagnostic(message, "Pass only one of them."))
    path = find_runbook(request.runbook)
    runbook = load(path, vocabulary_for(path))
    terminal = prompts.ask if sys.stdin.isatty() else None
    values, sources = read_inputs(request.inputs, request.input_file), read_sources(request.secrets, "--secret")
    plan = make_plan(runbook, values, sources, request.rehearsal, request.mode, terminal)
    facts = {"ticket": request.ticket, **_guide_facts(request.guide, runbook.guide)}
    redo = frozenset(_section_number(plan, name) for name in request.redo)
    own_simulators = request.scenarios is not None  # they end with this process, so such a run cannot be resumed
    resume_command = "" if own_simulators else _this_command("--resume", "{run}")
    rerun_command = "" if own_simulators else _this_command()
    options = RunOptions(
        request.out,
        request.headed,
        _headed_command(),
        resume_command,
        rerun_command,
        facts,
        terminal=terminal,
        redo=redo,
    )
    return plan, options


def _section_number(plan: Plan, name: str) -> int:
    """The number of a section, by its number or name. Raises UserError."""
    sections = {section.name: section.number for section in plan.runbook.sections}
    if name.isdigit() and int(name) in sections.values():
        return int(name)
    if name not in sections:
        raise UserError(Diagnostic(f"The runbook has no section `{name}`.", did_you_mean(name, sections)))
    return sections[name]


def _execute(plan: Plan, options: RunOptions, request: RunRequest, console: Console) -> RunResult:
    """Run against the real sites, against simulators in this process, or against simulators served elsewhere."""
    with ExitStack() as stack:
        simulators = None
        if request.rehearsal:
            from runwright.rehearsal.lifecycle import join

            simulators = stack.enter_context(join(plan, request.simulator_url, request.scenarios or []))
        nonce = simulators.nonce if simulators is not None else None
        restart = None if request.restart else _this_command("--restart")
        options = stack.enter_context(preflight(plan, options, nonce, request.resume, restart))
        listener = ui.listener(console)
        if isinstance(listener, ui.LiveListener):
            stack.enter_context(listener)
            if options.terminal is not None:
                options = replace(options, terminal=listener.pausing(options.terminal))
        interrupt = stack.enter_context(interrupts())
        try:
            return execute(plan, options, listener, interrupt, simulators)
        except Exception as error:
            if interrupt.is_set() and getattr(error, "folder", None) is None:
                raise KeyboardInterrupt from None  # the signal also ended the browser, before the run had a folder
            raise


def _guide_facts(path: Path | None, name: str | None) -> dict[str, Any]:
    """The guide as the journal records it, with its text. Raises UserError when the file cannot be read."""
    if path is None:
        return {"guide": {"name": name, "path": None, "sha256": None} if name else None}
    remedy = "Pass the path of the guide with --guide."
    if not path.exists():
        raise missing_file(path, remedy)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(Diagnostic(f"Cannot read the guide: {error.strerror}.", remedy, path=path)) from None
    guide = {"name": name or path.stem, "path": path.name, "sha256": hashlib.sha256(data).hexdigest()}
    return {"guide": guide, "guide_text": data}


def _require_confirmation(plan: Plan, console: Console) -> None:
    """Show the plan of a real run and ask. Raises UserError without a terminal, or if the person declines."""
    if not sys.stdin.isatty():
        remedy = "Without it, run the command at a terminal and confirm there."
        raise UserError(Diagnostic("Confirmation required: pass --yes.", remedy))
    ui.show_plan(plan, console)
    if not prompts.confirm("Run it?"):
        raise UserError(Diagnostic("Aborted. Nothing was changed.", ""))


def _headed_command() -> str:
    """This call as a command line that shows the browser window."""
    words = ["runwright", *sys.argv[1:]]
    return shlex.join(words if "--headed" in words else [*words, "--headed"])


def _this_command(*extra: str) -> str:
    """This call as a command line without its --resume, --restart and --redo, and with ``extra`` words."""
    words, kept = iter(["runwright", *sys.argv[1:]]), []
    for word in words:
        if word in ("--resume", "--redo"):
            next(words, None)
        elif word != "--restart" and not word.startswith(("--resume=", "--redo=")):
            kept.append(word)
    return shlex.join([*kept, *extra]).replace("'{run}'", "{run}")
