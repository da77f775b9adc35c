"""A change is made once at a busy site: with connections opened ahead, polling, a WebSocket, and late answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Browser
from support.busy_site import busy_site
from support.http_site import listening
from support.short_limits import settle_within, shorten

import runwright
from runwright.engine.browser.launch import launch
from runwright.evidence.statuses import FailureClass

BOOK = """name: Create
sites: {{ busy: {{ url: "{url}" }} }}
sections:
  - name: Create it
    open: busy /{how}
    ready: text "{ready}"
    done_when: text "nothing shows it"
    steps:
      - click: button "Create"
        changes: true
"""


@contextmanager
def trusting(browser: Browser) -> Iterator[Browser]:
    """A browser that accepts every certificate, of the driver that has started another one."""
    playwright = cast(Any, SimpleNamespace(chromium=browser.browser_type))
    own = launch(playwright, arguments=["--ignore-certificate-errors"])
    try:
        yield own
    finally:
        own.close()


@pytest.mark.slow
@pytest.mark.parametrize(("protocol", "version"), [("http/1.1", "1.1"), ("h2", "2.0")], ids=["http1", "http2"])
def test_a_change_is_sent_once_beside_polling_a_websocket_and_connections_opened_ahead(
    protocol: str,
    version: str,
    tmp_path: Path,
    shared_browser: Callable[[], Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shorten(monkeypatch, 2.0)
    settle_within(monkeypatch, 0.3)
    sent = []
    with busy_site(tmp_path, protocol) as site, trusting(shared_browser()) as browser:
        for how in ("form", "fetch", "keepalive", "beacon"):
            path = tmp_path / f"{how}.yaml"
            path.write_text(BOOK.format(url=site.url, how=how, ready="Connected"), "utf-8")
            result = runwright.run(path, options=runwright.RunOptions(tmp_path / "out", browser=browser))
            sent.append(f"/make-{how}")
            log = site.log()
            assert log["posts"] == sent, f"{how}: sent again, or not at all"
            assert result.exit != 0
            if how != "beacon":  # the browser says nothing of what became of it
                assert result.failure_class is FailureClass.OUTCOME_UNKNOWN, result.reason
                assert "it is never sent twice" in str(result.reason)
        assert log["protocols"] == [version] * 4
        assert cast(int, log["polls"]) > 4 and cast(int, log["sockets"]) >= 4, "nothing was beside the changes"


def test_an_answer_that_comes_after_the_limit_leaves_the_outcome_unknown_and_nothing_is_sent_again(
    tmp_path: Path, shared_browser: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes when the run has waited for its limit, which is 30 seconds without the setting of this test."""
    shorten(monkeypatch, 1.0)
    asked: list[str] = []
    over = threading.Event()

    class Late(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("<h1>Ready</h1><form method=post action=/make><button>Create</button></form>")

        def do_POST(self) -> None:
            asked.append(self.path)
            over.wait(60)
            self._answer("<h1>Created</h1>")

        def _answer(self, text: str) -> None:
            body = f"<!doctype html><title>Late</title>{text}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            return

    with listening(Late) as port:
        path = tmp_path / "late.yaml"
        path.write_text(BOOK.format(url=f"http://127.0.0.1:{port}", how="", ready="Ready"), "utf-8")
        options = runwright.RunOptions(tmp_path / "out", browser=shared_browser())
        result = runwright.run(path, options=options)
        over.set()
        assert (result.exit, result.failure_class) == (3, FailureClass.OUTCOME_UNKNOWN), result.reason
        again = runwright.run(path, options=replace(options, resume="last"))
        assert (again.exit, again.failure_class) == (3, FailureClass.OUTCOME_UNKNOWN), again.reason
    assert asked == ["/make"]
