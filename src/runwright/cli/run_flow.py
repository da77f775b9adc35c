"""What `run`, `check` and `rehearse` have in common: load, plan, ask, run, show."""

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
from runwright.engine.errors import NotUsable, Stopped
from runwright.engine.run.interrupts import interrupts
from runwright.engine.run.launcher import execute
from runwright.engine.run.options import STATUS_EXIT, Given, Result
from runwright.engine.run.plan import Plan, make_plan
from runwright.engine.run.preflight import after_others
from runwright.evidence.sanitize import for_terminal
from runwright.language.diagnostics import Fault, UserError, did_you_mean
from runwright.language.runbook_loader import load
from runwright.project.discovery import find_runbook, no_file, read_inputs, read_sources, words_for


@dataclass(frozen=True)
class Call:
    """A call of `run`, `check` or `rehearse`, as the command line has it."""

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
    yes: bool = False
    resume: str | None = None
    """The run to take up."""
    anew: bool = False
    """Take no notice of runs that were not finished."""
    redo: tuple[str, ...] = ()
    """Sections, by number or title, to do whatever the page says."""
    control: str | None = None
    """The control address of a rehearsal that is served already."""
    scenarios: list[str] | None = None
    """The scenarios of a rehearsal of its own; None where there is none."""

    @property
    def rehearsing(self) -> bool:
        return self.control is not None or self.scenarios is not None


def go(call: Call) -> int:
    """Do what a call asks for, and show how it ended; the exit code."""
    console = ui.make(stderr=call.json)
    begun = False
    try:
        plan, given = _prepared(call)
        if not call.yes and not call.rehearsing:
            _ask_for_a_yes(plan, console)
        begun = True
        result = _with_backdrop(plan, given, call, console)
    except UserError as error:
        ui.show_error(error, console)
        first = error.faults[0]
        _tell_no_run(call, "invalid", first.message, first.remedy, error.faults)
        return 2
    except (NotUsable, Stopped) as ending:
        console.print("\n".join(filter(None, (for_terminal(str(ending)), ending.remedy))), markup=False)
        folder = ending.folder if isinstance(ending, NotUsable) else None
        _tell_no_run(call, ending.status, str(ending), ending.remedy, folder=folder)
        return STATUS_EXIT[ending.status]
    except KeyboardInterrupt:
        message = "Interrupted." if begun else "Interrupted: nothing was touched."
        console.print(f"\n{message}")
        _tell_no_run(call, "interrupted", message)
        return STATUS_EXIT["interrupted"]
    if call.json:
        ui.print_json(ui.as_json(result, plan.runbook.name, plan.rehearsal))
    ui.show_result(plan, result, console)
    return result.exit


def _tell_no_run(
    call: Call,
    status: str,
    message: str,
    remedy: str = "",
    faults: Sequence[Fault] = (),
    folder: Path | None = None,
) -> None:
    if call.json:
        path = Path(call.runbook)
        name = path.stem if path.suffix in (".yaml", ".yml") else path.name
        ui.print_json(ui.no_run_as_json(name, call.rehearsing, status, message, remedy, faults, folder))


def _prepared(call: Call) -> tuple[Plan, Given]:
    """The plan of a call, and what its run is given beside it. Raises UserError."""
    if call.resume is not None and call.anew:
        raise UserError(Fault("`--resume` takes up a run, and `--anew` takes no notice of it.", "Say one of them."))
    path = find_runbook(call.runbook)
    book = load(path, words_for(path))
    person = prompts.answer if sys.stdin.isatty() else None
    values, sources = read_inputs(call.inputs, call.input_file), read_sources(call.secrets, "--secret")
    plan = make_plan(book, values, sources, call.rehearsing, call.mode, person)
    facts = {"ticket": call.ticket, **_guide(call.guide, book.guide)}
    redo = frozenset(_section(plan, name) for name in call.redo)
    go_on = "" if call.scenarios is not None else _again("--resume", "{run}")
    again = "" if call.scenarios is not None else _again()
    given = Given(call.out, call.headed, _with_window(), go_on, again, facts, terminal=person, redo=redo)
    return plan, given


def _section(plan: Plan, name: str) -> int:
    """The number of the section that a person names by its number or title. Raises UserError."""
    sections = {section.title: section.number for section in plan.runbook.sections}
    if name.isdigit() and int(name) in sections.values():
        return int(name)
    if name not in sections:
        raise UserError(Fault(f"The runbook has no section `{name}`.", did_you_mean(name, sections)))
    return sections[name]


def _with_backdrop(plan: Plan, given: Given, call: Call, console: Console) -> Result:
    """Run it against real sites, against a rehearsal of its own, or against one that is served already."""
    with ExitStack() as stack:
        backdrop = None
        if call.rehearsing:
            from runwright.rehearsal.lifecycle import join

            backdrop = stack.enter_context(join(plan, call.control, call.scenarios or []))
        nonce = backdrop.nonce if backdrop is not None else None
        anew = None if call.anew else _again("--anew")
        given = stack.enter_context(after_others(plan, given, nonce, call.resume, anew))
        listener = ui.listener(console)
        if isinstance(listener, ui.LiveListener):
            stack.enter_context(listener)
            if given.terminal is not None:
                given = replace(given, terminal=listener.beside(given.terminal))
        interrupt = stack.enter_context(interrupts())
        try:
            return execute(plan, given, listener, interrupt, backdrop)
        except Exception as error:
            if interrupt.is_set() and getattr(error, "folder", None) is None:
                raise KeyboardInterrupt from None  # the signal took the browser with it, before there was a run
            raise


def _guide(path: Path | None, name: str | None) -> dict[str, Any]:
    """What the journal says of the guide. Raises UserError when the file cannot be read."""
    if path is None:
        return {"guide": {"name": name, "path": None, "sha256": None} if name else None}
    if not path.exists():
        raise no_file(path, "Give the guide's path.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(Fault(f"The guide cannot be read: {error.strerror}.", "Give its path.", path=path)) from None
    told = {"name": name or path.stem, "path": path.name, "sha256": hashlib.sha256(data).hexdigest()}
    return {"guide": told, "guide_text": data}


def _ask_for_a_yes(plan: Plan, console: Console) -> None:
    """Show the plan of a real run, and ask. Raises UserError without a yes, or without a terminal to give it on."""
    if not sys.stdin.isatty():
        raise UserError(Fault("A real run wants a yes.", "Without a terminal, say --yes."))
    ui.show_plan(plan, console)
    if not prompts.wanted("Run it?"):
        raise UserError(Fault("The run was not wanted: nothing was touched.", ""))


def _with_window() -> str:
    """This call as a command line that shows a window."""
    words = ["runwright", *sys.argv[1:]]
    return shlex.join(words if "--headed" in words else [*words, "--headed"])


def _again(*more: str) -> str:
    """This call as a command line, without what it said of earlier runs and with something more."""
    words, kept = iter(["runwright", *sys.argv[1:]]), []
    for word in words:
        if word in ("--resume", "--redo"):
            next(words, None)
        elif word != "--anew" and not word.startswith(("--resume=", "--redo=")):
            kept.append(word)
    return shlex.join([*kept, *more]).replace("'{run}'", "{run}")
