"""What is imported is declared, and what runwright uses of other packages beyond their documentation exists.

See docs/decisions/0037-bounds-for-undocumented-parts.md.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import socket
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
import uvicorn
from docutils.parsers.rst import states
from greenlet import greenlet
from playwright.sync_api import sync_playwright
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from runwright.engine.browser.launch import launch

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DISTRIBUTIONS = {"PIL": "pillow", "yaml": "pyyaml", "markdown_it": "markdown-it-py", "re2": "google-re2"}
"""Distributions whose names differ from those of the modules in more than `-` and `_`."""
NOT_IMPORTED = {
    "python-multipart": "Starlette reads forms with it",
    "fontpkg-source-sans-3": "evidence/images/fonts.py opens its file",
    "manimgx-fonts-cjk": "evidence/images/fonts.py opens its file",
}
"""Declared packages that no module imports, each with its reason."""


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", each, maxsplit=1)[0].lower() for each in requirements}


DECLARED = _names(PROJECT["dependencies"])
EXTRAS = {name: _names(needed) for name, needed in PROJECT["optional-dependencies"].items()}


def _imported(path: Path) -> Iterator[str]:
    """The distributions of which a file imports something: anywhere in it, for types too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module]
        for name in names:
            top = name.split(".")[0]
            if top not in sys.stdlib_module_names and top != "runwright":
                yield DISTRIBUTIONS.get(top, top.replace("_", "-").lower())


def _files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def used() -> dict[Path, set[str]]:
    """What each file of the product imports; read in the first test that needs it, not in every process."""
    return {path: set(_imported(path)) for path in _files("src/runwright", "steps")}


def test_the_imports_are_found() -> None:
    found = set().union(*used().values())
    assert {"playwright", "pydantic", "starlette", "pillow", "pyyaml", "markdown-it-py"} <= found


def test_every_package_that_is_imported_is_declared() -> None:
    undeclared = {
        (str(path.relative_to(ROOT)), name)
        for path, names in used().items()
        for name in names - DECLARED
        if not (path.name == "pytest_plugin.py" and name in EXTRAS["pytest"])
    }
    assert undeclared == set(), "add it to the dependencies in pyproject.toml, or to the extra that the module is for"


def test_every_declared_package_is_used() -> None:
    imported = set().union(*used().values()) | set(NOT_IMPORTED)
    assert DECLARED - imported == set(), "remove it from pyproject.toml, or name here why it is needed"
    assert (EXTRAS["pytest"] | EXTRAS["cjk"]) - imported == set()


def test_what_the_tests_import_is_declared_for_them() -> None:
    local = {path.stem for path in _files("tests", "benchmarks")} | {
        path.name for folder in ("tests", ".") for path in (ROOT / folder).iterdir() if path.is_dir()
    }
    found = {name for path in _files("tests", "benchmarks") for name in _imported(path)}
    assert found - {name.replace("_", "-") for name in local} - DECLARED - EXTRAS["test"] == set()


# Undocumented parts: one module each, an upper bound, and a test that they are there

BOUNDED = {
    "playwright": "engine/browser/watchdog.py",
    "uvicorn": "rehearsal/http_server.py",
    "docutils": "guide/parse/rest_parser.py",
}
"""Packages of which a module uses undocumented parts."""


@pytest.mark.parametrize("package", BOUNDED)
def test_a_package_with_undocumented_use_has_an_upper_bound_that_admits_the_installed_version(package: str) -> None:
    (requirement,) = [each for each in PROJECT["dependencies"] if re.match(rf"{package}\b", each)]
    bound = re.search(r"<(\d+)\.(\d+)$", requirement)
    assert bound is not None, f"{requirement} has no upper bound"
    assert tuple(map(int, version(package).split(".")[:2])) < (int(bound[1]), int(bound[2]))


def test_no_module_but_one_uses_uvicorn() -> None:
    users = {str(path.relative_to(ROOT / "src/runwright")) for path, names in used().items() if "uvicorn" in names}
    assert users == {BOUNDED["uvicorn"]}


def test_no_module_but_one_runs_greenlets_or_takes_the_loop_of_playwright() -> None:
    for path, names in used().items():
        name = path.relative_to(ROOT).as_posix()
        if name.endswith(BOUNDED["playwright"]):
            assert "greenlet" in names, "the module no longer uses it: remove the bound"
        else:
            assert "greenlet" not in names, name


def test_no_module_but_one_uses_the_parser_of_docutils_and_what_it_replaces_exists() -> None:
    files = [path for path in used() if "docutils.parsers" in path.read_text("utf-8")]
    assert [path.relative_to(ROOT / "src/runwright").as_posix() for path in files] == [BOUNDED["docutils"]]
    assert callable(states.Inliner.interpreted) and callable(states.Inliner.parse)
    assert states.Body.directive in [method for method, _ in states.Body.explicit.constructs]
    assert isinstance(states.RSTState.nested_sm_cache, list)


PRIVATE = re.compile(r"playwright\._impl|\b(_impl_obj|_dispatcher_fiber|_context_manager|_connection_closed)\b")


def test_nothing_private_of_playwright_is_used() -> None:
    assert [path.name for path in used() if PRIVATE.search(path.read_text("utf-8"))] == []


def test_uvicorn_has_the_undocumented_parts_of_the_http_server() -> None:
    config = uvicorn.Config("starlette.responses:PlainTextResponse", http=H11Protocol, lifespan="off", ws="none")
    config.load()
    assert config.ssl is None, "http_server.py sets a context here after `load`"
    assert config.http_protocol_class is H11Protocol
    server = uvicorn.Server(config)
    assert (server.should_exit, server.force_exit) == (False, False)
    assert list(inspect.signature(server.main_loop).parameters) == [], "http_server.py waits in its place"
    assert list(inspect.signature(server.on_tick).parameters) == ["counter"]
    with server.capture_signals():
        pass
    for name in ("connection_made", "connection_lost"):
        assert callable(getattr(H11Protocol, name))


def test_a_connection_of_uvicorn_knows_its_client_and_a_server_ends_when_it_is_asked_to() -> None:
    seen: list[tuple[str, int] | None] = []

    class Connection(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            seen.append(self.client)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("no request is sent")

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=Connection, lifespan="off", ws="none", log_level="critical"))

    async def scenario() -> tuple[str, int]:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        _, writer = await asyncio.open_connection(*listening.getsockname())
        address: tuple[str, int] = writer.get_extra_info("sockname")
        while not seen:
            await asyncio.sleep(0.01)
        server.should_exit = server.force_exit = True
        await serving
        writer.close()
        return address

    assert [asyncio.run(scenario())] == seen


def test_a_greenlet_in_the_loop_of_playwright_may_ask_a_page_while_the_run_waits() -> None:
    """The watchdog relies on it: Playwright waits in an asyncio loop, and its sync calls switch greenlets."""
    answers: list[int] = []
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        browser = launch(playwright)
        page = browser.new_page()
        loop.call_later(0, lambda: greenlet(lambda: answers.append(page.evaluate("6 * 7"))).switch())
        page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 500))")
        page.wait_for_function("true")
        browser.close()
    assert answers == [42]
