"""A sign-in that is not completed: the person closes the window, needs too long, or ends the command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from support.session_site import SessionSite

from runwright.engine.browser.browser_state import BrowserState
from runwright.engine.errors import Stopped
from runwright.engine.run import sign_in_window
from runwright.engine.run.sign_in_window import SignInPlace, by_person
from runwright.evidence.statuses import FailureClass
from runwright.sessions.sign_in_place import SiteRules, place_of_address

Opens = Callable[[BrowserState], AbstractContextManager[BrowserContext]]


@pytest.fixture
def place(serve: Callable[..., SessionSite]) -> SignInPlace:
    """A site at which nobody signs in."""
    rules = SiteRules(signed_in_as='css "#who"', signed_out_when='heading "Sign in"')
    return place_of_address(f"{serve().url}/account", rules)


@pytest.fixture
def opens(shared_browser: Callable[[], Browser]) -> Callable[[Callable[[Page], None]], Opens]:
    """`opens(act)` opens contexts for sign-ins; `act` is called with each page that has loaded."""

    def opening(act: Callable[[Page], None]) -> Opens:
        @contextmanager
        def new_context(state: BrowserState) -> Iterator[BrowserContext]:
            with shared_browser().new_context() as context:
                context.on("page", lambda page: page.on("load", act))
                yield context

        return new_context

    return opening


def test_a_window_that_the_person_closes_ends_the_sign_in(
    place: SignInPlace, opens: Callable[[Callable[[Page], None]], Opens]
) -> None:
    with pytest.raises(Stopped, match=r"The window was closed before the sign-in at .* was complete\.") as stopped:
        by_person(place, opens(Page.close), lambda: False)
    assert stopped.value.failure_class is FailureClass.SIGN_IN


def test_a_sign_in_that_takes_too_long_ends(
    place: SignInPlace, opens: Callable[[Callable[[Page], None]], Opens], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sign_in_window.PATIENCE == 15 * 60
    monkeypatch.setattr(sign_in_window, "PATIENCE", 1.0)
    with pytest.raises(Stopped, match=r"The sign-in at .* was not complete after \d+ minutes\.") as stopped:
        by_person(place, opens(lambda page: None), lambda: False)
    assert stopped.value.failure_class is FailureClass.SIGN_IN


def test_ctrl_c_ends_a_sign_in(place: SignInPlace, opens: Callable[[Callable[[Page], None]], Opens]) -> None:
    loaded: list[Page] = []
    with pytest.raises(KeyboardInterrupt):
        by_person(place, opens(lambda page: loaded.append(page)), lambda: bool(loaded))
