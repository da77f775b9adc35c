"""The band: what it says, at every width, and that it costs no pixel of the page."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from runwright.evidence.images import fonts
from runwright.evidence.images.caption import REAL, REHEARSAL, Band, draw, elided, with_band
from runwright.evidence.images.redact import placeholder
from runwright.evidence.sanitize import clean

from .conftest import band, page


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def stored_as(mode: str, **options: object) -> bytes:
    out = io.BytesIO()
    opened(page()).convert(mode).save(out, "PNG", **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1", "I;16"])
def test_pictures_of_every_kind_get_a_band(mode: str) -> None:
    data, height = with_band(stored_as(mode), band())
    image = opened(data)
    assert image.size == (640, 400 + height)
    assert image.convert("RGB").getpixel((636, 1)) == REAL


def test_a_picture_stored_as_jpeg_gets_a_band() -> None:
    out = io.BytesIO()
    opened(page()).save(out, "JPEG")
    data, height = with_band(out.getvalue(), band())
    assert opened(data).size == (640, 400 + height)


def test_the_file_is_sound_to_the_last_chunk() -> None:
    """Every chunk's own sum, and the sum of the whole stream of pixels."""
    data, height = with_band(page(), band())
    at, stream, kinds = 8, b"", []
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        stream += body if kind == b"IDAT" else b""
        kinds.append(kind)
        at += 12 + length
    assert kinds[0] == b"IHDR" and kinds[-1] == b"IEND"
    assert len(zlib.decompress(stream)) == (400 + height) * (640 * 3 + 1)


@pytest.mark.parametrize("width", [320, 390, 640, 800, 1280, 1920])
@pytest.mark.parametrize("rehearsal", [True, False])
def test_narrow_pages_get_a_higher_band_and_lose_no_fact(
    width: int, rehearsal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = fonts.write

    def noted(pen, at, text, size, colour, bold=False):  # type: ignore[no-untyped-def]
        end = write(pen, at, text, size, colour, bold)
        written.append(text)
        assert end <= width, text
        return end

    monkeypatch.setattr(fonts, "write", noted)
    draw(band(rehearsal=rehearsal, person="ann@example.com", steps=40), width)
    said = " ".join(written)
    for fact in ("2026-11-24 03:30:12 UTC", "local 12:30:12 +0900", "03:30:11 GMT", "ann@example.com", "step 1 of 40"):
        assert fact in said
    assert "run 20261124T033000Z-7f3a" in said


def test_twice_the_pixels_give_a_band_twice_as_high() -> None:
    assert draw(band(), 2560).height == 2 * draw(band(), 1280).height


def test_a_rehearsal_has_a_colour_of_its_own() -> None:
    assert draw(band(rehearsal=True), 1280).getpixel((1270, 2)) == REHEARSAL != REAL


def test_a_long_address_keeps_its_beginning_and_its_end() -> None:
    address = "https://alerts.example/" + "x" * 900 + "/the/end"
    short = elided(address, 600, 14)
    assert short.startswith("https://alerts.example/") and short.endswith("/the/end") and "…" in short
    assert fonts.width(short, 14) <= 600


def test_signs_that_steer_are_written_out() -> None:
    assert clean("a\u202eb\x1b[31m\u200b\n\ufffe") == "a\\u202eb\\u001b[31m\\u200b\\u000a\\ufffe"
    assert clean("Grüße, 한국어, 日本語 😀") == "Grüße, 한국어, 日本語 😀"


def test_without_any_font_there_is_a_band_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_files", dict)
    for cached in (fonts.fonts, fonts._runs, fonts._font):
        cached.cache_clear()
    try:
        data, height = with_band(page(), band(title="제목"))
        assert opened(data).size == (640, 400 + height)
    finally:
        for cached in (fonts.fonts, fonts._runs, fonts._font):
            cached.cache_clear()


def test_a_withheld_picture_says_so_in_its_size() -> None:
    image = opened(placeholder((640, 400), ["This picture is withheld.", "It would show: client_secret."]))
    assert image.size == (640, 400)
    colours = image.getcolors()
    assert colours is not None and len(colours) > 2


def test_band_is_plain_data() -> None:
    assert isinstance(band(), Band) and band() == band()
