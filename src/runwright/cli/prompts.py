"""Questions at the terminal, and reading the answers."""

from __future__ import annotations

import getpass
import select
import signal
import socket
import sys
import threading
from typing import TextIO


def ask(question: str, hidden: bool = False) -> str:
    """Print a question and return the line that the person types; ``hidden`` turns the echo off.

    Raises EOFError at the end of the input, and KeyboardInterrupt.
    """
    if hidden:
        return getpass.getpass(f"{question} ")
    print(question, end=" ", file=sys.stderr, flush=True)
    _wait_for_line(sys.stdin)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def confirm(question: str) -> bool:
    """Ask a yes-or-no question. The default, also at the end of the input, is no. Raises KeyboardInterrupt."""
    while True:
        try:
            answer = ask(f"{question} [y/N]")
        except EOFError:
            return False
        match answer.strip().lower():
            case "y" | "yes":
                return True
            case "" | "n" | "no":
                return False
            case _:
                print("Answer y or n.", file=sys.stderr)


def _wait_for_line(stream: TextIO) -> None:
    """Wait until a line can be read. Raises KeyboardInterrupt, also for a Ctrl-C that arrived just before the wait.

    Python's signal handler only sets a flag, and a read that starts after that would not return. The wake-up file
    descriptor closes this gap.
    """
    other_thread = threading.current_thread() is not threading.main_thread()  # the main thread receives all signals
    if other_thread or sys.platform == "win32" or not stream.isatty():  # on Windows select works on sockets only
        return
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setblocking(False)
        previous = signal.set_wakeup_fd(writer.fileno())
        try:
            select.select([stream.fileno(), reader.fileno()], [], [])
        finally:
            signal.set_wakeup_fd(previous)
