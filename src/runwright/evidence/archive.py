"""Extracts the texts of a file, including files packed in zip and gzip archives, to search them for secrets."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator

UNPACKED_LIMIT = 200_000_000
"""How many bytes are unpacked from one file. The rest is not searched."""
MAX_DEPTH = 3
"""How many levels of nested archives are opened."""


def texts(data: bytes, depth: int = 0) -> Iterator[str]:
    """The texts of a file: its bytes as UTF-8 and as UTF-16, and those of each file in a zip or gzip archive.

    Encrypted files and other archive formats yield no text of their content.
    """
    yield data.decode("utf-8", "surrogateescape")
    if b"\0" in data:
        for start in (0, 1):
            yield data[start:].decode("utf-16-le", "replace")
            yield data[start:].decode("utf-16-be", "replace")
    if depth < MAX_DEPTH:
        for inner in _unpacked(data):
            yield from texts(inner, depth + 1)


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as file:
                yield file.read(UNPACKED_LIMIT)
        except (OSError, EOFError, zlib.error):
            return  # damaged, or not gzip in spite of its first bytes; the caller searched the raw bytes
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            remaining = UNPACKED_LIMIT
            for entry in archive.infolist():
                if entry.flag_bits & 1 or remaining <= 0:
                    continue
                try:
                    with archive.open(entry) as file:
                        inner = file.read(remaining)
                except (OSError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error):
                    continue  # an unsupported compression method, or damaged
                remaining -= len(inner)
                yield inner
