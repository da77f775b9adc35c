"""Lists that a page draws itself: open the list, pick options among those in view, close it, read the choice back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runwright.engine.browser.dom import shown
from runwright.engine.browser.page_scripts import LIBRARY, LIST_OPTIONS, SHOWS, VISIBLE
from runwright.engine.errors import StepFailed
from runwright.engine.option_lines import no_option
from runwright.engine.run.pointer import GONE, click, unreported
from runwright.language.targets import Target

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, JSHandle

    from runwright.engine.run.step_context import StepContext

LOOK = 0.4
"""Seconds in which an option must come into view before the step types or scrolls to find it."""
SCROLLING = 30.0
"""Seconds for scrolling through a list that always has more."""
ATTEMPTS = 10
"""How often the list may redraw an option while it is clicked."""
_IS_OPEN = """(control) => {
  const field = control.matches('[aria-expanded]') ? control : control.querySelector('[aria-expanded]') ?? control;
  return field.getAttribute('aria-expanded') === 'true';
}"""
_IS_FIELD = "(e) => e.matches('input, textarea, [contenteditable=true]') && !e.readOnly"
_OUT_OF_VIEW = """(e) => {
  const box = e.getBoundingClientRect();
  return box.right + scrollX <= 1 || box.bottom + scrollY <= 1;
}"""
"""Whether no scrolling brings the control into view: it only stands for what is drawn in its place."""
_DRAWN_AROUND = f"""(control) => {{
  const page = {LIBRARY};
  const up = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host;
  for (let box = up(control); box && box !== document.body; box = up(box)) if (page.seenBox(box)) return box;
  return null;
}}"""
_IS_LIST = "(e) => e.matches('[role=listbox]:not([aria-haspopup]), [role=tree]')"
_READABLE = """(e) => e.matches('input, [role=combobox]')
  || e.matches('[aria-haspopup=listbox]:is([aria-label], [aria-labelledby])')"""
"""Whether the control shows what was chosen: a button whose text is its name does not."""


@dataclass
class _Found:
    """What the open list holds for the text of an option."""

    number: int
    option: ElementHandle | None
    data: dict[str, Any]


class DrawnList:
    """One list of the page, for one step."""

    def __init__(self, context: StepContext, target: Target) -> None:
        self._context = context
        self._target = target
        self._earlier: JSHandle | None = None
        self._names: dict[str, None] = {}
        """The options that were in view so far: typing and scrolling change them."""
        self._marked = False
        """An option that was picked is marked as chosen in the open list: proof, if the control shows only a number."""

    def choose(self, options: list[str]) -> None:
        """Choose the options, one after the other; afterwards the list is closed. Raises StepFailed."""
        context = self._context
        picked = []
        for option in options:
            self._open(option)
            picked.append(self._pick(option, len(options) > 1))
        self._close()
        for option, text in zip(options, picked, strict=True):
            if context.until(lambda text=text: self._shows(text), 2.0) is None and not self._marked:  # type: ignore[misc]
                found = context.clean(" ".join(shown(context.control).split()))[:100]
                raise StepFailed(f"Chose “{option}”, but the list shows “{found}”.", f'option "{option}"')

    def _control(self) -> ElementHandle:
        context = self._context
        if not context.control.evaluate("(e) => e.isConnected") and context.matches(self._target):
            return context.relocate(self._target)
        return context.control

    def _open(self, option: str) -> None:
        context, control = self._context, self._control()
        if self._earlier is None:
            self._earlier = control.evaluate_handle(VISIBLE)
        elif self._look(option).number:
            return  # a list of several that stays open
        if control.evaluate(_IS_LIST) or control.evaluate(_IS_OPEN):
            return
        if not control.is_visible() or control.evaluate(_OUT_OF_VIEW):
            self._open_out_of_view(control, option)
            return
        unreported(lambda: click(context, self._target, lambda control, options: control.click(**options)))

    def _open_out_of_view(self, control: ElementHandle, option: str) -> None:
        """Open the list of a field that nobody sees: by the keyboard, else by what is drawn around the field."""
        control.focus()
        control.press("ArrowDown")
        if self._context.until(lambda: control.evaluate(_IS_OPEN) or self._look(option).data["names"], LOOK):
            return
        drawn = control.evaluate_handle(_DRAWN_AROUND).as_element()
        if drawn is not None:
            drawn.click(timeout=1000 * self._context.timeout)

    def _look(self, option: str, scroll: str = "") -> _Found:
        control = self._context.control
        script = f"(_, given) => ({LIST_OPTIONS})(given)"
        result = control.evaluate_handle(script, [control, self._earlier, option, scroll])
        data = result.evaluate("(one) => ({ ...one, control: null })")
        self._names |= dict.fromkeys(data["names"])
        return _Found(data["found"], result.get_property("control").as_element(), data)

    def _find(self, option: str) -> _Found:
        context = self._context
        last: list[_Found] = []

        def look() -> _Found | None:
            last[:] = [self._look(option)]
            return last[0] if last[0].number == 1 else None

        found = context.until(look, LOOK)
        if found is None and context.control.evaluate(_IS_FIELD):
            if context.control.evaluate("(e) => (e.value ?? e.textContent) !== ''"):
                context.control.fill("")  # an empty field is not cleared: lists of tags take that for a deletion
            context.control.type(option)
            found = context.until(look, LOOK if last and last[0].data["names"] else context.timeout)
        if found is None:
            found = self._scrolled(option)
        if found is None:
            found = context.until(look, context.timeout)
        if found is None:
            (seen,) = last or [self._look(option)]
            raise no_option(option, [*self._names, *seen.data["names"]], seen.number, " in view")
        return found

    def _scrolled(self, option: str) -> _Found | None:
        """The option of a long list that holds only what is in view, by scrolling through it from its start."""
        context, deadline = self._context, time.monotonic() + max(self._context.timeout, SCROLLING)
        step = "start"
        while time.monotonic() < deadline:
            before = self._look(option, step)
            if before.number == 1:
                return before
            if not before.data["scrolled"]:
                return None
            step = "on"
            context.pause(0.05)
        return None

    def _pick(self, option: str, more: bool) -> str:
        """Click the option, unless it is chosen already; its text."""
        from playwright.sync_api import Error

        context = self._context
        for _ in range(ATTEMPTS):
            found = self._find(option)
            if found.data["disabled"]:
                raise StepFailed(f"The option “{option}” is disabled.", f'option "{option}"')
            several = found.data["several"]
            if more and not several and not context.control.evaluate(_READABLE):
                raise StepFailed("This list accepts one option at a time: use one `choose` step per option.")
            if found.data["chosen"] and several:
                self._marked = True
                return str(found.data["text"])
            assert found.option is not None
            try:
                found.option.click(timeout=1000 * context.timeout)
            except Error as error:
                if any(words in str(error) for words in GONE):
                    continue  # the list replaced it before the click, as lists do while they filter
                raise
            if several:
                self._marked = bool(context.until(lambda: self._look(option).data["chosen"], 0.5))
            return str(found.data["text"])
        raise StepFailed("The list keeps changing.")

    def _shows(self, text: str) -> bool:
        control = self._control()
        return not control.evaluate(_READABLE) or bool(control.evaluate(SHOWS, text))

    def _is_closed(self) -> bool:
        from playwright.sync_api import Error

        try:
            return not self._context.control.evaluate(_IS_OPEN)
        except Error:  # the page with the list is gone
            return True

    def _close(self) -> None:
        context = self._context
        if context.until(self._is_closed, LOOK):
            return
        context.page.keyboard.press("Escape")
        if context.until(self._is_closed, 1.0) is None:
            context.page.keyboard.press("Tab")
            context.until(self._is_closed, 1.0)
