"""Runs a plan section by section. A section that its page shows as done is left unchanged."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import dataclass, replace

from playwright.sync_api import BrowserContext, Error

from runwright.engine.browser.browser_state import ContextOf
from runwright.engine.browser.connection_gateway import ConnectionGateway
from runwright.engine.browser.document_guard import BlockedRequest, DocumentGuard
from runwright.engine.browser.error_translation import unexpected_error
from runwright.engine.browser.http_sign_in import HttpSignIn
from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.screenshot import ScreenshotTaker
from runwright.engine.browser.tabs import Tabs
from runwright.engine.errors import Interrupted, OutcomeUnknown, RunEnded, SignedOut, StepFailed, Stopped, first_line
from runwright.engine.log import log_internal_error
from runwright.engine.next_actions import OF_THE_MACHINE, ActionKind, NextAction
from runwright.engine.run.builtin_steps import ConfirmDone
from runwright.engine.run.change_log import ChangeLog
from runwright.engine.run.context import RunContext
from runwright.engine.run.done_again import DoneAgain, DoneMeanwhile
from runwright.engine.run.evidence_writer import EvidenceWriter, RunFacts
from runwright.engine.run.interrupts import Interruption
from runwright.engine.run.kept_sessions import SignIns
from runwright.engine.run.operator import Operator
from runwright.engine.run.options import RunResult, RunSetup, SectionResult
from runwright.engine.run.prior_values import PriorValues
from runwright.engine.run.procedure import who
from runwright.engine.run.putting_back import PuttingBack
from runwright.engine.run.section_checks import SectionChecks
from runwright.engine.run.section_window import NewContext, SectionWindows
from runwright.engine.run.sign_in import keep_sessions, wait_for_sign_in
from runwright.engine.run.site_credentials import http_credentials
from runwright.engine.run.step_executor import StepExecutor
from runwright.engine.run.step_screenshots import StepScreenshots, secrets_to_read
from runwright.engine.run.step_sequence import StepSequence
from runwright.engine.secrets.vault import Vault
from runwright.engine.spans import span, timed
from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.event_parts import ResumedRun
from runwright.evidence.events import SectionEndedEvent, SectionEvent, SettledEvent
from runwright.evidence.page_events import BlockedEvent, InterruptedEvent
from runwright.evidence.statuses import FailureClass, Status
from runwright.language.conditions import Condition
from runwright.language.diagnostics import UserError
from runwright.language.expressions import ExpressionError
from runwright.language.runbook_model import Section

LATE = 10.0
"""Seconds within which a change that was in progress when a run was killed appears on the page."""
_ENDS_A_CHECK = frozenset(
    {FailureClass.SIGN_IN, FailureClass.NETWORK, FailureClass.SITE_ERROR, FailureClass.RATE_LIMITED}
)
"""What a check meets again in every section: it is not tried again."""


@dataclass(frozen=True)
class _Ending:
    """How the sections of a run ended."""

    status: Status
    reason: str | None = None
    failure_class: FailureClass | None = None
    failure: StepFailed | None = None
    remedy: str = ""
    ended: RunEnded | None = None
    """The exception that ended the run."""


class Runner:
    """One run from its first event to its last."""

    def __init__(
        self,
        setup: RunSetup,
        evidence: EvidenceWriter,
        vault: Vault,
        context: BrowserContext,
        gateway: ConnectionGateway | None,
        new_context: NewContext,
        beside: Callable[[], AbstractContextManager[ContextOf]] | None = None,
    ) -> None:
        plan, options, listener = setup.plan, setup.options, setup.listener
        browser = context.browser
        assert browser is not None, "a context of a launched browser has one"
        self._setup = setup
        self._plan = plan
        listener = self._listener = evidence.listener(listener)
        self._evidence = evidence
        self._redo = frozenset(plan.section_number(name) for name in options.redo)
        self._browser_version = browser.version
        guard = self._guard = DocumentGuard(browser, plan.sites, self._blocked, HttpSignIn(http_credentials(plan)))
        guard.follow(context)
        begun = setup.prior_run.persons if setup.prior_run is not None else {}
        sign_ins = self._sign_ins = SignIns(plan.sites, setup.sessions, begun, vault.hide)
        sign_ins.follow(context)
        tabs = Tabs(context, evidence.emit, evidence.scrubber.text, sign_ins.prepare)
        person = Operator(options.headed, options.terminal, listener.message, guard, evidence.emit, beside)
        network = NetworkMonitor(context, gateway, counts=plan.sites.allow)
        self._context = RunContext(setup, evidence, vault, tabs, network, person, sign_ins)
        self._last_effect = 0
        effects = self._effects if setup.backend is not None else None
        self._screenshots = StepScreenshots(self._context, ScreenshotTaker(), evidence)
        changes = ChangeLog(self._context, evidence, listener, options.change_gate)
        guard.before_document = changes.page_requested
        values = PriorValues(setup.prior_run, self._redo)
        for name, value in values.all():
            self._context.set(name, value)
        if setup.prior_run is not None:
            network.addresses.remember(setup.prior_run.change_addresses)
        self._executor = StepExecutor(self._context, self._screenshots, evidence, listener, changes, effects, values)
        self._sequence = StepSequence(self._context, self._executor)
        self._checks = SectionChecks(self._context, self._executor, plan.runbook.path, self._sequence.perform)
        self._sections: list[SectionResult] = []
        self._putting_back = PuttingBack(self._context, self._sequence, changes, evidence.emit)
        self._windows = SectionWindows(tabs, network, guard, new_context)
        self._check_classes: dict[Status, FailureClass | None] = {}
        """Why checks ended before their conditions were known: the first failure class of each status."""

    @timed("the run loop")
    def go(self, leave: Callable[[], None]) -> RunResult:
        """Run every section, and seal the evidence however the run ends, while ``leave`` closes the pages."""
        started = time.monotonic()
        prior_run = self._setup.prior_run
        resumes = ResumedRun(run=prior_run.run, digest=prior_run.digest) if prior_run is not None else None
        ticket, rehearsal_id = self._setup.options.ticket, self._setup.rehearsal_id
        self._evidence.begin(RunFacts(self._browser_version, ticket, rehearsal_id, resumes))
        if answer := self._setup.options.settled:
            made = answer == "made"
            self._evidence.emit(SettledEvent(made=made, changes=self._setup.settled, person=who()))
        for event in self._sign_ins.events():
            self._evidence.emit(event)
        for sentence in self._sign_ins.sentences():
            self._listener.message(sentence)
        self._effects()  # earlier effects are not this run's
        ending = self._run_sections()
        if isinstance(self._setup.interrupt, Interruption):
            self._setup.interrupt.ending()
        keep_sessions(self._context)
        reason = self._evidence.scrubber.text(ending.reason) if ending.reason is not None else None
        seconds = round(time.monotonic() - started, 3)
        self._evidence.ending()
        with ThreadPoolExecutor(1, "seal") as threads:
            context, end_run = copy_context(), self._evidence.end
            sealing = threads.submit(
                lambda: context.run(end_run, ending.status, ending.failure_class, reason, seconds, self._setup.reports)
            )
            leave()
            with span("writing the reports", "writing the reports"):
                digest, end = sealing.result()
        self._listener.run_ends(end, self._evidence.folder.path)
        return RunResult(
            plan=self._plan,
            run=self._evidence.run,
            status=ending.status,
            exit=ending.status.exit_code,
            reason=reason,
            folder=self._evidence.folder.path,
            digest=digest,
            sections=self._sections,
            steps=self._evidence.steps,
            failure=ending.failure,
            failure_class=ending.failure_class,
            remedy=ending.remedy,
            next_actions=self._next_actions(ending),
        )

    def _run_sections(self) -> _Ending:
        """Run every section; how the run ended. A bug of runwright ends it as well, with the class `internal`."""
        try:
            for section in self._plan.runbook.sections:
                if not section.fields.probe or self._plan.probing:
                    self._section(section)
            status = self._final_status()
            if self._sequence.continued:
                first = self._sequence.continued[0]
                return _Ending(status, str(first), first.failure_class, first)
            return _Ending(status, failure_class=self._check_classes.get(status))
        except (Interrupted, KeyboardInterrupt):
            return self._interrupted()
        except RunEnded as ended:
            reason, failure = str(ended), ended if isinstance(ended, StepFailed) else None
            if failure is not None:  # a failure between two steps has not been cleaned yet
                failure.clean(self._evidence.scrubber.text)
                reason = str(failure)
            return _Ending(ended.status, reason, ended.failure_class, failure, ended.remedy, ended)
        except Error as error:
            if self._setup.interrupt.is_set():  # a signal to the whole process group ends the browser too
                return self._interrupted()
            reason = f"The browser closed unexpectedly: {first_line(error)}"
            return _Ending(Status.UNKNOWN, reason, FailureClass.ENVIRONMENT)
        except (EvidenceError, UserError):
            raise
        except Exception as error:
            log_internal_error(error, self._evidence.scrubber.text)
            return _Ending(Status.FAILED, unexpected_error(error), FailureClass.INTERNAL)

    def close(self) -> None:
        """Leave the browser as it was. Call it once the run's pages are closed."""
        self._context.close()
        self._guard.close()

    def _interrupted(self) -> _Ending:
        self._evidence.emit(InterruptedEvent())
        return _Ending(Status.INTERRUPTED, "Interrupted by Ctrl-C or SIGTERM.")

    def _next_actions(self, ending: _Ending) -> tuple[NextAction, ...]:
        """What a person can do after the run; nothing after a check, which has nothing to continue."""
        ended, run = ending.ended, self._evidence.run
        if self._plan.mode != "run":
            return ended.next_actions if ended is not None else ()
        if isinstance(ended, Stopped) and ended.redo is not None:
            return (NextAction(ActionKind.REDO, sections=(ended.redo,)),)
        if isinstance(ended, OutcomeUnknown):
            return (NextAction(ActionKind.SETTLE, run, (self._sections[-1].name,)),)
        if ended is not None and ended.next_actions:
            own = tuple(replace(each, run=run) for each in ended.next_actions)
            machine = all(each.kind in OF_THE_MACHINE for each in own)
            return (*own, NextAction(ActionKind.RESUME, run)) if machine else own
        return (NextAction(ActionKind.RESUME, run),) if ending.status.exit_code != 0 else ()

    def _final_status(self) -> Status:
        """The status of a run that went through all its sections. Raises StepFailed if no step ran."""
        if self._sequence.continued:
            return Status.FAILED
        seen = {section.status for section in self._sections}
        if self._plan.mode == "check":
            bad = (Status.DRIFT, Status.UNKNOWN, Status.STOPPED, Status.WAITING)
            return next((each for each in bad if each in seen), Status.IN_SYNC)
        if not self._executor.number:
            raise StepFailed("Nothing was run: no section applies to these inputs.")
        return Status.CHANGED if Status.CHANGED in seen else Status.UNCHANGED

    def _section(self, section: Section) -> None:
        """Run or check one section, between its two journal events."""
        fields = section.fields
        started = time.monotonic()
        self._listener.section_begins(section.number, section.name)
        follows = ", ".join(fields.follows) or None
        self._evidence.emit(
            SectionEvent(
                section=section.number,
                name=section.name,
                line=section.mark.line,
                follows=follows,
                controls=tuple(fields.controls),
                redo=section.number in self._redo,
                window=fields.window or "first",
            )
        )
        self._checks.settings = ()
        status, reason = Status.UNKNOWN, None  # kept if the browser closes, or at a second Ctrl-C
        try:
            with span(section.name, "section"):
                status, reason = self._with_expression_errors(section)
        except RunEnded as ending:
            status, reason = ending.status, str(ending)
            raise
        finally:
            self._list_refused()
            self._sign_ins.look(self._context.tabs.current(), self._context.scope)
            reason = self._evidence.scrubber.text(reason) if reason is not None else None
            self._sections.append(SectionResult(section.name, status, reason, self._checks.settings))
            seconds = round(time.monotonic() - started, 3)
            self._evidence.emit(
                SectionEndedEvent(section=section.number, status=status, reason=reason, seconds=seconds)
            )
            self._listener.section_ends(section.number, section.name, status, reason)

    def _with_expression_errors(self, section: Section) -> tuple[Status, str | None]:
        """The section's status; an expression of its own that cannot be evaluated fails it."""
        try:
            return self._with_sign_in(section)
        except ExpressionError as error:
            raise StepFailed(f"{error} {error.remedy}".strip()) from None

    def _with_sign_in(self, section: Section) -> tuple[Status, str | None]:
        """The section's status; if no user is signed in, a person signs in and the section starts again."""
        when = section.fields.when
        if when is not None and not when.value(self._context.scope):
            return Status.SKIPPED, f"`when` is false: {when}."
        with self._windows.of(section):
            return self._in_window(section)

    def _in_window(self, section: Section) -> tuple[Status, str | None]:
        redo = section.number in self._redo
        self._executor.changes.section(section, {} if redo else self._setup.prior_changes(section.number))
        while True:
            self._screenshots.pending = secrets_to_read(section, self._context.vault)
            try:
                if self._plan.mode == "check":
                    return self._check(section)
                return self._run(section, redo)
            except SignedOut as signed_out:
                if not self._context.tabs.in_own_window:
                    self._sign_ins.signed_out(signed_out.site)
                address = self._context.address(section.fields.open)
                wait_for_sign_in(self._context, signed_out.site, address, section.fields.ready)
                self._executor.changes.section_again()

    def _run(self, section: Section, redo: bool) -> tuple[Status, str | None]:
        """Check whether the section is done; if not, perform its steps and verify them on a page opened again."""
        prior_run, done_when = self._setup.prior_run, section.fields.done_when
        always_run = section.fields.always_run is not None
        if prior_run is not None and always_run and section.number in prior_run.done and not redo:
            return Status.UNCHANGED, f"Done in run {prior_run.done[section.number]}; no page shows the effect."
        done = self._checks.check(section, "check")
        if not done and done_when is not None and self._executor.changes.any_outcome_unknown():
            done = self._checks.wait_until_done(section, done_when, LATE)
        if done and not redo:
            return Status.UNCHANGED, None
        try:
            status, failure = self._perform(section, done_when, redo)
        except (StepFailed, ExpressionError) as error:
            failure = error if isinstance(error, StepFailed) else StepFailed(f"{error} {error.remedy}".strip())
            failure.clean(self._evidence.scrubber.text)
            self._putting_back.after(section, failure)
            raise failure from None
        if failure is not None:
            self._putting_back.after(section, failure)
        if failure is not None:
            return status, str(failure)
        person = self._executor.changes.settled_by
        return status, f"{person} has found out that the change was made." if person is not None else None

    def _perform(self, section: Section, done_when: Condition | None, redo: bool) -> tuple[Status, StepFailed | None]:
        """Perform a section's steps and verify them; its status, and the failure after which it continued."""
        before = len(self._sequence.continued)
        self._executor.done_again = DoneAgain(self._context, done_when) if done_when is not None and not redo else None
        self._sequence.done_beside = lambda: self._checks.done_beside(section)
        try:
            self._sequence.perform(section.steps, "steps", section.number)
        except DoneMeanwhile:
            return Status.UNCHANGED, None
        finally:
            self._executor.done_again = None
        if done_when is not None:
            self._checks.verify(section, done_when)
        if done_when is not None or self._executor.changes.settled_by is not None:
            return Status.CHANGED, None
        if (made := self._executor.changes.nothing_left()) is not None:
            raise made
        if section.steps:
            self._executor.perform(
                self._checks.task("verification", section, lambda scope: ConfirmDone(title=section.name))
            )
        failed = self._sequence.continued[before:]  # only its steps show whether the section is done
        if failed:
            return Status.FAILED, failed[0]
        return (Status.CHANGED if self._executor.changes.any_made() else Status.UNCHANGED), None

    def _check(self, section: Section) -> tuple[Status, str | None]:
        fields = section.fields
        if fields.always_run is not None:
            return Status.NOT_CHECKABLE, fields.always_run
        try:
            done = self._checks.check(section, "check")
        except (SignedOut, Interrupted):
            raise
        except RunEnded as ending:
            if ending.failure_class in _ENDS_A_CHECK:
                if isinstance(ending, StepFailed) and ending.status is Status.FAILED:
                    ending.status = Status.UNKNOWN
                raise
            status = Status.UNKNOWN if isinstance(ending, StepFailed) else ending.status
            self._check_classes.setdefault(status, ending.failure_class)
            return status, str(ending)
        if fields.done_when is None:
            return Status.NOT_CHECKABLE, "The section has no `done_when`."
        if done:
            return Status.IN_SYNC, None
        return Status.DRIFT, self._checks.found or None

    def _effects(self) -> list[str]:
        """The effects at this run's sites since the last call; other runs may use other sites of the same rehearsal."""
        backend = self._setup.backend
        if backend is None:
            return []
        new = backend.effects(self._last_effect)
        if new:
            self._last_effect = new[-1]["number"]
        own = (effect for effect in new if self._plan.sites.has_host(effect["site"]))
        return [f"{effect['kind']} at {effect['site']}" for effect in own]

    def _list_refused(self) -> None:
        """Journal the connections that the gateway has refused since the last call."""
        gateway = self._context.network.gateway
        while gateway is not None and gateway.refused:
            self._guard.refused(*gateway.refused.popleft())

    def _blocked(self, blocked: BlockedRequest) -> None:
        self._evidence.emit(BlockedEvent(address=blocked.address, frame=blocked.frame, kind=blocked.kind))
        self._context.blocked.append(blocked)
