"""The slack-alerts runbook in every scenario: it succeeds where possible, and otherwise says what a person must do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser
from support.alert_rehearsal import RUNBOOK, AlertRehearsal, alert_rehearsals

from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.run.options import RunResult
from runwright.engine.run.plan import make_plan
from runwright.evidence.event_parts import RequestRecord
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.network_faults import FAULTS
from runwright.rehearsal.registry import SHIPPED
from runwright.rehearsal.rehearsal import all_scenarios
from runwright.rehearsal.slack import slack_scenarios
from runwright.rehearsal.wandb import wandb_scenarios

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Row:
    """How a run ends in a scenario, and the messages for the person."""

    scenarios: tuple[str, ...]
    exit: int
    status: str
    messages: tuple[str, ...] = ()
    """With exit code 3, the possible reasons, one of which must be the reason; otherwise, texts that must all occur."""
    inputs: dict[str, Any] = field(default_factory=dict)
    again: tuple[int | str, ...] = ()
    """Exit code, status and reason of a second run, after an admin has decided what the first one waits for."""

    def __str__(self) -> str:
        varied = [f"{name}={value}" for name, value in self.inputs.items() if name != "allowed_ips"]
        return "+".join((*self.scenarios, *varied))


def row(names: str, exit: int, status: str, *messages: str, again: tuple[int | str, ...] = (), **inputs: Any) -> Row:
    """A row, without addresses that may use the app's tokens unless it names some: no scenario concerns them."""
    return Row(tuple(names.split()), exit, status, messages, {"allowed_ips": [], **inputs}, again)


SIGN_IN_SLACK = "Not signed in at https://api.slack.com."
SIGN_IN_WANDB = "Not signed in at https://wandb.acme.example."
ROOT = (
    "The System Console requires an admin: sign in to W&B as an admin of https://wandb.acme.example, or enter the root "
    "password. This needs a window."
)
ADMIN = (
    "The System Settings require an admin: sign in to W&B as an admin of https://wandb.acme.example, or have an admin "
    "run this. This needs a window."
)
EXPIRED = (ROOT, SIGN_IN_WANDB)  # the step at which the session expires may differ, and so may the message
WHERE = "in the workspace's settings, where Slack's apps are managed"
ASKED = (
    "An admin of the Slack workspace Acme was asked to approve the app W&B alerts. They do so "
    f"{WHERE}. Run this again once they have."
)
WAITS = f"An admin of the Slack workspace Acme must approve the app W&B alerts {WHERE}. Run this again once they have."
REFUSED = (
    "An admin of the Slack workspace Acme refused the app W&B alerts. Talk to them; once they have approved it "
    f"{WHERE}, run this again."
)


def regenerated(pages: str) -> str:
    return (
        "Slack did not let W&B connect; the last screenshot shows why. If the Client Secret is wrong, somebody has "
        f"created a new one since it was read: run “Register the app in the System {pages}” again."
    )


UNPROTECTED = (
    "https://wandb.acme.example leads to http://wandb.acme.example/console, without https. Nothing was sent there: "
    "anybody on the network could read it. Have wandb.acme.example lead to https addresses only, then run this again."
)

