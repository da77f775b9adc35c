"""The main job: the slack-alerts runbook, unchanged, against the stand-ins, as people run it."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.alert_rehearsal import RUNBOOK, SERVER, World, worlds

from runwright.engine.run.options import Result
from runwright.engine.secrets.scrub import forms
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

pytestmark = pytest.mark.slow

SERVER_A, SERVER_B = SERVER, "https://wandb-b.acme.example"
UNDISTURBED = [
    *("create-app", "add-scope", "save-redirect-urls", "save-ip-ranges", "save-slack"),
    *("install-app", "exchange-code", "connect-slack", "switch-alert", "switch-alert", "switch-alert"),
]
"""What the stand-ins record of a run that nothing disturbs."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """`world(*scenarios)` is a rehearsal and the runs against it."""
    with worlds(tmp_path / "screenshots") as start:
        yield start


def statuses(result: Result) -> dict[str, str]:
    return {section.title: section.status for section in result.sections}


def slack(world: World) -> dict[str, Any]:
    """What the Slack stand-in has stored."""
    state: dict[str, Any] = world.client.state()["https://slack.com"]
    return state


def app_names(world: World) -> list[str]:
    return sorted(app["name"] for app in slack(world)["apps"])


def test_it_sets_everything_up_and_a_second_run_has_no_effect(world: Callable[..., World]) -> None:
    here = world()
    first = here.run()
    assert (first.status, first.exit) == ("done", 0), first.reason
    assert app_names(here) == ["W&B alerts"]
    done = here.effects()
    assert done == UNDISTURBED

    again = here.run()
    assert (again.status, again.exit) == ("done", 0), again.reason
    assert here.effects() == done, "the second run changed something"
    book = load(RUNBOOK, vocabulary())
    committing = {section.title for section in book.sections if section.commits}
    told = statuses(again)
    assert {told[title] for title in committing} == {"already done", "skipped"}

    checked = here.run("check")
    assert (checked.status, checked.exit) == ("done", 0), statuses(checked)
    assert here.effects() == done, "the check changed something"

    # the webhook posts: an alert that a run sends reaches the channel
    server = here.rehearsal.site_for(SERVER_A)
    assert server.send_alert("Low accuracy", "Accuracy 0.81 is below 0.9", "WARN")  # type: ignore[attr-defined]
    texts = json.dumps(slack(here)["channels"])
    assert "Triggered: Low accuracy" in texts


def test_it_works_with_system_settings_and_on_an_account_with_other_apps(world: Callable[..., World]) -> None:
    here = world("apps")
    before = app_names(here)
    assert any("W&B alerts" in name and name != "W&B alerts" for name in before)
    result = here.run(admin_pages="settings")
    assert (result.status, result.exit) == ("done", 0), result.reason
    assert app_names(here) == sorted([*before, "W&B alerts"])
    done = here.effects()
    again = here.run(admin_pages="settings")
    assert (again.status, again.exit) == ("done", 0), again.reason
    assert here.effects() == done, "the second run changed something"
    told = statuses(again)
    committing = {section.title for section in load(RUNBOOK, vocabulary()).sections if section.commits}
    assert {told[title] for title in committing} == {"already done", "skipped"}


def test_it_works_again_with_the_other_admin_pages_on_a_fresh_server(world: Callable[..., World]) -> None:
    here = world()
    one = here.run(wandb_url=SERVER_A, admin_pages="console")
    assert (one.status, one.exit) == ("done", 0), one.reason
    settings = json.dumps(here.client.state()[SERVER_A], sort_keys=True)
    other = here.run(wandb_url=SERVER_B, admin_pages="settings")
    assert (other.status, other.exit) == ("done", 0), other.reason
    assert json.dumps(here.client.state()[SERVER_A], sort_keys=True) == settings, "the first server's settings changed"
    assert app_names(here) == ["W&B alerts"], "another app was created"
    for origin in (SERVER_A, SERVER_B):
        assert "hooks.slack.com" in json.dumps(here.client.state()[origin]), f"{origin} is not connected"


def test_check_of_a_fresh_account_changes_nothing(world: Callable[..., World]) -> None:
    here = world()
    checked = here.run("check")
    assert checked.exit == 1
    assert statuses(checked)["Create the Slack app"] == "to do"
    assert here.effects() == []


def test_one_app_serves_two_servers(world: Callable[..., World]) -> None:
    here = world()
    assert here.run(wandb_url=SERVER_A).status == "done"
    settings = json.dumps(here.client.state()[SERVER_A], sort_keys=True)
    second = here.run(wandb_url=SERVER_B)
    assert second.status == "done", second.reason
    assert json.dumps(here.client.state()[SERVER_A], sort_keys=True) == settings, "server A's settings changed"
    apps = slack(here)["apps"]
    assert len(apps) == 1
    assert apps[0]["redirect_urls"] == [SERVER_A, SERVER_B]
    for origin in (SERVER_A, SERVER_B):
        assert "hooks.slack.com" in json.dumps(here.client.state()[origin]), f"{origin} is not connected"


def test_twelve_addresses_stop_at_the_pages_own_limit(world: Callable[..., World]) -> None:
    here = world()
    result = here.run(allowed_ips=[f"203.0.113.{number}" for number in range(1, 13)])
    assert (result.status, result.exit) == ("failed", 1)
    assert result.failure is not None
    assert "10" in " ".join(result.failure.page_says), result.failure.page_says
    assert slack(here)["apps"][0]["allowed_ips"] == []


def test_it_is_no_function_call_between_the_stand_ins(world: Callable[..., World]) -> None:
    """W&B's connection fails when Slack's port is closed: the exchange goes over HTTP."""
    here = world()
    assert here.run().status == "done"
    server = here.rehearsal.site_for(SERVER_A)
    here.rehearsal.stop_site("slack.com")
    assert not server.send_alert("Low accuracy", "It is low", "WARN")  # type: ignore[attr-defined]
    with pytest.raises(httpx.HTTPError), here.http() as client:
        client.get("https://api.slack.com/apps")


def test_the_secret_is_in_no_file_and_in_no_output(tmp_path: Path) -> None:
    """Run as people run it, by the command line; the Client Secret is fixed, to be looked for in every form."""
    secret = "3f9a1c77e0b24d5586aa90cc12de34f7"
    environment = {**os.environ, "RUNWRIGHT_REHEARSAL_SECRET": secret, "https_proxy": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "runwright", "rehearse", "slack-alerts", "--json", "--out", str(tmp_path)]
    done = subprocess.run(command, env=environment, cwd=RUNBOOK.parent.parent, capture_output=True, timeout=300)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output.decode()
    told = json.loads(done.stdout)
    assert told["status"] == "done" and told["rehearsal"] is True
    folder = Path(told["folder"])
    haystacks = {"the output": output} | {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    for form in forms(secret) | {base64.b64encode(secret.encode()).decode()}:
        for name, data in haystacks.items():
            assert form.encode() not in data, f"a form of the secret is in {name}"
            assert form not in name
    painted = [
        area["name"]
        for line in (folder / "events.jsonl").read_text("utf-8").splitlines()
        for picture in json.loads(line).get("pictures", [])
        for area in picture["painted"]
    ]
    assert "client_secret" in painted, "no picture shows where the secret stood"
    assert folder.name.endswith("-rehearsal")
    assert re.fullmatch(r"[0-9a-f]{64}", told["head"])


def test_slack_sdk_exchanges_a_code_and_posts(world: Callable[..., World], tmp_path: Path) -> None:
    """A client that nobody here wrote, through the control address's proxy, under Slack's real names."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError
    from slack_sdk.webhook import WebhookClient

    here = world()
    assert here.run().status == "done"
    app = slack(here)["apps"][0]
    proxy = here.rehearsal.control_url
    trusted = here.rehearsal.client_context()
    web = WebClient(proxy=proxy, ssl=trusted)

    def exchange(code: str, secret: str = app["client_secret"], **more: str) -> Any:
        return web.oauth_v2_access(client_id=app["client_id"], client_secret=secret, code=code, **more)

    code, redirect = _allow(here, app["client_id"])
    for wrong, error in (({"secret": "0" * 32}, "bad_client_secret"), ({"redirect_uri": SERVER_B}, "bad_redirect_uri")):
        with pytest.raises(SlackApiError) as caught:
            exchange(code, **wrong)  # type: ignore[arg-type]
        assert caught.value.response["error"] == error
    granted = exchange(code, redirect_uri=redirect)
    assert granted["ok"] and granted["token_type"] == "bot"
    assert granted["incoming_webhook"]["channel"] == "#alerts"
    with pytest.raises(SlackApiError) as caught:
        exchange(code, redirect_uri=redirect)
    assert caught.value.response["error"] == "invalid_code"

    hook = WebhookClient(granted["incoming_webhook"]["url"], proxy=proxy, ssl=trusted)
    assert hook.send(text="Hello from a client").body == "ok"
    assert hook.send(text="").status_code == 400
    wrong_hook = WebhookClient(granted["incoming_webhook"]["url"] + "x", proxy=proxy, ssl=trusted)
    assert wrong_hook.send(text="Hello").status_code == 404
    assert "Hello from a client" in json.dumps(slack(here)["channels"])


