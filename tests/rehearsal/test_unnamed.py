"""Names that the real pages are not known to give: without them the runbook runs all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from support.alert_rehearsal import World, worlds

import runwright.rehearsal
from runwright.rehearsal.slack import SlackStandIn
from runwright.rehearsal.wandb import WandbStandIn

pytestmark = pytest.mark.slow

CONFIRMED = ("Select a team", "Select Scopes")
"""The values of aria-label that scripts written for the real pages have found there."""
NAMES = re.compile(rb"""\saria-label(?:ledby)?=("[^"]*"|'[^']*')""")
stripped: list[bytes] = []
met: set[str] = set()
"""The confirmed names that pages gave."""


class Unnamed:
    """Takes aria-label and aria-labelledby out of every page and script, but for names that are to be kept."""

    keeps = CONFIRMED

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
            met.add(name)
        if name in self.keeps:
            return found[0]
        stripped.append(found[0])
        return b""


class UnnamedSlack(SlackStandIn):
    def app(self) -> Any:
        return Unnamed(super().app())


class UnnamedWandb(WandbStandIn):
    def app(self) -> Any:
        return Unnamed(super().app())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A rehearsal whose pages give no name by aria-label but those that `Unnamed` keeps."""
    with worlds(tmp_path / "screenshots") as start:
        yield start(kinds={"slack": UnnamedSlack, "wandb": UnnamedWandb})


@pytest.mark.parametrize("admin_pages", ["console", "settings"])
def test_the_runbook_runs_without_names_that_are_not_known(world: World, admin_pages: str) -> None:
    stripped.clear()
    met.clear()
    result = world.run(admin_pages=admin_pages)
    assert (result.exit, result.status) == (0, "done"), result.reason
    assert stripped, "nothing was taken out"
    assert met == {*CONFIRMED}, "a name that the real pages give is not on ours"


def test_the_runbook_runs_without_the_known_names_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Unnamed, "keeps", ())
    result = world.run()
    assert (result.exit, result.status) == (0, "done"), result.reason
    assert met == {*CONFIRMED}


def test_scripts_give_no_names_either() -> None:
    scripts = list(Path(runwright.rehearsal.__file__).parent.rglob("*.js"))
    assert scripts
    naming = [path.name for path in scripts if re.search("aria-label|ariaLabel", path.read_text("utf-8"))]
    assert naming == []
