"""Ctrl-C and SIGTERM: the first one asks the run to end in order, the second one ends it at once.

After SIGTERM there is no wait for a second one: who sends it, a CI job at its time limit, kills the process soon after.
A run that is closing its folder is let finish, however slow the machine is.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

TERMINATED_AFTER = 2.5
"""Seconds that a run has after SIGTERM to end in order."""


class Interruption(threading.Event):
    """Set by the first signal."""

    def __init__(self) -> None:
        super().__init__()
        self._timers: list[threading.Timer] = []
        self._ending = False

    def repeat_after(self, seconds: float, repeat: Callable[[], None]) -> None:
        """Call ``repeat`` after some seconds, unless the run ends before."""
        if not self._ending:
            timer = threading.Timer(seconds, repeat)
            timer.daemon = True
            self._timers.append(timer)
            timer.start()

    def ending(self) -> None:
        """The run acts no more, and only closes its folder: SIGTERM is not repeated."""
        self._ending = True
        self.cancel()

    def cancel(self) -> None:
        """Forget what was to be repeated."""
        for timer in self._timers:
            timer.cancel()


@contextmanager
def interrupts() -> Iterator[Interruption]:
    """An event that Ctrl-C and SIGTERM set while the block runs. Outside of the main thread no signal sets it.

    Raises KeyboardInterrupt at the second signal, and some seconds after SIGTERM.
    """
    event = Interruption()
    main = threading.current_thread()
    if main is not threading.main_thread():
        yield event
        return

    def repeat() -> None:
        if hasattr(signal, "pthread_kill"):  # also ends a system call that the main thread waits in
            signal.pthread_kill(main.ident or 0, signal.SIGTERM)
        else:
            signal.raise_signal(signal.SIGTERM)

    def handle(number: int, frame: FrameType | None) -> None:
        if event.is_set():
            event.cancel()
            raise KeyboardInterrupt
        event.set()
        if number == signal.SIGTERM:
            event.repeat_after(TERMINATED_AFTER, repeat)

    before: dict[int, Any] = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        event.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
