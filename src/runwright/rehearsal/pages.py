"""What pages of every stand-in are made with: templates, and what a request brings, read from a handler's thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio.from_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.requests import Request


def templates(folder: Path) -> Environment:
    """The templates in a folder. A name that a page does not give is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def form_of(request: Request) -> FormData:
    """The form that a request brings."""

    async def read() -> FormData:
        return await request.form()

    return anyio.from_thread.run(read)


def json_of(request: Request) -> Any:
    """The JSON that a request brings."""
    return anyio.from_thread.run(request.json)
