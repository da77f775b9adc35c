"""The base class of simulators: a replica of one site, with its own state, served under the site's real addresses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from runwright.rehearsal.effects import RehearsalContext


@dataclass(frozen=True)
class Cookie:
    """A cookie that signs a browser in at a simulator."""

    name: str
    value: str
    domain: str
    """The host, or ``.slack.com`` for a domain and its subdomains."""


class Simulator(ABC):
    """A replica of one site. A folder under ``rehearsal/`` holds one subclass, its store and its pages.

    Handlers are plain ``def`` functions: they run in threads, so they may call another simulator.
    """

    kind: ClassVar[str]
    """The name that a runbook writes in ``simulator:``."""
    claims: ClassVar[tuple[str, ...]] = ()
    """Host patterns that this kind serves without being named in the runbook: ``("slack.com", "*.slack.com")``."""
    scenarios: ClassVar[Mapping[str, str]] = {}
    """The scenarios that change this simulator: name and a one-sentence description."""
    saved_state_type: ClassVar[type[Any] | None] = None
    """The dataclass of the state that outlives a rehearsal; None if there is no such state."""

    def __init__(self, context: RehearsalContext, origin: str, options: Mapping[str, str]) -> None:
        self.context = context
        self.origin = origin
        """For example ``https://wandb.acme.example``. A kind with claims is created once, for its first claim."""
        self.host = urlsplit(origin).hostname or ""
        self.options = dict(options)
        """The runbook's options beside ``kind``: ``simulator: { kind: wandb, admin_pages: console }``."""

    @abstractmethod
    def app(self) -> ASGIApp:
        """The site as an ASGI application, which distinguishes its hosts by the ``Host`` header."""

    @abstractmethod
    def cookies(self) -> list[Cookie]:
        """The cookies that a browser of this rehearsal starts with: those of a signed-in person, or none."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """The complete state of the simulator, as JSON types."""

    @abstractmethod
    def reset(self) -> None:
        """Return to the state of a new site."""

    def saved_state(self) -> Any:
        """The state that outlives the rehearsal, of the type `saved_state_type`."""
        raise NotImplementedError

    def restore(self, saved: Any) -> None:
        """Continue from the state that an earlier rehearsal saved."""
        raise NotImplementedError
