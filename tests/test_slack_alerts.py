"""The main task: the slack-alerts runbook, unchanged, against the simulators."""

from __future__ import annotations

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
from playwright.sync_api import Browser
from support.alert_rehearsal import RUNBOOK, SERVER, AlertRehearsal, alert_rehearsals
from support.secret_writings import WRITINGS

from runwright.engine.run.options import RunResult
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

pytestmark = pytest.mark.slow

SERVER_A, SERVER_B = SERVER, "https://wandb-b.acme.example"
UNINTERRUPTED = [
    *("create-app", "add-scope", "save-redirect-urls", "save-ip-ranges", "save-slack"),
    *("install-app", "exchange-code", "connect-slack", "switch-alert", "switch-alert", "switch-alert"),
]
"""The effects that the simulators record for an uninterrupted run."""


@pytest.fixture
def rehearse(tmp_path: Path, shared_browser: Callable[[], Browser]) -> Iterator[Callable[..., AlertRehearsal]]:
    """`rehearse(*scenarios)` starts a rehearsal for runs."""
    with alert_rehearsals(tmp_path / "screenshots", shared_browser) as start:
        yield start


def statuses(result: RunResult) -> dict[str, str]:
    return {section.name: section.status for section in result.sections}


def slack(rehearsal: AlertRehearsal) -> dict[str, Any]:
    """The state of the Slack simulator."""
    state: dict[str, Any] = rehearsal.client.state()["https://slack.com"]
    return state


def app_names(rehearsal: AlertRehearsal) -> list[str]:
    return sorted(app["name"] for app in slack(rehearsal)["apps"])


def test_a_run_sets_everything_up_and_a_second_run_changes_nothing(rehearse: Callable[..., AlertRehearsal]) -> None:
    here = rehearse()
    first = here.run()
    assert (first.status, first.exit) == ("changed", 0), first.reason
    assert app_names(here) == ["W&B alerts"]
    effects = here.effects()
    assert effects == UNINTERRUPTED

    again = here.run()
    assert (again.status, again.exit) == ("unchanged", 0), again.reason
    assert here.effects() == effects, "the second run changed something"
    book = load(RUNBOOK, vocabulary())
    changing = {section.name for section in book.sections if section.changes}
    status = statuses(again)
    assert {status[name] for name in changing} == {"unchanged", "skipped"}

    checked = here.run("check")
    assert (checked.status, checked.exit) == ("in sync", 0), statuses(checked)
    assert here.effects() == effects, "the check changed something"

    # the webhook works: an alert reaches the channel
    server = here.rehearsal.site_for(SERVER_A)
    assert server.send_alert("Low accuracy", "Accuracy 0.81 is below 0.9", "WARN")  # type: ignore[attr-defined]
    texts = json.dumps(slack(here)["channels"])
    assert "Triggered: Low accuracy" in texts


def test_it_works_with_system_settings_and_an_account_with_other_apps(rehearse: Callable[..., AlertRehearsal]) -> None:
    here = rehearse("apps")
    before = app_names(here)
    assert any("W&B alerts" in name and name != "W&B alerts" for name in before)
    result = here.run(admin_pages="settings")
    assert (result.status, result.exit) == ("changed", 0), result.reason
    assert app_names(here) == sorted([*before, "W&B alerts"])
    effects = here.effects()
    again = here.run(admin_pages="settings")
    assert (again.status, again.exit) == ("unchanged", 0), again.reason
    assert here.effects() == effects, "the second run changed something"
    status = statuses(again)
    changing = {section.name for section in load(RUNBOOK, vocabulary()).sections if section.changes}
    assert {status[name] for name in changing} == {"unchanged", "skipped"}


def test_it_works_on_a_second_server_with_the_other_admin_pages(rehearse: Callable[..., AlertRehearsal]) -> None:
    here = rehearse()
    one = here.run(wandb_url=SERVER_A, admin_pages="console")
    assert (one.status, one.exit) == ("changed", 0), one.reason
    settings = json.dumps(here.client.state()[SERVER_A], sort_keys=True)
    other = here.run(wandb_url=SERVER_B, admin_pages="settings")
    assert (other.status, other.exit) == ("changed", 0), other.reason
    assert json.dumps(here.client.state()[SERVER_A], sort_keys=True) == settings, "the first server's settings changed"
    assert app_names(here) == ["W&B alerts"], "another app was created"
    for origin in (SERVER_A, SERVER_B):
        assert "hooks.slack.com" in json.dumps(here.client.state()[origin]), f"{origin} is not connected"


def test_check_of_a_new_account_changes_nothing(rehearse: Callable[..., AlertRehearsal]) -> None:
    here = rehearse()
    checked = here.run("check")
    assert checked.exit == 1
    assert statuses(checked)["Create the Slack app"] == "drift"
    assert here.effects() == []


def test_one_app_serves_two_servers(rehearse: Callable[..., AlertRehearsal]) -> None:
    here = rehearse()
    assert here.run(wandb_url=SERVER_A).status.good
    settings = json.dumps(here.client.state()[SERVER_A], sort_keys=True)
    second = here.run(wandb_url=SERVER_B)
    assert second.status.good, second.reason
    assert json.dumps(here.client.state()[SERVER_A], sort_keys=True) == settings, "server A's settings changed"
    apps = slack(here)["apps"]
    assert len(apps) == 1
    assert apps[0]["redirect_urls"] == [SERVER_A, SERVER_B]
    for origin in (SERVER_A, SERVER_B):
        assert "hooks.slack.com" in json.dumps(here.client.state()[origin]), f"{origin} is not connected"


