"""What a file holds, as texts: itself, and what is packed in it, so that no secret lies hidden in a zip."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator

MOST = 200_000_000
"""Bytes that are unpacked of one file; what lies beyond is not looked at."""
DEEPEST = 3
"""Archives inside archives that are opened."""


def texts(data: bytes, deep: int = 0) -> Iterator[str]:
    """The texts of a file: its bytes as UTF-8 and as UTF-16, and those of each file that a zip or gzip packs.

    What is encrypted or packed in another way shows nothing.
    """
    yield data.decode("utf-8", "surrogateescape")
    if b"\0" in data:
        for start in (0, 1):
            yield data[start:].decode("utf-16-le", "replace")
            yield data[start:].decode("utf-16-be", "replace")
    if deep < DEEPEST:
        for inner in _unpacked(data):
            yield from texts(inner, deep + 1)


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(data)) as file:
                yield file.read(MOST)
        except (OSError, EOFError, zlib.error):
            return  # broken, or no gzip although it begins like one: its bytes were looked at
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left = MOST
            for entry in archive.infolist():
                if entry.flag_bits & 1 or left <= 0:
                    continue
                try:
                    with archive.open(entry) as file:
                        inner = file.read(left)
                except (OSError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error):
                    continue  # packed in a way that is not known here
                left -= len(inner)
                yield inner
