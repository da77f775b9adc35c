"""Reads pictures as a person would, by OCR: what can be read of a secret in them."""

from __future__ import annotations

import io
import logging
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

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


def readable(png: bytes | Path, secret: str) -> list[str]:
    """The pieces of a secret that can be read in a picture."""
    text, plain = text_of(png), "".join(secret.split())
    pieces = [plain[start : start + PIECE] for start in range(len(plain) - PIECE + 1)]
    return [piece for piece in pieces if piece in text]
