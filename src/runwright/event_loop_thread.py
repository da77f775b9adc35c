"""A thread of its own for a run that is started inside an event loop, as in a notebook or a web server."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

Returned = TypeVar("Returned")


def in_event_loop() -> bool:
    """Whether an event loop runs in this thread, in which Playwright's sync API cannot be started."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def in_thread_of_its_own(call: Callable[[Event], Returned]) -> Returned:
    """Make a call in a thread of its own. Ctrl-C sets the event that the call is given, and is raised afterwards."""
    interrupt = Event()
    context = contextvars.copy_context()
    with ThreadPoolExecutor(1, "runwright") as threads:
        running = threads.submit(context.run, call, interrupt)
        try:
            return running.result()
        except KeyboardInterrupt:
            interrupt.set()
            raise
