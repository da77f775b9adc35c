"""What a stand-in is: a replica of one site, with its own state, served under the site's real addresses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from runwright.rehearsal.effects import World


@dataclass(frozen=True)
class Cookie:
    """A cookie that makes a browser signed in at a stand-in."""

    name: str
    value: str
    domain: str
    """The host, or ``.slack.com`` for a domain with all below it."""


class StandIn(ABC):
    """A replica of one site. A folder below ``rehearsal/`` holds one of these, its store and its pages.

    Handlers are plain ``def`` functions: they run in threads, and may therefore call another stand-in.
    """

    kind: ClassVar[str]
    """The name that a runbook writes behind ``stand_in:``."""
    claims: ClassVar[tuple[str, ...]] = ()
    """Host patterns that this kind answers for without being named: ``("slack.com", "*.slack.com")``."""
    scenarios: ClassVar[Mapping[str, str]] = {}
    """The scenarios that change this stand-in: name, and one sentence for people."""
    keeps: ClassVar[type[Any] | None] = None
    """The dataclass of what outlives a rehearsal; None where nothing does."""

    def __init__(self, world: World, origin: str, options: Mapping[str, str]) -> None:
        self.world = world
        self.origin = origin
        """For example ``https://wandb.acme.example``; a kind with claims is built once, for its first claim."""
        self.host = urlsplit(origin).hostname or ""
        self.options = dict(options)
        """What the runbook says beside ``kind`` in ``stand_in: { kind: wandb, admin_pages: console }``."""

    @abstractmethod
    def app(self) -> ASGIApp:
        """The site as an ASGI application that tells its hosts apart by the ``Host`` header."""

    @abstractmethod
    def cookies(self) -> list[Cookie]:
        """The cookies that a browser of this rehearsal starts with: those of a person who is signed in, or none."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """All that the stand-in has stored, as JSON types."""

    @abstractmethod
    def reset(self) -> None:
        """Go back to the state of a new site."""

    def kept(self) -> Any:
        """What outlives the rehearsal, as `keeps` has it."""
        raise NotImplementedError

    def take_up(self, kept: Any) -> None:
        """Become the site that an earlier rehearsal kept."""
        raise NotImplementedError
