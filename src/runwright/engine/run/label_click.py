"""Label clicks: click a checkbox, switch or radio button on its label where the control itself is hidden or covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runwright.engine.errors import StepFailed
from runwright.engine.run.pointer import click, was_cut
from runwright.language.targets import Target

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

    from runwright.engine.run.step_context import StepContext

_LABELS = "[...new Set([...(element.labels ?? []), element.closest('label')])].filter((label) => label)"
_POSITION = f"""(element) => {{
  if (!element.isConnected) return null;
  const top = (x, y) => element.getRootNode().elementFromPoint(x, y);
  const own = element.getBoundingClientRect();
  const hit = top(own.left + own.width / 2, own.top + own.height / 2);
  if (own.width > 1 && own.height > 1 && hit && element.contains(hit)) return null;
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
"""Where to click instead: the index of the label and a position in it that avoids links inside the label. Else null."""
_LABEL = f"(element, number) => {_LABELS}[number]"


def press(context: StepContext, target: Target, hold: float = 0) -> None:
    """Click a checkbox, switch or radio button, holding the mouse button down for ``hold`` milliseconds.

    Pages that draw such controls themselves hide the native one and draw its label. If the page replaces the control
    before the click, it is found again by its target.
    """
    from playwright.sync_api import Error

    try:
        click(context, target, lambda control, options: _press(context, control, hold, options))
    except Error as error:
        if hold and was_cut(str(error)):
            context.page.mouse.up()  # an attempt that ends while the button is held never releases it
        raise


def _press(context: StepContext, control: ElementHandle, hold: float, options: dict[str, Any]) -> None:
    position = control.evaluate(_POSITION)
    if position is None:
        control.click(delay=hold, **options)
        return
    if context.until(control.is_enabled, context.timeout) is None:
        raise StepFailed("The control is disabled. A required entry may be missing.")
    number, x, y = position
    label = control.evaluate_handle(_LABEL, number).as_element()
    if label is not None:
        label.click(position={"x": x, "y": y}, delay=hold, **options)
    else:
        control.click(delay=hold, **options)
