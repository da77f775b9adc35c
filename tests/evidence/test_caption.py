"""The caption: its content at every width, without changing a pixel of the page."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

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


@pytest.fixture
def no_installed_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without fonts of its own, and without the extra `cjk`."""
    cached = (fonts._packaged, fonts._installed, fonts._runs, fonts._font, fonts._files)
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    monkeypatch.setattr(fonts, "_CJK", ("no_such_package", "*"))
    for each in cached:
        each.cache_clear()
    yield
    for each in cached:
        each.cache_clear()


LATIN = {"address": "https://alerts.example/Größe?q=ő", "title": "Überblick → Ελληνικά · Настройки “№ 1” – Việt…"}


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_caption_in_latin_greek_and_cyrillic_uses_no_font_of_the_machine(
    rehearsal: bool, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    here = draw(caption(rehearsal=rehearsal, **LATIN), 1280).tobytes()
    request.getfixturevalue("no_installed_fonts")
    assert draw(caption(rehearsal=rehearsal, **LATIN), 1280).tobytes() == here
    assert "[U+" not in "".join(part for _, part in fonts._runs(LATIN["title"], 14, False))


@pytest.mark.usefixtures("no_installed_fonts")
def test_characters_that_no_font_has_are_written_as_their_codes() -> None:
    assert [part for _, part in fonts._runs("A 제목 😀!", 14, False)] == ["A [U+C81C U+BAA9] [U+1F600]!"]
    shown, height = with_caption(page(), caption(title="제목"))
    assert decoded(shown).size == (640, 400 + height)
    assert draw(caption(title="제목"), 640).tobytes() == draw(caption(title="[U+C81C U+BAA9]"), 640).tobytes()
    assert fonts.width(elided("제" * 400, 600, 14), 14) <= 600


def test_a_file_of_another_package_serves_the_characters_that_the_first_font_lacks(
    monkeypatch: pytest.MonkeyPatch, no_installed_fonts: None, tmp_path: Path
) -> None:
    """The font of the extra `cjk` is found in its package: here, in one that holds a variable font under its name."""
    origin = Path(next(iter(find_spec(fonts._LATIN[0]).submodule_search_locations)))  # type: ignore[union-attr, arg-type]
    package = tmp_path / "some_fonts_cjk"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "one.ttf").write_bytes(next(origin.glob(fonts._LATIN[1])).read_bytes())
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(fonts, "_CJK", ("some_fonts_cjk", "one.ttf"))
    fonts._packaged.cache_clear()
    assert [Path(str(font.path)).parent.name for font in fonts._packaged(14, False)] == ["files", "some_fonts_cjk"]


def test_the_placeholder_of_a_withheld_screenshot_has_its_size_and_a_text() -> None:
    image = decoded(placeholder((640, 400), ["Screenshot withheld.", "It would show: client_secret."]))
    assert image.size == (640, 400)
    colours = image.getcolors()
    assert colours is not None and len(colours) > 2


def test_a_caption_is_plain_data() -> None:
    assert isinstance(caption(), Caption) and caption() == caption()
