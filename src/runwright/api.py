"""The one place where a run is put together: the command line, pytest, the guide check and programs call it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from runwright.engine.errors import InternalError, RunEnded
from runwright.engine.last_runs import remember
from runwright.engine.log import log_internal_error
from runwright.engine.next_actions import without_resume
from runwright.engine.run.interrupts import interrupts
from runwright.engine.run.listener import Listener, Listeners, NullListener
from runwright.engine.run.options import RunOptions, RunResult, RunSetup
from runwright.engine.run.plan import Plan, make_plan
from runwright.engine.run.preflight import preflight
from runwright.engine.secrets.scrub import Scrubber
from runwright.engine.secrets.shipped_credentials import with_shipped
from runwright.event_loop_thread import in_event_loop, in_thread_of_its_own
from runwright.evidence.statuses import Status
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_model import Runbook, flat
from runwright.plugins import plugins, verb_folders
from runwright.project.discovery import load_runbook, own_steps

if TYPE_CHECKING:
    from runwright.engine.browser.inspection import Inspection
    from runwright.engine.run.early_start import EarlyBrowser
    from runwright.evidence.event_parts import ReportMaker
    from runwright.evidence.verify import VerifyResult
    from runwright.guide.check_result import Report

Returned = TypeVar("Returned")


@dataclass(frozen=True)
class Simulators:
    """What a rehearsal runs against."""

    scenarios: tuple[str, ...] = ()
    """The scenarios of simulators that the rehearsal starts itself, and that end with it."""
    url: str | None = None
    """The control address of simulators that `runwright simulator` serves; None to start some."""


def load(runbook: str | Path, *, project_steps: bool = True) -> Runbook:
    """Read a runbook by its path, or by the name of one in `runbooks/`; see `RunOptions` for ``project_steps``.

    Raises UserError with every error in the file, each with its line and a remedy.

    >>> runwright.load("slack-alerts").name
    'Slack alerts for a W&B server'
    """
    return load_runbook(str(runbook), project_steps)


def prepare(
    runbook: str | Path | Runbook,
    inputs: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    options: RunOptions | None = None,
    *,
    mode: str = "run",
    rehearsal: bool = False,
    guide: Path | None = None,
) -> Plan:
    """The plan of a run: everything resolved, and nothing touched. Raises UserError with all that is missing."""
    options = options or RunOptions()
    if options.resume is not None and options.restart:
        message = "`--resume` continues an unfinished run, `--restart` ignores it."
        raise UserError(Diagnostic(message, "Pass only one of them."))
    if options.settled is not None and options.resume is None:
        message = "`--settled` is about the open change of an unfinished run."
        raise UserError(Diagnostic(message, "Name that run with `--resume RUN`."))
    if options.run_id is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", options.run_id):
        message = f"Invalid run id {options.run_id!r}: it names a folder."
        raise UserError(Diagnostic(message, "Use letters, digits, `.`, `_` and `-`, at most 100 of them."))
    if rehearsal and options.run_id is not None and not options.run_id.endswith("-rehearsal"):
        message = f"The run id {options.run_id} of a rehearsal does not end with `-rehearsal`."
        raise UserError(Diagnostic(message, "Add it: no rehearsal may pass for a run."))
    loaded = runbook if isinstance(runbook, Runbook) else load(runbook, project_steps=options.project_steps)
    plan = make_plan(loaded, inputs or {}, secrets or {}, rehearsal, mode, options.terminal, guide, options.keep)
    for section in options.redo:
        plan.section_number(section)
    if plan.guide is None or plan.guide.text is None or guide is None:
        return plan
    from runwright.guide.match.references import item_texts

    steps = (step for section in loaded.sections for step in (*flat(section.navigation), *flat(section.steps)))
    items = item_texts(guide, plan.guide.text, {each for step in steps for each in step.common.follows})
    return replace(plan, guide=replace(plan.guide, items=items))


def start(
    plan: Plan,
    options: RunOptions | None = None,
    listener: Listener | None = None,
    simulators: Simulators | None = None,
    early: EarlyBrowser | None = None,
) -> RunResult:
    """Run a plan against the real sites, or against simulators. ``early`` comes from `early_start.starting`.

    Inside a running event loop, the run has a thread of its own, and the caller waits for it.

    Raises EnvironmentFailure, Stopped, InternalError and UserError if there is no run to report; KeyboardInterrupt
    before it has a folder. However else the run ends, the result says so.
    """
    result = _begin(plan, options, listener, simulators, early)
    if simulators is None:
        remember(result.folder, result.digest)
    return result


def _begin(
    plan: Plan,
    options: RunOptions | None,
    listener: Listener | None,
    simulators: Simulators | None,
    early: EarlyBrowser | None = None,
) -> RunResult:
    installed = [make() for make in plugins("listeners").values()]
    patterns = [pattern for offered in plugins("credential_patterns").values() for pattern in offered]
    setup = RunSetup(
        plan,
        options or RunOptions(),
        Listeners(*([listener] if listener is not None else []), *installed),
        credentials=with_shipped(*patterns),
        reports=_installed_reports(),
        early=early,
    )
    if setup.options.browser is None and early is None and in_event_loop():
        return in_thread_of_its_own(lambda interrupt: _start(replace(setup, interrupt=interrupt), simulators))
    with interrupts() as interrupt:
        return _start(replace(setup, interrupt=interrupt), simulators)


def _installed_reports() -> dict[str, ReportMaker]:
    """The reports of installed packages by file name. Raises UserError for a name that no report may have."""
    from runwright.evidence.folder_layout import may_be_report

    found = plugins("reports")
    for name in found:
        if not may_be_report(name):
            raise UserError(Diagnostic(f"The entry `{name}` in `runwright.reports` is not the name of a file.", ""))
    return found


def _start(setup: RunSetup, simulators: Simulators | None) -> RunResult:
    from runwright.engine.run.launcher import execute, vault_of  # imports Playwright, which only a run needs

    resumable = simulators is None or simulators.url is not None
    setup = replace(setup, lasting=resumable)
    with ExitStack() as stack:
        try:
            if simulators is not None:
                from runwright.rehearsal.lifecycle import join

                clean = vault_of(setup.plan, Scrubber(setup.credentials)).clean
                backend = stack.enter_context(join(setup.plan, simulators.url, simulators.scenarios, clean))
                setup = replace(setup, backend=backend)
            else:
                from runwright.sessions.run_sessions import with_sessions

                setup = stack.enter_context(with_sessions(setup))
            result = execute(stack.enter_context(preflight(setup)))
        except RunEnded as ended:
            if setup.interrupt.is_set() and getattr(ended, "folder", None) is None:
                raise KeyboardInterrupt from None  # the signal also ended the browser, before the run had a folder
            if not resumable:
                ended.next_actions = without_resume(ended.next_actions)
            raise
        except UserError:
            raise
        except Exception as error:
            if setup.interrupt.is_set():
                raise KeyboardInterrupt from None
            clean = vault_of(setup.plan, Scrubber(setup.credentials)).clean
            log_internal_error(error, clean)
            raise InternalError(clean(f"{type(error).__name__}: {error}")) from None
    return result if resumable else replace(result, next_actions=without_resume(result.next_actions))


def run(
    runbook: str | Path | Runbook,
    inputs: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    options: RunOptions | None = None,
    *,
    probe: bool = False,
    guide: Path | None = None,
    listener: Listener | None = None,
) -> RunResult:
    """Run a runbook against the real sites. The call is the confirmation.

    ``inputs`` are values by name; ``secrets`` are sources by name: `env:NAME`, `file:PATH`, `command:…`. ``probe``
    executes the `probe` sections as well. ``guide`` is the file of the guide, for the evidence. Raises UserError for an
    invalid runbook or call, EnvironmentFailure without a browser or a folder to write to, Stopped if another run holds
    the lock or did not finish. A run that fails returns a result like any other.

    >>> try:
    ...     runwright.run("slack-alerts")
    ... except runwright.UserError as error:
    ...     print(error.diagnostics[0].message)
    The input `workspace` has no value. (The Slack workspace that gets the alerts)
    """
    return start(replace(prepare(runbook, inputs, secrets, options, guide=guide), probing=probe), options, listener)


def check(
    runbook: str | Path | Runbook,
    inputs: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    options: RunOptions | None = None,
    *,
    guide: Path | None = None,
    listener: Listener | None = None,
) -> RunResult:
    """Check whether the real sites match a runbook. Changes nothing. The parameters and errors are those of `run`.

    >>> try:
    ...     runwright.check("slack-alert")
    ... except runwright.UserError as error:
    ...     print(error)
    Unknown runbook `slack-alert`.
      Did you mean `slack-alerts`?
    """
    return start(prepare(runbook, inputs, secrets, options, mode="check", guide=guide), options, listener)


def rehearse(
    runbook: str | Path | Runbook,
    inputs: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    options: RunOptions | None = None,
    *,
    scenarios: Sequence[str] = (),
    simulator: str | None = None,
    mode: str = "run",
    probe: bool = False,
    guide: Path | None = None,
    listener: Listener | None = None,
) -> RunResult:
    """Run a runbook against local simulators of its sites, under their real addresses, without any network.

    ``scenarios`` are those of simulators that the call starts itself; ``simulator`` is the control address of some
    that are served already. ``mode`` is `run` or `check`. ``probe`` executes the `probe` sections as well. Inputs
    without a value have their `example`. The other parameters and the errors are those of `run`.

    >>> result = runwright.rehearse("slack-alerts")
    >>> print(result.status, len(result.sections))
    changed 10
    """
    plan = prepare(runbook, inputs, secrets, options, mode=mode, rehearsal=True, guide=guide)
    return start(replace(plan, probing=probe), options, listener, Simulators(tuple(scenarios), simulator))


def inspect(
    url: str,
    runbook: str | Path | Runbook | None = None,
    inputs: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    *,
    block: str | None = None,
    headed: bool = False,
    simulators: Simulators | None = None,
    watch: Callable[[Inspection], bool] | None = None,
    options: RunOptions | None = None,
    listener: Listener | None = None,
) -> Inspection:
    """Open a page and list its controls, each with a line to paste that means it alone, and its current value.

    Nothing on the page is clicked, typed or changed. Without a ``runbook`` the page is opened as is; with one, ``url``
    is an address on one of its sites, or a site and a path (`wandb /console`), ``block`` is a block of it that is
    performed first, such as a sign-in, and ``simulators`` are what the browser reaches instead of the sites. ``watch``
    receives every further inspection of the page, twice a second, until it returns False. Of ``options``, those that
    say which kept sign-ins are used apply.

    Raises UserError for an unknown block or address, StepFailed or EnvironmentFailure for a page that cannot be opened.

    >>> from runwright.api import Simulators
    >>> page = runwright.inspect("slack /apps", "slack-alerts", simulators=Simulators())
    >>> page.controls[0].target
    'link "slack api"'
    """
    from runwright.engine.run.inspector import Inspector

    if runbook is None:
        from runwright.sessions.run_sessions import sign_ins_of

        inspector = Inspector(watch)
        with sign_ins_of(url, options or RunOptions()) as sign_ins:
            inspector.open(url, headed, sign_ins, listener or NullListener())
    else:
        from tempfile import TemporaryDirectory

        from runwright.engine.run.inspect_step import inspecting

        plan = prepare(runbook, inputs, secrets, rehearsal=simulators is not None)
        inspector = Inspector(watch, plan.secrets)
        with TemporaryDirectory(prefix="runwright-") as folder:
            options = replace(options or RunOptions(), out=Path(folder), headed=headed, restart=True)
            result = _begin(inspecting(plan, url, block, inspector.show), options, listener, simulators)
            inspector.check(result)
    return inspector.result()


def verify(folder: str | Path, digest: str | None = None, *, evidence: bool = False) -> VerifyResult:
    """Verify a run folder.

    ``digest`` is a journal digest that was kept elsewhere; ``evidence`` refuses rehearsals. Never raises for what a
    folder contains: all problems are in the result.

    >>> folder = max(Path("screenshots/slack-alerts").iterdir())
    >>> runwright.verify(folder).good
    True
    >>> runwright.verify(folder, evidence=True).problems
    ['This is a rehearsal, which is not evidence of any real setting.']
    """
    from runwright.evidence.verify import verify as verify_folder

    return verify_folder(Path(folder), digest, evidence)


def check_guide(
    runbook: str | Path | Runbook | None = None,
    guides: Sequence[Path] = (),
    runs: Sequence[Path] = (),
    *,
    inputs: Mapping[str, Any] | None = None,
    scenarios: Sequence[str] = (),
    options: RunOptions | None = None,
    new: bool = False,
    every_language: bool = False,
    rehearsed: Callable[[str, RunResult], None] = lambda branch, result: None,
) -> Report:
    """Compare guides with the pages that runs have seen. Needs no browser if ``runs`` holds run folders.

    Without ``runs``, the runbook is rehearsed first: on every branch that ``inputs`` leaves open, then on all of them
    again in each scenario; ``rehearsed`` is called after each. Without ``guides``, they are those that the project file
    names. ``new`` omits accepted findings. ``every_language`` adds the translations of the given guides.

    Raises UserError, and the errors of `rehearse`.

    >>> guide = Path("guide.md")
    >>> _ = guide.write_text("1. Choose **Create an App**.\\n", "utf-8")
    >>> report = runwright.check_guide(guides=[guide], runs=[Path("screenshots")])
    >>> len(report.runs)
    1
    """
    from runwright.guide.baseline.accepted_findings import read_accepted
    from runwright.guide.baseline.reviewed_items import read_baseline
    from runwright.guide.check import check as compare
    from runwright.guide.check import read_runs
    from runwright.project.guide_files import original_runbook, read_guides, translations

    code = options is None or options.project_steps
    book = runbook if isinstance(runbook, Runbook) or runbook is None else load(runbook, project_steps=code)
    if (folders := list(runs)) and (inputs or scenarios):
        passed = "inputs" if inputs else "scenarios"
        raise UserError(Diagnostic(f"Given {passed} have no effect on existing runs.", "Omit them, or omit the runs."))
    if not folders:
        if book is None:
            raise UserError(Diagnostic("Nothing to compare the guide with.", "Pass a run folder, or a runbook."))
        read_guides(guides, book)  # report a missing guide before anything runs
        folders = _rehearse_branches(book, inputs or {}, scenarios, options, rehearsed)
    seen = read_runs(folders, [*verb_folders(), *own_steps(Path.cwd() if book is None else book.path, code)])
    book = book or next((each.runbook for each in seen if each.runbook is not None), None)
    found = read_guides(guides, book)
    if every_language and guides:
        found += translations(found, book)
    original = original_runbook(seen[0].name, book)
    baseline = read_baseline(original) if original is not None else None
    accepted = read_accepted(original) if original is not None and new else None
    return compare(found, seen, baseline, accepted, book)


def _rehearse_branches(
    runbook: Runbook,
    inputs: Mapping[str, Any],
    scenarios: Sequence[str],
    options: RunOptions | None,
    rehearsed: Callable[[str, RunResult], None],
) -> list[Path]:
    """Rehearse every branch with fresh simulators; the run folders. Raises KeyboardInterrupt after Ctrl-C."""
    folders: list[Path] = []
    for active in ((), *((scenario,) for scenario in scenarios)):
        for choices in runbook.branches(inputs):
            branch = ", ".join([*(f"{name} = {value}" for name, value in choices.items()), *active])
            result = rehearse(runbook, {**inputs, **choices}, options=options, scenarios=active, probe=True)
            rehearsed(branch, result)
            folders.append(result.folder)
            if result.status is Status.INTERRUPTED:
                raise KeyboardInterrupt
    return folders
