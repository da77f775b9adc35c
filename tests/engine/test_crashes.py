"""A page whose process ends is said to have crashed, whatever was asked of it meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.http_site import served

BOOK = """title: T
sites: {{ shop: {{ url: "{}" }} }}
sections:
  - title: Order a lamp
    open: shop /
    steps:
      - click: button "Order"
      - expect: heading "Thank you"
        timeout: 60s
        go_on: true
      - hover: heading "Lamp"
"""


def _below(process: int) -> Iterator[int]:
    """The processes that a process started, and those that these started."""
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in map(int, (task / "children").read_text("utf-8").split()):
            yield child
            yield from _below(child)


@pytest.mark.parametrize(
    ("then", "steps"),
    [
        ("fetch('/crash')", [(2, "Click")]),
        ("setTimeout(() => fetch('/crash'), 1500)", [(3, "See"), (4, "Point")]),
    ],
    ids=["while it settles", "while something is waited for"],
)
def test_a_page_that_crashes_is_said_to(then: str, steps: list[tuple[int, str]], tmp_path: Path) -> None:
    running: list[subprocess.Popen[str]] = []

    def crash() -> str:
        for process in list(_below(running[0].pid)):
            if b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes():
                os.kill(process, signal.SIGKILL)
        return ""

    page = f'<!doctype html><title>Shop</title><h1>Lamp</h1><button onclick="{then}">Order</button>'
    with served({"/": page, "/crash": crash}) as address:
        (tmp_path / "order.yaml").write_text(BOOK.format(address), "utf-8")
        command = [sys.executable, "-m", "runwright", "run", "order.yaml", "--yes"]
        running.append(subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True))
        told, _ = running[0].communicate(timeout=50)
    assert running[0].returncode == 1, told
    for number, words in steps:
        assert f" !    {number}  {words}" in told, told
    assert told.count("The page crashed: the browser ended it.") >= 1 and "Page." not in told, told
