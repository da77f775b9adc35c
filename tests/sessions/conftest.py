"""A key for sealed files, sites with sign-in, and sessions at them that no window was needed for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pyrage import x25519
from support.session_site import SessionSite, serving

from runwright.engine.browser.browser_state import VisitedOrigins, captured
from runwright.language.origins import bare_origin
from runwright.sessions.sealing_key import sealing_key
from runwright.sessions.session_file import KeptSession, now
from runwright.sessions.session_store import write


@pytest.fixture(autouse=True)
def identity(monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of this machine."""
    made = str(x25519.Identity.generate())
    monkeypatch.setenv("RUNWRIGHT_KEY", made)
    return made


@pytest.fixture
def serve() -> Iterator[Callable[..., SessionSite]]:
    """`serve(kind)` is a site with sign-in."""
    with ExitStack() as stack:
        yield lambda *kind, **known: stack.enter_context(serving(SessionSite(*kind, **known)))


@pytest.fixture
def keep(shared_browser: Callable[[], Browser]) -> Callable[..., Path]:
    """`keep(site, person)` signs a person in at a site, and seals what the browser has; the file."""

    def signed_in(site: SessionSite, person: str = "Ann Lee", account: str = "default", **known: Any) -> Path:
        site.people.append(person)
        addresses = [site.url, *known.pop("also", ())]
        origins = [one for each in addresses if (one := bare_origin(each)) is not None]
        context = shared_browser().new_context()
        visited = VisitedOrigins(context)
        page = context.new_page()
        page.goto(f"{site.url}/account")
        page.locator("#who").wait_for(timeout=60_000)
        state = captured(context, page, visited, origins)
        context.close()
        facts = {"person": person, "since": now(), "seen": now(), "bound": False, "signed_in_as": 'css "#who"', **known}
        session = KeptSession(site=site.url, account=account, origins=tuple(addresses), state=state, **facts)
        return write(session, sealing_key().recipient)

    return signed_in
