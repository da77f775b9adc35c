"""Reads files that users name: never more than a limit, and never waiting for a device or a pipe without an end."""

from __future__ import annotations

import errno
import os
import select
import stat
from pathlib import Path

PIPE_SECONDS = 1.5
"""How long a pipe may bring nothing."""
_PART = 1 << 16


class FileTooLarge(Exception):
    """The file has more bytes than the limit. ``size`` is the number of its bytes; None for a pipe."""

    def __init__(self, size: int | None) -> None:
        super().__init__(size)
        self.size = size


def read_bounded(path: Path, most: int, seconds: float = PIPE_SECONDS) -> bytes:
    """The bytes of a file, or of a pipe that somebody writes to, as `--inputs <(command)` opens one.

    ``most`` is the limit in bytes, ``seconds`` how long a pipe may bring nothing. Raises FileTooLarge, and OSError for
    what cannot be read; devices, sockets and folders are among it.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb", buffering=0) as file:
        descriptor = file.fileno()
        found = os.fstat(descriptor)
        if stat.S_ISFIFO(found.st_mode):
            return _from_pipe(descriptor, path, most, seconds)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "It is a device, not a file", str(path))
        if found.st_size > most:
            raise FileTooLarge(found.st_size)
        data = bytearray()
        while len(data) <= most and (part := file.read(min(_PART, most + 1 - len(data)))):
            data += part
    if len(data) > most:  # it grew meanwhile, or it is a file of /proc, which states no size
        raise FileTooLarge(None)
    return bytes(data)


def _from_pipe(descriptor: int, path: Path, most: int, seconds: float) -> bytes:
    data = bytearray()
    while True:
        try:
            part = os.read(descriptor, _PART)
        except BlockingIOError:
            if not select.select([descriptor], [], [], seconds)[0]:
                raise TimeoutError(errno.ETIMEDOUT, f"The pipe brought nothing for {seconds:g} s", str(path)) from None
            continue
        if not part:
            break
        data += part
        if len(data) > most:
            raise FileTooLarge(None)
    if not data:
        raise OSError(errno.EPIPE, "It is a pipe to which nobody writes", str(path))
    return bytes(data)
