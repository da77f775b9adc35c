"""No screenshot of Slack's pages shows a secret, declared or undeclared. OCR reads the screenshots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.responses import RedirectResponse
from support.ocr import all_images, readable, shown
from support.site_pages import Quiet

from runwright.engine.browser.observation import Observation
from runwright.engine.run.launcher import execute
from runwright.engine.run.options import RunOptions, RunResult, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # OCR reads a hundred screenshots

RUNBOOK = Path(__file__).parent.parent / "runbooks" / "slack-alerts.yaml"
CREDENTIAL_PAGES = """name: Open the pages with credentials
sites:
  slack: { url: https://api.slack.com, also: ["https://slack.com", "https://*.slack.com"] }
sections:
  - name: Open the pages
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
def run(served: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], RunResult]:
    def start(path: Path) -> RunResult:
        plan = make_plan(load(path, vocabulary()), {}, {}, True, "run")
        client = RehearsalClient(served.control_url)
        client.open_sites([(site.simulator[0], site.url, dict(site.simulator[1])) for site in plan.sites])
        options = RunOptions(tmp_path_factory.mktemp("screenshots"))
        return execute(RunSetup(plan, options, Quiet(), client))

    return start


@pytest.fixture(scope="module")
def redirected() -> Iterator[dict[str, set[str]]]:
    """The OAuth codes and states that the sites pass through the browser, recorded from their redirects."""
    found: dict[str, set[str]] = {"code": set(), "state": set()}
    original = RedirectResponse.__init__

    def recording(self: RedirectResponse, url: Any, *args: Any, **kwargs: Any) -> None:
        for name, values in parse_qs(urlsplit(str(url)).query).items():
            found.get(name, set()).update(values)
        original(self, url, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RedirectResponse, "__init__", recording)
        yield found


@pytest.fixture(scope="module")
def finished(run: Callable[[Path], RunResult], redirected: dict[str, set[str]]) -> RunResult:
    """The complete setup, after which Slack's pages show tokens and webhook addresses."""
    result = run(RUNBOOK)
    assert result.exit == 0, result.reason
    return result


def secrets(served: Rehearsal) -> dict[str, str]:
    """The secrets of the app in the state of the simulator."""
    state: dict[str, Any] = RehearsalClient(served.control_url).state()["https://slack.com"]
    (app,) = state["apps"]
    return {
        "client secret": app["client_secret"],
        "verification token": app["verification_token"],
        "bot token": app["bot_token"],
        "webhook": state["webhooks"][0]["token"],
    }


def test_no_file_of_the_complete_setup_contains_a_secret_or_an_oauth_code(
    finished: RunResult, served: Rehearsal, redirected: dict[str, set[str]]
) -> None:
    assert redirected["code"] and redirected["state"], "no redirect carried a code: the test proves nothing"
    files = [each for each in finished.folder.rglob("*") if each.is_file() and each.suffix != ".png"]
    text = b"".join(each.read_bytes() for each in files)
    for name, values in {**redirected, **{name: {value} for name, value in secrets(served).items()}}.items():
        for value in values:
            assert value.encode() not in text, f"the {name} is in a file of the run"
    journal = (finished.folder / "events.jsonl").read_text("utf-8")
    assert "/oauth/slack/callback?code=‹secret code›&state=‹secret state›" in journal
    step = next(line for line in journal.splitlines() if '"address":"https://acme.slack.com/oauth?' in line)
    assert "&state=‹secret state›&" in step, "no step has the address of the consent page"


def test_no_screenshot_of_the_complete_setup_shows_a_secret(
    finished: RunResult, served: Rehearsal, redirected: dict[str, set[str]]
) -> None:
    known = secrets(served) | {
        f"{name} {number}": v for name in redirected for number, v in enumerate(redirected[name])
    }
    assert len(list(finished.folder.glob("*.png"))) > 50
    for place, screenshot in all_images(finished.folder):
        for name, value in known.items():
            assert not readable(screenshot, value), f"the {name} can be read in {place}"


def test_undeclared_credentials_are_redacted_on_slacks_own_pages(
    finished: RunResult,
    served: Rehearsal,
    run: Callable[[Path], RunResult],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "credentials.yaml"
    path.write_text(CREDENTIAL_PAGES, "utf-8")
    undeclared = {name: value for name, value in secrets(served).items() if name != "client secret"}

    result = run(path)
    assert result.exit == 0, result.reason
    for screenshot in sorted(result.folder.glob("*.png")):
        for name, value in undeclared.items():
            assert not readable(screenshot, value), f"the {name} can be read in {screenshot}"
    text = b"".join(each.read_bytes() for each in result.folder.iterdir() if each.suffix in (".jsonl", ".html", ".xml"))
    for name, value in undeclared.items():
        assert value.encode() not in text, f"the {name} is in the journal or a report"

    monkeypatch.setattr("runwright.engine.run.step_screenshots.observe", lambda *_args: Observation())
    unredacted = run(path)
    visible = {
        name for screenshot in unredacted.folder.glob("*.png") for name, v in undeclared.items() if shown(screenshot, v)
    }
    assert visible == set(undeclared), "the pages do not show the credentials: the test above proves nothing"
