"""A page whose process dies is reported as crashed, whatever the run was doing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
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
        timeout: 60s
        continue_on_error: true
      - hover: heading "Lamp"
"""


def _below(process: int) -> Iterator[int]:
    """The descendants of a process."""
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in map(int, (task / "children").read_text("utf-8").split()):
            yield child
            yield from _below(child)


@pytest.mark.quick(1)
@pytest.mark.parametrize(
    ("then", "steps"),
    [
        ("fetch('/crash')", [(2, "Click")]),
        ("setTimeout(() => fetch('/crash'), 1500)", [(3, "Verify"), (4, "Hover")]),
    ],
    ids=["while it settles", "while something is waited for"],
)
def test_a_crashed_page_is_reported(then: str, steps: list[tuple[int, str]], tmp_path: Path) -> None:
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
        output, _ = running[0].communicate(timeout=200)
    assert running[0].returncode == 1, output
    for number, words in steps:
        assert f" !    {number}  {words}" in output, output
    assert output.count("The page crashed: the browser ended it.") >= 1 and "Page." not in output, output
    (journal,) = tmp_path.glob("screenshots/order/*/events.jsonl")
    assert json.loads(journal.read_text("utf-8").splitlines()[-1])["failure_class"] == "environment"
