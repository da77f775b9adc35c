"""The person beside a run: acts in the window what the run may not, and answers at the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread

from playwright.sync_api import Error

from runwright.engine.browser.network import Guard
from runwright.engine.browser.tabs import Tell
from runwright.engine.errors import Stopped
from runwright.engine.secrets.sources import Terminal

PATIENCE = 900.0
"""Seconds that a person has for a sign-in or for what was handed over."""


@dataclass
class Person:
    """How a run calls for a person, and waits for what they do."""

    headed: bool
    """Whether there is a window in which they can act."""
    command: str
    """The command line that starts this run with a window, for people to copy."""
    terminal: Terminal | None
    """Where they answer; None where there is none."""
    say: Callable[[str], None]
    """Shows a sentence to the person."""
    guard: Guard
    """Lets them go where they want, and keeps the addresses."""
    tell: Tell

    def acts(self, sentence: str, until: Callable[[], bool], pause: Callable[[float], None]) -> None:
        """A person's own stretch: followed in the journal, without pictures, until a condition holds.

        ``pause`` lets the browser's events come in for some seconds. Raises Stopped without a window, or when nobody
        did so in time.
        """
        if not self.headed:
            raise Stopped(f"{sentence} This needs a window: {self.command}")
        self.guard.open, self.guard.passed = True, []
        begun = time.monotonic()
        self.say(sentence)
        try:
            while time.monotonic() - begun < PATIENCE:
                with suppress(Error):
                    if until():
                        return
                pause(0.1)
            raise Stopped(f"{sentence} Nobody did so within {PATIENCE / 60:.0f} minutes.")
        finally:
            self.guard.open = False
            seconds = round(time.monotonic() - begun, 1)
            self.tell("hand-over", sentence=sentence, seconds=seconds, addresses=list(self.guard.passed))

    def answers(self, question: str, hidden: bool, pause: Callable[[float], None]) -> str:
        """What the person answers at the terminal, hidden as they type or not; asked again where they answer nothing.

        Raises Stopped without a terminal.
        """
        if self.terminal is None:
            raise Stopped(f"This needs an answer at a terminal: {question}")
        terminal, given = self.terminal, list[str]()

        def read() -> None:
            with suppress(EOFError):
                typed = ""
                while not typed:  # nothing typed is a slip
                    typed = terminal(question, hidden)
                given.append(typed)

        reader = Thread(target=read, daemon=True)
        reader.start()
        while reader.is_alive():
            pause(0.1)
        if not given:
            raise Stopped(f"Nobody answered: {question}")
        return given[0]
