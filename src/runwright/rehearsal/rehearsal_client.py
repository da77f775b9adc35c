"""A run's client of the control address: reads the address mapping, the nonce and the effects of a rehearsal."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from runwright.engine.errors import EnvironmentFailure
from runwright.rehearsal.gateway import NONCE_PATH, matches

_REMEDY = "Start one with `runwright simulator`, and pass the control address that it prints."


class RehearsalError(EnvironmentFailure):
    """The rehearsal is not usable: it does not answer, or has no simulator for a site."""


class IncompatibleRehearsal(RehearsalError):
    """The rehearsal cannot serve a site: no simulator has the kind, serves the host, or accepts the options."""


class RehearsalClient:
    """Talks to a control address on this machine, bypassing every proxy."""

    def __init__(self, control_url: str) -> None:
        self._url = control_url
        try:
            parts = urlsplit(control_url if "//" in control_url else f"//{control_url}")
            self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        except ValueError:
            message = f"Invalid control address `{control_url}`: write it as in http://127.0.0.1:8765."
            raise RehearsalError(message, _REMEDY) from None
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None
        self._sites: list[str] = []
        self._routes: list[tuple[str, int, int]] | None = None

    @property
    def nonce(self) -> str:
        """The random text that every simulator of this rehearsal serves."""
        return str(self._mapping()["nonce"])

    def open_sites(self, sites: Iterable[tuple[str | None, str, Mapping[str, str]]]) -> None:
        """Have simulators served for these sites: kind (None for the one that claims the host), origin, options.

        Raises IncompatibleRehearsal if a site cannot be served, RehearsalError if no rehearsal answers.
        """
        self._mapping()  # nothing is sent to a server that is not a rehearsal
        for kind, url, options in sites:
            self._ask("POST", "/sites", {"kind": kind, "url": url, "options": dict(options)})
            self._sites.append(url)
        self._routes = None  # the rehearsal may have other simulators now

    def browser_args(self) -> list[str]:
        """Chromium arguments: besides valid certificates, the browser accepts those of this rehearsal."""
        return [f"--ignore-certificate-errors-spki-list={self._mapping()['spki']}"]

    def route(self, host: str, port: int) -> tuple[str, int] | None:
        """The address of the simulator that answers for a host and port; None if none does."""
        if self._routes is None:
            self._routes = [(pattern, real, local) for pattern, real, local in self._mapping()["routes"]]
        found = (local for pattern, real, local in self._routes if real == port and matches(host, pattern))
        return next((("127.0.0.1", local) for local in found), None)

    def nonce_urls(self) -> list[str]:
        """Where the browser must find the nonce: one address per site."""
        return [f"{url}{NONCE_PATH}" for url in self._sites]

    def effects(self, since: int = 0) -> list[dict[str, Any]]:
        """The effects whose number is above ``since``."""
        found: list[dict[str, Any]] = self._ask("GET", f"/effects?since={since}")
        return found

    def state(self) -> dict[str, Any]:
        """The state of every simulator, by origin."""
        found: dict[str, Any] = self._ask("GET", "/state")
        return found

    def reset(self) -> None:
        """Return every simulator to the state of a new site, and clear the effects."""
        self._ask("POST", "/reset")

    def close(self) -> None:
        """Close the connection. The next request opens a new one."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _mapping(self) -> dict[str, Any]:
        mapping = self._ask("GET", "/")
        if not isinstance(mapping, dict) or "nonce" not in mapping:
            raise self._not_a_rehearsal()
        return mapping

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        with self._lock:
            for retry in (False, True):
                if self._connection is None:
                    self._connection = http.client.HTTPConnection(self._host, self._port, timeout=10)
                try:
                    headers = {"Content-Type": "application/json"}
                    self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
                    answer = self._connection.getresponse()
                    data = answer.read()
                    break
                except (OSError, http.client.HTTPException) as error:
                    self._connection.close()
                    self._connection = None  # the server may have closed an idle connection: retry on a new one
                    if retry:
                        raise RehearsalError(f"No rehearsal answers at {self._url}: {error}.", _REMEDY) from None
        if answer.status != 200 and method == "POST":
            raise IncompatibleRehearsal(data.decode(errors="replace"))  # the body says what is refused, and why
        try:
            return json.loads(data)
        except ValueError:
            raise self._not_a_rehearsal() from None

    def _not_a_rehearsal(self) -> RehearsalError:
        return RehearsalError(f"The server at {self._url} is not a rehearsal.", _REMEDY)
