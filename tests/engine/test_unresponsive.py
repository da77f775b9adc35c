"""A page with an endless script is closed and reported as unresponsive at whatever step; Ctrl-C works before that."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.http_site import served

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


@pytest.mark.parametrize(
    ("page", "fails"),
    [
        (PAGE.format("for (;;) {}", ""), "2  Click button"),
        (PAGE.format(f"setTimeout(() => {ENDLESS}, 1500)", ""), "3  Verify heading"),
        (PAGE.format("", f"<script>{ENDLESS}</script>"), "1  Open shop"),
        (PAGE.format("frames[0].location = '/frame'", "<iframe src='/ads'></iframe>"), "2  Click button"),
    ],
    ids=["at the click", "during a wait", "while it loads", "in a frame"],
)
def test_a_page_with_an_endless_script_is_reported_as_unresponsive(page: str, fails: str, tmp_path: Path) -> None:
    frame = "<!doctype html><script>for (;;) {}</script>"
    with served({"/": page, "/hangs": "", "/ads": "<p>Lamps!", "/frame": frame}) as address:
        output, _ = _run(address, tmp_path).communicate(timeout=100)
    assert f" !    {fails}" in output, output
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
        assert hangs.wait(30), "the page was not clicked"
        run.send_signal(signal.SIGINT)
        output, _ = run.communicate(timeout=20)
    assert run.returncode == 130, output
    step, *ends = _events(tmp_path)[-4:]
    assert (step["event"], step["status"]) == ("step", "stopped"), step
    assert [each["event"] for each in ends] == ["section-ended", "interrupted", "end"]
