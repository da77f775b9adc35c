"""A change whose request fails: the run stops for a person, and the request is sent once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.alert_rehearsal import AlertRehearsal, alert_rehearsals
from support.failing_disk import Failing
from support.site_pages import Played, Site

from runwright.rehearsal.network_faults import FAULTS
from runwright.rehearsal.registry import SHIPPED

CHECK = "Check on the page whether the change was made: it is never sent twice."
ANSWERS = {
    "errors-500": "was answered with status 500.",
    "errors-429": "was answered with status 429.",
    "errors-reset": "got no complete answer.",
    "answers-lost": "got no complete answer.",
}
"""What the message states for each network fault."""

BY_FORM = "<form method=post action=/add><button>Add</button></form>"
BY_SCRIPT = """<button>Add</button><script>
document.querySelector("button").onclick = async () => {
  try {
    const answer = await fetch("/add", { method: "POST" });
    if (answer.ok) location.reload();
  } catch {}
};
</script>"""

ADD = """
sections:
  - name: Add the lamp
    open: shop /
    ready: heading "Things"
    done_when: link "Lamp"
    steps:
      - click: button "Add"
        changes: true
        idempotent: true
        expect: link "Lamp"
        timeout: 1s
"""


def things(button: str) -> Site:
    """A page that adds a lamp on every request."""

    def page(request: Request, site: Site) -> Response:
        items = "<a href=#>Lamp</a>" * site.kept.get("lamps", 0)
        return HTMLResponse(f"<!doctype html><title>Things</title><h1>Things</h1>{items}{button}")

    def add(request: Request, site: Site) -> Response:
        site.effect("add")
        site.kept["lamps"] = site.kept.get("lamps", 0) + 1
        return RedirectResponse("/", 303)

    return Site({"/": page, "/add": add})


def test_a_truncated_answer_is_a_failed_request(play: Callable[..., Played]) -> None:
    site = things(BY_SCRIPT.replace("if (answer.ok)", "await answer.text();"))
    half = Response("Add", headers={"content-length": "1000"})
    site.pages = {**site.pages, "/add": lambda request, site: half}
    played = play(site, ADD)
    assert (played.result.status, played.result.exit) == ("stopped", 3), played.message
    assert played.message == f"The request POST https://shop.example/add got no complete answer. {CHECK}"
    assert site.count("POST", "/add") == 1


def test_every_network_fault_is_tested() -> None:
    assert set(ANSWERS) == set(FAULTS)


@pytest.mark.quick(2)
@pytest.mark.parametrize("button", [BY_FORM, BY_SCRIPT], ids=["form", "script"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_change_whose_request_fails_is_sent_once_and_stops_for_a_person(
    play: Callable[..., Played], fault: str, button: str
) -> None:
    failing = Failing(fault, "POST", "/add")
    site = things(button)
    site.before = failing.before
    played = play(site, ADD)
    assert (played.result.status, played.result.exit) == ("stopped", 3), played.message
    assert played.message == f"The request POST https://shop.example/add {ANSWERS[fault]} {CHECK}"
    assert failing.sent == ["/add"]
    assert site.kept.get("lamps", 0) == (1 if fault == "answers-lost" else 0)


REAL = (
    ("slack", "/api/developer.apps.create", "create-app", "Create the Slack app"),
    ("slack", "/apps/[^/]+/oauth", "save-redirect-urls", "Register the redirect URL"),
    ("wandb", "/console/settings/notifications", "save-slack", "Register the app in the System Console"),
)
"""Changes of slack-alerts: the simulator, the path, the recorded effect, the section."""


@pytest.fixture
def rehearse(tmp_path: Path, shared_browser: Callable[[], Browser]) -> Iterator[Callable[..., AlertRehearsal]]:
    with alert_rehearsals(tmp_path / "screenshots", shared_browser) as start:
        yield start


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "path", "effect", "title"), REAL, ids=[effect for _, _, effect, _ in REAL])
def test_a_change_of_slack_alerts_whose_answer_is_lost_is_made_once(
    rehearse: Callable[..., AlertRehearsal], kind: str, path: str, effect: str, title: str
) -> None:
    failing = Failing("answers-lost", "POST", path)
    here = rehearse(kinds={**SHIPPED, kind: failing.kind(SHIPPED[kind])})
    stopped = here.run(allowed_ips=[])
    assert (stopped.exit, stopped.status) == (3, "stopped"), stopped.reason
    assert str(stopped.reason).startswith("The request POST https://") and str(stopped.reason).endswith(CHECK)
    assert (stopped.sections[-1].name, len(failing.sent)) == (title, 1)
    assert here.effects().count(effect) == 1, "the change was not made once"
    if effect == "create-app":  # a whole run for one of them
        again = here.run(allowed_ips=[])
        assert (again.exit, again.sections[0].status) == (0, "unchanged"), again.reason
        assert here.effects().count(effect) == len(failing.sent) == 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["errors-500", "errors-429", "errors-reset"])
def test_the_app_is_not_created_if_its_request_fails(rehearse: Callable[..., AlertRehearsal], fault: str) -> None:
    failing = Failing(fault, "POST", "/api/developer.apps.create")
    here = rehearse(kinds={**SHIPPED, "slack": failing.kind(SHIPPED["slack"])})
    stopped = here.run(allowed_ips=[])
    assert (stopped.exit, stopped.status) == (3, "stopped"), stopped.reason
    address = "https://api.slack.com/api/developer.apps.create"
    assert stopped.reason == f"The request POST {address} {ANSWERS[fault]} {CHECK}"
    assert len(failing.sent) == 1 and here.effects() == []
