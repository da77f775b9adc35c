"""Clicks a box where a person clicks it: on its label, where its own place is too small or lies under another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runwright.engine.errors import StepFailed

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

    from runwright.engine.run.context import Stage

_LABELS = "[...new Set([...(element.labels ?? []), element.closest('label')])].filter((label) => label)"
_PLACE = f"""(element) => {{
  const top = (x, y) => element.getRootNode().elementFromPoint(x, y);
  const own = element.getBoundingClientRect();
  const seen = top(own.left + own.width / 2, own.top + own.height / 2);
  if (own.width > 1 && own.height > 1 && seen && element.contains(seen)) return null;
  const another = 'a[href], button, input, select, textarea, [role=button], [role=link]';
  for (const [number, label] of {_LABELS}.entries()) {{
    label.scrollIntoViewIfNeeded?.();
    const box = label.getBoundingClientRect();
    for (const x of [Math.min(12, box.width / 2), box.width / 2, Math.max(box.width - 12, 0)]) {{
      const there = top(box.left + x, box.top + box.height / 2);
      if (!there || !label.contains(there)) continue;
      const inner = there.closest(another);
      if (!inner || inner === element || !label.contains(inner))
        return [number, x - label.clientLeft, box.height / 2 - label.clientTop];
    }}
  }}
  return null;
}}"""
"""Where to click instead: the label's number and a place in it, beside links that stand in it. Else null."""
_LABEL = f"(element, number) => {_LABELS}[number]"


def press(stage: Stage, control: ElementHandle, hold: float = 0) -> None:
    """Click a box, a switch or a round button, holding the button for ``hold`` milliseconds.

    Pages that draw such controls themselves keep the real one out of sight, and draw its label.
    """
    place = control.evaluate(_PLACE)
    if place is None:
        control.click(delay=hold)
        return
    if stage.until(control.is_enabled, stage.timeout) is None:
        raise StepFailed("The control is disabled. Something is missing before it.")
    number, right, below = place
    label = control.evaluate_handle(_LABEL, number).as_element()
    assert label is not None, "it was there a moment ago"
    label.click(position={"x": right, "y": below}, delay=hold)
