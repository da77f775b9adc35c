"""What pages of every stand-in are made with: templates, style sheets, and what a request brings."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import anyio.from_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response


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


def static_files(folder: Path) -> Callable[[Request], Response]:
    """The handler of ``/static/{name}``: style sheets and scripts of a folder."""

    @cache
    def read(name: str) -> tuple[bytes, str] | None:
        path = folder / name
        if "/" in name or not path.is_file():
            return None
        return path.read_bytes(), mimetypes.guess_type(name)[0] or "text/plain"

    def serve(request: Request) -> Response:
        found = read(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        return Response(found[0], media_type=found[1], headers={"Cache-Control": "max-age=60"})

    return serve


def form_of(request: Request) -> FormData:
    """The form that a request brings, read from a handler's thread."""

    async def read() -> FormData:
        return await request.form()

    return anyio.from_thread.run(read)


def json_of(request: Request) -> Any:
    """The JSON that a request brings, read from a handler's thread. Raises ValueError."""
    return anyio.from_thread.run(request.json)


def object_of(request: Request) -> dict[str, Any]:
    """The JSON object that a request brings; an empty one when it brings none."""
    try:
        found = json_of(request)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
