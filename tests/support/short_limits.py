"""Shorter time limits for tests in which a limit passes: what follows is the same after 3 seconds as after 30."""

from __future__ import annotations

import sys

import pytest

import runwright.engine.run.runner  # noqa: F401  # every module that has one of the limits

LIMITS = ("READY", "ANSWERED", "LATE", "UNRESPONSIVE_AFTER", "DOWNLOAD_TIMEOUT")
"""The product's limits of 10 seconds and more. Shorter ones decide what is found, and stay as they are."""


def shorten(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set each of the limits to some seconds, wherever a module of the engine has imported it."""
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
    found = set()
    for name, module in list(sys.modules.items()):
        if name.startswith("runwright.engine."):
            for limit in limits:
                if isinstance(getattr(module, limit, None), float):
                    monkeypatch.setattr(module, limit, seconds)
                    found.add(limit)
    assert found == set(limits), f"a limit has another name now: {set(limits) - found}"
