"""What the simulators of a rehearsal share: the effects they record, the active scenarios, HTTP between simulators."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx


@dataclass(frozen=True)
class Effect:
    """One change of state that a simulator made at the request of a browser or a client."""

    number: int
    """Counts from 1 over all simulators of the rehearsal."""
    time: str
    site: str
    """The host that received the request, for example ``api.slack.com``."""
    kind: str
    """What changed, in hyphenated words: ``create-app``, ``save-redirect-urls``."""
    detail: dict[str, str]


class Effects:
    """All effects of a rehearsal, in order. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[Effect] = []
        self._last = 0

    def record(self, site: str, kind: str, **detail: str) -> None:
        """Add one change of state, when the simulator accepts the request for it."""
        with self._lock:
            self._last += 1
            self._all.append(Effect(self._last, datetime.now(UTC).isoformat(), site, kind, detail))

    def since(self, number: int = 0) -> list[Effect]:
        """The effects whose number is above ``number``."""
        with self._lock:
            return [effect for effect in self._all if effect.number > number]

    def clear(self) -> None:
        """Remove all effects. The numbering continues, so the last number that a reader saw stays valid."""
        with self._lock:
            self._all.clear()


@dataclass
class RehearsalContext:
    """The rehearsal as its simulators see it."""

    client: Callable[[], httpx.Client]
    """Creates an HTTP client that reaches the other simulators under their real addresses, over real sockets."""
    scenarios: frozenset[str] = frozenset()
    effects: Effects = field(default_factory=Effects)
    pause: Callable[[str, float, float], None] = lambda host, after, seconds: None
    """Makes a host refuse connections, ``after`` seconds from now, for ``seconds``, like a restarting server."""
