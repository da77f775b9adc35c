"""Atomic file writes, and error messages for disks that are full, read-only or gone."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

PARTIAL = re.compile(r"\.[^/]+\.part")
"""The name of a file while it is being written."""


class EvidenceError(Exception):
    """Evidence could not be written or read. The message is for the user."""


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


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises EvidenceError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {_reason(error)}.") from None


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, one at a time, with their line feeds. Raises EvidenceError."""
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {_reason(error)}.") from None


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
