"""Helpers for the pages of all simulators: templates, static files, and the form or JSON of a request."""

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
    """The templates in a folder. An undefined variable in a template is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def static_files(folder: Path) -> Callable[[Request], Response]:
    """The handler for ``/static/{name}``: the style sheets and scripts of a folder."""

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
    """The form in a request, read from a handler's thread."""

    async def read() -> FormData:
        return await request.form()

    return anyio.from_thread.run(read)


def json_of(request: Request) -> Any:
    """The JSON in a request, read from a handler's thread. Raises ValueError."""
    return anyio.from_thread.run(request.json)


def object_of(request: Request) -> dict[str, Any]:
    """The JSON object in a request; empty if the request has none."""
    try:
        found = json_of(request)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
