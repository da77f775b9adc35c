"""Atomic file writes, and error messages for disks that are full, read-only or gone."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

PARTIAL = re.compile(r"\.[^/]+\.part")
"""The name of a file while it is being written."""


class EvidenceError(Exception):
    """Evidence could not be written or read. The message is for the user."""


class UnreadableError(EvidenceError):
    """A file of a run folder cannot be read: nothing can be said about it."""


class AlteredError(EvidenceError):
    """The content of a run folder is not what the run left there."""


def write_atomic(path: Path, data: bytes | Iterable[bytes]) -> str:
    """Write a file under a temporary name, sync it to disk, then rename it. Return its SHA-256 in hexadecimal.

    ``data`` is the whole content or an iterable of parts. The parent folder must exist: this never recreates a run
    folder that somebody moved away. Raises EvidenceError.
    """
    temporary = path.with_name(f".{path.name}.part")
    digest = hashlib.sha256()
    try:
        with temporary.open("wb") as file:
            for part in [data] if isinstance(data, bytes) else data:
                file.write(part)
                digest.update(part)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):  # on a disk that is gone there is nothing to clean up
            temporary.unlink(missing_ok=True)
        raise EvidenceError(write_error(error, path)) from None
    return digest.hexdigest()


def make_folder(path: Path, *, new: bool = False) -> None:
    """Create a folder and its parents. A ``new`` folder must not exist yet. Raises EvidenceError."""
    try:
        path.mkdir(parents=True, exist_ok=not new)
    except OSError as error:
        raise EvidenceError(write_error(error, path)) from None


def open_regular(path: Path) -> io.BufferedReader:
    """Open a regular file to read it. Raises OSError; for a link, device or pipe too, without waiting for it."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return file


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises OSError."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises EvidenceError."""
    try:
        with open_regular(path) as file:
            return file.read()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {_reason(error)}.") from None


MOST_OF_A_LINE = 16_000_000
"""The longest line of a journal, in bytes. A run's lines are hundreds of times shorter."""


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, one at a time, with their line feeds.

    Raises EvidenceError; AlteredError for a line that no run writes, before it is in memory.
    """
    try:
        with open_regular(path) as file:
            for number in count(1):
                line = file.readline(MOST_OF_A_LINE + 1)
                if not line:
                    return
                if len(line) > MOST_OF_A_LINE:
                    raise AlteredError(f"{path.name}: line {number} is longer than {MOST_OF_A_LINE:,} bytes.")
                yield line
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {_reason(error)}.") from None


def last_byte(path: Path) -> bytes:
    """The last byte of a file; nothing of an empty one. Raises EvidenceError."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(size - 1, 0))
            return file.read(1)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {_reason(error)}.") from None


def write_error(error: OSError, path: Path) -> str:
    """The message for a file that could not be written."""
    return f"{path} cannot be written: {_reason(error)}."


def _reason(error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is exceeded",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "permission denied",
        errno.EPERM: "permission denied",
        errno.ENOENT: "the file or its folder is gone",
        errno.ENOTDIR: "a part of the path is a file, not a folder",
        errno.EEXIST: "it already exists",
        errno.EIO: "the disk does not respond",
        errno.ESTALE: "the network disk is gone",
        errno.ENAMETOOLONG: "the name is too long",
    }
    return reasons.get(error.errno or 0, error.strerror or "the system refused it")
