import time
from typing import ClassVar

from runwright.verb import Seconds, Stage, StepFailed, Target, Verb

MORE = 1.0
"""Seconds in which a list must grow at its end; then it has no more."""
SCROLLER = """(element) => {
  const up = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const fits = (node) => node.scrollHeight > node.clientHeight + 1 &&
    ['auto', 'scroll', 'overlay'].includes(getComputedStyle(node).overflowY);
  const inner = fits(element) ? element : [...element.querySelectorAll('*')].find(fits);
  for (let node = inner ?? up(element); node; node = up(node)) if (fits(node)) return node;
  return element.ownerDocument.scrollingElement;
}"""
ON = """(list) => {
  const before = list.scrollTop;
  list.scrollBy({ top: list.clientHeight * 0.8, behavior: 'instant' });
  return list.scrollTop > before;
}"""


class Scroll(Verb):
    """Scroll a list, or the page, until something is there: for lists that hold only what is seen, or load as one goes.

    It goes on from where the list stands, then once more from its top, and fails where the list has no such thing.

    ```yaml
    - scroll: list "Members"
      to: listitem "Zoe"
    - scroll: region "Terms"
      to: button "Accept" [enabled]
    ```
    """

    name: ClassVar[str] = "scroll"
    says: ClassVar[str] = "Scroll {target} to {to}"
    looks_only: ClassVar[bool] = True

    target: Target
    """What scrolls, or something in it."""
    to: Target
    """What must come."""
    up_to: Seconds = Seconds(60)
    """How long it may take."""

    def act(self, stage: Stage) -> None:
        scroller = stage.control.evaluate_handle(SCROLLER).as_element()
        assert scroller is not None, "every document has something that scrolls"
        deadline = time.monotonic() + self.up_to
        from_top = False
        while not stage.matches(self.to) and time.monotonic() < deadline:
            high = scroller.evaluate("(list) => list.scrollHeight")
            if scroller.evaluate(ON):
                stage.settle()
            elif not stage.until(lambda: scroller.evaluate("(list) => list.scrollHeight") > high, MORE):  # noqa: B023
                if from_top:
                    break
                from_top = True
                scroller.evaluate("(list) => list.scrollTo({ top: 0, behavior: 'instant' })")
                stage.settle()
        found = stage.matches(self.to)
        if not found:
            reason = "was not reached" if time.monotonic() >= deadline else "is nowhere in it"
            failure = stage.not_found(self.to)
            raise StepFailed(f"{self.to} {reason}.", str(self.to), failure.nearest, failure.page_says)
        found[0].scroll_into_view_if_needed()
