"""The runbook does not depend on accessible names that the real pages are not known to have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from support.alert_rehearsal import AlertRehearsal, alert_rehearsals

import runwright.rehearsal
from runwright.rehearsal.slack import SlackSimulator
from runwright.rehearsal.wandb import WandbSimulator

pytestmark = pytest.mark.slow

CONFIRMED = ("Select a team", "Select Scopes")
"""The values of aria-label that scripts for the real pages have found there."""
NAMES = re.compile(rb"""\saria-label(?:ledby)?=("[^"]*"|'[^']*')""")
stripped: list[bytes] = []
seen: set[str] = set()
"""The confirmed names that occurred in pages."""


class Unnamed:
    """Removes aria-label and aria-labelledby from every page and script, except for the names in `keep`."""

    keep = CONFIRMED

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def rewritten(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            body = NAMES.sub(self._without, body)
            headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, rewritten)

    def _without(self, found: re.Match[bytes]) -> bytes:
        name = found[1].strip(b"\"'").decode()
        if name in CONFIRMED:
            seen.add(name)
        if name in self.keep:
            return found[0]
        stripped.append(found[0])
        return b""


class UnnamedSlack(SlackSimulator):
    def app(self) -> Any:
        return Unnamed(super().app())


class UnnamedWandb(WandbSimulator):
    def app(self) -> Any:
        return Unnamed(super().app())


@pytest.fixture
def rehearsal(tmp_path: Path, shared_browser: Callable[[], Browser]) -> Iterator[AlertRehearsal]:
    """A rehearsal whose pages have no names by aria-label, except for those in `Unnamed.keep`."""
    with alert_rehearsals(tmp_path / "screenshots", shared_browser) as start:
        yield start(kinds={"slack": UnnamedSlack, "wandb": UnnamedWandb})


@pytest.mark.parametrize("admin_pages", ["console", "settings"])
def test_the_runbook_runs_without_unconfirmed_names(rehearsal: AlertRehearsal, admin_pages: str) -> None:
    stripped.clear()
    seen.clear()
    result = rehearsal.run(admin_pages=admin_pages)
    assert (result.exit, result.status) == (0, "changed"), result.reason
    assert stripped, "nothing was removed"
    assert seen == {*CONFIRMED}, "the simulators lack a name that the real pages have"


def test_the_runbook_runs_without_the_confirmed_names_too(
    rehearsal: AlertRehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Unnamed, "keep", ())
    result = rehearsal.run()
    assert (result.exit, result.status) == (0, "changed"), result.reason
    assert seen == {*CONFIRMED}


def test_scripts_set_no_names() -> None:
    scripts = list(Path(runwright.rehearsal.__file__).parent.rglob("*.js"))
    assert scripts
    naming = [path.name for path in scripts if re.search("aria-label|ariaLabel", path.read_text("utf-8"))]
    assert naming == []