TABLE = (
    row("signed-out", 3, "stopped", SIGN_IN_SLACK),
    row("signed-out-code", 3, "stopped", SIGN_IN_SLACK),
    row("signed-out-factor", 3, "stopped", SIGN_IN_SLACK),
    row("slack-session-expires", 3, "stopped", SIGN_IN_SLACK),
    row("consent-korean", 0, "changed"),
    row("consent-2026 consent-korean", 0, "changed"),
    row("approval-needed", 3, "stopped", ASKED, again=(3, "waiting", WAITS)),
    row("approval-later", 3, "stopped", ASKED, again=(0, "changed")),
    row("approval-refused", 3, "stopped", ASKED, again=(3, "stopped", REFUSED)),
    row("slack-drift-renamed", 4, "unknown", 'button "Save URLs"', 'button "Save Redirect URLs"'),
    row("slack-drift-removed", 1, "failed", 'No button "Add New Redirect URL" found.', 'heading "Redirect URLs"'),
    row("slack-drift-doubled", 1, "failed", '2 controls match button "Save URLs"', "[nth=2]"),
    row("wandb-signed-out", 3, "stopped", ROOT),
    row("wandb-signed-out", 3, "stopped", SIGN_IN_WANDB, admin_pages="settings"),
    row("wandb-session-expires", 3, "stopped", *EXPIRED),
    row("not-admin", 3, "stopped", ROOT),
    row("not-admin", 3, "stopped", ADMIN, admin_pages="settings"),
    row("wandb-http", 1, "failed", UNPROTECTED),
    row("wandb-restarts-502", 0, "changed", admin_pages="settings"),
    row("wandb-restarts-refused", 0, "changed"),
    row("wandb-restarts-refused", 0, "changed", admin_pages="settings"),
    row("wandb-restarts-signed-out", 3, "stopped", *EXPIRED),
    row("wandb-drift-renamed", 1, "failed", 'button "Connect Slack"', 'button "Link Slack"'),
    row("wandb-drift-moved", 4, "unknown", 'heading "Slack"'),
    row("wandb-drift-moved", 0, "changed", admin_pages="settings"),
    row("wandb-drift-removed", 1, "failed", 'No textbox "Slack Secret" found.', 'textbox "Slack Client ID"'),
    row("wandb-drift-doubled", 1, "failed", '2 controls match button "Connect Slack"', "[nth=2]"),
    row("slow", 0, "changed"),
    row(
        "apps cookie-banner consent-2026 slack-drift-moved wandb-restarts-502",
        0,
        "changed",
        allowed_ips=["203.0.113.10", "198.51.100.0/24"],
    ),
    row(
        "consent-korean approval-later wandb-drift-moved",
        3,
        "stopped",
        ASKED,
        again=(0, "changed"),
        admin_pages="settings",
    ),
)


@pytest.fixture
def rehearse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_browser: Callable[[], Browser]
) -> Iterator[Callable[..., AlertRehearsal]]:
    """`rehearse(*scenarios)` starts a rehearsal for runs. The longest wait of the table is shortened."""
    monkeypatch.setattr(wandb_scenarios, "RESTART", 6.0)
    with alert_rehearsals(tmp_path / "screenshots", shared_browser) as start:
        yield start


LONGEST = (
    ("console-moved", slack_scenarios, "HYDRATION", 30.0),
    ("wandb-restarts-502", wandb_scenarios, "RESTART", 20.0),
)
"""Scenarios with the longest waits: the module and the name of the wait, and its seconds."""


@pytest.mark.parametrize(("scenario", "module", "name", "seconds"), LONGEST, ids=[each[0] for each in LONGEST])
def test_the_longest_waits_at_full_length(
    tmp_path: Path,
    shared_browser: Callable[[], Browser],
    scenario: str,
    module: ModuleType,
    name: str,
    seconds: float,
) -> None:
    assert getattr(module, name) == seconds, "the sentence of the scenario names this time"
    with alert_rehearsals(tmp_path / "screenshots", shared_browser) as start:
        here = start(scenario)
        started = time.monotonic()
        result = here.run(allowed_ips=[])
        assert (result.exit, result.status) == (0, "changed"), result.reason
        assert time.monotonic() - started > seconds
        assert at_most_once(here.effects())


@pytest.mark.parametrize("each", TABLE, ids=str)
def test_the_runbook_in_each_scenario(rehearse: Callable[..., AlertRehearsal], each: Row) -> None:
    here = rehearse(*each.scenarios)
    expect_ending(here.run(**each.inputs), each.exit, each.status, *each.messages)
    if each.again:
        time.sleep(slack_scenarios.DECISION)  # the admin decides after this time
        expect_ending(here.run(**each.inputs), *each.again)
    assert at_most_once(here.effects())


