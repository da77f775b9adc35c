"""Browser contexts that reach the simulators of a rehearsal under their real addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, ProxySettings

from runwright.engine.browser.connection_gateway import ConnectionGateway
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient


@contextmanager
def simulated_context(browser: Browser, rehearsal: Rehearsal) -> Iterator[BrowserContext]:
    """A context of any browser whose connections lead to a rehearsal, as in a run."""
    with ConnectionGateway(RehearsalClient(rehearsal.control_url).route) as gateway:
        context = browser.new_context(
            proxy=ProxySettings(server=gateway.server),
            ignore_https_errors=True,
            viewport={"width": 1280, "height": 800},
        )
        try:
            yield context
        finally:
            context.close()
