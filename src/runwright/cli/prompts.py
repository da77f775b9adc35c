"""The person's terminal: all questions are put there, and all answers read, in one way."""

from __future__ import annotations

import getpass
import select
import signal
import socket
import sys
import threading
from typing import TextIO


def answer(question: str, hidden: bool = False) -> str:
    """The line that is typed after a question; a ``hidden`` one is not shown meanwhile.

    Raises EOFError when none can come any more, and KeyboardInterrupt.
    """
    if hidden:
        return getpass.getpass(f"{question} ")
    print(question, end=" ", file=sys.stderr, flush=True)
    _until_typed(sys.stdin)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def wanted(question: str) -> bool:
    """Whether the person answers with a yes; no answer is a no. Raises KeyboardInterrupt."""
    while True:
        try:
            given = answer(f"{question} [y/N]")
        except EOFError:
            return False
        match given.strip().lower():
            case "y" | "yes":
                return True
            case "" | "n" | "no":
                return False
            case _:
                print("Answer y or n.", file=sys.stderr)


def _until_typed(typed: TextIO) -> None:
    """Wait until a line was typed. Raises KeyboardInterrupt for a Ctrl-C that came before the waiting, too: Python only
    notes a signal while nothing of it runs, and a read that begins after that would not end by it.
    """
    alone = threading.current_thread() is not threading.main_thread()  # signals are another thread's then
    if alone or sys.platform == "win32" or not typed.isatty():  # on Windows only sockets can be waited for
        return
    noted, notes = socket.socketpair()
    with noted, notes:
        notes.setblocking(False)
        before = signal.set_wakeup_fd(notes.fileno())
        try:
            select.select([typed.fileno(), noted.fileno()], [], [])
        finally:
            signal.set_wakeup_fd(before)
