"""A pytest plugin that runs runbooks: `pytest runbooks/ --runbook-rehearse`, or `--runbook-live` for the real sites.

Without either option it collects no runbook.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runwright.language.diagnostics import UserError, did_you_mean

if TYPE_CHECKING:
    from runwright.cli.next_commands import CallWords
    from runwright.engine.run.failure_location import FailureLocation
    from runwright.engine.run.options import RunOptions, RunResult
    from runwright.evidence.events import StepEvent
    from runwright.language.runbook_model import Runbook

_EVIDENCE = "runwright evidence"
"""The property of a report and of the JUnit test case that holds the run folder."""
_OUT = "screenshots"
_NOT_COLLECTED = pytest.StashKey[int]()
"""The number of runbooks that were found and not collected."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("runwright", "runbooks")
    group.addoption("--runbook-rehearse", action="store_true", help="Run runbooks against local simulators.")
    group.addoption(
        "--runbook-live",
        action="store_true",
        help="Run runbooks against the real sites. The option is the confirmation.",
    )
    for option, metavar, text in (
        ("--runbook-input", "NAME=VALUE", "Set an input in all runbooks that declare it; may be repeated."),
        (
            "--runbook-secret",
            "NAME=SOURCE",
            "Where a secret comes from: env:NAME, file:PATH, command:…, keyring:SERVICE/NAME, age:FILE; repeatable.",
        ),
        ("--runbook-scenario", "NAME", "Run the simulators in this scenario; may be repeated."),
    ):
        group.addoption(option, action="append", default=[], metavar=metavar, help=text)
    group.addoption("--runbook-inputs", metavar="FILE", help="Read inputs from a YAML file.")
    group.addoption(
        "--runbook-no-project-steps",
        action="store_true",
        help="Do not execute the Python files in the steps/ folders of the runbooks: a project of somebody else.",
    )
    group.addoption("--runbook-guide", metavar="FILE", help="The guide; a copy is kept with the evidence.")
    group.addoption("--runbook-out", metavar="DIR", default=_OUT, help="The folder for the evidence.")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_NOT_COLLECTED] = 0
    if config.getoption("--runbook-rehearse") and config.getoption("--runbook-live"):
        raise pytest.UsageError("Pass either --runbook-rehearse or --runbook-live, not both.")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in (".yaml", ".yml") or not _is_runbook(file_path):
        return None
    config = parent.config
    if not (config.getoption("--runbook-rehearse") or config.getoption("--runbook-live")):
        config.stash[_NOT_COLLECTED] += 1
        return None
    return RunbookFile.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Reject an input or a secret that none of the collected runbooks declares."""
    runbooks = [item.runbook for item in items if isinstance(item, RunbookItem)]
    if not runbooks:
        return
    try:
        passed = [
            ("input", _inputs(config), {name for runbook in runbooks for name in runbook.inputs}),
            ("secret", _secrets(config), {name for runbook in runbooks for name in runbook.secrets}),
        ]
    except UserError as error:
        raise pytest.UsageError(str(error)) from None
    for kind, values, known in passed:
        for name in values:
            if name not in known:
                raise pytest.UsageError(f"No runbook here has the {kind} `{name}`. {did_you_mean(name, known)}")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """With pytest-xdist only the workers collect. Each reports the number of runbooks that it did not collect."""
    number = getattr(node, "workeroutput", {}).get("runwright_not_collected", 0)
    node.config.stash[_NOT_COLLECTED] = max(node.config.stash[_NOT_COLLECTED], number)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["runwright_not_collected"] = session.config.stash[_NOT_COLLECTED]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    number = config.stash[_NOT_COLLECTED]
    if number:
        runbooks = "1 runbook was" if number == 1 else f"{number} runbooks were"
        remedy = "pass --runbook-rehearse or --runbook-live to run them."
        terminalreporter.write_line(f"runwright: {runbooks} not collected; {remedy}")
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == _EVIDENCE and getattr(report, "when", "") == "call":
                    terminalreporter.write_line(f"runwright: evidence of {report.nodeid} in {value}")


class RunbookFile(pytest.File):
    """The file of a runbook. An error in it is a collection error, with the text that `validate` prints."""

    def collect(self) -> Iterator[RunbookItem]:
        from runwright.language.runbook_loader import load
        from runwright.project.discovery import vocabulary_for
        from runwright.project.project_code import as_project_code

        with as_project_code(not self.config.getoption("--runbook-no-project-steps")):
            runbook = load(self.path, vocabulary_for(self.path))

        def execute(
            runbook_inputs: dict[str, Any], runbook_secrets: dict[str, str], runbook_options: RunOptions
        ) -> None:
            item.execute(runbook_inputs, runbook_secrets, runbook_options)

        item = RunbookItem.from_parent(self, name=runbook.slug, callobj=execute, runbook=runbook)
        yield item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, UserError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


@pytest.fixture
def runbook_inputs() -> dict[str, Any]:
    """Inputs of runbooks by name. A conftest may override it; the options `--runbook-input…` take precedence."""
    return {}


@pytest.fixture
def runbook_secrets() -> dict[str, str]:
    """Sources of secrets by name. A conftest may override it; `--runbook-secret` takes precedence."""
    return {}


@pytest.fixture
def runbook_options(pytestconfig: pytest.Config) -> RunOptions:
    """How runbooks are run: window, folder, browser. A conftest may override it, by `dataclasses.replace` of this."""
    from runwright.engine.run.options import RunOptions

    return RunOptions(pytestconfig.invocation_params.dir / pytestconfig.getoption("--runbook-out"))


class RunbookItem(pytest.Function):
    """One run of a runbook."""

    def __init__(self, *, runbook: Runbook, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.runbook = runbook

    def execute(self, inputs: dict[str, Any], secrets: dict[str, str], options: RunOptions) -> None:
        """Run it. Raises RunFailed when the run ends with another exit code than 0, UserError when it cannot start."""
        from runwright import api

        rehearsal = bool(self.config.getoption("--runbook-rehearse"))
        guide = self.config.getoption("--runbook-guide")
        plan = api.prepare(
            self.runbook,
            {**self._declared(inputs, self.runbook.inputs), **self._passed_inputs()},
            {**self._declared(secrets, self.runbook.secrets), **self._passed_secrets()},
            options,
            rehearsal=rehearsal,
            guide=Path(guide) if guide else None,
        )
        simulators = api.Simulators(tuple(self.config.getoption("--runbook-scenario"))) if rehearsal else None
        result = api.start(plan, options, simulators=simulators)
        self.user_properties += [
            (_EVIDENCE, str(result.folder)),
            ("runwright digest", result.digest),
            ("runwright status", str(result.status)),
        ]
        if result.exit != 0:
            raise RunFailed(result, self.call())

    @staticmethod
    def _declared(values: dict[str, Any], declared: Collection[str]) -> dict[str, Any]:
        """The values that this runbook declares; a fixture may serve several runbooks."""
        return {name: value for name, value in values.items() if name in declared}

    def _passed_inputs(self) -> dict[str, Any]:
        return self._declared(_inputs(self.config), self.runbook.inputs)

    def _passed_secrets(self) -> dict[str, str]:
        return self._declared(_secrets(self.config), self.runbook.secrets)

    def call(self) -> CallWords:
        """The same run as a call of `runwright`, for the folder in which pytest was started."""
        from runwright.cli.next_commands import CallWords

        here, option = self.config.invocation_params.dir, self.config.getoption
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        rehearsal = bool(option("--runbook-rehearse"))
        words = ["runwright", "rehearse" if rehearsal else "run", str(path)]
        for name, value in self._passed_inputs().items():
            words += ["-i", f"{name}={','.join(value) if isinstance(value, list) else value}"]
        for name, source in self._passed_secrets().items():
            words += ["--secret", f"{name}={source}"]
        for scenario in option("--runbook-scenario") if rehearsal else ():
            words += ["--scenario", scenario]
        if option("--runbook-guide"):
            words += ["--guide", option("--runbook-guide")]
        if option("--runbook-no-project-steps"):
            words.append("--no-project-steps")
        if option("--runbook-out") != _OUT:
            words += ["--out", option("--runbook-out")]
        return CallWords(tuple(words))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What pytest prints of a failed run."""
        from runwright.cli.next_commands import worded
        from runwright.engine.errors import RunEnded

        error = excinfo.value
        if isinstance(error, RunEnded):
            return f"{error}\n{worded(error.remedy, error.next_actions, self.call())}"
        return str(error) if isinstance(error, RunFailed | UserError) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"runbook {self.name}"


