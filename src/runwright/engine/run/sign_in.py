"""Waiting while a person signs in in the window, until the page shows that they are done."""

from __future__ import annotations

import time

from runwright.engine.browser.settle import settle
from runwright.engine.errors import Stopped
from runwright.engine.run.context import Stage
from runwright.language.conditions import Condition
from runwright.language.origins import origin

LEFT_ALONE = 5.0
"""Seconds for which a page that is no sign-in page is left alone before the run takes it that the person is done."""

_IN_USE = """() => {
  const field = "input:not([type=hidden]), textarea, select, [contenteditable]";
  const asks = document.querySelectorAll("input[type=password], input[autocomplete=one-time-code]");
  return !!document.activeElement?.matches(field) || [...asks].some((each) => each.checkVisibility());
}"""
"""Whether somebody is in a field, or the page asks for a password or a code."""


def wait_for_sign_in(stage: Stage, site: str, address: str, ready: Condition | None) -> None:
    """Let the person sign in in the window, by whatever means, until the place is reached. No pictures.

    A site may lead somewhere else after its sign-in: a page of it that is left alone will do, where it shows no
    sign of a sign-in page, asks for no password or code, and nobody is in one of its fields.

    Raises Stopped without a window, or when nobody signed in within 15 minutes.
    """
    where = stage.plan.sites[site].url
    if not stage.person.headed:
        raise Stopped(f"Nobody is signed in at {where}. Sign in in a window: {stage.person.command}")
    home, path = origin(address), address.split("?")[0].rstrip("/")
    at, since = "", time.monotonic()

    def reached() -> bool:
        nonlocal at, since
        elsewhere = origin(stage.page.url) != home or stage.signed_out() is not None
        if elsewhere or stage.page.url != at or stage.page.evaluate(_IN_USE):
            at, since = stage.page.url, time.monotonic()
        if elsewhere:
            return False
        there = at.split("?")[0].rstrip("/") == path or (ready is not None and stage.holds(ready))
        return (there or time.monotonic() - since > LEFT_ALONE) and _no_sign_of_sign_in(stage)

    sentence = f"Sign in at {where} in the window; the run goes on by itself."
    stage.tell("signed-out", site=site, sentence=sentence)
    stage.by_person(sentence, reached)


def _no_sign_of_sign_in(stage: Stage) -> bool:
    settle(stage.page, stage.traffic, most=2.0)
    if stage.signed_out() is not None:
        return False
    stage.page.wait_for_timeout(300)  # a list that decides who is signed in may come late
    return stage.signed_out() is None