def expect_ending(result: RunResult, exit: int | str, status: int | str, *messages: int | str) -> None:
    """Assert how a run ended, and its messages."""
    failure = result.failure
    texts = " ".join([result.reason or "", *(failure.nearest + failure.page_messages if failure else ())])
    assert (result.exit, result.status) == (exit, status), texts
    if exit == 3:
        assert result.reason in messages
    for each in messages if exit != 3 else ():
        assert str(each) in texts


@pytest.mark.parametrize("pages", ["Console", "Settings"])
def test_the_printed_command_registers_a_regenerated_secret(
    rehearse: Callable[..., AlertRehearsal], pages: str
) -> None:
    here = rehearse("secret-regenerated")
    stopped = here.run(allowed_ips=[], admin_pages=pages.lower())
    title = f"Register the app in the System {pages}"
    assert (stopped.exit, stopped.reason) == (3, regenerated(pages))
    assert stopped.next_actions == (NextAction(ActionKind.REDO, sections=(title,)),)
    titles = [section.name for section in load(RUNBOOK, vocabulary()).sections]
    again = here.run(allowed_ips=[], admin_pages=pages.lower(), redo=titles.index(title) + 1)
    assert (again.exit, again.status) == (0, "changed"), again.reason


def test_a_server_without_https_is_refused_before_the_run_starts() -> None:
    with pytest.raises(UserError) as refused:
        make_plan(load(RUNBOOK, vocabulary()), {"wandb_url": "http://wandb.acme.example"}, {}, True)
    [error] = refused.value.diagnostics
    assert error.message == "The input `wandb_url`: `http://wandb.acme.example` does not match `https://.*`."
    assert error.remedy == (
        "Description: The URL where people open W&B. It starts with https://, since Slack accepts no other redirect URL"
    )


def test_every_scenario_is_in_the_table_or_is_a_network_fault() -> None:
    elsewhere = {"secret-regenerated", *(name for name, *_ in LONGEST), *FAULTS}
    played = {name for each in TABLE for name in each.scenarios} | elsewhere
    assert played == set(all_scenarios(SHIPPED))


@pytest.mark.timeout(2400)  # a dozen runs
@pytest.mark.parametrize("fault", FAULTS)
def test_when_every_25th_request_fails_repeated_runs_succeed_without_repeated_changes(
    rehearse: Callable[..., AlertRehearsal], fault: str
) -> None:
    """Any request may fail: for a change or not, for a page or its parts. No run makes a change twice."""
    here = rehearse(fault)
    endings = []
    for attempt in range(12):
        before = len(here.effects())
        result = here.run(allowed_ips=[])
        endings.append((result.exit, result.reason))
        _shift_request_numbers(here, attempt)
        assert result.exit in (0, 1, 3, 4), result.reason
        failed = [step for step in result.steps if step.changes and any(_request_failed(one) for one in step.requests)]
        assert not failed or result.exit == 3, f"the request of a change failed, but the run ended with {result.exit}"
        assert at_most_once(here.effects()[before:]), "one run made a change twice"
        if result.exit == 0:
            break
    assert endings[-1][0] == 0, endings
    assert [here.effects().count(kind) for kind in ("create-app", "connect-slack")] == [1, 1]


def _shift_request_numbers(here: AlertRehearsal, attempt: int) -> None:
    """Send some requests, so that the 25th request is not the same one in every run."""
    with here.http() as client:
        for _ in range(attempt % 5 + 1):
            with suppress(httpx.HTTPError):
                client.get("https://slack.com/signin")


def _request_failed(change: RequestRecord) -> bool:
    return change.status is None or change.status >= 500 or change.status == 429


def at_most_once(effects: list[str]) -> bool:
    """Whether each change that must not be repeated was made at most once."""
    return all(effects.count(kind) <= 1 for kind in ("create-app", "install-app", "request-approval", "connect-slack"))
