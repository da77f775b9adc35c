"""A run folder may come from anybody: no command executes a file in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from support.cli_calls import call, several_calls

from runwright import __version__
from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.event_parts import (
    BrowserRecord,
    GuideRecord,
    OfferedControl,
    RunbookRecord,
    VerbRecord,
    VersionsRecord,
)
from runwright.evidence.events import EndEvent, RunEvent, SectionEndedEvent, SectionEvent, StepEvent
from runwright.evidence.journal import FORMAT
from runwright.evidence.run_folder import RunFolder
from runwright.evidence.statuses import Status, StepStatus
from runwright.guide.match.observations import read_run

RUNBOOK = """name: Alerts
guide: alerts
sites:
  shop: { url: https://shop.example }
sections:
  - name: Say hello
    follows: 1
    open: shop /
    steps:
      - wave: button "Hello"
      - click: button "On"
"""
GUIDE = "# Alerts\n\n1. Click **On**.\n"
WAVE = '''"""Waves."""

from typing import ClassVar

from runwright.verb import StepContext, Target, Verb


class Wave(Verb):
    """Wave at a control.

    ```yaml
    - wave: button "Hello"
    ```
    """

    name: ClassVar[str] = "wave"
    summary: ClassVar[str] = "Wave at {target}"

    target: Target
    """The control."""

    def act(self, context: StepContext) -> None:
        context.control.hover()
'''


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "executed"


@pytest.fixture
def evidence(tmp_path: Path, marker: Path) -> Path:
    """The run folder of somebody else, whose verb writes the marker when it is loaded."""
    return run_folder(tmp_path, f"{WAVE}\nfrom pathlib import Path\n\nPath({str(marker)!r}).touch()\n")


def run_folder(tmp_path: Path, verb: str) -> Path:
    folder = RunFolder.create(tmp_path / "received", "alerts", "20261124T033000Z-7f3a", Scrubber())
    journal = folder.journal
    journal.write(
        RunEvent(
            run=folder.path.name,
            format=FORMAT,
            mode="run",
            rehearsal=False,
            runbook=RunbookRecord(slug="alerts", name="Alerts", path="alerts.yaml", sha256=digest(RUNBOOK)),
            blocks=(),
            verbs=(VerbRecord(name="wave", path="steps/wave.py", sha256=digest(verb), shipped=False),),
            guide=GuideRecord(name="alerts", path="alerts.md", sha256=digest(GUIDE)),
            inputs={},
            secrets=(),
            sites={"shop": "https://shop.example"},
            versions=VersionsRecord(runwright=__version__, playwright="1", browser="1", python="3"),
            who="ann",
            machine="desk",
            ci=None,
            ticket=None,
            browser=BrowserRecord(locale="en-US", time_zone="UTC", window=(1280, 800)),
            previous=None,
            resumes=None,
        )
    )
    folder.keep("procedure/alerts.yaml", RUNBOOK.encode())
    folder.keep("procedure/alerts.md", GUIDE.encode())
    folder.keep("procedure/steps/wave.py", verb.encode())
    journal.write(SectionEvent(section=1, name="Say hello", line=6, follows="1", controls=()))
    for number, (word, name, line) in enumerate((("wave", "Hello", 10), ("click", "On", 11)), 1):
        journal.write(
            StepEvent(
                step=number,
                section=1,
                part="steps",
                verb=word,
                name=f"{word} {name}",
                follows="1",
                line=line,
                file="alerts.yaml",
                changes=False,
                status=StepStatus.DONE,
                started="2026-11-24T03:30:10.000Z",
                ended="2026-11-24T03:30:12.000Z",
                seconds=2.0,
                address="https://shop.example/",
                page_title="Shop",
                server_date=None,
                server_address=None,
                certificate=None,
                target=f'button "{name}"',
                box=None,
                scale=1.0,
                conditions=(),
                offered=(OfferedControl("button", "Hello"), OfferedControl("button", "On")),
                requests=(),
                read=None,
                screenshots=(),
                failure=None,
            )
        )
    journal.write(SectionEndedEvent(section=1, status=Status.UNCHANGED, reason=None, seconds=4.0))
    folder.close(EndEvent(status=Status.UNCHANGED, exit=0, reason=None, seconds=4.0, events=journal.count + 1))
    return folder.path


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the same runbook and a verb of its own."""
    for name, text in {"runbooks/alerts.yaml": RUNBOOK, "steps/wave.py": WAVE, "alerts.md": GUIDE}.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "project"


@pytest.mark.quick(1)
@pytest.mark.parametrize("where", ["project", "run folder", "procedure"])
def test_no_command_executes_a_file_of_a_run_folder(
    evidence: Path, project: Path, marker: Path, where: str, tmp_path: Path
) -> None:
    here = {"project": project, "run folder": evidence, "procedure": evidence / "procedure"}[where]
    kept, guide = evidence / "procedure" / "alerts.yaml", project / "alerts.md"
    calls: list[tuple[tuple[object, ...], tuple[int, ...]]] = [
        (("verify", evidence), (0,)),
        (("report", evidence), (0,)),
        (("report", evidence, "--output", project / "run.html"), (0,)),
        (("guide", "check", "--run", evidence, "--guide", guide), (0, 1)),
        (("guide", "coverage", kept, "--guide", guide), (0, 1, 2)),
        (("guide", "relink", "alerts", "--guide", guide), (0, 1, 2)),
        (("guide", "relink", kept, "--guide", guide), (2,)),
        (("validate", kept), (0, 1, 2)),
        (("verbs",), (0,)),
        (("run", project / "runbooks" / "alerts.yaml", "--yes", "--resume", evidence), (2,)),
    ]
    done = several_calls([words for words, _ in calls], here, tmp_path / "calls.json")
    for (words, codes), each in zip(calls, done, strict=True):
        assert each.returncode in codes, (words, each.stdout, each.stderr)
        assert "Traceback" not in each.stderr, (words, each.stderr)
    assert not marker.exists(), "a command executed the verb of the run folder"
    assert call("verify", str(evidence), cwd=project).returncode == 0, "a command altered the run folder"


def test_the_guide_check_goes_on_and_names_the_verb(evidence: Path, project: Path) -> None:
    done = call("guide", "check", "--run", str(evidence), "--guide", "alerts.md", cwd=project)
    assert done.returncode in (0, 1) and done.stdout.startswith("Compared with real pages"), done.stdout + done.stderr
    assert "used the verb `wave` in another version than this project has" in done.stderr
    run = read_run(evidence)
    assert run.unmatched_verbs == ("wave",)
    assert [(step.verb, step.definition is not None) for step in run.steps] == [("wave", False), ("click", True)]


def test_the_verb_of_the_project_is_used_when_it_is_the_one_that_ran(tmp_path: Path, project: Path) -> None:
    run = read_run(run_folder(tmp_path, WAVE), own_steps=[project / "steps"])
    assert run.unmatched_verbs == ()
    assert [step.definition is not None for step in run.steps] == [True, True]
    done = call("guide", "check", "--run", str(run.folder), "--guide", "alerts.md", cwd=project)
    assert done.stderr == ""
