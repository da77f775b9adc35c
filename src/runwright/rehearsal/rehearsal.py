"""One rehearsal: its stand-ins on local ports, the mapping of real addresses to them, its control address."""

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
from runwright.rehearsal.control_server import Control
from runwright.rehearsal.effects import World
from runwright.rehearsal.http_server import Server, hold
from runwright.rehearsal.simulator import StandIn
from runwright.rehearsal.state_store import StateFolder
from runwright.rehearsal.tls import Authority

_PORTS = {"https": 443, "http": 80}


@dataclass
class Stage:
    """A stand-in that is being served."""

    stand_in: StandIn
    hosts: list[str]
    app: ASGIApp
    context: ssl.SSLContext
    secure: Server
    plain: Server
    ports: dict[str, int]
    """The port of the real address by scheme. An origin that names its port has that one alone."""
    stopped: bool = False

    def servers(self) -> tuple[Server, Server]:
        return self.secure, self.plain

    def local(self, port: int) -> int | None:
        """The local port behind a port of the real address."""
        for server, scheme in ((self.secure, "https"), (self.plain, "http")):
            if self.ports.get(scheme) == port:
                return server.port
        return None


class Rehearsal:
    """Stand-ins under their sites' real addresses. A context manager: they are served inside it.

    With ``state`` they begin as they ended when that folder was used last. Raises ValueError for a scenario that no
    stand-in knows, BadState for a file in the folder that is none of its own, NotKept where it cannot be written.
    """

    def __init__(
        self,
        scenarios: Iterable[str] = (),
        port: int = 0,
        kinds: Mapping[str, type[StandIn]] | None = None,
        state: Path | None = None,
    ) -> None:
        if kinds is None:
            from runwright.rehearsal.registry import KINDS

            kinds = KINDS
        self._kinds = kinds
        self._wanted_port = port
        self._kept = StateFolder(state) if state is not None else None
        self._authority = Authority()
        self._stages: list[Stage] = []
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._pauses: list[threading.Thread] = []
        self._numbers = itertools.count(1)
        self.nonce = secrets.token_hex(16)
        known = all_scenarios(kinds)
        for name in (chosen := frozenset(scenarios)):
            if name not in known:
                from runwright.language.diagnostics import did_you_mean

                raise ValueError(f"There is no scenario `{name}`. {did_you_mean(name, known)}")
        self.world = World(client=self._client, scenarios=chosen, pause=self.pause)
        self.control = Control(self)

    def __enter__(self) -> Rehearsal:
        self.control.start(self._wanted_port)
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
        self._over.set()
        for thread in self._pauses:
            thread.join()
        stages = self.stages
        self.control.close()
        for stage in stages:
            for server in stage.servers():
                server.close()
        for stage in stages:
            self._stop(stage)
        self.control.join()
        if self._kept is not None:
            self._kept.keep(stage.stand_in for stage in stages)

    @property
    def control_url(self) -> str:
        return f"http://127.0.0.1:{self.control.port}"

    @property
    def spki(self) -> str:
        return self._authority.spki

    @property
    def ca_pem(self) -> str:
        return self._authority.pem

    def client_context(self) -> ssl.SSLContext:
        """What a client of this process needs to trust the stand-ins."""
        return self._authority.client_context()

    @property
    def stages(self) -> list[Stage]:
        with self._lock:
            return list(self._stages)

    def add(self, kind: str, url: str, options: Mapping[str, str]) -> StandIn:
        """Serve a stand-in under an origin.

        One that is served there already is given back, and gets these options in place of its own.
        Raises ValueError for an unknown kind, an address without a host, an origin that another kind has.
        """
        with self._lock:
            if kind not in self._kinds:
                raise ValueError(f"There is no stand-in `{kind}`; known are {', '.join(self._kinds)}.")
            known = self.find(url)
            if known is not None:
                if known.stand_in.kind != kind:
                    raise ValueError(f"{url} has a stand-in of the kind `{known.stand_in.kind}` already.")
                known.stand_in.options.clear()
                known.stand_in.options.update(options)
                return known.stand_in
            model = self._kinds[kind]
            scheme, host, port = _origin(url)
            ports = _PORTS if port is None else {scheme: port}
            stand_in = model(self.world, f"{scheme}://{host}" + ("" if port is None else f":{port}"), options)
            if self._kept is not None:
                self._kept.take_up(stand_in)
            hosts = list(model.claims) or [host]
            app = gateway.Door(stand_in, self.nonce, lambda: next(self._numbers))
            context = self._authority.server_context(hosts)
            stage = Stage(stand_in, hosts, app, context, Server(app, context), Server(app), dict(ports))
            for server in stage.servers():
                server.start()
            self._stages.append(stage)
            return stand_in

    def find(self, url: str) -> Stage | None:
        """What is served under an address. Raises ValueError for one without a host."""
        scheme, host, port = _origin(url)
        wanted = _PORTS[scheme] if port is None else port
        return next((stage for stage in self._fitting(host) if stage.local(wanted) is not None), None)

    def _fitting(self, host: str) -> list[Stage]:
        return [stage for stage in self.stages if any(_fits(host, each) for each in stage.hosts)]

    def site_for(self, url: str) -> StandIn:
        """The stand-in under an address. Raises KeyError."""
        stage = self.find(url)
        if stage is None:
            raise KeyError(url)
        return stage.stand_in

    def stop_site(self, host: str) -> None:
        """Close a site's ports: from now on connections to it are refused."""
        for stage in self._fitting(host):
            self._stop(stage)

    def pause(self, host: str, after: float, seconds: float) -> None:
        """Refuse connections to a site for a while, as where a server restarts; then the same ports answer again."""
        for stage in self._fitting(host):
            thread = threading.Thread(target=self._pause, args=(stage, after, seconds), daemon=True)
            self._pauses.append(thread)
            thread.start()

    def _pause(self, stage: Stage, after: float, seconds: float) -> None:
        if self._over.wait(after) or stage.stopped:
            return
        for server in stage.servers():
            server.close()
        held: list[socket.socket] = []
        for server in stage.servers():
            server.join()
            held.append(hold(server.port))
        over = self._over.wait(seconds)
        with self._lock:
            if over or stage.stopped:
                for each in held:
                    each.close()
                return
            stage.secure, stage.plain = Server(stage.app, stage.context, held[0]), Server(stage.app, None, held[1])
            for server in stage.servers():
                server.start()

    def reset(self) -> None:
        """Make every stand-in a new site again, and forget the effects."""
        for stage in self.stages:
            stage.stand_in.reset()
        self.world.effects.clear()

    def local_port(self, host: str, port: int) -> int | None:
        """The local port behind a real host and port."""
        found = (stage.local(port) for stage in self._fitting(host))
        return next((each for each in found if each is not None), None)

    def rules(self) -> list[str]:
        """Chromium's `--host-resolver-rules`. The last one keeps every other name from being found."""
        rules = [
            f"MAP {host}:{port} 127.0.0.1:{stage.local(port)}"
            for stage in self.stages
            for host in stage.hosts
            for port in stage.ports.values()
        ]
        return [*rules, "MAP * ~NOTFOUND"]

    def _client(self) -> httpx.Client:
        return httpx.Client(
            proxy=self.control_url, verify=self._authority.client_context(), trust_env=False, timeout=10
        )

    def _stop(self, stage: Stage) -> None:
        with self._lock:
            if stage.stopped:
                return
            stage.stopped = True
        for server in stage.servers():
            server.close()
        for server in stage.servers():
            server.join()


def all_scenarios(kinds: Mapping[str, type[StandIn]]) -> dict[str, str]:
    """Every scenario by name, with its sentence."""
    return {name: text for kind in kinds.values() for name, text in kind.scenarios.items()} | gateway.SCENARIOS


def _fits(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address; no port where it is the scheme's own. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"{url or 'An empty text'} is no address of a site: it must begin with https:// or http://.")
    host = parts.hostname
    if not host.isascii():
        host = host.encode("idna").decode()  # the form in which a browser asks for it
    return parts.scheme, host, None if parts.port == _PORTS[parts.scheme] else parts.port
