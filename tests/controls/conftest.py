"""Test pages with awkward controls, served by one site that stores what each page records."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import anyio.from_thread
import pytest
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from support.site_pages import Page, Played, Site

PAGES = Path(__file__).parent / "pages"
RECORDS = """<script>
let sent = Promise.resolve();  // one after the other: two requests at once may arrive in either order
window.did = (what) => sent = sent.then(() => fetch('/did' + top.location.search, { method: 'POST', body: what }));
</script>"""
EXPORT = b"name,role\nAnn,admin\n\xc3\xa9\n"
EDITORS = ("cm5@npm:codemirror@5.65.18", "codemirror@6.0.1")


def _page(name: str) -> Page:
    html = (PAGES / f"{name}.html").read_text("utf-8")
    return RECORDS + html


def did(request: Request, site: Site) -> Response:
    text = anyio.from_thread.run(request.body).decode()
    site.kept.setdefault(request.url.query, []).append(text)
    return Response(status_code=204)


def export(request: Request, site: Site) -> Response:
    headers = {"content-disposition": 'attachment; filename="members-2026.csv"'}
    return Response(EXPORT, media_type="text/csv", headers=headers)


def awkward(**others: Page) -> dict[str, Page]:
    """All pages, by path."""
    pages: dict[str, Page] = {f"/{path.stem}": _page(path.stem) for path in PAGES.glob("*.html")}
    return {**pages, "/did": did, "/export": export, **{f"/{name}": page for name, page in others.items()}}


@pytest.fixture
def recorded(play: Callable[..., Played], tmp_path: Path) -> Callable[..., tuple[Played, dict[str, list[str]]]]:
    """`recorded(runbook)`: a run against the pages, and what they recorded, by the query of the page's address."""

    def run(
        book: str, others: Mapping[str, Page] | None = None, **options: object
    ) -> tuple[Played, dict[str, list[str]]]:
        for name in ("logo.txt", "terms.txt"):
            (tmp_path / name).write_text(name, "utf-8")
        played = play(Site({**awkward(), **(others or {})}), book, **options)
        return played, dict(played.site.kept)

    return run


@pytest.fixture(scope="session")
def editors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """The page with both code editors from npm, and all files that it loads."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed; it provides CodeMirror")
    folder = tmp_path_factory.mktemp("editors")
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), *EDITORS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"npm cannot install CodeMirror: {done.stderr.strip()[-200:]}")
    modules = folder / "node_modules"
    imports = {name: f"/npm/{name}/{entry}" for name, entry in _modules(modules)}
    html = (PAGES / "editors.html").read_text("utf-8").replace("IMPORTS", json.dumps({"imports": imports}))

    def file(request: Request, site: Site) -> Response:
        return FileResponse(modules / request.url.path.removeprefix("/npm/"))

    served: dict[str, Page] = dict.fromkeys(imports.values(), file)
    served |= {f"/npm/cm5/lib/codemirror.{kind}": file for kind in ("js", "css")}
    return {**served, "/editors": lambda request, site: HTMLResponse(f"<!doctype html>{RECORDS}{html}")}


def _modules(modules: Path) -> list[tuple[str, str]]:
    """Name and file of each module that browsers can load directly."""
    found = []
    for path in [*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]:
        description = json.loads(path.read_text("utf-8"))
        exports = description.get("exports")
        entry = description.get("module") or (exports.get("import") if isinstance(exports, dict) else None)
        if isinstance(entry, str):
            found.append((path.parent.relative_to(modules).as_posix(), entry.removeprefix("./")))
    return found
