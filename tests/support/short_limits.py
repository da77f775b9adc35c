"""The time limits of the product in tests: one factor for all, and shorter ones where a limit passes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

import runwright.engine.run.runner  # noqa: F401  # every module that has one of the limits

FACTOR = 0.5
"""In the runs of `play`, the waits and limits below are this many times as long as for users."""
LIMITS = ("READY", "ANSWERED", "LATE", "UNRESPONSIVE_AFTER", "DOWNLOAD_TIMEOUT")
"""The product's limits of 10 seconds and more."""
SCALED = ("ACTION", "ANSWERED", "BEGINS", "DOWN", "DOWNLOAD_TIMEOUT", "GROWING", "LATE", "READY", "STILL", "TIMEOUT")
"""What `FACTOR` applies to. A page that is given up as unresponsive may only be busy, like the machine: not that."""


def scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Multiply each of the waits and limits by `FACTOR`, unless the test has set it to something else already."""
    for module, limit, seconds in _FOR_USERS:
        if getattr(module, limit) == seconds:
            monkeypatch.setattr(module, limit, seconds * FACTOR)


def shorten(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set each of the long limits to some seconds, wherever a module of the engine has imported it."""
    _set(monkeypatch, LIMITS, seconds)


def respond_within(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """A page that does not respond for some seconds is closed; the other limits stay, since this one passes first."""
    _set(monkeypatch, ("UNRESPONSIVE_AFTER",), seconds)


def look_back_for(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """A resumed run waits some seconds for a change whose outcome is unknown to appear on the page."""
    _set(monkeypatch, ("LATE",), seconds)


def settle_within(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """A run goes on after some seconds on a page that is never at rest."""
    monkeypatch.setattr("runwright.engine.browser.settle.TIMEOUT", seconds)


def _set(monkeypatch: pytest.MonkeyPatch, limits: tuple[str, ...], seconds: float) -> None:
    for module, limit, _ in list(_modules_with(limits)):
        monkeypatch.setattr(module, limit, seconds)


def _modules_with(limits: tuple[str, ...]) -> Iterator[tuple[ModuleType, str, float]]:
    """Each module of the engine that holds one of the limits, with the name of the limit and its seconds."""
    found = set()
    for name, module in list(sys.modules.items()):
        if name.startswith("runwright.engine."):
            for limit in limits:
                seconds = getattr(module, limit, None)
                if isinstance(seconds, float):
                    found.add(limit)
                    yield module, limit, seconds
    assert found == set(limits), f"a limit has another name now: {set(limits) - found}"


_FOR_USERS = tuple(_modules_with(SCALED))
