"""Scenarios that need a person at the window: another process acts there, and the run continues."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.alert_rehearsal import AlertRehearsal, alert_rehearsals, only
from support.site_pages import Quiet
from support.virtual_display import display

from runwright.evidence.events import EndEvent
from runwright.rehearsal.rehearsal_client import RehearsalClient

pytestmark = pytest.mark.slow

PERSON = Path(__file__).parent / "support" / "typing_person.py"


class Watched(RehearsalClient):
    """A rehearsal whose browser another process can control."""

    def __init__(self, control_url: str, port: int) -> None:
        super().__init__(control_url)
        self._debugging_port = port

    def browser_args(self) -> list[str]:
        return [*super().browser_args(), f"--remote-debugging-port={self._debugging_port}"]


class Calling(Quiet):
    """Starts the person's process as soon as the run asks for a sign-in, and ends it when the run goes on."""

    def __init__(self, port: int, control_url: str, *way: str) -> None:
        super().__init__()
        self._call = [sys.executable, str(PERSON), str(port), control_url, *way]
        self.called: list[subprocess.Popen[Any]] = []

    def message(self, sentence: str) -> None:
        super().message(sentence)
        self.called.append(subprocess.Popen(self._call, stdin=subprocess.PIPE))

    def step_begins(self, number: int, name: str) -> None:
        super().step_begins(number, name)
        self._leave()

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        super().run_ends(event, folder)
        self._leave()

    def _leave(self) -> None:
        for person in self.called:
            assert person.stdin is not None
            person.stdin.close()


@pytest.fixture
def rehearse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AlertRehearsal]]:
    """`rehearse(*scenarios)` is a rehearsal and the runs against it, with a display for windows."""
    with display(monkeypatch), alert_rehearsals(tmp_path / "screenshots") as start:
        yield start


@pytest.fixture
def beginning(tmp_path: Path) -> Path:
    """The first of the runbook's sections, and the one that opens Slack again, for the sign-ins before anything."""
    path = tmp_path / "slack-alerts.yaml"
    path.write_text(only(("Create the Slack app", "Register the redirect URL")), "utf-8")
    return path


@pytest.mark.parametrize("scenario", ["signed-out", "signed-out-code", "signed-out-factor"])
def test_the_person_signs_in_and_the_run_continues_with_the_next_section(
    rehearse: Callable[..., AlertRehearsal], beginning: Path, scenario: str
) -> None:
    here = rehearse(scenario)
    port = _free_port()
    person = Calling(port, here.rehearsal.control_url)
    watched = Watched(here.rehearsal.control_url, port)
    result = here.run_with(watched, person, headed=True, runbook=beginning)
    assert (result.exit, result.status) == (0, "changed"), (result.reason, person.heard[-5:])
    assert person.called, "the run asked for nothing"
    assert [each.wait(30) for each in person.called] == [0] * len(person.called)
    assert here.effects() == ["create-app", "save-redirect-urls"]


EXPIRING = (
    ("wandb-signed-out",),
    ("wandb-restarts-signed-out",),
    ("slack-session-expires", "wandb-session-expires"),
)


@pytest.mark.parametrize("scenarios", EXPIRING, ids="+".join)
def test_the_person_signs_in_and_the_run_continues_to_its_end(
    rehearse: Callable[..., AlertRehearsal], scenarios: tuple[str, ...]
) -> None:
    here = rehearse(*scenarios)
    port = _free_port()
    person = Calling(port, here.rehearsal.control_url)
    result = here.run_with(Watched(here.rehearsal.control_url, port), person, headed=True, allowed_ips=[])
    assert (result.exit, result.status) == (0, "changed"), (result.reason, person.heard[-5:])
    assert person.called, "the run asked for nothing"
    assert [each.wait(30) for each in person.called] == [0] * len(person.called)
    assert here.effects().count("create-app") == 1 and here.effects().count("connect-slack") == 1


def test_the_person_signs_in_with_a_mailed_code_and_without_a_password(
    rehearse: Callable[..., AlertRehearsal], beginning: Path
) -> None:
    """What Slack offers first. In the scenario without a code after the password, only this way sends a mail."""
    here = rehearse("signed-out")
    port = _free_port()
    person = Calling(port, here.rehearsal.control_url, "mail")
    watched = Watched(here.rehearsal.control_url, port)
    result = here.run_with(watched, person, headed=True, runbook=beginning)
    assert (result.exit, result.status) == (0, "changed"), (result.reason, person.heard[-5:])
    assert [each.wait(30) for each in person.called] == [0] * len(person.called)
    mails = here.client.state()["https://slack.com"]["mails"]
    assert mails and all(mail["subject"].startswith("Slack confirmation code: ") for mail in mails)
    assert here.effects() == ["create-app", "save-redirect-urls"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
