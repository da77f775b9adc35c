"""pytest runs runbooks: `pytest runbooks/ --rehearsal`, or `--live`. Without either it leaves them alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from runwright.language.errors import Fault, UserError, did_you_mean

if TYPE_CHECKING:
    from runwright.engine.plan import Plan
    from runwright.engine.record import StepRecord
    from runwright.engine.run import Result
    from runwright.language.model import Runbook

_EVIDENCE = "runwright evidence"
"""The property of a report, and of the JUnit test case, that names the folder of the run."""
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
    group.addoption("--runbook-out", metavar="DIR", default="screenshots", help="Where evidence goes.")


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
        from runwright.language.load import load
        from runwright.projects import words_for

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
        from runwright.engine.plan import make_plan

        inputs, secrets = _inputs(self.config), _secrets(self.config)
        rehearsal = bool(self.config.getoption("--rehearsal"))
        given = {name: value for name, value in inputs.items() if name in self.runbook.inputs}
        sources = {name: source for name, source in secrets.items() if name in self.runbook.secrets}
        return make_plan(self.runbook, given, sources, rehearsal)

    def _run(self, plan: Plan) -> Result:
        """Run it in a thread of its own: beside pytest-playwright the main thread has Playwright going already."""
        from runwright.engine.execute import execute
        from runwright.engine.listening import Silent
        from runwright.engine.others import after_others
        from runwright.engine.run import Given
        from runwright.rehearsal.joining import join

        out = self.config.invocation_params.dir / self.config.getoption("--runbook-out")
        interrupt = Event()

        def run() -> Result:
            with ExitStack() as stack:
                backdrop = None
                if plan.rehearsal:
                    scenarios = self.config.getoption("--runbook-scenario")
                    backdrop = stack.enter_context(join(plan.sites, None, scenarios))
                nonce = backdrop.nonce if backdrop is not None else None
                command = f"runwright run {self.path}"
                given = Given(out, command=f"{command} --headed", go_on=f"{command} --resume {{run}}")
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
        from runwright.engine.outcomes import NotUsable, Stopped

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
    from runwright.output import clean

    yield f"{plan.runbook.title}: {result.status}"
    if result.reason:
        yield clean(result.reason)
    step = next((record for record in reversed(result.steps) if record.status in ("failed", "stopped")), None)
    if step is not None:
        yield ""
        yield from _step_told(plan, result, step)
    failure = result.failure
    if failure is not None:
        yield from (f"the page says: {clean(text)}" for text in failure.page_says)
        if failure.nearest:
            yield "on the page, to paste:"
            yield from (f"  {clean(line)}" for line in failure.nearest)
    if result.remedy:
        yield clean(result.remedy)
    yield ""
    yield f"evidence  {result.folder}"
    if step is not None and step.picture:
        yield f"picture   {result.folder / step.picture}"


def _step_told(plan: Plan, result: Result, step: StepRecord) -> Iterator[str]:
    """The step's lines of YAML, then the values that stood in their places."""
    from runwright.output import clean

    files = [plan.runbook.path, *(block.path for block in plan.runbook.blocks.values())]
    path = next(path for path in files if path.name == step.file)
    lines = _lines_of(path.read_text("utf-8").splitlines(), step.line)
    guide = f", guide item {step.follows}" if step.follows else ""
    yield f"{path}:{step.line}  step {step.number}{guide}"
    yield from (f"  {number:>4} | {line}" for number, line in lines)
    values: dict[str, object] = dict(plan.inputs)
    for record in result.steps:
        values.update({name: "‹secret›" if text == "secret" else text for name, text in (record.read or {}).items()})
    named = re.findall(r"\$\{\s*([A-Za-z_]\w*)", "\n".join(line for _, line in lines))
    for name in dict.fromkeys(named):
        if name in values:
            yield clean(f"       {name} = {values[name]}")
    yield clean(f"       that is: {step.say}" + (f"  ({step.target})" if step.target else ""))


def _lines_of(lines: list[str], first: int) -> list[tuple[int, str]]:
    """The lines of the step that begins on line ``first``: those below that stand deeper."""
    indent = _indent(lines[first - 1])
    found = [(first, lines[first - 1])]
    for number in range(first, len(lines)):
        line = lines[number]
        if line.strip() and (_indent(line) < indent or (line.lstrip().startswith("- ") and _indent(line) <= indent)):
            break
        found.append((number + 1, line))
    while len(found) > 1 and not found[-1][1].strip():
        found.pop()
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


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
    from runwright.projects import read_inputs

    file = config.getoption("--runbook-inputs")
    pairs = config.getoption("--runbook-input")
    for pair in pairs:
        if "=" not in pair:
            raise UserError(Fault(f"`--runbook-input {pair}` is no pair.", "Write --runbook-input NAME=VALUE."))
    return read_inputs(pairs, Path(file) if file else None)


def _secrets(config: pytest.Config) -> dict[str, str]:
    from runwright.projects import read_sources

    return read_sources(config.getoption("--runbook-secret"), "--runbook-secret")
