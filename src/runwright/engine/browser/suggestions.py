"""What helps a person on where a page is not as the runbook has it: lines to paste, and the page's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from playwright.sync_api import Error, Page

from runwright.engine.browser import locate
from runwright.engine.errors import Candidate
from runwright.language.expressions import Template
from runwright.language.targets import CALLED_BY_TEXT, Head, Name, Target, quote

SAY_TEXT = frozenset({"dialog", "alertdialog", "group", "region", "form", "article", "main"})
"""Roles of which people may write what they say in place of their name."""
_HOLD_TEXT = frozenset({"row", "cell", "gridcell", "rowheader"})
"""Roles that are named by the texts in them."""
_MOST = 500
"""Elements of a role whose texts are looked at."""
MESSAGES = (
    "[role=alert], [role=alertdialog], [role=status], [class*=error i], [class~=err], [class*=invalid-feedback i], "
    "font[color=red i]"
)
"""Where pages say what is wrong; many do so without a role."""
_NAMES = "frames => frames.map(f => f.title || f.name || f.getAttribute('aria-label') || '')"


def missing(page: Page, target: Target) -> Target:
    """The part of a target that is not there: where the box is missing in which a control should be, that box."""
    with suppress(Error):  # the page went elsewhere meanwhile
        for part in (target.inside, target.near):
            if part is not None and locate.count(page, part) == 0:
                return missing(page, part)
    return target


def lines(page: Page, target: Target | None, like: Sequence[Candidate]) -> list[str]:
    """Lines to paste: what may be meant by a target that is not there, then what is most like it."""
    found: list[str] = []
    with suppress(Error):  # the page went elsewhere meanwhile
        found += [str(each) for each in otherwise(target) if locate.count(page, each)] if target is not None else []
        found += [str(each) for each in _misspelt(page, target)] if target is not None and not found else []
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


def _misspelt(page: Page, target: Target) -> Iterator[Target]:
    """What may be meant where a name that is a text on the page, such as a row's, is written a little differently."""
    from rapidfuzz import fuzz, process, utils

    for head in target.heads:
        if head.role not in CALLED_BY_TEXT | _HOLD_TEXT:
            continue
        texts = page.get_by_role(head.role).filter(visible=True).all_inner_texts()[:_MOST]  # type: ignore[arg-type]
        parts = {part.strip() for text in texts for part in re.split(r"[\t\n]+", text) if part.strip()}
        for name in head.names:
            found = process.extract(
                str(name.text), parts, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=75, limit=2
            )
            for part, _, _ in found:
                named = (Name("containing" if head.role == "row" else "exact", Template((part,))),)
                yield Target((Head(head.role, named, head.states),), target.inside, target.near, target.column)


def messages(page: Page) -> list[str]:
    """The texts of alerts and errors that the page and its frames show, each once."""
    texts: list[str] = []
    for frame in page.frames[:10]:
        with suppress(Error):
            texts += frame.locator(MESSAGES).filter(visible=True).all_inner_texts()
    said = dict.fromkeys(" ".join(text.split()) for text in texts if text.strip())
    return [text for text in said if not any(text != other and other in text for other in said)][:5]
