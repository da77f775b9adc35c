"""The slack-alerts runbook in every scenario: done where the task is possible, else what a person must do."""

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
from support.alert_rehearsal import RUNBOOK, World, worlds

from runwright.engine.run.options import Result
from runwright.engine.run.plan import make_plan
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.network_faults import FAULTS
from runwright.rehearsal.registry import KINDS
from runwright.rehearsal.rehearsal import all_scenarios
from runwright.rehearsal.slack import slack_scenarios as slack_lateness
from runwright.rehearsal.wandb import wandb_scenarios as wandb_lateness

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Row:
    """What a run ends with in a scenario, and what its person is told."""

    scenarios: tuple[str, ...]
    exit: int
    status: str
    told: tuple[str, ...] = ()
    """Where it stops for a person, the sentence, or those one of which it is; else words that are said."""
    inputs: dict[str, Any] = field(default_factory=dict)
    again: tuple[int | str, ...] = ()
    """Exit code, status and sentence of a second run, once somebody else has decided what the first one waits for."""

    def __str__(self) -> str:
        return "+".join((*self.scenarios, *(f"{name}={value}" for name, value in self.inputs.items())))


def row(names: str, exit: int, status: str, *told: str, again: tuple[int | str, ...] = (), **inputs: Any) -> Row:
    return Row(tuple(names.split()), exit, status, told, inputs, again)


WINDOW = "runwright run slack-alerts --headed"
SIGN_IN_SLACK = f"Nobody is signed in at https://api.slack.com. Sign in in a window: {WINDOW}"
SIGN_IN_WANDB = f"Nobody is signed in at https://wandb.acme.example. Sign in in a window: {WINDOW}"
ROOT = (
    "The System Console wants an admin: sign in to W&B as an admin of https://wandb.acme.example, or give its root "
    f"password. This needs a window: {WINDOW}"
)
ADMIN = (
    "The System Settings want an admin: sign in to W&B as an admin of https://wandb.acme.example, or have an admin run "
    f"this. This needs a window: {WINDOW}"
)
EXPIRED = (ROOT, SIGN_IN_WANDB)  # at which step the session ends, and so the sentence, may differ
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
        "Slack did not let W&B connect; the last picture shows why. Where it is the Client Secret, somebody has made a "
        f"new one since it was read: have “Register the app in the System {pages}” done again."
    )


UNPROTECTED = (
    "https://wandb.acme.example leads to http://wandb.acme.example/console, without https. Nothing was sent there: "
    "anybody on the way could read it. Who runs wandb.acme.example must have it lead to https addresses alone; then "
    "run this again."
)

TABLE = (
    row("apps", 0, "done"),
    row("signed-out", 3, "stopped", SIGN_IN_SLACK),
    row("signed-out-code", 3, "stopped", SIGN_IN_SLACK),
    row("signed-out-factor", 3, "stopped", SIGN_IN_SLACK),
    row("slack-session-expires", 3, "stopped", SIGN_IN_SLACK),
    row("cookie-banner", 0, "done"),
    row("console-moved", 0, "done"),
    row("consent-2026", 0, "done"),
    row("consent-korean", 0, "done"),
    row("consent-2026 consent-korean", 0, "done"),
    row("approval-needed", 3, "stopped", ASKED, again=(3, "waiting", WAITS)),
    row("approval-later", 3, "stopped", ASKED, again=(0, "done")),
    row("approval-refused", 3, "stopped", ASKED, again=(3, "stopped", REFUSED)),
    row("slack-drift-renamed", 4, "unknown", 'button "Save URLs"', 'button "Save Redirect URLs"'),
    row("slack-drift-moved", 0, "done"),
    row("slack-drift-removed", 1, "failed", 'There is no button "Add New Redirect URL"', 'heading "Redirect URLs"'),
    row("slack-drift-doubled", 1, "failed", '2 controls fit button "Save URLs"', "[nth=2]"),
    row("wandb-signed-out", 3, "stopped", ROOT),
    row("wandb-signed-out", 3, "stopped", SIGN_IN_WANDB, admin_pages="settings"),
    row("wandb-session-expires", 3, "stopped", *EXPIRED),
    row("not-admin", 3, "stopped", ROOT),
    row("not-admin", 3, "stopped", ADMIN, admin_pages="settings"),
    row("wandb-http", 1, "failed", UNPROTECTED),
    row("wandb-restarts-502", 0, "done"),
    row("wandb-restarts-502", 0, "done", admin_pages="settings"),
    row("wandb-restarts-refused", 0, "done"),
    row("wandb-restarts-refused", 0, "done", admin_pages="settings"),
    row("wandb-restarts-signed-out", 3, "stopped", *EXPIRED),
    row("wandb-drift-renamed", 1, "failed", 'button "Connect Slack"', 'button "Link Slack"'),
    row("wandb-drift-moved", 4, "unknown", 'heading "Slack"'),
    row("wandb-drift-moved", 0, "done", admin_pages="settings"),
    row("wandb-drift-removed", 1, "failed", 'There is no textbox "Slack Secret"', 'textbox "Slack Client ID"'),
    row("wandb-drift-doubled", 1, "failed", '2 controls fit button "Connect Slack"', "[nth=2]"),
    row("slow", 0, "done"),
    row("apps cookie-banner consent-2026 slack-drift-moved wandb-restarts-502", 0, "done"),
    row(
        "consent-korean approval-later wandb-drift-moved",
        3,
        "stopped",
        ASKED,
        again=(0, "done"),
        admin_pages="settings",
    ),
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., World]]:
    """`world(*scenarios)` is a rehearsal and the runs against it. The longest waits are shorter than they may be."""
    monkeypatch.setattr(slack_lateness, "HYDRATION", 8.0)
    monkeypatch.setattr(wandb_lateness, "RESTART", 6.0)
    with worlds(tmp_path / "screenshots") as start:
        yield start