def test_twelve_addresses_fail_at_the_limit_of_the_page(rehearse: Callable[..., AlertRehearsal]) -> None:
    here = rehearse()
    result = here.run(allowed_ips=[f"203.0.113.{number}" for number in range(1, 13)])
    assert (result.status, result.exit) == ("failed", 1)
    assert result.failure is not None
    assert "10" in " ".join(result.failure.page_messages), result.failure.page_messages
    assert slack(here)["apps"][0]["allowed_ips"] == []


def test_simulators_reach_each_other_only_over_http(rehearse: Callable[..., AlertRehearsal]) -> None:
    """An alert from W&B fails once the ports of Slack are closed."""
    here = rehearse()
    assert here.run().status.good
    server = here.rehearsal.site_for(SERVER_A)
    here.rehearsal.stop_site("slack.com")
    assert not server.send_alert("Low accuracy", "It is low", "WARN")  # type: ignore[attr-defined]
    with pytest.raises(httpx.HTTPError), here.http() as client:
        client.get("https://api.slack.com/apps")


def test_the_secret_is_in_no_file_and_no_output(tmp_path: Path) -> None:
    """Run on the command line, with a fixed Client Secret, which is then searched for in every form."""
    secret = "3f9a1c77e0b24d5586aa90cc12de34f7"
    environment = {**os.environ, "RUNWRIGHT_REHEARSAL_SECRET": secret, "https_proxy": "http://127.0.0.1:9"}
    command = [sys.executable, "-m", "runwright", "rehearse", "slack-alerts", "--json", "--out", str(tmp_path)]
    done = subprocess.run(command, env=environment, cwd=RUNBOOK.parent.parent, capture_output=True, timeout=300)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output.decode()
    result = json.loads(done.stdout)
    assert result["status"] == "changed" and result["rehearsal"] is True
    folder = Path(result["folder"])
    haystacks = {"the output": output} | {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    for form in {write(secret) for write in WRITINGS.values()}:
        for name, data in haystacks.items():
            assert form.encode() not in data, f"a form of the secret is in {name}"
            assert form not in name
    redacted = [
        area["name"]
        for line in (folder / "events.jsonl").read_text("utf-8").splitlines()
        for screenshot in json.loads(line).get("screenshots", [])
        for area in screenshot["redacted"]
    ]
    assert "client_secret" in redacted, "no screenshot shows the redacted secret"
    assert folder.name.endswith("-rehearsal")
    assert re.fullmatch(r"[0-9a-f]{64}", result["digest"])


def test_slack_sdk_exchanges_a_code_and_posts(rehearse: Callable[..., AlertRehearsal], tmp_path: Path) -> None:
    """A third-party client, through the proxy of the control address, under Slack's real names."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError
    from slack_sdk.webhook import WebhookClient

    here = rehearse()
    assert here.run().status.good
    app = slack(here)["apps"][0]
    proxy = here.rehearsal.control_url
    trusted = here.rehearsal.client_context()
    web = WebClient(proxy=proxy, ssl=trusted)

    def exchange(code: str, secret: str = app["client_secret"], **more: str) -> Any:
        return web.oauth_v2_access(client_id=app["client_id"], client_secret=secret, code=code, **more)

    code, redirect = _allow(here, app["client_id"])
    for change, error in (
        ({"secret": "0" * 32}, "bad_client_secret"),
        ({"redirect_uri": SERVER_B}, "bad_redirect_uri"),
    ):
        with pytest.raises(SlackApiError) as caught:
            exchange(code, **change)  # type: ignore[arg-type]
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


def _allow(here: AlertRehearsal, client_id: str) -> tuple[str, str]:
    """Submit the consent page over HTTP as the signed-in person. Returns the code and the redirect URI."""
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
def test_a_killed_and_resumed_run_has_the_effects_of_an_uninterrupted_one(
    rehearse: Callable[..., AlertRehearsal], tmp_path: Path, point: str, nth: int
) -> None:
    here = rehearse()
    script = Path(__file__).parent / "support" / "killed_run.py"
    out = tmp_path / "screenshots"
    arguments = [str(RUNBOOK), here.rehearsal.control_url, str(out), "SIGKILL", point, str(nth)]
    done = subprocess.run([sys.executable, str(script), *arguments], capture_output=True, text=True)
    assert done.returncode == -9, done.stderr

    def resumed(run: str, *more: str) -> subprocess.CompletedProcess[str]:
        resume = [
            "rehearse",
            str(RUNBOOK),
            "--simulator",
            here.rehearsal.control_url,
            "--out",
            str(out),
            "--resume",
            run,
        ]
        command = [sys.executable, "-m", "runwright", *resume, *more, "--json"]
        return subprocess.run(command, capture_output=True, text=True)

    again = resumed("last")
    # the request was not sent, or died with the browser: a person must check
    if point in ("intent", "sent") and again.returncode == 3:
        assert here.effects() == [], "the request reached the server, but the run did not see that"
        assert "--settled not-made" in again.stderr
        again = resumed("last", "--settled", "not-made")
    assert again.returncode == 0, again.stdout[-2000:] + again.stderr
    assert here.effects() == UNINTERRUPTED, "an effect is missing or repeated"
