"""The caption: its content at every width, without changing a pixel of the page."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from runwright.evidence.images import fonts
from runwright.evidence.images.caption import REAL, REHEARSAL, Caption, draw, elided, with_caption
from runwright.evidence.images.redact import placeholder
from runwright.evidence.sanitize import clean

from .conftest import caption, page


def decoded(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def encoded_as(mode: str, **options: object) -> bytes:
    out = io.BytesIO()
    decoded(page()).convert(mode).save(out, "PNG", **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1", "I;16"])
def test_images_of_every_mode_get_a_caption(mode: str) -> None:
    data, height = with_caption(encoded_as(mode), caption())
    image = decoded(data)
    assert image.size == (640, 400 + height)
    assert image.convert("RGB").getpixel((636, 1)) == REAL


def test_a_jpeg_image_gets_a_caption() -> None:
    out = io.BytesIO()
    decoded(page()).save(out, "JPEG")
    data, height = with_caption(out.getvalue(), caption())
    assert decoded(data).size == (640, 400 + height)


def test_the_png_is_valid_to_the_last_chunk() -> None:
    """Checks the checksum of every chunk, and that of the pixel stream, which zlib verifies."""
    data, height = with_caption(page(), caption())
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
def test_narrow_pages_get_a_taller_caption_that_omits_no_fact(
    width: int, rehearsal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    write = fonts.write

    def recording(pen, at, text, size, colour, bold=False):  # type: ignore[no-untyped-def]
        end = write(pen, at, text, size, colour, bold)
        drawn.append(text)
        assert end <= width, text
        return end

    monkeypatch.setattr(fonts, "write", recording)
    draw(caption(rehearsal=rehearsal, person="ann@example.com", steps=40), width)
    text = " ".join(drawn)
    for fact in ("2026-11-24 03:30:12 UTC", "local 12:30:12 +0900", "03:30:11 GMT", "ann@example.com", "step 1 of 40"):
        assert fact in text
    assert "run 20261124T033000Z-7f3a" in text


def test_twice_the_pixels_give_a_caption_twice_as_tall() -> None:
    assert draw(caption(), 2560).height == 2 * draw(caption(), 1280).height


def test_a_rehearsal_has_its_own_colour() -> None:
    assert draw(caption(rehearsal=True), 1280).getpixel((1270, 2)) == REHEARSAL != REAL


def test_a_long_address_keeps_its_start_and_its_end() -> None:
    address = "https://alerts.example/" + "x" * 900 + "/the/end"
    short = elided(address, 600, 14)
    assert short.startswith("https://alerts.example/") and short.endswith("/the/end") and "…" in short
    assert fonts.width(short, 14) <= 600


def test_control_characters_are_escaped() -> None:
    assert clean("a\u202eb\x1b[31m\u200b\n\ufffe") == "a\\u202eb\\u001b[31m\\u200b\\u000a\\ufffe"
    assert clean("Grüße, 한국어, 日本語 😀") == "Grüße, 한국어, 日本語 😀"


def test_a_caption_is_drawn_without_any_installed_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_files", dict)
    for cached in (fonts.fonts, fonts._runs, fonts._font):
        cached.cache_clear()
    try:
        data, height = with_caption(page(), caption(title="제목"))
        assert decoded(data).size == (640, 400 + height)
    finally:
        for cached in (fonts.fonts, fonts._runs, fonts._font):
            cached.cache_clear()


def test_the_placeholder_of_a_withheld_screenshot_has_its_size_and_a_text() -> None:
    image = decoded(placeholder((640, 400), ["Screenshot withheld.", "It would show: client_secret."]))
    assert image.size == (640, 400)
    colours = image.getcolors()
    assert colours is not None and len(colours) > 2


def test_a_caption_is_plain_data() -> None:
    assert isinstance(caption(), Caption) and caption() == caption()
