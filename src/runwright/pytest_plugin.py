"""pytest runs runbooks: `pytest runbooks/ --rehearsal`, or `--live`. Without either it leaves them alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from runwright.language.diagnostics import Fault, UserError, did_you_mean

if TYPE_CHECKING:
    from runwright.engine.run.failure_location import Failed
    from runwright.engine.run.options import Result
    from runwright.engine.run.plan import Plan
    from runwright.language.runbook_model import Runbook

_EVIDENCE = "runwright evidence"
"""The property of a report, and of the JUnit test case, that names the folder of the run."""
_OUT = "screenshots"
_LEFT = pytest.StashKey[int]()
"""How many runbooks were left alone."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("runwright", "runbooks")
    group.addoption("--rehearsal", action="store_true", help="Run runbooks against local stand-ins.")
    group.addoption("--live", action="store_true", help="Run runbooks against the real sites. This is the yes.")
    for option, metavar, told in (
        ("--runbook-input", "NAME=VALUE", "An input's value; goes to the runbooks that declare it. May be repeated."),
        ("--runbook-secret", "NAME=SOURCE", "env:NAME, file:PATH or command:…. May be repeated."),
        ("--runbook-scenario", "NAME", "What the stand-ins of a rehearsal play. May be repeated."),
    ):
        group.addoption(option, action="append", default=[], metavar=metavar, help=told)
    group.addoption("--runbook-inputs", metavar="FILE", help="A YAML file with inputs.")
    group.addoption("--runbook-out", metavar="DIR", default=_OUT, help="Where evidence goes.")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_LEFT] = 0
    if config.getoption("--rehearsal") and config.getoption("--live"):
        raise pytest.UsageError("A run is a rehearsal or it is live: say one of --rehearsal and --live.")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in (".yaml", ".yml") or not _is_runbook(file_path):
        return None
    config = parent.config
    if not (config.getoption("--rehearsal") or config.getoption("--live")):
        config.stash[_LEFT] += 1
        return None
    return RunbookFile.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """An input or a secret that no runbook has is a mistake in the call."""
    runbooks = [item.runbook for item in items if isinstance(item, RunbookItem)]
    if not runbooks:
        return
    try:
        given = [
            ("input", _inputs(config), {name for book in runbooks for name in book.inputs}),
            ("secret", _secrets(config), {name for book in runbooks for name in book.secrets}),
        ]
    except UserError as error:
        raise pytest.UsageError(str(error)) from None
    for kind, values, known in given:
        for name in values:
            if name not in known:
                raise pytest.UsageError(f"No runbook here has the {kind} `{name}`. {did_you_mean(name, known)}")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """With pytest-xdist only the workers collect, and they tell here what they left alone."""
    left = getattr(node, "workeroutput", {}).get("runwright_left", 0)
    node.config.stash[_LEFT] = max(node.config.stash[_LEFT], left)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["runwright_left"] = session.config.stash[_LEFT]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left = config.stash[_LEFT]
    if left:
        what = "1 runbook was" if left == 1 else f"{left} runbooks were"
        terminalreporter.write_line(f"runwright: {what} not collected; say --rehearsal or --live to run them.")
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == _EVIDENCE and getattr(report, "when", "") == "call":
                    terminalreporter.write_line(f"runwright: evidence of {report.nodeid} in {value}")


