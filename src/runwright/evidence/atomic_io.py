"""Files that are written whole or not at all, and what is said when the disk does not take them."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

HALF = re.compile(r"\.[^/]+\.part")
"""What a file is called before it is whole."""


class EvidenceError(Exception):
    """Evidence could not be written or read; says what a person must know."""


class AlteredError(EvidenceError):
    """What lies in a run's folder is not what the run left there."""


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> str:
    """Write a file, whole or in parts, under a temporary name, make it durable, and give it its name; gives back its
    SHA-256 sum, in hexadecimal. Raises EvidenceError.

    Its folder must be there: a run's folder that somebody moved away is not begun anew.
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
        with suppress(OSError):  # where the disk is gone there is nothing to tidy up
            temporary.unlink(missing_ok=True)
        raise EvidenceError(why(error, path)) from None
    return digest.hexdigest()


def make_folder(path: Path, *, new: bool = False) -> None:
    """Make a folder and those above it; a ``new`` one must not be there yet. Raises EvidenceError."""
    try:
        path.mkdir(parents=True, exist_ok=not new)
    except OSError as error:
        raise EvidenceError(why(error, path)) from None


def digest(path: Path) -> str:
    """The SHA-256 sum of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_whole(path: Path) -> bytes:
    """A file's bytes. Raises EvidenceError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {_reason(error)}.") from None


def each_line(path: Path) -> Iterator[bytes]:
    """A file's lines, one after the other, with their line feeds. Raises EvidenceError."""
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise EvidenceError(f"{path} cannot be read: {_reason(error)}.") from None


def why(error: OSError, path: Path) -> str:
    """What a person must know about a disk that does not take a file."""
    return f"{path} cannot be written: {_reason(error)}."


def _reason(error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the quota is used up",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "it is not allowed",
        errno.EPERM: "it is not allowed",
        errno.ENOENT: "it is gone, or the folder that it lies in",
        errno.ENOTDIR: "what should be a folder is a file",
        errno.EEXIST: "there is one already",
        errno.EIO: "the disk does not answer",
        errno.ESTALE: "the network disk is gone",
        errno.ENAMETOOLONG: "the name is too long",
    }
    return reasons.get(error.errno or 0, error.strerror or "the system refuses it")
