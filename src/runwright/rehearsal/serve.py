"""One rehearsal: its stand-ins on local ports, the mapping of real addresses to them, its control address."""

from __future__ import annotations

import itertools
import secrets
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlsplit

import httpx

from runwright.rehearsal import door
from runwright.rehearsal.control import Control
from runwright.rehearsal.server import Server
from runwright.rehearsal.standin import StandIn
from runwright.rehearsal.tls import Authority
from runwright.rehearsal.world import World


@dataclass
class Stage:
    """A stand-in that is being served."""

    stand_in: StandIn
    hosts: list[str]
    secure: Server
    plain: Server
    ports: dict[str, int]
    """The port of the real address by scheme."""
    stopped: bool = False


class Rehearsal:
    """Stand-ins under their sites' real addresses. A context manager: they are served inside it.

    Raises ValueError for a scenario that no stand-in knows.
    """

    def __init__(
        self,
        scenarios: Iterable[str] = (),
        port: int = 0,
        kinds: Mapping[str, type[StandIn]] | None = None,
    ) -> None:
        if kinds is None:
            from runwright.rehearsal.kinds import KINDS

            kinds = KINDS
        self._kinds = kinds
        self._wanted_port = port
        self._authority = Authority()
        self._stages: list[Stage] = []
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self.nonce = secrets.token_hex(16)
        known = all_scenarios(kinds)
        for name in (chosen := frozenset(scenarios)):
            if name not in known:
                from runwright.language.errors import did_you_mean

                raise ValueError(f"There is no scenario `{name}`. {did_you_mean(name, known)}")
        self.world = World(client=self._client, scenarios=chosen)
        self.control = Control(self)

    def __enter__(self) -> Rehearsal:
        self.control.start(self._wanted_port)
        for name, kind in self._kinds.items():
            if kind.claims:
                self.add(name, f"https://{kind.claims[0].removeprefix('*.')}", {})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stage in self._stages:
            self._stop(stage)
        self.control.stop()

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
        """Serve a stand-in under an origin; one that is served there already is given back. Raises ValueError."""
        with self._lock:
            known = self.find(url)
            if known is not None:
                known.stand_in.options.update(options)
                return known.stand_in
            if kind not in self._kinds:
                raise ValueError(f"There is no stand-in `{kind}`; known are {', '.join(self._kinds)}.")
            model = self._kinds[kind]
            parts = urlsplit(url)
            stand_in = model(self.world, url, options)
            hosts = list(model.claims) or [parts.hostname or ""]
            app = door.Door(stand_in, self.nonce, lambda: next(self._numbers))
            ports = {"https": 443, "http": 80}
            if parts.port is not None:
                ports[parts.scheme] = parts.port
            stage = Stage(stand_in, hosts, Server(app, self._authority.server_context(hosts)), Server(app), ports)
            for server in (stage.secure, stage.plain):
                server.start()
            self._stages.append(stage)
            return stand_in

    def find(self, url: str) -> Stage | None:
        """What is served under an address."""
        host = urlsplit(url).hostname or ""
        return next((stage for stage in self.stages if any(_fits(host, each) for each in stage.hosts)), None)

    def site_for(self, url: str) -> StandIn:
        """The stand-in under an address. Raises KeyError."""
        stage = self.find(url)
        if stage is None:
            raise KeyError(url)
        return stage.stand_in

    def stop_site(self, host: str) -> None:
        """Close a site's ports: from now on nothing answers there."""
        stage = self.find(f"https://{host}")
        if stage is not None:
            self._stop(stage)

    def reset(self) -> None:
        """Make every stand-in a new site again, and forget the effects."""
        for stage in self.stages:
            stage.stand_in.reset()
        self.world.effects.clear()

    def local_port(self, host: str, port: int) -> int | None:
        """The local port behind a real host and port."""
        for stage in self.stages:
            if any(_fits(host, each) for each in stage.hosts):
                if port == stage.ports["https"]:
                    return stage.secure.port
                if port == stage.ports["http"]:
                    return stage.plain.port
        return None

    def rules(self) -> list[str]:
        """Chromium's `--host-resolver-rules`. The last one keeps every other name from being found."""
        rules = []
        for stage in self.stages:
            for host in stage.hosts:
                rules.append(f"MAP {host}:{stage.ports['https']} 127.0.0.1:{stage.secure.port}")
                rules.append(f"MAP {host}:{stage.ports['http']} 127.0.0.1:{stage.plain.port}")
        return [*rules, "MAP * ~NOTFOUND"]

    def _client(self) -> httpx.Client:
        return httpx.Client(
            proxy=self.control_url, verify=self._authority.client_context(), trust_env=False, timeout=10
        )

    def _stop(self, stage: Stage) -> None:
        if not stage.stopped:
            stage.stopped = True
            stage.secure.stop()
            stage.plain.stop()


def all_scenarios(kinds: Mapping[str, type[StandIn]]) -> dict[str, str]:
    """Every scenario by name, with its sentence."""
    return {name: text for kind in kinds.values() for name, text in kind.scenarios.items()} | door.SCENARIOS


def _fits(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