@pytest.mark.parametrize(
    ("scenario", "module", "name", "seconds"),
    [
        ("console-moved", slack_lateness, "HYDRATION", 30.0),
        ("wandb-restarts-502", wandb_lateness, "RESTART", 20.0),
    ],
    ids=["console-moved", "wandb-restarts-502"],
)
def test_the_longest_waits_at_their_full_length(
    tmp_path: Path, scenario: str, module: ModuleType, name: str, seconds: float
) -> None:
    assert getattr(module, name) == seconds, "the scenario's sentence says so"
    with worlds(tmp_path / "screenshots") as start:
        here = start(scenario)
        begun = time.monotonic()
        result = here.run(allowed_ips=[])
        assert (result.exit, result.status) == (0, "done"), result.reason
        assert time.monotonic() - begun > seconds
        assert once_only(here.effects())


@pytest.mark.parametrize("each", TABLE, ids=str)
def test_the_runbook_in_each_scenario(world: Callable[..., World], each: Row) -> None:
    here = world(*each.scenarios)
    expect_ending(here.run(**each.inputs), each.exit, each.status, *each.told)
    if each.again:
        time.sleep(slack_lateness.DECISION)  # the admin takes as long
        expect_ending(here.run(**each.inputs), *each.again)
    assert once_only(here.effects())


def expect_ending(result: Result, exit: int | str, status: int | str, *told: int | str) -> None:
    """A run ended like this, and said so."""
    failure = result.failure
    said = " ".join([result.reason or "", *(failure.nearest + failure.page_says if failure else ())])
    assert (result.exit, result.status) == (exit, status), said
    if exit == 3:
        assert result.reason in told
    for each in told if exit != 3 else ():
        assert str(each) in said


@pytest.mark.parametrize("pages", ["Console", "Settings"])
def test_a_new_secret_is_registered_by_the_command_that_the_run_prints(world: Callable[..., World], pages: str) -> None:
    here = world("secret-regenerated")
    stopped = here.run(allowed_ips=[], admin_pages=pages.lower())
    title = f"Register the app in the System {pages}"
    assert (stopped.exit, stopped.reason) == (3, regenerated(pages))
    assert stopped.remedy == f"To have “{title}” done again: runwright run slack-alerts --redo '{title}'"
    titles = [section.title for section in load(RUNBOOK, vocabulary()).sections]
    again = here.run(allowed_ips=[], admin_pages=pages.lower(), redo=titles.index(title) + 1)
    assert (again.exit, again.status) == (0, "done"), again.reason


def test_a_server_without_https_is_refused_before_anything_is_touched() -> None:
    with pytest.raises(UserError) as refused:
        make_plan(load(RUNBOOK, vocabulary()), {"wandb_url": "http://wandb.acme.example"}, {}, True)
    [fault] = refused.value.faults
    assert fault.message == "The input `wandb_url`: `http://wandb.acme.example` does not fit `https://.*`."
    assert fault.remedy == (
        "It is: The address under which people open W&B. It begins with https://, for Slack takes no other as a "
        "redirect URL"
    )


def test_every_scenario_is_in_the_table_or_among_the_faults() -> None:
    played = {name for each in TABLE for name in each.scenarios} | {"secret-regenerated"} | set(FAULTS)
    assert played == set(all_scenarios(KINDS))


@pytest.mark.timeout(2400)  # a dozen runs
@pytest.mark.parametrize("fault", FAULTS)
def test_where_every_25th_request_fails_people_run_it_again_until_it_is_done(
    world: Callable[..., World], fault: str
) -> None:
    """Whichever it is: of a commit or not, of a page or of what belongs to it. Nothing is done twice."""
    here = world(fault)
    endings = []
    for attempt in range(12):
        before = len(here.effects())
        result = here.run(allowed_ips=[])
        endings.append((result.exit, result.reason))
        _others_use_the_sites_too(here, attempt)
        assert result.exit in (0, 1, 3, 4), result.reason
        lost = [step for step in result.steps if step.commits and any(_failed(one) for one in step.requests)]
        assert not lost or result.exit == 3, f"a commit's request failed, and the run ended with {result.exit}"
        assert once_only(here.effects()[before:]), "one run did it twice"
        if result.exit == 0:
            break
    assert endings[-1][0] == 0, endings
    assert [here.effects().count(kind) for kind in ("create-app", "connect-slack")] == [1, 1]


def _others_use_the_sites_too(here: World, attempt: int) -> None:
    """Else the 25th request might be the same one in every run."""
    with here.http() as client:
        for _ in range(attempt % 5 + 1):
            with suppress(httpx.HTTPError):
                client.get("https://slack.com/signin")


def _failed(change: Any) -> bool:
    return change.over and (change.status is None or change.status >= 500 or change.status == 429)


def once_only(effects: list[str]) -> bool:
    """What nobody may do twice was done at most once."""
    return all(effects.count(kind) <= 1 for kind in ("create-app", "install-app", "request-approval", "connect-slack"))
