"""Playwright's driver: a process of Node, which takes longer to start than the browser.

This module imports nothing of runwright, so that the process starts first, and everything else is imported meanwhile.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

_COMPILE_CACHE = "NODE_COMPILE_CACHE"


@contextmanager
def driver() -> Iterator[Playwright]:
    """Start Playwright, and stop it afterwards.

    Its Node process keeps its compiled sources in a cache, as Python does: the next start takes two thirds of the time.

    Source: https://nodejs.org/api/module.html#module-compile-cache
    """
    with ExitStack() as during_start:
        cache = _cache()
        if cache is not None and _COMPILE_CACHE not in os.environ:
            os.environ[_COMPILE_CACHE] = str(cache)
            during_start.callback(os.environ.pop, _COMPILE_CACHE)
        playwright = sync_playwright().start()
    try:
        yield playwright
    finally:
        playwright.stop()


def _cache() -> Path | None:
    """The cache folder of this account; None where Python writes no bytecode, or the account has no home folder."""
    if sys.dont_write_bytecode:
        return None
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "runwright" / "driver"
    except RuntimeError:
        return None
