"""A page with an endless script is closed and reported as unresponsive at whatever step; Ctrl-C works before that."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.http_site import served
from support.short_limits import respond_within
from support.site_pages import HOME, Played

from runwright.engine.browser import screenshot
from runwright.engine.browser.cdp_sessions import CdpSession

Play = Callable[..., Played]
BOOK = """name: T
sites: {{ shop: {{ url: "{}" }} }}
sections:
  - name: Order a lamp
    open: shop /
    steps:
      - click: button "Order"
      - expect: heading "Thank you"
      - hover: heading "Lamp"
"""
PAGE = '<!doctype html><title>Shop</title><h1>Lamp</h1><button onclick="{}">Order</button>{}'
ENDLESS = "fetch('/hangs').then(() => { for (;;) {} })"


def _run(address: str, folder: Path) -> subprocess.Popen[str]:
    (folder / "order.yaml").write_text(BOOK.format(address), "utf-8")
    command = [sys.executable, "-m", "runwright", "run", "order.yaml", "--yes"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)


def _events(folder: Path) -> list[dict[str, object]]:
    [journal] = folder.glob("screenshots/order/*/events.jsonl")
    return [json.loads(line) for line in journal.read_text("utf-8").splitlines()]


PAGES = {
    "at the click": (PAGE.format("for (;;) {}", ""), 2, "Click button"),
    "during a wait": (PAGE.format(f"setTimeout(() => {ENDLESS}, 1500)", ""), 3, "Verify heading"),
    "while it loads": (PAGE.format("", f"<script>{ENDLESS}</script>"), 1, "Open shop"),
    "in a frame": (PAGE.format("frames[0].location = '/frame'", "<iframe src='/ads'></iframe>"), 2, "Click button"),
}
"""Where the endless script runs: the page, and the number and name of the step that fails."""
OTHERS = {"/hangs": "", "/ads": "<p>Lamps!", "/frame": "<!doctype html><script>for (;;) {}</script>"}


@pytest.mark.quick(1)
@pytest.mark.parametrize("where", PAGES)
def test_a_page_with_an_endless_script_is_reported_as_unresponsive(
    play: Play, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    page, number, name = PAGES[where]
    respond_within(monkeypatch, 6.0)
    played = play({"/": page, **OTHERS}, BOOK.format(HOME).replace(" }", ", simulator: site }", 1))
    failed = played.events("step")[-1]
    assert (failed["step"], failed["status"]) == (number, "failed") and failed["name"].startswith(name), failed
    assert "The page did not respond for 6 seconds; a script on it may never end." in played.message
    assert [each["address"] for each in played.events("unresponsive")] == [f"{HOME}/"]
    end = played.events()[-1]
    assert (end["event"], end["status"]) == ("end", "failed")


def test_a_page_that_answers_and_is_not_captured_fails_the_step(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """The screenshot of the failure is left out as well, and the folder is closed."""
    real, asked = CdpSession.send, []

    def never(session: CdpSession, method: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        if method != "Page.captureScreenshot":
            return real(session, method, values)
        asked.append(values)
        return real(session, "Runtime.evaluate", {"expression": "new Promise(() => {})", "awaitPromise": True})

    monkeypatch.setattr(CdpSession, "send", never)
    monkeypatch.setattr(screenshot, "CAPTURE_ANSWERED", 1.0)
    played = play({"/": PAGE.format("", "")}, BOOK.format(HOME).replace(" }", ", simulator: site }", 1))
    [failed] = played.events("step")
    assert (failed["status"], failed["screenshots"]) == ("failed", []), failed
    assert "The browser has not captured the page within 1 seconds." in played.message
    assert len(asked) == 2
    assert played.events()[-1]["event"] == "end"


@pytest.mark.slow
def test_the_command_line_reports_an_unresponsive_page_after_35_seconds(tmp_path: Path) -> None:
    page, number, name = PAGES["in a frame"]
    with served({"/": page, **OTHERS}) as address:
        output, _ = _run(address, tmp_path).communicate(timeout=100)
    assert f" !    {number}  {name}" in output, output
    assert "The page did not respond for 35 seconds; a script on it may never end." in output, output
    events = _events(tmp_path)
    assert [each["address"] for each in events if each["event"] == "unresponsive"] == [f"{address}/"]
    assert events[-1]["event"] == "end" and events[-1]["status"] == "failed"


def test_ctrl_c_ends_a_run_with_an_unresponsive_page(tmp_path: Path) -> None:
    hangs = threading.Event()

    def signal_hang() -> str:
        hangs.set()
        return ""

    with served({"/": PAGE.format("fetch('/hangs'); for (;;) {}", ""), "/hangs": signal_hang}) as address:
        run = _run(address, tmp_path)
        assert hangs.wait(100), "the page was not clicked"
        run.send_signal(signal.SIGINT)
        output, _ = run.communicate(timeout=100)
    assert run.returncode == 130, output
    step, *ends = _events(tmp_path)[-4:]
    assert (step["event"], step["status"]) == ("step", "stopped"), step
    assert [each["event"] for each in ends] == ["section-ended", "interrupted", "end"]