class RunFailed(Exception):
    """A run that did not succeed. Its text is the failure message that pytest prints."""

    def __init__(self, result: RunResult, call: CallWords) -> None:
        super().__init__("\n".join(_message(result, call)))


def _message(result: RunResult, call: CallWords) -> Iterator[str]:
    from runwright.cli.next_commands import worded
    from runwright.engine.run.failure_location import continued_failures, failed_at
    from runwright.evidence.sanitize import for_terminal

    yield f"{result.plan.runbook.name}: {result.status}"
    if result.reason:
        yield for_terminal(result.reason)
    failed = failed_at(result)
    if failed is not None:
        yield ""
        yield from _location(result, failed)
    failure = result.failure
    if failure is not None:
        yield from (f"message on the page: {for_terminal(text)}" for text in failure.page_messages)
        if failure.nearest:
            yield "nearest on the page, to paste:"
            yield from (f"  {for_terminal(line)}" for line in failure.nearest)
    for record in continued_failures(result):
        yield for_terminal(f"step {record.step}: {record.name}  ({record.file}:{record.line}): {_reason(record)}")
    remedy = worded(result.remedy, result.next_actions, call)
    if remedy:
        yield for_terminal(remedy)
    yield ""
    if result.failure_class is not None:
        yield f"class       {result.failure_class}: {result.failure_class.remedy}"
    yield f"evidence    {result.folder}"
    if failed is not None and failed.record.screenshot:
        yield f"screenshot  {result.folder / failed.record.screenshot}"


