"""No picture of Slack's pages shows a secret, whether somebody declared it or not; read by OCR."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.responses import RedirectResponse
from support.ocr import all_that_is_seen, readable, shown
from support.site_pages import Quiet

from runwright.engine.browser.observation import Glance
from runwright.engine.run.launcher import execute
from runwright.engine.run.options import Given, Result
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # a hundred pictures are read

RUNBOOK = Path(__file__).parent.parent / "runbooks" / "slack-alerts.yaml"
LOOK = """title: Look at the app
sites:
  slack: { url: https://api.slack.com, also: ["https://slack.com", "https://*.slack.com"] }
sections:
  - title: Look
    open: slack /apps
    steps:
      - click: link "W&B alerts"
        expect: heading "App Credentials"
      - hover: button "Regenerate" near text "Verification Token"
      - click: link "OAuth & Permissions"
        expect: heading "OAuth Tokens"
      - hover: heading "OAuth Tokens"
      - click: link "Incoming Webhooks"
        expect: heading "Incoming Webhooks"
      - hover: button "Copy" in row containing "alerts"
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Rehearsal]:
    with Rehearsal(()) as rehearsal:
        yield rehearsal


@pytest.fixture(scope="module")
def run(served: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Result]:
    def start(path: Path) -> Result:
        plan = make_plan(load(path, vocabulary()), {}, {}, True, "run")
        client = RehearsalClient(served.control_url)
        client.open_sites([(site.stand_in[0], site.url, dict(site.stand_in[1])) for site in plan.sites])
        given = Given(tmp_path_factory.mktemp("screenshots"))
        return execute(plan, given, Quiet(), threading.Event(), client)

    return start


@pytest.fixture(scope="module")
def passed() -> Iterator[dict[str, set[str]]]:
    """The OAuth codes and states that the sites hand each other through the browser: seen where they send it on."""
    seen: dict[str, set[str]] = {"code": set(), "state": set()}
    begin = RedirectResponse.__init__

    def noting(self: RedirectResponse, url: Any, *given: Any, **named: Any) -> None:
        for name, values in parse_qs(urlsplit(str(url)).query).items():
            seen.get(name, set()).update(values)
        begin(self, url, *given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RedirectResponse, "__init__", noting)
        yield seen


@pytest.fixture(scope="module")
def done(run: Callable[[Path], Result], passed: dict[str, set[str]]) -> Result:
    """The whole set-up, after which Slack's pages show tokens and webhook addresses."""
    result = run(RUNBOOK)
    assert result.exit == 0, result.reason
    return result


def secrets(served: Rehearsal) -> dict[str, str]:
    """What the stand-in keeps of the app that nobody may see."""
    state: dict[str, Any] = RehearsalClient(served.control_url).state()["https://slack.com"]
    (app,) = state["apps"]
    return {
        "client secret": app["client_secret"],
        "verification token": app["verification_token"],
        "bot token": app["bot_token"],
        "webhook": state["webhooks"][0]["token"],
    }


def test_no_file_of_the_whole_set_up_holds_a_secret_or_an_oauth_code(
    done: Result, served: Rehearsal, passed: dict[str, set[str]]
) -> None:
    assert passed["code"] and passed["state"], "no code was handed over: the test proves nothing"
    files = [each for each in done.folder.rglob("*") if each.is_file() and each.suffix != ".png"]
    text = b"".join(each.read_bytes() for each in files)
    for name, values in {**passed, **{name: {value} for name, value in secrets(served).items()}}.items():
        for value in values:
            assert value.encode() not in text, f"the {name} stands in a file of the run"
    journal = (done.folder / "events.jsonl").read_text("utf-8")
    assert "/oauth/slack/callback?code=‹secret code›&state=‹secret state›" in journal
    step = next(line for line in journal.splitlines() if '"address":"https://acme.slack.com/oauth?' in line)
    assert "&state=‹secret state›&" in step, "no picture shows the consent page's address"


def test_no_picture_of_the_whole_set_up_shows_a_secret(
    done: Result, served: Rehearsal, passed: dict[str, set[str]]
) -> None:
    known = secrets(served) | {f"{name} {number}": v for name in passed for number, v in enumerate(passed[name])}
    assert len(list(done.folder.glob("*.png"))) > 50
    for where, picture in all_that_is_seen(done.folder):
        for name, value in known.items():
            assert not readable(picture, value), f"the {name} can be read in {where}"


def test_credentials_that_nobody_declared_are_painted_on_slack_s_own_pages(
    done: Result,
    served: Rehearsal,
    run: Callable[[Path], Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "look.yaml"
    path.write_text(LOOK, "utf-8")
    undeclared = {name: value for name, value in secrets(served).items() if name != "client secret"}

    result = run(path)
    assert result.exit == 0, result.reason
    for picture in sorted(result.folder.glob("*.png")):
        for name, value in undeclared.items():
            assert not readable(picture, value), f"the {name} can be read in {picture}"
    text = b"".join(each.read_bytes() for each in result.folder.iterdir() if each.suffix in (".jsonl", ".html", ".xml"))
    for name, value in undeclared.items():
        assert value.encode() not in text, f"the {name} stands in journal or report"

    monkeypatch.setattr("runwright.engine.run.step_screenshots.glance", lambda *asked: Glance())
    bare = run(path)
    seen = {name for picture in bare.folder.glob("*.png") for name, v in undeclared.items() if shown(picture, v)}
    assert seen == set(undeclared), "the pages do not show what is to be painted: the test above proves nothing"
