"""Adds rows of pixels above a PNG without decoding it, so that the page's own pixels stay unchanged."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BASE = 65521  # Adler-32, RFC 1950


class UnsupportedPng(ValueError):
    """The PNG is not of the kind that browsers write."""


def channels(png: bytes) -> int:
    """3 for RGB, 4 for RGBA. Raises UnsupportedPng unless the PNG has 8 bits per channel and is not interlaced."""
    if png[:8] != SIGNATURE or png[12:16] != b"IHDR":
        raise UnsupportedPng("not a PNG")
    depth, colour, _, _, interlaced = png[24:29]
    if depth != 8 or colour not in (2, 6) or interlaced:
        raise UnsupportedPng("not 8-bit RGB or RGBA")
    return 3 if colour == 2 else 4


def size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def with_rows_above(png: bytes, rows: bytes, height: int) -> bytes:
    """The PNG with ``height`` rows of raw pixels added above it.

    The last added row must consist of zero bytes, since the first row of the PNG may be filtered against it.
    Raises ValueError otherwise.
    PNG: W3C Recommendation, second edition; zlib: RFC 1950; deflate: RFC 1951.
    """
    width, old_height = size(png)
    line = width * channels(png)
    if len(rows) != line * height or any(rows[-line:]):
        raise ValueError("the rows do not fit the PNG, or the last row is not zero")
    filtered = b"".join(b"\0" + rows[at : at + line] for at in range(0, len(rows), line))
    before, stream, after = _parts(png)
    compressor = zlib.compressobj(1, zlib.DEFLATED, -15)
    added = compressor.compress(filtered) + compressor.flush(zlib.Z_SYNC_FLUSH)
    checksum = _combined(zlib.adler32(filtered), struct.unpack(">I", stream[-4:])[0], old_height * (line + 1))
    data = b"\x78\x01" + added + stream[2:-4] + struct.pack(">I", checksum)
    header = struct.pack(">II", width, old_height + height) + png[24:29]
    return SIGNATURE + _chunk(b"IHDR", header) + before + _chunk(b"IDAT", data) + after


def _parts(png: bytes) -> tuple[bytes, bytes, bytes]:
    """The chunks between header and image data, the image data, and the chunks after it."""
    before: list[bytes] = []
    data: list[bytes] = []
    after: list[bytes] = []
    at = 8
    while at < len(png):
        length = struct.unpack(">I", png[at : at + 4])[0]
        kind, chunk = png[at + 4 : at + 8], png[at : at + 12 + length]
        if kind == b"IDAT":
            data.append(png[at + 8 : at + 8 + length])
        elif kind != b"IHDR":
            (after if data else before).append(chunk)
        at += 12 + length
    if not data:
        raise UnsupportedPng("no image data")
    return b"".join(before), b"".join(data), b"".join(after)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _combined(first: int, second: int, length: int) -> int:
    """The Adler-32 checksum of two byte strings from their checksums and the length of the second."""
    rest = length % _BASE
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = rest * (first & 0xFFFF) + (first >> 16) + (second >> 16) - rest
    return ((high % _BASE) << 16) | (low % _BASE)
