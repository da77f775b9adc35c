"""Files that a page gives: one is taken when a step asks for it, whole and in bounded time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Download, Error

from runwright.engine.browser.tabs import Tabs, file_name, first_line
from runwright.engine.errors import StepFailed

ENDS = 30.0
"""Seconds in which a download must end, where its step does not give it more."""
LARGEST = 100_000_000
"""Bytes of the largest file that is taken."""


@dataclass(frozen=True)
class Taken:
    """A file as the page gave it."""

    name: str
    address: str
    """Where it came from; of one that the page made itself, the kind of address alone."""
    data: bytes


class Until(Protocol):
    """Asks again and again until it is answered with something true; None when it never is."""

    def __call__(self, check: Callable[[], list[Any]], timeout: float) -> list[Any] | None: ...


def take(tabs: Tabs, act: Callable[[], None], until: Until, timeout: float) -> Taken:
    """Do what begins a download within ``timeout`` seconds, and wait for its file.

    Raises StepFailed when none begins, it breaks off or does not end, or the file is too large.
    """
    begun: list[Download] = []
    ended: list[Path | Error] = []

    def follow(download: Download) -> None:
        begun.append(download)
        try:
            ended.append(download.path())
        except Error as error:
            ended.append(error)

    tabs.taking = follow
    try:
        act()
        if until(lambda: begun, timeout) is None:
            raise StepFailed("No download began.")
        name, seconds = file_name(begun[0]), max(timeout, ENDS)
        if until(lambda: ended, seconds) is None:
            raise StepFailed(f"The download of {name} did not end within {seconds:g} s.", nearest=["timeout: 5m"])
        return _read(begun[0], name, ended[0])
    finally:
        tabs.taking = None
        for each in begun:
            with suppress(Error):  # it is over, or the browser is
                each.cancel()
                each.delete()


def _read(download: Download, name: str, ended: Path | Error) -> Taken:
    if isinstance(ended, Error):
        raise StepFailed(f"The download of {name} broke off: {first_line(ended).removeprefix('Download.path: ')}")
    size = ended.stat().st_size
    if size > LARGEST:
        raise StepFailed(f"{name} has {size:,} bytes; at most {LARGEST:,} are kept.")
    kind = download.url.partition(":")[0]
    return Taken(name, download.url if kind in ("http", "https") else f"{kind}:", ended.read_bytes())
