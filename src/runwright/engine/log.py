"""The log of a run for developers: standard `logging` under `runwright.run`, scrubbed before a record exists."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import fields

from runwright.evidence.event_parts import Event

LOG = logging.getLogger("runwright.run")
"""The logger of runs. A program that uses runwright attaches handlers to it, or to one of its parents."""


def log_internal_error(error: BaseException, clean: Callable[[str], str]) -> None:
    """Log an unexpected exception with its traceback, and those of its causes.

    ``clean`` removes secrets from a text.
    """
    LOG.error("%s", clean("".join(traceback.format_exception(error)).rstrip()))


def log_event(event: Event, clean: Callable[[str], str]) -> None:
    """Log an event of the journal at level DEBUG, apart from what the page offered, which is long."""
    if LOG.isEnabledFor(logging.DEBUG):
        names = [each.name for each in fields(event) if each.name not in ("prev", "number", "time", "offered", "event")]
        text = " ".join(f"{name}={getattr(event, name)!r}" for name in names)
        LOG.debug("%s", clean(f"{event.event} {text}"))


def log_progress(text: str, clean: Callable[[str], str]) -> None:
    """Log the end of a step at level INFO."""
    if LOG.isEnabledFor(logging.INFO):
        LOG.info("%s", clean(text))
