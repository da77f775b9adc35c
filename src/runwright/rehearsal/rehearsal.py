"""A rehearsal: simulators on local ports, the mapping of real addresses to them, and the control address."""

from __future__ import annotations

import itertools
import secrets
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp

from runwright.rehearsal import gateway
from runwright.rehearsal.control_server import ControlServer
from runwright.rehearsal.effects import RehearsalContext
from runwright.rehearsal.http_server import HttpServer, reserve_port
from runwright.rehearsal.simulator import Simulator
from runwright.rehearsal.state_store import StateFolder
from runwright.rehearsal.tls import Authority

_PORTS = {"https": 443, "http": 80}


@dataclass
class ServedSimulator:
    """A simulator and the two local servers that answer for it."""

    simulator: Simulator
    hosts: list[str]
    """Host names and `*.` patterns."""
    app: ASGIApp
    tls_context: ssl.SSLContext
    secure: HttpServer
    plain: HttpServer
    ports: dict[str, int]
    """The port of the real address, by scheme. An origin that names its port has only that one."""
    stopped: bool = False

    def servers(self) -> tuple[HttpServer, HttpServer]:
        return self.secure, self.plain

    def local_port(self, port: int) -> int | None:
        """The local port for a port of the real address; None if the real address does not have that port."""
        for server, scheme in ((self.secure, "https"), (self.plain, "http")):
            if self.ports.get(scheme) == port:
                return server.port
        return None