class RunbookFile(pytest.File):
    """A runbook's file; a fault in it is an error of collection, told as `validate` tells it."""

    def collect(self) -> Iterator[RunbookItem]:
        from runwright.language.runbook_loader import load
        from runwright.project.discovery import words_for

        runbook = load(self.path, words_for(self.path))
        yield RunbookItem.from_parent(self, name=runbook.name, runbook=runbook)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, UserError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class RunbookItem(pytest.Item):
    """One run of a runbook."""

    def __init__(self, *, runbook: Runbook, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.runbook = runbook

    def runtest(self) -> None:
        """Raises RunFailed when the run does not end well, UserError when it cannot begin."""
        plan = self._plan()
        result = self._run(plan)
        self.user_properties += [
            (_EVIDENCE, str(result.folder)),
            ("runwright head", result.head),
            ("runwright status", result.status),
        ]
        if result.exit != 0:
            raise RunFailed(plan, result)

    def _plan(self) -> Plan:
        from runwright.engine.run.plan import make_plan

        return make_plan(self.runbook, self._given(), self._sources(), bool(self.config.getoption("--rehearsal")))

    def _given(self) -> dict[str, Any]:
        """The inputs that pytest was given and this runbook has."""
        return {name: value for name, value in _inputs(self.config).items() if name in self.runbook.inputs}

    def _sources(self) -> dict[str, str]:
        """Where the secrets come from that this runbook has."""
        return {name: source for name, source in _secrets(self.config).items() if name in self.runbook.secrets}

    def _command(self, rehearsal: bool) -> str:
        """This run as a command line of `runwright`, to be typed where pytest was."""
        here, option = self.config.invocation_params.dir, self.config.getoption
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        words = ["runwright", "rehearse" if rehearsal else "run", str(path)]
        for name, value in self._given().items():
            words += ["-i", f"{name}={','.join(value) if isinstance(value, list) else value}"]
        for name, source in self._sources().items():
            words += ["--secret", f"{name}={source}"]
        for scenario in option("--runbook-scenario") if rehearsal else ():
            words += ["--scenario", scenario]
        if option("--runbook-out") != _OUT:
            words += ["--out", option("--runbook-out")]
        return shlex.join(words)

    def _run(self, plan: Plan) -> Result:
        """Run it in a thread of its own: beside pytest-playwright the main thread has Playwright going already."""
        from runwright.engine.run.launcher import execute
        from runwright.engine.run.listener import Silent
        from runwright.engine.run.options import Given
        from runwright.engine.run.preflight import after_others
        from runwright.rehearsal.lifecycle import join

        out = self.config.invocation_params.dir / self.config.getoption("--runbook-out")
        interrupt = Event()

        def run() -> Result:
            with ExitStack() as stack:
                backdrop = None
                if plan.rehearsal:
                    scenarios = self.config.getoption("--runbook-scenario")
                    backdrop = stack.enter_context(join(plan, None, scenarios))
                nonce = backdrop.nonce if backdrop is not None else None
                command = self._command(plan.rehearsal)
                go_on = "" if plan.rehearsal else f"{command} --resume {{run}}"  # its stand-ins are gone with it
                given = Given(out, command=f"{command} --headed", go_on=go_on)
                given = stack.enter_context(after_others(plan, given, nonce, anew=f"{command} --anew"))
                return execute(plan, given, Silent(), interrupt, backdrop)

        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(run)
            try:
                return running.result()
            except KeyboardInterrupt:
                interrupt.set()
                raise

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from runwright.engine.errors import NotUsable, Stopped

        error = excinfo.value
        if isinstance(error, NotUsable | Stopped):
            return f"{error}\n{error.remedy}"
        return str(error) if isinstance(error, RunFailed | UserError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"runbook {self.name}"


class RunFailed(Exception):
    """A run that did not end well; its text is what the person at the terminal reads."""

    def __init__(self, plan: Plan, result: Result) -> None:
        super().__init__("\n".join(_told(plan, result)))


def _told(plan: Plan, result: Result) -> Iterator[str]:
    from runwright.engine.run.failure_location import failed_at, went_on_after
    from runwright.evidence.sanitize import for_terminal

    yield f"{plan.runbook.title}: {result.status}"
    if result.reason:
        yield for_terminal(result.reason)
    failed = failed_at(plan, result)
    if failed is not None:
        yield ""
        yield from _place_told(plan, result, failed)
    failure = result.failure
    if failure is not None:
        yield from (f"the page says: {for_terminal(text)}" for text in failure.page_says)
        if failure.nearest:
            yield "on the page, to paste:"
            yield from (f"  {for_terminal(line)}" for line in failure.nearest)
    for record in went_on_after(result):
        yield for_terminal(f"step {record.number}: {record.say}  ({record.file}:{record.line}): {record.failure}")
    if result.remedy:
        yield for_terminal(result.remedy)
    yield ""
    yield f"evidence  {result.folder}"
    if failed is not None and failed.record.picture:
        yield f"picture   {result.folder / failed.record.picture}"


def _place_told(plan: Plan, result: Result, failed: Failed) -> Iterator[str]:
    """The lines of YAML, then the values that stood in their places."""
    from runwright.evidence.sanitize import for_terminal

    step = failed.record
    guide = f", guide item {failed.follows}" if failed.follows else ""
    yield f"{failed.path}:{failed.line}  {f'step {step.number}' if failed.by_step else failed.told}{guide}"
    yield from (f"  {number:>4} | {line}" for number, line in enumerate(failed.lines, failed.line))
    values: dict[str, object] = dict(plan.inputs)
    for record in result.steps:
        values.update({name: "‹secret›" if text == "secret" else text for name, text in (record.read or {}).items()})
    for name in dict.fromkeys(re.findall(r"\$\{\s*([A-Za-z_]\w*)", "\n".join(failed.lines))):
        if name in values:
            yield for_terminal(f"       {name} = {values[name]}")
    if failed.by_step:
        yield for_terminal(f"       that is: {step.say}" + (f"  ({step.target})" if step.target else ""))


def _is_runbook(path: Path) -> bool:
    """It stands in a folder `runbooks`, or has the two tables that every runbook needs."""
    if path.parent.name == "runbooks":
        return True
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return all(re.search(rf"^{key}:", text, flags=re.M) for key in ("sites", "sections"))


def _inputs(config: pytest.Config) -> dict[str, Any]:
    from runwright.project.discovery import read_inputs

    file = config.getoption("--runbook-inputs")
    pairs = config.getoption("--runbook-input")
    for pair in pairs:
        if "=" not in pair:
            raise UserError(Fault(f"`--runbook-input {pair}` is no pair.", "Write --runbook-input NAME=VALUE."))
    return read_inputs(pairs, Path(file) if file else None)


def _secrets(config: pytest.Config) -> dict[str, str]:
    from runwright.project.discovery import read_sources

    return read_sources(config.getoption("--runbook-secret"), "--runbook-secret")
