"""The person beside a run: acts in the browser window, and answers questions at the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from threading import Thread

from playwright.sync_api import Error

from runwright.engine.browser.browser_state import ContextOf
from runwright.engine.browser.document_guard import DocumentGuard
from runwright.engine.browser.tabs import Emit
from runwright.engine.errors import Stopped
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.secrets.sources import Terminal
from runwright.evidence.page_events import ManualEvent
from runwright.evidence.statuses import FailureClass

PATIENCE = 900.0
"""Seconds that a person has for a sign-in or a manual step."""


@dataclass
class Operator:
    """Asks the person for something, and waits until it is done."""

    headed: bool
    """Whether there is a window in which they can act."""
    terminal: Terminal | None
    """Where they answer questions; None if there is no terminal."""
    notify: Callable[[str], None]
    """Shows a sentence to the person."""
    guard: DocumentGuard
    """Is open while they act, and records the addresses they visit."""
    emit: Emit
    beside: Callable[[], AbstractContextManager[ContextOf]] | None = None
    """Opens a browser with a window beside a run without one; None if there can be none."""

    def act(
        self,
        sentence: str,
        until: Callable[[], bool],
        pause: Callable[[float], None],
        failure_class: FailureClass = FailureClass.PERSON,
    ) -> None:
        """Let the person act in the window until a condition holds. The journal records it; no screenshots are taken.

        ``pause`` processes the browser's events for some seconds. Raises Stopped with the failure class if there is
        no window, or if the condition does not hold within 15 minutes.
        """
        if not self.headed:
            window = (NextAction(ActionKind.WINDOW),)
            raise Stopped(f"{sentence} This needs a window.", failure_class=failure_class, next_actions=window)
        self.guard.open, self.guard.passed = True, []
        started = time.monotonic()
        self.notify(sentence)
        try:
            while time.monotonic() - started < PATIENCE:
                with suppress(Error):
                    if until():
                        return
                pause(0.1)
            raise Stopped(f"{sentence} Timed out after {PATIENCE / 60:.0f} minutes.", failure_class=failure_class)
        finally:
            self.guard.open = False
            seconds = round(time.monotonic() - started, 1)
            self.emit(ManualEvent(sentence=sentence, seconds=seconds, addresses=tuple(self.guard.passed)))

    def answer(self, question: str, hidden: bool, pause: Callable[[float], None]) -> str:
        """The person's answer at the terminal, not echoed if ``hidden``. An empty answer is asked for again.

        Raises Stopped without a terminal, or at the end of input.
        """
        if self.terminal is None:
            raise Stopped(f"This needs an answer at a terminal: {question}")
        terminal, answers = self.terminal, list[str]()

        def read() -> None:
            with suppress(EOFError):
                typed = ""
                while not typed:  # an empty line is a slip
                    typed = terminal(question, hidden)
                answers.append(typed)

        reader = Thread(target=read, daemon=True)
        reader.start()
        while reader.is_alive():
            pause(0.1)
        if not answers:
            raise Stopped(f"No answer to: {question}")
        return answers[0]