def _allow(here: World, client_id: str) -> tuple[str, str]:
    """Go through the consent page by plain HTTP, as a person who is signed in; the code and the redirect URI."""
    redirect = f"{SERVER_A}/somewhere"
    with here.http() as client:
        client.get("https://api.slack.com/.well-known/runwright-rehearsal")
        query = {"client_id": client_id, "scope": "incoming-webhook", "redirect_uri": redirect, "state": "xyz"}
        page = client.get("https://slack.com/oauth/v2/authorize", params=query, follow_redirects=True)
        assert "requesting permission" in page.text
        form = dict(re.findall(r'<input type="hidden" name="(\w+)"[^>]*? value="([^"]*)"', page.text))
        channel = next(one["id"] for one in slack(here)["channels"] if one["name"] == "alerts")
        answer = client.post(str(page.url).split("?")[0], data={**form, "channel": channel, "decision": "allow"})
        back = httpx.URL(answer.headers["location"])
    assert back.params["state"] == "xyz"
    return back.params["code"], redirect


@pytest.mark.parametrize(("point", "nth"), [("intent", 1), ("sent", 1), ("answered", 3), ("outcome", 6)])
def test_a_killed_run_is_taken_up_and_leaves_what_an_undisturbed_one_leaves(
    world: Callable[..., World], tmp_path: Path, point: str, nth: int
) -> None:
    here = world()
    killed = Path(__file__).parent / "support" / "killed_run.py"
    out = tmp_path / "screenshots"
    words = [str(RUNBOOK), here.rehearsal.control_url, str(out), "SIGKILL", point, str(nth)]
    done = subprocess.run([sys.executable, str(killed), *words], capture_output=True, text=True)
    assert done.returncode == -9, done.stderr

    def taken_up(run: str, *words: str) -> subprocess.CompletedProcess[str]:
        resume = ["run", str(RUNBOOK), "--rehearsal", here.rehearsal.control_url, "--out", str(out), "--resume", run]
        command = [sys.executable, "-m", "runwright", *resume, *words, "--yes", "--json"]
        return subprocess.run(command, capture_output=True, text=True)

    again = taken_up("last")
    if point in ("intent", "sent") and again.returncode == 3:  # no request, or it died with the browser: a person looks
        assert here.effects() == [], "it came to the server, and was not seen"
        assert "--redo 'Create the Slack app'" in again.stderr
        again = taken_up("last", "--redo", "Create the Slack app")
    assert again.returncode == 0, again.stdout[-2000:] + again.stderr
    assert here.effects() == UNDISTURBED, "an effect is missing, or was had twice"
