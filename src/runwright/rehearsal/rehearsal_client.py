"""A run's side of a rehearsal: asks the control address for the mapping, the nonce and the effects."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from runwright.engine.errors import NotUsable
from runwright.rehearsal.gateway import PATH

_SERVE = "Serve one with `runwright rehearsal`, and give the control address that it prints."


class RehearsalError(NotUsable):
    """The rehearsal cannot be used: it does not answer, or has no stand-in for a site."""


class Unfit(RehearsalError):
    """What is asked for cannot be served: no stand-in is of the kind, or answers for the host, or takes the options."""


class RehearsalClient:
    """Talks to a control address on this machine, past every proxy."""

    def __init__(self, control_url: str) -> None:
        self._url = control_url
        try:
            parts = urlsplit(control_url if "//" in control_url else f"//{control_url}")
            self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        except ValueError:
            raise RehearsalError(f"{control_url} is no address, such as http://127.0.0.1:8765.", _SERVE) from None
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None
        self._sites: list[str] = []

    @property
    def nonce(self) -> str:
        return str(self._mapping()["nonce"])

    def open_sites(self, sites: Iterable[tuple[str | None, str, Mapping[str, str]]]) -> None:
        """Have stand-ins served for these sites: kind (None for one that answers for the host), origin, options.

        Raises Unfit where that cannot be, RehearsalError where no rehearsal answers.
        """
        self._mapping()  # another server is asked for nothing more
        for kind, url, options in sites:
            self._ask("POST", "/sites", {"kind": kind, "url": url, "options": dict(options)})
            self._sites.append(url)

    def browser_args(self) -> list[str]:
        """Chromium's arguments that send the real names to the stand-ins, and nothing anywhere else."""
        mapping = self._mapping()
        return [
            "--host-resolver-rules=" + ", ".join(mapping["rules"]),
            f"--ignore-certificate-errors-spki-list={mapping['spki']}",
            "--no-proxy-server",
            "--proxy-server=direct://",  # the same, for browsers without windows, which do not know the other
        ]

    def nonce_urls(self) -> list[str]:
        """Where the browser must find the nonce: one address a site."""
        return [f"{url}{PATH}" for url in self._sites]

    def effects(self, since: int = 0) -> list[dict[str, Any]]:
        """The effects whose number is above ``since``."""
        found: list[dict[str, Any]] = self._ask("GET", f"/effects?since={since}")
        return found

    def state(self) -> dict[str, Any]:
        """What every stand-in has stored, by origin."""
        found: dict[str, Any] = self._ask("GET", "/state")
        return found

    def reset(self) -> None:
        """Make every stand-in a new site again, and forget the effects."""
        self._ask("POST", "/reset")

    def close(self) -> None:
        """Hang up. The next question connects again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _mapping(self) -> dict[str, Any]:
        mapping = self._ask("GET", "/")
        if not isinstance(mapping, dict) or "nonce" not in mapping:
            raise self._another()
        return mapping

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        with self._lock:
            for fresh in (False, True):
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
                    self._connection = None  # a kept connection may have been closed meanwhile: once more, afresh
                    if fresh:
                        raise RehearsalError(f"No rehearsal answers at {self._url}: {error}.", _SERVE) from None
        if answer.status != 200 and method == "POST":
            raise Unfit(data.decode(errors="replace"))  # it says what it refuses, and why
        try:
            return json.loads(data)
        except ValueError:
            raise self._another() from None

    def _another(self) -> RehearsalError:
        return RehearsalError(f"What answers at {self._url} is no rehearsal.", _SERVE)
