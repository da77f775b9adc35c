"""Downloads: take one complete file that a page offers, in bounded time, when a step asks for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Download, Error

from runwright.engine.browser.tabs import Tabs, file_name
from runwright.engine.errors import StepFailed, first_line

DOWNLOAD_TIMEOUT = 30.0
"""Seconds within which a download must finish, unless its step declares a longer `timeout`."""
MAX_BYTES = 100_000_000
"""Bytes of the largest file that is kept."""


@dataclass(frozen=True)
class DownloadedFile:
    """A file as the page sent it."""

    name: str
    address: str
    """The URL of the file; for a file that the page made itself, only the scheme, such as `blob:`."""
    data: bytes


class WaitUntil(Protocol):
    """Repeats a check until its result is true; None when the time is over first."""

    def __call__(self, check: Callable[[], list[Any]], timeout: float) -> list[Any] | None: ...


def take_download(tabs: Tabs, act: Callable[[], None], until: WaitUntil, timeout: float) -> DownloadedFile:
    """Run ``act``, which must start a download within ``timeout`` seconds, and wait for the file.

    Raises StepFailed when no download starts, when it fails or does not finish, or when the file is too large.
    """
    started: list[Download] = []
    finished: list[Path | Error] = []

    def follow(download: Download) -> None:
        started.append(download)
        try:
            finished.append(download.path())
        except Error as error:
            finished.append(error)

    tabs.on_download = follow
    try:
        act()
        if until(lambda: started, timeout) is None:
            raise StepFailed("No download started.")
        name, seconds = file_name(started[0]), max(timeout, DOWNLOAD_TIMEOUT)
        if until(lambda: finished, seconds) is None:
            raise StepFailed(f"The download of {name} did not finish within {seconds:g} s.", nearest=["timeout: 5m"])
        return _read(started[0], name, finished[0])
    finally:
        tabs.on_download = None
        for each in started:
            with suppress(Error):  # the download is over, or the browser is closed
                each.cancel()
                each.delete()


def _read(download: Download, name: str, result: Path | Error) -> DownloadedFile:
    if isinstance(result, Error):
        raise StepFailed(f"The download of {name} failed: {first_line(result).removeprefix('Download.path: ')}")
    size = result.stat().st_size
    if size > MAX_BYTES:
        raise StepFailed(f"{name} has {size:,} bytes; the limit is {MAX_BYTES:,}.")
    scheme = download.url.partition(":")[0]
    return DownloadedFile(name, download.url if scheme in ("http", "https") else f"{scheme}:", result.read_bytes())
