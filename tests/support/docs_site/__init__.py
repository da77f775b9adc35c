"""The admin site of the runbooks in docs/how-to/write-runbooks.md. Its pages are beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import json_of
from runwright.rehearsal.simulator import Cookie, Simulator

_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
PEOPLE = ("Ann Ames", "Bo Berg", "Cy Cole")
GUESTS = ("Di Dorn", "Ed Eck", "Flo Falk", "Gus Gray", "Hal Hart")


class Store:
    """The state of the site, and every change to it."""

    def __init__(self) -> None:
        self.changes: list[str] = []
        self.keys: list[str] = ["laptop"]
        self.company = {"name": "Acme", "billing": "Monthly", "note": ""}
        self.domains: dict[str, str] = {}
        self.sharing = True
        self.factors = dict.fromkeys(PEOPLE, False)
        self.factors["Cy Cole"] = True
        self.guests = dict.fromkeys(GUESTS, False)
        self.mirror = {"host": "", "port": "8080"}
        self.token = ""
        self.request: str | None = None
        """The request for more seats: `asked`, `approved`, or None."""
        self.signed_in = True
        self.password = ""


class AdminSimulator(Simulator):
    """Serves https://admin.acme.example, from a store that the test can read and change."""

    kind: ClassVar[str] = "admin"
    claims: ClassVar[tuple[str, ...]] = ("admin.acme.example",)
    store: ClassVar[Store]

    def app(self) -> Any:
        routes = [Route("/{page}", self._page, methods=["GET"]), Route("/{page}", self._change, methods=["POST"])]
        return Starlette(routes=routes)

    def cookies(self) -> list[Cookie]:
        return []

    def state(self) -> dict[str, Any]:
        return {"changes": self.store.changes}

    def reset(self) -> None:
        type(self).store = Store()

    def _page(self, request: Request) -> Response:
        name = request.path_params["page"]
        if not self.store.signed_in:
            name = "signin"
        if name == "keys.json":
            return JSONResponse(self.store.keys)
        if not (Path(__file__).parent / f"{name}.html").is_file():
            return HTMLResponse("<h1>Nothing here</h1>", 404)
        return HTMLResponse(_PAGES.get_template(f"{name}.html").render(store=self.store, query=request.query_params))

    def _change(self, request: Request) -> Response:
        name, sent, store = request.path_params["page"], json_of(request), self.store
        if name == "signin":
            store.signed_in = sent["password"] == store.password
            return JSONResponse({"ok": store.signed_in})
        what = ", ".join(f"{key}={value}" for key, value in sent.items())
        self.context.effects.record("admin.acme.example", name, what=what)
        store.changes.append(f"{name}: {what}")
        match name:
            case "keys":
                store.keys.append(sent["name"])
            case "company":
                store.company.update(sent)
            case "domains":
                store.domains[sent["domain"]] = sent["proof"]
            case "sharing":
                store.sharing = sent["on"]
            case "people":
                store.factors[sent["person"]] = sent["on"]
            case "guests":
                store.guests[sent["guest"]] = sent["blocked"]
            case "seats":
                store.request = "asked"
            case "mirror":
                store.mirror.update(sent)
            case "webhook":
                store.token = sent["token"]
            case _:
                return RedirectResponse("/", 303)
        return JSONResponse({"ok": True})