def _reason(step: StepEvent) -> str:
    return step.failure.message if step.failure is not None else ""


def _location(result: RunResult, failed: FailureLocation) -> Iterator[str]:
    """The YAML lines of the failed step or condition, then the values of their variables."""
    from runwright.evidence.sanitize import for_terminal

    step = failed.record
    guide = f", guide item {failed.follows}" if failed.follows else ""
    yield f"{failed.path}:{failed.line}  {f'step {step.step}' if failed.by_step else failed.label}{guide}"
    yield from (f"  {number:>4} | {line}" for number, line in enumerate(failed.lines, failed.line))
    values: dict[str, object] = dict(result.plan.inputs)
    for record in result.steps:
        values.update({name: "‹secret›" if text == "secret" else text for name, text in (record.read or {}).items()})
    for name in dict.fromkeys(re.findall(r"\$\{\s*([A-Za-z_]\w*)", "\n".join(failed.lines))):
        if name in values:
            yield for_terminal(f"       {name} = {values[name]}")
    if failed.by_step:
        yield for_terminal(f"       step name: {step.name}" + (f"  ({step.target})" if step.target else ""))


def _is_runbook(path: Path) -> bool:
    """Whether a file is in a folder `runbooks`, or has the two keys that every runbook requires."""
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
    return read_inputs(config.getoption("--runbook-input"), Path(file) if file else None, "--runbook-input")


def _secrets(config: pytest.Config) -> dict[str, str]:
    from runwright.project.discovery import read_sources

    return read_sources(config.getoption("--runbook-secret"), "--runbook-secret")
