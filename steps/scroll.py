import time
from typing import ClassVar

from runwright.verb import StepContext, StepFailed, Target, Verb

DEFAULT_TIMEOUT = 60.0
"""Time limit in seconds of a step without `timeout`."""
GROWTH_TIMEOUT = 1.0
"""Seconds to wait at the end of a list for more items."""
SCROLLER = """(element) => {
  const up = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const fits = (node) => node.scrollHeight > node.clientHeight + 1 &&
    ['auto', 'scroll', 'overlay'].includes(getComputedStyle(node).overflowY);
  const inner = fits(element) ? element : [...element.querySelectorAll('*')].find(fits);
  for (let node = inner ?? up(element); node; node = up(node)) if (fits(node)) return node;
  return element.ownerDocument.scrollingElement;
}"""
SCROLL_DOWN = """(list) => new Promise((resolve) => {
  const before = list.scrollTop;
  list.scrollBy({ top: list.clientHeight * 0.8, behavior: 'instant' });
  const moved = list.scrollTop > before;
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(moved)));
})"""


class Scroll(Verb):
    """Scroll a list, or the page, until a target appears.

    Use it for lists that render only their visible items, or that load more items while scrolling. The step scrolls
    down from the current position, then once more from the top with waits for late items. It fails if the target does
    not appear.

    ```yaml
    - scroll: list "Members"
      to: listitem "Zoe"
    - scroll: region "Terms"
      to: button "Accept" [enabled]
    ```
    """

    name: ClassVar[str] = "scroll"
    summary: ClassVar[str] = "Scroll {target} to {to}"
    read_only: ClassVar[bool] = True

    target: Target
    """The control that scrolls, or a control in it."""
    to: Target
    """The target that must appear."""

    def act(self, context: StepContext) -> None:
        scroller = context.control.evaluate_handle(SCROLLER).as_element()
        assert scroller is not None, "every document has a scrolling element"
        deadline = time.monotonic() + context.time_limit(DEFAULT_TIMEOUT)
        from_top = False
        while not context.matches(self.to) and time.monotonic() < deadline:
            high = scroller.evaluate("(list) => list.scrollHeight")
            if scroller.evaluate(SCROLL_DOWN):
                if from_top or context.busy():
                    context.wait_until_settled()
            elif not context.until(lambda: scroller.evaluate("(list) => list.scrollHeight") > high, GROWTH_TIMEOUT):  # noqa: B023
                if from_top:
                    break
                from_top = True
                scroller.evaluate("(list) => list.scrollTo({ top: 0, behavior: 'instant' })")
                context.wait_until_settled()
        found = context.matches(self.to)
        if not found:
            reason = "was not reached before the timeout" if time.monotonic() >= deadline else "is not in the list"
            failure = context.not_found(self.to)
            raise StepFailed(f"{self.to} {reason}.", str(self.to), failure.nearest, failure.page_messages)
        found[0].evaluate("(element) => element.scrollIntoView({ block: 'nearest', behavior: 'instant' })")
