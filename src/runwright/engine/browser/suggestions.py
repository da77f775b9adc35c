"""Suggestions for a target or condition that is not met: lines to paste into the runbook, and the page's messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from playwright.sync_api import ElementHandle, Error, Page

from runwright.engine.browser import locate
from runwright.engine.browser.page_scripts import PAGE_WORDS, SEEN_TEXTS
from runwright.engine.browser.unique_targets import UniqueTargets, frame_targets
from runwright.engine.errors import Candidate
from runwright.language.expressions import Template
from runwright.language.pasted_lines import as_value, pasted
from runwright.language.targets import CALLED_BY_TEXT, Alternative, Name, Target

_CONTAINERS = frozenset({"dialog", "alertdialog", "group", "region", "form", "article", "main"})
"""Roles for which people may write a text inside the element instead of its name."""
_NAMED_BY_CONTENT = frozenset({"row", "cell", "gridcell", "rowheader"})
"""Roles that are named by their content."""
_MAX_ELEMENTS = 500
"""Elements of a role whose texts are compared."""
MESSAGES = (
    "[role=alert], [role=alertdialog], [role=status], [class*=error i], [class~=err], [class*=invalid-feedback i], "
    "font[color=red i]"
)
"""Elements in which pages report errors and other messages, many of them without a role."""


def missing(page: Page, target: Target) -> Target:
    """The part of a target that is not on the page: its container or anchor if that is missing, else the target."""
    with suppress(Error):  # the page navigated meanwhile
        for part in (target.inside, target.near, target.before):
            if part is not None and not locate.present(page, part):
                return missing(page, part)
    return target


def lines(page: Page, target: Target | None, like: Sequence[Candidate]) -> list[str]:
    """Lines to paste instead of a missing target: variants of it that the page has, then the similar candidates."""
    found: list[str] = []
    with suppress(Error):  # the page navigated meanwhile
        found += [str(each) for each in _variants(target) if locate.present(page, each)] if target is not None else []
        found += [str(each) for each in _misspelt(page, target)] if target is not None and not found else []
    places: dict[int | None, str] = {}
    if any(each.frame is not None for each in like):
        with suppress(Error):
            places = {number: f" in {frame}" for number, frame in enumerate(frame_targets(page))}
    return [as_value(line) for line in (*found, *(each.line + places.get(each.frame, "") for each in like))]


def distinguished(page: Page, like: Sequence[Candidate]) -> list[str]:
    """Lines to paste instead of an ambiguous target: one for each control that it matches, which means it alone."""
    lines: list[str] = []
    with suppress(Error):  # the page navigated meanwhile
        unique = UniqueTargets(page)
        for role, name, frame in dict.fromkeys((each.role, each.name, each.frame) for each in like):
            lines += [pasted(target) for _, target in unique.of(role, name, frame)]
    return lines or [as_value(f"{each.line} [nth={number}]") for number, each in enumerate(like, 1)]


def _variants(target: Target) -> Iterator[Target]:
    """What a missing target may mean: a part of a longer text, or a text inside an element of that role."""
    for head in target.alternatives:
        parts = tuple(replace(name, kind="containing") for name in head.names)
        if head.role in CALLED_BY_TEXT | {"text"} and parts:
            yield replace(target, alternatives=(replace(head, names=parts),))
        elif head.role in _CONTAINERS and head.names:
            yield Target(
                (Alternative("text", head.names),),
                replace(target, alternatives=(replace(head, names=()),)),
            )


def _misspelt(page: Page, target: Target) -> Iterator[Target]:
    """What a target may mean whose name differs slightly from a text on the page, such as the text of a row."""
    from rapidfuzz import fuzz, process, utils

    for head in target.alternatives:
        if head.role not in CALLED_BY_TEXT | _NAMED_BY_CONTENT:
            continue
        texts = page.get_by_role(head.role).filter(visible=True).all_inner_texts()[:_MAX_ELEMENTS]  # type: ignore[arg-type]
        parts = {part.strip() for text in texts for part in re.split(r"[\t\n]+", text) if part.strip()}
        for name in head.names:
            found = process.extract(
                str(name.text), parts, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=75, limit=2
            )
            for part, _, _ in found:
                named = (Name("containing" if head.role == "row" else "exact", Template((part,))),)
                yield replace(target, alternatives=(replace(head, names=named),), nth=None)


def messages(page: Page, control: ElementHandle | None = None, seconds: float | None = None) -> list[str]:
    """The texts of alerts and errors that the page and its first frames show, without duplicates; at most 5.

    Also what came in the last ``seconds``, since an act, near its ``control`` or in the colours and words of an error.
    """
    texts: list[str] = []
    for frame in page.frames[:10]:
        with suppress(Error):
            texts += frame.locator(MESSAGES).evaluate_all(SEEN_TEXTS)
        if seconds is None:
            continue
        try:
            texts += frame.evaluate(PAGE_WORDS, [control, seconds])
        except Error:  # the control is in another frame, or is gone
            with suppress(Error):
                texts += frame.evaluate(PAGE_WORDS, [None, seconds])
    unique = dict.fromkeys(" ".join(text.split()) for text in texts if text.strip())
    return [text for text in unique if not any(text != other and other in text for other in unique)][:5]
