"""What helps a person on where a page is not as the runbook has it: lines to paste, and the page's own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from playwright.sync_api import Error, Page

from runwright.engine import find
from runwright.engine.outcomes import Candidate
from runwright.language.targets import CALLED_BY_TEXT, Head, Target, quote

SAY_TEXT = frozenset({"dialog", "alertdialog", "group", "region", "form", "article", "main"})
"""Roles of which people may write what they say in place of their name."""
MESSAGES = (
    "[role=alert], [role=alertdialog], [role=status], [class*=error i], [class~=err], [class*=invalid-feedback i], "
    "font[color=red i]"
)
"""Where pages say what is wrong; many do so without a role."""
_NAMES = "frames => frames.map(f => f.title || f.name || f.getAttribute('aria-label') || '')"


def lines(page: Page, target: Target | None, like: Sequence[Candidate]) -> list[str]:
    """Lines to paste: what may be meant by a target that is not there, then what is most like it."""
    found: list[str] = []
    with suppress(Error):  # the page went elsewhere meanwhile
        found += [str(each) for each in otherwise(target) if find.count(page, each)] if target is not None else []
    places: dict[int | None, str] = {}
    if any(each.frame is not None for each in like):
        with suppress(Error):
            names = page.locator("css=iframe, frame").filter(visible=True).evaluate_all(_NAMES)
            if len(names) == 1:
                places = {0: " in iframe"}
            else:
                named = (f"iframe {quote(name)}" if name else f"iframe [nth={n}]" for n, name in enumerate(names, 1))
                places = dict(enumerate(f" in {each}" for each in named))
    return found + [each.line + places.get(each.frame, "") for each in like]


def otherwise(target: Target) -> Iterator[Target]:
    """What may be meant where a target is not there: a text within the role, a part of a longer text."""
    for head in target.heads:
        parts = tuple(replace(name, kind="containing") for name in head.names)
        if head.role in CALLED_BY_TEXT | {"text"} and parts:
            yield replace(target, heads=(Head(head.role, parts, head.states),))
        elif head.role in SAY_TEXT and head.names:
            yield Target((Head("text", head.names),), replace(target, heads=(Head(head.role, (), head.states),)))


def messages(page: Page) -> list[str]:
    """The texts of alerts and errors that the page and its frames show, each once."""
    texts: list[str] = []
    for frame in page.frames[:10]:
        with suppress(Error):
            texts += frame.locator(MESSAGES).filter(visible=True).all_inner_texts()
    said = dict.fromkeys(" ".join(text.split())[:300] for text in texts if text.strip())
    return [text for text in said if not any(text != other and other in text for other in said)][:5]
