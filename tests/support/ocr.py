"""Reads pictures as a person would, by OCR: what can be read of a secret in them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from rapidfuzz import fuzz

PIECE = 8
"""Characters of a secret in a row that must not be readable."""


@cache
def _reader() -> Any:
    rapidocr = pytest.importorskip("rapidocr", reason="OCR is not installed: pip install rapidocr onnxruntime")
    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.use_cls": False}
    return rapidocr.RapidOCR(params=threads)


@cache
def text_of(png: bytes | Path) -> str:
    """All that can be read in a picture, without spaces."""
    image = Image.open(io.BytesIO(png) if isinstance(png, bytes) else png).convert("RGB")
    found = _reader()(image)
    return "".join("".join(found.txts or ()).split())


def all_that_is_seen(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every picture of a run, where it is from and what it shows: equal pages once, bands a dozen together."""
    pages: dict[bytes, str] = {}
    bands: list[tuple[str, Image.Image]] = []
    for line in (folder / "events.jsonl").read_text("utf-8").splitlines():
        for told in json.loads(line).get("pictures") or ():
            with Image.open(folder / told["file"]) as image:
                whole = image.convert("RGB")
            pages.setdefault(_png(whole.crop((0, told["band"], *whole.size))), told["file"])
            bands.append((told["file"], whole.crop((0, 0, whole.width, told["band"]))))
    assert {file for file, _ in bands} == {path.name for path in folder.glob("*.png")}
    yield from ((f"the page of {file}", page) for page, file in pages.items())
    for start in range(0, len(bands), 12):
        some = bands[start : start + 12]
        sheet = Image.new("RGB", (max(band.width for _, band in some), sum(band.height for _, band in some)))
        top = 0
        for _, band in some:
            sheet.paste(band, (0, top))
            top += band.height
        yield f"the bands from {some[0][0]} to {some[-1][0]}", _png(sheet)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def readable(png: bytes | Path, secret: str) -> list[str]:
    """The pieces of a secret that can be read in a picture."""
    text, plain = text_of(png), "".join(secret.split())
    pieces = [plain[start : start + PIECE] for start in range(len(plain) - PIECE + 1)]
    return [piece for piece in pieces if piece in text]


def shown(png: bytes | Path, secret: str) -> bool:
    """Whether a person would read a secret in a picture, even where the reader takes some letter for another."""
    return fuzz.partial_ratio("".join(secret.split()), text_of(png)) >= 80
