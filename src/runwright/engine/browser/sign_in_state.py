"""Sign-in state: whether a page shows that somebody is signed in at its site, and whom it names."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import ElementHandle, Error, Page

from runwright.engine.browser import locate
from runwright.engine.browser.condition_checks import holds
from runwright.engine.site_origins import ResolvedSite, Sites
from runwright.language.conditions import resolve

IN_USE = """() => {
  const field = "input:not([type=hidden]), textarea, select, [contenteditable]";
  const asks = document.querySelectorAll("input[type=password], input[autocomplete=one-time-code]");
  return !!document.activeElement?.matches(field) || [...asks].some((each) => each.checkVisibility());
}"""
"""A function: whether a field has the focus, or the page asks for a password or a code."""
_ASKS = """() => {
  const asks = document.querySelectorAll("input[type=password], input[autocomplete=one-time-code]");
  return [...asks].some((each) => each.checkVisibility());
}"""
_BOUND = ("secure-session-registration", "sec-session-registration")
"""Headers by which a site ties a session to a key of the device.

Source: https://www.w3.org/TR/dbsc/
"""


@dataclass(frozen=True)
class SignInReading:
    """What one page shows."""

    signed_in: bool | None
    """None if the page does not tell."""
    person: str | None = None
    """The person whom it names."""


UNTOLD = SignInReading(None)


def read_sign_in(page: Page, site: ResolvedSite, sites: Sites, scope: Mapping[str, Any]) -> SignInReading:
    """Who is signed in at a site, by `signed_in_as`; else whether `signed_out_when` is not met.

    A page of another site tells nothing, nor does one that asks for a password or a code. Raises Playwright's Error
    while the page navigates.
    """
    if not site.covers(page.url):
        return UNTOLD
    if site.signed_out_when is not None and holds(resolve(site.signed_out_when, scope), page, sites, scope):
        return SignInReading(False)
    if page.evaluate(_ASKS):
        return UNTOLD
    if site.signed_in_as is not None:
        found = locate.matches(page, site.signed_in_as.resolve(scope))
        person = text_of(found[0]) if found else None
        return SignInReading(True, " ".join(person.split())) if person else UNTOLD
    return SignInReading(True) if site.signed_out_when is not None else UNTOLD


def text_of(element: ElementHandle) -> str | None:
    """The element's text, or its accessible name if it is an image."""
    with suppress(Error):  # the element is gone
        text: str | None = element.evaluate(
            """(element) => (element.innerText || element.textContent || '').trim()
              || element.getAttribute('aria-label') || element.getAttribute('alt') || element.getAttribute('title')"""
        )
        return text
    return None


def same_person(one: str, other: str) -> bool:
    """Whether two texts of `signed_in_as` name the same person: blanks and capitals make no difference."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def binds_to_device(headers: Mapping[str, str]) -> bool:
    """Whether the headers of an answer tie the session to a key of the device."""
    return any(name in headers for name in _BOUND)
