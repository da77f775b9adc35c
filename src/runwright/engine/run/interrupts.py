"""Ctrl-C and SIGTERM: the first one asks the run to end in order, the second one ends it at once.

After SIGTERM there is no wait for a second one: who sends it, a CI job at its time limit, kills the process soon after.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

TERMINATED_AFTER = 2.5
"""Seconds that a run has after SIGTERM to end in order."""


@contextmanager
def interrupts() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set while the block runs. Outside of the main thread no signal sets it.

    Raises KeyboardInterrupt at the second signal, and some seconds after SIGTERM.
    """
    event = threading.Event()
    main = threading.current_thread()
    if main is not threading.main_thread():
        yield event
        return
    timers: list[threading.Timer] = []

    def repeat() -> None:
        if hasattr(signal, "pthread_kill"):  # also ends a system call that the main thread waits in
            signal.pthread_kill(main.ident or 0, signal.SIGTERM)
        else:
            signal.raise_signal(signal.SIGTERM)

    def handle(number: int, frame: FrameType | None) -> None:
        if event.is_set():
            for timer in timers:
                timer.cancel()
            raise KeyboardInterrupt
        event.set()
        if number == signal.SIGTERM:
            timer = threading.Timer(TERMINATED_AFTER, repeat)
            timer.daemon = True
            timers.append(timer)
            timer.start()

    before: dict[int, Any] = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for timer in timers:
            timer.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
