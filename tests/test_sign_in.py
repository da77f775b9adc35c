"""Scenarios that want a person at the window: another process acts there, and the run goes on by itself."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.alert_rehearsal import World, worlds
from support.site_pages import Quiet
from support.virtual_display import display

from runwright.rehearsal.rehearsal_client import RehearsalClient

pytestmark = pytest.mark.slow

PERSON = Path(__file__).parent / "support" / "typing_person.py"


class Watched(RehearsalClient):
    """The same rehearsal, with a browser that another process can act in."""

    def __init__(self, control_url: str, port: int) -> None:
        super().__init__(control_url)
        self._open = port

    def browser_args(self) -> list[str]:
        return [*super().browser_args(), f"--remote-debugging-port={self._open}"]


class Calling(Quiet):
    """Calls the person as soon as the run says what it wants of them."""

    def __init__(self, port: int, control_url: str, *way: str) -> None:
        super().__init__()
        self._call = [sys.executable, str(PERSON), str(port), control_url, *way]
        self.called: list[subprocess.Popen[Any]] = []

    def says(self, sentence: str) -> None:
        super().says(sentence)
        self.called.append(subprocess.Popen(self._call))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., World]]:
    """`world(*scenarios)` is a rehearsal and the runs against it, with a display for windows."""
    with display(monkeypatch), worlds(tmp_path / "screenshots") as start:
        yield start


SCENARIOS = (
    ("signed-out",),
    ("signed-out-code",),
    ("signed-out-factor",),
    ("wandb-signed-out",),
    ("wandb-restarts-signed-out",),
    ("slack-session-expires", "wandb-session-expires"),
)


@pytest.mark.parametrize("scenarios", SCENARIOS, ids="+".join)
def test_the_person_signs_in_and_the_run_goes_on_to_its_end(
    world: Callable[..., World], scenarios: tuple[str, ...]
) -> None:
    here = world(*scenarios)
    port = _free_port()
    person = Calling(port, here.rehearsal.control_url)
    result = here.watched(Watched(here.rehearsal.control_url, port), person, headed=True, allowed_ips=[])
    assert (result.exit, result.status) == (0, "done"), (result.reason, person.heard[-5:])
    assert person.called, "nobody was called"
    assert [each.wait(30) for each in person.called] == [0] * len(person.called)
    assert here.effects().count("create-app") == 1 and here.effects().count("connect-slack") == 1


def test_the_person_signs_in_with_a_mailed_code_and_without_a_password(world: Callable[..., World]) -> None:
    """What Slack offers first. In the scenario without a code after the password, only this way sends a mail."""
    here = world("signed-out")
    port = _free_port()
    person = Calling(port, here.rehearsal.control_url, "mail")
    result = here.watched(Watched(here.rehearsal.control_url, port), person, headed=True, allowed_ips=[])
    assert (result.exit, result.status) == (0, "done"), (result.reason, person.heard[-5:])
    assert [each.wait(30) for each in person.called] == [0] * len(person.called)
    mails = here.client.state()["https://slack.com"]["mails"]
    assert mails and all(mail["subject"].startswith("Slack confirmation code: ") for mail in mails)
    assert here.effects().count("create-app") == 1 and here.effects().count("connect-slack") == 1


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
