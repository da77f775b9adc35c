"""Programs that hold secrets: started without a shell, with a limit on time and output. No message repeats either."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from contextlib import suppress
from threading import Thread

SECONDS = 60.0
"""How long a program may take: a password manager may ask the person first."""
_MOST_BYTES = 100_000


class ProgramFailed(Exception):
    """A program gave no value, or did not take one. The message quotes none of its output."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def words_of(line: str) -> list[str]:
    """The words of a command, by the shell's rules of quoting; nothing in them is expanded. Raises ProgramFailed."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise ProgramFailed("The command has a quote without an end.", "Close the quotes in the command.") from None
    if not words:
        raise ProgramFailed("The command is empty.", "Write the program and its arguments behind `command:`.")
    return words


def find_program(line: str) -> str:
    """The path of a command's program. Raises ProgramFailed if there is none."""
    program = words_of(line)[0]
    found = shutil.which(program)
    if found is None:
        message = f"There is no program `{program}`."
        raise ProgramFailed(message, f"Install `{program}`, or write its full path.")
    return found


def printed_by(line: str) -> str:
    """What a command prints on standard output. Raises ProgramFailed."""
    data = _run(line, None)
    try:
        text = data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ProgramFailed("The command printed something other than text.", _try(line)) from None
    if not text:
        raise ProgramFailed("The command printed nothing.", _try(line))
    return text


def given_to(line: str, text: str) -> None:
    """Start a command and give it a text on standard input. Raises ProgramFailed unless it exits with 0."""
    _run(line, text.encode())


def _run(line: str, given: bytes | None) -> bytes:
    path, words = find_program(line), words_of(line)
    try:
        process = subprocess.Popen(
            words,
            executable=path,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # programs quote in it what they were given
        )
    except OSError as error:
        message = f"`{words[0]}` cannot be started: {error.strerror}."
        raise ProgramFailed(message, "Check that it is a program for this machine.") from None
    printed: list[bytes] = []
    talking = Thread(target=_talk, args=(process, given, printed), daemon=True)
    talking.start()
    talking.join(SECONDS)  # a program that it started may keep the output open
    try:
        code = process.wait(0.0 if talking.is_alive() else SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise ProgramFailed(f"The command did not end within {SECONDS:g} s.", _try(line)) from None
    if code != 0:
        raise ProgramFailed(f"The command exited with {code}.", _try(line))
    data = b"".join(printed)
    if len(data) > _MOST_BYTES:
        raise ProgramFailed("The command printed too much for a secret.", _try(line))
    return data


def _talk(process: subprocess.Popen[bytes], given: bytes | None, printed: list[bytes]) -> None:
    """Write what is given, and read what is printed up to the limit."""
    assert process.stdout is not None
    if process.stdin is not None:
        with suppress(OSError), process.stdin:  # it may take nothing, and its exit code says whether that was right
            process.stdin.write(given or b"")
    with process.stdout:
        while part := process.stdout.read(65536):
            if sum(map(len, printed)) <= _MOST_BYTES:
                printed.append(part)


def _try(line: str) -> str:
    return f"Run it at a terminal to see why: runwright shows nothing that `{words_of(line)[0]}` prints."
