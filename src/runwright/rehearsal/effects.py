"""What all stand-ins of a rehearsal share: effects they record, what is switched on, how they reach each other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx


@dataclass(frozen=True)
class Effect:
    """One change of state that a stand-in made because a browser or a client asked for it."""

    number: int
    """Counts from 1 over all stand-ins of the rehearsal."""
    time: str
    site: str
    """The host that was asked, for example ``api.slack.com``."""
    kind: str
    """What changed, in words with a hyphen: ``create-app``, ``save-redirect-urls``."""
    detail: dict[str, str]


class Effects:
    """All effects of a rehearsal, in order. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[Effect] = []
        self._last = 0

    def record(self, site: str, kind: str, **detail: str) -> None:
        """Write down one change of state, when the request that asks for it is accepted."""
        with self._lock:
            self._last += 1
            self._all.append(Effect(self._last, datetime.now(UTC).isoformat(), site, kind, detail))

    def since(self, number: int = 0) -> list[Effect]:
        """The effects whose number is above ``number``."""
        with self._lock:
            return [effect for effect in self._all if effect.number > number]

    def clear(self) -> None:
        """Forget the effects. Numbers go on counting, so that a reader's last number stays good."""
        with self._lock:
            self._all.clear()


@dataclass
class World:
    """One rehearsal, as its stand-ins see it."""

    client: Callable[[], httpx.Client]
    """Makes an HTTP client that reaches the other stand-ins under their real addresses, over real sockets."""
    scenarios: frozenset[str] = frozenset()
    effects: Effects = field(default_factory=Effects)
    pause: Callable[[str, float, float], None] = lambda host, after, seconds: None
    """Has connections to a host refused, from ``after`` seconds on, for ``seconds``: its server restarts."""
