"""Ctrl-C: the first one asks the run to end properly, the second ends it at once; at a question it ends the waiting."""

from __future__ import annotations

import select
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TextIO


@contextmanager
def interrupts() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C and by SIGTERM while the block runs."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if event.is_set():
            raise KeyboardInterrupt
        event.set()

    before: dict[int, Any] = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def until_typed(terminal: TextIO) -> None:
    """Wait until a line was typed. Raises KeyboardInterrupt for a Ctrl-C that came before the waiting, too: Python only
    notes a signal while nothing of it runs, and a read that begins after that would not end by it.
    """
    if sys.platform == "win32":  # where only sockets can be waited for
        return
    noted, notes = socket.socketpair()
    with noted, notes:
        notes.setblocking(False)
        before = signal.set_wakeup_fd(notes.fileno())
        try:
            select.select([terminal.fileno(), noted.fileno()], [], [])
        finally:
            signal.set_wakeup_fd(before)
