"""Sign-in by a person in the browser window: waits until the page shows that it is complete."""

from __future__ import annotations

import time

from runwright.engine.browser.browser_state import BrowserState, captured
from runwright.engine.browser.settle import settle
from runwright.engine.browser.sign_in_state import IN_USE
from runwright.engine.errors import EnvironmentFailure, Stopped
from runwright.engine.run.context import RunContext
from runwright.engine.run.sign_in_window import LEFT_ALONE, SignInPlace, by_person
from runwright.evidence.page_events import ManualEvent, SignedOutEvent
from runwright.evidence.statuses import FailureClass
from runwright.language.conditions import Condition
from runwright.language.origins import origin


def wait_for_sign_in(context: RunContext, site: str, address: str, ready: Condition | None) -> None:
    """Let the person sign in in the window, by any method, until the section's page is reached. No screenshots.

    Without a window, they are asked at the terminal whether one is to open, if the machine can show it.

    A site may lead to another page after its sign-in. Any page of the site counts if it has been left alone for some
    seconds, does not meet `signed_out_when`, asks for no password or code, and has the focus in no field.

    Raises Stopped without a window, or if the sign-in is not complete within 15 minutes.
    """
    where = context.plan.sites[site].url
    if not context.person.headed and _asked_at_the_terminal(context, site, address):
        return
    if not context.person.headed:
        sign_in = (context.sign_ins.to_sign_in(context.plan.sites[site]),)
        raise Stopped(f"Not signed in at {where}.", failure_class=FailureClass.SIGN_IN, next_actions=sign_in)
    home, path = origin(address), address.split("?")[0].rstrip("/")
    at, since = "", time.monotonic()

    def reached() -> bool:
        nonlocal at, since
        elsewhere = origin(context.page.url) != home or context.signed_out() is not None
        if elsewhere or context.page.url != at or context.page.evaluate(IN_USE):
            at, since = context.page.url, time.monotonic()
        if elsewhere:
            return False
        there = at.split("?")[0].rstrip("/") == path or (ready is not None and context.holds(ready))
        return (there or time.monotonic() - since > LEFT_ALONE) and _signed_in(context)

    sentence = f"Sign in at {where} in the window. The run then continues."
    context.emit(SignedOutEvent(site=site, sentence=sentence))
    context.by_person(sentence, reached, FailureClass.SIGN_IN)


def _asked_at_the_terminal(context: RunContext, site: str, address: str) -> bool:
    """Whether the person has signed in in a window that opened at their word, beside the run's own browser.

    Raises Stopped if they began and did not complete it, KeyboardInterrupt if they have ended the run.
    """
    person, where = context.person, context.plan.sites[site]
    if person.terminal is None or person.beside is None or context.tabs.in_own_window:
        return False
    question = f"Not signed in at {where.url}. Open a window to sign in there? [y/n]"
    if person.answer(question, False, context.pause).strip().lower() not in ("y", "yes"):
        return False
    sentence = f"Sign in at {where.url} in the window. The run then continues."
    context.emit(SignedOutEvent(site=site, sentence=sentence))
    person.notify(sentence)
    started = time.monotonic()
    person.guard.open = True  # the run's own page may take its time meanwhile
    try:
        with person.beside() as new_context:
            place = SignInPlace(context.plan, where, address, context.scope)
            state = by_person(place, new_context, lambda: context.interrupted).state
        _take_over(context, site, state)
    except EnvironmentFailure as failure:  # no window opens here after all
        person.notify(str(failure))
        return False
    finally:
        person.guard.open = False
        seconds = round(time.monotonic() - started, 1)
        context.emit(ManualEvent(sentence=sentence, seconds=seconds, addresses=()))
    return True


def _take_over(context: RunContext, site: str, state: BrowserState) -> None:
    """Bring what a sign-in has left into the run's own browser. Its pages are replaced by a new one."""
    context.sign_ins.replace(site, state)
    own = context.network.context
    kept = captured(own, None, (), (each for site in context.plan.sites for each in (site.home, *site.also)))
    own.set_storage_state(kept.with_newer(state).storage_state())
    context.tabs.replace_all()


def _signed_in(context: RunContext) -> bool:
    """Whether the settled page does not meet `signed_out_when`."""
    settle(context.page, context.network, timeout=2.0)
    if context.signed_out() is not None:
        return False
    context.page.wait_for_timeout(300)  # a list that decides who is signed in may arrive late
    return context.signed_out() is None


def keep_sessions(context: RunContext) -> None:
    """Keep the sign-ins again that the run has started with. Call it after its last step: the page leaves its document.

    What cannot be kept is journalled; it fails no run.
    """
    tabs, network = context.tabs, context.network
    browser = network.context.browser
    if not context.sign_ins.sessions or browser is None or not browser.is_connected():
        return
    page = tabs.current() if tabs.ended is None else None
    if page is not None:
        settle(page, network, timeout=2.0)
    context.sign_ins.look(page, context.scope)
    context.person.guard.open = True  # for the empty documents in which storage is read
    for event in context.sign_ins.keep(network.context, page):
        context.emit(event)
