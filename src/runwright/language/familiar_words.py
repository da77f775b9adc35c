"""Words that people know from other tools, each with the keys and verbs that do the same here."""

from __future__ import annotations

from collections.abc import Collection

_FAMILIAR = {
    "as": ("into", "save_as"),
    "assert": ("expect",),
    "changed_when": ("changes",),
    "condition": ("when",),
    "confirm": ("manual", "ask"),
    "creates": ("done_when",),
    "delay": ("wait",),
    "env": ("inputs",),
    "foreach": ("for_each",),
    "go": ("open",),
    "goto": ("open",),
    "hosts": ("sites",),
    "id": ("name",),
    "if": ("when",),
    "ignore_errors": ("continue_on_error",),
    "input": ("with",),
    "items": ("for_each",),
    "jobs": ("sections",),
    "loop": ("for_each",),
    "navigate": ("open",),
    "optional": ("continue_on_error",),
    "origin": ("url",),
    "params": ("inputs",),
    "parameters": ("inputs",),
    "pause": ("wait", "manual"),
    "plays": ("sections",),
    "precondition": ("ready",),
    "prompt": ("ask",),
    "register": ("into",),
    "sleep": ("wait",),
    "stages": ("sections",),
    "store_as": ("into",),
    "tasks": ("steps", "sections"),
    "text": ("with", "option"),
    "until": ("expect", "wait"),
    "url": ("open",),
    "value": ("with", "option"),
    "variables": ("inputs",),
    "vars": ("inputs",),
    "verify": ("expect",),
    "visit": ("open",),
    "wait_for": ("wait", "expect"),
    "wait_until": ("wait", "expect"),
    "with_items": ("for_each",),
}
"""A word of Ansible, GitHub Actions, Playwright, Cypress or Selenium IDE -> keys or verbs, the usual one first."""


def counterpart(word: str, known: Collection[str]) -> str | None:
    """The known key or verb for a word of another tool; None if there is none, or none that is known here."""
    return next((each for each in _FAMILIAR.get(word, ()) if each in known), None)
