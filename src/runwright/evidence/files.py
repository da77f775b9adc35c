"""Files that are written whole or not at all, and what is said when the disk does not take them."""

from __future__ import annotations

import errno
import os
from pathlib import Path


class EvidenceError(Exception):
    """Evidence could not be written or read; says what a person must know."""


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, make it durable, and give it its name. Raises EvidenceError."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        try:
            temporary.unlink(missing_ok=True)
        except OSError:
            raise EvidenceError(why(error, path)) from None  # the disk is gone: there is nothing to tidy up
        raise EvidenceError(why(error, path)) from None


def why(error: OSError, path: Path) -> str:
    """What a person must know about a disk that does not take a file."""
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the quota is used up",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "the folder may not be written",
        errno.ENOENT: "the folder is gone",
        errno.EIO: "the disk does not answer",
    }
    reason = reasons.get(error.errno or 0, error.strerror or "the system refuses it")
    return f"{path} cannot be written: {reason}."