class Rehearsal:
    """Serves simulators under their sites' real addresses, for as long as its `with` block runs.

    With ``state``, simulators continue from the states saved in that folder, and save them there at the end.
    Raises ValueError for an unknown scenario, InvalidState for a file in the folder that holds no saved state, and
    StateNotWritable if the folder cannot be written.
    """

    def __init__(
        self,
        scenarios: Iterable[str] = (),
        port: int = 0,
        kinds: Mapping[str, type[Simulator]] | None = None,
        state: Path | None = None,
    ) -> None:
        if kinds is None:
            from runwright.rehearsal.registry import simulator_kinds

            kinds = simulator_kinds()
        self._kinds = kinds
        self._port = port
        self._state_folder = StateFolder(state) if state is not None else None
        self._authority = Authority()
        self._served: list[ServedSimulator] = []
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._pauses: list[threading.Thread] = []
        self._request_numbers = itertools.count(1)
        self.nonce = secrets.token_hex(16)
        known = all_scenarios(kinds)
        for name in (active := frozenset(scenarios)):
            if name not in known:
                from runwright.language.diagnostics import did_you_mean

                raise ValueError(f"Unknown scenario `{name}`. {did_you_mean(name, known)}")
        self.context = RehearsalContext(client=self._client, scenarios=active, pause=self.pause)
        self.control = ControlServer(self)

    def __enter__(self) -> Rehearsal:
        self.control.start(self._port)
        try:
            for name, kind in self._kinds.items():
                if kind.claims:
                    self.add(name, f"https://{kind.claims[0].removeprefix('*.')}", {})
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._pauses:
            thread.join()
        served = self.served
        self.control.close()
        for each in served:
            for server in each.servers():
                server.close()
        for each in served:
            self._stop(each)
        self.control.join()
        if self._state_folder is not None:
            self._state_folder.save(each.simulator for each in served)

    @property
    def control_url(self) -> str:
        """The address of the control server."""
        return f"http://127.0.0.1:{self.control.port}"

    @property
    def spki(self) -> str:
        """The digest of the key of all certificates, for `--ignore-certificate-errors-spki-list`."""
        return self._authority.spki

    @property
    def ca_pem(self) -> str:
        """The certificate of the rehearsal's authority."""
        return self._authority.pem

    def client_context(self) -> ssl.SSLContext:
        """A TLS context for clients in this process, which trusts the simulators."""
        return self._authority.client_context()

    @property
    def served(self) -> list[ServedSimulator]:
        """The simulators, in the order in which they were added."""
        with self._lock:
            return list(self._served)

    def add(self, kind: str, url: str, options: Mapping[str, str]) -> Simulator:
        """Serve a simulator under an origin.

        Returns the existing simulator, with its options replaced, if the origin already has one of this kind.
        Raises ValueError for an unknown kind, an address without a host, or an origin that another kind serves.
        """
        with self._lock:
            if kind not in self._kinds:
                raise ValueError(f"Unknown simulator kind `{kind}`. Known kinds: {', '.join(self._kinds)}.")
            known = self.find(url)
            if known is not None:
                if known.simulator.kind != kind:
                    raise ValueError(f"{url} already has a simulator of kind `{known.simulator.kind}`.")
                known.simulator.options.clear()
                known.simulator.options.update(options)
                return known.simulator
            kind_class = self._kinds[kind]
            scheme, host, port = _origin(url)
            ports = _PORTS if port is None else {scheme: port}
            simulator = kind_class(self.context, f"{scheme}://{host}" + ("" if port is None else f":{port}"), options)
            if self._state_folder is not None:
                self._state_folder.restore(simulator)
            hosts = list(kind_class.claims) or [host]
            app = gateway.SimulatorGateway(simulator, self.nonce, lambda: next(self._request_numbers))
            tls_context = self._authority.server_context(hosts)
            secure, plain = HttpServer(app, tls_context), HttpServer(app)
            served = ServedSimulator(simulator, hosts, app, tls_context, secure, plain, dict(ports))
            for server in served.servers():
                server.start()
            self._served.append(served)
            return simulator

    def find(self, url: str) -> ServedSimulator | None:
        """The simulator that serves an address, or None. Raises ValueError for an address without a host."""
        scheme, host, port = _origin(url)
        real_port = _PORTS[scheme] if port is None else port
        return next((each for each in self._serving(host) if each.local_port(real_port) is not None), None)

    def _serving(self, host: str) -> list[ServedSimulator]:
        return [each for each in self.served if any(gateway.matches(host, pattern) for pattern in each.hosts)]

    def site_for(self, url: str) -> Simulator:
        """The simulator that serves an address. Raises KeyError."""
        served = self.find(url)
        if served is None:
            raise KeyError(url)
        return served.simulator

    def stop_site(self, host: str) -> None:
        """Close the ports of a site: from now on, connections to it are refused."""
        for served in self._serving(host):
            self._stop(served)

    def pause(self, host: str, after: float, seconds: float) -> None:
        """Refuse connections to a site, ``after`` seconds from now, for ``seconds``, like a restarting server.

        Afterwards the same ports answer again.
        """
        for served in self._serving(host):
            thread = threading.Thread(target=self._pause, args=(served, after, seconds), daemon=True)
            self._pauses.append(thread)
            thread.start()

    def _pause(self, served: ServedSimulator, after: float, seconds: float) -> None:
        if self._ended.wait(after) or served.stopped:
            return
        for server in served.servers():
            server.close()
        reserved: list[socket.socket] = []
        for server in served.servers():
            server.join()
            reserved.append(reserve_port(server.port))
        ended = self._ended.wait(seconds)
        with self._lock:
            if ended or served.stopped:
                for each in reserved:
                    each.close()
                return
            served.secure = HttpServer(served.app, served.tls_context, reserved[0])
            served.plain = HttpServer(served.app, None, reserved[1])
            for server in served.servers():
                server.start()

    def reset(self) -> None:
        """Return every simulator to the state of a new site, and clear the effects."""
        for served in self.served:
            served.simulator.reset()
        self.context.effects.clear()

    def local_port(self, host: str, port: int) -> int | None:
        """The local port for a real host and port; None if no simulator serves them."""
        found = (served.local_port(port) for served in self._serving(host))
        return next((each for each in found if each is not None), None)

    def routes(self) -> list[tuple[str, int, int]]:
        """Where each host or `*.` pattern and port of a real address leads: the port on this machine."""
        return [
            (host, port, local)
            for served in self.served
            for host in served.hosts
            for port in served.ports.values()
            if (local := served.local_port(port)) is not None
        ]

    def _client(self) -> httpx.Client:
        return httpx.Client(
            proxy=self.control_url, verify=self._authority.client_context(), trust_env=False, timeout=10
        )

    def _stop(self, served: ServedSimulator) -> None:
        with self._lock:
            if served.stopped:
                return
            served.stopped = True
        for server in served.servers():
            server.close()
        for server in served.servers():
            server.join()


def all_scenarios(kinds: Mapping[str, type[Simulator]]) -> dict[str, str]:
    """The one-sentence descriptions of all scenarios, by name."""
    return {name: text for kind in kinds.values() for name, text in kind.scenarios.items()} | gateway.SCENARIOS


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address; the port is None if it is the default of the scheme. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"Invalid site address `{url}`: it must begin with https:// or http://.")
    host = parts.hostname
    if not host.isascii():
        host = host.encode("idna").decode()  # the form that a browser looks up
    return parts.scheme, host, None if parts.port == _PORTS[parts.scheme] else parts.port
