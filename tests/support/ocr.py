"""Reads screenshots by OCR, as a person would, and finds the parts of a secret that are readable in them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from rapidfuzz import fuzz

PIECE = 8
"""Consecutive characters of a secret that must not be readable."""
MARGIN = 16
"""Pixels of the background that stay around what is drawn."""
SIDE = 2000
"""Pixels of the longest side from which the reader reduces an image. It enlarges none: the cost follows the pixels."""


@cache
def _reader() -> Any:
    rapidocr = pytest.importorskip("rapidocr", reason="OCR is not installed: pip install rapidocr onnxruntime")
    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.use_cls": False}
    size = {"Det.limit_type": "max", "Det.limit_side_len": SIDE}
    return rapidocr.RapidOCR(params={**threads, **size})


def _drawn(image: Image.Image) -> Image.Image:
    """The part of an image in which something is drawn: an even border shows nothing to read."""
    background = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    box = ImageChops.difference(image, background).getbbox()
    if box is None:
        return image
    left, top, right, bottom = box
    return image.crop(
        (
            max(left - MARGIN, 0),
            max(top - MARGIN, 0),
            min(right + MARGIN, image.width),
            min(bottom + MARGIN, image.height),
        )
    )


@cache
def text_of(png: bytes | Path) -> str:
    """The readable text of an image, without spaces."""
    image = Image.open(io.BytesIO(png) if isinstance(png, bytes) else png).convert("RGB")
    found = _reader()(_drawn(image))
    return "".join("".join(found.txts or ()).split())


def all_images(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All screenshots of a run as images with their origin: each distinct page once, captions in sheets of twelve."""
    pages: dict[bytes, str] = {}
    captions: list[tuple[str, Image.Image]] = []
    for line in (folder / "events.jsonl").read_text("utf-8").splitlines():
        for entry in json.loads(line).get("screenshots") or ():
            with Image.open(folder / entry["file"]) as image:
                whole = image.convert("RGB")
            pages.setdefault(_png(whole.crop((0, entry["caption"], *whole.size))), entry["file"])
            captions.append((entry["file"], whole.crop((0, 0, whole.width, entry["caption"]))))
    assert {file for file, _ in captions} == {path.name for path in folder.glob("*.png")}
    yield from ((f"the page of {file}", page) for page, file in pages.items())
    for start in range(0, len(captions), 12):
        some = captions[start : start + 12]
        sheet = Image.new(
            "RGB", (max(caption.width for _, caption in some), sum(caption.height for _, caption in some))
        )
        top = 0
        for _, caption in some:
            sheet.paste(caption, (0, top))
            top += caption.height
        yield f"the captions from {some[0][0]} to {some[-1][0]}", _png(sheet)


def page_of(path: Path, caption: int) -> bytes:
    """The screenshot of a page without its caption, which is ``caption`` pixels high."""
    with Image.open(path) as image:
        return _png(image.convert("RGB").crop((0, caption, image.width, image.height)))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def readable(png: bytes | Path, secret: str) -> list[str]:
    """The pieces of a secret that are readable in an image."""
    text, plain = text_of(png), "".join(secret.split())
    pieces = [plain[start : start + PIECE] for start in range(len(plain) - PIECE + 1)]
    return [piece for piece in pieces if piece in text]


def shown(png: bytes | Path, secret: str) -> bool:
    """Whether a person could read a secret in an image, even if OCR misreads some characters."""
    return fuzz.partial_ratio("".join(secret.split()), text_of(png)) >= 80
